/* SPDX-License-Identifier: MIT */
/* bootbuf.h - the buffers that bootbuf= took, one by each boot-time call */
#ifndef DRIVERS_BOOTBUF_H
#define DRIVERS_BOOTBUF_H

#include <kernel/types.h>

/* Identifier, call, is it placed below 16 MiB, is it page-aligned. */
#define BOOTBUFS(X)                                         \
	X(ANY, "alloc_bootmem", false, false)               \
	X(LOW, "alloc_bootmem_low", true, false)            \
	X(PAGES, "alloc_bootmem_pages", false, true)        \
	X(LOW_PAGES, "alloc_bootmem_low_pages", true, true) \
	X(MEMBLOCK, "memblock_alloc", false, false)
#define BOOTBUF_AS_ENUM(id, call, low, pages) BOOTBUF_##id,
enum bootbuf_id { BOOTBUFS(BOOTBUF_AS_ENUM) NR_BOOTBUFS };
#undef BOOTBUF_AS_ENUM

struct bootbuf {
	const char *call;
	bool low;
	bool pages;
	u8 *data; /* NULL: not asked for, or not to be had */
	bool was_zeroed; /* as the call promises */
};

/* The buffers; each has *@bytes bytes. */
const struct bootbuf *bootbuf_table(unsigned long *bytes);

/* Return: bytes of a buffer that are not what its owner wrote at boot. */
unsigned long bootbuf_verify(enum bootbuf_id id);

#endif
