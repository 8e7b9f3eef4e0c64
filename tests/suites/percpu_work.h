/* SPDX-License-Identifier: MIT */
/*
 * percpu_work.h - what several workers do to per-CPU data at the same time
 *
 * A worker is a thread of the kernel or a hosted CPU; the suites bring them.
 */
#ifndef TESTS_PERCPU_WORK_H
#define TESTS_PERCPU_WORK_H

#include <kernel/atomic.h>
#include <kernel/ktest.h>
#include <kernel/preempt.h>
#include <kernel/random.h>
#include <mm/percpu.h>

#define WORK_BUMPS 20000u
/* Objects that the first worker takes and gives, and each of the others. These
 * have few, and bump counters besides: CPUs of a virtual machine that want one
 * lock all the time wait for each other's time slices, for minutes. */
#define WORK_OBJECTS 10000u
#define WORK_OBJECTS_BESIDE 200u
#define WORK_HELD 64u

/* A counter of each width, and one that is had for the work. */
static DEFINE_PER_CPU(u8, work_one);
static DEFINE_PER_CPU(u16, work_two);
static DEFINE_PER_CPU(u32, work_four);
static DEFINE_PER_CPU(u64, work_eight);
static u64 __percpu *work_dynamic;
/* Wrong copies, and requests that failed, of all workers. */
static atomic_t work_wrong;

static inline void percpu_work_bump(void)
{
	unsigned int i;

	for (i = 0; i < WORK_BUMPS; i++) {
		this_cpu_inc(work_one);
		this_cpu_add(work_two, 2);
		this_cpu_sub(work_four, 3);
		this_cpu_add(work_eight, 1ull << 33);
		this_cpu_inc_return(*work_dynamic);
	}
}

/* The sums over all CPUs are exact, as far as each width can hold them. */
static inline void percpu_work_expect(struct ktest *t, unsigned int nr_workers)
{
	u64 bumps = (u64)nr_workers * WORK_BUMPS, eight = 0, dynamic = 0;
	u32 four = 0;
	u16 two = 0;
	u8 one = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		one = (u8)(one + per_cpu(work_one, cpu));
		two = (u16)(two + per_cpu(work_two, cpu));
		four += per_cpu(work_four, cpu);
		eight += per_cpu(work_eight, cpu);
		dynamic += *per_cpu_ptr(work_dynamic, cpu);
	}
	KTEST_EXPECT_EQ(t, one, (u8)bumps);
	KTEST_EXPECT_EQ(t, two, (u16)(2 * bumps));
	KTEST_EXPECT_EQ(t, four, 0u - 3 * (u32)bumps);
	KTEST_EXPECT_TRUE(t, eight == bumps << 33);
	KTEST_EXPECT_TRUE(t, dynamic == bumps);
}

/* One held object: what was written into its copies. */
struct percpu_held {
	u32 __percpu *p;
	u32 value;
};

/* Return: how many copies were not as they were written. */
static inline unsigned int percpu_held_drop(struct percpu_held *held)
{
	unsigned int cpu, wrong = 0;

	for_each_possible_cpu(cpu)
		wrong += *per_cpu_ptr(held->p, cpu) != held->value + cpu;
	free_percpu(held->p);
	held->p = NULL;
	return wrong;
}

static inline bool percpu_held_take(struct percpu_held *held, u32 random)
{
	unsigned int cpu;

	held->p = __alloc_percpu_gfp(4 + random % 61, 4, GFP_KERNEL);
	if (!held->p)
		return false;
	held->value = random;
	for_each_possible_cpu(cpu)
		*per_cpu_ptr(held->p, cpu) = random + cpu;
	return true;
}

/* Worker number @idx takes and gives objects beside the others. */
static inline void percpu_work_churn(unsigned int idx)
{
	unsigned int left = idx ? WORK_OBJECTS_BESIDE : WORK_OBJECTS;
	struct percpu_held held[WORK_HELD] = { { 0 } };
	struct xorshift32 random;
	unsigned int wrong = 0, i;

	xorshift32_seed(&random, 77 + idx);
	while (left--) {
		u32 r = xorshift32_next(&random);
		struct percpu_held *h = &held[r % WORK_HELD];

		if (h->p)
			wrong += percpu_held_drop(h);
		wrong += !percpu_held_take(h, r);
	}
	/* All have their counter to themselves, whatever lies beside it. */
	percpu_work_bump();
	for (i = 0; i < WORK_HELD; i++)
		if (held[i].p)
			wrong += percpu_held_drop(&held[i]);
	atomic_add((int)wrong, &work_wrong);
}

/**
 * percpu_work_try - a case: let workers bump the counters, and see what is left
 * @run: lets them do percpu_work_bump() or percpu_work_churn() at the same
 *	time, and returns how many they were
 */
static inline void percpu_work_try(struct ktest *t,
				   unsigned int (*run)(struct ktest *t))
{
	unsigned long objects = percpu_live.nr_objects;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		per_cpu(work_one, cpu) = 0;
		per_cpu(work_two, cpu) = 0;
		per_cpu(work_four, cpu) = 0;
		per_cpu(work_eight, cpu) = 0;
	}
	atomic_set(&work_wrong, 0);
	work_dynamic = alloc_percpu(u64);
	KTEST_ASSERT_NOT_NULL(t, (void __force *)work_dynamic);
	percpu_work_expect(t, run(t));
	KTEST_EXPECT_EQ(t, atomic_read(&work_wrong), 0);
	free_percpu(work_dynamic);
	KTEST_EXPECT_EQ(t, percpu_live.nr_objects, objects);
	KTEST_EXPECT_EQ(t, percpu_space_check(&percpu_live), 0);
}

#endif
