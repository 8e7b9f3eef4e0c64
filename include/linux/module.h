/* SPDX-License-Identifier: MIT */
/* linux/module.h - what every module includes first. */
#ifndef LINUX_MODULE_H
#define LINUX_MODULE_H

#include <fs/stat.h>
#include <kernel/errno.h>
#include <kernel/list.h>
#include <kernel/module.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/moduleparam.h>
#include <linux/old_names.h>
#include <linux/spinlock.h>

#endif
