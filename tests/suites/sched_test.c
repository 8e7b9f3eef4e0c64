/* SPDX-License-Identifier: MIT */
/*
 * sched_test.c - who gets a CPU, which one, and for how long
 *
 * Threads of these tests run beside the tester, on whatever CPUs are online;
 * what is about one CPU binds them all to it.
 */
#include <kernel/jiffies.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/math64.h>
#include <kernel/sched.h>
#include <kernel/smp.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <asm/processor.h>
#include "sched_fixture.h"
#include "stay_here.h"

#define MAX_WORKERS 8

static void stay_on(struct ktest *t, struct task_struct *task, unsigned int cpu)
{
	KTEST_EXPECT_EQ(t, set_cpus_allowed_ptr(task, &CPU_MASK_CPU(cpu)), 0);
}

/* --- a CPU among several tasks -------------------------------------------- */

struct worker {
	struct task_struct *task;
	volatile unsigned int turns;
	volatile unsigned int seen_cpus; /* bit for each it ran on */
	volatile unsigned int last_cpu;
};

static int work_until_stopped(void *data)
{
	struct worker *w = data;

	while (!kthread_should_stop()) {
		w->turns++;
		w->last_cpu = raw_smp_processor_id();
		w->seen_cpus |= 1u << w->last_cpu;
		cpu_relax();
	}
	return 0;
}

/* Make @nr workers; bound to @cpu unless that is -1. Not woken yet. */
static bool workers_make(struct ktest *t, struct worker *w, unsigned int nr,
			 int cpu)
{
	unsigned int i;

	memset(w, 0, nr * sizeof(*w));
	for (i = 0; i < nr; i++) {
		w[i].task = kthread_create(work_until_stopped, &w[i],
					   "worker/%u", i);
		if (!KTEST_EXPECT_FALSE(t, IS_ERR(w[i].task)))
			break;
		if (cpu >= 0)
			kthread_bind(w[i].task, (unsigned int)cpu);
	}
	if (i == nr)
		return true;
	while (i--)
		kthread_stop(w[i].task);
	return false;
}

static void workers_wake(struct worker *w, unsigned int nr)
{
	while (nr--)
		wake_up_process(w[nr].task);
}

static void workers_stop(struct ktest *t, struct worker *w, unsigned int nr)
{
	while (nr--)
		KTEST_EXPECT_EQ(t, kthread_stop(w[nr].task), 0);
}

/* Let the workers have the tester's CPU for some ticks. */
static void watch(unsigned int ticks)
{
	unsigned long start = jiffies;

	while (jiffies - start < ticks)
		yield();
}

static u64 exec_of(const struct worker *w)
{
	return w->task->sum_exec;
}

/* Has each of @w had its part, give or take a quarter of it? */
static bool parts_are_equal(const struct worker *w, unsigned int nr)
{
	unsigned int i;
	u64 part = 0;

	for (i = 0; i < nr; i++)
		part += exec_of(&w[i]);
	part = div_u64(part, nr);
	for (i = 0; i < nr; i++) {
		if (exec_of(&w[i]) < part - (part >> 2) ||
		    exec_of(&w[i]) > part + (part >> 2))
			return false;
	}
	return true;
}

/* Who runs while the machine under this one is stopped has it counted as time
 * that it ran; others are given as much then. So it may take another look. */
static void equals_share_a_cpu_in_equal_parts(struct ktest *t)
{
	struct worker w[3];
	unsigned int looks = 5;

	stay_on(t, current, 0);
	if (workers_make(t, w, 3, 0)) {
		workers_wake(w, 3);
		do {
			watch(60);
		} while (!parts_are_equal(w, 3) && --looks);
		if (!looks)
			KTEST_FAIL(t, "they ran %llu, %llu, %llu",
				   exec_of(&w[0]), exec_of(&w[1]),
				   exec_of(&w[2]));
		workers_stop(t, w, 3);
	}
	go_anywhere(t);
}

static void nice_gives_way_by_its_weight(struct ktest *t)
{
	struct worker w[2];

	stay_on(t, current, 0);
	if (workers_make(t, w, 2, 0)) {
		/* Five steps: a factor of about three. */
		set_user_nice(w[1].task, 5);
		KTEST_EXPECT_EQ(t, task_nice(w[1].task), 5);
		workers_wake(w, 2);
		watch(100);
		KTEST_EXPECT_GE(t, exec_of(&w[0]), 2 * exec_of(&w[1]));
		KTEST_EXPECT_LE(t, exec_of(&w[0]), 5 * exec_of(&w[1]));
		KTEST_EXPECT_GE(t, w[1].turns, 1);
		workers_stop(t, w, 2);
	}
	go_anywhere(t);
}

static void bad_nice_values_are_refused(struct ktest *t)
{
	int before = task_nice(current);

	ktest_expect_report(t, "WARN");
	set_user_nice(current, MAX_NICE + 1);
	KTEST_EXPECT_EQ(t, task_nice(current), before);
}

/* --- FIFO ------------------------------------------------------------------ */

struct order {
	volatile unsigned int nr;
	char log[MAX_WORKERS];
};

struct runner {
	struct order *order;
	char name;
	struct task_struct *task;
};

static int note_turn(void *data)
{
	struct runner *r = data;

	r->order->log[r->order->nr] = r->name;
	barrier();
	r->order->nr++;
	return 0;
}

static bool runner_make(struct ktest *t, struct runner *r, struct order *order,
			char name)
{
	*r = (struct runner){ .order = order, .name = name };
	r->task = kthread_create(note_turn, r, "runner-%c", name);
	if (!KTEST_EXPECT_FALSE(t, IS_ERR(r->task)))
		return false;
	kthread_bind(r->task, 0);
	get_task_struct(r->task);
	return true;
}

static void runner_end(struct ktest *t, struct runner *r)
{
	KTEST_EXPECT_TRUE(t, EVENTUALLY(READ_ONCE(r->task->kthread.gone)));
	put_task_struct(r->task);
}

static void better_priorities_run_first_and_at_once(struct ktest *t)
{
	struct order order = { .nr = 0 };
	struct runner r[4];
	unsigned int i;

	stay_on(t, current, 0);
	for (i = 0; i < ARRAY_SIZE(r); i++) {
		if (!runner_make(t, &r[i], &order, (char)('a' + i)))
			return;
	}
	/* a normal, b low FIFO, c FIFO, d FIFO that comes later. */
	sched_set_fifo_low(r[1].task);
	sched_set_fifo(r[2].task);
	sched_set_fifo(r[3].task);
	preempt_disable();
	for (i = 0; i < ARRAY_SIZE(r); i++)
		wake_up_process(r[i].task);
	KTEST_EXPECT_EQ(t, order.nr, 0);
	preempt_enable();
	/* All FIFO ones have run before the tester goes on. */
	KTEST_EXPECT_GE(t, order.nr, 3);
	for (i = 0; i < ARRAY_SIZE(r); i++)
		runner_end(t, &r[i]);
	KTEST_EXPECT_EQ(t, order.nr, 4);
	KTEST_EXPECT_EQ(t, order.log[0], 'c');
	KTEST_EXPECT_EQ(t, order.log[1], 'd');
	KTEST_EXPECT_EQ(t, order.log[2], 'b');
	KTEST_EXPECT_EQ(t, order.log[3], 'a');
	go_anywhere(t);
	kthread_flush();
}

/* A wake-up with interrupts off is not forgotten when they come on again; it
 * does not even wait for a tick. Return: whether it ran before one. */
static bool woken_before_a_tick(struct ktest *t)
{
	struct order order = { .nr = 0 };
	unsigned long flags, start;
	unsigned int turns;
	struct runner r;
	bool at_once;

	if (!runner_make(t, &r, &order, 'x'))
		return false;
	sched_set_fifo(r.task);
	flags = local_irq_save();
	wake_up_process(r.task);
	KTEST_EXPECT_EQ(t, order.nr, 0);
	start = jiffies;
	local_irq_restore(flags);
	for (turns = 0; turns < 100 && !order.nr; turns++)
		cpu_relax();
	at_once = order.nr && jiffies == start;
	while (!order.nr && jiffies - start < 3)
		cpu_relax();
	KTEST_EXPECT_EQ(t, order.nr, 1);
	runner_end(t, &r);
	return at_once;
}

static void
a_wakeup_with_interrupts_off_counts_when_they_are_on(struct ktest *t)
{
	unsigned int nr_at_once = 0, i;

	stay_on(t, current, 0);
	for (i = 0; i < 10; i++)
		nr_at_once += woken_before_a_tick(t);
	/* A CPU alone may have no way to interrupt itself: then a tick did. */
	if (nr_running_cpus() > 1)
		KTEST_EXPECT_GE(t, nr_at_once, 5);
	go_anywhere(t);
	kthread_flush();
}

static void a_section_that_ends_lets_the_better_one_run(struct ktest *t)
{
	struct order order = { .nr = 0 };
	struct runner r;

	stay_on(t, current, 0);
	if (!runner_make(t, &r, &order, 'x'))
		return;
	sched_set_fifo(r.task);
	preempt_disable();
	preempt_disable();
	wake_up_process(r.task);
	KTEST_EXPECT_TRUE(t, need_resched());
	preempt_enable();
	KTEST_EXPECT_EQ(t, order.nr, 0);
	preempt_enable();
	KTEST_EXPECT_EQ(t, order.nr, 1);
	KTEST_EXPECT_FALSE(t, need_resched());
	runner_end(t, &r);
	go_anywhere(t);
	kthread_flush();
}

static void interrupts_off_or_a_count_forbid_a_switch(struct ktest *t)
{
	struct worker w[2];
	unsigned int before[2], i;

	stay_on(t, current, 0);
	if (workers_make(t, w, 2, 0)) {
		workers_wake(w, 2);
		KTEST_EXPECT_TRUE(t, EVENTUALLY(w[0].turns && w[1].turns));
		for (i = 0; i < 2; i++) {
			unsigned long start = jiffies;

			preempt_disable();
			before[0] = w[0].turns;
			before[1] = w[1].turns;
			while (jiffies - start < 5)
				cpu_relax();
			KTEST_EXPECT_EQ(t, w[0].turns, before[0]);
			KTEST_EXPECT_EQ(t, w[1].turns, before[1]);
			preempt_enable();
		}
		workers_stop(t, w, 2);
	}
	go_anywhere(t);
}

/* --- places ---------------------------------------------------------------- */

static void a_thread_runs_where_it_may(struct ktest *t)
{
	unsigned int nr_cpus = nr_running_cpus(), cpu;
	struct worker w;

	for (cpu = 0; cpu < nr_cpus; cpu++) {
		if (!workers_make(t, &w, 1, (int)cpu))
			return;
		workers_wake(&w, 1);
		KTEST_EXPECT_TRUE(t, EVENTUALLY(w.turns > 10));
		KTEST_EXPECT_EQ(t, w.seen_cpus, 1u << cpu);
		workers_stop(t, &w, 1);
	}
}

static void the_caller_has_moved_when_its_cpus_are_set(struct ktest *t)
{
	unsigned int nr_cpus = nr_running_cpus(), cpu;

	for (cpu = 0; cpu < nr_cpus; cpu++) {
		stay_on(t, current, cpu);
		KTEST_EXPECT_EQ(t, smp_processor_id(), cpu);
	}
	go_anywhere(t);
}

static void a_running_thread_is_moved(struct ktest *t)
{
	unsigned int nr_cpus = nr_running_cpus(), before, cpu;
	struct worker w;

	if (!workers_make(t, &w, 1, -1))
		return;
	workers_wake(&w, 1);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(w.turns > 10));
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		stay_on(t, w.task, cpu);
		KTEST_EXPECT_TRUE(t, EVENTUALLY(task_cpu(w.task) == cpu));
		before = w.turns;
		KTEST_EXPECT_TRUE(t, EVENTUALLY(w.turns - before > 10));
		KTEST_EXPECT_EQ(t, w.last_cpu, cpu);
	}
	workers_stop(t, &w, 1);
}

static void no_usable_cpu_is_refused(struct ktest *t)
{
	const struct cpumask none = CPU_MASK_NONE;
	struct cpumask before = current->cpus_allowed;

	KTEST_EXPECT_EQ(t, set_cpus_allowed_ptr(current, &none), -EINVAL);
	KTEST_EXPECT_TRUE(t, cpumask_equal(&current->cpus_allowed, &before));
}

static void binding_a_thread_that_runs_is_refused(struct ktest *t)
{
	struct cpumask before = current->cpus_allowed;

	ktest_expect_report(t, "WARN");
	kthread_bind(current, 0);
	KTEST_EXPECT_TRUE(t, cpumask_equal(&current->cpus_allowed, &before));
}

/* Bits of the CPUs that any of @nr workers has run on. */
static unsigned int seen_by(const struct worker *w, unsigned int nr)
{
	unsigned int seen = 0;

	while (nr--)
		seen |= w[nr].seen_cpus;
	return seen;
}

/* Two for each CPU: none may be left idle, or starve. */
static void work_spreads_over_all_cpus(struct ktest *t)
{
	unsigned int nr_cpus = nr_running_cpus(), nr, i;
	struct worker w[MAX_WORKERS];

	nr = min(2 * nr_cpus, (unsigned int)MAX_WORKERS);
	/* All begin on one CPU: the others have to come and get them. */
	if (!workers_make(t, w, nr, 0))
		return;
	workers_wake(w, nr);
	for (i = 0; i < nr; i++) {
		const struct cpumask all = CPU_MASK_ALL;

		set_cpus_allowed_ptr(w[i].task, &all);
	}
	for (i = 0; i < nr; i++)
		KTEST_EXPECT_TRUE(t, EVENTUALLY(w[i].turns));
	if (nr == 2 * nr_cpus)
		KTEST_EXPECT_TRUE(
			t, EVENTUALLY(seen_by(w, nr) == (1u << nr_cpus) - 1));
	workers_stop(t, w, nr);
}

/* --- sleeping and waking --------------------------------------------------- */

/*
 * The event is set and the sleeper woken at every point of its way to sleep
 * and back, by somebody on another CPU if there is one: none may be lost.
 */
struct mailbox {
	struct task_struct *reader;
	volatile unsigned int sent, read;
};

static int read_letters(void *data)
{
	struct mailbox *m = data;

	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (m->read == m->sent && !kthread_should_stop()) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);
		m->read = m->sent;
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static void no_wakeup_is_lost(struct ktest *t)
{
	unsigned int nr_cpus = nr_running_cpus(), i;
	struct mailbox m = { 0 };

	m.reader = kthread_create(read_letters, &m, "reader");
	KTEST_ASSERT_TRUE(t, !IS_ERR(m.reader));
	kthread_bind(m.reader, nr_cpus - 1);
	stay_on(t, current, 0);
	wake_up_process(m.reader);
	for (i = 1; i <= 20000; i++) {
		unsigned int pause = ktest_random(t) % 64;

		while (pause--)
			barrier();
		m.sent = i;
		wake_up_process(m.reader);
		if (i % 16)
			continue;
		/* Read, without anybody waking it again. */
		if (!KTEST_EXPECT_TRUE(t, EVENTUALLY(m.read == i)))
			break;
	}
	KTEST_EXPECT_EQ(t, kthread_stop(m.reader), 0);
	go_anywhere(t);
}

/*
 * Who loses the CPU between writing its state and going to sleep stands on a
 * run queue with the state of a sleeper. Then one CPU may take it elsewhere, as
 * an idle one does, while another wakes it: it may be made ready once.
 */
struct dawdler {
	struct task_struct *task;
	unsigned int rounds;
};
static struct dawdler dawdlers[MAX_WORKERS];

static int dawdle_to_sleep(void *data)
{
	struct dawdler *d = data;

	while (!kthread_should_stop()) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		local_irq_disable();
		set_preempt_need_resched();
		local_irq_enable();
		preempt_check_resched();
		if (kthread_should_stop())
			break;
		schedule();
		WRITE_ONCE(d->rounds, d->rounds + 1);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static int keep_moving_dawdlers(void *data)
{
	unsigned int i, nr_cpus = nr_running_cpus(), turn = 0;

	(void)data;
	while (!kthread_should_stop()) {
		turn++;
		for (i = 0; i < MAX_WORKERS; i++)
			set_cpus_allowed_ptr(
				dawdlers[i].task,
				&CPU_MASK_CPU((turn + i) % nr_cpus));
		cpu_relax(); /* hosted, time goes on so */
		yield();
	}
	return 0;
}

static void who_is_moved_on_its_way_to_sleep_is_ready_once(struct ktest *t)
{
	unsigned long end = jiffies + HZ / 4;
	unsigned int i, rounds = 0;
	struct task_struct *mover;

	memset(dawdlers, 0, sizeof(dawdlers));
	for (i = 0; i < MAX_WORKERS; i++) {
		dawdlers[i].task = kthread_run(dawdle_to_sleep, &dawdlers[i],
					       "dawdler/%u", i);
		KTEST_ASSERT_TRUE(t, !IS_ERR(dawdlers[i].task));
	}
	mover = kthread_run(keep_moving_dawdlers, NULL, "mover");
	KTEST_ASSERT_TRUE(t, !IS_ERR(mover));
	while (time_before(jiffies, end)) {
		for (i = 0; i < 64; i++) {
			unsigned int pause = ktest_random(t) % 4096;

			/* Time to be moved in, before it is awake again. */
			while (pause--)
				barrier();
			wake_up_process(
				dawdlers[ktest_random(t) % MAX_WORKERS].task);
		}
		schedule_timeout_uninterruptible(1);
	}
	KTEST_EXPECT_EQ(t, kthread_stop(mover), 0);
	for (i = 0; i < MAX_WORKERS; i++) {
		rounds += READ_ONCE(dawdlers[i].rounds);
		KTEST_EXPECT_EQ(t, kthread_stop(dawdlers[i].task), 0);
	}
	KTEST_EXPECT_GE(t, rounds, 1);
}

static void waking_who_is_awake_does_nothing(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, wake_up_process(current), 0);
	set_current_state(TASK_UNINTERRUPTIBLE);
	KTEST_EXPECT_EQ(t, wake_up_state(current, TASK_INTERRUPTIBLE), 0);
	KTEST_EXPECT_EQ(t, wake_up_process(current), 1);
	KTEST_EXPECT_EQ(t, current->__state, TASK_RUNNING);
	schedule();
}

static int sleep_in_io(void *data)
{
	while (!kthread_should_stop()) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (!kthread_should_stop())
			io_schedule();
	}
	__set_current_state(TASK_RUNNING);
	(void)data;
	return 0;
}

static void sleepers_are_counted_by_kind(struct ktest *t)
{
	unsigned long blocked = nr_uninterruptible(), io = nr_iowait();
	unsigned long made = total_forks();
	u64 switches = nr_context_switches();
	struct task_struct *task = kthread_run(sleep_in_io, NULL, "io");

	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	KTEST_EXPECT_EQ(t, total_forks(), made + 1);
	KTEST_EXPECT_EQ(t, last_pid(), task->pid);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(nr_iowait() == io + 1));
	KTEST_EXPECT_EQ(t, nr_uninterruptible(), blocked + 1);
	KTEST_EXPECT_GE(t, nr_running(), 1);
	KTEST_EXPECT_EQ(t, kthread_stop(task), 0);
	KTEST_EXPECT_EQ(t, nr_iowait(), io);
	KTEST_EXPECT_EQ(t, nr_uninterruptible(), blocked);
	KTEST_EXPECT_GE(t, nr_context_switches(), switches + 2);
}

static void sleeping_with_preemption_off_is_reported(struct ktest *t)
{
	set_current_state(TASK_RUNNING);
	preempt_disable();
	ktest_expect_report(t, "sleep-in-atomic");
	schedule();
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t),
					"sleep-in-atomic schedule preempt=1"));
	preempt_enable();
}

/* --- figures and lists ----------------------------------------------------- */

static void tasks_are_listed_by_number(struct ktest *t)
{
	struct task_info info = { .pid = -1 };
	bool seen_me = false;
	int last = 0;

	while (task_info_next(&info)) {
		if (!info.pid)
			continue;
		KTEST_EXPECT_GE(t, info.pid, last + 1);
		last = info.pid;
		if (info.pid == current->pid) {
			seen_me = true;
			KTEST_EXPECT_STREQ(t, info.comm, current->comm);
			KTEST_EXPECT_EQ(t, info.state, 'R');
			KTEST_EXPECT_TRUE(t, info.on_cpu);
		}
	}
	KTEST_EXPECT_TRUE(t, seen_me);
}

static void a_stack_belongs_to_its_task(struct ktest *t)
{
	const char *stack = current->stack;

	KTEST_ASSERT_NOT_NULL(t, stack);
	KTEST_EXPECT_PTR_EQ(t, task_find_stack((unsigned long)stack), current);
	KTEST_EXPECT_PTR_EQ(
		t, task_find_stack((unsigned long)stack + THREAD_SIZE - 1),
		current);
	/* The guard page is told as its own. */
	KTEST_EXPECT_PTR_EQ(t, task_find_stack((unsigned long)stack - 1),
			    current);
	KTEST_EXPECT_FALSE(t, task_find_stack((unsigned long)stack +
					      THREAD_SIZE) == current);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(equals_share_a_cpu_in_equal_parts),
	KTEST_CASE(nice_gives_way_by_its_weight),
	KTEST_CASE(bad_nice_values_are_refused),
	KTEST_CASE(better_priorities_run_first_and_at_once),
	KTEST_CASE(a_wakeup_with_interrupts_off_counts_when_they_are_on),
	KTEST_CASE(a_section_that_ends_lets_the_better_one_run),
	KTEST_CASE(interrupts_off_or_a_count_forbid_a_switch),
	KTEST_CASE(a_thread_runs_where_it_may),
	KTEST_CASE(the_caller_has_moved_when_its_cpus_are_set),
	KTEST_CASE(a_running_thread_is_moved),
	KTEST_CASE(no_usable_cpu_is_refused),
	KTEST_CASE(binding_a_thread_that_runs_is_refused),
	KTEST_CASE(work_spreads_over_all_cpus),
	KTEST_CASE(no_wakeup_is_lost),
	KTEST_CASE(who_is_moved_on_its_way_to_sleep_is_ready_once),
	KTEST_CASE(waking_who_is_awake_does_nothing),
	KTEST_CASE(sleepers_are_counted_by_kind),
	KTEST_CASE(sleeping_with_preemption_off_is_reported),
	KTEST_CASE(tasks_are_listed_by_number),
	KTEST_CASE(a_stack_belongs_to_its_task),
};
KTEST_SUITE(sched, cases);
