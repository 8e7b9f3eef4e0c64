/* SPDX-License-Identifier: MIT */
/*
 * highalloc.c - RAM that the kernel was told not to use, for drivers
 *
 * A machine booted with mem= has RAM above that limit which nobody uses. The
 * module hands it out in large pieces: what a driver needs for DMA, and the page
 * allocator has not got. There are no struct pages for it: a client gets a
 * physical address, and calls ioremap() if he wants to look himself.
 *
 * Where the RAM begins is known: where the kernel's ends. Where it ends is found
 * out: the claim in /proc/iomem grows piece by piece until it meets something
 * else, or a piece that does not remember what is written to it. So firmware
 * tables above the RAM are safe: they are in /proc/iomem.
 *
 * Blocks are a list sorted by address, and what is between two of them is free.
 *
 * Locking: blocks_lock guards the list. Records come from kmalloc() before it is
 * taken, so both calls work from interrupts as well (with GFP_ATOMIC).
 */
#define pr_fmt(fmt) "highalloc: " fmt
#include <linux/init.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include "highalloc.h"

static unsigned long start;
module_param(start, ulong, 0444);
MODULE_PARM_DESC(start, "where the RAM begins; 0: where the kernel's ends");

static unsigned long kilobytes_there;
module_param_named(kilobytes, kilobytes_there, ulong, 0444);
MODULE_PARM_DESC(kilobytes, "how much there is; 0: find out");

/* The claim grows by so much at a time: large pieces, then single pages. */
#define STEP_BYTES 65536ul

struct block {
	struct list_head list;
	unsigned long start; /* physical */
	unsigned long bytes;
};

static struct resource *claim;
static LIST_HEAD(blocks);
static DEFINE_SPINLOCK(blocks_lock);

/* --- finding it --------------------------------------------------------- */

/* Does the first word of each page remember? It has its old value afterwards. */
static bool is_ram(unsigned long address, unsigned long bytes)
{
	char __iomem *p = ioremap(address, bytes);
	unsigned long at;
	bool good = p != NULL;

	for (at = 0; good && at < bytes; at += PAGE_SIZE) {
		const u32 before = readl(p + at);

		writel(before ^ 0xa5a5a5a5, p + at);
		good = readl(p + at) == (before ^ 0xa5a5a5a5);
		writel(before, p + at);
	}
	if (p)
		iounmap(p);
	return good;
}

/* Let the claim grow by pieces of @step bytes as long as it can. */
static void claim_grow(unsigned long step)
{
	for (;;) {
		unsigned long bytes = resource_size(claim);

		if (claim->end + step < claim->end ||
		    adjust_resource(claim, claim->start, bytes + step))
			return;
		if (!is_ram(claim->start + bytes, step)) {
			/* A claim that shrinks is in nobody's way. */
			WARN_ON(adjust_resource(claim, claim->start, bytes));
			return;
		}
	}
}

/* A claim may lie in what the firmware has reserved: that is not for us. */
static bool claim_is_reserved(void)
{
	const struct resource *around = claim->parent;

	return around != &iomem_resource && strcmp(around->name, "System RAM");
}

static int claim_ram(void)
{
	unsigned long bytes = kilobytes_there ? kilobytes_there << 10 :
						PAGE_SIZE;

	if (!start)
		start = PAGE_ALIGN(__pa(high_memory));
	if (!PAGE_ALIGNED(start) || !PAGE_ALIGNED(bytes) ||
	    kilobytes_there > ULONG_MAX >> 10) {
		pr_err("start= and kilobytes= must be whole pages\n");
		return -EINVAL;
	}
	claim = request_mem_region(start, bytes, "highalloc");
	if (!claim)
		return -EBUSY;
	if (claim_is_reserved() || !is_ram(start, PAGE_SIZE)) {
		pr_err("no RAM at %#lx: was the machine booted with mem=?\n",
		       start);
		release_mem_region(claim->start, resource_size(claim));
		return -ENODEV;
	}
	if (!kilobytes_there) {
		claim_grow(STEP_BYTES);
		claim_grow(PAGE_SIZE);
	}
	return 0;
}

/* --- handing it out ----------------------------------------------------- */

/* Put @block into the first gap that is large enough. Lock held. */
static bool block_place(struct block *block)
{
	unsigned long at = claim->start;
	struct block *next;

	list_for_each_entry(next, &blocks, list) {
		if (next->start - at >= block->bytes)
			break;
		at = next->start + next->bytes;
	}
	/* Without a break @next is the head: behind the last block. */
	if (&next->list == &blocks && claim->end - at + 1 < block->bytes)
		return false;
	block->start = at;
	list_add_tail(&block->list, &next->list);
	return true;
}

unsigned long allocator_allocate_dma(unsigned long kilobytes, int priority)
{
	unsigned long flags, address = 0;
	struct block *block;

	if (!kilobytes || kilobytes > resource_size(claim) >> 10)
		return 0;
	block = kmalloc(sizeof(*block), (gfp_t)priority);
	if (!block)
		return 0;
	block->bytes = PAGE_ALIGN(kilobytes << 10);
	spin_lock_irqsave(&blocks_lock, flags);
	if (block_place(block))
		address = block->start;
	spin_unlock_irqrestore(&blocks_lock, flags);
	if (!address)
		kfree(block);
	return address;
}
EXPORT_SYMBOL(allocator_allocate_dma);

int allocator_free_dma(unsigned long address)
{
	struct block *block, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&blocks_lock, flags);
	list_for_each_entry(block, &blocks, list) {
		if (block->start == address) {
			found = block;
			list_del(&block->list);
			break;
		}
	}
	spin_unlock_irqrestore(&blocks_lock, flags);
	if (!found) {
		pr_err("no block begins at %#lx\n", address);
		return -EINVAL;
	}
	kfree(found);
	return 0;
}
EXPORT_SYMBOL(allocator_free_dma);

static int highalloc_show(struct seq_file *m, void *v)
{
	unsigned long flags;
	struct block *block;

	/* seq_printf() writes to a buffer and does not sleep. */
	seq_printf(m, "%08lx %8lu kB in all\n", (unsigned long)claim->start,
		   (unsigned long)resource_size(claim) >> 10);
	spin_lock_irqsave(&blocks_lock, flags);
	list_for_each_entry(block, &blocks, list)
		seq_printf(m, "%08lx %8lu kB\n", block->start,
			   block->bytes >> 10);
	spin_unlock_irqrestore(&blocks_lock, flags);
	return 0;
}

/* --- start and end ------------------------------------------------------ */

static int __init allocator_init(void)
{
	int err = claim_ram();

	if (err)
		return err;
	if (!proc_create_single("highalloc", 0444, NULL, highalloc_show)) {
		release_mem_region(claim->start, resource_size(claim));
		return -ENOMEM;
	}
	pr_info("%lu kB from %#lx on\n",
		(unsigned long)resource_size(claim) >> 10,
		(unsigned long)claim->start);
	return 0;
}

/* Clients are gone: as long as they are loaded, so is this module. */
static void __exit allocator_cleanup(void)
{
	struct block *block, *next;

	remove_proc_entry("highalloc", NULL);
	list_for_each_entry_safe(block, next, &blocks, list) {
		pr_err("%lu kB at %#lx were never given back\n",
		       block->bytes >> 10, block->start);
		kfree(block);
	}
	release_mem_region(claim->start, resource_size(claim));
}

module_init(allocator_init);
module_exit(allocator_cleanup);
MODULE_DESCRIPTION("hands out the RAM that mem= hides");
MODULE_LICENSE("Dual MIT/GPL");
