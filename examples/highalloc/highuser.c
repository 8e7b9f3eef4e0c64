/* SPDX-License-Identifier: MIT */
/* highuser.c - a client of highalloc: a large buffer for DMA */
#define pr_fmt(fmt) "highuser: " fmt
#include <linux/init.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "highalloc.h"

static unsigned long kilobytes = 8192;
module_param(kilobytes, ulong, 0444);
MODULE_PARM_DESC(kilobytes, "how large the buffer is");

static unsigned long buffer; /* physical */

/* What a device would do with the buffer, by hand. */
static int buffer_try(void)
{
	char __iomem *p = ioremap(buffer, kilobytes << 10);
	unsigned long at, wrong = 0;

	if (!p)
		return -ENOMEM;
	for (at = 0; at < kilobytes << 10; at += 4096)
		writel((u32)at, p + at);
	for (at = 0; at < kilobytes << 10; at += 4096)
		wrong += readl(p + at) != (u32)at;
	iounmap(p);
	if (wrong) {
		pr_err("%lu pages did not keep what was written\n", wrong);
		return -EIO;
	}
	return 0;
}

static int __init highuser_init(void)
{
	int err;

	buffer = allocator_allocate_dma(kilobytes, GFP_KERNEL);
	if (!buffer) {
		pr_err("no %lu kB\n", kilobytes);
		return -ENOMEM;
	}
	err = buffer_try();
	if (err) {
		allocator_free_dma(buffer);
		return err;
	}
	pr_info("%lu kB at %#lx, written and read\n", kilobytes, buffer);
	return 0;
}

static void __exit highuser_exit(void)
{
	allocator_free_dma(buffer);
}

module_init(highuser_init);
module_exit(highuser_exit);
MODULE_DESCRIPTION("a client of highalloc");
MODULE_LICENSE("Dual MIT/GPL");
