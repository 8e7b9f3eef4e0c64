/* SPDX-License-Identifier: MIT */
/*
 * threads.h - models of several CPUs: hosted CPUs at work at the same time
 *
 * A model is a *_threads.c that defines the_threads_model. It runs on a whole
 * hosted machine (tests/host/host_boot.c), so what it calls is what drivers
 * call. The harness (threads.c) runs its steps on all CPUs at once:
 *
 *   - each CPU draws from its own generator, seeded by --seed and its number;
 *   - now and then a CPU interrupts another one, whose handler does a step of
 *     the model too: in the middle of whatever that CPU was at;
 *   - things change hands through boxes that any CPU may swap with, so that
 *     most of what one CPU allocates is freed by another;
 *   - between phases all CPUs stand still while CPU 0 walks the invariants.
 *
 * Two owners of one piece of memory are noticed in two ways: a table with a
 * byte for each place says whether it is taken, and its owner's mark is written
 * into the memory and compared when it is given back. Under TSan these writes
 * show too whether the allocator orders one owner's accesses before the next
 * one's.
 */
#ifndef TESTS_THREADS_H
#define TESTS_THREADS_H

#include <kernel/random.h>
#include <kernel/types.h>

#define THREADS_MAX_CPUS 8u
/* A CPU acts as two: in its interrupt handler it has a state of its own. */
#define THREADS_MAX_ACTORS (2 * THREADS_MAX_CPUS)

/* One actor; only its CPU touches it. */
struct threads_actor {
	unsigned int id; /* below THREADS_MAX_ACTORS */
	bool in_irq; /* the handler's: atomic context */
	struct xorshift32 random;
	u64 nr_taken; /* allocations that succeeded */
	u64 nr_refused; /* and that did not */
	u64 nr_foreign; /* things given back that another actor had taken */
};

struct threads_model {
	const char *name;
	/* Before the first step. Context: CPU 0, all other CPUs idle. */
	void (*begin)(void);
	/* One operation. Context: any CPU, interrupts on and may not sleep; or
	 * its interrupt handler (me->in_irq). */
	void (*step)(struct threads_actor *me);
	/* Give back one thing that lay in a box. Context: as step. */
	void (*drop)(struct threads_actor *me, void *thing);
	/* Give back all that the actor holds. Context: CPU 0, others idle. */
	void (*empty)(struct threads_actor *me);
	/* Walk the invariants; threads_fail() if one is broken. @last: all was
	 * given back. Context: CPU 0, all other CPUs stand still. */
	void (*check)(bool last);
};
extern const struct threads_model the_threads_model;

static inline u32 threads_draw(struct threads_actor *me, u32 n)
{
	return xorshift32_below(&me->random, n);
}

/**
 * threads_swap - leave @thing in a box drawn at random
 * @thing: may be NULL
 *
 * All that this CPU wrote before is seen by whoever takes it.
 * Return: what lay there, now the caller's; may be NULL.
 */
void *threads_swap(struct threads_actor *me, void *thing);

/**
 * threads_own - the model was given [@p, @p + @bytes), in the direct map
 * @bytes: at least 8
 *
 * Fails the run if part of it belongs to somebody. Writes marks into it.
 */
void threads_own(struct threads_actor *me, void *p, size_t bytes);

/**
 * threads_disown - the model is about to give @p back
 *
 * Fails the run if it is nobody's, or if its marks have changed.
 * Return: its @bytes.
 */
size_t threads_disown(struct threads_actor *me, void *p);

/* The same for what has no address: a byte of the model's, 0 at first. */
void threads_claim(struct threads_actor *me, u8 *owner, const char *what);
void threads_release(struct threads_actor *me, u8 *owner, const char *what);

/* One line, and the end of the run with status 1. */
void __noreturn __printf(1, 2) threads_fail(const char *fmt, ...);

#endif
