/* SPDX-License-Identifier: MIT */
/*
 * cmd_scullcompare.c - one workload over the four sculls, and what it cost
 *
 * For each way to get memory, and several sizes of unit: load the module, write
 * so many bytes to its first device, read them back, compare; then empty the
 * device and unload. Between the two the machine is looked at: free pages, each
 * cache's line of slabinfo, each order of buddyinfo, areas of vmallocinfo,
 * writes to page tables. At the end all must be as before.
 *
 * Cycles are instructions if the emulator counts (-icount), else only a hint.
 *
 * What other threads do meanwhile is counted, too: the machine should be quiet.
 */
#include <fs/fs.h>
#include <kernel/command.h>
#include <kernel/math64.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <mm/page_pcp.h>
#include <mm/slab.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include <mm/zone.h>
#include <asm/pgtable.h>
#include <asm/switch.h>
#include "cmd_internal.h"
#include "user_io.h"

/* What the books' reader writes: 375 pages. */
#define DEFAULT_BYTES 1536000ul
#define BYTES_MOST MIB(64)

/* One row: which module, with which parameters. */
static const struct compared {
	const char *module;
	const char *params;
} compared[] = {
	{ "scull", "scull_quantum=4000 scull_qset=1000" },
	{ "scull", "scull_quantum=2049 scull_qset=1000" },
	{ "scull", "scull_quantum=3000 scull_qset=1000" },
	{ "scull", "scull_quantum=4096 scull_qset=1000" },
	{ "scullc", "scullc_quantum=4000" },
	{ "scullc", "scullc_quantum=1000 scullc_qset=2000" },
	{ "scullc", "scullc_quantum=2049 scullc_qset=1000" },
	{ "scullc", "scullc_quantum=3000 scullc_qset=1000" },
	{ "scullp", "scullp_order=0" },
	{ "scullp", "scullp_order=4" },
	{ "scullv", "scullv_order=0" },
	{ "scullv", "scullv_order=4" },
};

/* --- the machine at one moment ---------------------------------------------- */

#define CACHES_SEEN 96u
struct cache_figures {
	const struct kmem_cache *cache;
	const char *name;
	unsigned long objects, slabs;
};

struct moment {
	unsigned long free_pages;
	unsigned long blocks[MAX_ORDER];
	unsigned long areas, area_pages;
	unsigned long table_writes;
	struct cache_figures cache[CACHES_SEEN];
	unsigned int nr_caches;
};

static void see_cache(struct kmem_cache *cache, void *arg)
{
	struct moment *now = arg;
	struct slab_usage usage;

	if (now->nr_caches == CACHES_SEEN)
		return;
	slab_usage(cache, &usage);
	now->cache[now->nr_caches++] = (struct cache_figures){
		.cache = cache,
		.name = cache->name,
		.objects = usage.active_objects,
		.slabs = usage.total_slabs,
	};
}

/* Nothing that is only kept for the next one who asks may hide what is used: the
 * pages of freed areas, areas kept for their addresses, empty slabs and CPUs'
 * lists go home first. */
static void moment_take(struct moment *now)
{
	unsigned long cursor = 0;
	unsigned int order;
	struct vm_info vm;
	struct zone *z;

	memset(now, 0, sizeof(*now));
	now->table_writes = kpt_nr_writes();
	vm_unmap_aliases();
	(void)vm_window_drop_parked(&vm_live_window);
	(void)kmem_caches_reap();
	drain_all_pages(NULL);
	now->free_pages = nr_free_pages();
	for_each_zone(z)
		for (order = 0; order < MAX_ORDER; order++)
			now->blocks[order] += zone_nr_blocks(z, order);
	while (vm_window_next(&vm_live_window, &cursor, &vm)) {
		now->areas += vm.state == VM_LIVE;
		now->area_pages += vm.state == VM_LIVE ? vm.nr_pages : 0;
	}
	slab_for_each_cache(see_cache, now);
}

static const struct cache_figures *figures_of(const struct moment *m,
					      const struct cache_figures *other)
{
	unsigned int i;

	for (i = 0; i < m->nr_caches; i++) {
		if (m->cache[i].cache == other->cache)
			return &m->cache[i];
	}
	return NULL;
}

static long difference(unsigned long now, unsigned long before)
{
	return (long)(now - before);
}

/* What of @now is not as it was: slabinfo, buddyinfo, vmallocinfo. */
static void show_changes(const struct moment *before, const struct moment *now)
{
	unsigned int i;

	for (i = 0; i < now->nr_caches; i++) {
		const struct cache_figures *c = &now->cache[i];
		const struct cache_figures *was = figures_of(before, c);
		long objects = difference(c->objects, was ? was->objects : 0);
		long slabs = difference(c->slabs, was ? was->slabs : 0);

		if (objects || slabs)
			console_printf("    slabinfo    %-16s %+ld objects, "
				       "%+ld slabs\n",
				       c->name, objects, slabs);
	}
	console_printf("    buddyinfo   ");
	for (i = 0; i < MAX_ORDER; i++)
		console_printf(" %+ld",
			       difference(now->blocks[i], before->blocks[i]));
	console_printf("\n");
	if (now->areas != before->areas)
		console_printf("    vmallocinfo %+ld areas, %+ld pages\n",
			       difference(now->areas, before->areas),
			       difference(now->area_pages, before->area_pages));
}

/* --- the workload ------------------------------------------------------------- */

/* Byte number @i of what is written. */
static u8 pattern(unsigned long i)
{
	return (u8)(i ^ i >> 8 ^ i >> 16);
}

struct workload {
	struct user_io io;
	unsigned long bytes;
	u64 write_cycles, read_cycles;
	u8 *chunk; /* memory of the kernel, as large as the user's buffer */
};

static struct file *device_open(const char *module, int flags)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/%s0", module);
	return filp_open(path, flags, 0);
}

/* Calls until all is moved, as every reader and writer of a device must. */
static int write_bytes(struct workload *w, struct file *file)
{
	unsigned long done = 0, i;
	loff_t pos = 0;
	int err;

	while (done < w->bytes) {
		size_t n = min((size_t)(w->bytes - done), w->io.size);
		u64 start;

		for (i = 0; i < n; i++)
			w->chunk[i] = pattern(done + i);
		err = user_io_put(&w->io, w->chunk, n);
		if (err)
			return err;
		start = arch_sched_clock();
		err = user_io_write_all(&w->io, file, 0, n, &pos, NULL);
		w->write_cycles += arch_sched_clock() - start;
		if (err)
			return err;
		done += n;
	}
	return 0;
}

static int read_bytes(struct workload *w, struct file *file)
{
	unsigned long done = 0, i;
	loff_t pos = 0;

	for (;;) {
		u64 start = arch_sched_clock();
		ssize_t n = user_io_read(&w->io, file, w->io.size, &pos);

		w->read_cycles += arch_sched_clock() - start;
		if (n < 0)
			return (int)n;
		if (!n)
			return done == w->bytes ? 0 : -EIO;
		if (user_io_get(&w->io, w->chunk, 0, (size_t)n))
			return -EFAULT;
		for (i = 0; i < (unsigned long)n; i++) {
			if (w->chunk[i] != pattern(done + i))
				return -EIO;
		}
		done += (unsigned long)n;
	}
}

static int on_device(struct workload *w, const char *module, int flags,
		     int (*fn)(struct workload *w, struct file *file))
{
	struct file *file = device_open(module, flags);
	int err;

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	err = fn(w, file);
	filp_close(file, NULL);
	return err;
}

/* Opening it for writing empties it. */
static int write_nothing(struct workload *w, struct file *file)
{
	(void)w;
	(void)file;
	return 0;
}

static int load(const char *module, const char *params)
{
	char line[160];

	snprintf(line, sizeof(line), "insmod /lib/modules/%s.ko %s", module,
		 params);
	return command_run_line(line) ? -EIO : 0;
}

static int unload(const char *module)
{
	char line[32];

	snprintf(line, sizeof(line), "rmmod %s", module);
	return command_run_line(line) ? -EIO : 0;
}

/* --- a row -------------------------------------------------------------------- */

/* Tenths of cycles a byte. */
static unsigned int per_byte(u64 cycles, unsigned long bytes)
{
	return (unsigned int)div_u64(cycles * 10, (u32)bytes);
}

static void show_row(const struct compared *row, const struct workload *w,
		     const struct moment *before, const struct moment *full)
{
	unsigned long used = (before->free_pages - full->free_pages)
			     << PAGE_SHIFT;
	unsigned int write = per_byte(w->write_cycles, w->bytes);
	unsigned int read = per_byte(w->read_cycles, w->bytes);

	console_printf(
		"%-7s %-37s %8lu %8ld %4lu%% %5u.%u %5u.%u %7lu\n", row->module,
		row->params, used, difference(used, w->bytes),
		used > w->bytes ? (used - w->bytes) / (used / 100 + 1) : 0,
		write / 10, write % 10, read / 10, read % 10,
		full->table_writes - before->table_writes);
	show_changes(before, full);
}

/* The module is gone: nothing may be left of it but page tables, which stay.
 * Return: how many figures are not as they were. */
static int show_left(const struct moment *before, const struct moment *after)
{
	unsigned int i;
	int left = 0;

	for (i = 0; i < after->nr_caches; i++) {
		const struct cache_figures *c = &after->cache[i];
		const struct cache_figures *was = figures_of(before, c);

		if (was && c->objects == was->objects)
			continue;
		console_printf("    left        %s: %+ld objects\n", c->name,
			       difference(c->objects, was ? was->objects : 0));
		left++;
	}
	if (after->areas != before->areas) {
		console_printf("    left        %+ld areas\n",
			       difference(after->areas, before->areas));
		left++;
	}
	return left;
}

/* With the module loaded. */
static int compare_loaded(const struct compared *row, struct workload *w,
			  struct moment m[3])
{
	int err;

	/* All of the buffer is touched, so it has its pages now. */
	memset(w->chunk, 0, w->io.size);
	err = user_io_put(&w->io, w->chunk, w->io.size);
	moment_take(&m[0]);
	if (!err)
		err = on_device(w, row->module, O_WRONLY, write_bytes);
	if (!err)
		err = on_device(w, row->module, O_RDONLY, read_bytes);
	moment_take(&m[1]);
	if (!err)
		show_row(row, w, &m[0], &m[1]);
	if (on_device(w, row->module, O_WRONLY, write_nothing) && !err)
		err = -EIO;
	return err;
}

static int compare_row(const struct compared *row, unsigned long bytes,
		       struct moment m[3])
{
	struct workload w = { .bytes = bytes };
	int err = user_io_begin(&w.io, USER_IO_BYTES);

	if (err)
		return err;
	w.chunk = vmalloc(w.io.size);
	err = w.chunk ? 0 : -ENOMEM;
	moment_take(&m[2]);
	if (!err)
		err = load(row->module, row->params);
	if (!err) {
		err = compare_loaded(row, &w, m);
		if (unload(row->module))
			err = -EIO;
		moment_take(&m[1]);
		if (show_left(&m[2], &m[1]) && !err)
			err = -EBUSY;
	}
	vfree(w.chunk);
	user_io_end(&w.io);
	if (err)
		console_printf("scullcompare: %s %s: error %d\n", row->module,
			       row->params, err);
	return err;
}

static int compare_all(unsigned long bytes, struct moment m[3])
{
	unsigned int i;
	int failed = 0;

	/* What the first module of all brings about, and stays. */
	if (load(compared[0].module, "") || unload(compared[0].module))
		return 1;
	console_printf("%lu bytes each; bytes used and lost, cycles a byte "
		       "written and read, page table writes\n"
		       "module  parameters                                used"
		       "     lost        write    read  tables\n",
		       bytes);
	for (i = 0; i < ARRAY_SIZE(compared); i++)
		failed |= compare_row(&compared[i], bytes, m) != 0;
	return failed;
}

static int cmd_scullcompare(int argc, char **argv)
{
	unsigned long bytes = DEFAULT_BYTES;
	struct moment *m;
	int failed;

	if (argc > 2)
		return command_usage("scullcompare");
	if (argc == 2 && !number_arg("scullcompare", argv[1], &bytes))
		return 1;
	if (!bytes || bytes > BYTES_MOST) {
		console_printf("scullcompare: %.20s: 1 to %lu bytes\n", argv[1],
			       (unsigned long)BYTES_MOST);
		return 1;
	}
	m = vmalloc(3 * sizeof(*m));
	if (!m) {
		console_printf("scullcompare: no memory\n");
		return 1;
	}
	failed = compare_all(bytes, m);
	vfree(m);
	return failed;
}
CONSOLE_COMMAND(scullcompare, "[BYTES]",
		"the same bytes in scull, scullc, scullp and scullv",
		cmd_scullcompare);
