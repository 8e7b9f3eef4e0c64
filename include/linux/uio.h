/* SPDX-License-Identifier: MIT */
/* linux/uio.h - forwards to fs/uio.h. */
#ifndef LINUX_UIO_H
#define LINUX_UIO_H

#include <fs/uio.h>
#include <linux/fs.h>

#endif
