/* SPDX-License-Identifier: MIT */
/* linux/bootmem.h - where the driver books expect the boot-time allocator. */
#ifndef LINUX_BOOTMEM_H
#define LINUX_BOOTMEM_H

#include <mm/bootmem.h>

#endif
