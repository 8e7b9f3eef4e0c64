/* SPDX-License-Identifier: MIT */
/* proc_internal.h - what the rooms of /proc know of each other. */
#ifndef FS_PROC_INTERNAL_H
#define FS_PROC_INTERNAL_H

#include <fs/proc_fs.h>
#include <kernel/seq_file.h>

/* Around each call into the driver: removal waits for it. Return: false: the
 * entry is removed, and its driver may be gone. */
bool entry_use(struct proc_dir_entry *entry);
void entry_unuse(struct proc_dir_entry *entry);

/* @file and the directories on its way, as those of PROC_FILE() are made. Return:
 * as proc_create(). */
struct proc_dir_entry *proc_table_create(const struct proc_file *file);

/* Of an entry with read_proc or write_proc. */
extern const struct file_operations proc_old_operations;

#endif
