/* SPDX-License-Identifier: MIT */
/* linux/aio.h - transfers (struct kiocb), where drivers look. */
#ifndef LINUX_AIO_H
#define LINUX_AIO_H

#include <linux/fs.h>

#endif
