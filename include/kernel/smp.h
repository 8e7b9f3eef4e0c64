/* SPDX-License-Identifier: MIT */
/*
 * smp.h - several CPUs: who is up, and asking another one to do something
 *
 * CPU numbers are the kernel's own: 0 is the CPU that booted, the others are
 * counted in the order in which they come up. So the CPUs that are online are
 * always 0 .. nr_online_cpus - 1; nr_cpu_ids is what they may become.
 *
 * A call to another CPU runs there in interrupt context. Who waits for it must
 * have interrupts on: with interrupts off two CPUs that wait for each other
 * would both be deaf. That is reported (WARN), and the waiter then answers by
 * hand, so that the report is not followed by a hang. Nobody may wait while
 * holding a lock that the other CPU takes with interrupts off.
 */
#ifndef KERNEL_SMP_H
#define KERNEL_SMP_H

#include <kernel/cpumask.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/types.h>

struct acpi_info;
struct boot_info;

typedef void (*smp_call_func_t)(void *arg);

/* Is @cpu up: does it take interrupts and run threads? */
static inline bool cpu_online(unsigned int cpu)
{
	return cpu < __atomic_load_n(&nr_online_cpus, __ATOMIC_ACQUIRE);
}

static inline unsigned int num_online_cpus(void)
{
	return __atomic_load_n(&nr_online_cpus, __ATOMIC_ACQUIRE);
}

static inline unsigned int num_possible_cpus(void)
{
	return nr_cpu_ids;
}

/**
 * smp_call_function_single - run @fn(@arg) on one CPU
 * @cpu: may be the caller's own: then it runs here, with interrupts off
 * @fn: runs with interrupts off, in interrupt context; must not sleep
 * @wait: return only when @fn has returned
 *
 * Without @wait the call goes through a slot that the caller's CPU has for
 * @cpu; when the slot is still in use the caller waits for that. Allocates
 * nothing.
 * Return: 0; -ENXIO if @cpu is not online.
 * Context: interrupts on if there is something to wait for; see above.
 */
int smp_call_function_single(unsigned int cpu, smp_call_func_t fn, void *arg,
			     bool wait);

/**
 * smp_call_function_many - run @fn(@arg) on the online CPUs of @mask
 *
 * All but the caller's own, at the same time.
 * Context: as smp_call_function_single(); preemption off.
 */
void smp_call_function_many(const struct cpumask *mask, smp_call_func_t fn,
			    void *arg, bool wait);

/* The same on all other CPUs. Context: as smp_call_function_single(). */
void smp_call_function(smp_call_func_t fn, void *arg, bool wait);

/* The same on all CPUs, this one included (last, with interrupts off). */
void on_each_cpu(smp_call_func_t fn, void *arg, bool wait);
void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t fn, void *arg,
		      bool wait);

/**
 * stop_others - run @fn(@arg) here while all other CPUs stand still
 * @fn: with interrupts off. It takes only locks that are always taken with
 *	interrupts off, and waits for no CPU; it may print.
 *
 * The others stand in an interrupt, so what is only changed with interrupts off
 * is at rest everywhere. Linux's stop_machine() promises more, that none is in
 * the middle of a section without preemption, and sleeps for it.
 *
 * When a CPU does not come within a second (it may be waiting, deaf, for a lock
 * whose holder stands still), or the caller's interrupts are off, @fn runs while
 * the others go on.
 * Return: whether they stood still.
 * Context: any but NMI. With interrupts off it stops nobody.
 */
bool stop_others(smp_call_func_t fn, void *arg);

/**
 * smp_send_reschedule - make @cpu look whether it should run something else
 *
 * Ends its halt, too. Context: any.
 */
void smp_send_reschedule(unsigned int cpu);

/*
 * Start-up, in this order.
 */

/* Learn from the firmware which CPUs there are: sets nr_cpu_ids, at most
 * maxcpus= and CONFIG_NR_CPUS. After vmalloc_init(), before per-CPU areas. */
void smp_discover(const struct boot_info *bi);

/* Fill in @info from the firmware's tables; what is wrong in them is told. */
void acpi_read(struct acpi_info *info, const struct boot_info *bi);

/* Bring the others up. Context: process; sleeps or spins up to seconds. */
void smp_start(void);

/* @cpu, the next number, is up from now on. Called by itself, interrupts off.
 * Numbers come up in rising order. */
void set_cpu_online(unsigned int cpu);

/*
 * For the arch, which calls them with interrupts off after irq_enter().
 */

/* Somebody put calls into this CPU's queue. */
void smp_call_function_interrupt(void);

/* Somebody asks this CPU to reschedule. */
void smp_reschedule_interrupt(void);

/*
 * In a loop that waits for another CPU: answer what others ask of this one,
 * even with interrupts off, then pause. Interrupts must be off, or the answer
 * comes by itself.
 */
void smp_relax(void);

#endif
