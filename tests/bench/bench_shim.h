/* SPDX-License-Identifier: MIT */
/* bench_shim.h - what mm_bench needs, in terms of this kernel. */
#ifndef BENCH_SHIM_H
#define BENCH_SHIM_H

#include <kernel/glob.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <kernel/string.h>
#include <kernel/types.h>
#include <asm/processor.h>
#include <mm/highmem.h>
#include <mm/ioremap.h>
#include <mm/mempool.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

#define bench_ticks() read_cycles()
#define bench_printf(...) console_printf(__VA_ARGS__)
/* Ctrl-C: no row that follows is wanted. */
#define bench_match(glob, name) \
	(!signal_pending(current) && glob_match(glob, name))

/* No work is deferred to anybody else: vfree() itself purges what has piled
 * up, in the loop that is measured. */
static inline void bench_yield(void)
{
}

#define bench_kmap(page) kmap_atomic(page)
#define bench_kunmap(va) kunmap_atomic(va)
#define bench_page_is_high(page) (PageHighMem(page) ? 1u : 0u)

#define BENCH_IOREMAP_PHYS 0xf0000000ul

#endif
