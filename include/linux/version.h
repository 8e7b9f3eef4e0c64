/* SPDX-License-Identifier: MIT */
/* linux/version.h - the edition of Linux whose interface drivers see. */
#ifndef LINUX_VERSION_H
#define LINUX_VERSION_H

#include <kernel/utsname.h>

#define KERNEL_VERSION(a, b, c) \
	(((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
#define LINUX_VERSION_MAJOR 6
#define LINUX_VERSION_PATCHLEVEL 1
#define LINUX_VERSION_SUBLEVEL 0
#define LINUX_VERSION_CODE                                            \
	KERNEL_VERSION(LINUX_VERSION_MAJOR, LINUX_VERSION_PATCHLEVEL, \
		       LINUX_VERSION_SUBLEVEL)

#endif
