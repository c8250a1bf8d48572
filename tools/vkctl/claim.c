// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "claim.h"
#include "file.h"
#include "group.h"
#include "instance.h"

#define LOCK RECORDS "/.lock"

int claim_lock(void)
{
	int fd = file_create(LOCK);

	/* Kept open: the end of this program lets it go. */
	if (fd < 0 || flock(fd, LOCK_EX))
		return fault(LOCK ": %s", strerror(errno));
	return 0;
}

/* --- Records -------------------------------------------------------------- */

static char *record_of(const char *name)
{
	return joined(RECORDS "/", name, NULL);
}

static int open_record(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	/* There is no use for the folder where there are no vkernels. */
	if (fd >= 0 || errno != ENOENT || !(flags & O_CREAT) ||
	    !instance_possible())
		return fd;
	if (mkdir(RECORDS, 0700) && errno != EEXIST)
		return -1;
	return open(path, flags, 0600);
}

/* Who had it before may have removed the file in the meantime: no links. */
static int lock_record(struct claim *claim, const char *path, int flags,
		       struct stat *file)
{
	claim->fd =
		open_record(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC |
					  (flags & CLAIM_NEW ? O_CREAT : 0));
	if (claim->fd >= 0 &&
	    !flock(claim->fd, LOCK_EX | (flags & CLAIM_WAIT ? 0 : LOCK_NB)) &&
	    !fstat(claim->fd, file))
		return 0;
	return -errno;
}

int claim_take(struct claim *claim, const char *name, int flags)
{
	char *path = record_of(name);
	struct stat file;
	int err;

	*claim = (struct claim){ .name = name, .fd = -1 };
	do {
		claim_drop(claim);
		err = lock_record(claim, path, flags, &file);
	} while (!err && !file.st_nlink);
	if (err)
		claim_drop(claim);
	claim->size = err ? 0 : file.st_size;
	claim->fresh = !claim->size || !instance_exists(name);
	free(path);
	return err;
}

static int write_owner(const struct claim *claim, const char *owner)
{
	char *words = joined(owner, "\n", NULL);
	ssize_t size = strlen(words);
	int err = 0;

	errno = ENOSPC;
	if (pwrite(claim->fd, words, size, 0) != size ||
	    (claim->size > size && ftruncate(claim->fd, size)))
		err = fault(RECORDS "/%s: %s", claim->name, strerror(errno));
	free(words);
	return err;
}

bool claim_is_of(const struct claim *claim, const char *owner)
{
	ssize_t size = strlen(owner) + 1;
	/* And one byte more, if there is any. */
	char *words = need(malloc(size + 1));
	bool is = pread(claim->fd, words, size + 1, 0) == size &&
		  !memcmp(words, owner, size - 1) && words[size - 1] == '\n';

	free(words);
	return is;
}

void claim_drop(struct claim *claim)
{
	if (claim->fd >= 0)
		close(claim->fd);
	claim->fd = -1;
}

/* One that says nothing of the vkernel that is there is nobody's. */
static void let_be(struct claim *claim)
{
	char *path = record_of(claim->name);

	if (claim->fresh)
		unlink(path);
	free(path);
	claim_drop(claim);
}

void claim_end(struct claim *claim)
{
	if (claim->fd < 0)
		return;
	if (!instance_exists(claim->name)) {
		group_restore_policy(claim->name);
		claim->fresh = true;
	}
	let_be(claim);
}

char **claim_list(size_t *count)
{
	return name_list(RECORDS, false, count);
}

/* --- What is in the way --------------------------------------------------- */

bool claim_is_garbage(const struct claim *claim)
{
	char *state = instance_read(claim->name, NULL, "state");
	bool recorded = claim->fd >= 0 && !claim->fresh;
	bool is = state && (!strcmp(state, "dead") ||
			    (recorded && !strcmp(state, "created")));

	free(state);
	return is;
}

static int clear_way(const struct claim *claim)
{
	int err = claim_is_garbage(claim) ? instance_remove(claim->name) :
					    -EEXIST;

	if (!err)
		group_restore_policy(claim->name);
	return err;
}

static int make(const struct claim *claim)
{
	int err = instance_make(claim->name);

	if (err == -EEXIST && !clear_way(claim))
		err = instance_make(claim->name);
	if (!err)
		return 0;
	return fault("%s: %s", claim->name,
		     instance_reason(ACT_MAKE, NULL, err));
}

static int take(struct claim *claim, const char *name)
{
	int err = claim_take(claim, name, CLAIM_NEW | CLAIM_WAIT);

	if (err == -EACCES)
		return fault("%s: %s", name,
			     instance_reason(ACT_MAKE, NULL, err));
	return err ? fault(RECORDS "/%s: %s", name, strerror(-err)) : 0;
}

/*
 * A fresh record is written before there is a vkernel: killed in between, one
 * could not be told from what is made by hand. A record of one that was in
 * the way stays its own until that is gone.
 */
int claim_make(struct claim *claim, const char *name, const char *owner)
{
	int err;

	if (take(claim, name))
		return -1;
	err = claim->fresh ? write_owner(claim, owner) : 0;
	if (!err)
		err = make(claim);
	if (!err && !claim->fresh)
		err = write_owner(claim, owner);
	if (err) {
		let_be(claim);
		return -1;
	}
	claim->fresh = false;
	return 0;
}

int claim_join(struct claim *claim, const char *name, const char *owner)
{
	int err;

	if (take(claim, name))
		return -1;
	err = instance_exists(name) ? clear_way(claim) : 0;
	if (err)
		fault("%s: %s", name, instance_reason(ACT_MAKE, NULL, -EEXIST));
	else
		err = write_owner(claim, owner);
	if (!err)
		return 0;
	let_be(claim);
	return -1;
}
