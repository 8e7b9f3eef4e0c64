/* SPDX-License-Identifier: MIT */
/* linux/kstrtox.h - texts to numbers, where drivers look. */
#ifndef LINUX_KSTRTOX_H
#define LINUX_KSTRTOX_H

#include <kernel/parse.h>
#include <mm/user_numbers.h>

#endif
