/* SPDX-License-Identifier: MIT */
/*
 * gfp.h - what an allocation may do, and where its memory may lie
 *
 * The words of the driver books. A zone modifier picks the zones: __GFP_DMA
 * searches DMA alone, none searches Normal then DMA, __GFP_HIGHMEM searches
 * High, Normal, DMA. The other bits say what may be done to find memory.
 */
#ifndef MM_GFP_H
#define MM_GFP_H

#include <kernel/types.h>

#define __GFP_DMA 0x01u /* below 16 MiB: ISA devices */
#define __GFP_HIGHMEM 0x02u /* may have no kernel address */
#define __GFP_ZONE_MASK 0x03u /* both at once is a contradiction */
#define __GFP_HIGH 0x20u /* may use the emergency reserve */
#define __GFP_IO 0x40u /* may start I/O to find memory */
#define __GFP_FS 0x80u /* may call into file systems */
#define __GFP_ZERO 0x100u /* contents zeroed */
#define __GFP_ATOMIC 0x200u /* the caller cannot wait */
#define __GFP_DIRECT_RECLAIM 0x400u /* the caller may sleep and reclaim */
#define __GFP_KSWAPD_RECLAIM 0x800u /* may wake background reclaim */
#define __GFP_NOWARN 0x2000u /* no message when it fails */
#define __GFP_RETRY_MAYFAIL 0x4000u
#define __GFP_NOFAIL 0x8000u
#define __GFP_NORETRY 0x10000u
#define __GFP_MEMALLOC 0x20000u
#define __GFP_COMP 0x40000u /* one compound page */
#define __GFP_NOMEMALLOC 0x80000u
#define __GFP_ALL 0xfefe3u

#define __GFP_RECLAIM (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)

#define GFP_ATOMIC (__GFP_HIGH | __GFP_ATOMIC | __GFP_KSWAPD_RECLAIM)
#define GFP_NOWAIT (__GFP_KSWAPD_RECLAIM)
#define GFP_KERNEL (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_NOIO (__GFP_RECLAIM)
#define GFP_NOFS (__GFP_RECLAIM | __GFP_IO)
#define GFP_USER (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_HIGHUSER (GFP_USER | __GFP_HIGHMEM)
#define GFP_DMA __GFP_DMA

/* May a request with @gfp sleep? */
static __always_inline bool gfp_may_sleep(gfp_t gfp)
{
	return gfp & __GFP_DIRECT_RECLAIM;
}

#endif
