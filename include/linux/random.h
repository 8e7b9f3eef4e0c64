/* SPDX-License-Identifier: MIT */
/* linux/random.h - numbers that nobody can guess, where drivers look. */
#ifndef LINUX_RANDOM_H
#define LINUX_RANDOM_H

#include <kernel/entropy.h>

#endif
