/* SPDX-License-Identifier: MIT */
/*
 * mm_bench.h - one benchmark core, several kernels
 *
 * The core calls the memory interface that a driver author knows, and besides
 * only what a header "bench_shim.h" gives it. Each kernel has its own shim; the
 * same core as a module of Linux gave the figures in linux-lean.tsv. A shim
 * provides
 *
 *   - the memory interface itself, by including the kernel's own headers;
 *   - u32, u64, size_t, bool, NULL;
 *   - u64  bench_ticks(void)       one tick for each guest instruction: rdtsc
 *                                  under QEMU -icount shift=0;
 *   - void bench_printf(fmt, ...)  %s %u %lu %d are enough;
 *   - void bench_yield(void)       let deferred work run;
 *   - bool bench_match(glob, name) '*' and '?' as in a shell;
 *   - void *bench_kmap(struct page *), void bench_kunmap(void *)
 *                                  short-lived mapping, atomic in between;
 *   - BENCH_IOREMAP_PHYS           physical address of unused I/O space;
 *   - what bench_cpus.h says       work on several CPUs.
 *
 * A file for each group of rows; the names of rows never change, so that
 * figures stay comparable. Rows of a group whose calls a kernel lacks are left
 * out with their file.
 */
#ifndef MM_BENCH_H
#define MM_BENCH_H

#include "bench_shim.h"

#define NPAIR 2000u
#define NBATCH 1000u

#define bench_use(p) __asm__ volatile("" : : "r"(p) : "memory")

#define ROUNDS 9

typedef void (*op_fn)(unsigned int n);

/* Objects between the halves of a batch, and a random order to free them. */
extern void *slot[NBATCH];
extern unsigned short perm[NBATCH];
/* Requests that got nothing: a figure beside which this is not 0 is void. */
extern unsigned int failures;

/**
 * pair - measure fn(n), which does an operation and its reverse n times
 *
 * Over 9 rounds after one to warm up; a timer interrupt falls into a few of
 * them, so the minimum is the undisturbed cost.
 */
void pair(const char *op, unsigned int param, unsigned int n, op_fn fn);

/* Fill, then drain; a figure for each half. */
void batch(const char *op_a, const char *op_f, unsigned int param,
	   unsigned int n, op_fn fill, op_fn drain);

/* Print a row: @n operations took t[0 .. ROUNDS) ticks. Sorts @t. */
void emit(const char *op, unsigned int param, unsigned int n, u64 *t);

/* Loops that the rows of several CPUs use, too. */
void km_256(unsigned int n);
void kfill_64(unsigned int n);
void kfill_256(unsigned int n);
void kdrain_same(unsigned int n);
void kdrain_rand(unsigned int n);
void pg_0(unsigned int n);
void pg_4(unsigned int n);
void pg_fill(unsigned int n);
void pg_drain(unsigned int n);

/* Is one of these rows asked for? Groups skip what they need not set up. */
bool bench_wanted(const char *op);

/* The groups, in the order of the table. Return: false if the set-up failed. */
bool bench_base(void);
bool bench_slab(void);
bool bench_mempool(void);
bool bench_pages(void);
bool bench_vmalloc(void);
bool bench_smp(void);
bool bench_percpu(void);

/**
 * mm_bench_run - run the rows whose name matches @glob
 *
 * Prints a tab-separated line for each figure:
 *   MMB <op> <param> <iterations> <min> <median> <max>
 * the last three in hundredths of a tick per operation.
 * Return: 0; 1 if nothing matched or a request failed.
 */
int mm_bench_run(const char *glob);

#endif
