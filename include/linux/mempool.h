/* SPDX-License-Identifier: MIT */
/* linux/mempool.h - where drivers expect mempool_create() and its like. */
#ifndef LINUX_MEMPOOL_H
#define LINUX_MEMPOOL_H

#include <linux/old_names.h>
#include <mm/mempool.h>

#endif
