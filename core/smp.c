/* SPDX-License-Identifier: MIT */
/*
 * smp.c - calls to other CPUs
 *
 * A call is a small record: what to run, and whether it is still in use. It
 * goes into the queue of its target, a list that any CPU may push to and only
 * the target takes from, all of it at once. The push that finds the queue
 * empty sends the interrupt; who finds it filled knows that one is under way.
 *
 * A call that is waited for by one CPU lies on the caller's stack. All others
 * go through a slot, of which each CPU has one for each target, so nothing is
 * ever allocated. Such a call gives its slot back before its function runs, so
 * that the function may call back; one that is waited for, after.
 *
 * Invariants:
 *   C1  a call in a queue is busy, and nobody but the target touches it
 *   C2  with interrupts on, a slot of this CPU that is busy is in a queue (it
 *       is filled and pushed with interrupts off), so it will be free again
 *
 * Who wants all others to stand still (stop_others()) sends each a call that
 * spins until it is let go. These calls are records of their own, never busy
 * when they are sent, so that sending them waits for nobody. One at a time stops
 * the others: who finds it taken waits with interrupts on, and stands still
 * there himself. A parked CPU answers no calls, for they might change what is
 * looked at, but it does flush its TLB: whoever waits for that may be deaf.
 *
 * Locking: none; the queues and busy are atomic. Calls are run with interrupts
 * off, by the target's interrupt handler or by its smp_relax().
 */
#include <kernel/bottom_half.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/irq.h>
#include <kernel/sched.h>
#include <kernel/smp.h>
#include <kernel/time.h>
#include <asm/irqflags.h>
#include <asm/processor.h>
#include <asm/smp.h>

struct smp_call {
	struct smp_call *next;
	smp_call_func_t fn;
	void *arg;
	bool waited; /* the caller wants to know when fn has returned */
	u32 busy;
};

struct smp_call_slots {
	struct smp_call to[CONFIG_NR_CPUS];
};

static DEFINE_PER_CPU(struct smp_call *, call_queue);
static DEFINE_PER_CPU(struct smp_call_slots, call_slots);

struct cpumask __cpu_online_mask = { 1 };
EXPORT_SYMBOL(__cpu_online_mask);

void set_cpu_online(unsigned int cpu)
{
	BUG_ON(cpu >= nr_cpu_ids || cpu != nr_online_cpus);
	cpumask_test_and_set_cpu(cpu, &__cpu_online_mask);
	__atomic_store_n(&nr_online_cpus, cpu + 1, __ATOMIC_RELEASE);
}

/* --- the target's side ---------------------------------------------------- */

/* Calls were pushed in front: turn the list, for first come, first served. */
static struct smp_call *calls_in_order(struct smp_call *call)
{
	struct smp_call *first = NULL, *next;

	for (; call; call = next) {
		next = call->next;
		call->next = first;
		first = call;
	}
	return first;
}

static void call_release(struct smp_call *call)
{
	__atomic_store_n(&call->busy, 0, __ATOMIC_RELEASE);
}

static void calls_run(void)
{
	struct smp_call **queue = this_cpu_ptr(&call_queue);
	struct smp_call *call, *next;

	if (!READ_ONCE(*queue))
		return;
	call = calls_in_order(
		__atomic_exchange_n(queue, NULL, __ATOMIC_SEQ_CST));
	for (; call; call = next) {
		smp_call_func_t fn = call->fn;
		void *arg = call->arg;

		/* Read it all first: once released the record is gone. */
		next = call->next;
		if (call->waited) {
			fn(arg);
			call_release(call);
		} else {
			call_release(call);
			fn(arg);
		}
	}
}

void smp_call_function_interrupt(void)
{
	irq_count_local(LOCAL_IRQ_CAL);
	calls_run();
}

void smp_reschedule_interrupt(void)
{
	irq_count_local(LOCAL_IRQ_RES);
	scheduler_ipi();
}

void smp_relax(void)
{
	calls_run();
	arch_answer_requests();
	cpu_relax();
}

/* --- the caller's side ---------------------------------------------------- */

static bool call_is_busy(const struct smp_call *call)
{
	return __atomic_load_n(&call->busy, __ATOMIC_ACQUIRE);
}

/* With interrupts off nobody else would answer for this CPU. */
static void call_wait(const struct smp_call *call)
{
	while (call_is_busy(call)) {
		if (irqs_disabled())
			smp_relax();
		else
			cpu_relax();
	}
}

static void call_push(unsigned int cpu, struct smp_call *call)
{
	struct smp_call **queue = per_cpu_ptr(&call_queue, cpu);
	struct smp_call *head = READ_ONCE(*queue);

	do {
		call->next = head;
	} while (!__atomic_compare_exchange_n(
		queue, &head, call, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
	if (!head)
		arch_send_call_ipi(cpu);
}

/* Through this CPU's slot for @cpu. Context: preemption off. */
static void call_slot_push(unsigned int cpu, smp_call_func_t fn, void *arg,
			   bool wait)
{
	struct smp_call *call = &this_cpu_ptr(&call_slots)->to[cpu];
	unsigned long flags = local_irq_save();

	while (call_is_busy(call)) {
		local_irq_restore(flags);
		call_wait(call);
		flags = local_irq_save();
	}
	*call = (struct smp_call){
		.fn = fn, .arg = arg, .waited = wait, .busy = 1
	};
	call_push(cpu, call);
	local_irq_restore(flags);
}

static void call_here(smp_call_func_t fn, void *arg)
{
	unsigned long flags = local_irq_save();

	fn(arg);
	local_irq_restore(flags);
}

/* Two CPUs that wait for each other with interrupts off are both deaf. */
static void call_check_context(bool wait)
{
	WARN_ON_ONCE(wait && irqs_disabled() && system_running);
}

int smp_call_function_single(unsigned int cpu, smp_call_func_t fn, void *arg,
			     bool wait)
{
	struct smp_call call = {
		.fn = fn, .arg = arg, .waited = true, .busy = 1
	};

	if (!cpu_online(cpu))
		return -ENXIO;
	call_check_context(wait);
	preempt_disable();
	if (cpu == smp_processor_id()) {
		call_here(fn, arg);
	} else if (!wait) {
		call_slot_push(cpu, fn, arg, false);
	} else {
		call_push(cpu, &call);
		call_wait(&call);
	}
	preempt_enable();
	return 0;
}
EXPORT_SYMBOL(smp_call_function_single);

void smp_call_function_many(const struct cpumask *mask, smp_call_func_t fn,
			    void *arg, bool wait)
{
	unsigned int cpu, me = smp_processor_id();
	struct smp_call_slots *slots = this_cpu_ptr(&call_slots);
	struct cpumask targets;

	call_check_context(wait);
	cpumask_and(&targets, mask, cpu_online_mask);
	cpumask_clear_cpu(me, &targets);
	for_each_cpu(cpu, &targets)
		call_slot_push(cpu, fn, arg, wait);
	if (!wait)
		return;
	for_each_cpu(cpu, &targets)
		call_wait(&slots->to[cpu]);
}
EXPORT_SYMBOL(smp_call_function_many);

void smp_call_function(smp_call_func_t fn, void *arg, bool wait)
{
	preempt_disable();
	smp_call_function_many(cpu_online_mask, fn, arg, wait);
	preempt_enable();
}
EXPORT_SYMBOL(smp_call_function);

/* This CPU's part comes last: when the others have done theirs, if @wait. */
void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t fn, void *arg,
		      bool wait)
{
	unsigned int me = get_cpu();

	smp_call_function_many(mask, fn, arg, wait);
	if (cpumask_test_cpu(me, mask))
		call_here(fn, arg);
	put_cpu();
}
EXPORT_SYMBOL(on_each_cpu_mask);

void on_each_cpu(smp_call_func_t fn, void *arg, bool wait)
{
	on_each_cpu_mask(cpu_online_mask, fn, arg, wait);
}
EXPORT_SYMBOL(on_each_cpu);

/* --- all others stand still ------------------------------------------------ */

/* Far longer than a CPU keeps its interrupts off, unless it waits for one that
 * stands still; with what a hypervisor takes away. */
#define STOP_PATIENCE_NS 1000000000ull

static struct {
	u32 taken; /* somebody stops the others; the rest is his */
	u32 nr_still;
	u32 let_go;
	struct smp_call to[CONFIG_NR_CPUS];
} stop;

static void stop_park(void *arg)
{
	(void)arg;
	__atomic_add_fetch(&stop.nr_still, 1, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&stop.let_go, __ATOMIC_ACQUIRE)) {
		arch_answer_requests();
		cpu_relax();
	}
}

static void stop_begin(void)
{
	unsigned int cpu, me = smp_processor_id();

	while (__atomic_exchange_n(&stop.taken, 1, __ATOMIC_ACQUIRE))
		cpu_relax();
	stop.nr_still = 0;
	stop.let_go = 0;
	for_each_online_cpu(cpu) {
		if (cpu == me)
			continue;
		stop.to[cpu] = (struct smp_call){ .fn = stop_park,
						  .waited = true,
						  .busy = 1 };
		call_push(cpu, &stop.to[cpu]);
	}
}

/* Return: false if some do not come. */
static bool stop_wait(unsigned int nr)
{
	const u64 start = time_ns();

	while (__atomic_load_n(&stop.nr_still, __ATOMIC_ACQUIRE) < nr) {
		if (time_ns() - start > STOP_PATIENCE_NS)
			return false;
		cpu_relax();
	}
	return true;
}

/* Until the last has gone, and those who come late have come and gone. */
static void stop_end(void)
{
	unsigned int cpu;

	__atomic_store_n(&stop.let_go, 1, __ATOMIC_RELEASE);
	for_each_online_cpu(cpu)
		call_wait(&stop.to[cpu]);
	__atomic_store_n(&stop.taken, 0, __ATOMIC_RELEASE);
}

bool stop_others(smp_call_func_t fn, void *arg)
{
	bool still = num_online_cpus() == 1;

	if (still || irqs_disabled()) {
		call_here(fn, arg);
		return still;
	}
	/* A softirq here could want a lock that a parked CPU holds. */
	local_bh_disable();
	stop_begin();
	still = stop_wait(num_online_cpus() - 1);
	if (still)
		call_here(fn, arg);
	stop_end();
	local_bh_enable();
	if (!still)
		call_here(fn, arg);
	return still;
}

void smp_send_reschedule(unsigned int cpu)
{
	if (cpu_online(cpu))
		arch_send_reschedule_ipi(cpu);
}
