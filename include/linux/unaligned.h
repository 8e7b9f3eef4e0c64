/* SPDX-License-Identifier: MIT */
/* linux/unaligned.h - words at any address, where drivers look since 6.12. */
#ifndef LINUX_UNALIGNED_H
#define LINUX_UNALIGNED_H

#include <kernel/unaligned.h>

#endif
