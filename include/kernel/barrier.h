/* SPDX-License-Identifier: MIT */
/*
 * barrier.h - who may see which store before which
 *
 *   smp_mb()            nothing of memory crosses it
 *   smp_rmb()           loads before it come before loads and stores behind it
 *   smp_wmb()           stores and loads before it come before stores behind it
 *   smp_load_acquire()  what follows comes after this load
 *   smp_store_release() what precedes comes before this store
 *
 * x86 keeps loads in order, and stores in order; only a load may overtake an
 * older store to another place. So all but smp_mb() are orders to the compiler
 * there, and cost nothing. Each use names its partner in a comment.
 */
#ifndef KERNEL_BARRIER_H
#define KERNEL_BARRIER_H

#include <kernel/types.h>

#define smp_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
/*
 * Against devices, too. Uncached accesses keep their order by themselves, but
 * what goes to write-combining memory may wait in the CPU, and reads of it may
 * come early: a locked operation is a fence for both, on the oldest CPU.
 */
#define mb() smp_mb()
#define rmb() smp_mb()
#define wmb() smp_mb()
/* Between a CPU and a device that looks at the same cached RAM. */
#define dma_rmb() smp_rmb()
#define dma_wmb() smp_wmb()

/* Around atomic operations that return nothing: locked ones are barriers on
 * x86, so only the compiler has to be told. */
#define smp_mb__before_atomic() barrier()
#define smp_mb__after_atomic() barrier()
/* A taken lock is a barrier already: its ticket is drawn by a locked add. */
#define smp_mb__after_spinlock() barrier()

#define smp_load_acquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
/* Store @v, and let nothing behind it come before. */
#define smp_store_mb(var, v) \
	((void)__atomic_exchange_n(&(var), (v), __ATOMIC_SEQ_CST))

/* Swap in @v; the value is what was there. A full barrier. */
#define xchg(p, v) __atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST)

/* Store @v if *@p equals @old; the value is what was there. A full barrier. */
#define cmpxchg(p, old, v)                                               \
	({                                                               \
		__typeof__(*(p)) _cx_found = (old);                      \
		__atomic_compare_exchange_n((p), &_cx_found, (v), false, \
					    __ATOMIC_SEQ_CST,            \
					    __ATOMIC_SEQ_CST);           \
		_cx_found;                                               \
	})

/* The same; true if @v was stored, else *@oldp is what was there. */
#define try_cmpxchg(p, oldp, v)                                                \
	__atomic_compare_exchange_n((p), (oldp), (v), false, __ATOMIC_SEQ_CST, \
				    __ATOMIC_SEQ_CST)

#endif
