/* SPDX-License-Identifier: MIT */
/* proc_internal.h - what the rooms of /proc know of each other. */
#ifndef FS_PROC_INTERNAL_H
#define FS_PROC_INTERNAL_H

#include <fs/proc_fs.h>

/* Of an entry with read_proc or write_proc. */
extern const struct file_operations proc_old_operations;

#endif
