/* SPDX-License-Identifier: MIT */
/*
 * host_boot.c - a hosted machine, from a firmware map to kmalloc()
 *
 * The map is a PC's: base memory, a hole up to 1 MiB, reserved RAM above low
 * memory and RAM above 4 GiB, so that all zones exist and have holes.
 */
#include <kernel/boot_info.h>
#include <kernel/bug.h>
#include <kernel/memmap.h>
#include <kernel/symbols.h>
#include <kernel/util.h>
#include <mm/boot_device.h>
#include <mm/highmem.h>
#include <mm/iomem.h>
#include <mm/mm_init.h>
#include <mm/percpu.h>
#include <mm/reclaim.h>
#include <mm/slab.h>
#include <mm/user_space.h>
#include <mm/vmalloc.h>
#include <host/machine.h>
#include "host_boot.h"

static struct boot_info info = {
	.loader = "host",
	.cmdline = "",
	.mmap = {
		{ 0, 0x9fc00, BOOT_MMAP_USABLE },
		{ 0x9fc00, 0x400, BOOT_MMAP_RESERVED },
		{ 0xf0000, 0x10000, BOOT_MMAP_RESERVED },
		{ MIB(1), MIB(99), BOOT_MMAP_USABLE },
		{ MIB(100), MIB(1), BOOT_MMAP_ACPI_DATA },
		{ MIB(101), MIB(83), BOOT_MMAP_USABLE },
		{ GIB(4), MIB(32), BOOT_MMAP_USABLE },
	},
	.nr_mmap = 7,
	.mmap_source = BOOT_MMAP_FROM_FIRMWARE,
};
static struct memmap map;

/* A buffer taken at boot, for suites that try to free it. */
static long host_device_init(long mem_start, long mem_end)
{
	(void)mem_end;
	return mem_start + 3 * (long)PAGE_SIZE;
}
BOOT_DEVICE_START_END(host, "host device", host_device_init);

void host_boot(void)
{
	struct host_machine_desc desc = HOST_MACHINE_DEFAULT;
	int err;

	symbols_init();
	host_machine_init(&desc);
	err = memmap_sanitize(&map, info.mmap, info.nr_mmap,
			      MEMMAP_MAX_PHYS_BITS);
	BUG_ON(err);
	mm_boot(&info, &map, NULL, 0);
	boot_devices_init();
	mm_init(&info, &map);
	slab_init();
	vmalloc_init();
	iomem_init();
	percpu_areas_init();
	live_reclaim_init();
	kmap_init();
	user_space_init();
}
