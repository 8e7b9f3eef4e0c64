/* SPDX-License-Identifier: MIT */
/* internal.h - between the files of arch/host only. */
#ifndef HOST_INTERNAL_H
#define HOST_INTERNAL_H

#include <asm/pgtable.h>
#include <host/machine.h>

/* Behind the vmalloc window: kmap's, and temporary slots for every CPU. */
#define HOST_KMAP_PAGES \
	(LAST_PKMAP + NR_KMAP_LOCAL_SLOTS + EARLY_MAP_SLOTS * EARLY_MAP_PAGES)
#define HOST_KMAP_BYTES (HOST_KMAP_PAGES * PAGE_SIZE)

void host_pgtable_init(const struct host_machine_desc *desc);
/* CPU 0's per-CPU data, for a machine of up to @nr_cpus. First of all. */
void host_percpu_init(unsigned int nr_cpus);
/* The calling thread becomes CPU 0. */
void host_cpus_init(void);

/* CPU 0's timer (fiber.c): a turn of a waiting loop; a CPU with nothing to do,
 * interrupts off. */
void host_timer_turn(void);
void host_timer_idle(void);

/* Lines behind the devices': what CPUs send each other (smp.c). */
#define HOST_IRQ_CALL 24u
#define HOST_IRQ_RESCHEDULE 25u

/* Interrupt line @irq came; called with irq_enter() done. */
void host_irq_dispatch(unsigned int irq);

#endif
