/* SPDX-License-Identifier: MIT */
/* cmd_internal.h - between the files of console commands. */
#ifndef KERNEL_CMD_INTERNAL_H
#define KERNEL_CMD_INTERNAL_H

#include <kernel/seq_file.h>

/* Show what @show writes on the consoles. */
void console_show(void (*show)(struct seq_file *m, unsigned long arg),
		  unsigned long arg);

#endif
