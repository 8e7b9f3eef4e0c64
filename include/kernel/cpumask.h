/* SPDX-License-Identifier: MIT */
/*
 * cpumask.h - a set of CPUs, one bit each
 *
 * A machine has at most as many CPUs as a word of 32 bits, so a set is a word:
 * it is copied, compared and passed by value where that helps.
 *
 * Locking: the plain operations have none. cpumask_*_atomic() may be used by
 * several CPUs on one set.
 */
#ifndef KERNEL_CPUMASK_H
#define KERNEL_CPUMASK_H

#include <kernel/bitmap.h>
#include <kernel/percpu.h>
#include <kernel/types.h>
#include <kernel/util.h>

struct cpumask {
	unsigned long bits;
};
typedef struct cpumask cpumask_t;
static_assert(CONFIG_NR_CPUS <= 32, "a set of CPUs is one word everywhere");

/* Initialisers: nobody, and one CPU. */
#define CPU_MASK_NONE ((struct cpumask){ 0 })
#define CPU_MASK_CPU(cpu) ((struct cpumask){ BIT(cpu) })
/* Every CPU there could ever be. */
#define CPU_MASK_ALL \
	((struct cpumask){ ~0ul >> (8 * sizeof(long) - CONFIG_NR_CPUS) })

/* CPUs that run, in rising order without gaps (kernel/smp.h). */
extern struct cpumask __cpu_online_mask;
#define cpu_online_mask ((const struct cpumask *)&__cpu_online_mask)

static inline void cpumask_clear(struct cpumask *mask)
{
	mask->bits = 0;
}

/* All CPUs that may come up. */
static inline void cpumask_setall(struct cpumask *mask)
{
	mask->bits = ~0ul >> (8 * sizeof(mask->bits) - nr_cpu_ids);
}

static inline void cpumask_copy(struct cpumask *dst, const struct cpumask *src)
{
	dst->bits = READ_ONCE(src->bits);
}

static inline void cpumask_set_cpu(unsigned int cpu, struct cpumask *mask)
{
	mask->bits |= BIT(cpu);
}

static inline void cpumask_clear_cpu(unsigned int cpu, struct cpumask *mask)
{
	mask->bits &= ~BIT(cpu);
}

static inline bool cpumask_test_cpu(unsigned int cpu,
				    const struct cpumask *mask)
{
	return READ_ONCE(mask->bits) & BIT(cpu);
}

/* Full barriers. Return: whether @cpu was in the set before. */
static inline bool cpumask_test_and_set_cpu(unsigned int cpu,
					    struct cpumask *mask)
{
	return __atomic_fetch_or(&mask->bits, BIT(cpu), __ATOMIC_SEQ_CST) &
	       BIT(cpu);
}

static inline bool cpumask_test_and_clear_cpu(unsigned int cpu,
					      struct cpumask *mask)
{
	return __atomic_fetch_and(&mask->bits, ~BIT(cpu), __ATOMIC_SEQ_CST) &
	       BIT(cpu);
}

static inline bool cpumask_empty(const struct cpumask *mask)
{
	return !READ_ONCE(mask->bits);
}

static inline bool cpumask_equal(const struct cpumask *a,
				 const struct cpumask *b)
{
	return READ_ONCE(a->bits) == READ_ONCE(b->bits);
}

static inline bool cpumask_subset(const struct cpumask *a,
				  const struct cpumask *b)
{
	return !(a->bits & ~b->bits);
}

static inline bool cpumask_intersects(const struct cpumask *a,
				      const struct cpumask *b)
{
	return a->bits & b->bits;
}

/* Return: true if @dst is not empty. */
static inline bool cpumask_and(struct cpumask *dst, const struct cpumask *a,
			       const struct cpumask *b)
{
	dst->bits = READ_ONCE(a->bits) & READ_ONCE(b->bits);
	return dst->bits;
}

static inline bool cpumask_andnot(struct cpumask *dst, const struct cpumask *a,
				  const struct cpumask *b)
{
	dst->bits = READ_ONCE(a->bits) & ~READ_ONCE(b->bits);
	return dst->bits;
}

static inline void cpumask_or(struct cpumask *dst, const struct cpumask *a,
			      const struct cpumask *b)
{
	dst->bits = READ_ONCE(a->bits) | READ_ONCE(b->bits);
}

static inline unsigned int cpumask_weight(const struct cpumask *mask)
{
	return hweight_long(READ_ONCE(mask->bits));
}

/* The lowest CPU of @mask above @cpu; nr_cpu_ids or more if there is none.
 * @cpu: -1 for the first. */
static inline unsigned int cpumask_next(int cpu, const struct cpumask *mask)
{
	return (unsigned int)find_next_bit(&mask->bits, CONFIG_NR_CPUS,
					   (unsigned int)cpu + 1);
}

static inline unsigned int cpumask_first(const struct cpumask *mask)
{
	return cpumask_next(-1, mask);
}

/* @cpu: unsigned int. The set may change meanwhile. */
#define for_each_cpu(cpu, mask)                                   \
	for ((cpu) = cpumask_first(mask); (cpu) < CONFIG_NR_CPUS; \
	     (cpu) = cpumask_next((int)(cpu), mask))

#endif
