/* SPDX-License-Identifier: MIT */
/* host_percpu_test.c - per-CPU data while hosted CPUs work on it at once */
#include <host/machine.h>
#include "percpu_work.h"

#define NR_CPUS_USED 4u

static void bump(void *arg)
{
	(void)arg;
	percpu_work_bump();
}

static void churn(void *arg)
{
	(void)arg;
	percpu_work_churn(raw_smp_processor_id());
}

static unsigned int run_bump(struct ktest *t)
{
	(void)t;
	host_run_on_cpus(NR_CPUS_USED, bump, NULL);
	return NR_CPUS_USED;
}

static unsigned int run_churn(struct ktest *t)
{
	(void)t;
	host_run_on_cpus(NR_CPUS_USED, churn, NULL);
	return NR_CPUS_USED;
}

static void counters_bumped_by_hosted_cpus_are_exact(struct ktest *t)
{
	percpu_work_try(t, run_bump);
}

static void objects_come_and_go_while_hosted_cpus_run(struct ktest *t)
{
	percpu_work_try(t, run_churn);
}

static const struct ktest_case host_percpu_cases[] = {
	KTEST_CASE(counters_bumped_by_hosted_cpus_are_exact),
	KTEST_CASE(objects_come_and_go_while_hosted_cpus_run),
};
KTEST_SUITE(host_percpu, host_percpu_cases);
