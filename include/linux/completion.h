/* SPDX-License-Identifier: MIT */
/* linux/completion.h - completions, where drivers look. */
#ifndef LINUX_COMPLETION_H
#define LINUX_COMPLETION_H

#include <kernel/completion.h>
#include <kernel/kthread.h>

/* 2.4 .. 3.12: the completion itself, not its address. */
#define INIT_COMPLETION(x) reinit_completion(&(x))

#endif
