/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words that plugins/syscall understands: ABIs, calls, verdicts.
 */
#ifndef VKCTL_SYSCALL_H
#define VKCTL_SYSCALL_H

#include <stdbool.h>
#include <stdint.h>

#include "message.h"

enum abi {
	ABI_X64,
	ABI_IA32,
	ABI_X32,
	ABIS,
};

/* Above every call that any of these kernels has. */
#define SYSCALL_NUMBERS 600

#define X32_BIT 0x40000000u

/* A return value above this is no error any more. */
#define MAX_ERRNO 4095

/**
 * abi_name() - what the plugin calls an ABI
 * @abi: the ABI.
 *
 * Return: its name.
 */
const char *abi_name(enum abi abi);

/**
 * abi_find() - the ABI of a name
 * @name: what the plugin calls it.
 *
 * Return: the ABI, ABIS if there is none.
 */
enum abi abi_find(const char *name);

/**
 * abi_arch() - what libseccomp calls an ABI
 * @abi: the ABI.
 *
 * Return: SCMP_ARCH_...
 */
uint32_t abi_arch(enum abi abi);

/**
 * syscall_number() - number of a call
 * @abi: the ABI.
 * @name: name of the call.
 *
 * Return: the number, without x32's bit; -1 if the ABI has no such call.
 */
int syscall_number(enum abi abi, const char *name);

/**
 * syscall_name() - name of a call
 * @abi: the ABI.
 * @number: the number, without x32's bit.
 *
 * Return: the name, NULL if libseccomp knows none.
 */
const char *syscall_name(enum abi abi, unsigned int number);

/**
 * syscall_forget() - free what the two above keep
 */
void syscall_forget(void);

/**
 * errno_find() - number of an error
 * @name: such as EPERM.
 *
 * Return: the number, -1 if there is none of that name.
 */
int errno_find(const char *name);

/**
 * verdict_find() - what the plugin is to be told for a word
 * @word: a verdict, as the plugin takes it.
 *
 * Return: the verdict, for the caller to free; NULL if it is none.
 */
char *verdict_find(const char *word);

/**
 * verdict_of_errno() - the verdict that makes a call fail
 * @number: the error; 0: the call is left out and returns 0.
 *
 * Return: the verdict, for the caller to free.
 */
char *verdict_of_errno(unsigned int number);

#endif /* VKCTL_SYSCALL_H */
