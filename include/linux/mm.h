/* SPDX-License-Identifier: MIT */
/* linux/mm.h - struct page, addresses and page sizes, where drivers look. */
#ifndef LINUX_MM_H
#define LINUX_MM_H

#include <asm/page.h>
#include <fs/mman.h>
#include <kernel/errno.h>
#include <kernel/mutex.h>
#include <kernel/printk.h>
#include <linux/gfp.h>
#include <linux/spinlock.h>
#include <mm/highmem.h>
#include <mm/page.h>
#include <mm/page_exact.h>
#include <mm/page_ref.h>
#include <mm/user_space.h>
#include <mm/vmalloc.h>

#endif
