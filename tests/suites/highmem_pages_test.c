/* SPDX-License-Identifier: MIT */
/*
 * highmem_pages_test.c - high memory is RAM: each page keeps its own number
 *
 * All free blocks of ZONE_HIGHMEM are taken, from the largest order down,
 * linked through their own records. Then pages are mapped one by one, each gets
 * its frame number, and when all have it, all are read again: two frames with
 * one memory behind them, or a frame with none, show at once.
 *
 * Where high memory is small, or where it is asked for (highmem_every_page),
 * that is every page. Else it is the frames on both sides of each GiB boundary
 * and 64 MiB at random.
 */
#include <kernel/ktest.h>
#include <kernel/list.h>
#include <kernel/printk.h>
#include <kernel/util.h>
#include <mm/bootmem.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/zone.h>

/* Every page up to here, without being asked: a second, and so much of the
 * host's memory under a virtual machine. */
#define ALWAYS_ALL_PAGES (MIB(128) >> PAGE_SHIFT)
/* And up to here when asked. */
#define NEVER_ALL_PAGES ((pfn_t)(GIB(8) >> PAGE_SHIFT))
#define RANDOM_PAGES (MIB(64) >> PAGE_SHIFT)
/* In runs: a virtual machine's host gives 2 MiB for each page that is touched
 * alone, and 16384 of those may be more than it has. */
#define RANDOM_RUN_PAGES 64ul
#define PAGES_PER_GIB ((pfn_t)(GIB(1) >> PAGE_SHIFT))
#define FIRST_FAR_PFN ((pfn_t)(GIB(4) >> PAGE_SHIFT))

#define LAST_WORD (PAGE_SIZE / sizeof(u32) - 1)
#define MIDDLE_WORD (LAST_WORD / 2 + 5)

struct high_pages {
	struct ktest *t;
	struct zone *z;
	unsigned long free_before;
	/* The blocks taken, by order. */
	struct list_head taken[MAX_ORDER];
	bool reading; /* second pass */
	unsigned long pages; /* seen in this pass */
	unsigned long far_pages; /* of those, at 4 GiB or above */
	unsigned long right;
	unsigned long wrong;
	pfn_t first_wrong;
};

/* --- one page ----------------------------------------------------------- */

static void number_write(u32 *word, pfn_t pfn)
{
	word[0] = (u32)pfn;
	word[MIDDLE_WORD] = ~(u32)pfn;
	word[LAST_WORD] = (u32)pfn ^ 0x5aa55aa5u;
}

static bool number_is(const u32 *word, pfn_t pfn)
{
	return word[0] == (u32)pfn && word[MIDDLE_WORD] == ~(u32)pfn &&
	       word[LAST_WORD] == ((u32)pfn ^ 0x5aa55aa5u);
}

/* Write the number of a frame that is ours, or look for it. */
static void page_visit(struct high_pages *h, pfn_t pfn)
{
	u32 *word = kmap_local_page(pfn_to_page(pfn));

	KTEST_ASSERT_NOT_NULL(h->t, word);
	h->pages++;
	h->far_pages += pfn >= FIRST_FAR_PFN;
	if (!h->reading)
		number_write(word, pfn);
	else if (number_is(word, pfn))
		h->right++;
	else if (!h->wrong++)
		h->first_wrong = pfn;
	kunmap_local(word);
}

/* --- which pages -------------------------------------------------------- */

static void visit_every_page(struct high_pages *h)
{
	unsigned int order;
	struct page *page;

	for (order = 0; order < MAX_ORDER; order++) {
		list_for_each_entry(page, &h->taken[order], lru) {
			pfn_t pfn = page_to_pfn(page), i;

			for (i = 0; i < 1ul << order; i++)
				page_visit(h, pfn + i);
		}
	}
}

/* Is @pfn in a block that was taken? Others may have been in use before. */
static bool frame_is_ours(const struct high_pages *h, pfn_t pfn)
{
	const struct page *head = page_head_of(h->z, pfn);

	return head && page_state(head) == PAGE_ALLOCATED &&
	       page_owner(head) == PAGE_OWNER_TEST;
}

static void visit_if_ours(struct high_pages *h, pfn_t pfn)
{
	if (frame_is_ours(h, pfn))
		page_visit(h, pfn);
}

/* The frame with @idx frames of high RAM below it. */
static pfn_t nth_high_frame(const struct zone *z, pfn_t idx)
{
	struct bootmem_cursor c;
	struct bootmem_span span;

	bootmem_cursor_init(&c, &bootmem_live, PAGE_SIZE);
	while (bootmem_next_span(&c, &span)) {
		pfn_t start = max(phys_to_pfn(span.start), z->start_pfn);
		pfn_t end = min(phys_to_pfn(span.end), z->end_pfn);

		if (start >= end)
			continue;
		if (idx < end - start)
			return start + idx;
		idx -= end - start;
	}
	return z->end_pfn;
}

/* Both passes visit the same: the second draws from the same seed. */
static void visit_some_pages(struct high_pages *h)
{
	const u32 seed = h->t->seed;
	unsigned long i, j;
	pfn_t pfn;

	for (pfn = PAGES_PER_GIB; pfn <= h->z->end_pfn; pfn += PAGES_PER_GIB) {
		visit_if_ours(h, pfn - 1);
		visit_if_ours(h, pfn);
	}
	for (i = 0; i < RANDOM_PAGES; i += RANDOM_RUN_PAGES) {
		pfn = nth_high_frame(h->z,
				     ktest_random(h->t) % h->z->present_pages);
		for (j = 0; j < RANDOM_RUN_PAGES; j++)
			visit_if_ours(h, pfn + j);
	}
	h->t->seed = seed;
}

/* --- all of high memory ------------------------------------------------- */

static unsigned long high_free_drained(struct zone *z)
{
	page_pcp_drain_zone(z);
	return z->nr_free_pages;
}

static void high_take_all(struct high_pages *h)
{
	int order;

	for (order = MAX_ORDER - 1; order >= 0; order--) {
		struct page *page;

		INIT_LIST_HEAD(&h->taken[order]);
		while ((page = zone_alloc_block(h->z, (unsigned int)order,
						_RET_IP_)) != NULL) {
			page_set_owner(page, PAGE_OWNER_TEST);
			list_add(&page->lru, &h->taken[order]);
		}
	}
}

static void high_give_back(struct high_pages *h)
{
	unsigned int order;
	int errors = 0;

	for (order = 0; order < MAX_ORDER; order++) {
		while (!list_empty(&h->taken[order])) {
			struct page *page = list_first_entry(&h->taken[order],
							     struct page, lru);

			list_del(&page->lru);
			if (zone_free_block(h->z, page, order, _RET_IP_))
				errors++;
		}
	}
	KTEST_EXPECT_EQ(h->t, errors, 0);
}

/* Take all, let @visit write and then read, give all back. */
static void high_run(struct ktest *t, const char *what,
		     void (*visit)(struct high_pages *h))
{
	struct high_pages h = { .t = t, .z = &mm_node.zones[ZONE_HIGHMEM] };
	unsigned long written;

	h.free_before = high_free_drained(h.z);
	high_take_all(&h);
	KTEST_EXPECT_EQ(t, h.z->nr_free_pages, 0);
	visit(&h);
	written = h.pages;
	h.reading = true;
	h.pages = h.far_pages = 0;
	visit(&h);
	high_give_back(&h);

	printk(KERN_INFO "highmem: %s pages=%lu far=%lu free=%lu wrong=%lu"
			 " first=%#lx %s\n",
	       what, h.pages, h.far_pages, h.free_before, h.wrong,
	       h.first_wrong, h.wrong ? "BROKEN" : "ok");
	KTEST_EXPECT_NE(t, h.pages, 0);
	KTEST_EXPECT_EQ(t, h.pages, written);
	KTEST_EXPECT_EQ(t, h.right, h.pages);
	KTEST_EXPECT_EQ(t, h.z->nr_free_pages, h.free_before);
	KTEST_EXPECT_EQ(t, zone_check(h.z), 0);
	if (visit == visit_every_page)
		KTEST_EXPECT_EQ(t, h.pages, h.free_before);
}

/* Return: false if there is nothing to test. */
static bool high_memory_exists(struct ktest *t)
{
	if (zone_free_pages(&mm_node.zones[ZONE_HIGHMEM]))
		return true;
	ktest_skip(t, "no high memory on this machine");
	return false;
}

static void each_high_page_keeps_its_own_number(struct ktest *t)
{
	if (!high_memory_exists(t))
		return;
	if (zone_free_pages(&mm_node.zones[ZONE_HIGHMEM]) <= ALWAYS_ALL_PAGES)
		high_run(t, "every", visit_every_page);
	else
		high_run(t, "some", visit_some_pages);
}

static void a_request_for_high_memory_gets_it_first(struct ktest *t)
{
	const struct zone *z = &mm_node.zones[ZONE_HIGHMEM];
	struct page *page;

	if (!high_memory_exists(t))
		return;
	/* A MiB of it is taken up by the stacks and units of many CPUs. */
	if (zone_free_pages(z) <= z->mark_pages[MARK_HIGH]) {
		ktest_skip(t, "high memory is below its marks");
		return;
	}
	page = alloc_page(GFP_HIGHUSER);
	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_EXPECT_TRUE(t, PageHighMem(page));
	KTEST_EXPECT_NULL(t, page_address(page));
	__free_page(page);
}

/* Slow: it touches all of high memory, and a virtual machine's host pays. */
static void every_high_page_keeps_its_own_number(struct ktest *t)
{
	if (!high_memory_exists(t))
		return;
	if (zone_free_pages(&mm_node.zones[ZONE_HIGHMEM]) > NEVER_ALL_PAGES)
		ktest_skip(t, "more than 8 GiB of high memory");
	else
		high_run(t, "every", visit_every_page);
}

static const struct ktest_case highmem_pages_cases[] = {
	KTEST_CASE(a_request_for_high_memory_gets_it_first),
	KTEST_CASE(each_high_page_keeps_its_own_number),
};
KTEST_SUITE(highmem_pages, highmem_pages_cases);

static const struct ktest_case highmem_every_page_cases[] = {
	KTEST_CASE(every_high_page_keeps_its_own_number),
};
KTEST_SUITE_SLOW(highmem_every_page, highmem_every_page_cases);
