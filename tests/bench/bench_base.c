/* SPDX-License-Identifier: MIT */
/* bench_base.c - what a tick is: loops of known length, and memset. */
#include "mm_bench.h"

static unsigned char *scratch;

static void op_empty(unsigned int n)
{
	while (n--)
		bench_use(n);
}

/* Exactly 10 instructions a turn. */
static void op_known10(unsigned int n)
{
	__asm__ volatile(
		"1:\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\t"
		"decl %0\n\tjnz 1b"
		: "+r"(n)
		:
		: "cc");
}

static void op_memset(unsigned int n)
{
	while (n--) {
		memset(scratch, 0, 4096);
		bench_use(scratch);
	}
}

bool bench_base(void)
{
	pair("empty_loop", 0, NPAIR, op_empty);
	pair("known_10_insn_loop", 10, 100000, op_known10);
	scratch = (unsigned char *)__get_free_pages(GFP_KERNEL, 0);
	if (!scratch)
		return false;
	pair("memset", 4096, 200, op_memset);
	free_pages((unsigned long)scratch, 0);
	return true;
}
