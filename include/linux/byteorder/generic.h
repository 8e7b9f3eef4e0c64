/* SPDX-License-Identifier: MIT */
/* linux/byteorder/generic.h - the order of bytes in a word, where drivers look. */
#ifndef LINUX_BYTEORDER_GENERIC_H
#define LINUX_BYTEORDER_GENERIC_H

#include <kernel/byteorder.h>

#endif
