/* SPDX-License-Identifier: MIT */
/* check_test.c - mm_check() asks every room */
#include <kernel/err.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/check.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <asm/processor.h>
#include "live_fixture.h"
#include "sched_fixture.h"

static int planted;
static unsigned int nr_calls;

static int planted_check(void)
{
	nr_calls++;
	return planted;
}
MM_CHECK(planted, "planted", planted_check);

/* The last line of the log that contains @what. */
static bool log_has(const char *what)
{
	char line[256];
	u64 cursor = 0;
	bool found = false;

	while (log_read(&cursor, line, sizeof(line)))
		found |= strstr(line, what) != NULL;
	return found;
}

static void a_sound_machine_has_no_violations(struct ktest *t)
{
	unsigned int before = nr_calls;

	KTEST_EXPECT_EQ(t, mm_check(), 0);
	KTEST_EXPECT_EQ(t, nr_calls, before + 1);
	KTEST_EXPECT_TRUE(t, log_has("check: 0 violations"));
}

static void violations_are_summed_and_the_room_is_named(struct ktest *t)
{
	planted = 37;
	KTEST_EXPECT_EQ(t, mm_check(), 37);
	planted = 0;
	KTEST_EXPECT_TRUE(t, log_has("check: planted 37 violations"));
	KTEST_EXPECT_TRUE(t, log_has("check: 37 violations"));
	KTEST_EXPECT_EQ(t, mm_check(), 0);
}

static void every_room_is_in_the_table_once(struct ktest *t)
{
	static const char *const rooms[] = { "zone", "slab", "vmalloc",
					     "bootmem" };
	const struct mm_checker *const *pos;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rooms); i++) {
		unsigned int found = 0;

		for_each_section_entry(pos, mm_checks)
			found += !strcmp((*pos)->name, rooms[i]);
		KTEST_EXPECT_EQ(t, found, 1);
	}
}

#define LOOKS 30u
#define LOOKS_AT_CACHE 20u
#define SWAPS 64u

static struct kmem_cache *beside;
/* An object that goes from CPU to CPU. */
static void *on_its_way;

/* Two objects change places in this CPU's array, again and again. */
static void swap_objects(void)
{
	unsigned int i;

	for (i = 0; i < SWAPS; i++) {
		void *first = kmem_cache_alloc(beside, GFP_ATOMIC);
		void *second = kmem_cache_alloc(beside, GFP_ATOMIC);

		if (i == 0)
			first = __atomic_exchange_n(&on_its_way, first,
						    __ATOMIC_ACQ_REL);
		if (first)
			kmem_cache_free(beside, first);
		if (second)
			kmem_cache_free(beside, second);
	}
}

static int work_beside(void *data)
{
	struct page *page[4];
	unsigned int i;

	(void)data;
	while (!kthread_should_stop()) {
		for (i = 0; i < ARRAY_SIZE(page); i++)
			page[i] = alloc_page(GFP_KERNEL | __GFP_NOWARN);
		swap_objects();
		for (i = 0; i < ARRAY_SIZE(page); i++) {
			if (page[i])
				__free_page(page[i]);
		}
		cpu_relax();
	}
	return 0;
}

/* Each CPU changes what is its own under the checkers' eyes. */
static void cpus_at_work_violate_nothing(struct ktest *t)
{
	struct task_struct *worker[CONFIG_NR_CPUS];
	unsigned int nr, i;

	beside = kmem_cache_create("check-beside", 64, 0, 0, NULL);
	KTEST_ASSERT_NOT_NULL(t, beside);
	for (nr = 0; nr < nr_running_cpus(); nr++) {
		worker[nr] = kthread_create(work_beside, NULL, "work/%u", nr);
		if (!KTEST_EXPECT_FALSE(t, IS_ERR(worker[nr])))
			break;
		kthread_bind(worker[nr], nr);
		wake_up_process(worker[nr]);
	}
	for (i = 0; i < LOOKS * LOOKS_AT_CACHE; i++) {
		KTEST_EXPECT_EQ(t, slab_check(beside), 0);
		if (i % LOOKS_AT_CACHE)
			continue;
		KTEST_EXPECT_EQ(t, live_zones_check(), 0);
		yield();
	}
	while (nr--)
		KTEST_EXPECT_EQ(t, kthread_stop(worker[nr]), 0);
	if (on_its_way)
		kmem_cache_free(beside, on_its_way);
	on_its_way = NULL;
	kmem_cache_destroy(beside);
}

static const struct ktest_case check_cases[] = {
	KTEST_CASE(a_sound_machine_has_no_violations),
	KTEST_CASE(violations_are_summed_and_the_room_is_named),
	KTEST_CASE(every_room_is_in_the_table_once),
	KTEST_CASE(cpus_at_work_violate_nothing),
};
KTEST_SUITE(check, check_cases);
