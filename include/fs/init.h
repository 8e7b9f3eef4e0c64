/* SPDX-License-Identifier: MIT */
/* init.h - start-up of the file systems: for kernel/main.c and the runners. */
#ifndef FS_INIT_H
#define FS_INIT_H

#include <kernel/types.h>

/**
 * fs_init - the tree: /, /dev, /lib, /proc, /tmp
 * Context: a thread, once; may sleep. A machine without the memory for it
 * stops.
 */
void fs_init(void);

#endif
