/* SPDX-License-Identifier: MIT */
/* linux/build_bug.h - BUILD_BUG_ON(), where drivers look. */
#ifndef LINUX_BUILD_BUG_H
#define LINUX_BUILD_BUG_H

#include <kernel/build_bug.h>

#endif
