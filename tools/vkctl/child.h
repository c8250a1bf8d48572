/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Work of others' code that may never come to an end.
 */
#ifndef VKCTL_CHILD_H
#define VKCTL_CHILD_H

/**
 * child_run() - let a process of its own do it
 * @work: what to do; returns 0, or something else when it has said why not.
 * @data: for it.
 * @seconds: of a processor's time that it may take.
 *
 * What it changes in memory is lost; what it writes to a file is there.
 *
 * Return: 0; -1 when it was said what is wrong; 1 if it took longer.
 */
int child_run(int (*work)(void *data), void *data, unsigned int seconds);

#endif /* VKCTL_CHILD_H */
