/* SPDX-License-Identifier: MIT */
/*
 * bench_smp.c - rows of several CPUs
 *
 * smp_*: the same pair on 1, 2 and 4 CPUs at the same time, with as many CPUs
 * up; instructions of all CPUs for each operation. remote_*: allocated on
 * CPU 0, freed on CPU 1; a figure for each half.
 */
#include "bench_cpus.h"
#include "mm_bench.h"

/* Rounds before the first that counts. */
#define WARM_UP 2u

static void smp_pair(const char *op, unsigned int nr, unsigned int n, op_fn fn)
{
	struct bench_job job[BENCH_MAX_CPUS];
	u64 t[ROUNDS];
	unsigned int r, i;

	for (r = 0; r < ROUNDS + WARM_UP; r++) {
		u64 first, last;

		for (i = 0; i < nr; i++)
			job[i] = (struct bench_job){ .fn = fn, .n = n };
		bench_on_cpus(0, nr, job);
		first = job[0].first;
		last = job[0].last;
		for (i = 1; i < nr; i++) {
			first = job[i].first < first ? job[i].first : first;
			last = job[i].last > last ? job[i].last : last;
		}
		if (r >= WARM_UP)
			t[r - WARM_UP] = last - first;
	}
	emit(op, nr, n * nr, t);
}

static void remote(const char *op_a, const char *op_f, unsigned int param,
		   op_fn fill, op_fn drain)
{
	u64 ta[ROUNDS], tf[ROUNDS];
	unsigned int r;

	for (r = 0; r < ROUNDS + WARM_UP; r++) {
		/* A batch is not cut: where it stands is in slot[]. */
		struct bench_job job[2] = {
			{ .fn = fill, .n = NBATCH, .whole = true },
			{ .fn = drain, .n = NBATCH, .whole = true },
		};

		bench_on_cpus(0, 1, &job[0]);
		bench_on_cpus(1, 1, &job[1]);
		if (r < WARM_UP)
			continue;
		ta[r - WARM_UP] = job[0].last - job[0].first;
		tf[r - WARM_UP] = job[1].last - job[1].first;
	}
	emit(op_a, param, NBATCH, ta);
	emit(op_f, param, NBATCH, tf);
}

static void remote_rows(void)
{
	if (bench_wanted("remote_kmalloc_alloc") ||
	    bench_wanted("remote_kfree")) {
		remote("remote_kmalloc_alloc", "remote_kfree", 64, kfill_64,
		       kdrain_same);
		remote("remote_kmalloc_alloc", "remote_kfree", 256, kfill_256,
		       kdrain_same);
	}
	if (bench_wanted("remote_kmalloc_alloc_x") ||
	    bench_wanted("remote_kfree_random"))
		remote("remote_kmalloc_alloc_x", "remote_kfree_random", 256,
		       kfill_256, kdrain_rand);
	if (bench_wanted("remote_pages_alloc") ||
	    bench_wanted("remote_pages_free"))
		remote("remote_pages_alloc", "remote_pages_free", 0, pg_fill,
		       pg_drain);
}

bool bench_smp(void)
{
	unsigned int nr = bench_cpus_begin(), i;

	for (i = 1; i <= nr && nr > 1; i *= 2) {
		if (bench_wanted("smp_kmalloc_pair_256"))
			smp_pair("smp_kmalloc_pair_256", i, NPAIR * 10, km_256);
		if (bench_wanted("smp_pages_pair_order0"))
			smp_pair("smp_pages_pair_order0", i, NPAIR * 10, pg_0);
		if (bench_wanted("smp_pages_pair_order4"))
			smp_pair("smp_pages_pair_order4", i, NPAIR, pg_4);
	}
	if (nr > 1)
		remote_rows();
	bench_cpus_end();
	return nr != 0;
}
