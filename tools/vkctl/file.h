/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whole files.
 */
#ifndef VKCTL_FILE_H
#define VKCTL_FILE_H

#include <stddef.h>

/**
 * file_read_fd() - read what is left of an open file
 * @fd: the file.
 * @most: so many bytes are enough: about as many are read, if there are more.
 * @size: how many bytes there are; a NUL is put behind them.
 *
 * Return: the bytes, for the caller to free; NULL: errno says why.
 */
char *file_read_fd(int fd, size_t most, size_t *size);

/**
 * file_read() - read a file whose size nobody tells
 * @path: the file.
 *
 * Return: what is in it, for the caller to free; NULL with errno set.
 */
char *file_read(const char *path);

/**
 * file_create() - open a file, to be written anew
 * @path: the file; the folder that it is in is made, if there is none.
 *
 * Return: a descriptor, or -1 with errno set.
 */
int file_create(const char *path);

/**
 * file_write() - write a file anew, as file_create() has it
 * @path: the file.
 * @words: what shall be in it.
 *
 * Return: 0 or a negative errno.
 */
int file_write(const char *path, const char *words);

/**
 * file_write_new() - write a file that is not there, in a folder that is
 * @path: its path.
 * @words: all that is to be in it.
 *
 * Return: 0 or a negative errno, then there is no more than before; -EEXIST: it
 * is there.
 */
int file_write_new(const char *path, const char *words);

#endif /* VKCTL_FILE_H */
