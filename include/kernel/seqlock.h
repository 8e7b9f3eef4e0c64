/* SPDX-License-Identifier: MIT */
/*
 * seqlock.h - readers that write nothing, and try again if they were disturbed
 *
 * A writer makes the count odd, changes the data, and makes it even again. A
 * reader copies the data between two looks at the count; if it was odd or has
 * changed, what was copied may be torn and is thrown away:
 *
 *	do {
 *		seq = read_seqbegin(&lock);
 *		copy = data;
 *	} while (read_seqretry(&lock, seq));
 *
 * The reader must not follow pointers in the data: they may be gone. Writers
 * must not be interrupted by readers on their own CPU, who would wait for
 * ever: use the form that keeps those away (preemption is off in all forms).
 *
 * seqcount_t is the count alone, for writers that have a lock already.
 */
#ifndef KERNEL_SEQLOCK_H
#define KERNEL_SEQLOCK_H

#include <kernel/barrier.h>
#include <kernel/spinlock.h>

typedef struct seqcount {
	unsigned int sequence; /* odd while a writer is inside */
} seqcount_t;

#define SEQCNT_ZERO(name) \
	{                 \
		0         \
	}

static inline void seqcount_init(seqcount_t *s)
{
	s->sequence = 0;
}

/* Waits while a writer is inside. Return: for read_seqcount_retry(). */
static inline unsigned int read_seqcount_begin(const seqcount_t *s)
{
	unsigned int seq;

	/* Pairs with the release in write_seqcount_end(). */
	while ((seq = smp_load_acquire(&s->sequence)) & 1)
		cpu_relax();
	return seq;
}

/* Return: true if what was read since @start must be read again. */
static inline bool read_seqcount_retry(const seqcount_t *s, unsigned int start)
{
	/* Pairs with the barrier in write_seqcount_begin(). */
	smp_rmb();
	return READ_ONCE(s->sequence) != start;
}

/* One writer at a time, preemption off. */
static inline void write_seqcount_begin(seqcount_t *s)
{
	WRITE_ONCE(s->sequence, s->sequence + 1);
	smp_wmb();
}

static inline void write_seqcount_end(seqcount_t *s)
{
	smp_store_release(&s->sequence, s->sequence + 1);
}

typedef struct seqlock {
	seqcount_t seqcount;
	spinlock_t lock; /* one writer at a time */
} seqlock_t;

#define SEQLOCK_INIT(lock_name, lock_rank_id)                  \
	{                                                      \
		.seqcount = { 0 },                             \
		.lock = SPINLOCK_INIT(lock_name, lock_rank_id) \
	}
#define DEFINE_SEQLOCK(x) seqlock_t x = SEQLOCK_INIT(#x, LOCK_DRIVER)

static inline void seqlock_init_ranked(seqlock_t *sl, const char *name,
				       enum lock_rank rank)
{
	seqcount_init(&sl->seqcount);
	spin_lock_init(&sl->lock, name, rank);
}

#define seqlock_init(sl) seqlock_init_ranked(sl, #sl, LOCK_DRIVER)

static inline unsigned int read_seqbegin(const seqlock_t *sl)
{
	return read_seqcount_begin(&sl->seqcount);
}

static inline bool read_seqretry(const seqlock_t *sl, unsigned int start)
{
	return read_seqcount_retry(&sl->seqcount, start);
}

static inline void write_seqlock(seqlock_t *sl)
{
	spin_lock(&sl->lock);
	write_seqcount_begin(&sl->seqcount);
}

static inline void write_sequnlock(seqlock_t *sl)
{
	write_seqcount_end(&sl->seqcount);
	spin_unlock(&sl->lock);
}

static inline void write_seqlock_bh(seqlock_t *sl)
{
	spin_lock_bh(&sl->lock);
	write_seqcount_begin(&sl->seqcount);
}

static inline void write_sequnlock_bh(seqlock_t *sl)
{
	write_seqcount_end(&sl->seqcount);
	spin_unlock_bh(&sl->lock);
}

static inline void write_seqlock_irq(seqlock_t *sl)
{
	spin_lock_irq(&sl->lock);
	write_seqcount_begin(&sl->seqcount);
}

static inline void write_sequnlock_irq(seqlock_t *sl)
{
	write_seqcount_end(&sl->seqcount);
	spin_unlock_irq(&sl->lock);
}

/* @flags: a variable of the caller. */
#define write_seqlock_irqsave(sl, flags)                  \
	do {                                              \
		(flags) = spin_lock_irqsave(&(sl)->lock); \
		write_seqcount_begin(&(sl)->seqcount);    \
	} while (0)

static inline void write_sequnlock_irqrestore(seqlock_t *sl,
					      unsigned long flags)
{
	write_seqcount_end(&sl->seqcount);
	spin_unlock_irqrestore(&sl->lock, flags);
}

/* A reader that keeps writers out, for data it must see whole at once. */
static inline void read_seqlock_excl(seqlock_t *sl)
{
	spin_lock(&sl->lock);
}

static inline void read_sequnlock_excl(seqlock_t *sl)
{
	spin_unlock(&sl->lock);
}

#endif
