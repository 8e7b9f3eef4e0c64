/* SPDX-License-Identifier: MIT */
/* linux/rculist.h - lists for RCU's readers, where drivers look. */
#ifndef LINUX_RCULIST_H
#define LINUX_RCULIST_H

#include <kernel/rculist.h>
#include <linux/rcupdate.h>

#endif
