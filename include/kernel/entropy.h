/* SPDX-License-Identifier: MIT */
/*
 * entropy.h - numbers that nobody can guess
 *
 * For keys and the like, and what /dev/random and /dev/urandom give out. For
 * numbers that shall be the same in each run see random.h.
 */
#ifndef KERNEL_ENTROPY_H
#define KERNEL_ENTROPY_H

#include <kernel/chacha.h>
#include <kernel/spinlock.h>
#include <kernel/types.h>
#include <kernel/wait.h>

#define RANDOM_READY_BITS 256u

/* The state; an object, so that a test can know all that went in. */
struct random_pool {
	spinlock_t lock;
	u32 key[CHACHA_KEY_WORDS];
	unsigned int bits; /* collected; stays at RANDOM_READY_BITS */
	wait_queue_head_t ready; /* woken once, when there are so many */
};

#define RANDOM_POOL_INIT(name)                                      \
	{                                                           \
		.lock = SPINLOCK_INIT("random", LOCK_RANDOM),       \
		.ready = __WAIT_QUEUE_HEAD_INITIALIZER(name.ready), \
	}

/* Times of interrupts that are not mixed in yet. */
struct interrupt_times {
	u32 mix[4];
	unsigned int nr;
};
/* Interrupts until their times are mixed in, for one bit. */
#define INTERRUPTS_FOR_A_BIT 64u

/**
 * get_random_bytes - fill @buf
 *
 * Before random_is_ready() somebody who knows this machine well may be able to
 * guess them: wait_for_random_bytes() first where that matters.
 * Context: any.
 */
void get_random_bytes(void *buf, size_t len);
u8 get_random_u8(void);
u32 get_random_u32(void);
u64 get_random_u64(void);
/* 0 .. @ceil - 1, each as likely as the others; 0 stands for 2^32. */
u32 get_random_u32_below(u32 ceil);

/* Has enough been collected? From then on it always has. */
bool random_is_ready(void);
/* Return: 0, or -ERESTARTSYS. Context: may sleep. */
int wait_for_random_bytes(void);

/**
 * add_random_bytes - mix something in that others may not know
 * @bits: how much of it nobody can guess, at most 8 * @len; 0 if unknown
 * Context: any.
 */
void add_random_bytes(const void *data, size_t len, unsigned int bits);

/* The same, of another pool than the machine's. */
static inline bool random_pool_is_ready(const struct random_pool *pool)
{
	return READ_ONCE(pool->bits) >= RANDOM_READY_BITS;
}
void random_pool_bytes(struct random_pool *pool, void *buf, size_t len);
void random_pool_add(struct random_pool *pool, const void *data, size_t len,
		     unsigned int bits);
void random_pool_add_interrupt(struct random_pool *pool,
			       struct interrupt_times *times, unsigned int irq);

/* An interrupt came just now. Context: interrupts off. */
void random_add_interrupt(unsigned int irq);

/* What the CPU has for it, and when this was. Context: boot, once. */
#ifndef MODULE /* whose own init may be called so */
void random_init(void);
#endif

#endif
