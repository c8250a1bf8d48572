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
 * @owned: another vkernel owns it, not the host.
 * @pages: how many.
 *
 * Context: any.
 * Return: false if there is no memory to remember that.
 */
bool foreign_add(const struct inode *inode, u32 id, bool owned, long pages);

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

/**
 * foreign_leave() - a vkernel is about to go
 * @id: its id, by which it is still found.
 *
 * What it has added to objects of the host's is the host's now, and taken from
 * its account. What others own stays in there, as what it owns itself.
 *
 * Context: process context.
 */
void foreign_leave(u32 id);

/* Nobody calls the others any more. Process context. */
void foreign_exit(void);

#endif /* MM_FOREIGN_H */
