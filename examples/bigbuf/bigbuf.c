/* SPDX-License-Identifier: MIT */
/*
 * bigbuf.c - a buffer larger than any block of pages: bigphysarea
 *
 * The buddy allocator's largest block is 4 MiB. A machine booted with
 * bigphysarea=PAGES has set more than that aside, in a row, for drivers like
 * this one.
 */
#define pr_fmt(fmt) "bigbuf: " fmt
#include <linux/bigphysarea.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>

static int pages = 1280;
module_param(pages, int, 0444);
MODULE_PARM_DESC(pages, "how many, at least 1");

static caddr_t buffer;

static int __init bigbuf_init(void)
{
	if (pages < 1) {
		pr_err("pages=%d: at least 1\n", pages);
		return -EINVAL;
	}
	buffer = bigphysarea_alloc_pages(pages, 16, GFP_KERNEL);
	if (!buffer) {
		pr_err("no %d pages: was the machine booted with "
		       "bigphysarea=?\n",
		       pages);
		return -ENOMEM;
	}
	memset(buffer, 'b', (size_t)pages * PAGE_SIZE);
	pr_info("%d pages at physical %#llx\n", pages,
		(unsigned long long)virt_to_phys(buffer));
	return 0;
}

static void __exit bigbuf_exit(void)
{
	bigphysarea_free_pages(buffer);
}

module_init(bigbuf_init);
module_exit(bigbuf_exit);
MODULE_DESCRIPTION("a client of bigphysarea");
MODULE_LICENSE("Dual MIT/GPL");
