/* SPDX-License-Identifier: MIT */
/* bench_run.c - the kernel's entry to the benchmark: `bench`, bench=. */
#include <kernel/bench.h>
#include <kernel/printk.h>
#include "mm_bench.h"

int bench_run(const char *glob)
{
	int err = mm_bench_run(glob);

	if (err && !failures)
		console_printf("bench: nothing measured: no row matches "
			       "'%.60s', or no memory to begin with\n",
			       glob);
	return err;
}
