/* SPDX-License-Identifier: MIT */
/* linux/kernel.h - printk, numbers and small helpers, where drivers look. */
#ifndef LINUX_KERNEL_H
#define LINUX_KERNEL_H

#include <kernel/bug.h>
#include <kernel/build_bug.h>
#include <kernel/parse.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/types.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/user_numbers.h>

#endif
