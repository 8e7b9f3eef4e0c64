/* SPDX-License-Identifier: MIT */
/*
 * entropy.c - numbers that nobody can guess
 *
 * The state is a key of ChaCha20. A request takes one block of its stream: half
 * of it becomes the next key, so who sees the state later cannot tell what was
 * given out before; the other half is a key of the request's own, from which
 * it gets as many bytes as it wants without holding anybody up.
 *
 * What comes in is added to the key by exclusive or, 32 bytes at a time, and
 * the block function is run over the result. Adding can never make the key
 * easier to guess, so anything may be added; what counts as unguessable is
 * decided by who adds: all that the CPU's own generator gives (RDSEED, RDRAND),
 * one bit for each 64 interrupts, by the cycle in which they came. With 256
 * bits the state is ready, for good.
 *
 * Locking: the pool's, irq-safe, rank RANDOM, for the length of one block. The
 * record of interrupts is each CPU's own, with interrupts off.
 */
#include <kernel/chacha.h>
#include <kernel/entropy.h>
#include <kernel/export.h>
#include <kernel/percpu.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <kernel/wait.h>
#include <asm/processor.h>
#include <asm/switch.h>

#define KEY_BYTES (CHACHA_KEY_WORDS * sizeof(u32))

static struct random_pool live_pool = RANDOM_POOL_INIT(live_pool);

static DEFINE_PER_CPU(struct interrupt_times, interrupt_times);

/* --- giving out ------------------------------------------------------------- */

/* One block: half is the next key, half @out. Lock held. */
static void pool_step(struct random_pool *pool, u8 out[KEY_BYTES])
{
	u32 state[CHACHA_STATE_WORDS];
	u8 block[CHACHA_BLOCK_BYTES];

	chacha_init(state, pool->key);
	chacha_block(state, block);
	memcpy(pool->key, block, KEY_BYTES);
	memcpy(out, block + KEY_BYTES, KEY_BYTES);
	memset(block, 0, sizeof(block));
	memset(state, 0, sizeof(state));
	/* The compiler may not think that nobody reads the zeroes. */
	barrier_data(block);
	barrier_data(state);
}

void random_pool_bytes(struct random_pool *pool, void *buf, size_t len)
{
	u32 state[CHACHA_STATE_WORDS];
	u8 block[CHACHA_BLOCK_BYTES];
	u32 key[CHACHA_KEY_WORDS];
	unsigned long flags;
	u8 *out = buf;

	flags = spin_lock_irqsave(&pool->lock);
	pool_step(pool, (u8 *)key);
	spin_unlock_irqrestore(&pool->lock, flags);
	chacha_init(state, key);
	while (len) {
		size_t n = min(len, sizeof(block));

		chacha_block(state, block);
		memcpy(out, block, n);
		out += n;
		len -= n;
	}
	memset(block, 0, sizeof(block));
	memset(state, 0, sizeof(state));
	memset(key, 0, sizeof(key));
	barrier_data(block);
	barrier_data(state);
	barrier_data(key);
}

void get_random_bytes(void *buf, size_t len)
{
	random_pool_bytes(&live_pool, buf, len);
}
EXPORT_SYMBOL(get_random_bytes);

u8 get_random_u8(void)
{
	u8 v;

	get_random_bytes(&v, sizeof(v));
	return v;
}
EXPORT_SYMBOL(get_random_u8);

u32 get_random_u32(void)
{
	u32 v;

	get_random_bytes(&v, sizeof(v));
	return v;
}
EXPORT_SYMBOL(get_random_u32);

u64 get_random_u64(void)
{
	u64 v;

	get_random_bytes(&v, sizeof(v));
	return v;
}
EXPORT_SYMBOL(get_random_u64);

/* The high half of v * ceil; the low half tells whether v is one of the 2^32 %
 * ceil values that would make some results likelier (Lemire, 2019). */
u32 get_random_u32_below(u32 ceil)
{
	u32 reject;
	u64 product;

	/* As Linux has it: 0 stands for 2^32. */
	if (unlikely(!ceil))
		return get_random_u32();
	reject = -ceil % ceil;
	do {
		product = (u64)get_random_u32() * ceil;
	} while ((u32)product < reject);
	return (u32)(product >> 32);
}
EXPORT_SYMBOL(get_random_u32_below);

/* --- collecting ------------------------------------------------------------- */

bool random_is_ready(void)
{
	return random_pool_is_ready(&live_pool);
}
EXPORT_SYMBOL(random_is_ready);

int wait_for_random_bytes(void)
{
	return wait_event_interruptible(live_pool.ready, random_is_ready());
}
EXPORT_SYMBOL(wait_for_random_bytes);

/* Up to KEY_BYTES of @data. Lock held. */
static void pool_add(struct random_pool *pool, const u8 *data, size_t len)
{
	u8 *key = (u8 *)pool->key, unused[KEY_BYTES];
	size_t i;

	for (i = 0; i < len; i++)
		key[i] ^= data[i];
	pool_step(pool, unused);
}

void random_pool_add(struct random_pool *pool, const void *data, size_t len,
		     unsigned int bits)
{
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	const u8 *p = data;
	bool is_first;

	while (len) {
		size_t n = min(len, KEY_BYTES);

		pool_add(pool, p, n);
		p += n;
		len -= n;
	}
	is_first = !random_pool_is_ready(pool);
	WRITE_ONCE(pool->bits, min(pool->bits + bits, RANDOM_READY_BITS));
	is_first = is_first && random_pool_is_ready(pool);
	spin_unlock_irqrestore(&pool->lock, flags);
	if (is_first)
		wake_up_all(&pool->ready);
}

void add_random_bytes(const void *data, size_t len, unsigned int bits)
{
	random_pool_add(&live_pool, data, len, bits);
}
EXPORT_SYMBOL(add_random_bytes);

void random_pool_add_interrupt(struct random_pool *pool,
			       struct interrupt_times *t, unsigned int irq)
{
	u32 *word = &t->mix[t->nr % ARRAY_SIZE(t->mix)];

	*word = (*word << 7 | *word >> 25) ^ (u32)arch_sched_clock() ^ irq;
	if (++t->nr < INTERRUPTS_FOR_A_BIT)
		return;
	t->nr = 0;
	random_pool_add(pool, t->mix, sizeof(t->mix), 1);
}

void random_add_interrupt(unsigned int irq)
{
	random_pool_add_interrupt(&live_pool, this_cpu_ptr(&interrupt_times),
				  irq);
}

void random_init(void)
{
	u32 words[CHACHA_KEY_WORDS];
	unsigned int nr = arch_random_words(words, ARRAY_SIZE(words));
	char text[64];
	int len = scnprintf(text, sizeof(text), "%llu %llu %llu",
			    arch_boot_time(), arch_sched_clock(), time_ns());

	add_random_bytes(text, (size_t)len, 0);
	add_random_bytes(words, nr * sizeof(u32), 32 * nr);
}
