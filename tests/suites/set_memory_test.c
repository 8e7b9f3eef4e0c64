/* SPDX-License-Identifier: MIT */
/* set_memory_test.c - rights of pages, and the areas of modules */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/set_memory.h>
#include <mm/slab.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include "proc_text.h"

#define PAGES 4u
#define SITE ((unsigned long)&vmalloc_module)

/* An area as the loader asks for one. */
static unsigned long module_area(struct ktest *t)
{
	unsigned long va =
		(unsigned long)vmalloc_module(PAGES * PAGE_SIZE, SITE);

	KTEST_EXPECT_NE(t, va, 0);
	return va;
}

static void the_area_of_a_module_is_zeroes_and_names_its_maker(struct ktest *t)
{
	unsigned long va = module_area(t), wx = kpt_count_wx_pages();
	char want[96];

	if (!va)
		return;
	KTEST_EXPECT_NULL(t, memchr_inv((void *)va, 0, PAGES * PAGE_SIZE));
	snprintf(want, sizeof(want),
		 "0x%08lx-0x%08lx %7ld %pS pages=%u vmalloc", va,
		 va + (PAGES + 1) * PAGE_SIZE, (long)((PAGES + 1) * PAGE_SIZE),
		 (void *)SITE, PAGES);
	KTEST_EXPECT_NOT_NULL(t, strstr(text_of(t, "vmallocinfo"), want));
	KTEST_EXPECT_EQ(t, wx, 0);
	ktest_expect_report(t, "bad-vfree");
	vfree((void *)va);
	vfree_module((void *)va);
	vfree_module(NULL);
	KTEST_EXPECT_FALSE(t, kpt_lookup(va, NULL));
}

static void code_is_filled_protected_and_given_back(struct ktest *t)
{
	unsigned long va = module_area(t);

	if (!va)
		return;
	strscpy((char *)va, "filled", PAGE_SIZE);
	KTEST_EXPECT_EQ(t, set_memory_ro(va, 2), 0);
	KTEST_EXPECT_EQ(t, set_memory_x(va, 2), 0);
	KTEST_EXPECT_EQ(t, kpt_count_wx_pages(), 0);
	KTEST_EXPECT_STREQ(t, (char *)va, "filled");
	/* The rest of the area stays as it was. */
	*(volatile char *)(va + 2 * PAGE_SIZE) = 1;
	/* Twice is no mistake. */
	KTEST_EXPECT_EQ(t, set_memory_x(va, 1), 0);
	KTEST_EXPECT_EQ(t, set_memory_nx(va, 2), 0);
	KTEST_EXPECT_EQ(t, set_memory_rw(va, 2), 0);
	*(volatile char *)va = 'F';
	KTEST_EXPECT_STREQ(t, (char *)va, "Filled");
	/* As a module goes: with the rights that it had. */
	KTEST_EXPECT_EQ(t, set_memory_ro(va, 1), 0);
	KTEST_EXPECT_EQ(t, set_memory_x(va, 1), 0);
	vfree_module((void *)va);
	KTEST_EXPECT_EQ(t, vm_window_check(&vm_live_window), 0);
}

static void writable_and_executable_is_refused(struct ktest *t)
{
	unsigned long va = module_area(t);

	if (!va)
		return;
	KTEST_EXPECT_EQ(t, set_memory_x(va, 1), -EPERM);
	/* One page of three is writable: none is changed. */
	KTEST_EXPECT_EQ(t, set_memory_ro(va, 2), 0);
	KTEST_EXPECT_EQ(t, set_memory_x(va, 3), -EPERM);
	KTEST_EXPECT_EQ(t, set_memory_rw(va, 3), 0);
	*(volatile char *)va = 1;
	KTEST_EXPECT_EQ(t, kpt_count_wx_pages(), 0);
	vfree_module((void *)va);
}

static void only_pages_of_one_area_change(struct ktest *t)
{
	unsigned long va = module_area(t);
	void *obj = kmalloc(64, GFP_KERNEL);

	if (!va)
		return;
	KTEST_EXPECT_EQ(t, set_memory_ro(va, PAGES), 0);
	KTEST_EXPECT_EQ(t, set_memory_ro(va, PAGES + 1), -EINVAL);
	KTEST_EXPECT_EQ(t, set_memory_ro(va + PAGE_SIZE, PAGES), -EINVAL);
	KTEST_EXPECT_EQ(t, set_memory_ro(va + PAGES * PAGE_SIZE, 1), -EINVAL);
	KTEST_EXPECT_EQ(t, set_memory_ro(va + 1, 1), -EINVAL);
	KTEST_EXPECT_EQ(t, set_memory_ro(va, 0), -EINVAL);
	KTEST_EXPECT_EQ(t, set_memory_ro(va, -1), -EINVAL);
	KTEST_EXPECT_EQ(t, set_memory_ro((unsigned long)obj & PAGE_MASK, 1),
			-EINVAL);
	KTEST_EXPECT_EQ(t, set_memory_ro(VMALLOC_END - PAGE_SIZE, 1), -EINVAL);
	kfree(obj);
	vfree_module((void *)va);
	KTEST_EXPECT_EQ(t, set_memory_ro(va, 1), -EINVAL);
}

static const struct ktest_case set_memory_cases[] = {
	KTEST_CASE(the_area_of_a_module_is_zeroes_and_names_its_maker),
	KTEST_CASE(code_is_filled_protected_and_given_back),
	KTEST_CASE(writable_and_executable_is_refused),
	KTEST_CASE(only_pages_of_one_area_change),
};
KTEST_SUITE(set_memory, set_memory_cases);
