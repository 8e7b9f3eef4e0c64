/* SPDX-License-Identifier: MIT */
/*
 * addr.h - what kind of address is this?
 *
 * One function decides the class of an address, and every report and every
 * check for misuse asks it.
 */
#ifndef MM_ADDR_H
#define MM_ADDR_H

#include <kernel/seq_file.h>
#include <kernel/types.h>
#include <mm/page.h>

/* Identifier, name, sentence part for people. */
#define ADDR_CLASSES(X)                                             \
	X(NULL, "null", "page 0, which is never mapped")            \
	X(USER, "user", "user space")                               \
	X(LOWMEM, "lowmem", "the direct map")                       \
	X(VMALLOC, "vmalloc", "a vmalloc area")                     \
	X(IOREMAP, "ioremap", "device memory")                      \
	X(KMAP, "kmap", "a temporary mapping slot")                 \
	X(FIXMAP, "fixmap", "a fixed mapping")                      \
	X(TEXT, "text", "the kernel's code")                        \
	X(RODATA, "rodata", "the kernel's constants")               \
	X(DATA, "data", "the kernel's data")                        \
	X(BSS, "bss", "the kernel's zeroed data")                   \
	X(STACK, "stack", "a kernel stack")                         \
	X(PERCPU, "percpu", "per-CPU data")                         \
	X(PERCPU_RAW, "percpu-raw", "no memory: a per-CPU address") \
	X(RECORDS, "records", "the page records")                   \
	X(GUARD, "guard", "a guard page")                           \
	X(NONE, "none", "nothing")
#define ADDR_CLASS_AS_ENUM(id, name, text) ADDR_##id,
enum addr_class { ADDR_CLASSES(ADDR_CLASS_AS_ENUM) NR_ADDR_CLASSES };
#undef ADDR_CLASS_AS_ENUM

/* A slab object, as the slab allocator sees the address. */
struct addr_slab {
	const char *cache; /* name; NULL: no slab */
	unsigned long object; /* start of the object around the address */
	unsigned long size;
	unsigned long free_site; /* who gave it back; 0: not known */
	bool allocated;
};

struct addr_info {
	enum addr_class class;
	/* What the address lies in, [start, end): the area with its guard
	 * page, the page, the symbol, the window. Both 0 if not known. */
	unsigned long start, end;
	/* Inside the vmalloc window, in an area: its kind in a word; or NULL. */
	const char *area;
	const char *owner; /* stack, fixed mapping: its name; or NULL */
	const char *symbol; /* TEXT to BSS: the symbol around; or NULL */
	unsigned long site; /* who asked for the area; 0: not known */
	bool freed; /* VMALLOC, IOREMAP, GUARD: the area is freed */
	unsigned int cpu; /* PERCPU: whose copy */

	/* The frame behind it. */
	bool has_pfn;
	bool has_page; /* and the frame has a record */
	pfn_t pfn;
	pfn_t head_pfn; /* first frame of its block; pfn if there is none */
	enum page_state page_state; /* of the head; NONE: a hole */
	unsigned int page_order;
	enum page_owner page_owner;
	struct addr_slab slab; /* LOWMEM in a slab */

	/* NONE inside the window: its neighbours; 0 if there is none. */
	unsigned long below_end, above_start;
};

/**
 * addr_classify - decide the class of @addr, and say what is known about it
 * @info: filled in; may be NULL
 *
 * For the page fault handler too: takes no lock, follows no pointer that it
 * has not checked, and is bounded. See addr.c for how.
 * Context: any.
 */
enum addr_class addr_classify(unsigned long addr, struct addr_info *info);

/* One or more full sentences, a line each, for people (`whatis`). */
void addr_describe(struct seq_file *m, unsigned long addr);

/**
 * addr_describe_line - the short form for one line of a report
 *
 * As in "guard page behind vmalloc area f8000000-f8003000 of foo+0x10/0x20".
 * Return: @buf, never empty. Context: any.
 */
const char *addr_describe_line(char *buf, size_t size, unsigned long addr);

/**
 * addr_report_object - class and object as a bad-free report says them
 *
 * "stack task=..", "vmalloc area=..", "kmap", "kernel-image sym=..",
 * "reserved pfn=..", "lowmem pfn=.. state"; the address is always part of it.
 * Return: @buf. Context: any.
 */
const char *addr_report_object(char *buf, size_t size, unsigned long addr);

const char *addr_class_name(enum addr_class class);

/**
 * addr_set_slab_describer - who can name the object around an address
 * @describe: fills in @slab for an address in a page of state SLAB; called in
 *	any context, takes no lock, follows no pointer it has not checked.
 *	Return: false if it cannot tell.
 *
 * Context: start-up.
 */
void addr_set_slab_describer(bool (*describe)(unsigned long addr,
					      struct page *head,
					      struct addr_slab *slab));

/**
 * addr_add_window - addresses [start, end) outside the vmalloc window are
 * @class (KMAP, FIXMAP, STACK, USER); @owner must stay valid
 *
 * The arch's windows are made known at start-up, at most ADDR_MAX_WINDOWS.
 */
#define ADDR_MAX_WINDOWS 8
void addr_add_window(enum addr_class class, unsigned long start,
		     unsigned long end, const char *owner);

#endif
