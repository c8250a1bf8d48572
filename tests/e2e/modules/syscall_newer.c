// SPDX-License-Identifier: GPL-2.0
/*
 * The same as syscall_own, by another name: an update of it, which is loaded
 * before the old one goes.
 */
#include "syscall_own.c"
