/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The calls that operations of io_uring do the work of, or as much, by their
 * numbers. For the plugin and for vkctl: numbers only.
 *
 * From include/uapi/linux/io_uring.h, up to IORING_OP_LISTEN (6.11). Of
 * IORING_OP_URING_CMD what it does to sockets counts, getsockopt, setsockopt;
 * a driver's own commands are not ioctls of the same number. What only a ring
 * has (its buffers, its files, messages between rings, the end of another
 * operation) stands for no call. Who may call futex() needs no futex_wait().
 */
#ifndef SYSCALL_DETOURS_H
#define SYSCALL_DETOURS_H

/* clang-format off */
#define DETOURS_X64 \
	0, 1, 2, 3, 4, 5, 6, 7, 17, 18, 19, 20, 23, 28, 35, 41, \
	42, 43, 44, 45, 46, 47, 48, 49, 50, 54, 55, 61, 74, 75, 76, \
	77, 82, 83, 84, 85, 86, 87, 88, 188, 189, 190, 191, 192, 193, \
	202, 221, 230, 232, 233, 247, 257, 258, 262, 263, 264, 265, \
	266, 270, 271, 275, 276, 277, 281, 285, 288, 295, 296, 299, \
	307, 316, 327, 328, 332, 437, 441, 449

#define DETOURS_IA32 \
	3, 4, 5, 6, 7, 8, 9, 10, 18, 28, 38, 39, 40, 82, 83, 84, \
	92, 93, 106, 107, 108, 114, 118, 142, 145, 146, 148, 162, \
	168, 180, 181, 193, 194, 195, 196, 197, 219, 226, 227, 228, \
	229, 230, 231, 240, 250, 255, 256, 267, 272, 284, 295, 296, \
	300, 301, 302, 303, 304, 308, 309, 313, 314, 315, 319, 324, \
	333, 334, 337, 345, 353, 359, 361, 362, 363, 364, 365, 366, \
	369, 370, 371, 372, 373, 378, 379, 383, 407, 413, 414, 417, \
	422, 437, 441, 449

#define DETOURS_X32 \
	0, 1, 2, 3, 4, 5, 6, 7, 17, 18, 23, 28, 35, 41, 42, 43, 44, \
	48, 49, 50, 61, 74, 75, 76, 77, 82, 83, 84, 85, 86, 87, 88, \
	188, 189, 190, 191, 192, 193, 202, 221, 230, 232, 233, 257, \
	258, 262, 263, 264, 265, 266, 270, 271, 275, 276, 277, 281, \
	285, 288, 316, 332, 437, 441, 449, 515, 516, 517, 518, \
	519, 529, 534, 535, 537, 538, 541, 542, 546, 547
/* clang-format on */

#endif /* SYSCALL_DETOURS_H */
