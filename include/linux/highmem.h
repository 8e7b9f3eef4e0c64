/* SPDX-License-Identifier: MIT */
/* linux/highmem.h - where drivers expect kmap_local_page(). */
#ifndef LINUX_HIGHMEM_H
#define LINUX_HIGHMEM_H

#include <mm/highmem.h>

#endif
