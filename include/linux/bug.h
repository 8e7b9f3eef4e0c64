/* SPDX-License-Identifier: MIT */
/* linux/bug.h - WARN_ON() and BUG_ON(), where drivers look. */
#ifndef LINUX_BUG_H
#define LINUX_BUG_H

#include <kernel/bug.h>
#include <kernel/build_bug.h>

#endif
