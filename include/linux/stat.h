/* SPDX-License-Identifier: MIT */
/* linux/stat.h - forwards to fs/stat.h. */
#ifndef LINUX_STAT_H
#define LINUX_STAT_H

#include <fs/stat.h>

#endif
