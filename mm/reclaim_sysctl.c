/* SPDX-License-Identifier: MIT */
/*
 * reclaim_sysctl.c - the knobs of memory, files of /proc/sys/vm
 *
 * Names, units and the shape of the text are Linux's. A value that is taken is
 * at work when the write returns: marks and reserves are computed anew, and
 * kswapd is woken if a zone is below its new low mark. A refused one changes
 * nothing.
 *
 *   min_free_kbytes         what the min marks of the low zones add up to
 *   watermark_scale_factor  how far low and high lie above it, in 1/10000 of a
 *                           zone; 1000 at most here (Linux: 3000), so that high
 *                           stays below half of any zone
 *   lowmem_reserve_ratio    1/n of better zones is kept in DMA, Normal, High;
 *                           0: nothing. A fourth number, for Linux's movable
 *                           zone, is taken and shown, and has no effect.
 *   drop_caches             1 frees whole pages, 2 objects, 3 both
 *
 * Locking: writers are one at a time: the console's commands are. Readers of
 * marks may see old and new ones together (zone_mark.c).
 */
#include <kernel/errno.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <mm/reclaim.h>
#include <mm/zone_mark.h>

/* 1 GiB: no zone keeps back more than half of itself anyway. */
#define MIN_FREE_KBYTES_LIMIT (1ul << 20)
#define SCALE_FACTOR_LIMIT 1000ul
/* The movable zone's. */
#define NR_RATIOS (NR_ZONES + 1u)

static unsigned long movable_ratio;

/* New marks are at work; whoever is below them now is helped. */
static void tuning_apply(void)
{
	struct zone *z;

	mm_node_set_marks(&mm_node, &mm_tuning);
	for_each_zone(z) {
		if (mm_node.reclaim && z->managed_pages &&
		    READ_ONCE(z->nr_free_pages) < z->mark_pages[MARK_LOW])
			mm_node.reclaim->wake(z, 0);
	}
}

/* One number into a word of the tuning. */
static int tuning_write(struct proc_write *w, unsigned long *word,
			unsigned long min, unsigned long max)
{
	int nr = proc_read_ulongs(w, word, 1, min, max);

	if (nr < 0)
		return nr;
	tuning_apply();
	return 0;
}

/* --- min_free_kbytes ------------------------------------------------------- */

static void min_free_show(struct seq_file *m)
{
	seq_printf(m, "%lu\n", mm_tuning.min_free_kbytes);
}

static int min_free_write(struct proc_write *w)
{
	return tuning_write(w, &mm_tuning.min_free_kbytes, 0,
			    MIN_FREE_KBYTES_LIMIT);
}
PROC_FILE_RW(min_free_kbytes, "sys/vm/min_free_kbytes", min_free_show,
	     min_free_write);

/* --- watermark_scale_factor ------------------------------------------------ */

static void scale_factor_show(struct seq_file *m)
{
	seq_printf(m, "%lu\n", mm_tuning.watermark_scale_factor);
}

static int scale_factor_write(struct proc_write *w)
{
	return tuning_write(w, &mm_tuning.watermark_scale_factor, 1,
			    SCALE_FACTOR_LIMIT);
}
PROC_FILE_RW(watermark_scale_factor, "sys/vm/watermark_scale_factor",
	     scale_factor_show, scale_factor_write);

/* --- lowmem_reserve_ratio -------------------------------------------------- */

static void reserve_ratio_show(struct seq_file *m)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		seq_printf(m, "%lu\t", mm_tuning.lowmem_reserve_ratio[i]);
	seq_printf(m, "%lu\n", movable_ratio);
}

static int reserve_ratio_write(struct proc_write *w)
{
	unsigned long ratio[NR_RATIOS];
	int nr = proc_read_ulongs(w, ratio, NR_RATIOS, 0, INT_MAX);

	if (nr < 0)
		return nr;
	if (nr == (int)NR_RATIOS)
		movable_ratio = ratio[NR_ZONES];
	memcpy(mm_tuning.lowmem_reserve_ratio, ratio,
	       min((unsigned int)nr, 0u + NR_ZONES) * sizeof(*ratio));
	tuning_apply();
	return 0;
}
PROC_FILE_RW(lowmem_reserve_ratio, "sys/vm/lowmem_reserve_ratio",
	     reserve_ratio_show, reserve_ratio_write);

/* --- drop_caches ----------------------------------------------------------- */

#define DROP_PAGES 1ul
#define DROP_OBJECTS 2ul

static unsigned long dropped_last;

static void drop_caches_show(struct seq_file *m)
{
	seq_printf(m, "%lu\n", dropped_last);
}

static int drop_caches_write(struct proc_write *w)
{
	int nr = proc_read_ulongs(w, &dropped_last, 1, DROP_PAGES,
				  DROP_PAGES | DROP_OBJECTS);

	if (nr < 0)
		return nr;
	reclaim_drop(&live_reclaim, dropped_last & DROP_PAGES,
		     dropped_last & DROP_OBJECTS);
	return 0;
}
PROC_FILE_RW(drop_caches, "sys/vm/drop_caches", drop_caches_show,
	     drop_caches_write);
