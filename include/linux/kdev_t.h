/* SPDX-License-Identifier: MIT */
/* linux/kdev_t.h - forwards to fs/kdev_t.h. */
#ifndef LINUX_KDEV_T_H
#define LINUX_KDEV_T_H

#include <fs/kdev_t.h>

#endif
