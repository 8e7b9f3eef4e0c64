/* SPDX-License-Identifier: MIT */
/*
 * soak.h - what the files of the soak share
 *
 * An item is something that an allocator gave, filled with a pattern that can
 * be told again from its tag. An actor is a context that takes items, keeps
 * some, swaps some with others and gives them back: a thread, a tasklet, a
 * timer, a call from another CPU.
 *
 *   soak.c -> soak_actors.c -> soak_items.c
 *          \-> soak_count.c
 */
#ifndef TESTS_SOAK_H
#define TESTS_SOAK_H

#include <kernel/random.h>
#include <mm/gfp.h>

struct soak_item;

/* Each kind of item, the name it is shown by. */
#define SOAK_KINDS(X)                   \
	X(PAGES, "pages")               \
	X(KMALLOC, "kmalloc")           \
	X(CACHE, "cache")               \
	X(TYPED, "typed cache")         \
	X(POOL_SLAB, "mempool, slab")   \
	X(POOL_BYTES, "mempool, bytes") \
	X(POOL_PAGE, "mempool, page")   \
	X(DMA, "dma pool")              \
	X(VMALLOC, "vmalloc")           \
	X(PERCPU, "percpu")             \
	X(KMAP, "kmap")

#define SOAK_KIND_AS_ENUM(id, name) SOAK_##id,
enum soak_kind { SOAK_KINDS(SOAK_KIND_AS_ENUM) NR_SOAK_KINDS };

struct soak_item {
	bool full; /* holds something */
	enum soak_kind kind;
	void *p; /* what the allocator gave */
	void *va; /* where the contents are; NULL for pages */
	size_t bytes;
	unsigned int order;
	u64 handle;
	u32 tag; /* the pattern */
};

/* Where something went wrong; shown, and counted. */
extern atomic_t soak_wrong;
void __printf(1, 2) soak_complain(const char *fmt, ...);

/* --- soak_items.c ---------------------------------------------------------- */

/* The caches and pools. Return: false without memory; also then they are taken
 * apart by soak_items_exit(). Context: process. */
bool soak_items_init(void);
void soak_items_exit(void);

/* Kinds whose items may be taken in atomic context. */
bool soak_kind_is_atomic(enum soak_kind kind);
/* Kinds of which one context may hold one item only. */
bool soak_kind_is_single(enum soak_kind kind);
const char *soak_kind_name(enum soak_kind kind);

/* Fill an empty item. Return: false if the allocator had nothing. */
bool soak_take(struct soak_item *item, enum soak_kind kind, gfp_t gfp,
	       struct xorshift32 *rng);
/* Look at the contents, and give it back: the item is empty. */
void soak_give(struct soak_item *item);

/* --- soak_actors.c --------------------------------------------------------- */

/* Threads, tasklets, timers and calls for each CPU. Return: false: no memory. */
bool soak_actors_start(u32 seed);
/* All have stopped, and every item is given back. */
void soak_actors_stop(void);
/* What was done, a line for each kind. */
void soak_actors_show(void);

/* --- soak_count.c ---------------------------------------------------------- */

/* Let everything that is put off be done, then remember all counts. */
void soak_count_begin(void);
/* The same, and compare. Complains of each that is not as it was. */
void soak_count_end(void);

#endif
