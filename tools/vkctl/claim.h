/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which vkernels a hook has made, for whom, and who is at one just now.
 *
 * Each of a hook's has a record, a file of its name, which is there before it
 * and goes after it. Whoever makes or removes a vkernel has a lock on its
 * record, which ends with the process, however that ends: so one that is not
 * armed, and whose record nobody has locked, is abandoned.
 */
#ifndef VKCTL_CLAIM_H
#define VKCTL_CLAIM_H

#include <stdbool.h>
#include <sys/types.h>

/* Files that begin with a dot are of another kind: no vkernel is called so. */
#define RECORDS "/run/vkernel"

/**
 * struct claim - a record that is locked
 * @name: the vkernel, a string that stays.
 * @fd: the record, -1 if there is none.
 * @size: bytes that stood in it.
 * @fresh: it says nothing of a vkernel that is there.
 */
struct claim {
	const char *name;
	int fd;
	off_t size;
	bool fresh;
};

enum claim_flags {
	/* If there is no record, one is made. */
	CLAIM_NEW = 1,
	/* Wait for whoever is at it. */
	CLAIM_WAIT = 2,
};

/**
 * claim_lock() - wait until no other vkctl changes vkernels, and keep others
 * waiting until this one ends
 *
 * The OCI hook does not: it has a claim on the one that it makes.
 *
 * Return: 0, or -1 when it has said why it cannot.
 */
int claim_lock(void);

/**
 * claim_take() - lock the record of a vkernel
 * @claim: filled in; ends by one of the next functions, or with the process.
 * @name: the vkernel.
 * @flags: of enum claim_flags.
 *
 * Return: 0 or a negative errno, of which it says nothing. -ENOENT: there is no
 * record. -EAGAIN: somebody is at it.
 */
int claim_take(struct claim *claim, const char *name, int flags);

/**
 * claim_make() - make a vkernel that is somebody's
 * @claim: filled in.
 * @name: the vkernel. A dead one, and one that is abandoned, makes room.
 * @owner: the container's bundle, or what else is told from all others.
 *
 * Return: 0, or -1 when it has said why not; then nothing has changed, and
 * there is no claim.
 */
int claim_make(struct claim *claim, const char *name, const char *owner);

/**
 * claim_join() - have a record, but no vkernel
 * @claim: filled in.
 * @name: how the vkernel would be called.
 * @owner: as for claim_make().
 *
 * Return: as claim_make().
 */
int claim_join(struct claim *claim, const char *name, const char *owner);

/**
 * claim_is_of() - whose is it?
 * @claim: the claim.
 * @owner: as it was told to claim_make().
 *
 * Return: whether it is his.
 */
bool claim_is_of(const struct claim *claim, const char *owner);

/**
 * claim_is_garbage() - is nobody in need of the vkernel?
 * @claim: a claim to it; without a record, only what is dead is.
 *
 * Return: whether it is dead, or abandoned.
 */
bool claim_is_garbage(const struct claim *claim);

/**
 * claim_end() - unlock it; if there is no vkernel, it is forgotten
 * @claim: the claim.
 */
void claim_end(struct claim *claim);

/**
 * claim_drop() - unlock it, and leave it as it is
 * @claim: the claim.
 */
void claim_drop(struct claim *claim);

/**
 * claim_list() - names that have a record, in order
 * @count: how many.
 *
 * Return: the names, for name_list_free(); NULL with errno set if there is no
 * such folder.
 */
char **claim_list(size_t *count);

#endif /* VKCTL_CLAIM_H */
