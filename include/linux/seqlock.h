/* SPDX-License-Identifier: MIT */
/* linux/seqlock.h - readers that try again, where drivers look. */
#ifndef LINUX_SEQLOCK_H
#define LINUX_SEQLOCK_H

#include <kernel/seqlock.h>

#endif
