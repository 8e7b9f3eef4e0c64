/* SPDX-License-Identifier: MIT */
/*
 * gfp.h - what an allocation may do, and where its memory may lie
 *
 * The words of the driver books, with the bits of Linux 6.1. Four questions
 * are answered by a request's flags:
 *
 *   where     __GFP_DMA searches DMA alone; no modifier searches Normal, then
 *             DMA; __GFP_HIGHMEM searches High, Normal, DMA.
 *   how low   zones keep a reserve, below their marks. Every request stops at
 *             the low mark first; then reclaim is woken and GFP_KERNEL goes
 *             down to the min mark. GFP_USER, the books' low priority, gives
 *             up at the low one; __GFP_HIGH and __GFP_ATOMIC dip below min
 *             (mm/zone_mark.h has the figures).
 *   how hard  __GFP_DIRECT_RECLAIM may sleep and reclaim, __GFP_IO and __GFP_FS
 *             say by which means; __GFP_NORETRY tries once, the others some
 *             times, __GFP_NOFAIL for ever.
 *   beside    the lists of pages of one mobility: __GFP_MOVABLE,
 *             __GFP_RECLAIMABLE, neither.
 *
 * Contradictions are refused, with one line that names the caller: two zones,
 * two mobilities, __GFP_ATOMIC with __GFP_DIRECT_RECLAIM, __GFP_NOFAIL with
 * __GFP_NORETRY, without __GFP_DIRECT_RECLAIM or above order 1, and bits that
 * are none.
 */
#ifndef MM_GFP_H
#define MM_GFP_H

#include <kernel/types.h>

#define __GFP_DMA 0x01u /* below 16 MiB: ISA devices */
#define __GFP_HIGHMEM 0x02u /* may have no kernel address */
#define __GFP_ZONE_MASK 0x03u /* both at once is a contradiction */
#define __GFP_DMA32 0x04u /* below 4 GiB: as none here, lowmem ends there */
#define __GFP_MOVABLE 0x08u /* the owner could move the page */
#define __GFP_RECLAIMABLE 0x10u /* a shrinker gives it back */
#define __GFP_HIGH 0x20u /* may use half of the emergency reserve */
#define __GFP_IO 0x40u /* may start I/O to find memory */
#define __GFP_FS 0x80u /* may call into file systems */
#define __GFP_ZERO 0x100u /* contents zeroed */
#define __GFP_ATOMIC 0x200u /* the caller cannot wait: more of the reserve */
#define __GFP_DIRECT_RECLAIM 0x400u /* the caller may sleep and reclaim */
#define __GFP_KSWAPD_RECLAIM 0x800u /* may wake background reclaim */
#define __GFP_WRITE 0x1000u /* will be dirtied; a hint */
#define __GFP_NOWARN 0x2000u /* no message when it fails */
#define __GFP_RETRY_MAYFAIL 0x4000u /* tries harder, may fail */
#define __GFP_NOFAIL 0x8000u /* never fails; up to order 1 */
#define __GFP_NORETRY 0x10000u /* gives up after one round of reclaim */
#define __GFP_MEMALLOC 0x20000u /* frees memory soon: no marks hold it */
#define __GFP_COMP 0x40000u /* one compound page: get_page() of any part */
#define __GFP_NOMEMALLOC 0x80000u /* not the last quarter of the reserve */
#define __GFP_HARDWALL 0x100000u /* for a user: stops at the low mark */
#define __GFP_THISNODE 0x200000u /* there is one node */
#define __GFP_ACCOUNT 0x400000u /* nobody is billed yet */
#define __GFP_ALL 0x7fffffu

#define __GFP_MOBILITY_MASK (__GFP_MOVABLE | __GFP_RECLAIMABLE)
/* Which free pages are asked for: the lowest five bits. */
#define __GFP_KIND_MASK (__GFP_ZONE_MASK | __GFP_DMA32 | __GFP_MOBILITY_MASK)
#define NR_GFP_KINDS (__GFP_KIND_MASK + 1)
#define __GFP_RECLAIM (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)

#define GFP_ATOMIC (__GFP_HIGH | __GFP_ATOMIC | __GFP_KSWAPD_RECLAIM)
#define GFP_NOWAIT (__GFP_KSWAPD_RECLAIM)
#define GFP_KERNEL (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_KERNEL_ACCOUNT (GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_NOIO (__GFP_RECLAIM)
#define GFP_NOFS (__GFP_RECLAIM | __GFP_IO)
#define GFP_USER (__GFP_RECLAIM | __GFP_IO | __GFP_FS | __GFP_HARDWALL)
#define GFP_HIGHUSER (GFP_USER | __GFP_HIGHMEM)
#define GFP_HIGHUSER_MOVABLE (GFP_HIGHUSER | __GFP_MOVABLE)
#define GFP_DMA __GFP_DMA
#define GFP_DMA32 __GFP_DMA32

/* May a request with @gfp sleep? */
static __always_inline bool gfp_may_sleep(gfp_t gfp)
{
	return gfp & __GFP_DIRECT_RECLAIM;
}

#endif
