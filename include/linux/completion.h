/* SPDX-License-Identifier: MIT */
/* linux/completion.h - completions, where drivers look. */
#ifndef LINUX_COMPLETION_H
#define LINUX_COMPLETION_H

#include <kernel/completion.h>
#include <kernel/kthread.h>

#endif
