/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vkernel_syscall - system calls of one container, done by a module of its own
 *
 * A module replaces a call for one vkernel. Its function runs instead of the
 * kernel's own whenever a task of that vkernel, or of one inside it, makes the
 * call by that door, and the vkernel's rules allow it.
 */
#ifndef VKERNEL_SYSCALL_H
#define VKERNEL_SYSCALL_H

#include <linux/list.h>
#include <linux/module.h>
#include <linux/types.h>

struct pt_regs;
struct rules;

/**
 * enum vkernel_door - by which door a system call comes in
 * @VKERNEL_X64: the 64-bit calls.
 * @VKERNEL_IA32: the 32-bit calls; 64-bit code gets there by ``int $0x80``.
 * @VKERNEL_X32: the x32 calls, by their number without the x32 bit.
 */
enum vkernel_door {
	VKERNEL_X64,
	VKERNEL_IA32,
	VKERNEL_X32,
};

/**
 * struct vkernel_replacement - a call of one vkernel, done by a module
 * @vkernel: name of the vkernel.
 * @door: by which door the call comes in.
 * @nr: its number there.
 * @run: does the call: the arguments are in @regs, in the registers that the
 *	door takes them from; what it returns is what the program gets. It runs
 *	as the kernel's own function would, and may sleep. The call may go on to
 *	the original by vkernel_syscall_original().
 * @owner: the module that @run lies in, %THIS_MODULE. It is held while a task
 *	is inside @run: rmmod says busy.
 *
 * The owner provides the memory, which must stay as it is from
 * vkernel_syscall_replace() until vkernel_syscall_restore() has returned. Of
 * several replacements of one call the newest runs: a new module can be loaded
 * before an old one goes.
 */
struct vkernel_replacement {
	const char *vkernel;
	enum vkernel_door door;
	unsigned int nr;
	long (*run)(const struct vkernel_replacement *replacement,
		    const struct pt_regs *regs);
	struct module *owner;

	/* private: under replacement_mutex; RCU for readers of @node */
	struct list_head node;
	struct rules *rules;
};

/**
 * vkernel_syscall_replace() - do a vkernel's call from now on
 * @replacement: filled in up to @owner.
 *
 * It ends by vkernel_syscall_restore(), or with the vkernel's directory of the
 * plugin.
 *
 * Context: process context, sleeps.
 * Return: 0; -ENOENT if there is no vkernel of that name that has the plugin
 * syscall; -EINVAL if a field is missing, or no such call or door is there;
 * -EPERM for calls that must stay as they are: those a program cannot do
 * without, and those that never come back.
 */
int vkernel_syscall_replace(struct vkernel_replacement *replacement);

/**
 * vkernel_syscall_restore() - the call is the kernel's own again
 * @replacement: what vkernel_syscall_replace() succeeded with. Its vkernel may
 *	be gone.
 *
 * In the owner's exit function at the latest: no task is inside by then.
 *
 * Context: process context, sleeps.
 */
void vkernel_syscall_restore(struct vkernel_replacement *replacement);

/**
 * vkernel_syscall_original() - run the kernel's own function for a call
 * @door: by which door it comes in.
 * @regs: its arguments: what @run was given, or a changed copy.
 * @nr: its number, one that the door has.
 *
 * Not for calls that never come back (exit, exit_group, reboot).
 *
 * Context: inside a &struct vkernel_replacement.run.
 * Return: what the call returns.
 */
long vkernel_syscall_original(enum vkernel_door door,
			      const struct pt_regs *regs, unsigned int nr);

#endif /* VKERNEL_SYSCALL_H */
