/* SPDX-License-Identifier: MIT */
/* linux/ratelimit.h - __ratelimit(), where drivers look. */
#ifndef LINUX_RATELIMIT_H
#define LINUX_RATELIMIT_H

#include <kernel/printk.h>
#include <kernel/ratelimit.h>

#endif
