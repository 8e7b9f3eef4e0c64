/* SPDX-License-Identifier: MIT */
/* linux/poll.h - waiting for files, where drivers look. */
#ifndef LINUX_POLL_H
#define LINUX_POLL_H

#include <fs/poll.h>
#include <linux/fs.h>

#endif
