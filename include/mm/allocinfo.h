/* SPDX-License-Identifier: MIT */
/*
 * allocinfo.h - who has how much memory, by the place in the code that asked
 *
 * Pages, vmalloc areas and per-CPU memory remember who asked for them anyway:
 * counting them costs a walk when somebody looks. Objects of slab caches do
 * not. They are counted from allocinfo_watch(true) on, for which every request
 * to a cache takes its slow path; while that is off, the fast paths are the
 * same instructions as if all this did not exist.
 */
#ifndef MM_ALLOCINFO_H
#define MM_ALLOCINFO_H

#include <kernel/seq_file.h>
#include <kernel/types.h>

#define ALLOCINFO_KINDS(X)    \
	X(PAGES, "pages")     \
	X(KMALLOC, "kmalloc") \
	X(SLAB, "slab")       \
	X(VMALLOC, "vmalloc") \
	X(STACK, "stack")     \
	X(PERCPU, "percpu")
#define ALLOCINFO_AS_ENUM(id, word) ALLOCINFO_##id,
enum allocinfo_kind { ALLOCINFO_KINDS(ALLOCINFO_AS_ENUM) NR_ALLOCINFO_KINDS };
#undef ALLOCINFO_AS_ENUM

/* What one place in the code holds at this moment, of one kind. */
struct allocinfo_row {
	unsigned long site; /* 0: those that found no row of their own */
	u32 calls; /* not given back so far */
	u8 kind; /* enum allocinfo_kind */
	u64 bytes; /* per-CPU memory: of all CPUs together */
};

/**
 * allocinfo_collect - fill in @rows, the most bytes first
 * @room: rows there are; callers that find none share the last ones
 *
 * Walks all records of pages, areas and per-CPU objects, so what it says may
 * mix moments. Allocates nothing.
 * Return: rows filled in. Context: any, with no lock of mm held.
 */
unsigned int allocinfo_collect(struct allocinfo_row *rows, unsigned int room);

/**
 * allocinfo_show_top - the @most biggest, a line each
 *
 * For the report about a machine that is out of memory: allocates nothing, and
 * prints nothing if another CPU is just at it. Context: any, with no lock of mm
 * held.
 */
void allocinfo_show_top(struct seq_file *m, unsigned int most);

/**
 * allocinfo_watch - count objects of slab caches by caller, or stop it
 *
 * What was handed out before is not known. Switching on forgets what was
 * counted before.
 * Return: 0; -ENOMEM if there is no memory for the records: nothing changes.
 * Context: may sleep; one caller at a time.
 */
int allocinfo_watch(bool on);
bool allocinfo_is_watching(void);

/* Objects that are known, and that found no record (0 is well). */
void allocinfo_objects(unsigned long *known, unsigned long *missed);

const char *allocinfo_kind_word(enum allocinfo_kind kind);

#endif
