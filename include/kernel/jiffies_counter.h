/* SPDX-License-Identifier: MIT */
/*
 * jiffies_counter.h - a count of 64 bits that machines of 32 read whole
 *
 * One CPU counts, in its timer interrupt; all may read. Where a word has 32 bits
 * the halves are read one after the other, so the reader looks at a sequence
 * number, and again if somebody counted meanwhile.
 */
#ifndef KERNEL_JIFFIES_COUNTER_H
#define KERNEL_JIFFIES_COUNTER_H

#include <kernel/seqlock.h>
#include <kernel/types.h>

struct jiffies_counter {
	seqcount_t seq;
	u64 ticks; /* written by one CPU, inside @seq */
};

/* Context: one at a time, interrupts off. */
static inline void jiffies_counter_add(struct jiffies_counter *c, u64 ticks)
{
	u64 after = c->ticks + ticks;

	write_seqcount_begin(&c->seq);
	WRITE_ONCE(c->ticks, after);
	write_seqcount_end(&c->seq);
}

/* Context: any but NMI, which may interrupt who counts. */
static inline u64 jiffies_counter_read(const struct jiffies_counter *c)
{
	unsigned int seq;
	u64 ticks;

	do {
		seq = read_seqcount_begin(&c->seq);
		ticks = READ_ONCE(c->ticks);
	} while (read_seqcount_retry(&c->seq, seq));
	return ticks;
}

#endif
