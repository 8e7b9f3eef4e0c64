/* SPDX-License-Identifier: MIT */
/*
 * percpu.h - the copies of per-CPU data, and per-CPU memory on demand
 *
 * Each CPU that may come up has a unit: a stretch of addresses in the vmalloc
 * window, all of one size, side by side. It begins with the copy of what
 * DEFINE_PER_CPU() made; behind that lies what alloc_percpu() hands out, at
 * the same place in every unit. So one offset for each CPU serves both kinds.
 * See mm/percpu.c for how it works.
 */
#ifndef MM_PERCPU_H
#define MM_PERCPU_H

#include <kernel/percpu.h>
#include <kernel/types.h>
#include <mm/gfp.h>
#include <mm/percpu_space.h>

/**
 * percpu_areas_init - give each of nr_cpu_ids CPUs its unit, and CPU 0 its own
 *
 * From here on per_cpu(var, cpu) of every possible CPU can be used: the copies
 * have the values that CPU 0's have now, but for those that belong to a CPU
 * (its number, its preempt_count of 0). nr_cpu_ids may not change any more.
 * Panics if there is no memory for it.
 * Context: boot, one CPU, interrupts off, behind vmalloc_init().
 */
void percpu_areas_init(void);

/**
 * __alloc_percpu_gfp - @size bytes in every CPU's unit, zeroed
 * @size: 1 .. PERCPU_MAX_BYTES
 * @align: power of two, at most PERCPU_MAX_ALIGN
 * @gfp: with GFP_KERNEL units may grow; else memory comes from what is
 *	populated already
 *
 * Return: a per-CPU address, for per_cpu_ptr() and this_cpu_*(); NULL, and a
 * line that names the caller unless __GFP_NOWARN.
 * Context: any; may sleep with GFP_KERNEL.
 */
void __percpu *__must_check __alloc_percpu_gfp(size_t size, size_t align,
					       gfp_t gfp);

/* The same with GFP_KERNEL: may sleep. */
void __percpu *__must_check __alloc_percpu(size_t size, size_t align);

#define alloc_percpu_gfp(type, gfp)                       \
	((__typeof__(type) __percpu *)__alloc_percpu_gfp( \
		sizeof(type), __alignof__(type), gfp))
#define alloc_percpu(type)                                         \
	((__typeof__(type) __percpu *)__alloc_percpu(sizeof(type), \
						     __alignof__(type)))

/**
 * free_percpu - give back what alloc_percpu() returned; NULL is harmless
 *
 * What is no such address, or was freed already, is reported
 * (bad-free_percpu, double-free percpu) and nothing is changed.
 * Context: any. Never sleeps, never fails.
 */
void free_percpu(void __percpu *ptr);

/* Frames behind all units, for /proc/meminfo. Context: any. */
unsigned long percpu_nr_pages(void);

/**
 * percpu_balance - keep a page of every unit for those who cannot wait
 *
 * Gets frames if too few pages are free, gives some back if too many are. A
 * request that may sleep does it by itself, with no other means than its own;
 * behind the others, and behind a free, which asks for no memory, a work queue
 * does (percpu_set_kick()).
 * Context: may sleep.
 */
void percpu_balance(void);

/**
 * percpu_reap - give back the frames of what is empty, for reclaim
 *
 * One page of every unit is kept, for those who cannot wait.
 * Return: frames given back. Context: may sleep.
 */
unsigned long percpu_reap(void);

/* @kick is told that percpu_balance() has work: any context, percpu's lock not
 * held. NULL: nobody is told. */
void percpu_set_kick(void (*kick)(void));

extern struct percpu_space percpu_live;

#endif
