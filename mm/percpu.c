/* SPDX-License-Identifier: MIT */
/*
 * percpu.c - a unit for each CPU, and alloc_percpu()
 *
 * The units of all CPUs that may come up lie side by side in the vmalloc
 * window, one reserved area for all of them:
 *
 *     base              + unit_bytes       + 2 * unit_bytes
 *     | static | objects ... | static | objects ... | static | ...
 *
 * Each begins with its copy of the template (linker.ld). A per-CPU address,
 * static or not, is __start_percpu + offset in the unit; per_cpu_offset(cpu) is
 * where the unit lies less __start_percpu. So one sum serves both kinds, and
 * all of [__start_percpu, + unit_bytes) are addresses at which nothing is ever
 * mapped: the page fault report knows a raw use by that.
 *
 * A unit is addresses; frames come page by page when there are objects
 * (percpu_space.c). How large it is follows from the window: all units together
 * take an eighth of it at most. 1 MiB is enough for 10,000 objects of a hundred
 * bytes; of 32 CPUs on a machine whose low memory is full each has 460 KiB.
 *
 * CPU 0 has run on a copy of the template in the kernel's bss until
 * percpu_areas_init(): its unit begins with that copy's values, the others'
 * with the template's. Template and first copy are whole pages of the image and
 * stay: to give them back would make two pieces of it, for a few pages.
 *
 * Locking: none of its own.
 */
#define pr_fmt(fmt) "percpu: " fmt

#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <mm/check.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/percpu_space.h>
#include <mm/show.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include "internal.h"

/* All units together take at most this share of the vmalloc window; and no
 * unit is larger than this, for its map costs 1/32 of it. */
#define PERCPU_WINDOW_SHARE 8
#define PERCPU_UNIT_MAX MIB(1)
/* Refusal lines: so many, until so long after the first. */
#define PERCPU_REFUSALS 10u
#define PERCPU_REFUSALS_NS 5000000000ull

struct percpu_space percpu_live;
static void (*percpu_kick)(void);

/* --- frames of the live units --------------------------------------------- */

static unsigned long unit_page(const struct percpu_space *s, unsigned int cpu,
			       unsigned long idx)
{
	return s->desc.base + cpu * s->desc.unit_bytes + (idx << PAGE_SHIFT);
}

/* The frame mapped at @va, or NULL. */
static struct page *percpu_frame(unsigned long va)
{
	phys_addr_t pa;

	return kpt_lookup(va, &pa) ? pfn_to_page(phys_to_pfn(pa)) : NULL;
}

/*
 * Clear the entries, make every CPU forget them, then free the frames: they are
 * chained through their records meanwhile. One flush spans all units.
 */
static void percpu_live_unback(struct percpu_space *s, unsigned long idx)
{
	struct list_head *chain = NULL;
	unsigned int cpu;

	for (cpu = 0; cpu < s->desc.nr_units; cpu++) {
		struct page *page = percpu_frame(unit_page(s, cpu, idx));

		if (!page)
			continue;
		kpt_unmap(unit_page(s, cpu, idx), PAGE_SIZE);
		page->lru.next = chain;
		chain = &page->lru;
	}
	flush_tlb_kernel_range(unit_page(s, 0, idx),
			       unit_page(s, s->desc.nr_units - 1, idx) +
				       PAGE_SIZE);
	while (chain) {
		struct page *page = list_entry(chain, struct page, lru);

		chain = chain->next;
		__free_page(page);
	}
}

static int percpu_live_back(struct percpu_space *s, unsigned long idx,
			    gfp_t gfp)
{
	unsigned int cpu;

	gfp = (gfp & ~(__GFP_ZONE_MASK | __GFP_MOBILITY_MASK | __GFP_ZERO)) |
	      __GFP_HIGHMEM;
	for (cpu = 0; cpu < s->desc.nr_units; cpu++) {
		struct page *page = alloc_page(gfp);

		if (!page)
			break;
		if (kpt_map_pages(unit_page(s, cpu, idx), &page, 1,
				  PROT_KERNEL)) {
			__free_page(page);
			break;
		}
		page_set_owner(page, PAGE_OWNER_PERCPU);
	}
	if (cpu == s->desc.nr_units)
		return 0;
	percpu_live_unback(s, idx);
	return -ENOMEM;
}

static bool percpu_live_is_backed(const struct percpu_space *s,
				  unsigned long idx)
{
	unsigned int cpu, backed = 0;

	for (cpu = 0; cpu < s->desc.nr_units; cpu++) {
		const struct page *page = percpu_frame(unit_page(s, cpu, idx));

		backed += page && page_state(page) == PAGE_ALLOCATED &&
			  page_owner(page) == PAGE_OWNER_PERCPU;
	}
	return backed == s->desc.nr_units;
}

static void percpu_live_kick(struct percpu_space *s)
{
	void (*kick)(void) = READ_ONCE(percpu_kick);

	(void)s;
	if (kick)
		kick();
}

static const struct percpu_ops percpu_live_ops = {
	.back = percpu_live_back,
	.unback = percpu_live_unback,
	.is_backed = percpu_live_is_backed,
	.kick = percpu_live_kick,
};

void percpu_set_kick(void (*kick)(void))
{
	WRITE_ONCE(percpu_kick, kick);
}

void percpu_balance(void)
{
	might_sleep();
	percpu_space_balance(&percpu_live);
}

unsigned long percpu_reap(void)
{
	might_sleep();
	return percpu_space_shrink(&percpu_live) * percpu_live.desc.nr_units;
}

/* --- what drivers call ---------------------------------------------------- */

static noinline __cold void __percpu *
percpu_refuse(const struct percpu_request *req, const char *why)
{
	static u64 since_ns;
	static unsigned int nr;
	u64 now = time_ns();

	if (req->gfp & __GFP_NOWARN)
		return NULL;
	alloc_failure_note_text(req->gfp, req->site,
				"alloc_percpu: %zu bytes: %s", req->size, why);
	if (now - since_ns >= PERCPU_REFUSALS_NS) {
		since_ns = now;
		nr = 0;
	}
	/* A race costs a line at most. */
	if (++nr <= PERCPU_REFUSALS)
		pr_warn("refused: %s: size=%zu align=%zu caller=%pS\n", why,
			req->size, req->align, (void *)req->site);
	return NULL;
}

static __always_inline void __percpu *
percpu_request(const struct percpu_request *req)
{
	unsigned long offset;

	if (gfp_may_sleep(req->gfp))
		might_sleep_at("alloc_percpu", req->site);
	if (unlikely(!req->size))
		return percpu_refuse(req, "size 0");
	if (unlikely(req->size > PERCPU_MAX_BYTES))
		return percpu_refuse(req, "larger than 32 KiB");
	if (unlikely(!is_power_of_2(req->align) ||
		     req->align > PERCPU_MAX_ALIGN))
		return percpu_refuse(req, "align is no power of two up to a"
					  " page");
	offset = percpu_space_alloc(&percpu_live, req);
	if (unlikely(offset == PERCPU_NONE))
		return percpu_refuse(req, gfp_may_sleep(req->gfp) ?
						  "no memory" :
						  "no room that is backed");
	return (void __percpu *)(__start_percpu + offset);
}

void __percpu *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp)
{
	const struct percpu_request req = { size, align, gfp, _RET_IP_ };

	return percpu_request(&req);
}
EXPORT_SYMBOL(__alloc_percpu_gfp);

void __percpu *__alloc_percpu(size_t size, size_t align)
{
	const struct percpu_request req = { size, align, GFP_KERNEL, _RET_IP_ };

	return percpu_request(&req);
}
EXPORT_SYMBOL(__alloc_percpu);

void free_percpu(void __percpu *ptr)
{
	if (ptr)
		percpu_space_free(&percpu_live,
				  (unsigned long)ptr -
					  (unsigned long)__start_percpu,
				  (const void __force *)ptr, _RET_IP_);
}
EXPORT_SYMBOL(free_percpu);

/* --- for others ----------------------------------------------------------- */

unsigned long percpu_nr_pages(void)
{
	return READ_ONCE(percpu_live.nr_backed) * percpu_live.desc.nr_units;
}

static int percpu_check(void)
{
	return percpu_space_check(&percpu_live);
}
MM_CHECK(percpu, "percpu", percpu_check);

/* --- start-up ------------------------------------------------------------- */

static unsigned long percpu_unit_bytes(unsigned long static_bytes)
{
	unsigned long share =
		vmalloc_total_bytes() / PERCPU_WINDOW_SHARE / nr_cpu_ids;
	unsigned long least = static_bytes + 2 * PERCPU_MAX_BYTES;

	return ALIGN(clamp(share, least, max(least, PERCPU_UNIT_MAX)),
		     PAGE_SIZE);
}

static void percpu_live_init(unsigned long static_bytes)
{
	struct percpu_space_desc desc = {
		.name = "percpu",
		.unit_bytes = percpu_unit_bytes(static_bytes),
		.nr_units = nr_cpu_ids,
		.static_bytes = static_bytes,
		.ops = &percpu_live_ops,
	};
	const struct vm_request req = {
		.size = nr_cpu_ids * desc.unit_bytes,
		.kind = VM_KIND_PERCPU,
		.gfp = GFP_KERNEL,
		.site = (unsigned long)percpu_areas_init,
	};

	desc.base = (unsigned long)vm_window_reserve(&vm_live_window, &req);
	if (!desc.base || percpu_space_init(&percpu_live, &desc))
		panic("percpu: no room for the units of %u CPUs", nr_cpu_ids);
}

/* @first: CPU 0's copy so far. From here to the move nothing may change it. */
static void percpu_fill_units(const void *first, unsigned long static_bytes)
{
	unsigned long flags = local_irq_save();
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		unsigned long unit = unit_page(&percpu_live, cpu, 0);

		memcpy((void *)unit, cpu ? __percpu_template : first,
		       static_bytes);
		__per_cpu_offset[cpu] = unit - (unsigned long)__start_percpu;
		arch_percpu_unit_init(cpu);
	}
	arch_percpu_move();
	local_irq_restore(flags);
}

void percpu_areas_init(void)
{
	const void *first = raw_cpu_ptr((void *)__start_percpu);
	unsigned long static_bytes =
		(unsigned long)(__stop_percpu - __start_percpu);

	BUG_ON(percpu_address_bytes); /* once */
	percpu_live_init(static_bytes);
	percpu_fill_units(first, static_bytes);
	percpu_address_bytes = percpu_live.desc.unit_bytes;
	percpu_space_balance(&percpu_live);
	mm_usage_register(MM_USAGE_PERCPU, percpu_nr_pages);
	pr_info("%u units of %lu KiB from %#lx on, %lu bytes static\n",
		nr_cpu_ids, percpu_live.desc.unit_bytes >> 10,
		percpu_live.desc.base, static_bytes);
}
