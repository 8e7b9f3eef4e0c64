/* SPDX-License-Identifier: MIT */
/* linux/proc_fs.h - entries of /proc, where drivers look. */
#ifndef LINUX_PROC_FS_H
#define LINUX_PROC_FS_H

#include <fs/proc_fs.h>
#include <linux/fs.h>
#include <linux/seq_file.h>

#endif
