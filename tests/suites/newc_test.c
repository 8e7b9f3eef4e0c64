/* SPDX-License-Identifier: MIT */
/* newc_test.c - archives that are right, cut, and wrong everywhere */
#include <fs/newc.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/fault_inject.h>
#include <mm/mm_init.h>
#include <mm/slab.h>

#include "fs_fixture.h"
#include "log_lines.h"

#define ARCHIVE_BYTES 4096u

static struct fs_struct fs;
static struct newc_result result;
static char text[64];

struct archive {
	u8 *bytes;
	size_t size;
};

struct part {
	const char *name;
	const char *data;
	u32 mode, ino, nlink, rdev_major, rdev_minor;
};

static void put(struct archive *a, const void *bytes, size_t len)
{
	memcpy(a->bytes + a->size, bytes, len);
	a->size += len;
	while (a->size % 4)
		a->bytes[a->size++] = '\0';
}

static void put_part(struct archive *a, const struct part *p)
{
	u32 bytes = p->data ? (u32)strlen(p->data) : 0;
	size_t len = strlen(p->name) + 1;
	char header[NEWC_HEADER_BYTES + 64];

	snprintf(header, sizeof(header),
		 "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s",
		 p->ino, p->mode, 0, 0, p->nlink ? p->nlink : 1, 0, bytes, 0, 0,
		 p->rdev_major, p->rdev_minor, (u32)len, 0, p->name);
	put(a, header, NEWC_HEADER_BYTES + len);
	if (bytes)
		put(a, p->data, bytes);
}

static const struct part trailer = { .name = NEWC_TRAILER };

static bool archive_make(struct ktest *t, struct archive *a,
			 const struct part *parts, unsigned int nr)
{
	unsigned int i;

	*a = (struct archive){ .bytes = kzalloc(ARCHIVE_BYTES, GFP_KERNEL) };
	if (!KTEST_EXPECT_NOT_NULL(t, a->bytes))
		return false;
	for (i = 0; i < nr; i++)
		put_part(a, &parts[i]);
	put_part(a, &trailer);
	return true;
}

static const struct part good[] = {
	{ .name = ".", .mode = S_IFDIR | 0755 },
	{ .name = "d", .mode = S_IFDIR | 0700 },
	{ .name = "d/one", .mode = S_IFREG | 0640, .ino = 7, .nlink = 2 },
	{ .name = "./d/two",
	  .data = "both",
	  .mode = S_IFREG | 0640,
	  .ino = 7,
	  .nlink = 2 },
	{ .name = "l", .data = "d/one", .mode = S_IFLNK | 0777 },
	{ .name = "n",
	  .mode = S_IFCHR | 0600,
	  .rdev_major = 1,
	  .rdev_minor = 3 },
	{ .name = "empty", .mode = S_IFREG | 0600 },
};

static void every_kind_is_unpacked(struct ktest *t)
{
	struct archive a;
	struct path n;

	if (!archive_make(t, &a, good, ARRAY_SIZE(good)))
		return;
	if (tree_make(t, &fs)) {
		newc_unpack(&fs, a.bytes, a.size, &result);
		KTEST_EXPECT_EQ(t, result.entries, ARRAY_SIZE(good));
		KTEST_EXPECT_EQ(t, result.refused, 0);
		KTEST_EXPECT_EQ(t, result.bytes, 9);
		file_read_text(&fs, "/l", text, sizeof(text));
		KTEST_EXPECT_STREQ(t, text, "both");
		if (KTEST_EXPECT_EQ(t, path_lookup(&fs, "/n", 0, &n), 0)) {
			KTEST_EXPECT_EQ(t, n.dentry->d_inode->i_mode,
					S_IFCHR | 0600);
			KTEST_EXPECT_EQ(t, n.dentry->d_inode->i_rdev,
					MKDEV(1, 3));
			path_put(&n);
		}
		KTEST_EXPECT_EQ(t, open_error(&fs, "/empty", O_RDONLY), 0);
		tree_free(&fs);
	}
	kfree(a.bytes);
}

static void wrong_names_cost_only_themselves(struct ktest *t)
{
	static const struct part parts[] = {
		{ .name = "a", .data = "1", .mode = S_IFREG | 0644 },
		{ .name = "../up", .mode = S_IFREG | 0644 },
		{ .name = "d/../../up", .mode = S_IFREG | 0644 },
		{ .name = "/etc", .mode = S_IFREG | 0644 },
		{ .name = "", .mode = S_IFREG | 0644 },
		{ .name = "a", .data = "2", .mode = S_IFREG | 0644 },
		{ .name = "a", .mode = S_IFDIR | 0755 },
		{ .name = "no/such", .mode = S_IFREG | 0644 },
		{ .name = "kind", .mode = 0644 },
		{ .name = "..a", .data = "3", .mode = S_IFREG | 0644 },
	};
	u64 log = log_end();
	struct archive a;

	if (!archive_make(t, &a, parts, ARRAY_SIZE(parts)))
		return;
	if (tree_make(t, &fs)) {
		newc_unpack(&fs, a.bytes, a.size, &result);
		KTEST_EXPECT_EQ(t, result.entries, 2);
		KTEST_EXPECT_EQ(t, result.refused, 8);
		KTEST_EXPECT_EQ(t, log_count(log, "left out"), 8);
		KTEST_EXPECT_EQ(t, log_count(log, "leads upwards"), 2);
		KTEST_EXPECT_EQ(t, log_count(log, "is absolute"), 1);
		KTEST_EXPECT_EQ(t, log_count(log, "it has no name"), 1);
		KTEST_EXPECT_EQ(t, log_count(log, "there already"), 2);
		file_read_text(&fs, "/a", text, sizeof(text));
		KTEST_EXPECT_STREQ(t, text, "1");
		file_read_text(&fs, "/..a", text, sizeof(text));
		KTEST_EXPECT_STREQ(t, text, "3");
		tree_free(&fs);
	}
	kfree(a.bytes);
}

/* All entries of the @size first bytes, from memory of just that size. */
static unsigned int count_entries(const struct archive *a, size_t size,
				  const char **why)
{
	u8 *copy = kmalloc(size, GFP_KERNEL);
	struct newc_reader r;
	struct newc_entry e;
	unsigned int nr = 0;

	if (!copy)
		return 0;
	memcpy(copy, a->bytes, size);
	newc_begin(&r, copy, size);
	while (newc_next(&r, &e))
		nr++;
	*why = r.why;
	kfree(copy);
	return nr;
}

static void an_archive_may_be_cut_anywhere(struct ktest *t)
{
	unsigned int nr, last = 0;
	struct archive a;
	const char *why;
	size_t size;

	if (!archive_make(t, &a, good, ARRAY_SIZE(good)))
		return;
	for (size = 0; size <= a.size; size++) {
		nr = count_entries(&a, size, &why);
		KTEST_EXPECT_GE(t, nr, last);
		last = nr;
		/* Whole, or between two entries, or it is said. */
		if (!why && size < a.size)
			KTEST_EXPECT_TRUE(t, !size || size % 4 == 0 ||
						     nr > ARRAY_SIZE(good) ||
						     !a.bytes[size]);
	}
	KTEST_EXPECT_EQ(t, last, ARRAY_SIZE(good) + 1);
	KTEST_EXPECT_NULL(t, why);
	kfree(a.bytes);
}

static void any_figure_may_be_anything(struct ktest *t)
{
	static const char *const figures[] = { "00000000", "00000001",
					       "7fffffff", "80000000",
					       "ffffffff", "0000000g" };
	unsigned int field, i;
	struct archive a;
	const char *why;

	if (!archive_make(t, &a, good, ARRAY_SIZE(good)))
		return;
	for (field = 0; field < 13; field++) {
		/* Of the second entry; the first is "." and fills 112 bytes. */
		u8 *at = a.bytes + 112 + 6 + field * 8;
		u8 was[8];

		memcpy(was, at, 8);
		for (i = 0; i < ARRAY_SIZE(figures); i++) {
			memcpy(at, figures[i], 8);
			KTEST_EXPECT_GE(t, count_entries(&a, a.size, &why), 1);
			if (i == ARRAY_SIZE(figures) - 1)
				KTEST_EXPECT_NOT_NULL(t, why);
			if (tree_make(t, &fs)) {
				newc_unpack(&fs, a.bytes, a.size, &result);
				tree_free(&fs);
			}
		}
		memcpy(at, was, 8);
	}
	KTEST_EXPECT_EQ(t, count_entries(&a, a.size, &why),
			ARRAY_SIZE(good) + 1);
	kfree(a.bytes);
}

static void a_second_archive_may_follow(struct ktest *t)
{
	static const struct part first = { .name = "a",
					   .data = "1",
					   .mode = S_IFREG | 0644,
					   .ino = 7,
					   .nlink = 2 };
	static const struct part second = { .name = "b",
					    .data = "2",
					    .mode = S_IFREG | 0644,
					    .ino = 7,
					    .nlink = 2 };
	struct archive a;

	if (!archive_make(t, &a, &first, 1))
		return;
	a.size += 40; /* zeroes */
	put_part(&a, &second);
	put_part(&a, &trailer);
	if (tree_make(t, &fs)) {
		newc_unpack(&fs, a.bytes, a.size, &result);
		KTEST_EXPECT_EQ(t, result.entries, 2);
		/* The same number in another archive is another file. */
		file_read_text(&fs, "/a", text, sizeof(text));
		KTEST_EXPECT_STREQ(t, text, "1");
		tree_free(&fs);
	}
	kfree(a.bytes);
}

/* With data in the last entry of three, which one file has as its names. */
static void a_file_is_whole_or_not_there(struct ktest *t,
					 struct fault_attr *attr)
{
	static const char *const names[] = { "/one", "/two", "/three" };
	struct part parts[ARRAY_SIZE(names)];
	struct fault_attr boot_plan;
	struct archive a;
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		parts[i] = (struct part){ .name = names[i] + 1,
					  .data = i == 2 ? "all" : NULL,
					  .mode = S_IFREG | 0644,
					  .ino = 7,
					  .nlink = 3 };
	if (!archive_make(t, &a, parts, ARRAY_SIZE(parts)))
		return;
	result.refused = 1;
	for (n = 1; result.refused && n < 100; n++) {
		if (!tree_make(t, &fs))
			break;
		fault_plan_save(attr, &boot_plan);
		fault_fail_nth(attr, n);
		newc_unpack(&fs, a.bytes, a.size, &result);
		fault_plan_restore(attr, &boot_plan);
		KTEST_EXPECT_EQ(t, result.entries + result.refused, 3);
		for (i = 0; i < ARRAY_SIZE(names); i++) {
			if (file_read_text(&fs, names[i], text, sizeof(text)) >=
			    0)
				KTEST_EXPECT_STREQ(t, text, "all");
		}
		tree_free(&fs);
	}
	KTEST_EXPECT_EQ(t, result.refused, 0);
	kfree(a.bytes);
}

static void memory_may_end_at_any_object_of_a_file(struct ktest *t)
{
	a_file_is_whole_or_not_there(t, &fault_slab);
}

static void memory_may_end_at_any_page_of_a_file(struct ktest *t)
{
	a_file_is_whole_or_not_there(t, &mm_node.fault);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(every_kind_is_unpacked),
	KTEST_CASE(wrong_names_cost_only_themselves),
	KTEST_CASE(an_archive_may_be_cut_anywhere),
	KTEST_CASE(any_figure_may_be_anything),
	KTEST_CASE(a_second_archive_may_follow),
	KTEST_CASE(memory_may_end_at_any_object_of_a_file),
	KTEST_CASE(memory_may_end_at_any_page_of_a_file),
};
KTEST_SUITE(newc, cases);
