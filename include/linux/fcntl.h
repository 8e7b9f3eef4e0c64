/* SPDX-License-Identifier: MIT */
/* linux/fcntl.h - forwards to fs/fcntl.h. */
#ifndef LINUX_FCNTL_H
#define LINUX_FCNTL_H

#include <fs/fcntl.h>

#endif
