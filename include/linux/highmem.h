/* SPDX-License-Identifier: MIT */
/* linux/highmem.h - where drivers expect kmap() and its like. */
#ifndef LINUX_HIGHMEM_H
#define LINUX_HIGHMEM_H

#include <mm/highmem.h>

#endif
