/* SPDX-License-Identifier: MIT */
/*
 * nmi.c - the interrupt that nothing holds back, and what it is used for
 *
 * A CPU whose interrupts are off still takes a non-maskable one. The kernel
 * sends them for two reasons: to stop a CPU for good when the machine ends,
 * and to make it say where it is. The sender leaves the reason in a word; an
 * NMI without one came from outside, from a button or a watchdog.
 *
 * Locking: none; the words are atomic. The handler runs on top of anything,
 * the printing of this CPU included: it may print, but takes no lock itself.
 */
#define pr_fmt(fmt) "trap: " fmt

#include <kernel/bug.h>
#include <kernel/irq.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/smp.h>
#include <asm/processor.h>
#include <asm/smp.h>
#include <asm/traps.h>
#include "internal.h"

/* More than an interrupt takes even on a machine that is short of real CPUs;
 * a CPU that is deaf to NMIs holds the end up no longer than this. */
#define STOP_WAIT_MS 1000u

/* CPU + 1 that ends the machine; 0 while it runs. */
static unsigned int stopper;
static struct cpumask stopped;
static struct cpumask where_asked;

static void __noreturn stop_here(unsigned int cpu)
{
	cpumask_test_and_set_cpu(cpu, &stopped);
	for (;;)
		__asm__ volatile("cli; hlt");
}

/* One of several may be talking: each line says whose it is. */
static void say_where(const struct trap_regs *regs, unsigned int cpu)
{
	pr_emerg("CPU%u is here, interrupts %s:\n", cpu,
		 regs->eflags & X86_EFLAGS_IF ? "on" : "off");
	show_registers(regs, trap_sp(regs));
	dump_stack_from(regs->eip, trap_sp(regs), regs->ebp);
}

void nmi_interrupt(const struct trap_regs *regs)
{
	unsigned int cpu = smp_processor_id();
	unsigned int who = __atomic_load_n(&stopper, __ATOMIC_ACQUIRE);

	if (who && who != cpu + 1)
		stop_here(cpu);
	preempt_count_add(NMI_OFFSET);
	irq_count_local(LOCAL_IRQ_NMI);
	if (cpumask_test_cpu(cpu, &where_asked)) {
		say_where(regs, cpu);
		cpumask_test_and_clear_cpu(cpu, &where_asked);
	} else {
		pr_warn("NMI at %pS, going on\n", (void *)regs->eip);
	}
	preempt_count_sub(NMI_OFFSET);
}

bool arch_ask_where(unsigned int cpu)
{
	if (!lapic_in_use())
		return false;
	cpumask_test_and_set_cpu(cpu, &where_asked);
	lapic_send_nmi(cpu);
	return true;
}

bool arch_is_asked_where(unsigned int cpu)
{
	return cpumask_test_cpu(cpu, &where_asked);
}

void arch_stop_other_cpus(void)
{
	u64 limit = (u64)arch_cycles_per_ms() * STOP_WAIT_MS;
	u64 start = read_cycles();
	unsigned int cpu, nobody = 0, me = smp_processor_id();
	struct cpumask others;

	if (!__atomic_compare_exchange_n(&stopper, &nobody, me + 1, false,
					 __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		return;
	cpumask_copy(&others, cpu_online_mask);
	cpumask_clear_cpu(me, &others);
	for_each_cpu(cpu, &others)
		lapic_send_nmi(cpu);
	while (!cpumask_subset(&others, &stopped) &&
	       read_cycles() - start < limit)
		cpu_relax();
}
