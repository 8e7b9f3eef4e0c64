/* SPDX-License-Identifier: MIT */
/* linux/mman.h - PROT_* and MAP_*, where drivers look. */
#ifndef LINUX_MMAN_H
#define LINUX_MMAN_H

#include <fs/mman.h>

#endif
