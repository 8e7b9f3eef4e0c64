/* SPDX-License-Identifier: MIT */
/*
 * percpu_show.c - per-CPU memory for people: /proc/percpu_stats, and holders
 *
 * The words are those of Linux's debugfs file of this name, as far as the thing
 * is the same: an "allocation" counts once, although it is there for each CPU.
 *
 * Locking: none. Figures are read one by one and may be of different moments.
 */
#include <kernel/seq_file.h>
#include <mm/holders.h>
#include <mm/percpu.h>

static void stat_line(struct seq_file *m, const char *name, u64 value)
{
	seq_printf(m, "  %-20s: %12llu\n", name, value);
}

static void percpu_stats_show(struct seq_file *m)
{
	const struct percpu_space *s = &percpu_live;

	seq_puts(m, "Percpu Memory Statistics\nAllocation Info:\n");
	stat_line(m, "unit_size", s->desc.unit_bytes);
	stat_line(m, "nr_units", s->desc.nr_units);
	stat_line(m, "static_size", s->desc.static_bytes);
	stat_line(m, "dyn_size", s->desc.unit_bytes - s->desc.static_bytes);
	stat_line(m, "atom_size", PAGE_SIZE);
	stat_line(m, "max_alloc_size", PERCPU_MAX_BYTES);
	seq_puts(m, "Global Stats:\n");
	stat_line(m, "nr_alloc", READ_ONCE(s->nr_allocs));
	stat_line(m, "nr_dealloc", READ_ONCE(s->nr_frees));
	stat_line(m, "nr_cur_alloc", READ_ONCE(s->nr_objects));
	stat_line(m, "nr_max_alloc", READ_ONCE(s->max_objects));
	stat_line(m, "cur_alloc_bytes",
		  (u64)READ_ONCE(s->used_granules) * PERCPU_GRANULE);
	stat_line(m, "nr_pages", READ_ONCE(s->nr_backed));
	stat_line(m, "nr_max_pages", READ_ONCE(s->max_backed));
	stat_line(m, "empty_pop_pages", READ_ONCE(s->nr_empty));
}
PROC_FILE(percpu_stats, "percpu_stats", percpu_stats_show);

/* Frames of all CPUs: what one caller has of them, /proc/allocinfo tells. */
static void percpu_holders(struct holder_list *list)
{
	holder_name(list, percpu_nr_pages(), "units of %u CPUs",
		    percpu_live.desc.nr_units);
}
MM_HOLDER(percpu, "per-CPU", percpu_holders);
