/* SPDX-License-Identifier: MIT */
/*
 * smp_test.c - sets of CPUs, and calls from one CPU to another
 *
 * With one CPU the calls come down to a call in place; all that is promised
 * holds for it, too. Where more are online, they are asked.
 */
#include <kernel/atomic.h>
#include <kernel/delay.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/irq.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/smp.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <asm/irqflags.h>
#include <asm/processor.h>
#include "sched_fixture.h"

#include "stay_here.h"

#define ROUNDS 50u
/* Of calls from all to all, whose number grows with the square of the CPUs. */
#define STORM_ROUNDS 5u
#define LINES_PER_CPU 20u

/* --- sets ----------------------------------------------------------------- */

static void a_set_holds_what_was_put_in(struct ktest *t)
{
	struct cpumask a = CPU_MASK_NONE, b = CPU_MASK_CPU(5), c;

	KTEST_EXPECT_TRUE(t, cpumask_empty(&a));
	cpumask_set_cpu(0, &a);
	cpumask_set_cpu(CONFIG_NR_CPUS - 1, &a);
	KTEST_EXPECT_EQ(t, cpumask_weight(&a), 2);
	KTEST_EXPECT_TRUE(t, cpumask_test_cpu(CONFIG_NR_CPUS - 1, &a));
	KTEST_EXPECT_FALSE(t, cpumask_test_cpu(5, &a));
	KTEST_EXPECT_FALSE(t, cpumask_and(&c, &a, &b));
	cpumask_or(&c, &a, &b);
	KTEST_EXPECT_EQ(t, cpumask_weight(&c), 3);
	KTEST_EXPECT_TRUE(t, cpumask_subset(&a, &c));
	KTEST_EXPECT_FALSE(t, cpumask_subset(&c, &a));
	KTEST_EXPECT_TRUE(t, cpumask_intersects(&b, &c));
	KTEST_EXPECT_TRUE(t, cpumask_andnot(&c, &c, &a));
	KTEST_EXPECT_TRUE(t, cpumask_equal(&c, &b));
	KTEST_EXPECT_TRUE(t, cpumask_test_and_clear_cpu(5, &c));
	KTEST_EXPECT_FALSE(t, cpumask_test_and_clear_cpu(5, &c));
	KTEST_EXPECT_FALSE(t, cpumask_test_and_set_cpu(5, &c));
}

static void a_set_is_walked_in_rising_order(struct ktest *t)
{
	static const unsigned int in[] = { 0, 3, 4, CONFIG_NR_CPUS - 1 };
	struct cpumask mask = CPU_MASK_NONE;
	unsigned int cpu, i = 0;

	for_each_cpu(cpu, &mask)
		KTEST_FAIL(t, "an empty set has CPU %u", cpu);
	for (i = 0; i < ARRAY_SIZE(in); i++)
		cpumask_set_cpu(in[i], &mask);
	i = 0;
	for_each_cpu(cpu, &mask) {
		KTEST_ASSERT_TRUE(t, i < ARRAY_SIZE(in));
		KTEST_EXPECT_EQ(t, cpu, in[i++]);
	}
	KTEST_EXPECT_EQ(t, i, ARRAY_SIZE(in));
	KTEST_EXPECT_EQ(t, cpumask_first(&mask), 0);
	KTEST_EXPECT_EQ(t, cpumask_next(0, &mask), 3);
	cpumask_setall(&mask);
	KTEST_EXPECT_EQ(t, cpumask_weight(&mask), nr_cpu_ids);
}

static void the_cpus_online_are_the_first_ones(struct ktest *t)
{
	unsigned int cpu;

	KTEST_EXPECT_EQ(t, cpumask_weight(cpu_online_mask), num_online_cpus());
	KTEST_EXPECT_LE(t, num_online_cpus(), nr_cpu_ids);
	for (cpu = 0; cpu < CONFIG_NR_CPUS; cpu++) {
		KTEST_EXPECT_EQ(t, cpu_online(cpu), cpu < num_online_cpus());
		KTEST_EXPECT_EQ(t, cpumask_test_cpu(cpu, cpu_online_mask),
				cpu_online(cpu));
	}
}

/* --- calls ---------------------------------------------------------------- */

/* What a call found where it ran. */
struct visit {
	atomic_t calls;
	atomic_t wrong; /* interrupts were on */
	struct cpumask cpus;
};

static void visit(void *arg)
{
	struct visit *v = arg;

	if (!irqs_disabled())
		atomic_inc(&v->wrong);
	cpumask_test_and_set_cpu(smp_processor_id(), &v->cpus);
	atomic_inc(&v->calls);
}

static void a_call_runs_on_the_cpu_that_was_asked(struct ktest *t)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct visit v = { 0 };
		struct cpumask want = CPU_MASK_CPU(cpu);

		KTEST_ASSERT_EQ(
			t, smp_call_function_single(cpu, visit, &v, true), 0);
		KTEST_EXPECT_EQ(t, atomic_read(&v.calls), 1);
		KTEST_EXPECT_EQ(t, atomic_read(&v.wrong), 0);
		KTEST_EXPECT_TRUE(t, cpumask_equal(&v.cpus, &want));
	}
}

static void a_cpu_that_is_not_there_is_refused(struct ktest *t)
{
	struct visit v = { 0 };

	KTEST_EXPECT_EQ(
		t, smp_call_function_single(num_online_cpus(), visit, &v, true),
		-ENXIO);
	KTEST_EXPECT_EQ(t, smp_call_function_single(UINT_MAX, visit, &v, false),
			-ENXIO);
	KTEST_EXPECT_EQ(t, atomic_read(&v.calls), 0);
}

/* The second call to a CPU goes through the same slot, which the first one
 * may still have: none may be lost. */
static void calls_that_nobody_waits_for_all_run(struct ktest *t)
{
	static struct visit v;
	unsigned int cpu, i;
	int want = (int)(ROUNDS * num_online_cpus());

	v = (struct visit){ 0 };
	for (i = 0; i < ROUNDS; i++)
		for_each_online_cpu(cpu)
			KTEST_ASSERT_EQ(
				t,
				smp_call_function_single(cpu, visit, &v, false),
				0);
	while (atomic_read(&v.calls) < want)
		cpu_relax();
	KTEST_EXPECT_EQ(t, atomic_read(&v.calls), want);
	KTEST_EXPECT_TRUE(t, cpumask_equal(&v.cpus, cpu_online_mask));
}

static void a_call_to_all_reaches_each_once(struct ktest *t)
{
	struct visit all = { 0 }, others = { 0 };
	unsigned int me = get_cpu();

	on_each_cpu(visit, &all, true);
	smp_call_function(visit, &others, true);
	KTEST_EXPECT_EQ(t, atomic_read(&all.calls), num_online_cpus());
	KTEST_EXPECT_TRUE(t, cpumask_equal(&all.cpus, cpu_online_mask));
	KTEST_EXPECT_EQ(t, atomic_read(&others.calls), num_online_cpus() - 1);
	KTEST_EXPECT_FALSE(t, cpumask_test_cpu(me, &others.cpus));
	KTEST_EXPECT_EQ(t, atomic_read(&all.wrong), 0);
	put_cpu();
}

static void a_call_to_some_reaches_those_that_are_online(struct ktest *t)
{
	struct cpumask some = CPU_MASK_CPU(0);
	struct visit v = { 0 };

	cpumask_set_cpu(CONFIG_NR_CPUS - 1, &some);
	on_each_cpu_mask(&some, visit, &v, true);
	KTEST_EXPECT_EQ(t, atomic_read(&v.calls),
			num_online_cpus() == CONFIG_NR_CPUS ? 2 : 1);
	KTEST_EXPECT_TRUE(t, cpumask_test_cpu(0, &v.cpus));
}

/* Every CPU calls every other one at the same time, with interrupts off: they
 * can only wait for each other because waiting answers. */
static struct visit storm_visit;

static void storm(void *arg)
{
	unsigned int cpu, i;

	(void)arg;
	for (i = 0; i < STORM_ROUNDS; i++)
		for_each_online_cpu(cpu)
			if (smp_call_function_single(cpu, visit, &storm_visit,
						     false))
				atomic_inc(&storm_visit.wrong);
}

static void all_cpus_may_call_all_at_once_with_interrupts_off(struct ktest *t)
{
	unsigned int nr = num_online_cpus();
	int want = (int)(STORM_ROUNDS * nr * nr);

	storm_visit = (struct visit){ 0 };
	on_each_cpu(storm, NULL, true);
	while (atomic_read(&storm_visit.calls) < want)
		cpu_relax();
	KTEST_EXPECT_EQ(t, atomic_read(&storm_visit.calls), want);
	KTEST_EXPECT_EQ(t, atomic_read(&storm_visit.wrong), 0);
}

static void waiting_with_interrupts_off_is_reported(struct ktest *t)
{
	static bool done; /* such a warning comes once */
	struct visit v = { 0 };
	unsigned long flags;

	if (!done)
		ktest_expect_report(t, "WARN");
	done = true;
	flags = local_irq_save();
	on_each_cpu(visit, &v, true);
	local_irq_restore(flags);
	/* And it is done all the same. */
	KTEST_EXPECT_EQ(t, atomic_read(&v.calls), num_online_cpus());
}

static void calls_are_counted_where_they_arrive(struct ktest *t)
{
	struct visit v = { 0 };
	unsigned int cpu, here = stay_here(t);

	for_each_online_cpu(cpu) {
		unsigned long before = irq_local_count(cpu, LOCAL_IRQ_CAL);

		KTEST_EXPECT_EQ(
			t, smp_call_function_single(cpu, visit, &v, true), 0);
		KTEST_EXPECT_GE(t, irq_local_count(cpu, LOCAL_IRQ_CAL),
				before + (cpu != here));
	}
	go_anywhere(t);
}

/* --- all others stand still ------------------------------------------------ */

/* Threads that count without end, one for each CPU. */
static struct counter {
	struct task_struct *task;
	unsigned long turns;
} counters[CONFIG_NR_CPUS];
static unsigned int nr_counters;

static int count_turns(void *data)
{
	struct counter *c = data;

	while (!kthread_should_stop()) {
		WRITE_ONCE(c->turns, c->turns + 1);
		cpu_relax();
	}
	return 0;
}

static void counters_stop(void)
{
	while (nr_counters)
		kthread_stop(counters[--nr_counters].task);
}

/* One on each CPU that runs threads, and on its way. */
static bool counters_run(struct ktest *t, int (*fn)(void *data))
{
	unsigned int cpu, nr = nr_running_cpus();

	memset(counters, 0, sizeof(counters));
	for (cpu = 0; cpu < nr; cpu++) {
		struct counter *c = &counters[cpu];

		c->task = kthread_create(fn, c, "count/%u", cpu);
		if (!KTEST_EXPECT_FALSE(t, IS_ERR(c->task))) {
			counters_stop();
			return false;
		}
		nr_counters++;
		kthread_bind(c->task, cpu);
		wake_up_process(c->task);
	}
	for (cpu = 0; cpu < nr; cpu++)
		KTEST_EXPECT_TRUE(t,
				  EVENTUALLY(READ_ONCE(counters[cpu].turns)));
	return true;
}

static unsigned long sum_turns(void)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < nr_counters; i++)
		sum += READ_ONCE(counters[i].turns);
	return sum;
}

/* Does anybody count within a millisecond? Interrupts are off. */
static void see_them_stand(void *moved)
{
	unsigned long before = sum_turns();

	mdelay(1);
	*(bool *)moved = !irqs_disabled() || sum_turns() != before;
}

static void all_others_stand_still_and_go_on(struct ktest *t)
{
	unsigned int cpu, i;

	if (!counters_run(t, count_turns))
		return;
	for (i = 0; i < ROUNDS; i++) {
		bool moved = true;

		if (stop_others(see_them_stand, &moved))
			KTEST_EXPECT_FALSE(t, moved);
	}
	for (cpu = 0; cpu < nr_counters; cpu++) {
		unsigned long turns = READ_ONCE(counters[cpu].turns);

		KTEST_EXPECT_TRUE(
			t, EVENTUALLY(READ_ONCE(counters[cpu].turns) != turns));
	}
	counters_stop();
}

static void add_one(void *sum)
{
	++*(unsigned long *)sum; /* nobody else does at this moment */
}

static unsigned long stopped_sum;
/* A CPU did not come within a second: a busy host gave it no time. */
static atomic_t nr_late;
#define MOST_LATE 5

static int stop_all_the_time(void *data)
{
	struct counter *c = data;

	while (c->turns < ROUNDS && atomic_read(&nr_late) <= MOST_LATE) {
		if (stop_others(add_one, &stopped_sum))
			WRITE_ONCE(c->turns, c->turns + 1);
		else
			atomic_inc(&nr_late);
	}
	while (!kthread_should_stop())
		yield();
	return 0;
}

/* Each stops all others, of which each is about to stop it. */
static void all_cpus_may_stop_all_others_at_once(struct ktest *t)
{
	unsigned long want;

	stopped_sum = 0;
	atomic_set(&nr_late, 0);
	if (!counters_run(t, stop_all_the_time))
		return;
	want = (unsigned long)nr_counters * ROUNDS;
	KTEST_EXPECT_TRUE(t, EVENTUALLY(sum_turns() == want));
	/* With a late one it was added, too, but beside others. */
	if (!atomic_read(&nr_late))
		KTEST_EXPECT_EQ(t, READ_ONCE(stopped_sum), want);
	counters_stop();
}

static void nobody_is_stopped_with_interrupts_off(struct ktest *t)
{
	unsigned long done = 0, flags = local_irq_save();
	bool still = stop_others(add_one, &done);

	local_irq_restore(flags);
	KTEST_EXPECT_EQ(t, done, 1);
	KTEST_EXPECT_EQ(t, still, num_online_cpus() == 1);
}

/* Longer than anybody waits who stops others. */
static void be_deaf(void *deaf)
{
	WRITE_ONCE(*(bool *)deaf, true);
	mdelay(1500);
}

/* Does stop_others() give up a CPU that is deaf? It does its work once. */
static bool a_deaf_cpu_is_given_up(struct ktest *t)
{
	bool deaf = false, still;
	unsigned long done = 0;
	unsigned int other;

	preempt_disable();
	other = smp_processor_id() ? 0 : 1;
	KTEST_EXPECT_EQ(
		t, smp_call_function_single(other, be_deaf, &deaf, false), 0);
	while (!READ_ONCE(deaf))
		cpu_relax();
	still = stop_others(add_one, &done);
	preempt_enable();
	KTEST_EXPECT_EQ(t, done, 1);
	return !still;
}

/* When the machine under this one is stopped for long, it seems to come. */
static void a_cpu_that_does_not_come_is_given_up(struct ktest *t)
{
	unsigned int tries = 5;

	if (num_online_cpus() == 1) {
		ktest_skip(t, "one CPU only");
		return;
	}
	while (tries && !a_deaf_cpu_is_given_up(t))
		tries--;
	KTEST_EXPECT_GE(t, tries, 1);
}

/* --- printing ------------------------------------------------------------- */

/* A line that shows whether it is whole. */
static void print_lines(void *arg)
{
	unsigned int i, me = smp_processor_id();

	(void)arg;
	for (i = 0; i < LINES_PER_CPU; i++)
		pr_debug("smp_test: cpu=%02u line=%02u %08x end\n", me, i,
			 0x01010101u * me);
}

/* Count the whole lines from *@cursor on; others are left alone. */
static unsigned int count_whole_lines(struct ktest *t, u64 *cursor)
{
	char line[160], want[64];
	unsigned int nr = 0, cpu, i;
	const char *p;

	while (log_read(cursor, line, sizeof(line))) {
		p = strstr(line, "smp_test: cpu=");
		if (!p)
			continue;
		cpu = (unsigned int)(p[14] - '0') * 10 +
		      (unsigned int)(p[15] - '0');
		i = (unsigned int)(p[22] - '0') * 10 +
		    (unsigned int)(p[23] - '0');
		snprintf(want, sizeof(want),
			 "smp_test: cpu=%02u line=%02u %08x end\n", cpu, i,
			 0x01010101u * cpu);
		KTEST_EXPECT_STREQ(t, p, want);
		nr++;
	}
	return nr;
}

static void lines_of_all_cpus_stay_whole(struct ktest *t)
{
	char line[160];
	u64 cursor = 0;

	while (log_read(&cursor, line, sizeof(line)))
		;
	on_each_cpu(print_lines, NULL, true);
	KTEST_EXPECT_EQ(t, count_whole_lines(t, &cursor),
			LINES_PER_CPU * num_online_cpus());
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_set_holds_what_was_put_in),
	KTEST_CASE(a_set_is_walked_in_rising_order),
	KTEST_CASE(the_cpus_online_are_the_first_ones),
	KTEST_CASE(a_call_runs_on_the_cpu_that_was_asked),
	KTEST_CASE(a_cpu_that_is_not_there_is_refused),
	KTEST_CASE(calls_that_nobody_waits_for_all_run),
	KTEST_CASE(a_call_to_all_reaches_each_once),
	KTEST_CASE(a_call_to_some_reaches_those_that_are_online),
	KTEST_CASE(all_cpus_may_call_all_at_once_with_interrupts_off),
	KTEST_CASE(waiting_with_interrupts_off_is_reported),
	KTEST_CASE(calls_are_counted_where_they_arrive),
	KTEST_CASE(all_others_stand_still_and_go_on),
	KTEST_CASE(all_cpus_may_stop_all_others_at_once),
	KTEST_CASE(nobody_is_stopped_with_interrupts_off),
	KTEST_CASE(a_cpu_that_does_not_come_is_given_up),
	KTEST_CASE(lines_of_all_cpus_stay_whole),
};
KTEST_SUITE(smp, cases);
