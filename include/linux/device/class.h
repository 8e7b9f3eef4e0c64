/* SPDX-License-Identifier: MIT */
/* linux/device/class.h - kinds of devices, where drivers look. */
#ifndef LINUX_DEVICE_CLASS_H
#define LINUX_DEVICE_CLASS_H

#include <linux/device.h>

#endif
