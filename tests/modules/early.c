/* SPDX-License-Identifier: MIT */
/* early.c - asks the boot-time allocator, which ended long before it came */
#include <linux/bootmem.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/module.h>

static void *early_buffer;

static int __init early_init(void)
{
	early_buffer = alloc_bootmem(4096);
	return early_buffer ? 0 : -ENOMEM;
}

module_init(early_init);
MODULE_LICENSE("GPL");
