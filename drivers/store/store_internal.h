/* SPDX-License-Identifier: MIT */
/* store_internal.h - what the files of the store share */
#ifndef DRIVERS_STORE_INTERNAL_H
#define DRIVERS_STORE_INTERNAL_H

#include <drivers/store.h>

struct store_entry {
	/* Set once. */
	u32 key;
	u32 sum; /* of its bytes */

	/* Guarded by store->lock. */
	struct store_entry *next; /* in its chain */
	struct list_head lru; /* empty: no page, or on its way out */
	struct page *page; /* NULL: not in memory */
	u32 place; /* in the backing, which has its bytes; 0: none */
	unsigned long used; /* store->clock of the last use */
	unsigned short users; /* the chain, and who works with it */
	bool hashed; /* in its chain */
	bool coming; /* somebody reads from its place */
};

/* The slab cache of entries. Return: 0; -ENOMEM. */
int store_entries_init(void);

void store_event(struct store *s, enum store_stat item);

/* Lock held. The chain of @key; the link that points to its entry, or to NULL
 * behind the last. */
struct store_entry **store_chain(struct store *s, u32 key);
struct store_entry **store_entry_link(struct store *s, u32 key);
/* Lock held. It has one user more. */
void store_entry_hold(struct store_entry *e);
/* One less; the last one frees it, its page, and its place. */
void store_entry_put(struct store *s, struct store_entry *e);
/* Lock held. Out of chain and list; the caller puts the chain's share. */
struct store_entry *store_entry_unlink(struct store *s,
				       struct store_entry **link);

/* An entry had it, and lets it go. Lock not held; 0: nothing is done. */
void store_place_drop(struct store *s, u32 place);

unsigned int store_page_zone(const struct page *page);

/**
 * store_entry_page - the page of an entry, for reading, with a reference
 *
 * If it is not in memory it is read into a new page, and stays there.
 * Return: the page; ERR_PTR(-EIO): it is lost; ERR_PTR(-ENOMEM).
 */
struct page *store_entry_page(struct store *s, struct store_entry *e);
/* The same for an entry not in memory that is to stay there: @scratch gets its
 * bytes. Return: 0; -EIO; -EAGAIN: it is in memory. */
int store_entry_peek(struct store *s, struct store_entry *e,
		     struct page *scratch);
bool store_page_is_sound(struct page *page, u32 key, u32 sum);

/* The shrinker's. */
unsigned long store_count_objects(struct shrinker *shrinker,
				  struct shrink_control *sc);
unsigned long store_scan_objects(struct shrinker *shrinker,
				 struct shrink_control *sc);

#endif
