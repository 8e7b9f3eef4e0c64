/* SPDX-License-Identifier: MIT */
/*
 * mm_bench.c - rounds, statistics and printing of the benchmark core
 *
 * See mm_bench.h. Portable C; no call outside the shim's list.
 */
#include "mm_bench.h"

void *slot[NBATCH];
unsigned short perm[NBATCH];
unsigned int failures;
static const char *wanted_glob;
static unsigned int nr_rows;

/* Ticks per operation in hundredths, saturating; no 64-bit division. */
static u32 per_op_x100(u64 ticks, unsigned int n)
{
	u32 t;

	if (ticks > 0xffffffffull)
		return 0xffffffffu;
	t = (u32)ticks;
	if (t < 42000000u)
		return t * 100u / n;
	return t / n * 100u;
}

static void sort_rounds(u64 *t)
{
	unsigned int i, j;

	for (i = 1; i < ROUNDS; i++) {
		u64 v = t[i];

		for (j = i; j && t[j - 1] > v; j--)
			t[j] = t[j - 1];
		t[j] = v;
	}
}

void emit(const char *op, unsigned int param, unsigned int n, u64 *t)
{
	sort_rounds(t);
	nr_rows++;
	bench_printf("MMB\t%s\t%u\t%u\t%u\t%u\t%u\n", op, param, n,
		     per_op_x100(t[0], n), per_op_x100(t[ROUNDS / 2], n),
		     per_op_x100(t[ROUNDS - 1], n));
}

bool bench_wanted(const char *op)
{
	return bench_match(wanted_glob, op);
}

void pair(const char *op, unsigned int param, unsigned int n, op_fn fn)
{
	u64 t[ROUNDS], t0;
	unsigned int r;

	if (!bench_wanted(op))
		return;
	fn(n); /* warm up: fill the caches and lists */
	for (r = 0; r < ROUNDS; r++) {
		bench_yield();
		t0 = bench_ticks();
		fn(n);
		t[r] = bench_ticks() - t0;
	}
	emit(op, param, n, t);
}

void batch(const char *op_a, const char *op_f, unsigned int param,
	   unsigned int n, op_fn fill, op_fn drain)
{
	u64 ta[ROUNDS], tf[ROUNDS], t0, t1;
	unsigned int r;

	if (!bench_wanted(op_a) && !bench_wanted(op_f))
		return;
	fill(n);
	drain(n);
	for (r = 0; r < ROUNDS; r++) {
		bench_yield();
		t0 = bench_ticks();
		fill(n);
		t1 = bench_ticks();
		drain(n);
		tf[r] = bench_ticks() - t1;
		ta[r] = t1 - t0;
	}
	emit(op_a, param, n, ta);
	emit(op_f, param, n, tf);
}

/* The same order of freeing in each kernel. */
static void shuffle(void)
{
	unsigned int i, j, seed = 12345;

	for (i = 0; i < NBATCH; i++)
		perm[i] = (unsigned short)i;
	for (i = NBATCH - 1; i; i--) {
		unsigned short s = perm[i];

		seed = seed * 1103515245u + 12345u;
		j = (seed >> 8) % (i + 1);
		perm[i] = perm[j];
		perm[j] = s;
	}
}

int mm_bench_run(const char *glob)
{
	bool ok;

	wanted_glob = glob;
	nr_rows = 0;
	failures = 0;
	shuffle();
	bench_printf("MMB\t#op\tparam\titers\tmin_x100\tmedian_x100\t"
		     "max_x100\n");
	ok = bench_base() && bench_slab() && bench_mempool() && bench_pages() &&
	     bench_vmalloc() && bench_percpu() && bench_smp();
	bench_printf("MMBINFO\trows\t%u\n", nr_rows);
	bench_printf("MMBINFO\tfailures\t%u\n", failures);
	return ok && nr_rows && !failures ? 0 : 1;
}
