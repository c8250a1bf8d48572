/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages in objects of shared memory that are promised to somebody else than the
 * object's owner: to who has added them.
 */
#ifndef MM_FOREIGN_H
#define MM_FOREIGN_H

#include <linux/types.h>

struct inode;

/**
 * foreign_add() - a vkernel has added pages to an object that is not its own
 * @inode: the object.
 * @id: the vkernel's id.
 * @pages: how many.
 *
 * Context: any.
 * Return: false if there is no memory to remember that.
 */
bool foreign_add(const struct inode *inode, u32 id, long pages);

/**
 * foreign_take() - pages of an object are given back
 * @inode: the object.
 * @pages: how many.
 *
 * What others than the owner have added goes first, and is taken from their
 * accounts.
 *
 * Context: any, under RCU.
 * Return: how many are left for the owner.
 */
long foreign_take(const struct inode *inode, long pages);

/**
 * foreign_forget() - the object is a new one
 * @inode: the object. What lay there before may have left something.
 *
 * Context: any.
 */
void foreign_forget(const struct inode *inode);

/* Nobody calls the others any more. Process context. */
void foreign_exit(void);

#endif /* MM_FOREIGN_H */
