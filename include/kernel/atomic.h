/* SPDX-License-Identifier: MIT */
/* atomic.h - atomic_t and its operations; value-returning ones are barriers. */
#ifndef KERNEL_ATOMIC_H
#define KERNEL_ATOMIC_H

#include <kernel/types.h>

#define ATOMIC_INIT(v) \
	{              \
		(v)    \
	}

static inline int atomic_read(const atomic_t *a)
{
	return __atomic_load_n(&a->counter, __ATOMIC_RELAXED);
}

static inline void atomic_set(atomic_t *a, int v)
{
	__atomic_store_n(&a->counter, v, __ATOMIC_RELAXED);
}

static inline int atomic_add_return(int v, atomic_t *a)
{
	return __atomic_add_fetch(&a->counter, v, __ATOMIC_SEQ_CST);
}

static inline int atomic_sub_return(int v, atomic_t *a)
{
	return __atomic_sub_fetch(&a->counter, v, __ATOMIC_SEQ_CST);
}

static inline void atomic_add(int v, atomic_t *a)
{
	__atomic_add_fetch(&a->counter, v, __ATOMIC_RELAXED);
}

static inline void atomic_inc(atomic_t *a)
{
	__atomic_add_fetch(&a->counter, 1, __ATOMIC_RELAXED);
}

static inline void atomic_dec(atomic_t *a)
{
	__atomic_sub_fetch(&a->counter, 1, __ATOMIC_RELAXED);
}

static inline int atomic_inc_return(atomic_t *a)
{
	return atomic_add_return(1, a);
}

static inline bool atomic_dec_and_test(atomic_t *a)
{
	return atomic_sub_return(1, a) == 0;
}

static inline int atomic_xchg(atomic_t *a, int v)
{
	return __atomic_exchange_n(&a->counter, v, __ATOMIC_SEQ_CST);
}

/* Return: the value found; @v was stored if that equals @old. */
static inline int atomic_cmpxchg(atomic_t *a, int old, int v)
{
	__atomic_compare_exchange_n(&a->counter, &old, v, false,
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return old;
}

#endif
