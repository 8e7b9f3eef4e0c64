/* SPDX-License-Identifier: MIT */
/*
 * vm_window_test.c - a vmalloc window of its own
 *
 * It is built over page tables that are an array in this file: it fails any
 * step on demand, and sees when a page comes back that a TLB may still know.
 */
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <mm/page_alloc.h>
#include <mm/page_split.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include <asm/processor.h>
#include "sched_fixture.h"

#define FAKE_BASE 0x40000000ul
#define FAKE_PAGES 96ul
#define FAKE_NODES 40u
/* No page that alloc_pages() gives is taken for the device behind it. */
#define FAKE_DEVICE 0xfee05000ull
#define FAKE_SITE ((unsigned long)&fake)

enum fake_entry { FAKE_FREE, FAKE_PRESENT, FAKE_STALE };

static struct {
	struct vm_window w;
	/* The page tables, and what a TLB may still know. */
	enum fake_entry entry[FAKE_PAGES];
	phys_addr_t pa[FAKE_PAGES];
	struct vm_struct node[FAKE_NODES];
	bool node_used[FAKE_NODES];
	unsigned int nr_nodes, nr_pages, nr_flushes;
	unsigned int nr_gifts; /* calls that gave pages back */
	bool early_return; /* a page came back before the flush */
	unsigned int page_budget; /* so many pages can be had at a time */
	void (*during_flush)(void);
	void (*when_refused)(void); /* pages */
	void (*after_free_node)(void);
	/* Counting down: the request that reaches 0 fails; 0 is off. */
	unsigned int fail_node, fail_map;
} fake;

static bool fake_fails(unsigned int *countdown)
{
	return *countdown && --*countdown == 0;
}

static struct vm_struct *fake_alloc_node(gfp_t gfp)
{
	unsigned int i;

	(void)gfp;
	if (fake_fails(&fake.fail_node))
		return NULL;
	for (i = 0; i < FAKE_NODES; i++) {
		if (fake.node_used[i])
			continue;
		fake.node_used[i] = true;
		fake.nr_nodes++;
		return &fake.node[i];
	}
	return NULL;
}

static void fake_free_node(struct vm_struct *vm)
{
	fake.node_used[vm - fake.node] = false;
	fake.nr_nodes--;
	if (fake.after_free_node)
		fake.after_free_node();
}

/* As many as the budget allows, in one block. */
static struct page *fake_take_pages(gfp_t gfp, unsigned int *order,
				    unsigned long site)
{
	struct page *page;

	if (fake.nr_pages == fake.page_budget) {
		if (fake.when_refused)
			fake.when_refused();
		return NULL;
	}
	while (fake.page_budget - fake.nr_pages < 1u << *order)
		(*order)--;
	page = alloc_pages_site(gfp, *order, site);
	if (!page)
		return NULL;
	page_block_split(page, *order);
	fake.nr_pages += 1u << *order;
	return page;
}

static void fake_give_pages(struct page *page, unsigned int order,
			    unsigned long site)
{
	phys_addr_t pa = page_to_phys(page);
	unsigned long i;

	for (i = 0; i < FAKE_PAGES; i++)
		if (fake.entry[i] != FAKE_FREE &&
		    fake.pa[i] - pa < PAGE_SIZE << order)
			fake.early_return = true;
	fake.nr_pages -= 1u << order;
	fake.nr_gifts++;
	for (i = 0; i < 1ul << order; i++)
		__free_pages_site(page + i, 0, site);
}

static int fake_map_one(unsigned long va, phys_addr_t pa)
{
	unsigned long i = (va - FAKE_BASE) / PAGE_SIZE;

	if (i >= FAKE_PAGES || fake.entry[i] != FAKE_FREE)
		return -EEXIST;
	fake.entry[i] = FAKE_PRESENT;
	fake.pa[i] = pa;
	return 0;
}

static int fake_map_pages(unsigned long va, struct page *const *pages,
			  unsigned long nr, enum pgprot prot)
{
	unsigned long i;
	int err = 0;

	(void)prot;
	if (fake_fails(&fake.fail_map))
		return -ENOMEM;
	for (i = 0; i < nr && !err; i++)
		err = fake_map_one(va + i * PAGE_SIZE, page_to_phys(pages[i]));
	return err;
}

static int fake_map_phys(unsigned long va, phys_addr_t pa, unsigned long bytes,
			 enum pgprot prot)
{
	unsigned long off;
	int err = 0;

	(void)prot;
	if (fake_fails(&fake.fail_map))
		return -ENOMEM;
	for (off = 0; off < bytes && !err; off += PAGE_SIZE)
		err = fake_map_one(va + off, pa + off);
	return err;
}

static unsigned long fake_unmap(unsigned long va, unsigned long bytes)
{
	unsigned long i = (va - FAKE_BASE) / PAGE_SIZE;
	unsigned long end = i + bytes / PAGE_SIZE, nr = 0;

	for (; i < end; i++) {
		if (fake.entry[i] != FAKE_PRESENT)
			continue;
		fake.entry[i] = FAKE_STALE;
		nr++;
	}
	return nr;
}

static void fake_flush(unsigned long start, unsigned long end)
{
	unsigned long i;

	fake.nr_flushes++;
	if (fake.during_flush)
		fake.during_flush();
	for (i = 0; i < FAKE_PAGES; i++) {
		unsigned long va = FAKE_BASE + i * PAGE_SIZE;

		if (fake.entry[i] == FAKE_STALE && va >= start && va < end)
			fake.entry[i] = FAKE_FREE;
	}
}

static bool fake_lookup(unsigned long va, phys_addr_t *pa)
{
	unsigned long i = (va - FAKE_BASE) / PAGE_SIZE;

	if (i >= FAKE_PAGES || fake.entry[i] != FAKE_PRESENT)
		return false;
	if (pa)
		*pa = fake.pa[i];
	return true;
}

static bool fake_may_read(const void *node)
{
	return (const char *)node - (const char *)fake.node <
		       (ptrdiff_t)sizeof(fake.node) &&
	       (const char *)node >= (const char *)fake.node;
}

static const struct vm_ops fake_ops = {
	.alloc_node = fake_alloc_node,
	.free_node = fake_free_node,
	.take_pages = fake_take_pages,
	.give_pages = fake_give_pages,
	.map_pages = fake_map_pages,
	.map_phys = fake_map_phys,
	.unmap = fake_unmap,
	.flush = fake_flush,
	.lookup = fake_lookup,
};

/* Sweeps are refused a hundred times: no line for each. */
static void silence(struct vm_window *w)
{
	w->refusals_since_ns = time_ns();
	w->nr_refusals = 1000;
}

/* A window of @nr_pages that flushes when @lazy_max pages wait. */
static void fake_init(unsigned long nr_pages, unsigned long lazy_max)
{
	const struct vm_window_desc desc = {
		.name = "vmalloc-test",
		.space = {
			.start = FAKE_BASE,
			.end = FAKE_BASE + nr_pages * PAGE_SIZE,
			.may_read = fake_may_read,
		},
		.ops = &fake_ops,
		.max_pages = 2 * FAKE_PAGES,
		.lazy_max_pages = lazy_max,
	};

	memset(&fake, 0, sizeof(fake));
	fake.page_budget = UINT_MAX;
	vm_window_init(&fake.w, &desc);
}

static unsigned long fake_alloc(unsigned long bytes)
{
	const struct vm_request req = {
		.size = bytes,
		.gfp = GFP_KERNEL | __GFP_HIGHMEM,
		.prot = PROT_KERNEL,
		.kind = VM_KIND_VMALLOC,
		.site = FAKE_SITE,
	};

	return (unsigned long)vm_window_alloc(&fake.w, &req);
}

static unsigned long fake_map(phys_addr_t phys, unsigned long bytes)
{
	const struct vm_request req = {
		.size = bytes,
		.gfp = GFP_KERNEL,
		.prot = PROT_KERNEL_NOCACHE,
		.kind = VM_KIND_IOREMAP,
		.site = FAKE_SITE,
	};

	return (unsigned long)vm_window_map_phys(&fake.w, phys, &req);
}

static bool fake_free(unsigned long addr)
{
	return vm_window_free(&fake.w, addr, VM_KIND_VMALLOC, "bad-vfree",
			      FAKE_SITE);
}

/* Nothing is held any more, after a purge. */
static void expect_nothing_left(struct ktest *t)
{
	vm_window_purge(&fake.w);
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 0);
	vm_window_drop_parked(&fake.w);
	KTEST_EXPECT_EQ(t, fake.nr_pages, 0);
	KTEST_EXPECT_EQ(t, fake.nr_nodes, 0);
	KTEST_EXPECT_EQ(t, fake.w.used_pages, 0);
	KTEST_EXPECT_EQ(t, fake.w.space.nr_areas, 0);
	KTEST_EXPECT_EQ(t, atomic_read(&fake.w.lazy_pages), 0);
	KTEST_EXPECT_FALSE(t, fake.early_return);
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 0);
}

static void an_area_is_pages_and_a_guard_page(struct ktest *t)
{
	unsigned long va, next;

	fake_init(FAKE_PAGES, 8);
	va = fake_alloc(2 * PAGE_SIZE + 1);
	next = fake_alloc(1);
	KTEST_EXPECT_EQ(t, va, FAKE_BASE);
	KTEST_EXPECT_EQ(t, next, FAKE_BASE + 4 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, fake.nr_pages, 4);
	KTEST_EXPECT_TRUE(t, fake_lookup(va + 2 * PAGE_SIZE, NULL));
	KTEST_EXPECT_FALSE(t, fake_lookup(va + 3 * PAGE_SIZE, NULL));
	KTEST_EXPECT_EQ(t, fake.w.used_pages, 4);
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 0);
	fake_free(va);
	fake_free(next);
	expect_nothing_left(t);
}

static void pages_come_back_after_one_flush_for_many_areas(struct ktest *t)
{
	unsigned long va[4];
	unsigned int i;

	fake_init(FAKE_PAGES, 8);
	for (i = 0; i < 4; i++)
		va[i] = fake_alloc(2 * PAGE_SIZE);
	for (i = 0; i < 3; i++)
		fake_free(va[i]);
	KTEST_EXPECT_EQ(t, fake.nr_flushes, 0);
	KTEST_EXPECT_EQ(t, fake.nr_pages, 8);
	KTEST_EXPECT_EQ(t, atomic_read(&fake.w.lazy_pages), 6);
	KTEST_EXPECT_FALSE(t, fake_lookup(va[0], NULL));
	fake_free(va[3]);
	KTEST_EXPECT_EQ(t, fake.nr_flushes, 1);
	KTEST_EXPECT_EQ(t, fake.nr_pages, 0);
	KTEST_EXPECT_FALSE(t, fake.early_return);
	KTEST_EXPECT_EQ(t, fake.nr_nodes, 0);
	expect_nothing_left(t);
}

static void the_flush_covers_areas_freed_in_any_order(struct ktest *t)
{
	static const u8 orders[][3] = {
		{ 0, 1, 2 }, { 2, 1, 0 }, { 1, 0, 2 }, { 0, 2, 1 }
	};
	unsigned long va[3];
	unsigned int i, n;

	for (n = 0; n < ARRAY_SIZE(orders); n++) {
		fake_init(FAKE_PAGES, 1000);
		for (i = 0; i < 3; i++)
			va[i] = fake_alloc((i + 1) * PAGE_SIZE);
		for (i = 0; i < 3; i++)
			fake_free(va[orders[n][i]]);
		expect_nothing_left(t);
		KTEST_EXPECT_EQ(t, fake.nr_flushes, 1);
	}
}

static void a_parked_area_serves_the_next_of_its_size(struct ktest *t)
{
	unsigned long two, three, nodes;

	fake_init(FAKE_PAGES, 1);
	fake.w.desc.park_max_pages = 7;
	two = fake_alloc(2 * PAGE_SIZE);
	three = fake_alloc(3 * PAGE_SIZE);
	fake_free(two);
	fake_free(three);
	nodes = fake.nr_nodes;
	KTEST_EXPECT_EQ(t, nodes, 2);
	KTEST_EXPECT_EQ(t, fake.nr_pages, 0);
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 0);
	/* Two pages of device memory, and one page too many for the other. */
	KTEST_EXPECT_EQ(t, fake_map(FAKE_DEVICE, 2 * PAGE_SIZE), two);
	KTEST_EXPECT_EQ(t, fake_alloc(4 * PAGE_SIZE), three + 4 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, fake_alloc(3 * PAGE_SIZE), three);
	KTEST_EXPECT_EQ(t, fake.nr_nodes, 3);
	KTEST_EXPECT_EQ(t, fake.w.used_pages, 7);
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 0);
	fake_free(three);
	fake_free(three + 4 * PAGE_SIZE);
	vm_window_free(&fake.w, two, VM_KIND_IOREMAP, "bad-iounmap", FAKE_SITE);
	expect_nothing_left(t);
}

static void parking_is_limited_by_size_and_number(struct ktest *t)
{
	unsigned long va[3];
	unsigned int i;

	fake_init(FAKE_PAGES, 1000);
	fake.w.desc.park_max_pages = 7; /* three pages each: two areas */
	for (i = 0; i < 3; i++)
		va[i] = fake_alloc(2 * PAGE_SIZE);
	for (i = 0; i < 3; i++)
		fake_free(va[i]);
	vm_window_purge(&fake.w);
	KTEST_EXPECT_EQ(t, fake.nr_nodes, 2);
	vm_window_drop_parked(&fake.w);
	fake.w.desc.park_max_pages = 1000;
	va[0] = fake_alloc(VM_PARK_CLASSES * PAGE_SIZE);
	va[1] = fake_alloc((VM_PARK_CLASSES + 1) * PAGE_SIZE);
	fake_free(va[0]);
	fake_free(va[1]);
	vm_window_purge(&fake.w);
	KTEST_EXPECT_EQ(t, fake.nr_nodes, 1);
	expect_nothing_left(t);
}

static void parked_areas_are_neither_shown_nor_freed_again(struct ktest *t)
{
	unsigned long va, cursor = 0;
	struct vm_info info;

	fake_init(FAKE_PAGES, 1);
	fake.w.desc.park_max_pages = 7;
	va = fake_alloc(2 * PAGE_SIZE);
	fake_free(va);
	KTEST_EXPECT_FALSE(t, vm_window_next(&fake.w, &cursor, &info));
	ktest_expect_report(t, "bad-vfree");
	KTEST_EXPECT_FALSE(t, fake_free(va));
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "bad-vfree freed-already "));
	expect_nothing_left(t);
}

static void an_aligned_request_passes_parked_areas_over(struct ktest *t)
{
	struct vm_request req = {
		.size = PAGE_SIZE,
		.align = 4 * PAGE_SIZE,
		.gfp = GFP_KERNEL,
		.kind = VM_KIND_STACK,
		.site = FAKE_SITE,
	};
	unsigned long va, aligned;

	fake_init(FAKE_PAGES, 1);
	fake.w.desc.park_max_pages = 7;
	va = fake_alloc(PAGE_SIZE);
	aligned = fake_alloc(PAGE_SIZE);
	fake_free(aligned);
	aligned = (unsigned long)vm_window_alloc(&fake.w, &req);
	KTEST_ASSERT_NE(t, va, 0);
	KTEST_ASSERT_NE(t, aligned, 0);
	KTEST_EXPECT_EQ(t, aligned, FAKE_BASE + 4 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, page_owner(vm_first_page(&fake.node[2])),
			PAGE_OWNER_STACK);
	vm_window_free(&fake.w, aligned, VM_KIND_STACK, "bad-vfree", FAKE_SITE);
	fake_free(va);
	expect_nothing_left(t);
}

static void parked_addresses_are_given_up_before_a_refusal(struct ktest *t)
{
	unsigned long va;

	fake_init(16, 1);
	fake.w.desc.park_max_pages = 100;
	fake_free(fake_alloc(3 * PAGE_SIZE));
	fake_free(fake_alloc(5 * PAGE_SIZE));
	KTEST_EXPECT_EQ(t, fake.nr_nodes, 2);
	va = fake_alloc(15 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, va, FAKE_BASE);
	KTEST_EXPECT_EQ(t, fake.nr_nodes, 1);
	fake_free(va);
	expect_nothing_left(t);
}

static void a_full_window_is_purged_before_a_refusal(struct ktest *t)
{
	unsigned long va;

	fake_init(8, 1000);
	va = fake_alloc(7 * PAGE_SIZE);
	KTEST_EXPECT_NE(t, va, 0);
	fake_free(va);
	KTEST_EXPECT_EQ(t, fake.nr_flushes, 0);
	va = fake_alloc(7 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, va, FAKE_BASE);
	KTEST_EXPECT_EQ(t, fake.nr_flushes, 1);
	KTEST_EXPECT_EQ(t, fake_alloc(1), 0);
	fake_free(va);
	expect_nothing_left(t);
}

static void
waiting_pages_are_given_back_before_a_page_is_refused(struct ktest *t)
{
	unsigned long va;

	fake_init(FAKE_PAGES, 1000);
	fake_free(fake_alloc(3 * PAGE_SIZE));
	fake.page_budget = 4;
	va = fake_alloc(3 * PAGE_SIZE);
	KTEST_EXPECT_NE(t, va, 0);
	KTEST_EXPECT_EQ(t, fake.nr_flushes, 1);
	fake_free(va);
	expect_nothing_left(t);
}

/* 40 pages are two batches, so also two calls to map. */
static void a_failure_at_any_page_leaks_nothing(struct ktest *t)
{
	unsigned int n;

	for (n = 0; n < 40; n++) {
		fake_init(FAKE_PAGES, 8);
		silence(&fake.w);
		fake.page_budget = n;
		KTEST_EXPECT_EQ(t, fake_alloc(40 * PAGE_SIZE), 0);
		KTEST_EXPECT_EQ(t, fake.w.nr_refusals, 1001);
		expect_nothing_left(t);
	}
	fake_init(FAKE_PAGES, 8);
	fake.page_budget = 40;
	KTEST_EXPECT_NE(t, fake_alloc(40 * PAGE_SIZE), 0);
	fake_free(FAKE_BASE);
	expect_nothing_left(t);
}

static void pages_go_back_in_the_blocks_they_came_in(struct ktest *t)
{
	fake_init(FAKE_PAGES, 1000);
	KTEST_EXPECT_NE(t, fake_alloc(44 * PAGE_SIZE), 0);
	fake_free(FAKE_BASE);
	expect_nothing_left(t);
	/* 32, 8 and 4, or more where blocks lie side by side. */
	KTEST_EXPECT_LE(t, fake.nr_gifts, 3);
}

static void a_failure_at_any_table_or_node_leaks_nothing(struct ktest *t)
{
	unsigned int n;

	for (n = 1; n <= 2; n++) {
		fake_init(FAKE_PAGES, 8);
		fake.fail_map = n;
		KTEST_EXPECT_EQ(t, fake_alloc(40 * PAGE_SIZE), 0);
		KTEST_EXPECT_EQ(t, fake.fail_map, 0);
		expect_nothing_left(t);
	}
	fake_init(FAKE_PAGES, 8);
	fake.fail_node = 1;
	KTEST_EXPECT_EQ(t, fake_alloc(40 * PAGE_SIZE), 0);
	expect_nothing_left(t);
	fake.fail_map = 1;
	KTEST_EXPECT_EQ(t, fake_map(FAKE_DEVICE, PAGE_SIZE), 0);
	expect_nothing_left(t);
}

/* Is @what in the last line of the log? */
static bool last_line_has(const char *what)
{
	char line[256], last[256] = "";
	u64 cursor = 0;

	while (log_read(&cursor, line, sizeof(line)))
		strlcpy(last, line, sizeof(last));
	return strstr(last, what) != NULL;
}

static void a_refusal_says_which_limit_was_hit(struct ktest *t)
{
	fake_init(16, 1);
	fake.w.desc.max_pages = 20;
	KTEST_EXPECT_EQ(t, fake_alloc(0), 0);
	KTEST_EXPECT_TRUE(t, last_line_has("vmalloc-test: size 0 refused, "));
	KTEST_EXPECT_EQ(t, fake_alloc(21 * PAGE_SIZE), 0);
	KTEST_EXPECT_TRUE(t, last_line_has("more than all RAM, caller="));
	KTEST_EXPECT_EQ(t, fake_alloc(16 * PAGE_SIZE), 0);
	KTEST_EXPECT_TRUE(t, last_line_has("larger than the window, caller="));
	KTEST_EXPECT_EQ(t, fake_map(FAKE_DEVICE, 15 * PAGE_SIZE + 1), 0);
	KTEST_EXPECT_TRUE(t, last_line_has("larger than the window, caller="));
	KTEST_EXPECT_NE(t, fake_alloc(PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, fake_alloc(15 * PAGE_SIZE), 0);
	KTEST_EXPECT_TRUE(t, last_line_has("no hole of 64 KiB in the window"));
	fake.fail_node = 1;
	KTEST_EXPECT_EQ(t, fake_alloc(PAGE_SIZE), 0);
	KTEST_EXPECT_TRUE(t, last_line_has("no memory for a descriptor, "));
	fake.page_budget = fake.nr_pages;
	KTEST_EXPECT_EQ(t, fake_alloc(PAGE_SIZE), 0);
	KTEST_EXPECT_TRUE(t, last_line_has("out of pages or page tables for"));
	fake_free(FAKE_BASE);
	expect_nothing_left(t);
}

/* Lines in the log that contain @what. */
static unsigned int lines_with(const char *what)
{
	char line[256];
	u64 cursor = 0;
	unsigned int nr = 0;

	while (log_read(&cursor, line, sizeof(line)))
		nr += strstr(line, what) != NULL;
	return nr;
}

static void many_refusals_are_counted_not_all_shown(struct ktest *t)
{
	unsigned int before, i;

	fake_init(16, 1);
	fake.w.desc.name = "vmalloc-many";
	before = lines_with("vmalloc-many: size 0 refused");
	for (i = 0; i < 40; i++)
		KTEST_EXPECT_EQ(t, fake_alloc(0), 0);
	/* 10, the 16th and the 32nd; these two with the number. */
	KTEST_EXPECT_EQ(t, lines_with("vmalloc-many: size 0 refused"),
			before + 10 + 2);
	KTEST_EXPECT_TRUE(t, last_line_has("vmalloc-many: 32 refusals in 5 s"));
}

static void a_window_holds_its_size_less_one_guard_page(struct ktest *t)
{
	unsigned long n = 16, va;

	fake_init(n, 1);
	KTEST_EXPECT_EQ(t, fake_alloc((n + 1) * PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, fake_alloc(n * PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, fake_alloc((n - 1) * PAGE_SIZE + 1), 0);
	va = fake_alloc((n - 1) * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, va, FAKE_BASE);
	KTEST_EXPECT_EQ(t, fake_alloc(1), 0);
	fake_free(va);
	expect_nothing_left(t);
}

static void impossible_sizes_are_refused_and_nothing_is_lost(struct ktest *t)
{
	fake_init(FAKE_PAGES, 8);
	fake.w.desc.max_pages = 10;
	KTEST_EXPECT_EQ(t, fake_alloc(0), 0);
	KTEST_EXPECT_EQ(t, fake_alloc(11 * PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, fake_alloc(10 * PAGE_SIZE + 1), 0);
	KTEST_EXPECT_EQ(t, fake_alloc(ULONG_MAX), 0);
	KTEST_EXPECT_EQ(t, fake_alloc(ULONG_MAX - PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, fake.w.nr_refusals, 5);
	KTEST_EXPECT_NE(t, fake_alloc(10 * PAGE_SIZE), 0);
	fake_free(FAKE_BASE);
	expect_nothing_left(t);
}

static void a_wrong_free_is_reported_and_changes_nothing(struct ktest *t)
{
	unsigned long va, io;

	fake_init(FAKE_PAGES, 1000);
	va = fake_alloc(3 * PAGE_SIZE);
	io = fake_map(FAKE_DEVICE, PAGE_SIZE);
	ktest_expect_report(t, "bad-vfree");
	KTEST_EXPECT_FALSE(t, fake_free(va + PAGE_SIZE));
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "bad-vfree interior "));
	ktest_expect_report(t, "bad-vfree");
	KTEST_EXPECT_FALSE(t, fake_free(va + 1));
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "interior"));
	ktest_expect_report(t, "bad-vfree");
	KTEST_EXPECT_FALSE(t, fake_free(FAKE_BASE + 90 * PAGE_SIZE));
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "bad-vfree not-an-area "));
	ktest_expect_report(t, "bad-vfree");
	KTEST_EXPECT_FALSE(t, fake_free(io));
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "bad-vfree ioremap "));
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 0);
	KTEST_EXPECT_EQ(t, fake.nr_pages, 3);
	KTEST_EXPECT_TRUE(t, fake_free(va));
	ktest_expect_report(t, "bad-vfree");
	KTEST_EXPECT_FALSE(t, fake_free(va));
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "bad-vfree freed-already "));
	KTEST_EXPECT_TRUE(t, vm_window_free(&fake.w, io, VM_KIND_IOREMAP,
					    "bad-iounmap", FAKE_SITE));
	expect_nothing_left(t);
}

static void
in_an_interrupt_freeing_waits_and_allocating_is_refused(struct ktest *t)
{
	unsigned long va, other;

	fake_init(FAKE_PAGES, 2);
	va = fake_alloc(4 * PAGE_SIZE);
	other = fake_alloc(2 * PAGE_SIZE);
	irq_enter();
	ktest_expect_report(t, "vmalloc-in-irq");
	KTEST_EXPECT_EQ(t, fake_alloc(PAGE_SIZE), 0);
	ktest_expect_report(t, "ioremap-in-irq");
	KTEST_EXPECT_EQ(t, fake_map(FAKE_DEVICE, PAGE_SIZE), 0);
	KTEST_EXPECT_TRUE(t, fake_free(va));
	irq_exit();
	KTEST_EXPECT_EQ(t, fake.nr_flushes, 0);
	KTEST_EXPECT_EQ(t, fake.nr_pages, 6);
	KTEST_EXPECT_FALSE(t, fake_lookup(va, NULL));
	KTEST_EXPECT_TRUE(t, fake_free(other));
	KTEST_EXPECT_EQ(t, fake.nr_flushes, 1);
	KTEST_EXPECT_EQ(t, fake.nr_pages, 0);
	expect_nothing_left(t);
}

/* A driver wrote the record of one of its pages: lru and private are ours. */
static void a_broken_page_chain_is_reported_not_followed(struct ktest *t)
{
	struct page *page, *second;
	unsigned long va;

	fake_init(FAKE_PAGES, 1000);
	va = fake_alloc(3 * PAGE_SIZE);
	KTEST_ASSERT_NE(t, va, 0);
	page = vm_first_page(&fake.node[0]);
	second = list_entry(page->lru.next, struct page, lru);
	page = list_entry(second->lru.next, struct page, lru);
	second->private = 0;
	second->lru.next = NULL;
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 1);
	fake_free(va);
	ktest_expect_report(t, "vmalloc-page");
	vm_window_purge(&fake.w);
	KTEST_EXPECT_EQ(t, fake.nr_pages, 2);
	fake_give_pages(second, 0, FAKE_SITE);
	fake_give_pages(page, 0, FAKE_SITE);
	expect_nothing_left(t);
}

/* Somebody who comes in the middle of a purge. */
static struct {
	struct task_struct *task;
	unsigned long purged, bytes, va;
	unsigned int pages_left;
	bool done;
} second;

static int second_purges(void *data)
{
	(void)data;
	second.purged = vm_window_purge(&fake.w);
	second.pages_left = fake.nr_pages;
	smp_store_release(&second.done, true);
	return 0;
}

static int second_allocates(void *data)
{
	(void)data;
	second.va = fake_alloc(second.bytes ?: PAGE_SIZE);
	smp_store_release(&second.done, true);
	return 0;
}

/* It has come, and waits; or it went away with what it saw. */
static void second_comes(void)
{
	fake.during_flush = fake.after_free_node = NULL;
	wake_up_process(second.task);
	(void)EVENTUALLY(waitqueue_active(&fake.w.purged) ||
			 smp_load_acquire(&second.done));
}

static bool second_is_made(struct ktest *t, int (*fn)(void *data))
{
	memset(&second, 0, sizeof(second));
	second.task = kthread_create(fn, NULL, "second");
	if (!KTEST_EXPECT_FALSE(t, IS_ERR(second.task)))
		return false;
	get_task_struct(second.task);
	return true;
}

static void second_is_through(struct ktest *t)
{
	KTEST_EXPECT_TRUE(t, EVENTUALLY(smp_load_acquire(&second.done)));
	kthread_stop(second.task);
	put_task_struct(second.task);
}

/* Free an area of all the pages there are, purge it, and let @fn come. */
static bool purge_beside(struct ktest *t, int (*fn)(void *data))
{
	fake_init(FAKE_PAGES, 1000);
	fake.page_budget = 4;
	if (!second_is_made(t, fn))
		return false;
	fake_free(fake_alloc(4 * PAGE_SIZE));
	fake.during_flush = second_comes;
	KTEST_EXPECT_EQ(t, vm_window_purge(&fake.w), 4);
	second_is_through(t);
	return true;
}

static void who_purges_waits_for_a_purge_under_way(struct ktest *t)
{
	if (!purge_beside(t, second_purges))
		return;
	KTEST_EXPECT_EQ(t, second.purged, 1);
	KTEST_EXPECT_EQ(t, second.pages_left, 0);
	expect_nothing_left(t);
}

static void a_purge_under_way_refuses_nobody(struct ktest *t)
{
	if (!purge_beside(t, second_allocates))
		return;
	if (KTEST_EXPECT_NE(t, second.va, 0))
		fake_free(second.va);
	expect_nothing_left(t);
}

/* Two find the window full of parked areas. The first has taken all of them, and
 * given the addresses of one back: not enough for the second. */
static void who_drops_parked_areas_is_waited_for(struct ktest *t)
{
	unsigned long low, va;

	fake_init(16, 1);
	fake.w.desc.park_max_pages = 100;
	if (!second_is_made(t, second_allocates))
		return;
	second.bytes = 6 * PAGE_SIZE;
	low = fake_alloc(4 * PAGE_SIZE);
	fake_free(fake_alloc(4 * PAGE_SIZE));
	fake_free(low);
	KTEST_EXPECT_EQ(t, fake.nr_nodes, 2);
	fake.after_free_node = second_comes;
	va = fake_alloc(8 * PAGE_SIZE);
	second_is_through(t);
	if (KTEST_EXPECT_NE(t, va, 0))
		fake_free(va);
	if (KTEST_EXPECT_NE(t, second.va, 0))
		fake_free(second.va);
	expect_nothing_left(t);
}

/* On another CPU, say. */
static void others_purge(void)
{
	fake.when_refused = NULL;
	(void)vm_window_purge(&fake.w);
}

static void what_others_purged_meanwhile_refuses_nobody(struct ktest *t)
{
	unsigned long va;

	fake_init(FAKE_PAGES, 1000);
	fake.page_budget = 4;
	fake_free(fake_alloc(4 * PAGE_SIZE));
	fake.when_refused = others_purge;
	va = fake_alloc(PAGE_SIZE);
	if (KTEST_EXPECT_NE(t, va, 0))
		fake_free(va);
	expect_nothing_left(t);
}

static void the_check_finds_each_kind_of_damage(struct ktest *t)
{
	unsigned long va, io;

	fake_init(FAKE_PAGES, 1000);
	va = fake_alloc(3 * PAGE_SIZE);
	io = fake_map(FAKE_DEVICE, 2 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 0);
	fake.node[0].nr_pages--; /* W1 */
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 1);
	fake.node[0].nr_pages++;
	fake.pa[1] += PAGE_SIZE; /* W2, pages */
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 1);
	fake.pa[1] -= PAGE_SIZE;
	fake.pa[5] += PAGE_SIZE; /* W2, ioremap: behind 3 pages and a guard */
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 1);
	fake.pa[5] -= PAGE_SIZE;
	fake.entry[3] = FAKE_PRESENT; /* W3 */
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 1);
	fake.entry[3] = FAKE_FREE;
	fake.w.used_pages++; /* W4 */
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 1);
	fake.w.used_pages--;
	atomic_inc(&fake.w.lazy_pages); /* W5 */
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 1);
	atomic_dec(&fake.w.lazy_pages);
	fake_free(va);
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 0);
	fake.w.desc.park_max_pages = 100;
	vm_window_purge(&fake.w);
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 0);
	fake.entry[1] = FAKE_PRESENT; /* W3, parked */
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 1);
	fake.entry[1] = FAKE_FREE;
	fake.w.parked_pages[2]++; /* W6 */
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 1);
	fake.w.parked_pages[2]--;
	fake.w.parked[1] = fake.w.parked[2]; /* W6: on two lists */
	KTEST_EXPECT_EQ(t, vm_window_check(&fake.w), 1);
	fake.w.parked[1] = NULL;
	vm_window_free(&fake.w, io, VM_KIND_IOREMAP, "bad-iounmap", FAKE_SITE);
	expect_nothing_left(t);
}

static void areas_are_listed_by_rising_address(struct ktest *t)
{
	unsigned long cursor = 0, va, io;
	struct vmap_seen seen;
	struct vm_info info;

	fake_init(FAKE_PAGES, 1000);
	va = fake_alloc(2 * PAGE_SIZE);
	io = fake_map(0x123456000ull, PAGE_SIZE);
	fake_free(va);
	KTEST_EXPECT_TRUE(t, vm_window_next(&fake.w, &cursor, &info));
	KTEST_EXPECT_EQ(t, info.start, va);
	KTEST_EXPECT_EQ(t, info.end, va + 3 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, info.state, VM_LAZY);
	KTEST_EXPECT_EQ(t, info.free_site, FAKE_SITE);
	KTEST_EXPECT_TRUE(t, vm_window_next(&fake.w, &cursor, &info));
	KTEST_EXPECT_EQ(t, info.start, io);
	KTEST_EXPECT_EQ(t, info.phys, 0x123456000ull);
	KTEST_EXPECT_EQ(t, info.nr_pages, 0);
	KTEST_EXPECT_FALSE(t, vm_window_next(&fake.w, &cursor, &info));
	KTEST_EXPECT_TRUE(t, vm_window_seen(&fake.w, io + 5, &info, &seen));
	KTEST_EXPECT_EQ(t, info.kind, VM_KIND_IOREMAP);
	vm_window_free(&fake.w, io, VM_KIND_IOREMAP, "bad-iounmap", FAKE_SITE);
	expect_nothing_left(t);
}

static const struct ktest_case vm_window_cases[] = {
	KTEST_CASE(an_area_is_pages_and_a_guard_page),
	KTEST_CASE(pages_come_back_after_one_flush_for_many_areas),
	KTEST_CASE(the_flush_covers_areas_freed_in_any_order),
	KTEST_CASE(a_parked_area_serves_the_next_of_its_size),
	KTEST_CASE(parking_is_limited_by_size_and_number),
	KTEST_CASE(parked_areas_are_neither_shown_nor_freed_again),
	KTEST_CASE(an_aligned_request_passes_parked_areas_over),
	KTEST_CASE(parked_addresses_are_given_up_before_a_refusal),
	KTEST_CASE(a_full_window_is_purged_before_a_refusal),
	KTEST_CASE(waiting_pages_are_given_back_before_a_page_is_refused),
	KTEST_CASE(a_failure_at_any_page_leaks_nothing),
	KTEST_CASE(pages_go_back_in_the_blocks_they_came_in),
	KTEST_CASE(a_failure_at_any_table_or_node_leaks_nothing),
	KTEST_CASE(a_refusal_says_which_limit_was_hit),
	KTEST_CASE(many_refusals_are_counted_not_all_shown),
	KTEST_CASE(a_window_holds_its_size_less_one_guard_page),
	KTEST_CASE(impossible_sizes_are_refused_and_nothing_is_lost),
	KTEST_CASE(a_wrong_free_is_reported_and_changes_nothing),
	KTEST_CASE(in_an_interrupt_freeing_waits_and_allocating_is_refused),
	KTEST_CASE(a_broken_page_chain_is_reported_not_followed),
	KTEST_CASE(who_purges_waits_for_a_purge_under_way),
	KTEST_CASE(a_purge_under_way_refuses_nobody),
	KTEST_CASE(who_drops_parked_areas_is_waited_for),
	KTEST_CASE(what_others_purged_meanwhile_refuses_nobody),
	KTEST_CASE(the_check_finds_each_kind_of_damage),
	KTEST_CASE(areas_are_listed_by_rising_address),
};
KTEST_SUITE(vm_window, vm_window_cases);
