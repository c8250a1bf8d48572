/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Offsets of struct fields that no header shows, from the kernel's own BTF:
 * hookcore_find_fields(), which hookcore.h describes.
 */
#ifndef HOOKCORE_LAYOUT_H
#define HOOKCORE_LAYOUT_H

#include "hookcore.h"

#endif /* HOOKCORE_LAYOUT_H */
