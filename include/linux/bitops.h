/* SPDX-License-Identifier: MIT */
/* linux/bitops.h - single bits, where drivers look. */
#ifndef LINUX_BITOPS_H
#define LINUX_BITOPS_H

#include <kernel/bitops.h>

#endif
