/* SPDX-License-Identifier: MIT */
/*
 * kmap_test.c - addresses for high pages, shared and counted
 *
 * Most cases use a window of a few slots over page tables that are an array:
 * what is unmapped there stays until the flush, as in a TLB, and mapping over
 * it fails the case. The others use the live window. kmap_high() gives any page
 * a slot, so they run on machines without high memory as well, with a lowmem
 * page's own address as the witness.
 */
#include <kernel/completion.h>
#include <kernel/delay.h>
#include <kernel/err.h>
#include <kernel/jiffies.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/preempt.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/addr.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/page_exact.h>
#include <mm/page_ref.h>
#include <mm/slab.h>
#include <asm/pgtable.h>

#define SITE ((unsigned long)&kmap_init)
#define SHORT_PATIENCE (HZ / 5) /* to wait in vain */
#define OTHER_SITE ((unsigned long)&kmap_flush_unused)

/* --- a private window --------------------------------------------------- */

#define NR_SLOTS 8u
/* An order-5 block: more pages than slots. */
#define PAGES_ORDER 5u
#define NR_PAGES (1u << PAGES_ORDER)
/* Never touched. */
#define START 0x10000000ul
#define NO_FRAME (~0ul)

/* What an address shows: by the tables, and by a TLB that was not told. */
static struct {
	pfn_t pfn[NR_SLOTS];
	bool stale[NR_SLOTS];
	unsigned int nr_maps, nr_flushes, nr_wrong;
} table;

static struct kmap_slot slots[NR_SLOTS];
static struct kmap_window window;
static struct page *pages;

static unsigned int slot_of(unsigned long va)
{
	return (unsigned int)((va - START) >> PAGE_SHIFT);
}

static void table_map(unsigned long va, pfn_t pfn)
{
	unsigned int i = slot_of(va);

	if (i >= NR_SLOTS || table.stale[i] || table.pfn[i] != NO_FRAME) {
		table.nr_wrong++;
		return;
	}
	table.pfn[i] = pfn;
	table.nr_maps++;
}

static void table_unmap(unsigned long va)
{
	unsigned int i = slot_of(va);

	table.nr_wrong += table.pfn[i] == NO_FRAME;
	table.pfn[i] = NO_FRAME;
	table.stale[i] = true;
}

static void table_flush(unsigned long start, unsigned long end)
{
	for (; start < end; start += PAGE_SIZE)
		table.stale[slot_of(start)] = false;
	table.nr_flushes++;
}

static bool table_lookup(unsigned long va, phys_addr_t *pa)
{
	pfn_t pfn = table.pfn[slot_of(va)];

	*pa = pfn_to_phys(pfn);
	return pfn != NO_FRAME;
}

/* An empty window of @nr slots, and pages to map there. */
static bool window_new(struct ktest *t, unsigned int nr)
{
	static const struct kmap_ops ops = { table_map, table_unmap,
					     table_flush, table_lookup };
	const struct kmap_window_desc desc = { START, nr, slots, &ops,
					       SHORT_PATIENCE };
	unsigned int i;

	memset(slots, 0, sizeof(slots));
	memset(&table, 0, sizeof(table));
	for (i = 0; i < NR_SLOTS; i++)
		table.pfn[i] = NO_FRAME;
	kmap_window_init(&window, &desc);
	pages = alloc_pages(GFP_KERNEL, PAGES_ORDER);
	return KTEST_EXPECT_NOT_NULL(t, pages);
}

static void window_end(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, table.nr_wrong, 0);
	KTEST_EXPECT_EQ(t, kmap_window_check(&window), 0);
	__free_pages(pages, PAGES_ORDER);
}

static unsigned long map(unsigned int i)
{
	return (unsigned long)kmap_window_map(&window, pages + i, SITE);
}

static int unmap(unsigned int i)
{
	return kmap_window_unmap(&window, pages + i, SITE);
}

static void map_and_unmap(unsigned int first, unsigned int nr)
{
	for (; nr; nr--, first++) {
		map(first);
		unmap(first);
	}
}

static void a_page_mapped_twice_has_one_slot(struct ktest *t)
{
	unsigned long va;

	KTEST_ASSERT_TRUE(t, window_new(t, NR_SLOTS));
	va = map(3);
	KTEST_EXPECT_EQ(t, map(3), va);
	KTEST_EXPECT_NE(t, map(4), va);
	KTEST_EXPECT_EQ(t, table.pfn[slot_of(va)], page_to_pfn(pages + 3));
	KTEST_EXPECT_EQ(t, window.nr_used, 2);
	KTEST_EXPECT_EQ(t, unmap(3), 0);
	KTEST_EXPECT_EQ(t, window.nr_used, 2);
	KTEST_EXPECT_EQ(t, unmap(3), 0);
	KTEST_EXPECT_EQ(t, window.nr_used, 1);
	unmap(4);
	window_end(t);
}

static void what_nobody_holds_stays_mapped_and_is_found_again(struct ktest *t)
{
	unsigned long va;

	KTEST_ASSERT_TRUE(t, window_new(t, NR_SLOTS));
	va = map(0);
	unmap(0);
	KTEST_EXPECT_EQ(t, window.nr_unused, 1);
	KTEST_EXPECT_EQ(t, table.pfn[slot_of(va)], page_to_pfn(pages));
	KTEST_EXPECT_EQ(t, map(0), va);
	KTEST_EXPECT_EQ(t, window.nr_unused, 0);
	KTEST_EXPECT_EQ(t, table.nr_maps, 1);
	KTEST_EXPECT_EQ(t, table.nr_flushes, 0);
	unmap(0);
	window_end(t);
}

static void one_flush_is_for_all_that_nobody_holds(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, window_new(t, NR_SLOTS));
	map_and_unmap(0, NR_SLOTS);
	KTEST_EXPECT_EQ(t, table.nr_flushes, 0);
	map_and_unmap(NR_SLOTS, 1);
	KTEST_EXPECT_EQ(t, table.nr_flushes, 1);
	KTEST_EXPECT_EQ(t, window.nr_free, NR_SLOTS - 1);
	/* The next ones have room again. */
	map_and_unmap(NR_SLOTS + 1, NR_SLOTS - 1);
	KTEST_EXPECT_EQ(t, table.nr_flushes, 1);
	map_and_unmap(0, 1);
	KTEST_EXPECT_EQ(t, table.nr_flushes, 2);
	window_end(t);
}

static void a_flush_leaves_what_is_held(struct ktest *t)
{
	unsigned long va;

	KTEST_ASSERT_TRUE(t, window_new(t, NR_SLOTS));
	map_and_unmap(1, 3);
	va = map(0);
	map_and_unmap(4, 3);
	KTEST_EXPECT_EQ(t, kmap_window_flush(&window), 6);
	KTEST_EXPECT_EQ(t, window.nr_used, 1);
	KTEST_EXPECT_EQ(t, table.pfn[slot_of(va)], page_to_pfn(pages));
	KTEST_EXPECT_EQ(t, map(0), va);
	KTEST_EXPECT_EQ(t, kmap_window_flush(&window), 0);
	KTEST_EXPECT_EQ(t, table.nr_flushes, 1);
	unmap(0);
	unmap(0);
	window_end(t);
}

static void the_last_slot_is_given_and_no_more(struct ktest *t)
{
	unsigned int nr, i;

	for (nr = 1; nr <= NR_SLOTS; nr += NR_SLOTS - 1) {
		KTEST_ASSERT_TRUE(t, window_new(t, nr));
		for (i = 0; i < nr; i++)
			KTEST_EXPECT_NE(t, map(i), 0);
		KTEST_EXPECT_EQ(t, map(nr), 0);
		/* One that is mapped needs no slot. */
		KTEST_EXPECT_NE(t, map(0), 0);
		unmap(0);
		KTEST_EXPECT_EQ(t, map(nr), 0);
		unmap(nr / 2);
		KTEST_EXPECT_NE(t, map(nr), 0);
		KTEST_EXPECT_EQ(t, table.nr_flushes, 1);
		KTEST_EXPECT_EQ(t, window.nr_used, nr);
		window_end(t);
	}
}

/* There, waiting for other CPUs' answers would be for ever. */
static void with_interrupts_off_no_other_cpu_is_waited_for(struct ktest *t)
{
	unsigned int online = nr_online_cpus;
	unsigned long flags;

	KTEST_ASSERT_TRUE(t, window_new(t, NR_SLOTS));
	map_and_unmap(0, NR_SLOTS);
	flags = local_irq_save();
	nr_online_cpus = 2;
	KTEST_EXPECT_EQ(t, map(NR_SLOTS), 0);
	KTEST_EXPECT_NE(t, map(0), 0);
	nr_online_cpus = online;
	local_irq_restore(flags);
	KTEST_EXPECT_EQ(t, table.nr_flushes, 0);
	KTEST_EXPECT_NE(t, map(NR_SLOTS), 0);
	window_end(t);
}

static void one_unmap_too_many_is_reported_and_changes_nothing(struct ktest *t)
{
	struct page *no_page = pfn_to_page(max_pfn + 1);

	KTEST_ASSERT_TRUE(t, window_new(t, NR_SLOTS));
	ktest_expect_report(t, "kmap-count");
	KTEST_EXPECT_NE(t, unmap(0), 0);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "not-mapped"));
	map(0);
	unmap(0);
	ktest_expect_report(t, "kmap-count");
	KTEST_EXPECT_NE(t, unmap(0), 0);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "any more"));
	ktest_expect_report(t, "kmap-count");
	KTEST_EXPECT_NE(t, kmap_window_unmap(&window, no_page, SITE), 0);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "no-page"));
	KTEST_EXPECT_EQ(t, window.nr_used, 0);
	KTEST_EXPECT_EQ(t, window.nr_unused, 1);
	window_end(t);
}

/* --- the checker -------------------------------------------------------- */

static int violations(void)
{
	return kmap_window_check(&window);
}

static void the_checker_sees_wrong_counts(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, window_new(t, NR_SLOTS));
	map(0);
	map_and_unmap(1, 1);
	window.nr_used++;
	KTEST_EXPECT_NE(t, violations(), 0); /* M1 */
	window.nr_used--;
	window.nr_free--;
	KTEST_EXPECT_NE(t, violations(), 0); /* M1, M3 */
	window.nr_free++;
	slots[0].users = 0;
	KTEST_EXPECT_NE(t, violations(), 0); /* M1 */
	slots[0].users = 1;
	window_end(t);
}

static void the_checker_sees_wrong_chains(struct ktest *t)
{
	u16 link;
	unsigned int i;

	KTEST_ASSERT_TRUE(t, window_new(t, NR_SLOTS));
	map(0);
	map_and_unmap(1, 1);
	kmap_window_flush(&window);
	for (i = 0; i < KMAP_BUCKETS && !window.bucket[i]; i++)
		;
	KTEST_ASSERT_NE(t, i, KMAP_BUCKETS);
	link = window.bucket[i];
	window.bucket[i] = 0;
	KTEST_EXPECT_NE(t, violations(), 0); /* M2: on no chain */
	window.bucket[(i + 1) % KMAP_BUCKETS] = link;
	KTEST_EXPECT_NE(t, violations(), 0); /* M2: on a wrong one */
	window.bucket[(i + 1) % KMAP_BUCKETS] = 0;
	window.bucket[i] = link;
	slots[link - 1].next = link;
	KTEST_EXPECT_NE(t, violations(), 0); /* M2: a ring */
	slots[link - 1].next = 0;
	link = window.free;
	window.free = 0;
	KTEST_EXPECT_NE(t, violations(), 0); /* M3: lost */
	window.free = link;
	slots[link - 1].next = link;
	KTEST_EXPECT_NE(t, violations(), 0); /* M3: a ring */
	slots[link - 1].next = 0;
	window_end(t);
}

static void the_checker_sees_wrong_entries(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, window_new(t, NR_SLOTS));
	map(0);
	table.pfn[0]++;
	KTEST_EXPECT_EQ(t, violations(), 1); /* M4: another page */
	table.pfn[0] = NO_FRAME;
	KTEST_EXPECT_EQ(t, violations(), 1); /* M4: nothing */
	table.pfn[0] = page_to_pfn(pages);
	table.pfn[NR_SLOTS - 1] = page_to_pfn(pages);
	KTEST_EXPECT_EQ(t, violations(), 1); /* M4: where nothing should be */
	table.pfn[NR_SLOTS - 1] = NO_FRAME;
	window_end(t);
}

static void the_checker_sees_a_held_page_that_is_free(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KTEST_ASSERT_TRUE(t, page && window_new(t, NR_SLOTS));
	kmap_window_map(&window, page, SITE);
	__free_page(page);
	KTEST_EXPECT_EQ(t, violations(), 1); /* M5 */
	kmap_window_unmap(&window, page, SITE);
	window_end(t);
}

/* --- against a naive one ------------------------------------------------ */

struct naive {
	unsigned int users[NR_PAGES];
	unsigned long va[NR_PAGES]; /* while there are users */
	unsigned int nr_held; /* pages with users */
};

static void naive_map(struct ktest *t, struct naive *n, unsigned int i)
{
	bool fits = n->users[i] || n->nr_held < NR_SLOTS;
	unsigned long va = map(i);
	unsigned int j;

	KTEST_EXPECT_EQ(t, va != 0, fits);
	if (!va)
		return;
	KTEST_EXPECT_EQ(t, table.pfn[slot_of(va)], page_to_pfn(pages + i));
	for (j = 0; j < NR_PAGES; j++) {
		if (n->users[j])
			KTEST_EXPECT_EQ(t, n->va[j] == va, j == i);
	}
	n->nr_held += !n->users[i]++;
	n->va[i] = va;
}

static void naive_unmap(struct ktest *t, struct naive *n, unsigned int i)
{
	if (!n->users[i])
		return;
	KTEST_EXPECT_EQ(t, unmap(i), 0);
	n->nr_held -= !--n->users[i];
}

static void random_operations_agree_with_a_naive_window(struct ktest *t)
{
	struct naive n = { 0 };
	unsigned int step, i;

	KTEST_ASSERT_TRUE(t, window_new(t, NR_SLOTS));
	for (step = 0; step < 4000 && !t->failed; step++) {
		u32 r = ktest_random(t);

		i = (r >> 8) % NR_PAGES;
		if (r % 64 == 0)
			kmap_window_flush(&window);
		else if (r % 2)
			naive_map(t, &n, i);
		else
			naive_unmap(t, &n, i);
		KTEST_EXPECT_EQ(t, window.nr_used, n.nr_held);
		if (step % 64 == 0)
			KTEST_EXPECT_EQ(t, violations(), 0);
	}
	KTEST_EXPECT_NE(t, table.nr_flushes, 0);
	for (i = 0; i < NR_PAGES; i++) {
		while (n.users[i])
			naive_unmap(t, &n, i);
	}
	window_end(t);
}

/* --- the live window ---------------------------------------------------- */

static struct page *many[LAST_PKMAP + 1];

static unsigned long pattern(unsigned int i)
{
	return page_to_pfn(many[i]) ^ 0x5a5a0000ul;
}

/* Give back the first @nr of many[], mapped @nr_mapped of them. */
static void many_end(unsigned int nr, unsigned int nr_mapped)
{
	while (nr--) {
		if (nr < nr_mapped)
			kunmap_high(many[nr], SITE);
		__free_page(many[nr]);
	}
}

/* One page more than there are slots; else the case is skipped. */
static bool many_new(struct ktest *t)
{
	unsigned int i;

	kmap_flush_unused();
	for (i = 0; i <= LAST_PKMAP; i++) {
		many[i] = alloc_page(GFP_HIGHUSER | __GFP_NOWARN);
		if (!many[i])
			break;
	}
	if (i > LAST_PKMAP)
		return true;
	many_end(i, 0);
	ktest_skip(t, "not enough memory for all slots");
	return false;
}

/* Fill each page with what is its own, through its slot; read all of it. */
static void many_map(struct ktest *t)
{
	static unsigned long *va[LAST_PKMAP];
	unsigned int i;

	for (i = 0; i < LAST_PKMAP; i++) {
		va[i] = kmap_high(many[i], SITE);
		if (!KTEST_EXPECT_NOT_NULL(t, va[i]))
			return;
		*va[i] = pattern(i);
	}
	for (i = 0; i < LAST_PKMAP; i++)
		KTEST_EXPECT_EQ(t, *va[i], pattern(i));
}

static void with_every_slot_taken_one_release_is_enough(struct ktest *t)
{
	struct page *last;
	unsigned long *va;

	if (!many_new(t))
		return;
	KTEST_EXPECT_EQ(t, kmap_nr_used(), 0);
	many_map(t);
	KTEST_EXPECT_EQ(t, kmap_nr_used(), LAST_PKMAP);
	last = many[LAST_PKMAP];
	KTEST_EXPECT_NULL(t, kmap_high_nonblock(last, SITE));
	kunmap_high(many[100], SITE);
	va = kmap_high_nonblock(last, SITE);
	KTEST_EXPECT_NOT_NULL(t, va);
	if (va) {
		*va = ~0ul;
		/* The address was another page's: a forgotten flush shows. */
		KTEST_EXPECT_EQ(t, kmap_live.nr_flushes != 0, true);
		kunmap_high(last, SITE);
	}
	va = kmap_high(many[100], SITE);
	KTEST_EXPECT_TRUE(t, va && *va == pattern(100));
	many_end(LAST_PKMAP + 1, LAST_PKMAP);
	KTEST_EXPECT_EQ(t, kmap_window_check(&kmap_live), 0);
	kmap_flush_unused();
}

static void a_leak_of_every_slot_names_who_holds_most(struct ktest *t)
{
	unsigned int patience = kmap_live.desc.patience;
	unsigned int i;

	if (!many_new(t))
		return;
	for (i = 0; i < LAST_PKMAP; i++)
		kmap_high(many[i], i % 4 ? OTHER_SITE : SITE);
	ktest_expect_report(t, "kmap-leak");
	kmap_live.desc.patience = SHORT_PATIENCE;
	KTEST_EXPECT_NULL(t, kmap_high(many[LAST_PKMAP], SITE));
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t),
					"kmap-leak 512 slots, 384 by one "
					"alloc=kmap_flush_unused"));
	KTEST_EXPECT_NULL(t, kmap_high_nonblock(many[LAST_PKMAP], SITE));
	kmap_live.desc.patience = patience;
	many_end(LAST_PKMAP + 1, LAST_PKMAP);
	kmap_flush_unused();
}

static struct completion mapped;
static void *mapped_at;

/* A thread that wants one more than there are. */
static int map_one_more(void *data)
{
	(void)data;
	mapped_at = kmap_high(many[LAST_PKMAP], OTHER_SITE);
	complete(&mapped);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

static bool somebody_waits(void)
{
	unsigned int ms;

	for (ms = 0; ms < 1000 && !READ_ONCE(kmap_live.nr_waiting); ms += 10)
		msleep(10);
	return READ_ONCE(kmap_live.nr_waiting) == 1;
}

static void a_sleeper_waits_and_is_woken_by_kunmap(struct ktest *t)
{
	struct task_struct *task;

	if (!many_new(t))
		return;
	many_map(t);
	init_completion(&mapped);
	mapped_at = NULL;
	task = kthread_run(map_one_more, NULL, "kmap-waiter");
	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	KTEST_EXPECT_TRUE(t, somebody_waits());
	KTEST_EXPECT_NULL(t, mapped_at);
	kunmap_high(many[7], SITE);
	KTEST_EXPECT_NE(t, wait_for_completion_timeout(&mapped, HZ), 0);
	KTEST_EXPECT_NOT_NULL(t, mapped_at);
	KTEST_EXPECT_EQ(t, kmap_live.nr_waiting, 0);
	kthread_stop(task);
	kunmap_high(many[LAST_PKMAP], SITE);
	KTEST_EXPECT_NOT_NULL(t, kmap_high(many[7], SITE));
	many_end(LAST_PKMAP + 1, LAST_PKMAP);
	kmap_flush_unused();
}

static void who_may_not_sleep_is_refused_at_once(struct ktest *t)
{
	if (!many_new(t))
		return;
	many_map(t);
	preempt_disable();
	ktest_expect_report(t, "kmap-leak");
	KTEST_EXPECT_NULL(t, kmap_high(many[LAST_PKMAP], SITE));
	preempt_enable();
	KTEST_EXPECT_EQ(t, kmap_live.nr_waiting, 0);
	many_end(LAST_PKMAP + 1, LAST_PKMAP);
	kmap_flush_unused();
}

static void an_address_shows_its_new_page_after_reuse(struct ktest *t)
{
	struct page *a = alloc_page(GFP_KERNEL), *b = alloc_page(GFP_KERNEL);
	char *va, *vb;

	KTEST_ASSERT_TRUE(t, a && b);
	kmap_flush_unused();
	va = kmap_high(a, SITE);
	strcpy(va, "a");
	kunmap_high(a, SITE);
	KTEST_EXPECT_TRUE(t, kpt_lookup((unsigned long)va, NULL));
	kmap_flush_unused();
	KTEST_EXPECT_FALSE(t, kpt_lookup((unsigned long)va, NULL));
	vb = kmap_high(b, SITE);
	KTEST_EXPECT_PTR_EQ(t, va, vb);
	strcpy(vb, "b");
	KTEST_EXPECT_STREQ(t, page_address(a), "a");
	KTEST_EXPECT_STREQ(t, page_address(b), "b");
	kunmap_high(b, SITE);
	__free_page(a);
	__free_page(b);
}

static void a_slot_names_the_first_of_its_holders(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long va, site;
	pfn_t pfn;

	KTEST_ASSERT_NOT_NULL(t, page);
	va = (unsigned long)kmap_high(page, SITE);
	kmap_high(page, OTHER_SITE);
	KTEST_EXPECT_TRUE(t, kmap_slot_owner(va + 1, &site, &pfn));
	KTEST_EXPECT_EQ(t, site, SITE);
	KTEST_EXPECT_EQ(t, pfn, page_to_pfn(page));
	kunmap_high(page, SITE);
	kunmap_high(page, SITE);
	kmap_high(page, OTHER_SITE);
	KTEST_EXPECT_TRUE(t, kmap_slot_owner(va, &site, NULL));
	KTEST_EXPECT_EQ(t, site, OTHER_SITE);
	kunmap_high(page, SITE);
	__free_page(page);
}

static void a_lowmem_page_takes_no_slot(struct ktest *t)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	KTEST_ASSERT_NOT_NULL(t, page);
	kmap_flush_unused();
	KTEST_EXPECT_PTR_EQ(t, kmap(page), page_address(page));
	KTEST_EXPECT_PTR_EQ(t, kmap(page + 1), page_address(page + 1));
	KTEST_EXPECT_PTR_EQ(t, kmap_nonblock(page), page_address(page));
	KTEST_EXPECT_PTR_EQ(t, page_address(page), page_address(page));
	KTEST_EXPECT_PTR_EQ(t, kmap_to_page(page_address(page + 1)), page + 1);
	KTEST_EXPECT_EQ(t, kmap_live.nr_used + kmap_live.nr_unused, 0);
	kunmap(page);
	kunmap(page + 1);
	kunmap(page);
	__free_pages(page, 1);
}

/* Two high pages in a row; false: there are none, the case is skipped. */
static bool high_pages(struct ktest *t, struct page **page)
{
	*page = alloc_pages(GFP_HIGHUSER, 1);
	if (*page && PageHighMem(*page))
		return true;
	if (*page)
		__free_pages(*page, 1);
	ktest_skip(t, "no high memory");
	return false;
}

static void of_many_freed_at_once_a_mapped_page_stays(struct ktest *t)
{
	struct page *pair[2], *page;
	unsigned long before;

	if (!high_pages(t, &page))
		return;
	split_page(page, 1);
	pair[0] = page;
	pair[1] = page + 1;
	kmap(page + 1);
	before = nr_free_pages();
	ktest_expect_report(t, "page-mapped");
	free_pages_bulk(pair, 2);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before + 1);
	KTEST_EXPECT_EQ(t, page_count(page + 1), 1);
	kunmap(page + 1);
	__free_page(page + 1);
}

static void a_high_page_has_an_address_while_it_is_mapped(struct ktest *t)
{
	struct addr_info info;
	struct page *page;
	unsigned long va;

	if (!high_pages(t, &page))
		return;
	KTEST_EXPECT_NOT_NULL(t, kmap(page + 1));
	KTEST_EXPECT_NULL(t, page_address(page));
	va = (unsigned long)kmap(page);
	KTEST_EXPECT_TRUE(t, va - KMAP_START < KMAP_END - KMAP_START);
	KTEST_EXPECT_PTR_EQ(t, kmap(page), (void *)va);
	KTEST_EXPECT_PTR_EQ(t, page_address(page), (void *)va);
	KTEST_EXPECT_PTR_EQ(t, kmap_to_page((void *)(va + 9)), page);
	KTEST_EXPECT_EQ(t, addr_classify(va + 9, &info), ADDR_KMAP);
	KTEST_EXPECT_EQ(t, info.pfn, page_to_pfn(page));
	kunmap(page);
	KTEST_EXPECT_TRUE(t, kmap_page_is_mapped(page));
	kunmap(page);
	/* The mapping is still there; it is nobody's. */
	KTEST_EXPECT_FALSE(t, kmap_page_is_mapped(page));
	KTEST_EXPECT_NULL(t, page_address(page));
	KTEST_EXPECT_NULL(t, kmap_to_page((void *)va));
	KTEST_EXPECT_FALSE(t, kmap_slot_owner(va, NULL, NULL));
	ktest_expect_report(t, "kmap-count");
	kunmap(page);
	kunmap(page + 1);
	__free_pages(page, 1);
}

/* A frame of a block on a CPU's list, or of one that went to the buddy. */
static void refuse_in_block(struct ktest *t, unsigned int order)
{
	struct page *page = alloc_pages(GFP_KERNEL, order);
	char want[64];

	KTEST_ASSERT_NOT_NULL(t, page);
	__free_pages(page, order);
	snprintf(want, sizeof(want),
		 "kmap-free-page pfn=%#lx head=", page_to_pfn(page));
	ktest_expect_report(t, "kmap-free-page");
	KTEST_EXPECT_NULL(t, kmap(page));
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), want));
	ktest_expect_report(t, "kmap-free-page");
	KTEST_EXPECT_NULL(t, kmap_nonblock(page + BIT(order) - 1));
	ktest_expect_report(t, "kmap-free-page");
	KTEST_EXPECT_NULL(t, kmap_high(page, SITE));
	ktest_expect_report(t, "kmap-free-page");
	KTEST_EXPECT_NULL(t, kmap_high_nonblock(page, SITE));
}

static void a_free_page_is_refused(struct ktest *t)
{
	refuse_in_block(t, 0);
	refuse_in_block(t, 6);
	ktest_expect_report(t, "kmap-free-page");
	KTEST_EXPECT_NULL(t, kmap_nonblock(pfn_to_page(max_pfn)));
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "no-page"));
	KTEST_EXPECT_EQ(t, kmap_nr_used(), 0);
}

static void what_is_kept_back_or_holds_objects_is_not_free(struct ktest *t)
{
	void *object = kmalloc(64, GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, object);
	KTEST_EXPECT_NOT_NULL(t, kmap(virt_to_page(object)));
	kfree(object);
	KTEST_EXPECT_EQ(t, page_state(pfn_to_page(0)), PAGE_RESERVED);
	KTEST_EXPECT_PTR_EQ(t, kmap(pfn_to_page(0)),
			    page_address(pfn_to_page(0)));
}

static void who_may_not_sleep_is_told_so_first(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, page);
	preempt_disable();
	ktest_expect_report(t, "sleep-in-atomic");
	KTEST_EXPECT_PTR_EQ(t, kmap(page), page_address(page));
	KTEST_EXPECT_PTR_EQ(t, kmap_nonblock(page), page_address(page));
	preempt_enable();
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t),
					"sleep-in-atomic kmap preempt=1"));
	irq_enter();
	KTEST_EXPECT_NOT_NULL(t, kmap_high_nonblock(page, SITE));
	kunmap_high(page, SITE);
	irq_exit();
	__free_page(page);
}

static void a_block_with_a_mapped_page_may_not_be_freed(struct ktest *t)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	char want[64];

	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_EXPECT_FALSE(t, kmap_any_held());
	kmap_high(page + 2, SITE);
	kmap_high(page + 2, SITE);
	KTEST_EXPECT_TRUE(t, kmap_any_held());
	KTEST_EXPECT_FALSE(t, kmap_refuse_free(page, 1, SITE));
	KTEST_EXPECT_FALSE(t, kmap_refuse_free(page + 3, 0, SITE));
	KTEST_EXPECT_FALSE(t, kmap_refuse_free(page + 3, 1, SITE));
	snprintf(want, sizeof(want),
		 "page-mapped pfn=%#lx count=2 alloc=", page_to_pfn(page + 2));
	ktest_expect_report(t, "page-mapped");
	KTEST_EXPECT_TRUE(t, kmap_refuse_free(page, 2, SITE));
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), want));
	ktest_expect_report(t, "page-mapped");
	KTEST_EXPECT_TRUE(t, kmap_refuse_free(page + 2, 0, SITE));
	kunmap_high(page + 2, SITE);
	kunmap_high(page + 2, SITE);
	KTEST_EXPECT_FALSE(t, kmap_any_held());
	KTEST_EXPECT_FALSE(t, kmap_refuse_free(page, 2, SITE));
	KTEST_EXPECT_FALSE(t, kmap_refuse_free(page + 2, 0, SITE));
	__free_pages(page, 2);
}

static void the_direct_maps_formula_is_for_lowmem(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_EXPECT_PTR_EQ(t, page_to_virt(page), page_address(page));
	ktest_expect_report(t, "highmem");
	KTEST_EXPECT_NULL(t, lowmem_page_address(pfn_to_page(max_low_pfn)));
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "highmem page_address pfn="));
	__free_page(page);
}

static const struct ktest_case kmap_cases[] = {
	KTEST_CASE(a_page_mapped_twice_has_one_slot),
	KTEST_CASE(what_nobody_holds_stays_mapped_and_is_found_again),
	KTEST_CASE(one_flush_is_for_all_that_nobody_holds),
	KTEST_CASE(a_flush_leaves_what_is_held),
	KTEST_CASE(the_last_slot_is_given_and_no_more),
	KTEST_CASE(with_interrupts_off_no_other_cpu_is_waited_for),
	KTEST_CASE(one_unmap_too_many_is_reported_and_changes_nothing),
	KTEST_CASE(the_checker_sees_wrong_counts),
	KTEST_CASE(the_checker_sees_wrong_chains),
	KTEST_CASE(the_checker_sees_wrong_entries),
	KTEST_CASE(the_checker_sees_a_held_page_that_is_free),
	KTEST_CASE(random_operations_agree_with_a_naive_window),
	KTEST_CASE(with_every_slot_taken_one_release_is_enough),
	KTEST_CASE(a_leak_of_every_slot_names_who_holds_most),
	KTEST_CASE(a_sleeper_waits_and_is_woken_by_kunmap),
	KTEST_CASE(who_may_not_sleep_is_refused_at_once),
	KTEST_CASE(an_address_shows_its_new_page_after_reuse),
	KTEST_CASE(a_slot_names_the_first_of_its_holders),
	KTEST_CASE(a_lowmem_page_takes_no_slot),
	KTEST_CASE(of_many_freed_at_once_a_mapped_page_stays),
	KTEST_CASE(a_high_page_has_an_address_while_it_is_mapped),
	KTEST_CASE(a_free_page_is_refused),
	KTEST_CASE(what_is_kept_back_or_holds_objects_is_not_free),
	KTEST_CASE(who_may_not_sleep_is_told_so_first),
	KTEST_CASE(a_block_with_a_mapped_page_may_not_be_freed),
	KTEST_CASE(the_direct_maps_formula_is_for_lowmem),
};
KTEST_SUITE(kmap, kmap_cases);
