/* SPDX-License-Identifier: MIT */
/*
 * slab_arrays.pml - the CPUs' arrays and the shared layer: mm/slab_array.c
 *
 * Two CPUs allocate and free, and swap objects through a box, so that objects
 * are freed by another CPU than the one that allocated them. Meanwhile somebody
 * asks all CPUs to drain their arrays, takes the shared layer apart, and hides
 * the arrays from the fast paths. An array holds one object here, so that each
 * push and each pop meets its edge.
 *
 * What a step stands for:
 *   fast_alloc, fast_free   slab_array_pop(), slab_array_push(): interrupts off,
 *                           no lock; by cpu_array[]
 *   slow_alloc, slow_free   slab_alloc_plain(), slab_free_plain(): under
 *                           cache->lock, by real_array[]; a full array is
 *                           exchanged with the shared layer, or flushed
 *   install                 slab_install(), which looks at hide_arrays before
 *                           and after; hide is slab_hide_arrays()
 *   drained                 slab_drain_this_cpu(): an interrupt, so only where
 *                           interrupts are on: between two operations
 *
 * Checked: no object has two owners, none is lost, and once the arrays are
 * hidden they stay so.
 *
 * Spin interleaves single steps: memory is sequentially consistent here. Fast
 * paths touch only their own CPU's array; hide_arrays is SEQ_CST in the code.
 *
 * Flaws: 1 the drainer empties other CPUs' arrays by itself, under the lock;
 * 2 install does not look at hide_arrays again; 3 a full array goes to the
 * shared layer and stays the CPU's; 4 a fast path has interrupts on; 5 slow
 * paths take no lock; 6 the shared layer is taken apart without the lock.
 */
#include "flaw.inc"

#define CPUS 2
#define OBJECTS 3
#define ARRAYS 3
#define NONE 9
#define OPERATIONS 3

/* Objects: bits of a mask in the slabs; by number elsewhere. */
byte in_slabs;
byte taken; /* a bit for each object that a user has */
byte box = NONE;
/* Arrays: what one holds; which is whose. */
byte object[ARRAYS];
byte real_array[CPUS];
byte cpu_array[CPUS];
byte shared = NONE; /* a full array */
byte spare = NONE; /* an empty one */
bool cache_lock;
bool hide_arrays, all_hidden;
bool drain[CPUS]; /* the interrupt is on its way; or not done yet */

inline lock() {
	if
	:: flaw == 5
	:: atomic { flaw != 5 && !cache_lock -> cache_lock = true }
	fi
}
inline unlock() {
	cache_lock = false
}

inline give(o) {
	atomic {
		assert(!(taken & (1 << o)));
		taken = taken | (1 << o);
		mine = o
	}
}

inline install(a) {
	real_array[me] = a;
	if
	:: !hide_arrays -> cpu_array[me] = a
	:: else -> cpu_array[me] = NONE
	fi;
	if
	:: hide_arrays && flaw != 2 -> cpu_array[me] = NONE
	:: else
	fi;
	assert(!all_hidden || cpu_array[me] == NONE)
}

/* Also of what somebody else empties: any object of the slabs. */
inline to_slabs(a) {
	atomic {
		assert(!(in_slabs & (1 << object[a])));
		in_slabs = in_slabs | (1 << object[a])
	};
	object[a] = NONE
}

inline drained() {
	lock();
	a = real_array[me];
	if
	:: object[a] != NONE -> to_slabs(a)
	:: else
	fi;
	unlock();
	drain[me] = false
}

inline from_slabs(a) {
	atomic {
		if
		:: in_slabs & 1 -> in_slabs = in_slabs & ~1; o = 0
		:: !(in_slabs & 1) && in_slabs & 2 ->
			in_slabs = in_slabs & ~2; o = 1
		:: !(in_slabs & 3) && in_slabs & 4 ->
			in_slabs = in_slabs & ~4; o = 2
		:: in_slabs == 0 -> o = NONE
		fi
	};
	object[a] = o
}

inline slow_alloc() {
	lock();
	a = real_array[me];
	if
	:: object[a] == NONE && shared != NONE ->
		other = shared;
		shared = NONE;
		spare = a;
		install(other);
		a = other
	:: object[a] == NONE && shared == NONE ->
		from_slabs(a)
	:: object[a] != NONE ->
		install(a) /* it was hidden */
	fi;
	if
	:: object[a] != NONE ->
		o = object[a];
		object[a] = NONE;
		give(o)
	:: else
	fi;
	unlock()
}

inline allocate() {
	a = cpu_array[me];
	if
	:: a != NONE && object[a] != NONE ->
		o = object[a];
		if
		:: flaw == 4 && drain[me] -> drained(); a = cpu_array[me]
		:: else
		fi;
		object[a] = NONE;
		give(o)
	:: else -> slow_alloc()
	fi
}

inline slow_free() {
	lock();
	a = real_array[me];
	if
	:: object[a] != NONE && shared == NONE && spare != NONE ->
		other = spare;
		spare = NONE;
		shared = a;
		if
		:: flaw != 3 -> install(other); a = other
		:: else
		fi
	:: object[a] != NONE && !(shared == NONE && spare != NONE) ->
		to_slabs(a)
	:: object[a] == NONE ->
		install(a) /* it was hidden */
	fi;
	object[a] = mine;
	unlock()
}

inline free_mine() {
	atomic {
		assert(taken & (1 << mine));
		taken = taken & ~(1 << mine)
	};
	a = cpu_array[me];
	if
	:: a != NONE && object[a] == NONE -> object[a] = mine
	:: else -> slow_free()
	fi;
	mine = NONE
}

proctype cpu(byte me) {
	byte n, a, o, other, mine = NONE;

	for (n : 1 .. OPERATIONS) {
		if
		:: drain[me] && flaw != 1 -> drained()
		:: true
		fi;
		if
		:: mine == NONE -> allocate()
		:: mine != NONE -> free_mine()
		:: atomic { o = box; box = mine; mine = o }
		fi;
		a = 0; o = 0; other = 0
	};
	/* Keep nothing, so that all can be counted. */
	if
	:: mine != NONE -> free_mine()
	:: else
	fi;
	a = 0; o = 0; other = 0;
end:	do
	:: drain[me] && flaw != 1 -> drained(); a = 0; o = 0
	od
}

/* kmem_cache_shrink(), and switching debug flags on. */
proctype manager() {
	byte me = CPUS, c, a;

	if
	:: flaw == 1 ->
		lock();
		for (c : 0 .. CPUS - 1) {
			a = real_array[c];
			if
			:: object[a] != NONE -> to_slabs(a)
			:: else
			fi
		};
		unlock()
	:: else ->
		drain[0] = true;
		drain[1] = true;
		!drain[0];
		!drain[1]
	fi;

	if
	:: flaw != 6 -> lock()
	:: else
	fi;
	a = shared;
	if
	:: a != NONE ->
		shared = NONE;
		to_slabs(a);
		spare = a
	:: else
	fi;
	unlock();

	hide_arrays = true;
	cpu_array[0] = NONE;
	cpu_array[1] = NONE;
	all_hidden = true
}

/* Each object lies in one place. */
inline count_all() {
	seen = in_slabs;
	for (c : 0 .. ARRAYS - 1) {
		if
		:: object[c] != NONE ->
			assert(!(seen & (1 << object[c])));
			seen = seen | (1 << object[c])
		:: else
		fi
	};
	if
	:: box != NONE ->
		assert(!(seen & (1 << box)) && taken == 1 << box);
		seen = seen | (1 << box)
	:: else -> assert(taken == 0)
	fi;
	assert(seen == 7)
}

init {
	byte c, seen;

	atomic {
		read_flaw();
		in_slabs = 7;
		object[0] = NONE;
		object[1] = NONE;
		object[2] = NONE;
		real_array[0] = 0;
		real_array[1] = 1;
		cpu_array[0] = 0;
		cpu_array[1] = 1;
		spare = 2;
		run cpu(0);
		run cpu(1);
		run manager()
	};
	timeout -> count_all();
	assert(all_hidden)
}
