/* SPDX-License-Identifier: MIT */
/* linux/err.h - forwards to kernel/err.h. */
#ifndef LINUX_ERR_H
#define LINUX_ERR_H

#include <kernel/err.h>

#endif
