/* SPDX-License-Identifier: MIT */
/* linux/cleanup.h - what is undone by itself, where drivers look. */
#ifndef LINUX_CLEANUP_H
#define LINUX_CLEANUP_H

#include <kernel/cleanup.h>

#endif
