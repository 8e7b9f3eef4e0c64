/* SPDX-License-Identifier: MIT */
/*
 * show.h - figures that /proc/meminfo and /proc/vmstat take from other rooms
 *
 * mm shows itself, but a room below does not call one above: whoever has a
 * figure registers a function for it. Until then it reads 0, which is true.
 *
 * Locking: none; register at start-up, before anyone shows.
 */
#ifndef MM_SHOW_H
#define MM_SHOW_H

#include <kernel/types.h>

struct mm_node;
struct seq_file;

/* Identifier, unit, what it counts. */
#define MM_USAGES(X)                                                       \
	X(SLAB_RECLAIMABLE, "pages", "slabs of caches that can shrink")    \
	X(SLAB_UNRECLAIMABLE, "pages", "slabs of all other caches")        \
	X(KERNEL_STACK, "pages", "stacks of threads, without guard pages") \
	X(PAGE_TABLES, "pages", "page tables made so far")                 \
	X(VMALLOC_USED, "pages", "pages mapped by vmalloc areas")          \
	X(PERCPU, "pages", "per-CPU chunks")                               \
	X(PCP, "pages", "free pages on per-CPU lists")                     \
	X(MISC_RECLAIMABLE, "pages", "whole pages that shrinkers keep")    \
	X(SLABS_SCANNED, "objects", "objects that shrinkers looked at")    \
	X(PGSCAN_KSWAPD, "pages", "pages that kswapd asked shrinkers for") \
	X(PGSCAN_DIRECT, "pages", "pages that callers asked them for")     \
	X(PGSTEAL_KSWAPD, "pages", "pages that kswapd freed")              \
	X(PGSTEAL_DIRECT, "pages", "pages that callers freed")             \
	X(KSWAPD_RUNS, "events", "times kswapd looked for memory")         \
	X(KSWAPD_GAVE_UP, "events", "times it found too little")           \
	X(DROP_PAGECACHE, "events", "times drop_caches freed pages")       \
	X(DROP_SLAB, "events", "times drop_caches freed objects")          \
	X(PAGE_FAULTS, "events", "page faults taken")                      \
	X(MAJOR_FAULTS, "events", "page faults that waited for a device")  \
	X(ANON_PAGES, "pages", "users' own memory")                        \
	X(MAPPED, "pages", "pages of files and drivers that users see")    \
	X(PGPGIN, "KiB", "read from disks")                                \
	X(PGPGOUT, "KiB", "written to disks")                              \
	X(PSWPIN, "pages", "pages of memory read back from a disk")        \
	X(PSWPOUT, "pages", "pages of memory written to a disk")

#define MM_USAGE_AS_ENUM(id, unit, help) MM_USAGE_##id,
enum mm_usage_item { MM_USAGES(MM_USAGE_AS_ENUM) NR_MM_USAGES };
#undef MM_USAGE_AS_ENUM

/**
 * mm_usage_register - @read gives the figure of @item from now on
 *
 * A second registration replaces the first. @read may be called in any context
 * that may show a file: it must not sleep for long nor allocate.
 */
void mm_usage_register(enum mm_usage_item item, unsigned long (*read)(void));

/* The figure, in its unit; 0 if nobody registered. */
unsigned long mm_usage(enum mm_usage_item item);

/**
 * mm_available_pages - what could be had without swapping (MemAvailable)
 * @reclaimable: pages of caches that can shrink
 * Context: any; exact while nobody allocates.
 */
unsigned long mm_available_pages(const struct mm_node *node,
				 unsigned long reclaimable);

/*
 * The files as functions of objects: /proc shows the live machine with them,
 * tests their own. Context: any; those with a struct mm_node that is not const
 * take zone->lock, one zone at a time.
 */
void mm_show_buddyinfo(struct seq_file *m, struct mm_node *node);
void mm_show_extfrag_index(struct seq_file *m, struct mm_node *node);
void mm_show_unusable_index(struct seq_file *m, struct mm_node *node);
void mm_show_pagetypeinfo(struct seq_file *m, struct mm_node *node);
void mm_show_zoneinfo(struct seq_file *m, const struct mm_node *node);
/* The part of vmstat that counts events. */
void mm_show_vm_events(struct seq_file *m, const struct mm_node *node);

/**
 * mm_record_zones_of - write a machine's zones as records "zone" and "events"
 *
 * One of each for every zone, empty ones too. Without a sink nothing is done.
 * Context: any; takes zone->lock, one zone at a time.
 */
void mm_record_zones_of(struct mm_node *node);

/* The live machine's. */
void mm_record_zones(void);

/* A record "cache" for each cache on the list. Context: any. */
void mm_record_caches(void);

#endif
