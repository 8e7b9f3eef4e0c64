/* SPDX-License-Identifier: MIT */
/* linux/miscdevice.h - drivers with one device each, where drivers look. */
#ifndef LINUX_MISCDEVICE_H
#define LINUX_MISCDEVICE_H

#include <fs/miscdevice.h>
#include <linux/module.h>

#endif
