/* SPDX-License-Identifier: MIT */
/*
 * boot_device.h - drivers that take memory before the hand-over
 *
 * Two ways, both from the driver books, both called once, in link order, when
 * bootmem works and all of the direct map can be used, and before the first
 * page is free:
 *
 *   BOOT_DEVICE            a function that calls alloc_bootmem() and its kin
 *   BOOT_DEVICE_START_END  the oldest kernels' way: the driver is told where
 *                          free memory begins and ends, and answers where it
 *                          begins now
 *
 * Modules come too late for both.
 *
 * Locking: none. Context: boot.
 */
#ifndef MM_BOOT_DEVICE_H
#define MM_BOOT_DEVICE_H

#include <mm/bootmem.h>

struct boot_device {
	const char *name; /* START_END: the owner of what is kept, too */
	/* One of the two. */
	void (*init)(void);
	/*
	 * [mem_start, mem_end) are kernel addresses of free memory, of any
	 * alignment and contents, which the driver may write to. It keeps what
	 * lies below the address that it returns; mem_start or less keeps
	 * nothing.
	 */
	long (*start_end)(long mem_start, long mem_end);
};

#define BOOT_DEVICE(id, device_name, init_fn)                \
	static const struct boot_device boot_device_##id = { \
		.name = device_name,                         \
		.init = init_fn,                             \
	};                                                   \
	SECTION_ENTRY(boot_devices, const struct boot_device, boot_device_##id)
#define BOOT_DEVICE_START_END(id, device_name, init_fn)      \
	static const struct boot_device boot_device_##id = { \
		.name = device_name,                         \
		.start_end = init_fn,                        \
	};                                                   \
	SECTION_ENTRY(boot_devices, const struct boot_device, boot_device_##id)

DECLARE_SECTION_TABLE(boot_devices, const struct boot_device);

/* Call all of them, on bootmem_live. Context: boot, before mm_init(). */
void boot_devices_init(void);

/* Memory below is the BIOS's and the ISA cards'. */
#define BOOT_DEVICE_MEMORY_START 0x100000ull

/**
 * boot_device_init - call one of them
 * @bm: where the memory of a START_END device comes from
 *
 * It gets the longest free run of bytes from 1 MiB to the end of the DMA zone.
 * What it keeps is BOOTMEM_ALLOCATED under its name; a line says where. An
 * answer past mem_end keeps nothing and makes one line, and so does a machine
 * that has no such memory: the driver is then not called.
 */
void boot_device_init(struct bootmem *bm, const struct boot_device *dev);

#endif
