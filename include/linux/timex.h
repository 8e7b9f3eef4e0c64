/* SPDX-License-Identifier: MIT */
/* linux/timex.h - the cycle counter, where drivers look. */
#ifndef LINUX_TIMEX_H
#define LINUX_TIMEX_H

#include <kernel/types.h>
#include <asm/processor.h>

typedef unsigned long long cycles_t;

/* Cycles since power-on; it only rises. Each CPU has its own. Any context. */
static inline cycles_t get_cycles(void)
{
	return read_cycles();
}

#endif
