/* SPDX-License-Identifier: MIT */
/*
 * x86_module_rounds_test.c - modules come and go again and again
 *
 * One round loads all modules of /lib/modules, by name, and unloads them in
 * reverse, then those of tests/modules that leave nothing. A module that finds
 * no device, or none of the memory that it is about, refuses: that may lose
 * nothing either. The first round is not counted: what it makes may stay, such
 * as slabs. After the last there are as many pages, objects, areas, per-CPU
 * bytes, files and names as before, and the files of /proc that list what
 * drivers register say the same.
 *
 * The slow suite is the same for 1,000 rounds.
 */
#include <fs/dcache.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/hash.h>
#include <kernel/kthread.h>
#include <kernel/ktest.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/check.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/reclaim.h>
#include <mm/slab.h>
#include <mm/slab_accounted.h>

#include "../modules/modules.h"
#include "module_files.h"
#include "proc_text.h"

#define FILES_MOST 40u
#define QUICK_ROUNDS 2u
#define SLOW_ROUNDS 1000u

/* A module's file, in memory of vmalloc(). */
struct file_image {
	char name[NAME_MAX + 1]; /* of the module */
	const char *args;
	u8 *bytes;
	ssize_t size;
	unsigned int nr_loads; /* that succeeded */
	int err; /* the last refusal */
};

static struct file_image *images; /* FILES_MOST of them */
static unsigned int nr_images;
static u8 *scratch; /* the loader changes what it is given */

/* --- the files ---------------------------------------------------------- */

static bool take_name(struct dir_context *ctx, const char *name, int namelen,
		      loff_t pos, u64 ino, unsigned int type)
{
	const int stem = namelen - (int)strlen(MODULE_SUFFIX);

	(void)ctx;
	(void)pos;
	(void)ino;
	(void)type;
	if (stem > 0 &&
	    !strncmp(name + stem, MODULE_SUFFIX, strlen(MODULE_SUFFIX)) &&
	    nr_images < FILES_MOST) {
		snprintf(images[nr_images].name, sizeof(images[0].name), "%.*s",
			 stem, name);
		images[nr_images++].args = "";
	}
	return true;
}

static void list_folder(struct ktest *t)
{
	struct dir_context ctx = { .actor = take_name };
	struct file *dir = filp_open(MODULE_FOLDER, O_RDONLY | O_DIRECTORY, 0);

	if (IS_ERR(dir))
		return;
	KTEST_EXPECT_EQ(t, iterate_dir(dir, &ctx), 0);
	KTEST_EXPECT_EQ(t, filp_close(dir, NULL), 0);
}

/* Of tests/modules: whether it leaves nothing, and with which words. */
static const char *tidy_args(const char *name)
{
	static const struct {
		const char *name, *args;
	} tidy[] = {
		{ "exporter", "" },
		{ "leaky", "objects=100 cache=leaky numbers=4 tidy" },
		{ "params", "a_charp=x texts=y,z" },
		{ "user", "" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tidy); i++) {
		if (!strcmp(tidy[i].name, name))
			return tidy[i].args;
	}
	return NULL;
}

static bool is_known(const char *name)
{
	unsigned int i;

	for (i = 0; i < nr_images; i++) {
		if (!strcmp(images[i].name, name))
			return true;
	}
	return false;
}

static void add_test_modules(struct ktest *t)
{
	const struct test_module *m;

	for (m = test_modules; m->name && nr_images < FILES_MOST; m++) {
		struct file_image *image = &images[nr_images];
		const char *args = tidy_args(m->name);

		if (!args || is_known(m->name))
			continue;
		snprintf(image->name, sizeof(image->name), "%s", m->name);
		image->args = args;
		image->size = m->end - m->start;
		image->bytes = vmalloc((size_t)image->size);
		if (KTEST_EXPECT_NOT_NULL(t, image->bytes))
			memcpy(image->bytes, m->start, (size_t)image->size);
		nr_images++;
	}
}

static void images_read(struct ktest *t)
{
	ssize_t most = 1;
	unsigned int i;

	nr_images = 0;
	images = vzalloc(FILES_MOST * sizeof(*images));
	if (!KTEST_EXPECT_NOT_NULL(t, images))
		return;
	list_folder(t);
	for (i = 0; i < nr_images; i++) {
		images[i].bytes =
			module_file_read(images[i].name, &images[i].size);
		KTEST_EXPECT_NOT_NULL(t, images[i].bytes);
	}
	add_test_modules(t);
	for (i = 0; i < nr_images; i++)
		most = max(most, images[i].size);
	scratch = vmalloc((size_t)most);
	KTEST_EXPECT_NOT_NULL(t, scratch);
}

static void images_free(void)
{
	unsigned int i;

	for (i = 0; i < nr_images; i++)
		vfree(images[i].bytes);
	vfree(scratch);
	vfree(images);
}

/* --- what there is ------------------------------------------------------ */

/* Files that list what drivers register. */
static const char *const lists[] = { "modules", "iomem", "ioports", "devices",
				     "misc" };

struct inventory {
	/* Free, or of slabs: objects that stay may end up in more slabs. */
	unsigned long pages;
	unsigned long vmalloc_pages, percpu_pages;
	unsigned long objects, caches; /* of all slab caches */
	unsigned long accounted;
	long inodes, dentries, files;
	u32 texts; /* a hash of the lists */
};

static void count_cache(struct kmem_cache *cache, void *arg)
{
	struct inventory *inv = arg;
	struct slab_usage usage;

	slab_usage(cache, &usage);
	inv->caches++;
	inv->objects += usage.active_objects;
	inv->pages += usage.total_pages;
}

static void inventory_take(struct ktest *t, struct inventory *inv)
{
	unsigned long missed;
	unsigned int i;

	memset(inv, 0, sizeof(*inv));
	inv->texts = FNV1A32_INIT;
	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		const char *text = text_of(t, lists[i]);

		inv->texts = fnv1a32(inv->texts, text, strlen(text));
	}
	/* What is only kept for later is given back first. */
	vm_unmap_aliases();
	percpu_reap();
	kmem_caches_reap();
	kthread_flush();
	reclaim_drop(&live_reclaim, false, true);
	drain_all_pages(NULL);
	slab_for_each_cache(count_cache, inv);
	accounted_count(&inv->accounted, &missed);
	inv->pages += nr_free_pages();
	inv->vmalloc_pages = vmalloc_used_pages();
	inv->percpu_pages = percpu_nr_pages();
	inv->inodes = atomic_long_read(&fs_counts.inodes);
	inv->dentries = atomic_long_read(&fs_counts.dentries);
	inv->files = atomic_long_read(&fs_counts.files);
}

static void expect_same(struct ktest *t, const struct inventory *before,
			const struct inventory *after)
{
	KTEST_EXPECT_EQ(t, after->pages, before->pages);
	KTEST_EXPECT_EQ(t, after->vmalloc_pages, before->vmalloc_pages);
	KTEST_EXPECT_EQ(t, after->percpu_pages, before->percpu_pages);
	KTEST_EXPECT_EQ(t, after->caches, before->caches);
	KTEST_EXPECT_EQ(t, after->objects, before->objects);
	KTEST_EXPECT_EQ(t, after->accounted, before->accounted);
	KTEST_EXPECT_EQ(t, after->inodes, before->inodes);
	KTEST_EXPECT_EQ(t, after->dentries, before->dentries);
	KTEST_EXPECT_EQ(t, after->files, before->files);
	KTEST_EXPECT_EQ(t, after->texts, before->texts);
}

/* --- rounds ------------------------------------------------------------- */

static void round(struct ktest *t)
{
	bool loaded[FILES_MOST];
	unsigned int i;

	for (i = 0; i < nr_images; i++) {
		struct file_image *image = &images[i];

		memcpy(scratch, image->bytes, (size_t)image->size);
		image->err =
			module_load(scratch, (size_t)image->size, image->args);
		loaded[i] = !image->err;
		image->nr_loads += loaded[i];
	}
	while (i--) {
		if (loaded[i])
			KTEST_EXPECT_EQ(t, module_unload(images[i].name), 0);
	}
}

static void rounds(struct ktest *t, unsigned int nr)
{
	struct inventory before, after;
	unsigned int i;

	images_read(t);
	if (t->failed) {
		images_free();
		return;
	}
	round(t);
	inventory_take(t, &before);
	for (i = 0; i < nr && !t->failed; i++)
		round(t);
	inventory_take(t, &after);
	expect_same(t, &before, &after);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
	for (i = 0; i < nr_images; i++)
		console_printf("    # module: %s | %u times | error %d\n",
			       images[i].name, images[i].nr_loads,
			       images[i].err);
	images_free();
}

static void all_modules_come_and_go_and_nothing_is_lost(struct ktest *t)
{
	rounds(t, QUICK_ROUNDS);
}

static void a_thousand_times_and_nothing_is_lost(struct ktest *t)
{
	rounds(t, SLOW_ROUNDS);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(all_modules_come_and_go_and_nothing_is_lost),
};
KTEST_SUITE(x86_module_rounds, cases);

static const struct ktest_case slow_cases[] = {
	KTEST_CASE(a_thousand_times_and_nothing_is_lost),
};
KTEST_SUITE_SLOW(x86_module_thousand, slow_cases);
