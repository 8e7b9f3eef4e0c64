/* SPDX-License-Identifier: MIT */
/* linux/seq_file.h - texts by records, where drivers look. */
#ifndef LINUX_SEQ_FILE_H
#define LINUX_SEQ_FILE_H

#include <fs/seq_file.h>
#include <linux/fs.h>

#endif
