/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/kmsg and /proc/kmsg, opened by tasks of a container.
 */
#ifndef LOG_KMSG_H
#define LOG_KMSG_H

#include <linux/linkage.h>
#include <linux/types.h>

struct file;
struct inode;
struct iov_iter;
struct kiocb;
struct poll_table_struct;

/*
 * The hooks: vkernel_NAME and original_NAME for each kernel function NAME.
 */
/* clang-format off */
#define KMSG_FUNCTIONS(FUNCTION)                                               \
	FUNCTION(devkmsg_open)                                                 \
	FUNCTION(devkmsg_read)                                                 \
	FUNCTION(devkmsg_write)                                                \
	FUNCTION(devkmsg_llseek)                                               \
	FUNCTION(devkmsg_poll)                                                 \
	FUNCTION(devkmsg_release)                                              \
	FUNCTION(kmsg_open)                                                    \
	FUNCTION(kmsg_read)                                                    \
	FUNCTION(kmsg_poll)                                                    \
	FUNCTION(kmsg_release)
/* clang-format on */

#define KMSG_DECLARE(name) asmlinkage void vkernel_##name(void);
KMSG_FUNCTIONS(KMSG_DECLARE)

asmlinkage int original_devkmsg_open(struct inode *inode, struct file *file);
asmlinkage ssize_t original_devkmsg_read(struct file *file, char __user *to,
					 size_t size, loff_t *position);
asmlinkage ssize_t original_devkmsg_write(struct kiocb *iocb,
					  struct iov_iter *from);
asmlinkage loff_t original_devkmsg_llseek(struct file *file, loff_t offset,
					  int whence);
asmlinkage __poll_t original_devkmsg_poll(struct file *file,
					  struct poll_table_struct *table);
asmlinkage int original_devkmsg_release(struct inode *inode, struct file *file);
asmlinkage int original_kmsg_open(struct inode *inode, struct file *file);
asmlinkage ssize_t original_kmsg_read(struct file *file, char __user *to,
				      size_t size, loff_t *position);
asmlinkage __poll_t original_kmsg_poll(struct file *file,
				       struct poll_table_struct *table);
asmlinkage int original_kmsg_release(struct inode *inode, struct file *file);

/**
 * kmsg_init() - make the table of open files
 *
 * Return: 0 or -ENOMEM.
 */
int kmsg_init(void);

/**
 * kmsg_close_all() - see to it that open files show nothing without the hooks
 *
 * No vkernel has the plugin any more. The kernel itself would show the host's
 * log in files that were opened in a container: they cannot be read from here
 * on.
 */
void kmsg_close_all(void);

/**
 * kmsg_forget_all() - forget the files that are still open, free the table
 *
 * The hooks are gone.
 */
void kmsg_forget_all(void);

#endif /* LOG_KMSG_H */
