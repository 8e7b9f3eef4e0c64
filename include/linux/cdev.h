/* SPDX-License-Identifier: MIT */
/* linux/cdev.h - character devices, where drivers look. */
#ifndef LINUX_CDEV_H
#define LINUX_CDEV_H

#include <fs/cdev.h>
#include <linux/fs.h>

#endif
