/* SPDX-License-Identifier: MIT */
/*
 * vmalloc_live_test.c - the live window under load: full, in pieces, in a race
 *
 * Addresses are used again only after every CPU has forgotten what was there.
 * To see that, a reader keeps its interrupts off, so that it takes part in no
 * flush, and reads a page again and again that others free meanwhile: it may
 * fault, or see what it saw before, but never what somebody else writes.
 */
#define pr_fmt(fmt) "vmalloc_live: " fmt

#include <drivers/store.h>
#include <kernel/err.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <mm/reclaim.h>
#include <mm/slab.h>
#include <mm/uaccess.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include "sched_fixture.h"
#include "stay_here.h"

/* All that waits is given back, addresses too. */
static void settle(void)
{
	kthread_flush();
	reclaim_drop(&live_reclaim, false, true);
	drain_all_pages(NULL);
	vm_window_drop_parked(&vm_live_window);
}

/* --- the reader and the owners ---------------------------------------------- */

#define MAX_OWNERS 15u
#define MAX_AREA_PAGES 4u
/* Reads with interrupts off: others free some areas meanwhile. */
#define WINDOW_READS 300u
/* So many areas must go while the reader looks at them; it may take so long. */
#define WANT_OUTLIVED 20u
#define PATIENCE_NS 120000000000ull

/* An area that its owner has filled with @tag; 0: it is about to go. */
struct slot {
	char *addr;
	u32 tag;
};

struct race;

struct owner {
	struct race *race;
	struct task_struct *task;
	unsigned int nr; /* which one: it has each nr_owners-th slot */
	unsigned int next; /* of them, the next that it replaces */
	u32 last_tag, seed;
	unsigned long made, failed, damaged;
};

struct race {
	struct slot *slots;
	unsigned int nr_slots, nr_owners;
	struct owner owners[MAX_OWNERS];
	bool stop;
	/* The reader's. */
	unsigned long windows, outlived, faults, strange;
};

static u32 draw(u32 *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static u32 tag_at(const char *addr)
{
	return *(const volatile u32 *)addr;
}

/* No reader may begin with it from here on; then it goes. */
static void slot_free(struct owner *o, struct slot *s)
{
	if (!s->addr)
		return;
	if (tag_at(s->addr) != s->tag)
		o->damaged++;
	WRITE_ONCE(s->tag, 0);
	smp_mb();
	vfree(s->addr);
	s->addr = NULL;
}

static void slot_make(struct owner *o, struct slot *s)
{
	unsigned long nr = 1 + draw(&o->seed) % MAX_AREA_PAGES, i;
	char *p = vmalloc(nr * PAGE_SIZE);

	if (!p) {
		o->failed++;
		return;
	}
	WRITE_ONCE(o->made, o->made + 1);
	o->last_tag += o->race->nr_owners;
	for (i = 0; i < nr; i++)
		*(volatile u32 *)(p + i * PAGE_SIZE) = o->last_tag;
	WRITE_ONCE(s->addr, p);
	smp_store_release(&s->tag, o->last_tag);
}

static unsigned int owner_nr_slots(const struct owner *o)
{
	return o->race->nr_slots / o->race->nr_owners;
}

static struct slot *owner_slot(const struct owner *o, unsigned int i)
{
	return &o->race->slots[i % owner_nr_slots(o) * o->race->nr_owners +
			       o->nr];
}

static int owner_fn(void *data)
{
	struct owner *o = data;
	unsigned int i;

	for (i = 0; i < owner_nr_slots(o); i++)
		slot_make(o, owner_slot(o, i));
	while (!smp_load_acquire(&o->race->stop)) {
		struct slot *s = owner_slot(o, o->next);

		slot_free(o, s);
		slot_make(o, s);
		WRITE_ONCE(o->next, o->next + 1);
		cond_resched();
	}
	for (i = 0; i < owner_nr_slots(o); i++)
		slot_free(o, owner_slot(o, i));
	return 0;
}

/*
 * One window on @s. Once the tag was read from the area, and the slot had it
 * still, the area was alive with interrupts off here: no flush that would let
 * it be used again can end before they are on.
 */
static void race_window(struct race *r, const struct slot *s)
{
	u32 tag = smp_load_acquire(&s->tag), seen;
	const char *addr = READ_ONCE(s->addr);
	unsigned int i;

	if (!tag || get_kernel_nofault(seen, addr) || seen != tag)
		return;
	smp_mb();
	if (READ_ONCE(s->tag) != tag)
		return;
	r->windows++;
	for (i = 0; i < WINDOW_READS; i++) {
		if (get_kernel_nofault(seen, addr)) {
			r->faults++;
			break;
		}
		if (seen != tag)
			r->strange++;
	}
	r->outlived += READ_ONCE(s->tag) != tag;
}

static bool race_begin(struct ktest *t, struct race *r, unsigned int me)
{
	unsigned int cpu, nr = 0;

	for (cpu = 0; cpu < nr_cpu_ids && nr < r->nr_owners; cpu++) {
		struct owner *o = &r->owners[nr];

		if (cpu == me || !cpumask_test_cpu(cpu, &sched_cpus))
			continue;
		*o = (struct owner){ .race = r, .nr = nr, .last_tag = nr };
		o->seed = t->seed + nr + 1;
		o->task = kthread_create_on_cpu(owner_fn, o, cpu, "owner/%u");
		if (!KTEST_EXPECT_FALSE(t, IS_ERR(o->task)))
			return false;
		get_task_struct(o->task);
		nr++;
	}
	r->nr_owners = nr;
	while (nr--)
		wake_up_process(r->owners[nr].task);
	return true;
}

static unsigned long race_made(const struct race *r)
{
	unsigned long made = 0;
	unsigned int i;

	for (i = 0; i < r->nr_owners; i++)
		made += READ_ONCE(r->owners[i].made);
	return made;
}

/* One of those that some owner is about to free. */
static const struct slot *race_slot(const struct race *r, u32 *seed)
{
	const struct owner *o = &r->owners[draw(seed) % r->nr_owners];

	return owner_slot(o, READ_ONCE(o->next) + draw(seed) % 3);
}

static void race_end(struct ktest *t, struct race *r)
{
	unsigned int i;

	smp_store_release(&r->stop, true);
	for (i = 0; i < r->nr_owners; i++) {
		struct owner *o = &r->owners[i];

		kthread_stop(o->task);
		put_task_struct(o->task);
		KTEST_EXPECT_EQ(t, o->failed, 0);
		KTEST_EXPECT_EQ(t, o->damaged, 0);
	}
	pr_info("owners=%u slots=%u areas=%lu windows=%lu outlived=%lu "
		"faults=%lu strange=%lu\n",
		r->nr_owners, r->nr_slots, race_made(r), r->windows,
		r->outlived, r->faults, r->strange);
}

/* @areas of 1 to 4 pages in turn, @nr_slots at a time. */
static void race_run(struct ktest *t, struct race *r, unsigned int nr_slots,
		     unsigned long areas)
{
	unsigned int me = stay_here(t);
	u64 end_ns = time_ns() + PATIENCE_NS;
	u32 seed = t->seed;

	r->nr_owners = min(nr_running_cpus() - 1, MAX_OWNERS);
	r->nr_slots = nr_slots;
	if (race_begin(t, r, me)) {
		while ((r->outlived < WANT_OUTLIVED || race_made(r) < areas) &&
		       time_ns() < end_ns) {
			unsigned long flags = local_irq_save();

			race_window(r, race_slot(r, &seed));
			local_irq_restore(flags);
			cond_resched();
		}
		race_end(t, r);
		KTEST_EXPECT_GE(t, race_made(r), areas);
		KTEST_EXPECT_GE(t, r->outlived, 1);
		KTEST_EXPECT_EQ(t, r->strange, 0);
	}
	go_anywhere(t);
}

static void race_case(struct ktest *t, unsigned int nr_slots,
		      unsigned long areas)
{
	struct race *r;

	if (nr_running_cpus() < 2) {
		ktest_skip(t, "one CPU has nobody to race with");
		return;
	}
	r = vzalloc(sizeof(*r) + nr_slots * sizeof(struct slot));
	KTEST_ASSERT_NOT_NULL(t, r);
	r->slots = (struct slot *)(r + 1);
	race_run(t, r, nr_slots, areas);
	vfree(r);
	vm_unmap_aliases();
	KTEST_EXPECT_EQ(t, vm_window_check(&vm_live_window), 0);
}

static void no_address_is_used_again_before_the_flush(struct ktest *t)
{
	race_case(t, 4 * MAX_OWNERS, 1000);
}

#define MANY_AREAS 15000u

static void of_15000_areas_none_is_used_again_before_the_flush(struct ktest *t)
{
	const unsigned long most = MANY_AREAS * (MAX_AREA_PAGES + 1);

	if (nr_free_pages() < most ||
	    vmalloc_total_bytes() >> PAGE_SHIFT < most) {
		ktest_skip(t, "too little memory or window for 15,000 areas");
		return;
	}
	race_case(t, MANY_AREAS, MANY_AREAS + MANY_AREAS / 10);
}

/* --- a window that is full ---------------------------------------------------- */

/* Areas, each linked to the next by its first word. */
static void *areas_fill(unsigned long *nr)
{
	void *first = NULL, **tail = &first;
	void **p;

	for (*nr = 0; (p = __vmalloc(PAGE_SIZE, GFP_KERNEL | __GFP_HIGHMEM |
							__GFP_NOWARN));
	     (*nr)++) {
		*tail = p;
		*p = NULL;
		tail = p;
	}
	return first;
}

/* Free every second one. Return: the rest. */
static void *areas_thin(void *first)
{
	void **p = first;

	while (p && *p) {
		void **gone = *p;

		*p = *gone;
		vfree(gone);
		p = *p;
	}
	return first;
}

static void areas_free(void *first)
{
	while (first) {
		void *next = *(void **)first;

		vfree(first);
		first = next;
	}
}

static void *quiet_vmalloc(unsigned long pages)
{
	return __vmalloc(pages * PAGE_SIZE,
			 GFP_KERNEL | __GFP_HIGHMEM | __GFP_NOWARN);
}

static void a_full_window_with_holes_refuses_what_is_longer(struct ktest *t)
{
	unsigned long window = vmalloc_total_bytes() >> PAGE_SHIFT, nr, hole;
	void *first, *p;

	/* Half of it are guard pages. */
	if (nr_free_pages() < window / 2 + window / 16) {
		ktest_skip(t, "the window is larger than twice the memory");
		return;
	}
	settle();
	first = areas_fill(&nr);
	settle();
	KTEST_EXPECT_LE(t, vmalloc_largest_hole(), PAGE_SIZE);
	first = areas_thin(first);
	settle();
	hole = vmalloc_largest_hole() >> PAGE_SHIFT;
	pr_info("window=%lu areas=%lu hole=%lu pages\n", window, nr, hole);
	/* A page, its guard, and the page that may have been too few before. */
	KTEST_EXPECT_GE(t, hole, 2);
	KTEST_EXPECT_LE(t, hole, 3);
	KTEST_EXPECT_NULL(t, quiet_vmalloc(2 * hole - 1));
	p = quiet_vmalloc(hole - 1);
	KTEST_EXPECT_NOT_NULL(t, p);
	vfree(p);
	areas_free(first);
	settle();
	hole = vmalloc_largest_hole() >> PAGE_SHIFT;
	pr_info("of the window %lu pages are one hole\n", hole);
	KTEST_EXPECT_GE(t, hole, window - window / 10);
	KTEST_EXPECT_EQ(t, vm_window_check(&vm_live_window), 0);
}

/* --- memory in pieces ------------------------------------------------------- */

#define LONG_AREA MIB(64)
/* Filling the store with more takes too long. */
#define MOST_STORED (MIB(640) >> PAGE_SHIFT)

/* All that GFP_KERNEL can have, the reserves too, page by page. */
static void pages_take_all(struct list_head *chain)
{
	struct page *page;

	while ((page = alloc_page(GFP_ATOMIC | __GFP_MEMALLOC | __GFP_NOWARN)))
		list_add(&page->lru, chain);
}

/* Give back every page with an even number, so that no two lie in a row.
 * Return: how many. */
static unsigned long pages_give_even(struct list_head *chain)
{
	struct page *page, *next;
	unsigned long nr = 0;

	list_for_each_entry_safe(page, next, chain, lru) {
		if (page_to_pfn(page) & 1)
			continue;
		list_del(&page->lru);
		__free_page(page);
		nr++;
	}
	drain_all_pages(NULL);
	return nr;
}

static void pages_give(struct list_head *chain)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, chain, lru)
		__free_page(page);
}

/* Pairs of pages of an area whose frames are neighbours. */
static unsigned long pairs_in_a_row(const char *p, unsigned long bytes)
{
	unsigned long off, nr = 0;

	for (off = PAGE_SIZE; off < bytes; off += PAGE_SIZE)
		nr += vmalloc_to_pfn(p + off) ==
		      vmalloc_to_pfn(p + off - PAGE_SIZE) + 1;
	return nr;
}

static void expect_area_of_pieces(struct ktest *t, unsigned long bytes)
{
	char *p = __vmalloc(bytes, GFP_KERNEL);

	if (!KTEST_EXPECT_NOT_NULL(t, p))
		return;
	memset(p, 0x5a, bytes);
	KTEST_EXPECT_EQ(t, pairs_in_a_row(p, bytes), 0);
	KTEST_EXPECT_NULL(t, memchr_inv(p, 0x5a, bytes));
	vfree(p);
	vm_unmap_aliases();
}

static void
with_single_pages_only_kmalloc_fails_and_vmalloc_works(struct ktest *t)
{
	unsigned long bytes, nr;
	LIST_HEAD(chain);

	settle();
	pages_take_all(&chain);
	/* What reclaim would find is taken now: it may lie beside an even one. */
	settle();
	pages_take_all(&chain);
	nr = pages_give_even(&chain);
	KTEST_EXPECT_EQ(t, zone_free_orders(&mm_node.zones[ZONE_NORMAL]) & ~1u,
			0);
	KTEST_EXPECT_EQ(t, zone_free_orders(&mm_node.zones[ZONE_DMA]) & ~1u, 0);
	KTEST_EXPECT_NULL(t, kmalloc(KIB(128), GFP_KERNEL | __GFP_NOWARN));
	/* What the marks keep is out of reach. */
	bytes = min(LONG_AREA, (nr / 2) << PAGE_SHIFT);
	pr_info("single_pages=%lu area=%lu\n", nr, bytes);
	expect_area_of_pieces(t, min(KIB(128), bytes));
	expect_area_of_pieces(t, bytes);
	pages_give(&chain);
	drain_all_pages(NULL);
	KTEST_EXPECT_EQ(t, vm_window_check(&vm_live_window), 0);
}

/* --- more than is free ---------------------------------------------------- */

static struct store store;

/* RAM is full of what can be given back. */
static bool store_begin(struct ktest *t)
{
	const struct store_desc desc = { .name = "vmalloc live test",
					 .nr_buckets = 4096 };

	if (!KTEST_EXPECT_EQ(t, store_init(&store, &desc), 0))
		return false;
	store_fill(&store, 0, ULONG_MAX);
	return true;
}

static void more_than_is_free_is_reclaimed_and_then_kept(struct ktest *t)
{
	unsigned long free, bytes, stalls, switches, left;
	LIST_HEAD(chain);
	struct page *page;
	char *p;

	settle();
	if (nr_free_pages() > MOST_STORED) {
		ktest_skip(t, "more memory than a case should take");
		return;
	}
	bytes = min(LONG_AREA, (nr_free_pages() / 4) << PAGE_SHIFT);
	if (!store_begin(t))
		return;
	free = nr_free_pages();
	left = store_count(&store);
	stalls = reclaim_stat(&live_reclaim, RECLAIM_DIRECT);
	switches = READ_ONCE(current->nr_switches);
	p = __vmalloc(bytes, GFP_KERNEL);
	switches = READ_ONCE(current->nr_switches) - switches;
	stalls = reclaim_stat(&live_reclaim, RECLAIM_DIRECT) - stalls;
	pr_info("free=%lu wanted=%lu stalls=%lu switches=%lu stored=%lu "
		"left=%lu\n",
		free, bytes >> PAGE_SHIFT, stalls, switches, left,
		store_count(&store));
	KTEST_EXPECT_LE(t, free, bytes >> PAGE_SHIFT);
	KTEST_EXPECT_GE(t, stalls, 1);
	KTEST_EXPECT_LE(t, store_count(&store), left - 1);
	if (KTEST_EXPECT_NOT_NULL(t, p)) {
		memset(p, 0x5a, bytes);
		/* Others want all there is: the store's, not the area's. */
		while ((page = alloc_page(GFP_KERNEL | __GFP_NOWARN)))
			list_add(&page->lru, &chain);
		KTEST_EXPECT_NULL(t, memchr_inv(p, 0x5a, bytes));
		KTEST_EXPECT_EQ(t, vm_window_check(&vm_live_window), 0);
		pages_give(&chain);
		vfree(p);
	}
	store_exit(&store);
	settle();
}

static const struct ktest_case vmalloc_reuse_cases[] = {
	KTEST_CASE(no_address_is_used_again_before_the_flush),
};
KTEST_SUITE(vmalloc_reuse, vmalloc_reuse_cases);

static const struct ktest_case vmalloc_live_cases[] = {
	KTEST_CASE(of_15000_areas_none_is_used_again_before_the_flush),
	KTEST_CASE(a_full_window_with_holes_refuses_what_is_longer),
	KTEST_CASE(with_single_pages_only_kmalloc_fails_and_vmalloc_works),
	KTEST_CASE(more_than_is_free_is_reclaimed_and_then_kept),
};
KTEST_SUITE_SLOW(vmalloc_live, vmalloc_live_cases);
