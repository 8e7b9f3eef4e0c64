/* SPDX-License-Identifier: MIT */
/* internal.h - between the files of arch/host only. */
#ifndef HOST_INTERNAL_H
#define HOST_INTERNAL_H

#include <asm/pgtable.h>
#include <host/machine.h>

/* Behind the vmalloc window: temporary slots for every CPU. */
#define HOST_KMAP_BYTES \
	((unsigned long)CONFIG_NR_CPUS * KMAP_LOCAL_SLOTS * PAGE_SIZE)

void host_pgtable_init(const struct host_machine_desc *desc);

#endif
