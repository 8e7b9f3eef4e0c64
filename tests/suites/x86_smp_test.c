/* SPDX-License-Identifier: MIT */
/*
 * x86_smp_test.c - what several CPUs of this machine owe each other
 *
 * TLB flushes that reach all, a timer on each, a watchdog among them. Mappings
 * are made in the last 8 MiB of the vmalloc window, which mm fills from the
 * other end. With one CPU the cases that need another one are skipped.
 */
#include <kernel/atomic.h>
#include <kernel/irq.h>
#include <kernel/jiffies.h>
#include <kernel/jiffies_counter.h>
#include <kernel/ktest.h>
#include <kernel/rwlock.h>
#include <kernel/sched.h>
#include <kernel/smp.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <kernel/watchdog.h>
#include <asm/cpufeature.h>
#include <asm/irqflags.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <asm/setup.h>
#include <asm/smp.h>
#include <asm/tables.h>
#include "../../arch/x86/cpu/internal.h"
#include "proc_text.h"

#define OTHER 1u /* not the one the tests run on: that is CPU 0 */
/* By each CPU, where all flush at once: many CPUs wait long for each other. */
#define FLUSHES (1 + 20 / num_online_cpus())
/* More than flush_tlb_kernel_range() does one by one. */
#define MANY_PAGES 40ul
/* Short enough to wait for; longer than a busy host lets a CPU wait. */
#define STUCK_TICKS (3 * HZ)
/* However busy the host is. */
#define PATIENCE_MS 20000u

static u32 frames[2][PAGE_SIZE / sizeof(u32)] __aligned(4096);

/* The address is this CPU's own: several flush at a time. */
static unsigned long window(unsigned int cpu)
{
	return ALIGN_DOWN(arch_layout()->vmalloc_end - MIB(8), MIB(2)) +
	       cpu * MANY_PAGES * PAGE_SIZE;
}

/* Moves to CPU 0, and stays there: no other suite minds. */
static bool needs_two_cpus(struct ktest *t)
{
	if (num_online_cpus() > 1)
		return KTEST_EXPECT_EQ(
			t, set_cpus_allowed_ptr(current, &CPU_MASK_CPU(0)), 0);
	ktest_skip(t, "one CPU is online");
	return false;
}

/* --- ticks ----------------------------------------------------------------- */

/* Both halves of every value are equal, so one that is torn shows. */
#define HALVES 0x100000001ull
#define COUNTED 300000u
/* Between two: somebody has to find it at rest. */
#define REST 50u

struct counting {
	struct jiffies_counter counter;
	bool done;
};

static void count_up(void *arg)
{
	struct counting *c = arg;
	unsigned int i, rest;

	for (i = 0; i < COUNTED; i++) {
		jiffies_counter_add(&c->counter, HALVES);
		for (rest = 0; rest < REST; rest++)
			barrier();
	}
	smp_store_release(&c->done, true);
}

static void a_count_of_64_bits_is_read_whole(struct ktest *t)
{
	static struct counting c;
	unsigned int torn = 0, back = 0, distinct = 0;
	u64 last = 0;

	if (!needs_two_cpus(t))
		return;
	c = (struct counting){ .done = false };
	KTEST_ASSERT_EQ(t, smp_call_function_single(OTHER, count_up, &c, 0), 0);
	while (!smp_load_acquire(&c.done)) {
		u64 now = jiffies_counter_read(&c.counter);

		torn += (u32)now != (u32)(now >> 32);
		back += now < last;
		distinct += now != last;
		last = now;
	}
	KTEST_EXPECT_EQ(t, torn, 0);
	KTEST_EXPECT_EQ(t, back, 0);
	/* They did run side by side. */
	KTEST_EXPECT_GE(t, distinct, 10);
	KTEST_EXPECT_TRUE(t,
			  jiffies_counter_read(&c.counter) == COUNTED * HALVES);
}

static void the_long_count_is_the_short_one_and_more(struct ktest *t)
{
	unsigned long flags = local_irq_save();
	u64 before = get_jiffies_64();
	unsigned long ticks = jiffies;

	local_irq_restore(flags);
	/* CPU 0 may count in between. */
	KTEST_EXPECT_LE(t, ticks - (unsigned long)before, 1);
	KTEST_EXPECT_FALSE(t, time_before64(get_jiffies_64(), before));
	KTEST_EXPECT_TRUE(t, time_after64(before + (1ull << 32), before));
	/* It begins five minutes before the short one wraps. */
	KTEST_EXPECT_GE(t, before, INITIAL_JIFFIES);
	mdelay(3 * 1000 / HZ);
	KTEST_EXPECT_TRUE(t, time_after64(get_jiffies_64(), before));
}

/* --- flushes -------------------------------------------------------------- */

static void read_word(void *arg)
{
	u32 *at = *(u32 **)arg;

	/* The answer goes where the question was. */
	*(u32 *)arg = READ_ONCE(*at);
}

/* What CPU @cpu sees at @va. */
static u32 seen_by(unsigned int cpu, unsigned long va)
{
	unsigned long word = va;

	if (smp_call_function_single(cpu, read_word, &word, true))
		return 0;
	return (u32)word;
}

/* Frame @i at all of the window's pages. */
static bool map_frame(unsigned long va, unsigned long nr, unsigned int i)
{
	unsigned long n;

	for (n = 0; n < nr; n++)
		if (kpt_map_phys(va + n * PAGE_SIZE, virt_to_phys(frames[i]),
				 PAGE_SIZE, PROT_KERNEL))
			return false;
	return true;
}

static void expect_flush_reaches_all(struct ktest *t, unsigned long nr)
{
	unsigned long va = window(0), last = va + (nr - 1) * PAGE_SIZE;
	unsigned int cpu;

	frames[0][0] = 0x11111111;
	frames[1][0] = 0x22222222;
	KTEST_ASSERT_TRUE(t, map_frame(va, nr, 0));
	for_each_online_cpu(cpu)
		KTEST_EXPECT_EQ(t, seen_by(cpu, last), 0x11111111);
	kpt_unmap(va, nr * PAGE_SIZE);
	flush_tlb_kernel_range(va, va + nr * PAGE_SIZE);
	KTEST_ASSERT_TRUE(t, map_frame(va, nr, 1));
	/* A CPU that was not reached still sees the first frame. */
	for_each_online_cpu(cpu)
		KTEST_EXPECT_EQ(t, seen_by(cpu, last), 0x22222222);
	kpt_unmap(va, nr * PAGE_SIZE);
	flush_tlb_kernel_range(va, va + nr * PAGE_SIZE);
}

static void a_flush_reaches_every_cpu(struct ktest *t)
{
	expect_flush_reaches_all(t, 1);
	expect_flush_reaches_all(t, MANY_PAGES);
}

/* Many, beside which a few of the system's own do not matter. */
#define COUNTED_FLUSHES 64u

static void a_flush_is_counted_once_where_it_is_done(struct ktest *t)
{
	unsigned long before[CONFIG_NR_CPUS] = { 0 }, va = window(0), counted;
	unsigned int cpu, i, me = get_cpu();

	for_each_online_cpu(cpu)
		before[cpu] = irq_local_count(cpu, LOCAL_IRQ_TLB);
	for (i = 0; i < COUNTED_FLUSHES; i++)
		flush_tlb_kernel_range(va, va + PAGE_SIZE);
	for_each_online_cpu(cpu) {
		counted = irq_local_count(cpu, LOCAL_IRQ_TLB) - before[cpu];
		KTEST_EXPECT_GE(t, counted, cpu == me ? 0 : COUNTED_FLUSHES);
		KTEST_EXPECT_LE(t, counted,
				(cpu == me ? 0 : COUNTED_FLUSHES) +
					COUNTED_FLUSHES / 2);
	}
	put_cpu();
}

/* Each CPU maps, reads, unmaps and flushes pages of its own, interrupts off:
 * all wait for all. */
static atomic_t flushers_wrong;

static void flush_own(void *arg)
{
	unsigned long va = window(smp_processor_id());
	unsigned int i;

	(void)arg;
	for (i = 0; i < FLUSHES; i++) {
		if (!map_frame(va, 1, i % 2) ||
		    READ_ONCE(*(u32 *)va) != 0x11111111u * (i % 2 + 1))
			atomic_inc(&flushers_wrong);
		kpt_unmap(va, PAGE_SIZE);
		flush_tlb_kernel_range(va, va + PAGE_SIZE);
	}
}

static void all_cpus_may_flush_at_once_with_interrupts_off(struct ktest *t)
{
	frames[0][0] = 0x11111111;
	frames[1][0] = 0x22222222;
	atomic_set(&flushers_wrong, 0);
	on_each_cpu(flush_own, NULL, true);
	KTEST_EXPECT_EQ(t, atomic_read(&flushers_wrong), 0);
}

/* A CPU that waits for a call, interrupts off, still flushes. */
static void wait_a_moment(void *arg)
{
	(void)arg;
	mdelay(20);
}

static void a_flush_waits_for_a_cpu_that_is_deaf_for_a_moment(struct ktest *t)
{
	unsigned long va = window(0);

	if (!needs_two_cpus(t))
		return;
	frames[0][0] = 0x11111111;
	frames[1][0] = 0x22222222;
	KTEST_ASSERT_TRUE(t, map_frame(va, 1, 0));
	KTEST_EXPECT_EQ(t, seen_by(OTHER, va), 0x11111111);
	KTEST_ASSERT_EQ(
		t, smp_call_function_single(OTHER, wait_a_moment, NULL, false),
		0);
	kpt_unmap(va, PAGE_SIZE);
	flush_tlb_kernel_range(va, va + PAGE_SIZE);
	KTEST_ASSERT_TRUE(t, map_frame(va, 1, 1));
	KTEST_EXPECT_EQ(t, seen_by(OTHER, va), 0x22222222);
	kpt_unmap(va, PAGE_SIZE);
	flush_tlb_kernel_range(va, va + PAGE_SIZE);
}

/* The holder of a lock flushes, another CPU waits for it with interrupts off, in
 * an interrupt: so its rank is high. */
static spinlock_t flush_lock = SPINLOCK_INIT("flush test", LOCK_RUNQUEUE);
static rwlock_t flush_rwlock = RWLOCK_INIT("flush test", LOCK_RUNQUEUE);
static atomic_t lock_waiters;

static void take_the_lock(void *arg)
{
	(void)arg;
	atomic_inc(&lock_waiters);
	spin_lock(&flush_lock);
	spin_unlock(&flush_lock);
}

static void read_under_the_lock(void *arg)
{
	(void)arg;
	atomic_inc(&lock_waiters);
	read_lock(&flush_rwlock);
	read_unlock(&flush_rwlock);
}

/* The other CPU runs into the lock that we hold, then we flush. */
static void flush_while_waited_for(struct ktest *t, smp_call_func_t waiter)
{
	unsigned long va = window(0);

	atomic_set(&lock_waiters, 0);
	KTEST_EXPECT_EQ(t, smp_call_function_single(OTHER, waiter, NULL, false),
			0);
	while (!atomic_read(&lock_waiters))
		cpu_relax();
	mdelay(1);
	flush_tlb_kernel_range(va, va + PAGE_SIZE);
}

static void a_cpu_that_waits_for_a_lock_flushes_for_its_holder(struct ktest *t)
{
	unsigned long flags;

	if (!needs_two_cpus(t))
		return;
	flags = spin_lock_irqsave(&flush_lock);
	flush_while_waited_for(t, take_the_lock);
	KTEST_EXPECT_TRUE(t, spin_is_locked(&flush_lock));
	spin_unlock_irqrestore(&flush_lock, flags);
	flags = local_irq_save();
	write_lock(&flush_rwlock);
	flush_while_waited_for(t, read_under_the_lock);
	write_unlock(&flush_rwlock);
	local_irq_restore(flags);
}

/* --- time ----------------------------------------------------------------- */

/* Wait until @done says so, or PATIENCE_MS. */
static bool wait_until(bool (*done)(void *arg), void *arg)
{
	u64 start = time_ns();

	while (!done(arg)) {
		if (time_ns() - start > PATIENCE_MS * 1000000ull)
			return false;
		cpu_relax();
	}
	return true;
}

static bool all_have_ticked(void *arg)
{
	const unsigned long *before = arg;
	unsigned int cpu;

	for_each_online_cpu(cpu)
		if (irq_local_count(cpu, LOCAL_IRQ_LOC) < before[cpu] + 5)
			return false;
	return true;
}

static void every_cpu_has_a_timer_of_its_own(struct ktest *t)
{
	unsigned long before[CONFIG_NR_CPUS];
	unsigned int cpu;

	if (!lapic_in_use()) {
		ktest_skip(t, "no local APIC is used");
		return;
	}
	for_each_online_cpu(cpu)
		before[cpu] = irq_local_count(cpu, LOCAL_IRQ_LOC);
	KTEST_EXPECT_TRUE(t, wait_until(all_have_ticked, before));
}

static void spin_ms(void *arg)
{
	mdelay((u32)(unsigned long)arg);
}

/* Jiffies are one CPU's to count: more CPUs do not make time go faster. */
static void the_clock_ticks_at_its_rate_however_many_cpus(struct ktest *t)
{
	unsigned long start, ticks;
	u64 ns;

	start = jiffies;
	while (jiffies == start)
		cpu_relax();
	ns = time_ns(); /* first: a stall in between counts as time, too */
	start = jiffies;
	spin_ms((void *)200ul);
	ticks = jiffies - start;
	ns = time_ns() - ns;
	/* A host that is busy loses ticks; it does not add any. */
	KTEST_EXPECT_LE(t, ticks, (unsigned long)(ns >> 20) / 9 + 2);
	KTEST_EXPECT_GE(t, ticks, 1);
}

/* --- the watchdog --------------------------------------------------------- */

static unsigned long stuck_before;

static bool was_found_stuck(void *arg)
{
	(void)arg;
	return watchdog_nr_stuck() > stuck_before;
}

/* Deaf until it was noticed. */
static void be_stuck(void *arg)
{
	(void)arg;
	wait_until(was_found_stuck, NULL);
}

static void a_cpu_with_interrupts_off_for_long_is_reported(struct ktest *t)
{
	unsigned int ticks;

	if (!needs_two_cpus(t))
		return;
	stuck_before = watchdog_nr_stuck();
	ktest_expect_report(t, "watchdog");
	ticks = watchdog_set_ticks(STUCK_TICKS);
	KTEST_EXPECT_EQ(
		t, smp_call_function_single(OTHER, be_stuck, NULL, true), 0);
	watchdog_set_ticks(ticks);
	KTEST_EXPECT_EQ(t, watchdog_nr_stuck(), stuck_before + 1);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t),
					"watchdog: BUG stuck cpu=1 by=0 "));
}

static bool has_said_where(void *arg)
{
	(void)arg;
	return !arch_is_asked_where(OTHER);
}

static void a_cpu_says_where_it_is_even_with_interrupts_off(struct ktest *t)
{
	unsigned long before;

	if (!needs_two_cpus(t))
		return;
	before = irq_local_count(OTHER, LOCAL_IRQ_NMI);
	KTEST_ASSERT_EQ(
		t, smp_call_function_single(OTHER, wait_a_moment, NULL, false),
		0);
	KTEST_ASSERT_TRUE(t, arch_ask_where(OTHER));
	KTEST_EXPECT_TRUE(t, wait_until(has_said_where, NULL));
	KTEST_EXPECT_EQ(t, irq_local_count(OTHER, LOCAL_IRQ_NMI), before + 1);
}

/* --- what a CPU is made of ------------------------------------------------ */

static void a_cpu_that_can_do_less_is_told_by_what(struct ktest *t)
{
	struct cpu_info boot = { .edx = CPU_PAE | CPU_PGE | CPU_APIC,
				 .ext_edx = CPU_EXT_NX,
				 .phys_bits = 36 };
	struct cpu_info cpu = boot;
	char text[64];

	KTEST_EXPECT_FALSE(
		t, cpu_features_lacking(&boot, &cpu, text, sizeof(text)));
	/* More is no harm, nor is the APIC's bit: it may be turned off. */
	cpu.edx |= CPU_PSE36;
	cpu.edx &= ~CPU_APIC;
	cpu.phys_bits = 40;
	KTEST_EXPECT_FALSE(
		t, cpu_features_lacking(&boot, &cpu, text, sizeof(text)));
	cpu = boot;
	cpu.edx &= ~CPU_PGE;
	cpu.ext_edx = 0;
	cpu.phys_bits = 32;
	KTEST_EXPECT_TRUE(
		t, cpu_features_lacking(&boot, &cpu, text, sizeof(text)));
	KTEST_EXPECT_STREQ(t, text, " pge nx address-lines");
}

/* Nobody has this id: the next number goes to the next CPU, not to a late one. */
static void a_cpu_that_does_not_answer_is_given_up(struct ktest *t)
{
	if (!lapic_in_use() || nr_cpu_ids == 1) {
		ktest_skip(t, "no CPU was ever started");
		return;
	}
	KTEST_EXPECT_FALSE(t, smpboot_wake(0xfe, 50));
	KTEST_EXPECT_TRUE(t, ap_claim > 0xff && ap_claim != AP_CLAIMED);
}

static void note_tables(void *arg)
{
	struct cpu_tables **tables = arg;

	tables[smp_processor_id()] = cpu_tables_this();
}

static void every_cpu_has_tables_and_stacks_of_its_own(struct ktest *t)
{
	static struct cpu_tables *tables[CONFIG_NR_CPUS];
	unsigned int a, b;

	on_each_cpu(note_tables, tables, true);
	for_each_online_cpu(a) {
		KTEST_ASSERT_NOT_NULL(t, tables[a]);
		KTEST_EXPECT_NE(t, tables[a]->double_fault_tss.cr3, 0);
		for (b = 0; b < a; b++) {
			KTEST_EXPECT_TRUE(t, tables[a] != tables[b]);
			KTEST_EXPECT_NE(t, tables[a]->double_fault_tss.esp0,
					tables[b]->double_fault_tss.esp0);
		}
	}
}

static void each_cpu_has_its_column_and_its_paragraph(struct ktest *t)
{
	const char *text = text_of(t, "interrupts");
	char name[32];
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		snprintf(name, sizeof(name), "       CPU%-2u", cpu);
		KTEST_EXPECT_NOT_NULL(t, strstr(text, name));
	}
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "\nLOC: "));
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "  TLB shootdowns\n"));
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "\nERR: "));
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_count_of_64_bits_is_read_whole),
	KTEST_CASE(the_long_count_is_the_short_one_and_more),
	KTEST_CASE(a_flush_reaches_every_cpu),
	KTEST_CASE(a_flush_is_counted_once_where_it_is_done),
	KTEST_CASE(all_cpus_may_flush_at_once_with_interrupts_off),
	KTEST_CASE(a_flush_waits_for_a_cpu_that_is_deaf_for_a_moment),
	KTEST_CASE(a_cpu_that_waits_for_a_lock_flushes_for_its_holder),
	KTEST_CASE(every_cpu_has_a_timer_of_its_own),
	KTEST_CASE(the_clock_ticks_at_its_rate_however_many_cpus),
	KTEST_CASE(a_cpu_with_interrupts_off_for_long_is_reported),
	KTEST_CASE(a_cpu_says_where_it_is_even_with_interrupts_off),
	KTEST_CASE(a_cpu_that_can_do_less_is_told_by_what),
	KTEST_CASE(a_cpu_that_does_not_answer_is_given_up),
	KTEST_CASE(every_cpu_has_tables_and_stacks_of_its_own),
	KTEST_CASE(each_cpu_has_its_column_and_its_paragraph),
};
KTEST_SUITE(x86_smp, cases);
