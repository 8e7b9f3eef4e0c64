/* SPDX-License-Identifier: MIT */
/* linux/ioctl.h - forwards to fs/ioctl.h. */
#ifndef LINUX_IOCTL_H
#define LINUX_IOCTL_H

#include <fs/ioctl.h>

#endif
