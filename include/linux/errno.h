/* SPDX-License-Identifier: MIT */
/* linux/errno.h - error numbers, where drivers look. */
#ifndef LINUX_ERRNO_H
#define LINUX_ERRNO_H

#include <kernel/errno.h>

#endif
