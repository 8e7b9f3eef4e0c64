/* SPDX-License-Identifier: MIT */
/*
 * host_cpus_test.c - hosted CPUs: threads that run at the same time, guard
 * what they share with spinlocks, and interrupt each other
 */
#include <kernel/atomic.h>
#include <kernel/errno.h>
#include <kernel/irq.h>
#include <kernel/ktest.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/softirq.h>
#include <kernel/spinlock.h>
#include <kernel/timer.h>
#include <kernel/workqueue.h>
#include <host/machine.h>

#define NR_CPUS_USED 4u
#define LINE 13 /* no device's */
#define ROUNDS 2000u

static struct ktest *test;
static atomic_t arrived;

/* Nobody goes on before all are here. Context: interrupts on. */
static void rendezvous(void)
{
	unsigned int round = (unsigned int)atomic_inc_return(&arrived) - 1;
	int all = (int)((round / NR_CPUS_USED + 1) * NR_CPUS_USED);

	while (atomic_read(&arrived) < all)
		cpu_relax();
}

static void only_meet(void *arg)
{
	unsigned int *seen_by = arg, cpu;

	rendezvous();
	cpu = get_cpu();
	seen_by[cpu] = smp_processor_id() + 1;
	put_cpu();
	rendezvous();
}

static void all_cpus_run_at_the_same_time(struct ktest *t)
{
	unsigned int seen_by[NR_CPUS_USED] = { 0 }, cpu;

	atomic_set(&arrived, 0);
	host_run_on_cpus(NR_CPUS_USED, only_meet, seen_by);
	for (cpu = 0; cpu < NR_CPUS_USED; cpu++)
		KTEST_EXPECT_EQ(t, seen_by[cpu], cpu + 1);
	KTEST_EXPECT_TRUE(t, nr_online_cpus >= NR_CPUS_USED);
	KTEST_EXPECT_TRUE(t, nr_cpu_ids >= nr_online_cpus);
}

/* --- locks -------------------------------------------------------------- */

static struct {
	spinlock_t lock;
	unsigned long plain; /* guarded by the lock */
} shared = { .lock = SPINLOCK_INIT("host cpus", LOCK_TEST) };

static void count_under_the_lock(void *arg)
{
	unsigned int i;

	(void)arg;
	rendezvous();
	for (i = 0; i < ROUNDS; i++) {
		unsigned long flags = spin_lock_irqsave(&shared.lock);

		shared.plain++;
		spin_unlock_irqrestore(&shared.lock, flags);
	}
}

static void a_spinlock_keeps_other_cpus_out(struct ktest *t)
{
	atomic_set(&arrived, 0);
	shared.plain = 0;
	host_run_on_cpus(NR_CPUS_USED, count_under_the_lock, NULL);
	KTEST_EXPECT_EQ(t, shared.plain, NR_CPUS_USED * ROUNDS);
}

/* --- per-CPU data ------------------------------------------------------- */

static DEFINE_PER_CPU(unsigned long, bumps);

static void bump(void *arg)
{
	unsigned int i;

	(void)arg;
	this_cpu_write(bumps, 0);
	rendezvous();
	for (i = 0; i < ROUNDS * (raw_smp_processor_id() + 1); i++)
		this_cpu_inc(bumps);
}

static void each_cpu_has_its_own_copy(struct ktest *t)
{
	unsigned int cpu;

	atomic_set(&arrived, 0);
	host_run_on_cpus(NR_CPUS_USED, bump, NULL);
	for (cpu = 0; cpu < NR_CPUS_USED; cpu++)
		KTEST_EXPECT_EQ(t, READ_ONCE(per_cpu(bumps, cpu)),
				ROUNDS * (cpu + 1));
}

/* --- interrupts --------------------------------------------------------- */

static struct {
	unsigned int on_cpu[NR_CPUS_USED]; /* written by that CPU, released */
	unsigned long letter; /* plain: written before the interrupt is sent */
	unsigned long read; /* what the handler found */
} irqs;

static irqreturn_t note_irq(int irq, void *dev_id)
{
	unsigned int *mine = &irqs.on_cpu[raw_smp_processor_id()];

	(void)irq;
	if (!in_interrupt() || !irqs_disabled())
		KTEST_FAIL(test, "not as in an interrupt");
	if (dev_id == &irqs)
		irqs.read = irqs.letter;
	__atomic_store_n(mine, *mine + 1, __ATOMIC_RELEASE);
	return IRQ_HANDLED;
}

static bool irqs_begin(struct ktest *t, void *dev_id)
{
	unsigned int cpu;

	test = t;
	for (cpu = 0; cpu < NR_CPUS_USED; cpu++)
		irqs.on_cpu[cpu] = 0;
	atomic_set(&arrived, 0);
	return KTEST_EXPECT_EQ(
		t, request_irq(LINE, note_irq, 0, "test", dev_id), 0);
}

static unsigned int irqs_on(unsigned int cpu)
{
	return __atomic_load_n(&irqs.on_cpu[cpu], __ATOMIC_ACQUIRE);
}

static void nothing(void *arg)
{
	(void)arg;
}

/* CPU 1 has no job: it sleeps, or is about to. */
static void an_idle_cpu_answers(struct ktest *t)
{
	unsigned int i;

	KTEST_ASSERT_TRUE(t, irqs_begin(t, &irqs));
	host_run_on_cpu(1, nothing, NULL);
	for (i = 0; i < 200; i++) {
		irqs.letter = i + 1000;
		host_irq_send(1, LINE);
		while (irqs_on(1) != i + 1)
			cpu_relax();
		KTEST_ASSERT_EQ(t, irqs.read, i + 1000);
	}
	free_irq(LINE, &irqs);
}

/* CPU 1 has interrupts off when the interrupt is sent, and then on. */
static void be_deaf_for_a_while(void *arg)
{
	unsigned long flags = local_irq_save();

	(void)arg;
	atomic_inc(&arrived); /* 1: deaf */
	while (atomic_read(&arrived) != 2)
		cpu_relax();
	KTEST_EXPECT_EQ(test, irqs_on(1), 0);
	local_irq_restore(flags);
	KTEST_EXPECT_EQ(test, irqs_on(1), 1);
}

static void a_sent_interrupt_waits_until_they_are_on(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, irqs_begin(t, NULL));
	host_cpu_start(1, be_deaf_for_a_while, NULL);
	while (atomic_read(&arrived) != 1)
		cpu_relax();
	host_irq_send(1, LINE);
	atomic_inc(&arrived);
	host_cpu_wait(1);
	KTEST_EXPECT_EQ(t, irqs_on(1), 1);
	free_irq(LINE, NULL);
}

/* Each CPU interrupts the next one and waits for its answer: all at once, so
 * that those who wait have to answer too. */
static void ask_the_next(void *arg)
{
	unsigned int i, to = (raw_smp_processor_id() + 1) % NR_CPUS_USED;

	(void)arg;
	rendezvous();
	for (i = 1; i <= 100; i++) {
		host_irq_send(to, LINE);
		while (irqs_on(to) < i)
			cpu_relax();
	}
	rendezvous();
}

static void cpus_that_wait_for_each_other_answer(struct ktest *t)
{
	unsigned int cpu;

	KTEST_ASSERT_TRUE(t, irqs_begin(t, NULL));
	host_run_on_cpus(NR_CPUS_USED, ask_the_next, NULL);
	for (cpu = 0; cpu < NR_CPUS_USED; cpu++)
		KTEST_EXPECT_EQ(t, irqs_on(cpu), 100);
	free_irq(LINE, NULL);
}

/* To oneself: at once if they are on. */
static void a_cpu_may_interrupt_itself(struct ktest *t)
{
	unsigned long flags;

	KTEST_ASSERT_TRUE(t, irqs_begin(t, NULL));
	host_irq_send(0, LINE);
	KTEST_EXPECT_EQ(t, irqs_on(0), 1);
	flags = local_irq_save();
	host_irq_send(0, LINE);
	KTEST_EXPECT_EQ(t, irqs_on(0), 1);
	local_irq_restore(flags);
	KTEST_EXPECT_EQ(t, irqs_on(0), 2);
	free_irq(LINE, NULL);
}

/* As long as it has not returned nobody else gets the line. */
static irqreturn_t take_long(int irq, void *dev_id)
{
	unsigned int i;

	atomic_inc(&arrived);
	for (i = 0; i < 10000; i++) {
		if (request_irq((unsigned int)irq, note_irq, IRQF_PROBE_SHARED,
				"early", &irqs) != -EBUSY)
			KTEST_FAIL(test, "somebody else has the line");
		cpu_relax();
	}
	atomic_inc(dev_id);
	return IRQ_HANDLED;
}

/* CPU 1 is in the handler. */
static void begin_what_takes_long(void)
{
	atomic_set(&arrived, 0);
	host_irq_send(1, LINE);
	while (!atomic_read(&arrived))
		cpu_relax();
}

static void a_line_is_free_when_its_handler_has_returned(struct ktest *t)
{
	atomic_t calls = ATOMIC_INIT(0);

	test = t;
	KTEST_ASSERT_EQ(t, request_irq(LINE, take_long, 0, "test", &calls), 0);
	host_run_on_cpu(1, nothing, NULL);
	begin_what_takes_long();
	synchronize_irq(LINE);
	KTEST_EXPECT_EQ(t, atomic_read(&calls), 1);
	begin_what_takes_long();
	disable_irq(LINE);
	KTEST_EXPECT_EQ(t, atomic_read(&calls), 2);
	enable_irq(LINE);
	begin_what_takes_long();
	free_irq(LINE, &calls);
	KTEST_EXPECT_EQ(t, atomic_read(&calls), 3);
}

static atomic_t inside;

static irqreturn_t be_alone(int irq, void *dev_id)
{
	unsigned int i;

	(void)irq;
	if (atomic_inc_return(&inside) != 1)
		KTEST_FAIL(test, "two CPUs in one handler");
	for (i = 0; i < 20; i++)
		cpu_relax();
	atomic_dec(&inside);
	atomic_inc(dev_id);
	return IRQ_HANDLED;
}

/* An interrupt of the line, as the arch brings it. */
static void interrupt(void)
{
	unsigned long flags = local_irq_save();

	irq_enter();
	irq_dispatch(LINE);
	irq_exit();
	local_irq_restore(flags);
}

static void interrupt_often(void *arg)
{
	unsigned int i;

	(void)arg;
	rendezvous();
	for (i = 0; i < ROUNDS; i++)
		interrupt();
}

static void a_handler_runs_on_one_cpu_at_a_time(struct ktest *t)
{
	atomic_t calls = ATOMIC_INIT(0);

	test = t;
	atomic_set(&arrived, 0);
	KTEST_ASSERT_EQ(t, request_irq(LINE, be_alone, 0, "test", &calls), 0);
	host_run_on_cpus(NR_CPUS_USED, interrupt_often, NULL);
	free_irq(LINE, &calls);
	KTEST_EXPECT_EQ(t, atomic_read(&calls), NR_CPUS_USED * ROUNDS);
}

/* A controller with one line. */
static bool line_masked, line_wanted;

static void line_unmask(unsigned int irq)
{
	(void)irq;
	line_masked = false;
}

/* As if somebody asked for the line elsewhere just before. */
static void line_mask(unsigned int irq)
{
	if (line_wanted)
		KTEST_EXPECT_EQ(
			test, request_irq(irq, note_irq, 0, "test", &irqs), 0);
	line_wanted = false;
	line_masked = true;
}

static void a_line_requested_while_it_is_masked_is_not_lost(struct ktest *t)
{
	static const struct irq_chip chip = {
		.name = "test",
		.unmask = line_unmask,
		.mask = line_mask,
	};

	test = t;
	irq_set_chip(&chip);
	line_wanted = true;
	irq_dispatch(LINE);
	KTEST_EXPECT_FALSE(t, line_masked);
	free_irq(LINE, &irqs);
	KTEST_EXPECT_TRUE(t, line_masked);
	line_masked = false;
	irq_dispatch(LINE); /* nobody's */
	KTEST_EXPECT_TRUE(t, line_masked);
	irq_set_chip(NULL);
}

/* An IO-APIC does not keep an edge that comes while it is masked. */
static void an_edge_comes_after_its_line_was_disabled(struct ktest *t)
{
	static const struct irq_chip chip = {
		.name = "test",
		.unmask = line_unmask,
		.mask = line_mask,
	};
	unsigned int i;

	test = t;
	irq_set_chip(&chip);
	KTEST_ASSERT_TRUE(t, irqs_begin(t, NULL));
	disable_irq(LINE);
	for (i = 0; i < 2; i++) {
		if (!line_masked)
			interrupt();
	}
	KTEST_EXPECT_EQ(t, irqs_on(0), 0);
	KTEST_EXPECT_TRUE(t, line_masked);
	enable_irq(LINE);
	local_bh_disable();
	local_bh_enable();
	KTEST_EXPECT_EQ(t, irqs_on(0), 1);
	KTEST_EXPECT_FALSE(t, line_masked);
	free_irq(LINE, NULL);
	irq_set_chip(NULL);
}

/* One that nothing else takes: it stays a level. */
#define LEVEL_LINE 10
static unsigned int level_set;

static void line_set_level(unsigned int irq)
{
	level_set = irq;
}

/* It asks again by itself, as soon as it may. */
static void a_level_is_masked_while_it_is_disabled(struct ktest *t)
{
	static const struct irq_chip chip = {
		.name = "test",
		.unmask = line_unmask,
		.mask = line_mask,
		.set_level = line_set_level,
	};
	atomic_t calls = ATOMIC_INIT(0);

	irq_set_chip(&chip);
	KTEST_ASSERT_EQ(t,
			request_irq(LEVEL_LINE, be_alone, IRQF_TRIGGER_LOW,
				    "test", &calls),
			0);
	KTEST_EXPECT_EQ(t, level_set, LEVEL_LINE);
	KTEST_EXPECT_FALSE(t, line_masked);
	disable_irq_nosync(LEVEL_LINE);
	KTEST_EXPECT_TRUE(t, line_masked);
	/* A moment too late. */
	host_irq_send(0, LEVEL_LINE);
	enable_irq(LEVEL_LINE);
	KTEST_EXPECT_FALSE(t, line_masked);
	local_bh_disable();
	local_bh_enable();
	KTEST_EXPECT_EQ(t, atomic_read(&calls), 0);
	free_irq(LEVEL_LINE, &calls);
	irq_set_chip(NULL);
}

static irqreturn_t not_mine(int irq, void *dev_id)
{
	(void)irq;
	(void)dev_id;
	return IRQ_NONE;
}

static void a_line_that_is_shut_is_masked(struct ktest *t)
{
	static const struct irq_chip chip = {
		.name = "test",
		.unmask = line_unmask,
		.mask = line_mask,
	};
	unsigned int i, a, b;

	irq_set_chip(&chip);
	KTEST_ASSERT_EQ(t, request_irq(LINE, not_mine, IRQF_SHARED, "test", &a),
			0);
	for (i = 0; i < 100000; i++)
		interrupt();
	KTEST_EXPECT_TRUE(t, line_masked);
	/* And stays so, whoever disables and enables it. */
	disable_irq(LINE);
	enable_irq(LINE);
	KTEST_EXPECT_TRUE(t, line_masked);
	KTEST_ASSERT_EQ(t, request_irq(LINE, not_mine, IRQF_SHARED, "test", &b),
			0);
	KTEST_EXPECT_FALSE(t, line_masked);
	/* Not before the last one has gone. */
	free_irq(LINE, &a);
	KTEST_EXPECT_FALSE(t, line_masked);
	free_irq(LINE, &b);
	KTEST_EXPECT_TRUE(t, line_masked);
	irq_set_chip(NULL);
}

/* --- delayed work, interrupted ------------------------------------------ */

static void send_line_to_self(struct timer_list *timer)
{
	(void)timer;
	host_irq_send(0, LINE);
}

static irqreturn_t cancel_it(int irq, void *dev_id)
{
	(void)irq;
	if (cancel_delayed_work(dev_id))
		atomic_inc(&arrived);
	return IRQ_HANDLED;
}

static void never_called(struct work_struct *work)
{
	(void)work;
	KTEST_FAIL(test, "cancelled work was called");
}

/* The interrupt is sent by a timer before, with interrupts off, so it comes as
 * soon as they are on: not between the work's timer and the list. */
static void an_interrupt_may_cancel_work_whose_time_has_come(struct ktest *t)
{
	struct timer_list before =
		TIMER_INITIALIZER(send_line_to_self, TIMER_IRQSAFE);
	struct timer_list after = before;
	struct delayed_work dwork;
	unsigned long flags;

	test = t;
	atomic_set(&arrived, 0);
	INIT_DELAYED_WORK(&dwork, never_called);
	KTEST_ASSERT_EQ(t, request_irq(LINE, cancel_it, 0, "test", &dwork), 0);
	flags = local_irq_save(); /* all within one tick */
	mod_timer(&before, jiffies + 2);
	schedule_delayed_work(&dwork, 2);
	mod_timer(&after, jiffies + 2);
	local_irq_restore(flags);
	while (timer_pending(&before) || timer_pending(&after))
		cpu_relax();
	KTEST_EXPECT_EQ(t, atomic_read(&arrived), 1);
	free_irq(LINE, &dwork);
	KTEST_EXPECT_FALSE(t, cancel_delayed_work_sync(&dwork));
}

static const struct ktest_case host_cpus_cases[] = {
	KTEST_CASE(all_cpus_run_at_the_same_time),
	KTEST_CASE(a_spinlock_keeps_other_cpus_out),
	KTEST_CASE(each_cpu_has_its_own_copy),
	KTEST_CASE(an_idle_cpu_answers),
	KTEST_CASE(a_sent_interrupt_waits_until_they_are_on),
	KTEST_CASE(cpus_that_wait_for_each_other_answer),
	KTEST_CASE(a_cpu_may_interrupt_itself),
	KTEST_CASE(a_line_is_free_when_its_handler_has_returned),
	KTEST_CASE(a_line_requested_while_it_is_masked_is_not_lost),
	KTEST_CASE(a_handler_runs_on_one_cpu_at_a_time),
	KTEST_CASE(an_edge_comes_after_its_line_was_disabled),
	KTEST_CASE(a_level_is_masked_while_it_is_disabled),
	KTEST_CASE(a_line_that_is_shut_is_masked),
	KTEST_CASE(an_interrupt_may_cancel_work_whose_time_has_come),
};
KTEST_SUITE(host_cpus, host_cpus_cases);
