/* SPDX-License-Identifier: MIT */
/* percpu_alloc_test.c - alloc_percpu() on the live units */
#include <kernel/irq.h>
#include <kernel/ktest.h>
#include <kernel/preempt.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/workqueue.h>
#include <mm/addr.h>
#include <mm/fault_inject.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <mm/zone.h>
#include "live_fixture.h"

#define MANY_OBJECTS 10000u

/* What lives in the units, before and after. */
struct percpu_before {
	unsigned long objects, granules;
};

static struct percpu_before remember(void)
{
	return (struct percpu_before){ percpu_live.nr_objects,
				       percpu_live.used_granules };
}

static void expect_as_before(struct ktest *t, const struct percpu_before *b)
{
	KTEST_EXPECT_EQ(t, percpu_live.nr_objects, b->objects);
	KTEST_EXPECT_EQ(t, percpu_live.used_granules, b->granules);
	KTEST_EXPECT_EQ(t, percpu_space_check(&percpu_live), 0);
}

static void an_object_has_a_copy_for_each_cpu(struct ktest *t)
{
	const struct percpu_before before = remember();
	u64 __percpu *p = alloc_percpu(u64);
	unsigned int cpu, me;
	u64 *mine;

	KTEST_ASSERT_NOT_NULL(t, (void __force *)p);
	for_each_possible_cpu(cpu)
		KTEST_EXPECT_EQ(t, *per_cpu_ptr(p, cpu), 0);
	for_each_possible_cpu(cpu)
		*per_cpu_ptr(p, cpu) = cpu + 100;
	me = get_cpu();
	this_cpu_add(*p, 1000);
	this_cpu_inc(*p);
	KTEST_EXPECT_EQ(t, this_cpu_read(*p), me + 1101);
	KTEST_EXPECT_PTR_EQ(t, this_cpu_ptr(p), per_cpu_ptr(p, me));
	put_cpu();
	for_each_possible_cpu(cpu)
		KTEST_EXPECT_EQ(t, *per_cpu_ptr(p, cpu),
				cpu + (cpu == me ? 1101 : 100));
	mine = get_cpu_ptr(p);
	KTEST_EXPECT_PTR_EQ(t, mine, this_cpu_ptr(p));
	put_cpu_ptr(p);
	free_percpu(p);
	expect_as_before(t, &before);
}

static void every_alignment_holds_on_every_cpu(struct ktest *t)
{
	const struct percpu_before before = remember();
	size_t align;

	for (align = 1; align <= PERCPU_MAX_ALIGN; align *= 2) {
		char __percpu *p = __alloc_percpu(24, align);
		unsigned int cpu;

		KTEST_ASSERT_NOT_NULL(t, (void __force *)p);
		for_each_possible_cpu(cpu)
			KTEST_EXPECT_TRUE(
				t,
				IS_ALIGNED((unsigned long)per_cpu_ptr(p, cpu),
					   align));
		free_percpu(p);
	}
	expect_as_before(t, &before);
}

static void the_longest_object_is_32_kib(struct ktest *t)
{
	const struct percpu_before before = remember();
	char __percpu *p = __alloc_percpu(PERCPU_MAX_BYTES, PAGE_SIZE);
	unsigned int cpu;

	if (!p) {
		ktest_skip(t, "not enough memory for 32 KiB on each CPU");
		return;
	}
	for_each_possible_cpu(cpu) {
		KTEST_EXPECT_NULL(t, memchr_inv(per_cpu_ptr(p, cpu), 0,
						PERCPU_MAX_BYTES));
		memset(per_cpu_ptr(p, cpu), (int)cpu + 1, PERCPU_MAX_BYTES);
	}
	for_each_possible_cpu(cpu)
		KTEST_EXPECT_NULL(t,
				  memchr_inv(per_cpu_ptr(p, cpu), (u8)(cpu + 1),
					     PERCPU_MAX_BYTES));
	free_percpu(p);
	expect_as_before(t, &before);
	p = __alloc_percpu(PERCPU_MAX_BYTES - 1, 1);
	KTEST_EXPECT_NOT_NULL(t, (void __force *)p);
	free_percpu(p);
}

static void bad_requests_are_refused(struct ktest *t)
{
	static const struct {
		size_t size, align;
	} bad[] = {
		{ 0, 4 },	 { PERCPU_MAX_BYTES + 1, 4 },
		{ SIZE_MAX, 4 }, { SIZE_MAX - 3, 8 },
		{ 4, 0 },	 { 4, 3 },
		{ 4, 48 },	 { 4, 2 * PAGE_SIZE },
	};
	const struct percpu_before before = remember();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KTEST_EXPECT_NULL(t, (void __force *)__alloc_percpu(
					     bad[i].size, bad[i].align));
	KTEST_EXPECT_NULL(t,
			  (void __force *)__alloc_percpu_gfp(0, 4, GFP_ATOMIC));
	expect_as_before(t, &before);
}

static void freeing_null_is_harmless(struct ktest *t)
{
	const struct percpu_before before = remember();

	free_percpu(NULL);
	expect_as_before(t, &before);
}

static DEFINE_PER_CPU(u32, some_static);

static void freeing_what_is_not_ours_is_reported(struct ktest *t)
{
	const struct percpu_before before = remember();
	void *plain = kmalloc(32, GFP_KERNEL);
	void *pages = vmalloc(PAGE_SIZE);
	char __percpu *p = __alloc_percpu(32, 4);

	KTEST_ASSERT_TRUE(t, plain && pages && p);
	ktest_expect_report(t, "bad-free_percpu");
	free_percpu((void __percpu *)plain);
	ktest_expect_report(t, "bad-free_percpu");
	free_percpu((void __percpu *)pages);
	ktest_expect_report(t, "bad-free_percpu");
	free_percpu((void __percpu *)per_cpu_ptr(p, 0));
	expect_report_says(t, "copy of cpu 0");
	ktest_expect_report(t, "bad-free_percpu");
	free_percpu((void __percpu *)&some_static);
	expect_report_says(t, " static ");
	ktest_expect_report(t, "bad-free_percpu");
	free_percpu((void __percpu *)(p + 4));
	expect_report_says(t, " interior ");
	free_percpu(p);
	ktest_expect_report(t, "double-free");
	free_percpu(p);
	expect_report_says(t, "percpu addr=");
	expect_report_says(t, " free=");
	kfree(plain);
	vfree(pages);
	expect_as_before(t, &before);
}

static void many_objects_are_told_apart(struct ktest *t)
{
	const struct percpu_before before = remember();
	u32 __percpu **object = vmalloc(MANY_OBJECTS * sizeof(*object));
	unsigned int i, cpu, wrong = 0, last = nr_cpu_ids - 1;
	unsigned long backed = percpu_live.nr_backed;

	KTEST_ASSERT_NOT_NULL(t, object);
	for (i = 0; i < MANY_OBJECTS; i++) {
		object[i] = __alloc_percpu(4 + i % 9, 4);
		if (!KTEST_EXPECT_NOT_NULL(t, (void __force *)object[i]))
			break;
		for (cpu = 0; cpu <= last; cpu++)
			*per_cpu_ptr(object[i], cpu) = i * 32 + cpu;
	}
	while (i--) {
		for (cpu = 0; cpu <= last; cpu++)
			wrong += *per_cpu_ptr(object[i], cpu) != i * 32 + cpu;
		free_percpu(object[i]);
	}
	KTEST_EXPECT_EQ(t, wrong, 0);
	/* The frames are given back, but for what is kept. */
	KTEST_EXPECT_LE(t, percpu_live.nr_backed, backed + PERCPU_EMPTY_HIGH);
	expect_as_before(t, &before);
	vfree(object);
}

static unsigned long free_pages_now(void)
{
	vm_unmap_aliases();
	return nr_free_pages();
}

/* The @nth request to @attr fails: frames, tables or tags of 32 KiB on each
 * CPU. Return: whether the object was had all the same. */
static bool grow_failing(struct ktest *t, struct fault_attr *attr,
			 unsigned int nth)
{
	void __percpu *p;

	fault_fail_nth(attr, nth);
	p = __alloc_percpu_gfp(PERCPU_MAX_BYTES, PAGE_SIZE,
			       GFP_KERNEL | __GFP_NOWARN);
	fault_reset(attr);
	KTEST_EXPECT_EQ(t, percpu_space_check(&percpu_live), 0);
	free_percpu(p);
	percpu_balance();
	return p;
}

static void sweep_growth(struct ktest *t, struct fault_attr *attr)
{
	const struct percpu_before before = remember();
	struct fault_attr saved;
	unsigned int nth = 1;
	unsigned long free;
	long lost;

	/* Slab and buddy may keep a little: after one round they have it. */
	fault_plan_save(attr, &saved);
	fault_reset(attr);
	free_percpu(__alloc_percpu(PERCPU_MAX_BYTES, PAGE_SIZE));
	percpu_balance();
	free = free_pages_now();
	while (nth < 1000 && !grow_failing(t, attr, nth))
		nth++;
	KTEST_EXPECT_GE(t, nth,
			PERCPU_MAX_BYTES / PAGE_SIZE - PERCPU_EMPTY_HIGH + 1);
	KTEST_EXPECT_LE(t, nth, 999);
	fault_plan_restore(attr, &saved);
	expect_as_before(t, &before);
	lost = (long)(free - free_pages_now());
	/* What may be kept: empty pages of the units, a page of tags. */
	KTEST_EXPECT_LE(t, lost, PERCPU_EMPTY_HIGH * nr_cpu_ids + 4);
}

static void running_out_of_pages_leaks_nothing(struct ktest *t)
{
	sweep_growth(t, &mm_node.fault);
}

static void running_out_of_objects_leaks_nothing(struct ktest *t)
{
	sweep_growth(t, &fault_slab);
}

static void atomic_callers_are_served_from_the_reserve(struct ktest *t)
{
	const struct percpu_before before = remember();
	unsigned long flags;
	void __percpu *p;

	percpu_balance();
	flags = local_irq_save();
	p = __alloc_percpu_gfp(PAGE_SIZE, PAGE_SIZE, GFP_ATOMIC);
	local_irq_restore(flags);
	KTEST_EXPECT_NOT_NULL(t, (void __force *)p);
	flags = local_irq_save();
	free_percpu(p);
	local_irq_restore(flags);
	expect_as_before(t, &before);
}

/* Nobody who may sleep comes by but the kernel itself. */
static void the_reserve_is_filled_up_behind_atomic_callers(struct ktest *t)
{
	const struct percpu_before before = remember();
	void __percpu *p[8] = { NULL };
	unsigned long flags;
	unsigned int nr = 0;

	percpu_balance();
	flags = local_irq_save();
	while (nr < ARRAY_SIZE(p) - 1 &&
	       (p[nr] = __alloc_percpu_gfp(PAGE_SIZE, PAGE_SIZE,
					   GFP_ATOMIC | __GFP_NOWARN)))
		nr++;
	local_irq_restore(flags);
	KTEST_EXPECT_NE(t, nr, 0);
	KTEST_EXPECT_NULL(t, (void __force *)p[nr]);
	flush_scheduled_work();
	p[nr] = __alloc_percpu_gfp(PAGE_SIZE, PAGE_SIZE, GFP_ATOMIC);
	KTEST_EXPECT_NOT_NULL(t, (void __force *)p[nr]);
	for (nr = 0; nr < ARRAY_SIZE(p); nr++)
		free_percpu(p[nr]);
	expect_as_before(t, &before);
}

static void
a_sleeping_request_where_nobody_may_sleep_is_reported(struct ktest *t)
{
	const struct percpu_before before = remember();
	void __percpu *p;

	preempt_disable();
	ktest_expect_report(t, "sleep-in-atomic");
	p = __alloc_percpu(4, 4);
	preempt_enable();
	expect_report_says(t, "alloc_percpu");
	free_percpu(p);
	expect_as_before(t, &before);
}

static void an_address_says_whose_copy_it_is(struct ktest *t)
{
	char __percpu *p = __alloc_percpu(64, 64);
	unsigned int last = nr_cpu_ids - 1;
	struct addr_info info;

	KTEST_ASSERT_NOT_NULL(t, (void __force *)p);
	KTEST_EXPECT_EQ(
		t, addr_classify((unsigned long)per_cpu_ptr(p, last), &info),
		ADDR_PERCPU);
	KTEST_EXPECT_EQ(t, info.cpu, last);
	KTEST_EXPECT_EQ(t, info.page_owner, PAGE_OWNER_PERCPU);
	KTEST_EXPECT_EQ(
		t,
		addr_classify((unsigned long)per_cpu_ptr(&some_static, 0),
			      &info),
		ADDR_PERCPU);
	KTEST_EXPECT_EQ(t, info.cpu, 0);
	free_percpu(p);
}

static const struct ktest_case percpu_alloc_cases[] = {
	KTEST_CASE(an_object_has_a_copy_for_each_cpu),
	KTEST_CASE(every_alignment_holds_on_every_cpu),
	KTEST_CASE(the_longest_object_is_32_kib),
	KTEST_CASE(bad_requests_are_refused),
	KTEST_CASE(freeing_null_is_harmless),
	KTEST_CASE(freeing_what_is_not_ours_is_reported),
	KTEST_CASE(many_objects_are_told_apart),
	KTEST_CASE(running_out_of_pages_leaks_nothing),
	KTEST_CASE(running_out_of_objects_leaks_nothing),
	KTEST_CASE(atomic_callers_are_served_from_the_reserve),
	KTEST_CASE(the_reserve_is_filled_up_behind_atomic_callers),
	KTEST_CASE(a_sleeping_request_where_nobody_may_sleep_is_reported),
	KTEST_CASE(an_address_says_whose_copy_it_is),
};
KTEST_SUITE(percpu_alloc, percpu_alloc_cases);
