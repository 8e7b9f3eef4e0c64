/* SPDX-License-Identifier: MIT */
/*
 * slab_accounted.h - objects of slab caches that modules have
 *
 * A slab does not know who has its objects, and the kernel's own calls are not
 * to pay for it. So the names under which modules ask for objects lead to calls
 * that keep a record of each: who asked, by call site. When a module goes, its
 * records say what it has not given back. See mm/slab_accounted.c.
 */
#ifndef MM_SLAB_ACCOUNTED_H
#define MM_SLAB_ACCOUNTED_H

#include <kernel/types.h>

/* What one call site has. */
struct accounted_row {
	unsigned long site; /* 0: those that found no row of their own */
	const void *first; /* one of them */
	const char *cache; /* the cache of that one */
	unsigned int nr;
	unsigned long bytes;
};

/* Before the first module. Return: 0 or -ENOMEM. Context: may sleep; one caller
 * at a time. */
int __must_check accounted_start(void);

/**
 * accounted_take - forget the records of one owner, and say what they were
 * @is_owners: is this call site the owner's?
 * @rows: filled in for objects that are in use, one for each site; the last of
 *	@room takes those of sites that find no other
 *
 * Return: rows filled in. Context: may sleep; nobody asks for objects from these
 * sites any more.
 */
unsigned int accounted_take(bool (*is_owners)(const void *owner,
					      unsigned long site),
			    const void *owner, struct accounted_row *rows,
			    unsigned int room);

/* The kernel took @object of a cache for @site of a module, in whose name it is
 * from now on. What is no object is left alone. Context: any. */
void accounted_note(const void *object, unsigned long site);

/* @object was perhaps a module's, and is the kernel's from now on, which will free
 * it. NULL, or what is on no record, is harmless. Context: any. */
void accounted_forget(const void *object);

/* Objects on record; and that found no memory for one, since the start. */
void accounted_count(unsigned long *known, unsigned long *missed);

#endif
