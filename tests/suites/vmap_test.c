/* SPDX-License-Identifier: MIT */
/* vmap_test.c - vmap(), vm_map_ram() and what their areas say of themselves */
#include <kernel/ktest.h>
#include <kernel/preempt.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/vsnprintf.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/slab.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include "proc_text.h"

#define PAGES 5u

static struct page *own[PAGES];

static bool pages_take(struct ktest *t, struct page **pages, unsigned int nr)
{
	memset(pages, 0, nr * sizeof(pages[0]));
	return KTEST_EXPECT_EQ(
		t, alloc_pages_bulk_array(GFP_HIGHUSER, nr, pages), nr);
}

static void pages_give(struct page **pages, unsigned int nr)
{
	vm_unmap_aliases();
	free_pages_bulk(pages, nr);
}

/* The rest of the line of /proc/vmallocinfo that shows the area at @p. */
static const char *line_of(struct ktest *t, const void *p)
{
	static char line[160];
	const char *found;
	char want[16];

	snprintf(want, sizeof(want), "0x%08lx-", (unsigned long)p);
	found = strstr(text_of(t, "vmallocinfo"), want);
	strlcpy(line, found ? found : "", sizeof(line));
	line[strcspn(line, "\n")] = '\0';
	return line;
}

/* Does the line end in @tail? */
static bool line_ends(const char *line, const char *tail)
{
	size_t n = strlen(line), m = strlen(tail);

	return n >= m && !strcmp(line + n - m, tail);
}

static void pages_show_side_by_side_in_the_order_given(struct ktest *t)
{
	struct page *twice[4];
	char *p;

	if (!pages_take(t, own, 3))
		return;
	twice[0] = own[2];
	twice[1] = own[0];
	twice[2] = own[1];
	twice[3] = own[0];
	p = vmap(twice, 4, VM_MAP, PAGE_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, p);
	p[0] = 'c';
	p[PAGE_SIZE] = 'a';
	p[2 * PAGE_SIZE] = 'b';
	/* One page at two places, of which the compiler knows nothing. */
	barrier();
	KTEST_EXPECT_EQ(t, p[3 * PAGE_SIZE], 'a');
	KTEST_EXPECT_PTR_EQ(t, vmalloc_to_page(p + 2 * PAGE_SIZE + 9), own[1]);
	KTEST_EXPECT_FALSE(t,
			   kpt_lookup((unsigned long)p + 4 * PAGE_SIZE, NULL));
	KTEST_EXPECT_EQ(t, vm_window_check(&vm_live_window), 0);
	vunmap(p);
	vunmap(NULL);
	KTEST_EXPECT_FALSE(t, kpt_lookup((unsigned long)p, NULL));
	KTEST_EXPECT_EQ(t, page_ref_count(own[0]), 1);
	pages_give(own, 3);
}

static void the_listing_says_what_each_area_is(struct ktest *t)
{
	unsigned long used = vmalloc_used_pages();
	char *p;

	if (!pages_take(t, own, PAGES))
		return;
	p = vmap(own, PAGES, VM_MAP, PAGE_KERNEL);
	KTEST_EXPECT_TRUE(t, line_ends(line_of(t, p), " vmap"));
	KTEST_EXPECT_NULL(t, strstr(line_of(t, p), "pages="));
	vunmap(p);
	p = vmap(own, PAGES, VM_MAP | VM_USERMAP, PAGE_KERNEL_RO);
	KTEST_EXPECT_TRUE(t, line_ends(line_of(t, p), " vmap user"));
	vunmap(p);
	p = vm_map_ram(own, PAGES, -1);
	KTEST_EXPECT_TRUE(t, line_ends(line_of(t, p), " vm_map_ram"));
	/* Nothing was taken for them. */
	KTEST_EXPECT_EQ(t, vmalloc_used_pages(), used);
	vm_unmap_ram(p, PAGES);
	pages_give(own, PAGES);
	p = vmalloc_user(2 * PAGE_SIZE);
	KTEST_EXPECT_TRUE(t, line_ends(line_of(t, p), " pages=2 vmalloc user"));
	KTEST_EXPECT_NOT_NULL(t, strstr(line_of(t, p), " 12288 "));
	vfree(p);
}

/* @array has PAGES pages; it and they go with the area. */
static void expect_owned(struct ktest *t, struct page **array, const char *tail)
{
	struct page *last;
	char *p;

	KTEST_ASSERT_NOT_NULL(t, array);
	if (!pages_take(t, array, PAGES))
		return;
	/* Somebody else's reference to the last. */
	last = array[PAGES - 1];
	get_page(last);
	p = vmap(array, PAGES, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, p);
	memset(p, 7, PAGES * PAGE_SIZE);
	KTEST_EXPECT_TRUE(t, line_ends(line_of(t, p), tail));
	KTEST_EXPECT_EQ(t, vm_window_check(&vm_live_window), 0);
	ktest_expect_report(t, "bad-vunmap");
	vunmap(p);
	vfree(p);
	vm_unmap_aliases();
	KTEST_EXPECT_EQ(t, page_ref_count(last), 1);
	put_page(last);
}

static void pages_and_array_that_are_given_away_come_back(struct ktest *t)
{
	struct page **array = kmalloc_array(PAGES, sizeof(*array), GFP_KERNEL);
	unsigned long before;

	/* Caches that are touched first stay, and are no leak. */
	expect_owned(t, array, " pages=5 vmap");
	expect_owned(t, vmalloc(PAGES * sizeof(*array)),
		     " pages=5 vmap vpages");
	before = nr_free_pages();
	expect_owned(t, vmalloc(PAGES * sizeof(*array)),
		     " pages=5 vmap vpages");
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, vm_window_check(&vm_live_window), 0);
}

static void a_wrong_undoing_is_reported_and_changes_nothing(struct ktest *t)
{
	char *ram, *map, *area = vmalloc(PAGE_SIZE);

	if (!pages_take(t, own, 2))
		return;
	ram = vm_map_ram(own, 2, 0);
	map = vmap(own, 2, VM_MAP, PAGE_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, ram);
	KTEST_ASSERT_NOT_NULL(t, map);
	ktest_expect_report(t, "bad-vm_unmap_ram");
	vm_unmap_ram(ram, 1);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), " is=2 given=1 alloc="));
	ktest_expect_report(t, "bad-vm_unmap_ram");
	vm_unmap_ram(map, 2);
	ktest_expect_report(t, "bad-vunmap");
	vunmap(ram);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "bad-vunmap vm_map_ram addr="));
	ktest_expect_report(t, "bad-vunmap");
	vunmap(area);
	ktest_expect_report(t, "bad-vfree");
	vfree(map);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "bad-vfree vmap addr="));
	ktest_expect_report(t, "bad-vunmap");
	vunmap(map + PAGE_SIZE);
	vm_unmap_ram(ram, 2);
	vunmap(map);
	vfree(area);
	pages_give(own, 2);
}

static void refusals_keep_what_was_to_be_given_away(struct ktest *t)
{
	struct page *missing;

	if (!pages_take(t, own, PAGES))
		return;
	vm_live_window.refusals_since_ns = time_ns();
	vm_live_window.nr_refusals = 0;
	KTEST_EXPECT_NULL(t, vmap(own, 0, VM_MAP, PAGE_KERNEL));
	KTEST_EXPECT_NULL(t, vmap(own, UINT_MAX, VM_MAP, PAGE_KERNEL));
	KTEST_EXPECT_NULL(t, vm_map_ram(own, 0, 0));
	missing = own[3];
	own[3] = NULL;
	KTEST_EXPECT_NULL(
		t, vmap(own, PAGES, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL));
	KTEST_EXPECT_EQ(t, vm_live_window.nr_refusals, 4);
	own[3] = missing;
	irq_enter();
	ktest_expect_report(t, "vmalloc-in-irq");
	KTEST_EXPECT_NULL(t, vmap(own, PAGES, VM_MAP, PAGE_KERNEL));
	irq_exit();
	KTEST_EXPECT_EQ(t, page_ref_count(own[0]), 1);
	pages_give(own, PAGES);
}

static const struct ktest_case vmap_cases[] = {
	KTEST_CASE(pages_show_side_by_side_in_the_order_given),
	KTEST_CASE(the_listing_says_what_each_area_is),
	KTEST_CASE(pages_and_array_that_are_given_away_come_back),
	KTEST_CASE(a_wrong_undoing_is_reported_and_changes_nothing),
	KTEST_CASE(refusals_keep_what_was_to_be_given_away),
};
KTEST_SUITE(vmap, vmap_cases);
