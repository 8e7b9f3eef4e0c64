/* SPDX-License-Identifier: MIT */
/* linux/overflow.h - struct_size() and its kin, where drivers look. */
#ifndef LINUX_OVERFLOW_H
#define LINUX_OVERFLOW_H

#include <kernel/overflow.h>

#endif
