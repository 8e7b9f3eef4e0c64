/* SPDX-License-Identifier: MIT */
/* linux/device.h - devices that appear in /dev, where drivers look. */
#ifndef LINUX_DEVICE_H
#define LINUX_DEVICE_H

#include <fs/device.h>
#include <fs/devres.h>

#endif
