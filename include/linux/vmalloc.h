/* SPDX-License-Identifier: MIT */
/* linux/vmalloc.h - where drivers expect vmalloc() and vfree(). */
#ifndef LINUX_VMALLOC_H
#define LINUX_VMALLOC_H

#include <mm/vmalloc.h>

#endif
