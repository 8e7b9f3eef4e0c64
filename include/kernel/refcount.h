/* SPDX-License-Identifier: MIT */
/*
 * refcount.h - a counter of references that says when it is misused
 *
 * An object whose count has reached 0 is gone: raising it again, or giving
 * back once more, is a report (`refcount`), not a silent second life. A count
 * that would overflow sticks: the object leaks, which is better than a free
 * too early.
 *
 * Context: any; no lock.
 */
#ifndef KERNEL_REFCOUNT_H
#define KERNEL_REFCOUNT_H

#include <kernel/atomic.h>

typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_INIT(n)                 \
	{                                \
		.refs = ATOMIC_INIT((n)) \
	}
/* Where a count sticks: so far from both ends that no race gets out. */
#define REFCOUNT_SATURATED ((int)0xc0000000)

enum refcount_fault {
	REFCOUNT_ADD_ON_ZERO,
	REFCOUNT_UNDERFLOW,
	REFCOUNT_OVERFLOW,
};
/* Report, and make the count stick. */
void __cold refcount_warn(refcount_t *r, enum refcount_fault fault,
			  unsigned long site);

static inline void refcount_set(refcount_t *r, int n)
{
	atomic_set(&r->refs, n);
}

static inline unsigned int refcount_read(const refcount_t *r)
{
	return (unsigned int)atomic_read(&r->refs);
}

/* One more, for who holds one already. */
static __always_inline void refcount_inc(refcount_t *r)
{
	int old = atomic_fetch_add_relaxed(1, &r->refs);

	if (unlikely(old == 0))
		refcount_warn(r, REFCOUNT_ADD_ON_ZERO, _THIS_IP_);
	else if (unlikely(old < 0 || old == INT_MAX))
		refcount_warn(r, REFCOUNT_OVERFLOW, _THIS_IP_);
}

/* One more, unless the object is gone. Return: whether there is one more. */
static __always_inline bool refcount_inc_not_zero(refcount_t *r)
{
	int old = atomic_fetch_add_unless(&r->refs, 1, 0);

	if (unlikely(old < 0 || old == INT_MAX))
		refcount_warn(r, REFCOUNT_OVERFLOW, _THIS_IP_);
	return old != 0;
}

/* Give one back. Return: true for the last, who frees the object. */
static __always_inline bool __must_check refcount_dec_and_test(refcount_t *r)
{
	int old = atomic_fetch_sub(1, &r->refs);

	if (unlikely(old <= 0))
		refcount_warn(r, REFCOUNT_UNDERFLOW, _THIS_IP_);
	return old == 1;
}

/* Give one back that is not the last. */
static __always_inline void refcount_dec(refcount_t *r)
{
	if (unlikely(atomic_fetch_sub(1, &r->refs) <= 1))
		refcount_warn(r, REFCOUNT_UNDERFLOW, _THIS_IP_);
}

#endif
