/* SPDX-License-Identifier: MIT */
/* linux/tty.h - who sits at which terminal, where drivers look. */
#ifndef LINUX_TTY_H
#define LINUX_TTY_H

#include <kernel/sched.h>
#include <kernel/tty.h>

#endif
