/* SPDX-License-Identifier: MIT */
/*
 * pages.c - whole pages, a power of two of them in a row
 *
 * A block of 2^order pages begins at a multiple of its own size. Two are taken,
 * so that /proc/buddyinfo has less of that order while the module is loaded,
 * and everything as before afterwards.
 */
#define pr_fmt(fmt) "pages: " fmt
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>

static unsigned int order = 4;
module_param(order, uint, 0444);
MODULE_PARM_DESC(order, "blocks of 2^order pages, 0 to 10");

static unsigned long blocks[2];

static void blocks_free(void)
{
	unsigned int i;

	/* free_pages(0, order) does nothing. */
	for (i = 0; i < ARRAY_SIZE(blocks); i++)
		free_pages(blocks[i], order);
}

static int __init pages_init(void)
{
	unsigned long bytes;
	unsigned int i;

	if (order >= MAX_ORDER) {
		pr_err("order=%u: 0 to %d\n", order, MAX_ORDER - 1);
		return -EINVAL;
	}
	bytes = PAGE_SIZE << order;
	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		/* No line if it fails: large orders may, and then we say so. */
		blocks[i] = __get_free_pages(GFP_KERNEL | __GFP_NOWARN, order);
		if (!blocks[i]) {
			pr_err("no %lu kB in a row\n", bytes >> 10);
			blocks_free();
			return -ENOMEM;
		}
		memset((void *)blocks[i], 'p', bytes);
		pr_info("%lu kB at %#lx, physical %#llx, %saligned\n",
			bytes >> 10, blocks[i],
			(unsigned long long)__pa(blocks[i]),
			__pa(blocks[i]) % bytes ? "not " : "");
	}
	return 0;
}

static void __exit pages_exit(void)
{
	blocks_free();
}

module_init(pages_init);
module_exit(pages_exit);
MODULE_DESCRIPTION("whole pages in a row");
MODULE_LICENSE("Dual MIT/GPL");
