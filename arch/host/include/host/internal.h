/* SPDX-License-Identifier: MIT */
/* internal.h - between the files of arch/host only. */
#ifndef HOST_INTERNAL_H
#define HOST_INTERNAL_H

#include <asm/pgtable.h>
#include <host/machine.h>

/* Behind the vmalloc window: kmap's, and temporary slots for every CPU. */
#define HOST_KMAP_PAGES (LAST_PKMAP + NR_KMAP_LOCAL_SLOTS)
#define HOST_KMAP_BYTES (HOST_KMAP_PAGES * PAGE_SIZE)

void host_pgtable_init(const struct host_machine_desc *desc);
/* CPU 0's per-CPU data, for a machine of up to @nr_cpus. First of all. */
void host_percpu_init(unsigned int nr_cpus);
/* The calling thread becomes CPU 0. */
void host_cpus_init(void);

/* A line behind those of devices: a CPU asks another, or itself, to look for a
 * better task. */
#define HOST_RESCHEDULE_LINE 16

/* CPU 0's timer (fiber.c): a turn of a waiting loop; a CPU with nothing to do,
 * interrupts off. */
void host_timer_turn(void);
void host_timer_idle(void);

#endif
