/* SPDX-License-Identifier: MIT */
/* vmalloc_test.c - vmalloc() and vfree() on the live window */
#include <kernel/ktest.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/ioremap.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include "proc_text.h"

/* A period of counting refusals begins, in which @nr have been; of many more no
 * line is shown. */
static void refusals_begin(unsigned int nr)
{
	vm_live_window.refusals_since_ns = time_ns();
	vm_live_window.nr_refusals = nr;
}

/* Free pages, those that wait for a flush too. */
static unsigned long free_pages_now(void)
{
	vm_unmap_aliases();
	return nr_free_pages();
}

static void contents_run_on_across_pages(struct ktest *t)
{
	const unsigned long bytes = 5 * PAGE_SIZE;
	u8 *p = vmalloc(bytes);
	unsigned long i;
	u8 piece[4];

	KTEST_ASSERT_NOT_NULL(t, p);
	for (i = 0; i < bytes; i++)
		p[i] = (u8)(i * 7 + (i >> PAGE_SHIFT));
	for (i = 0; i < bytes; i++)
		if (p[i] != (u8)(i * 7 + (i >> PAGE_SHIFT)))
			break;
	KTEST_EXPECT_EQ(t, i, bytes);
	/* The frames behind it hold the same. */
	for (i = PAGE_SIZE - 4; i < bytes; i += PAGE_SIZE) {
		memcpy_from_page(piece, vmalloc_to_page(p + i), i & ~PAGE_MASK,
				 sizeof(piece));
		KTEST_EXPECT_EQ(t, memcmp(piece, p + i, sizeof(piece)), 0);
	}
	vfree(p);
}

static char no_area;

static void the_page_of_an_address_is_what_the_tables_say(struct ktest *t)
{
	const unsigned long pages = 70;
	char *p = vmalloc(pages * PAGE_SIZE);
	unsigned long i;
	phys_addr_t pa;

	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_TRUE(t, is_vmalloc_addr(p));
	for (i = 0; i < pages; i++) {
		const char *at = p + i * PAGE_SIZE + 17;

		KTEST_EXPECT_TRUE(t, kpt_lookup((unsigned long)at, &pa));
		KTEST_EXPECT_EQ(t, page_to_phys(vmalloc_to_page(at)), pa - 17);
		KTEST_EXPECT_EQ(t, vmalloc_to_pfn(at), phys_to_pfn(pa));
	}
	KTEST_EXPECT_NULL(t, vmalloc_to_page(p + pages * PAGE_SIZE));
	KTEST_EXPECT_NULL(t, vmalloc_to_page(&no_area));
	KTEST_EXPECT_FALSE(
		t, kpt_lookup((unsigned long)p + pages * PAGE_SIZE, NULL));
	vfree(p);
	KTEST_EXPECT_FALSE(t, kpt_lookup((unsigned long)p, NULL));
}

static void vzalloc_clears_pages_that_were_dirty(struct ktest *t)
{
	const unsigned long bytes = 6 * PAGE_SIZE;
	char *p = vmalloc(bytes);

	KTEST_ASSERT_NOT_NULL(t, p);
	memset(p, 0x5a, bytes);
	vfree(p);
	vm_unmap_aliases();
	p = vzalloc(bytes - 5);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_NULL(t, memchr_inv(p, 0, bytes));
	vfree(p);
	/* Not writable through its mapping: cleared page by page. */
	p = __vmalloc(bytes, GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO,
		      PROT_KERNEL_RO);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_NULL(t, memchr_inv(p, 0, bytes));
	vfree(p);
}

/* So many that some get pages that were dirty, whatever is free besides. */
static void stacks_are_clear(struct ktest *t)
{
	const unsigned long bytes = 4 * PAGE_SIZE;
	char *p[16];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = vmalloc(bytes);
		if (KTEST_EXPECT_NOT_NULL(t, p[i]))
			memset(p[i], 0x5a, bytes);
	}
	while (i--)
		vfree(p[i]);
	vm_unmap_aliases();
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = vmalloc_stack(bytes);
		if (KTEST_EXPECT_NOT_NULL(t, p[i]))
			KTEST_EXPECT_NULL(t, memchr_inv(p[i], 0, bytes));
	}
	while (i--)
		vfree_stack(p[i]);
}

static void high_memory_is_taken_first(struct ktest *t)
{
	char *p, *low;

	if (nr_free_highpages() < 64) {
		ktest_skip(t, "this machine has no high memory to spare");
		return;
	}
	p = vmalloc(PAGE_SIZE);
	low = __vmalloc(PAGE_SIZE, GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_ASSERT_NOT_NULL(t, low);
	KTEST_EXPECT_TRUE(t, PageHighMem(vmalloc_to_page(p)));
	KTEST_EXPECT_TRUE(t, !PageHighMem(vmalloc_to_page(low)));
	KTEST_EXPECT_EQ(t, page_owner(vmalloc_to_page(low)),
			PAGE_OWNER_VMALLOC);
	vfree(p);
	vfree(low);
}

/* Which of the family gives what. */
static void each_call_of_the_family_gives_what_it_says(struct ktest *t)
{
	const unsigned long bytes = 3 * PAGE_SIZE;
	void *zeroed[] = {
		vzalloc(bytes),	       vzalloc_node(bytes, 0),
		vmalloc_user(bytes),   vmalloc_32_user(bytes),
		vcalloc(3, PAGE_SIZE), __vcalloc(PAGE_SIZE, 3, GFP_KERNEL)
	};
	void *plain[] = { vmalloc_32(bytes),
			  vmalloc_node(bytes, -1),
			  vmalloc_array(3, PAGE_SIZE),
			  __vmalloc_array(3, PAGE_SIZE, GFP_KERNEL),
			  __vmalloc(bytes, GFP_KERNEL | GFP_DMA32),
			  __vmalloc_node(bytes, 16 * PAGE_SIZE, GFP_KERNEL, -1,
					 __builtin_return_address(0)) };
	unsigned int i;

	KTEST_EXPECT_FALSE(t, PageHighMem(vmalloc_to_page(plain[0])));
	KTEST_EXPECT_FALSE(t, PageHighMem(vmalloc_to_page(zeroed[3])));
	KTEST_EXPECT_TRUE(t,
			  IS_ALIGNED((unsigned long)plain[5], 16 * PAGE_SIZE));
	for (i = 0; i < ARRAY_SIZE(zeroed); i++)
		if (KTEST_EXPECT_NOT_NULL(t, zeroed[i]))
			KTEST_EXPECT_NULL(t, memchr_inv(zeroed[i], 0, bytes));
	for (i = 0; i < ARRAY_SIZE(plain); i++)
		if (KTEST_EXPECT_NOT_NULL(t, plain[i]))
			memset(plain[i], 0x5a, bytes);
	for (i = 0; i < ARRAY_SIZE(zeroed); i++)
		vfree(zeroed[i]);
	for (i = 0; i < ARRAY_SIZE(plain); i++)
		vfree(plain[i]);
}

static void arrays_too_long_for_any_address_are_refused(struct ktest *t)
{
	const size_t half = SIZE_MAX / 2 + 1;

	KTEST_EXPECT_NULL(t, vmalloc_array(half, 2));
	KTEST_EXPECT_NULL(t, vcalloc(2, half));
	KTEST_EXPECT_NULL(t, __vmalloc_array(half, half, GFP_KERNEL));
	KTEST_EXPECT_NULL(t, __vcalloc(SIZE_MAX, 3, GFP_KERNEL));
	/* The product wraps to 4. */
	KTEST_EXPECT_NULL(t, vmalloc_array(half + 2, 2));
	KTEST_EXPECT_NULL(t, __vmalloc_node(PAGE_SIZE, 3 * PAGE_SIZE,
					    GFP_KERNEL, 0, NULL));
}

static void memory_of_others_is_not_taken_by_vfree(struct ktest *t)
{
	char *obj = kmalloc(64, GFP_KERNEL);
	char *p = vmalloc(2 * PAGE_SIZE);

	KTEST_ASSERT_NOT_NULL(t, obj);
	KTEST_ASSERT_NOT_NULL(t, p);
	vfree(NULL);
	ktest_expect_report(t, "bad-vfree");
	vfree(obj);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "bad-vfree not-an-area "));
	ktest_expect_report(t, "bad-vfree");
	vfree(p + PAGE_SIZE);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "bad-vfree interior "));
	vfree(p);
	kfree(obj);
	KTEST_EXPECT_EQ(t, vm_window_check(&vm_live_window), 0);
}

static void with_interrupts_off_vfree_works_and_is_reported(struct ktest *t)
{
	char *p = vmalloc(PAGE_SIZE);
	unsigned long flags;

	KTEST_ASSERT_NOT_NULL(t, p);
	flags = local_irq_save();
	ktest_expect_report(t, "vfree-in-atomic");
	vfree(p);
	local_irq_restore(flags);
	KTEST_EXPECT_FALSE(t, kpt_lookup((unsigned long)p, NULL));
}

static void live_refusals_lose_nothing(struct ktest *t)
{
	unsigned long window = VMALLOC_END - VMALLOC_START;
	unsigned long before = free_pages_now();

	refusals_begin(0);
	KTEST_EXPECT_NULL(t, vmalloc(0));
	KTEST_EXPECT_NULL(t, vmalloc(window));
	KTEST_EXPECT_NULL(t, vmalloc(window + PAGE_SIZE));
	KTEST_EXPECT_NULL(t, vmalloc(ULONG_MAX));
	KTEST_EXPECT_NULL(t, vzalloc(ULONG_MAX - PAGE_SIZE + 2));
	KTEST_EXPECT_NULL(t, __vmalloc(PAGE_SIZE, __GFP_DMA | __GFP_HIGHMEM));
	KTEST_EXPECT_EQ(t, vm_live_window.nr_refusals, 6);
	KTEST_EXPECT_EQ(t, mm_last_failure.cause, ALLOC_BY_OTHER);
	KTEST_EXPECT_STREQ(t, mm_last_failure.text,
			   "vmalloc: out of pages or page tables for 4096 "
			   "bytes");
	KTEST_EXPECT_NULL(t, __vmalloc(0, GFP_KERNEL | __GFP_NOWARN));
	KTEST_EXPECT_EQ(t, vm_live_window.nr_refusals, 6);
	KTEST_EXPECT_EQ(t, free_pages_now(), before);
}

/* One operation, and what it holds given back. Return: did it succeed? */
static bool sweep_once(void)
{
	void *p = vmalloc(40 * PAGE_SIZE);

	vfree(p);
	return p != NULL;
}

static void live_failures_of_any_page_leak_nothing(struct ktest *t)
{
	struct fault_attr boot_plan;
	unsigned long before;
	unsigned int n;
	char plan[32];

	/* Descriptors of a debug cache rest before they are used again: it has
	 * all its slabs when as many rest as may. */
	for (n = 0; n < 2 * SLAB_QUARANTINE_MAX; n++)
		KTEST_ASSERT_TRUE(t, sweep_once());
	before = free_pages_now();
	/* The first n pages can be had, then none. */
	for (n = 0; n < 100; n++) {
		bool ok;

		refusals_begin(1000);
		snprintf(plan, sizeof(plan), "1,100,%lu,-1", n * PAGE_SIZE);
		fault_plan_save(&mm_node.fault, &boot_plan);
		KTEST_EXPECT_EQ(t, fault_attr_parse(&mm_node.fault, plan), 0);
		ok = sweep_once();
		fault_plan_restore(&mm_node.fault, &boot_plan);
		KTEST_EXPECT_EQ(t, free_pages_now(), before);
		KTEST_EXPECT_EQ(t, vm_window_check(&vm_live_window), 0);
		if (ok)
			break;
	}
	/* 40 pages, and the plan wants room to be left; tables and descriptors
	 * are there from the first run. */

	KTEST_EXPECT_EQ(t, n, 41);
	vm_live_window.nr_refusals = 0;
}

/* The order that the buddy was said to have is gone when it is asked for. */
static void a_block_that_others_took_is_made_of_single_pages(struct ktest *t)
{
	const unsigned long bytes = 16 * PAGE_SIZE;
	struct fault_attr boot_plan;
	char *p;

	/* The next area of this size needs no descriptor, and no table. */
	vfree(vmalloc(bytes));
	vm_unmap_aliases();
	fault_plan_save(&mm_node.fault, &boot_plan);
	fault_fail_nth(&mm_node.fault, 1);
	p = vmalloc(bytes);
	KTEST_EXPECT_GE(t, atomic_read(&mm_node.fault.failures), 1);
	fault_plan_restore(&mm_node.fault, &boot_plan);
	if (KTEST_EXPECT_NOT_NULL(t, p))
		memset(p, 1, bytes);
	KTEST_EXPECT_EQ(t, vm_window_check(&vm_live_window), 0);
	vfree(p);
}

/* A user who holds a page longer than its area: the rest goes back. */
static void a_page_with_another_user_outlives_its_area(struct ktest *t)
{
	unsigned long before = free_pages_now();
	char *p = vmalloc(16 * PAGE_SIZE);
	struct page *page;

	KTEST_ASSERT_NOT_NULL(t, p);
	page = vmalloc_to_page(p + 5 * PAGE_SIZE);
	atomic_inc(&page->_refcount);
	vfree(p);
	KTEST_EXPECT_EQ(t, free_pages_now(), before - 1);
	KTEST_EXPECT_EQ(t, page_state(page), PAGE_ALLOCATED);
	__free_page(page);
	KTEST_EXPECT_EQ(t, free_pages_now(), before);
}

static void executable_areas_are_never_writable(struct ktest *t)
{
	unsigned long before = kpt_count_wx_pages();
	void *p = __vmalloc(PAGE_SIZE, GFP_KERNEL, PROT_KERNEL_EXEC);

	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_EQ(t, kpt_count_wx_pages(), before);
	vfree(p);
}

static void vmallocinfo_has_linux_lines(struct ktest *t)
{
	char want[64], line[160];
	const char *found;
	char *p;

	vm_unmap_aliases();
	vm_window_drop_parked(&vm_live_window);
	p = vmalloc(3 * PAGE_SIZE);
	KTEST_ASSERT_NOT_NULL(t, p);
	snprintf(want, sizeof(want), "0x%08lx-0x%08lx   16384 ",
		 (unsigned long)p, (unsigned long)p + 4 * PAGE_SIZE);
	found = strstr(text_of(t, "vmallocinfo"), want);
	if (KTEST_EXPECT_NOT_NULL(t, found)) {
		strlcpy(line, found, sizeof(line));
		line[strcspn(line, "\n")] = '\0';
		KTEST_EXPECT_NOT_NULL(t, strstr(line, " pages=3 vmalloc"));
		KTEST_EXPECT_NULL(t, strstr(line, "phys="));
	}
	vfree(p);
	snprintf(want, sizeof(want), "0x%08lx-0x%08lx   16384 unpurged",
		 (unsigned long)p, (unsigned long)p + 4 * PAGE_SIZE);
	/* On a very small machine so much is flushed at once. */
	KTEST_EXPECT_EQ(t, strstr(text_of(t, "vmallocinfo"), want) != NULL,
			vm_live_window.desc.lazy_max_pages > 3);
}

/* --- who changes page tables ------------------------------------------------ */

static void use_kmalloc(void)
{
	static const size_t sizes[] = { 8, 64, 192, 4096, 8192, KIB(64) };
	void *p[ARRAY_SIZE(sizes)];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		p[i] = kmalloc(sizes[i], GFP_KERNEL);
		if (p[i])
			memset(p[i], 1, sizes[i]);
	}
	while (i--)
		kfree(p[i]);
}

static void use_pages(void)
{
	unsigned long one = __get_free_page(GFP_KERNEL);
	unsigned long many = get_zeroed_page(GFP_KERNEL);
	struct page *high = alloc_pages(GFP_HIGHUSER, 3);

	if (high)
		__free_pages(high, 3);
	free_page(many);
	free_page(one);
}

static void use_vmalloc(void)
{
	vfree(vmalloc(5 * PAGE_SIZE));
}

/* Where a PC has interrupt controllers and no RAM; mapped, never touched. */
static void use_ioremap(void)
{
	iounmap(ioremap(0xfee00000ull, 3 * PAGE_SIZE));
}

/* Fewest of some tries, as others may be at work: entries that @use writes. */
static unsigned long writes_of(void (*use)(void))
{
	unsigned long least = ULONG_MAX, before;
	unsigned int tries;

	for (tries = 0; tries < 20; tries++) {
		before = kpt_nr_writes();
		use();
		least = min(least, kpt_nr_writes() - before);
	}
	return least;
}

static void only_vmalloc_and_ioremap_write_page_tables(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, writes_of(use_kmalloc), 0);
	KTEST_EXPECT_EQ(t, writes_of(use_pages), 0);
	/* Each page once on its way in, and once out. */
	KTEST_EXPECT_EQ(t, writes_of(use_vmalloc), 10);
	KTEST_EXPECT_EQ(t, writes_of(use_ioremap), 6);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(text_of(t, "vmstat"), "\npgtable_writes "));
}

/* Fewest of some tries, as others may be at work: pages that an ioremap() of 64
 * takes, or a vmalloc() of as many. */
static unsigned long pages_taken(bool by_vmalloc)
{
	unsigned long least = ULONG_MAX, before, now, bytes = 64 * PAGE_SIZE;
	unsigned int tries;
	void *p;

	for (tries = 0; tries < 20; tries++) {
		/* What waits for a flush would come back in between. */
		vm_unmap_aliases();
		before = nr_free_pages();
		p = by_vmalloc ? vmalloc(bytes) :
				 (void __force *)ioremap(0xfec00000ull, bytes);
		now = nr_free_pages();
		if (before >= now)
			least = min(least, before - now);
		if (by_vmalloc)
			vfree(p);
		else
			iounmap((void __iomem __force *)p);
	}
	return least;
}

/* After the first try the tables are there, and stay. */
static void ioremap_takes_no_page_where_vmalloc_takes_all(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, pages_taken(false), 0);
	KTEST_EXPECT_EQ(t, pages_taken(true), 64);
}

static const struct ktest_case vmalloc_cases[] = {
	KTEST_CASE(contents_run_on_across_pages),
	KTEST_CASE(the_page_of_an_address_is_what_the_tables_say),
	KTEST_CASE(vzalloc_clears_pages_that_were_dirty),
	KTEST_CASE(stacks_are_clear),
	KTEST_CASE(high_memory_is_taken_first),
	KTEST_CASE(each_call_of_the_family_gives_what_it_says),
	KTEST_CASE(arrays_too_long_for_any_address_are_refused),
	KTEST_CASE(memory_of_others_is_not_taken_by_vfree),
	KTEST_CASE(with_interrupts_off_vfree_works_and_is_reported),
	KTEST_CASE(live_refusals_lose_nothing),
	KTEST_CASE(live_failures_of_any_page_leak_nothing),
	KTEST_CASE(a_block_that_others_took_is_made_of_single_pages),
	KTEST_CASE(a_page_with_another_user_outlives_its_area),
	KTEST_CASE(executable_areas_are_never_writable),
	KTEST_CASE(vmallocinfo_has_linux_lines),
	KTEST_CASE(only_vmalloc_and_ioremap_write_page_tables),
	KTEST_CASE(ioremap_takes_no_page_where_vmalloc_takes_all),
};
KTEST_SUITE(vmalloc, vmalloc_cases);
