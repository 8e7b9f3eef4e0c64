/* SPDX-License-Identifier: MIT */
/* boot_archive.h - archives that the boot loader left: for main.c. */
#ifndef KERNEL_BOOT_ARCHIVE_H
#define KERNEL_BOOT_ARCHIVE_H

struct boot_info;

/* Into the root. Context: a thread, once, behind fs_init(). */
void boot_archive_unpack(const struct boot_info *bi);

#endif
