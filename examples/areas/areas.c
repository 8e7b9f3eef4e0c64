/* SPDX-License-Identifier: MIT */
/*
 * areas.c - memory in a row of addresses, not of frames: vmalloc()
 *
 * Page tables put frames from anywhere side by side. So vmalloc() succeeds where
 * no large block is free, and costs table entries and a page of addresses as a
 * guard. /proc/vmallocinfo names the module that holds the area.
 */
#define pr_fmt(fmt) "areas: " fmt
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

static unsigned int kilobytes = 256;
module_param(kilobytes, uint, 0444);
MODULE_PARM_DESC(kilobytes, "how much to take, 4 to 65536");

static char *area;

/* How many pages are not in the frame behind their neighbour's. */
static unsigned long count_jumps(unsigned long nr_pages)
{
	unsigned long i, jumps = 0;

	for (i = 1; i < nr_pages; i++) {
		if (vmalloc_to_pfn(area + i * PAGE_SIZE) !=
		    vmalloc_to_pfn(area + (i - 1) * PAGE_SIZE) + 1)
			jumps++;
	}
	return jumps;
}

static int __init areas_init(void)
{
	unsigned long bytes = kilobytes * 1024ul;
	unsigned long nr_pages = PAGE_ALIGN(bytes) / PAGE_SIZE;

	if (kilobytes < 4 || kilobytes > 65536) {
		pr_err("kilobytes=%u: 4 to 65536\n", kilobytes);
		return -EINVAL;
	}
	area = vmalloc(bytes);
	if (!area)
		return -ENOMEM;
	memset(area, 'v', bytes);
	pr_info("%lu pages from %p on, in the vmalloc window: %s\n", nr_pages,
		area, is_vmalloc_addr(area) ? "yes" : "no");
	pr_info("%lu times the next page is not the next frame\n",
		count_jumps(nr_pages));
	return 0;
}

static void __exit areas_exit(void)
{
	vfree(area);
}

module_init(areas_init);
module_exit(areas_exit);
MODULE_DESCRIPTION("memory of vmalloc()");
MODULE_LICENSE("Dual MIT/GPL");
