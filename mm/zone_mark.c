/* SPDX-License-Identifier: MIT */
/*
 * zone_mark.c - the marks of zones, from a few figures
 *
 * Invariant I9: min <= low <= high, in each zone, whatever the tuning. A zone
 * keeps back no more than half of what it has, so that a small one stays usable
 * even with a min_free_kbytes that was meant for a large machine.
 *
 * Locking: none. Marks are words that are stored one by one; who reads an old
 * and a new one together refuses or serves one request more.
 *
 * Not here: what the marks mean (zone_mark.h), who looks at them
 * (page_alloc.c).
 */
#include <kernel/math64.h>
#include <kernel/util.h>
#include <mm/zone_mark.h>

struct mm_tuning mm_tuning;

/* Linux's bounds for min_free_kbytes. */
#define MIN_FREE_KBYTES_LEAST 128ul
#define MIN_FREE_KBYTES_MOST 262144ul
/* Of a high zone: what direct reclaim frees at once, and four times that. */
#define HIGH_MIN_LEAST 32ul
#define HIGH_MIN_MOST 128ul

/* The largest number whose square is not above @x. */
static unsigned long int_sqrt(unsigned long x)
{
	unsigned long root = 0, bit = 1ul << 30;

	for (; bit; bit >>= 2) {
		if (x >= root + bit) {
			x -= root + bit;
			root = (root >> 1) + bit;
		} else {
			root >>= 1;
		}
	}
	return root;
}

unsigned long min_free_kbytes_for(unsigned long lowmem_kbytes)
{
	/* 16 under the root is 4 before it. */
	unsigned long kbytes = int_sqrt(lowmem_kbytes * 16);

	return clamp(kbytes, MIN_FREE_KBYTES_LEAST, MIN_FREE_KBYTES_MOST);
}

static unsigned long node_low_pages(const struct mm_node *node)
{
	return node->zones[ZONE_DMA].managed_pages +
	       node->zones[ZONE_NORMAL].managed_pages;
}

void mm_tuning_default(struct mm_tuning *tuning, const struct mm_node *node)
{
	*tuning = (struct mm_tuning){
		.min_free_kbytes = min_free_kbytes_for(node_low_pages(node)
						       << (PAGE_SHIFT - 10)),
		.watermark_scale_factor = 10,
		.lowmem_reserve_ratio = { [ZONE_DMA] = 256,
					  [ZONE_NORMAL] = 32 },
	};
}

/* @a * @c / @b, rounded down; the product may be of 64 bits. */
static unsigned long share(unsigned long a, unsigned long b, unsigned long c)
{
	return (unsigned long)div_u64((u64)a * c, (u32)b);
}

static unsigned long zone_min(const struct zone *z, unsigned long min_pages,
			      unsigned long low_pages)
{
	unsigned long min;

	if (z->type == ZONE_HIGHMEM)
		min = clamp(z->managed_pages / 1024, HIGH_MIN_LEAST,
			    HIGH_MIN_MOST);
	else
		min = low_pages ?
			      share(z->managed_pages, low_pages, min_pages) :
			      0;
	/* So that high, which lies two steps above, is below half. */
	return min(min, z->managed_pages / 4);
}

static void zone_set_marks(struct zone *z, const struct mm_tuning *tuning,
			   unsigned long low_pages)
{
	unsigned long min_pages = tuning->min_free_kbytes >> (PAGE_SHIFT - 10);
	unsigned long min = zone_min(z, min_pages, low_pages);
	unsigned long step = share(z->managed_pages, 10000,
				   min(tuning->watermark_scale_factor, 1000ul));

	step = max(step, min / 4);
	z->mark_pages[MARK_MIN] = min;
	z->mark_pages[MARK_LOW] = min + step;
	z->mark_pages[MARK_HIGH] = min + 2 * step;
}

/* What @type keeps back from each better zone's requests. */
static void zone_set_reserves(struct mm_node *node, unsigned int type,
			      unsigned long ratio)
{
	struct zone *z = &node->zones[type];
	unsigned long better = 0;
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		if (i > type)
			better += node->zones[i].managed_pages;
		z->lowmem_reserve_pages[i] = ratio ? better / ratio : 0;
	}
}

void mm_node_set_marks(struct mm_node *node, const struct mm_tuning *tuning)
{
	unsigned long low_pages = node_low_pages(node);
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		zone_set_marks(&node->zones[i], tuning, low_pages);
		zone_set_reserves(node, i, tuning->lowmem_reserve_ratio[i]);
	}
}
