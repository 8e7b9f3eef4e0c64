/* SPDX-License-Identifier: MIT */
/* bench_run.c - the kernel's entry to the benchmark: `bench`, bench=. */
#include <kernel/bench.h>
#include "mm_bench.h"

int bench_run(const char *glob)
{
	return mm_bench_run(glob);
}
