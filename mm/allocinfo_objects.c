/* SPDX-License-Identifier: MIT */
/*
 * allocinfo_objects.c - objects of slab caches by caller, while it is watched
 *
 * A slab has no room to note who has its objects, but for caches of the debug
 * kind. So the notes are kept here: a record for each object that was handed
 * out since the watch began, found by its address, and a sum for each caller.
 * The slab room tells of each object on its slow path (slab_set_watch()), where
 * all requests go meanwhile.
 *
 * Records are had once, as many as there can be: one for each page of low
 * memory. Who finds none is only counted. They are kept when the watch ends,
 * for another CPU may be about to write into one; the next watch begins them
 * anew.
 *
 * Invariants:
 *   A1  a record is on exactly one list: its bucket's, or that of free ones
 *   A2  a caller's sums are those of the records that name him
 *
 * Locking: watch_lock, irq-safe, rank ALLOCINFO, guards records and sums;
 * nothing is called with it held.
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/allocinfo.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include "allocinfo_internal.h"

#define RECORDS_MIN 4096ul
#define RECORDS_MAX 131072ul
/* Callers told apart; the rest shares number 0. */
#define CALLERS 512u
#define CALLER_PROBES 16u
/* No record: ends a list. */
#define NO_RECORD (~0u)

struct object_record {
	unsigned long object;
	u32 next; /* in its bucket, or of the free ones */
	u32 bytes;
	u16 caller;
};

static spinlock_t watch_lock = SPINLOCK_INIT("allocinfo", LOCK_ALLOCINFO);
static struct object_record *records;
static u32 *buckets; /* [nr_records], a power of two */
static unsigned long nr_records;
static u32 free_records;
static unsigned long nr_known, nr_missed;
static struct allocinfo_row callers[CALLERS];

/* --- callers -------------------------------------------------------------- */

/* The number of @site; 0 if too many are known. Lock held. */
static unsigned int caller_number(unsigned long site)
{
	unsigned int i = (unsigned int)(site ^ site >> 9) % CALLERS, tries;

	for (tries = 0; tries < CALLER_PROBES; tries++, i = (i + 1) % CALLERS) {
		if (!i)
			continue;
		if (!callers[i].site)
			callers[i].site = site;
		if (callers[i].site == site)
			return i;
	}
	return 0;
}

/* --- records -------------------------------------------------------------- */

static u32 *bucket_of(unsigned long object)
{
	/* Objects are multiples of 8 or more; the low bits say little. */
	return &buckets[(object >> 3 ^ object >> 12) & (nr_records - 1)];
}

/* Take the record of @object off its list; NO_RECORD if there is none. Lock
 * held. */
static u32 record_unlink(unsigned long object)
{
	u32 *link = bucket_of(object), idx;

	while ((idx = *link) != NO_RECORD) {
		if (records[idx].object == object) {
			*link = records[idx].next;
			return idx;
		}
		link = &records[idx].next;
	}
	return NO_RECORD;
}

/* The caller of @idx has it no longer. Lock held. */
static void record_settle(u32 idx)
{
	struct object_record *r = &records[idx];

	callers[r->caller].bytes -= r->bytes;
	callers[r->caller].calls--;
	nr_known--;
}

/* A record for @object. It may have one of old: it was given back by a way that
 * nobody saw. Lock held. */
static u32 record_take(unsigned long object)
{
	u32 idx = record_unlink(object);

	if (idx != NO_RECORD) {
		record_settle(idx);
		return idx;
	}
	idx = free_records;
	if (idx != NO_RECORD)
		free_records = records[idx].next;
	return idx;
}

static void object_taken(const void *object, size_t bytes, unsigned long site)
{
	unsigned long at = (unsigned long)object;
	unsigned long flags = spin_lock_irqsave(&watch_lock);
	u32 idx = record_take(at);

	if (idx == NO_RECORD) {
		nr_missed++;
	} else {
		unsigned int caller = caller_number(site);
		u32 *bucket = bucket_of(at);

		records[idx] = (struct object_record){
			.object = at,
			.next = *bucket,
			.bytes = (u32)bytes,
			.caller = (u16)caller,
		};
		*bucket = idx;
		callers[caller].bytes += bytes;
		callers[caller].calls++;
		nr_known++;
	}
	spin_unlock_irqrestore(&watch_lock, flags);
}

static void object_given(const void *object)
{
	unsigned long flags = spin_lock_irqsave(&watch_lock);
	u32 idx = record_unlink((unsigned long)object);

	if (idx != NO_RECORD) {
		record_settle(idx);
		records[idx].next = free_records;
		free_records = idx;
	}
	spin_unlock_irqrestore(&watch_lock, flags);
}

static const struct slab_watch watch = {
	.taken = object_taken,
	.given = object_given,
};

/* --- on and off ----------------------------------------------------------- */

/* All records free, no caller has anything. */
static void records_reset(void)
{
	unsigned long flags = spin_lock_irqsave(&watch_lock);
	u32 i;

	memset(callers, 0, sizeof(callers));
	nr_known = nr_missed = 0;
	for (i = 0; i < nr_records; i++) {
		buckets[i] = NO_RECORD;
		records[i].next = i + 1 < nr_records ? i + 1 : NO_RECORD;
	}
	free_records = 0;
	spin_unlock_irqrestore(&watch_lock, flags);
}

static int records_make(void)
{
	unsigned long nr = clamp(max_low_pfn, RECORDS_MIN, RECORDS_MAX);

	nr = 1ul << ilog2(nr);
	records = vzalloc(nr * sizeof(*records));
	buckets = vzalloc(nr * sizeof(*buckets));
	if (!records || !buckets) {
		vfree(records);
		vfree(buckets);
		records = NULL;
		return -ENOMEM;
	}
	nr_records = nr;
	return 0;
}

bool allocinfo_is_watching(void)
{
	return slab_watched();
}

int allocinfo_watch(bool on)
{
	if (!on) {
		slab_set_watch(NULL);
		return 0;
	}
	if (!records && records_make())
		return -ENOMEM;
	if (!slab_watched())
		records_reset();
	slab_set_watch(&watch);
	return 0;
}

void allocinfo_objects(unsigned long *known, unsigned long *missed)
{
	unsigned long flags = spin_lock_irqsave(&watch_lock);

	*known = nr_known;
	*missed = nr_missed;
	spin_unlock_irqrestore(&watch_lock, flags);
}

bool allocinfo_next_caller(unsigned int *cursor, struct allocinfo_row *row)
{
	while (slab_watched() && *cursor < CALLERS) {
		unsigned long flags = spin_lock_irqsave(&watch_lock);

		*row = callers[(*cursor)++];
		spin_unlock_irqrestore(&watch_lock, flags);
		if (row->calls)
			return true;
	}
	return false;
}
