/* SPDX-License-Identifier: MIT */
/* kdev_t.h - a device's number: which driver (major), which device (minor). */
#ifndef FS_KDEV_T_H
#define FS_KDEV_T_H

#include <kernel/types.h>

#define MINORBITS 20
#define MINORMASK ((1u << MINORBITS) - 1)

#define MAJOR(dev) ((unsigned int)((dev) >> MINORBITS))
#define MINOR(dev) ((unsigned int)((dev)&MINORMASK))
#define MKDEV(major, minor) \
	((dev_t)(((unsigned int)(major) << MINORBITS) | (unsigned int)(minor)))

#endif
