/* SPDX-License-Identifier: MIT */
/*
 * percpu.c - a unit of addresses for each CPU, and what lies in it
 */
#define pr_fmt(fmt) "percpu: " fmt

#include <kernel/bug.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/show.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include <asm/irqflags.h>

/* All units together take at most this share of the vmalloc window; and no
 * unit is larger than this. */
#define PERCPU_WINDOW_SHARE 8
#define PERCPU_UNIT_MAX MIB(1)

/* Set once by percpu_areas_init(). */
static unsigned long unit_base; /* CPU 0's unit */
static unsigned long unit_bytes;
static unsigned long static_bytes;

static unsigned long nr_backed_pages;

static unsigned long percpu_all_pages(void)
{
	return READ_ONCE(nr_backed_pages);
}

static unsigned long unit_start(unsigned int cpu)
{
	return unit_base + cpu * unit_bytes;
}

/* Frames for page @idx of every unit. */
static void unit_page_back(unsigned long idx)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct page *page = alloc_page(GFP_KERNEL | __GFP_HIGHMEM);

		if (!page ||
		    kpt_map_pages(unit_start(cpu) + (idx << PAGE_SHIFT), &page,
				  1, PROT_KERNEL))
			panic("percpu: no memory for the units of %u CPUs",
			      nr_cpu_ids);
		page_set_owner(page, PAGE_OWNER_PERCPU);
		nr_backed_pages++;
	}
}

static void units_reserve(void)
{
	unsigned long share =
		vmalloc_total_bytes() / PERCPU_WINDOW_SHARE / nr_cpu_ids;
	struct vm_request req = { .kind = VM_KIND_PERCPU,
				  .gfp = GFP_KERNEL,
				  .site = (unsigned long)percpu_areas_init };

	static_bytes = (unsigned long)(__stop_percpu - __start_percpu);
	unit_bytes = ALIGN_DOWN(min(share, PERCPU_UNIT_MAX), PAGE_SIZE);
	unit_bytes = max(unit_bytes,
			 ALIGN(static_bytes, PAGE_SIZE) + PERCPU_MAX_BYTES);
	req.size = nr_cpu_ids * unit_bytes;
	unit_base = (unsigned long)vm_window_reserve(&vm_live_window, &req);
	if (!unit_base)
		panic("percpu: no addresses for the units of %u CPUs",
		      nr_cpu_ids);
}

void percpu_areas_init(void)
{
	void *first = raw_cpu_ptr((void *)__start_percpu);
	unsigned long i, flags;
	unsigned int cpu;

	BUG_ON(unit_base); /* once */
	units_reserve();
	for (i = 0; i << PAGE_SHIFT < static_bytes; i++)
		unit_page_back(i);
	/* From here to the move nothing may change CPU 0's first copy. */
	flags = local_irq_save();
	for_each_possible_cpu(cpu) {
		memcpy((void *)unit_start(cpu), cpu ? __percpu_template : first,
		       static_bytes);
		__per_cpu_offset[cpu] =
			unit_start(cpu) - (unsigned long)__start_percpu;
		arch_percpu_unit_init(cpu);
	}
	arch_percpu_move();
	percpu_address_bytes = unit_bytes;
	local_irq_restore(flags);
	mm_usage_register(MM_USAGE_PERCPU, percpu_all_pages);
	pr_info("%u units of %lu KiB from %#lx on, %lu bytes static\n",
		nr_cpu_ids, unit_bytes >> 10, unit_base, static_bytes);
}
