/* SPDX-License-Identifier: MIT */
/* machine.h - building a hosted machine; for runners and their tests. */
#ifndef HOST_MACHINE_H
#define HOST_MACHINE_H

#include <kernel/types.h>

struct host_machine_desc {
	phys_addr_t phys_bytes; /* physical address space, sparse */
	phys_addr_t lowmem_limit; /* end of the direct map */
	unsigned long vmalloc_bytes; /* size of the page table window */
	unsigned int nr_cpus; /* that may come up */
	unsigned long records_room; /* and of what it can spare for records */
};

/* RAM enough for every suite, and some of it above 4 GiB. */
#define HOST_MACHINE_DEFAULT                                            \
	{                                                               \
		.phys_bytes = 0x102000000ull, .lowmem_limit = MIB(160), \
		.vmalloc_bytes = MIB(64), .records_room = MIB(64),      \
		.nr_cpus = 4,                                           \
	}

/* Make physical memory, page tables, CPU 0 and the console. Once. */
void host_machine_init(const struct host_machine_desc *desc);

/* The timer's interrupt line, as on a PC. */
#define HOST_TIMER_IRQ 0

/* What answers at the ports: @bytes is the width of the access, 1, 2 or 4. */
struct host_port_bus {
	u32 (*in)(u16 port, unsigned int bytes);
	void (*out)(u32 value, u16 port, unsigned int bytes);
};
/* Plug it in; NULL: nothing is there. */
void host_set_port_bus(const struct host_port_bus *bus);

/* Let time go on: ticks of CPU 0. Once, when threads can run. */
void host_timer_start(void);

/*
 * CPUs besides CPU 0 are threads. One is brought up by the first job it gets,
 * stays online from then on, and waits for the next one with interrupts on: it
 * answers other CPUs at any time. Jobs are given by one CPU at a time.
 */

/**
 * host_cpu_start - let fn(arg) run on hosted CPU @cpu, beside the caller
 * @cpu: 1 .. CONFIG_NR_CPUS - 1, without a job
 *
 * Context: interrupts on. host_cpu_wait() for @cpu must follow.
 */
void host_cpu_start(unsigned int cpu, void (*fn)(void *arg), void *arg);

/**
 * host_cpu_wait - wait until the job of @cpu has ended
 *
 * The caller's own interrupts come meanwhile. Context: interrupts on.
 */
void host_cpu_wait(unsigned int cpu);

/* Run fn(arg) on hosted CPU @cpu (1 ..) and wait for its end. */
void host_run_on_cpu(unsigned int cpu, void (*fn)(void *arg), void *arg);

/* Run fn(arg) on hosted CPUs 0 .. @nr_cpus - 1 at the same time, the caller
 * being CPU 0, and wait for the end of all. All are online before the first
 * call of fn. */
void host_run_on_cpus(unsigned int nr_cpus, void (*fn)(void *arg), void *arg);

/**
 * host_irq_send - raise interrupt line @irq on the online CPU @cpu
 *
 * It is delivered as host_irq_raise() says, by @cpu itself: when it enables
 * interrupts, and also while it waits (cpu_relax(), idle) with them enabled.
 * What this CPU wrote before is seen by the handler. Context: any.
 */
void host_irq_send(unsigned int cpu, unsigned int irq);

#endif
