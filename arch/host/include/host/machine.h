/* SPDX-License-Identifier: MIT */
/* machine.h - building a hosted machine; for runners and their tests. */
#ifndef HOST_MACHINE_H
#define HOST_MACHINE_H

#include <kernel/types.h>

struct host_machine_desc {
	phys_addr_t phys_bytes; /* physical address space, sparse */
	phys_addr_t lowmem_limit; /* end of the direct map */
	unsigned long vmalloc_bytes; /* size of the page table window */
	unsigned long records_room; /* and of what it can spare for records */
};

/* RAM enough for every suite, and some of it above 4 GiB. */
#define HOST_MACHINE_DEFAULT                                            \
	{                                                               \
		.phys_bytes = 0x102000000ull, .lowmem_limit = MIB(160), \
		.vmalloc_bytes = MIB(64), .records_room = MIB(64),      \
	}

/* Make physical memory, page tables, CPU 0 and the console. Once. */
void host_machine_init(const struct host_machine_desc *desc);

/* Run fn(arg) on hosted CPU @cpu (1 .. ) and wait for its end. */
void host_run_on_cpu(unsigned int cpu, void (*fn)(void *arg), void *arg);

#endif
