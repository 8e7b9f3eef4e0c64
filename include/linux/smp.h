/* SPDX-License-Identifier: MIT */
/* linux/smp.h - which CPU this is, and calls to others, where drivers look. */
#ifndef LINUX_SMP_H
#define LINUX_SMP_H

#include <kernel/smp.h>

#endif
