/* SPDX-License-Identifier: MIT */
/*
 * percpu_space.h - units side by side, and who has what in all of them
 *
 * An object built from a description: where the units lie, how many there are,
 * and who puts frames behind a page of them. The live one serves
 * alloc_percpu(); tests make private ones over memory of their own. See
 * percpu_space.c for how it works.
 */
#ifndef MM_PERCPU_SPACE_H
#define MM_PERCPU_SPACE_H

#include <kernel/spinlock.h>
#include <kernel/types.h>
#include <mm/gfp.h>
#include <asm/page.h>

/* What is handed out is a number of these; and so is every alignment, at
 * least. As Linux's: most per-CPU counters are a word. */
#define PERCPU_GRANULE 4ul
#define PERCPU_PAGE_GRANULES (PAGE_SIZE / PERCPU_GRANULE)

/* The longest request, and the coarsest alignment. */
#define PERCPU_MAX_BYTES 32768ul
#define PERCPU_MAX_ALIGN PAGE_SIZE

/* Wholly free pages that are kept backed for those who cannot wait: fewer are
 * filled up by the next who can, more are given back. The distance keeps one
 * owner who frees and takes the same page from doing both each time. */
#define PERCPU_EMPTY_LOW 1u
#define PERCPU_EMPTY_HIGH 3u

/* Callers told apart; those that come later are "unknown". */
#define PERCPU_SITES 256u

/* An offset that is none. */
#define PERCPU_NONE (~0ul)

enum percpu_page_state {
	PERCPU_ABSENT, /* no frames */
	PERCPU_COMING, /* somebody is getting frames for it */
	PERCPU_BACKED, /* a frame in every unit */
	PERCPU_LEAVING, /* somebody is giving its frames back */
};

/* One page of the units: the same one in each. */
struct percpu_page {
	/* BACKED, and not static as a whole: a word for each granule, see
	 * percpu_space.c. */
	u16 *tags;
	u16 nr_free; /* granules; 0 unless BACKED */
	u16 first; /* no granule of the page below this one is free */
	u16 too_long; /* no free run of so many granules begins in it */
	u8 state; /* enum percpu_page_state */
};

struct percpu_space;

struct percpu_ops {
	/* Frames behind page @idx of every unit, any contents; all or none.
	 * Return: 0 or -ENOMEM. May sleep if @gfp says so. */
	int (*back)(struct percpu_space *s, unsigned long idx, gfp_t gfp);
	/* Take them away, and return when no CPU knows them any more. */
	void (*unback)(struct percpu_space *s, unsigned long idx);
	/* All units' or none's, for percpu_space_check(). */
	bool (*is_backed)(const struct percpu_space *s, unsigned long idx);
	/* There is work for percpu_space_balance(), which the caller may not
	 * do. Any context, no lock held; may be NULL. */
	void (*kick)(struct percpu_space *s);
};

struct percpu_space_desc {
	const char *name; /* for messages */
	unsigned long base; /* of unit 0; page-aligned */
	unsigned long unit_bytes; /* whole pages */
	unsigned int nr_units;
	unsigned long static_bytes; /* at the start of each unit: never free */
	const struct percpu_ops *ops;
};

struct percpu_space {
	struct percpu_space_desc desc; /* set once */
	unsigned long nr_pages; /* of one unit */

	/* All that follows is guarded by @lock, irq-safe, rank PERCPU. */
	spinlock_t lock;
	struct percpu_page *page; /* [nr_pages] */
	unsigned long *map; /* a bit for each granule: 1 is not to be had */
	unsigned long hint; /* no page below it has a free granule */
	unsigned long nr_backed; /* pages */
	unsigned long nr_empty; /* of those, without anything in use */
	unsigned long nr_objects;
	unsigned long used_granules; /* by objects */
	unsigned long site[PERCPU_SITES]; /* 0: free; [0] is not used */

	/* Since the start. */
	u64 nr_allocs, nr_frees;
	unsigned long max_objects, max_backed;
};

struct percpu_request {
	size_t size; /* 1 .. PERCPU_MAX_BYTES */
	size_t align; /* power of two, at most PERCPU_MAX_ALIGN */
	gfp_t gfp;
	unsigned long site; /* who asked */
};

/**
 * percpu_space_init - begin with nothing backed but the static part
 *
 * Return: 0; -ENOMEM if the lists or the static part's frames could not be
 * had: nothing is left behind.
 * Context: may sleep.
 */
int __must_check percpu_space_init(struct percpu_space *s,
				   const struct percpu_space_desc *desc);

/* Give everything back, objects that are still in use as well. */
void percpu_space_exit(struct percpu_space *s);

/**
 * percpu_space_alloc - room at the same offset of every unit, zeroed
 *
 * Return: the offset; PERCPU_NONE without a word if there is none.
 * Context: any; may sleep if @req->gfp says so and the context allows it.
 */
unsigned long percpu_space_alloc(struct percpu_space *s,
				 const struct percpu_request *req);

/**
 * percpu_space_free - the room at @offset is not used any more
 * @addr: the same as its owner knows it, for a report
 *
 * Return: false if nothing was given at @offset: that is reported, and nothing
 * is changed. Asks for no memory. Context: any.
 */
bool percpu_space_free(struct percpu_space *s, unsigned long offset,
		       const void *addr, unsigned long site);

/* Fill up the empty pages that are kept, or give back what is too much.
 * Context: may sleep. */
void percpu_space_balance(struct percpu_space *s);

/* Give back every empty page but PERCPU_EMPTY_LOW: memory is short. Return: how
 * many, of each unit. Context: may sleep, no lock held. */
unsigned long percpu_space_shrink(struct percpu_space *s);

/* What an object is, for lists. */
struct percpu_object {
	unsigned long offset;
	size_t bytes; /* as it was rounded up */
	unsigned long site; /* 0: not known */
};

/**
 * percpu_space_next - the first object at or above *@cursor
 * @cursor: an offset, 0 to begin; moved behind the object
 *
 * Return: false at the end. Context: any.
 */
bool percpu_space_next(struct percpu_space *s, unsigned long *cursor,
		       struct percpu_object *object);

/**
 * percpu_space_check - walk every invariant (P1 to P5 of percpu_space.c)
 *
 * Prints each violation by its label. Return: their number. Context: any; the
 * lock is held throughout.
 */
int percpu_space_check(struct percpu_space *s);

/* --- between percpu_space.c and percpu_check.c ---------------------------- */

/* A tag, by what its granule is:
 *   free               0, or the number of who freed an object that began here
 *   first of an object PERCPU_TAG_OBJECT | the number of who asked for it, and
 *                      PERCPU_TAG_SINGLE if it is all of the object
 *   second             how many granules it has
 *   any other          anything without PERCPU_TAG_OBJECT
 */
#define PERCPU_TAG_OBJECT 0x8000u
#define PERCPU_TAG_SINGLE 0x4000u
#define PERCPU_TAG_SITE 0x3fffu

static inline u16 *percpu_tag(const struct percpu_space *s, unsigned long g)
{
	return &s->page[g / PERCPU_PAGE_GRANULES]
			.tags[g % PERCPU_PAGE_GRANULES];
}

/* Granules of the object that begins at @g. */
static inline unsigned long percpu_length(const struct percpu_space *s,
					  unsigned long g)
{
	return *percpu_tag(s, g) & PERCPU_TAG_SINGLE ? 1 :
						       *percpu_tag(s, g + 1);
}

static inline unsigned long percpu_static_granules(const struct percpu_space *s)
{
	return s->desc.static_bytes / PERCPU_GRANULE;
}

#endif
