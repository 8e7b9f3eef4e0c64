/* SPDX-License-Identifier: MIT */
/* bench.h - the benchmark linked into the kernel (tests/bench). */
#ifndef KERNEL_BENCH_H
#define KERNEL_BENCH_H

/**
 * bench_run - print instructions per operation for the rows matching @glob
 * Return: 0; 1 if nothing matched or an operation failed. Context: may sleep.
 */
int bench_run(const char *glob);

#endif
