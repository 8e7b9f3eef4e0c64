/* SPDX-License-Identifier: MIT */
/* linux/swab.h - bytes in the other order, where drivers look. */
#ifndef LINUX_SWAB_H
#define LINUX_SWAB_H

#include <kernel/byteorder.h>

#endif
