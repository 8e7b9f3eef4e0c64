/* SPDX-License-Identifier: MIT */
/* host_highmem_test.c - temporary mappings on two CPUs, which are threads */
#include <kernel/ktest.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/string.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <asm/pgtable.h>
#include <host/machine.h>

#define SITE ((unsigned long)&kmap_local_depth)

static struct ktest *test;
static struct page *page;
static void *held[KMAP_LOCAL_SLOTS];

/* CPU 1, with nothing mapped and with something, tries to let go CPU 0's. */
static void unmap_anothers(void *arg)
{
	void *mine = arg;
	unsigned int i;

	if (mine)
		mine = kmap_local_high(page, SITE);
	for (i = 0; i < KMAP_LOCAL_SLOTS; i++) {
		KTEST_EXPECT_TRUE(test, held[i] != mine);
		ktest_expect_report(test, "kmap-order");
		kunmap_local_high(held[i], SITE);
	}
	if (mine)
		kunmap_local_high(mine, SITE);
	KTEST_EXPECT_EQ(test, kmap_local_depth(), 0);
	KTEST_EXPECT_FALSE(test, in_atomic());
}

static void nothing(void *arg)
{
	(void)arg;
}

static void another_cpus_slots_are_out_of_reach(struct ktest *t)
{
	unsigned int i;

	test = t;
	/* Its copy of per-CPU data is made while nothing is mapped. */
	host_run_on_cpu(1, nothing, NULL);
	page = alloc_page(GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, page);
	for (i = 0; i < KMAP_LOCAL_SLOTS; i++)
		held[i] = kmap_local_high(page, SITE);
	host_run_on_cpu(1, unmap_anothers, NULL);
	host_run_on_cpu(1, unmap_anothers, page);
	KTEST_EXPECT_EQ(t, kmap_local_depth(), KMAP_LOCAL_SLOTS);
	strcpy(held[0], "still here");
	KTEST_EXPECT_STREQ(t, held[KMAP_LOCAL_SLOTS - 1], "still here");
	while (i--)
		kunmap_local_high(held[i], SITE);
	__free_page(page);
}

static const struct ktest_case host_highmem_cases[] = {
	KTEST_CASE(another_cpus_slots_are_out_of_reach),
};
KTEST_SUITE(host_highmem, host_highmem_cases);
