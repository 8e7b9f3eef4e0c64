/* SPDX-License-Identifier: MIT */
/*
 * cpus.c - hosted CPUs: threads that run jobs and interrupt each other
 *
 * CPU 0 is the main thread. Any other's thread is made for the CPU's first job
 * and never ends: without a job it sleeps on its bell, which whoever gives it a
 * job or an interrupt rings. So an online CPU always answers.
 *
 * CPU 0 leaves the per-CPU template for a copy before anything changes it, and
 * that for its unit in percpu_areas_init(), which makes the others' units too.
 *
 * A CPU's interrupts are delivered by itself, at the moment it enables them or
 * while it waits with them enabled, so every run of one CPU is repeatable.
 * Another CPU sets a bit in @sent, with release order; the receiver takes all
 * bits at once with acquire order, so a handler sees what its sender wrote.
 *
 * Linux may have fewer CPUs than we. A thread that spins for another one
 * (cpu_relax()) gives its time slice away after a moment, else it would keep
 * the lock's holder from running until its slice is over.
 *
 * Locking: cpus[] and the number of CPUs are written by the one CPU that gives
 * out jobs; @job is handed over with release and acquire, in both directions.
 */
#include <kernel/bitmap.h>
#include <kernel/bug.h>
#include <kernel/irq.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/sched.h>
#include <kernel/smp.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <asm/processor.h>
#include <host/backend.h>
#include <host/internal.h>

/* Spins of a wait before the time slice is given away: some microseconds. */
#define SPINS_BEFORE_YIELD 64u

struct host_job {
	void (*fn)(void *arg);
	void *arg;
	struct backend_bell *done; /* of the CPU that waits for the end */
};

struct host_cpu {
	struct backend_bell *bell; /* NULL: was never started */
	struct host_irq_state *irq; /* NULL: not up yet; atomic */
	struct host_job *job; /* NULL: none, or it has ended; atomic */
	struct host_job job_store;
};

__thread struct host_irq_state host_irq = { .enabled = 1 };
__thread unsigned long host_cpu_offset;
__thread unsigned int host_cpu_number;
unsigned long __per_cpu_offset[CONFIG_NR_CPUS];
static struct host_cpu cpus[CONFIG_NR_CPUS];

/* --- interrupts --------------------------------------------------------- */

/* Lines of both kinds that wait; @pending has them all afterwards. */
static unsigned long irqs_collect(void)
{
	host_irq.pending |=
		__atomic_exchange_n(&host_irq.sent, 0, __ATOMIC_ACQUIRE);
	return host_irq.pending;
}

void host_irq_deliver(void)
{
	while (irqs_collect()) {
		unsigned int irq = __ffs(host_irq.pending);
		spinlock_t *held = held_spinlock_save();

		host_irq.pending &= ~BIT(irq);
		host_irq.enabled = 0;
		irq_enter();
		host_irq_dispatch(irq);
		irq_exit();
		held_spinlock_restore(held);
		preempt_check_irq();
		host_irq.enabled = 1;
	}
}

void host_irq_raise(unsigned int irq)
{
	host_irq.pending |= BIT(irq);
	if (host_irq.enabled)
		host_irq_deliver();
}

void host_irq_send(unsigned int cpu, unsigned int irq)
{
	struct host_irq_state *to;

	BUG_ON(cpu >= CONFIG_NR_CPUS || irq >= BITS_PER_LONG);
	to = __atomic_load_n(&cpus[cpu].irq, __ATOMIC_ACQUIRE);
	BUG_ON(!to); /* was never brought up */
	__atomic_or_fetch(&to->sent, BIT(irq), __ATOMIC_RELEASE);
	backend_bell_ring(cpus[cpu].bell);
	if (cpu == host_cpu_number && host_irq.enabled)
		host_irq_deliver();
}

void cpu_relax(void)
{
	static __thread unsigned int spins;

	if (host_irq.enabled && host_irq_waits())
		host_irq_deliver();
	host_timer_turn();
	__builtin_ia32_pause();
	if (++spins % SPINS_BEFORE_YIELD == 0)
		backend_yield();
}

void cpu_wait_for_interrupt(void)
{
	host_timer_idle();
	local_irq_enable();
	if (nr_online_cpus > 1)
		backend_yield();
}

/* --- jobs --------------------------------------------------------------- */

/* Sleep until the bell is rung, and take the interrupts that came. */
static void host_cpu_sleep(void)
{
	backend_bell_wait(cpus[host_cpu_number].bell);
	local_irq_enable();
}

static void host_cpu_main(void *arg)
{
	unsigned int cpu = (unsigned int)(unsigned long)arg;
	struct host_cpu *me = &cpus[cpu];

	host_cpu_number = cpu;
	host_cpu_offset = __per_cpu_offset[cpu];
	__atomic_store_n(&me->irq, &host_irq, __ATOMIC_RELEASE);
	for (;;) {
		struct host_job *job =
			__atomic_load_n(&me->job, __ATOMIC_ACQUIRE);
		struct backend_bell *done;

		if (!job) {
			host_cpu_sleep();
			continue;
		}
		done = job->done;
		job->fn(job->arg);
		BUG_ON(irqs_disabled() || in_atomic()); /* left behind */
		__atomic_store_n(&me->job, NULL, __ATOMIC_RELEASE);
		backend_bell_ring(done);
	}
}

/* The template is for all CPUs: it must not change. */
void host_percpu_init(unsigned int nr_cpus)
{
	unsigned long bytes = (unsigned long)(__stop_percpu - __start_percpu);
	char *copy = backend_alloc(bytes);

	memcpy(copy, __percpu_template, bytes);
	__per_cpu_offset[0] =
		(unsigned long)copy - (unsigned long)__start_percpu;
	host_cpu_offset = __per_cpu_offset[0];
	nr_cpu_ids = nr_cpus;
}

/* A CPU's number and offset are its thread's. */
void arch_percpu_unit_init(unsigned int cpu)
{
	BUG_ON(!__per_cpu_offset[cpu]);
}

void arch_percpu_move(void)
{
	host_cpu_offset = __per_cpu_offset[0];
}

static void host_cpu_thread_make(unsigned int cpu)
{
	struct host_cpu *c = &cpus[cpu];

	c->bell = backend_bell_make();
	/* It runs jobs, not threads; they may be interrupted, but not leave. */
	sched_prepare_cpu(cpu, NULL, 0);
	per_cpu(__preempt_count, cpu) = PREEMPT_COUNT_NONE;
	backend_thread_start(host_cpu_main, (void *)(unsigned long)cpu);
	while (!__atomic_load_n(&c->irq, __ATOMIC_ACQUIRE))
		cpu_relax();
	set_cpu_online(cpu);
}

/* All CPUs up to @cpu: those that are online are so without a gap. */
static void host_cpus_up(unsigned int cpu)
{
	unsigned int i;

	BUG_ON(cpu >= nr_cpu_ids);
	for (i = 1; i <= cpu; i++) {
		if (!cpus[i].bell)
			host_cpu_thread_make(i);
	}
}

void host_cpu_start(unsigned int cpu, void (*fn)(void *arg), void *arg)
{
	struct host_cpu *c = &cpus[cpu];

	BUG_ON(cpu == 0 || irqs_disabled());
	host_cpus_up(cpu);
	BUG_ON(__atomic_load_n(&c->job, __ATOMIC_ACQUIRE)); /* is busy */
	c->job_store = (struct host_job){ fn, arg, cpus[host_cpu_number].bell };
	__atomic_store_n(&c->job, &c->job_store, __ATOMIC_RELEASE);
	backend_bell_ring(c->bell);
}

void host_cpu_wait(unsigned int cpu)
{
	BUG_ON(irqs_disabled());
	while (__atomic_load_n(&cpus[cpu].job, __ATOMIC_ACQUIRE))
		host_cpu_sleep();
}

void host_run_on_cpu(unsigned int cpu, void (*fn)(void *arg), void *arg)
{
	host_cpu_start(cpu, fn, arg);
	host_cpu_wait(cpu);
}

void host_run_on_cpus(unsigned int nr_cpus, void (*fn)(void *arg), void *arg)
{
	unsigned int cpu;

	BUG_ON(host_cpu_number != 0 || !nr_cpus);
	host_cpus_up(nr_cpus - 1);
	for (cpu = 1; cpu < nr_cpus; cpu++)
		host_cpu_start(cpu, fn, arg);
	fn(arg);
	for (cpu = 1; cpu < nr_cpus; cpu++)
		host_cpu_wait(cpu);
}

void host_cpus_init(void)
{
	cpus[0].bell = backend_bell_make();
	__atomic_store_n(&cpus[0].irq, &host_irq, __ATOMIC_RELEASE);
}
