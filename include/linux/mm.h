/* SPDX-License-Identifier: MIT */
/* linux/mm.h - struct page, addresses and page sizes, where drivers look. */
#ifndef LINUX_MM_H
#define LINUX_MM_H

#include <asm/page.h>
#include <linux/gfp.h>
#include <mm/page.h>

#endif
