/* SPDX-License-Identifier: MIT */
/* linux/printk.h - printk, where drivers look. */
#ifndef LINUX_PRINTK_H
#define LINUX_PRINTK_H

#include <kernel/printk.h>

#endif
