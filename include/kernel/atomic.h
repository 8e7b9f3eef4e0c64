/* SPDX-License-Identifier: MIT */
/*
 * atomic.h - atomic_t, atomic_long_t and their operations
 *
 * As on Linux: operations that return a value are full barriers, those that
 * return nothing order nothing. The _relaxed, _acquire and _release forms of
 * a returning operation order no more than their name says.
 *
 * One list makes both families: atomic_add(int, atomic_t *) and
 * atomic_long_add(long, atomic_long_t *), and so on.
 */
#ifndef KERNEL_ATOMIC_H
#define KERNEL_ATOMIC_H

#include <kernel/barrier.h>
#include <kernel/types.h>

#define ATOMIC_INIT(v) \
	{              \
		(v)    \
	}
#define ATOMIC_LONG_INIT(v) ATOMIC_INIT(v)

/* @op: add, sub, and, or, xor. Nothing, the new and the old value. */
#define ATOMIC_OP(fam, type, val, op)                                         \
	static inline void fam##_##op(val v, type *a)                         \
	{                                                                     \
		__atomic_##op##_fetch(&a->counter, v, __ATOMIC_RELAXED);      \
	}                                                                     \
	static inline val fam##_##op##_return(val v, type *a)                 \
	{                                                                     \
		return __atomic_##op##_fetch(&a->counter, v,                  \
					     __ATOMIC_SEQ_CST);               \
	}                                                                     \
	static inline val fam##_##op##_return_relaxed(val v, type *a)         \
	{                                                                     \
		return __atomic_##op##_fetch(&a->counter, v,                  \
					     __ATOMIC_RELAXED);               \
	}                                                                     \
	static inline val fam##_fetch_##op(val v, type *a)                    \
	{                                                                     \
		return __atomic_fetch_##op(&a->counter, v, __ATOMIC_SEQ_CST); \
	}                                                                     \
	static inline val fam##_fetch_##op##_relaxed(val v, type *a)          \
	{                                                                     \
		return __atomic_fetch_##op(&a->counter, v, __ATOMIC_RELAXED); \
	}                                                                     \
	static inline val fam##_fetch_##op##_acquire(val v, type *a)          \
	{                                                                     \
		return __atomic_fetch_##op(&a->counter, v, __ATOMIC_ACQUIRE); \
	}                                                                     \
	static inline val fam##_fetch_##op##_release(val v, type *a)          \
	{                                                                     \
		return __atomic_fetch_##op(&a->counter, v, __ATOMIC_RELEASE); \
	}

#define ATOMIC_LOAD_STORE(fam, type, val)                              \
	static inline val fam##_read(const type *a)                    \
	{                                                              \
		return __atomic_load_n(&a->counter, __ATOMIC_RELAXED); \
	}                                                              \
	static inline val fam##_read_acquire(const type *a)            \
	{                                                              \
		return __atomic_load_n(&a->counter, __ATOMIC_ACQUIRE); \
	}                                                              \
	static inline void fam##_set(type *a, val v)                   \
	{                                                              \
		__atomic_store_n(&a->counter, v, __ATOMIC_RELAXED);    \
	}                                                              \
	static inline void fam##_set_release(type *a, val v)           \
	{                                                              \
		__atomic_store_n(&a->counter, v, __ATOMIC_RELEASE);    \
	}

#define ATOMIC_STEP(fam, type, val)                           \
	static inline void fam##_inc(type *a)                 \
	{                                                     \
		fam##_add(1, a);                              \
	}                                                     \
	static inline void fam##_dec(type *a)                 \
	{                                                     \
		fam##_sub(1, a);                              \
	}                                                     \
	static inline val fam##_inc_return(type *a)           \
	{                                                     \
		return fam##_add_return(1, a);                \
	}                                                     \
	static inline val fam##_dec_return(type *a)           \
	{                                                     \
		return fam##_sub_return(1, a);                \
	}                                                     \
	static inline val fam##_fetch_inc(type *a)            \
	{                                                     \
		return fam##_fetch_add(1, a);                 \
	}                                                     \
	static inline val fam##_fetch_dec(type *a)            \
	{                                                     \
		return fam##_fetch_sub(1, a);                 \
	}                                                     \
	static inline bool fam##_inc_and_test(type *a)        \
	{                                                     \
		return fam##_add_return(1, a) == 0;           \
	}                                                     \
	static inline bool fam##_dec_and_test(type *a)        \
	{                                                     \
		return fam##_sub_return(1, a) == 0;           \
	}                                                     \
	static inline bool fam##_sub_and_test(val v, type *a) \
	{                                                     \
		return fam##_sub_return(v, a) == 0;           \
	}                                                     \
	static inline bool fam##_add_negative(val v, type *a) \
	{                                                     \
		return fam##_add_return(v, a) < 0;            \
	}

/* add_unless() adds @v unless the value is @u, and tells whether it did;
 * dec_if_positive() returns the old value - 1, stored if that is not below 0. */
#define ATOMIC_EXCHANGE(fam, type, val)                                  \
	static inline val fam##_xchg(type *a, val v)                     \
	{                                                                \
		return xchg(&a->counter, v);                             \
	}                                                                \
	static inline val fam##_cmpxchg(type *a, val old, val v)         \
	{                                                                \
		return cmpxchg(&a->counter, old, v);                     \
	}                                                                \
	static inline bool fam##_try_cmpxchg(type *a, val *old, val v)   \
	{                                                                \
		return try_cmpxchg(&a->counter, old, v);                 \
	}                                                                \
	static inline val fam##_fetch_add_unless(type *a, val v, val u)  \
	{                                                                \
		val old = fam##_read(a);                                 \
                                                                         \
		while (old != u && !fam##_try_cmpxchg(a, &old, old + v)) \
			;                                                \
		return old;                                              \
	}                                                                \
	static inline bool fam##_add_unless(type *a, val v, val u)       \
	{                                                                \
		return fam##_fetch_add_unless(a, v, u) != u;             \
	}                                                                \
	static inline bool fam##_inc_not_zero(type *a)                   \
	{                                                                \
		return fam##_add_unless(a, 1, 0);                        \
	}                                                                \
	static inline val fam##_dec_if_positive(type *a)                 \
	{                                                                \
		val old = fam##_read(a);                                 \
                                                                         \
		while (old > 0 && !fam##_try_cmpxchg(a, &old, old - 1))  \
			;                                                \
		return old - 1;                                          \
	}

#define ATOMIC_FAMILY(fam, type, val)     \
	ATOMIC_LOAD_STORE(fam, type, val) \
	ATOMIC_OP(fam, type, val, add)    \
	ATOMIC_OP(fam, type, val, sub)    \
	ATOMIC_OP(fam, type, val, and)    \
	ATOMIC_OP(fam, type, val, or)     \
	ATOMIC_OP(fam, type, val, xor)    \
	ATOMIC_STEP(fam, type, val)       \
	ATOMIC_EXCHANGE(fam, type, val)

ATOMIC_FAMILY(atomic, atomic_t, int)
ATOMIC_FAMILY(atomic_long, atomic_long_t, long)

static inline void atomic_andnot(int v, atomic_t *a)
{
	atomic_and(~v, a);
}

static inline void atomic_long_andnot(long v, atomic_long_t *a)
{
	atomic_long_and(~v, a);
}

#endif
