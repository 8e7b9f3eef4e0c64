/* SPDX-License-Identifier: MIT */
/* linux/hash.h - hashes, where drivers look. */
#ifndef LINUX_HASH_H
#define LINUX_HASH_H

#include <kernel/hash.h>

#endif
