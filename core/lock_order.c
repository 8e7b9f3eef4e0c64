/* SPDX-License-Identifier: MIT */
/*
 * lock_order.c - in which order locks without ranks of their own are taken
 *
 * Locks of drivers have one rank, and sleeping locks have none. For them the
 * debug build learns the order: when lock b is taken while a is held, a comes
 * before b from then on. If b was found to come before a earlier, directly or
 * over others, the two orders can meet on two CPUs and never part; that is
 * reported, though it may not have happened yet (P45).
 *
 * What is learnt is about classes. A lock in the image is a class by itself;
 * locks that are made at run time are of one class if they were given the same
 * name (the same string): say, the mutexes of all devices of a driver. Two of
 * one class may be held together; their order cannot be told.
 *
 * Invariant: the graph of what comes before what has no ring. An edge that
 * would close one is reported and left out.
 *
 * Locking: none. Places are taken by compare-and-exchange, edges set by atomic
 * bits, and nothing is ever taken out. Two CPUs that close a ring in the same
 * instant may both go unreported.
 */
#include <kernel/barrier.h>
#include <kernel/bitops.h>
#include <kernel/lock_order.h>
#include <asm/processor.h>

/* With more than these, the rest is not checked. */
#define MAX_CLASSES 128u
#define NO_CLASS MAX_CLASSES

static const void *class_key[MAX_CLASSES];
/* Bit b of row a: a was held when b was taken. */
static unsigned long taken_after[MAX_CLASSES][BITS_TO_LONGS(MAX_CLASSES)];

static const void *lock_key(const struct lock_id *id)
{
	enum image_part part = arch_image_part((unsigned long)id->lock);

	return part == IMAGE_NONE ? (const void *)id->name : id->lock;
}

/* The number of a class, known from now on. */
static unsigned int class_of(const struct lock_id *id)
{
	const void *key = lock_key(id);
	unsigned int i;

	for (i = 0; i < MAX_CLASSES; i++) {
		const void *found = READ_ONCE(class_key[i]);

		if (!found)
			found = cmpxchg(&class_key[i], NULL, key);
		if (!found || found == key)
			return i;
	}
	return NO_CLASS;
}

/* Does a way of edges lead from one class to the other? */
static bool leads_to(unsigned int from, unsigned int to)
{
	DECLARE_BITMAP(seen, MAX_CLASSES) = { 0 };
	u8 pending[MAX_CLASSES];
	unsigned int nr = 0;
	unsigned long next;

	static_assert(MAX_CLASSES <= 256, "a class fits in a byte");
	pending[nr++] = (u8)from;
	__set_bit(from, seen);
	while (nr) {
		const unsigned long *row = taken_after[pending[--nr]];

		for_each_set_bit(next, row, MAX_CLASSES) {
			if (next == to)
				return true;
			if (!__test_and_set_bit(next, seen))
				pending[nr++] = (u8)next;
		}
	}
	return false;
}

bool lock_order_learn(const struct lock_id *held, const struct lock_id *taken)
{
	unsigned int a = class_of(held), b = class_of(taken);

	if (a == b || a == NO_CLASS || b == NO_CLASS ||
	    test_bit(b, taken_after[a]))
		return true;
	if (leads_to(b, a))
		return false;
	set_bit(b, taken_after[a]);
	return true;
}
