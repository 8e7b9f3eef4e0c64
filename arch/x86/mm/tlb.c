/* SPDX-License-Identifier: MIT */
/*
 * tlb.c - making CPUs forget translations
 *
 * A CPU forgets its own at once. To make the others forget, it writes down what
 * (each CPU has room for one request), puts its bit into each one's word, and
 * interrupts those whose word was empty. They forget, and take their bits out
 * of the request; when none is left it is done.
 *
 * The caller may have interrupts off, and several may ask at once: while one
 * waits it answers whatever is asked of it, so nobody waits for somebody who
 * does not listen. The same goes for a CPU that spins for a lock with interrupts
 * off (spin_relax()): the holder of the lock may be the one who flushes.
 *
 * Invariants:
 *   F1  with interrupts off from before the request is written until nobody is
 *       in waiting, the request belongs to this flush alone
 *   F2  a bit in tlb_askers has its request's waiting bit set
 *
 * Locking: none; the words are atomic.
 */
#define pr_fmt(fmt) "mm: " fmt

#include <kernel/bug.h>
#include <kernel/irq.h>
#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/smp.h>
#include <kernel/spinlock.h>
#include <asm/control.h>
#include <asm/irqflags.h>
#include <asm/processor.h>
#include <asm/smp.h>
#include "internal.h"

/*
 * From here on forgetting everything is cheaper than page by page: a reload
 * costs about as much as this many invlpg, and what else was cached comes back
 * by itself.
 */
#define FLUSH_ALL_PAGES 33u

/* A CPU that has not answered by then is stuck with its interrupts off. */
#define COMPLAIN_MS 15000u

/* What this CPU asks of others, and of whom it still waits for. */
struct tlb_request {
	unsigned long start;
	unsigned long end;
	struct cpumask waiting;
};
static DEFINE_PER_CPU(struct tlb_request, tlb_request);
/* Who asks something of this CPU. */
static DEFINE_PER_CPU(struct cpumask, tlb_askers);

void tlb_enable_global(void)
{
	if (cpu_has_global_pages())
		write_cr4(read_cr4() | CR4_PGE);
}

void tlb_flush_all(void)
{
	u32 cr3, cr4 = read_cr4();

	if (cr4 & CR4_PGE) {
		/* A load of cr3 would spare the global entries. */
		write_cr4(cr4 & ~CR4_PGE);
		write_cr4(cr4);
		return;
	}
	__asm__ volatile("movl %%cr3, %0\n\t"
			 "movl %0, %%cr3"
			 : "=r"(cr3)
			 :
			 : "memory");
}

static void flush_here(unsigned long start, unsigned long end)
{
	unsigned long nr = (end - start) >> PAGE_SHIFT;

	if (nr >= FLUSH_ALL_PAGES) {
		tlb_flush_all();
		return;
	}
	for (; nr; nr--, start += PAGE_SIZE)
		tlb_flush_page(start);
}

void arch_answer_requests(void)
{
	struct cpumask askers;
	unsigned int cpu, me = smp_processor_id();

	askers.bits = __atomic_exchange_n(&this_cpu_ptr(&tlb_askers)->bits, 0,
					  __ATOMIC_SEQ_CST);
	if (cpumask_empty(&askers))
		return;
	irq_count_local(LOCAL_IRQ_TLB);
	for_each_cpu(cpu, &askers) {
		struct tlb_request *req = per_cpu_ptr(&tlb_request, cpu);

		flush_here(req->start, req->end);
		cpumask_test_and_clear_cpu(me, &req->waiting);
	}
}

static noinline __cold void complain(const struct tlb_request *req)
{
	unsigned int cpu = cpumask_first(&req->waiting);

	if (cpu >= CONFIG_NR_CPUS)
		return;
	pr_emerg("CPU%u waits for CPU%u to flush its TLB, %u s now\n",
		 smp_processor_id(), cpu, COMPLAIN_MS / 1000);
	arch_ask_where(cpu);
}

static void wait_for_others(const struct tlb_request *req)
{
	u64 limit = (u64)arch_cycles_per_ms() * COMPLAIN_MS;
	u64 start = read_cycles();

	while (!cpumask_empty(&req->waiting)) {
		arch_answer_requests();
		cpu_relax();
		if (unlikely(limit && read_cycles() - start > limit)) {
			complain(req);
			limit = 0;
		}
	}
}

/* Context: interrupts off. */
static void flush_others(const struct cpumask *cpus, unsigned long start,
			 unsigned long end)
{
	struct tlb_request *req = this_cpu_ptr(&tlb_request);
	unsigned int cpu, me = smp_processor_id();
	struct cpumask others;

	cpumask_copy(&others, cpus);
	cpumask_clear_cpu(me, &others);
	req->start = start;
	req->end = end;
	WRITE_ONCE(req->waiting.bits, others.bits);
	for_each_cpu(cpu, &others) {
		struct cpumask *askers = per_cpu_ptr(&tlb_askers, cpu);

		if (!__atomic_fetch_or(&askers->bits, BIT(me),
				       __ATOMIC_SEQ_CST))
			arch_send_tlb_ipi(cpu);
	}
	wait_for_others(req);
}

/*
 * This CPU first: invlpg also waits until the cleared entries are in memory, so
 * a CPU that comes online after the question who is does not find them.
 */
void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	unsigned long flags = local_irq_save();

	flush_here(start, end);
	if (num_online_cpus() > 1)
		flush_others(cpu_online_mask, start, end);
	local_irq_restore(flags);
}

void tlb_flush_on(const struct cpumask *cpus, unsigned long start,
		  unsigned long end)
{
	unsigned long flags = local_irq_save();

	flush_here(start, end);
	flush_others(cpus, start, end);
	local_irq_restore(flags);
}
