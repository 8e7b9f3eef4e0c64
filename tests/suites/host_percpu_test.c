/* SPDX-License-Identifier: MIT */
/* host_percpu_test.c - per-CPU data while hosted CPUs work on it at once */
#include <kernel/atomic.h>
#include <kernel/ktest.h>
#include <host/machine.h>
#include "percpu_work.h"

#define NR_CPUS_USED 4u

static DEFINE_PER_CPU(u8, one);
static DEFINE_PER_CPU(u16, two);
static DEFINE_PER_CPU(u32, four);
static DEFINE_PER_CPU(u64, eight);

static struct percpu_work work;
static atomic_t nr_wrong;

static void bump(void *arg)
{
	(void)arg;
	percpu_work_bump(&work);
}

static void churn(void *arg)
{
	(void)arg;
	atomic_add((int)percpu_work_churn(&work, raw_smp_processor_id()),
		   &nr_wrong);
}

static bool work_init(struct ktest *t)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		per_cpu(one, cpu) = 0;
		per_cpu(two, cpu) = 0;
		per_cpu(four, cpu) = 0;
		per_cpu(eight, cpu) = 0;
	}
	work = (struct percpu_work){
		&one, &two, &four, &eight, alloc_percpu(u64), NR_CPUS_USED
	};
	return KTEST_EXPECT_NOT_NULL(t, (void *)work.dynamic);
}

static void counters_bumped_by_hosted_cpus_are_exact(struct ktest *t)
{
	if (!work_init(t))
		return;
	host_run_on_cpus(NR_CPUS_USED, bump, NULL);
	percpu_work_expect(t, &work);
	free_percpu(work.dynamic);
}

static void objects_come_and_go_while_hosted_cpus_run(struct ktest *t)
{
	unsigned long objects = percpu_live.nr_objects;

	if (!work_init(t))
		return;
	atomic_set(&nr_wrong, 0);
	host_run_on_cpus(NR_CPUS_USED, churn, NULL);
	KTEST_EXPECT_EQ(t, atomic_read(&nr_wrong), 0);
	percpu_work_expect(t, &work);
	free_percpu(work.dynamic);
	KTEST_EXPECT_EQ(t, percpu_live.nr_objects, objects);
	KTEST_EXPECT_EQ(t, percpu_space_check(&percpu_live), 0);
}

static const struct ktest_case host_percpu_cases[] = {
	KTEST_CASE(counters_bumped_by_hosted_cpus_are_exact),
	KTEST_CASE(objects_come_and_go_while_hosted_cpus_run),
};
KTEST_SUITE(host_percpu, host_percpu_cases);
