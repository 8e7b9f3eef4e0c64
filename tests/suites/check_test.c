/* SPDX-License-Identifier: MIT */
/* check_test.c - mm_check() asks every room */
#include <kernel/ktest.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/check.h>

static int planted;
static unsigned int nr_calls;

static int planted_check(void)
{
	nr_calls++;
	return planted;
}
MM_CHECK(planted, "planted", planted_check);

/* The last line of the log that contains @what. */
static bool log_has(const char *what)
{
	char line[256];
	u64 cursor = 0;
	bool found = false;

	while (log_read(&cursor, line, sizeof(line)))
		found |= strstr(line, what) != NULL;
	return found;
}

static void a_sound_machine_has_no_violations(struct ktest *t)
{
	unsigned int before = nr_calls;

	KTEST_EXPECT_EQ(t, mm_check(), 0);
	KTEST_EXPECT_EQ(t, nr_calls, before + 1);
	KTEST_EXPECT_TRUE(t, log_has("check: 0 violations"));
}

static void violations_are_summed_and_the_room_is_named(struct ktest *t)
{
	planted = 37;
	KTEST_EXPECT_EQ(t, mm_check(), 37);
	planted = 0;
	KTEST_EXPECT_TRUE(t, log_has("check: planted 37 violations"));
	KTEST_EXPECT_TRUE(t, log_has("check: 37 violations"));
	KTEST_EXPECT_EQ(t, mm_check(), 0);
}

static void every_room_is_in_the_table_once(struct ktest *t)
{
	static const char *const rooms[] = { "zone", "slab", "vmalloc",
					     "bootmem" };
	const struct mm_checker *const *pos;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rooms); i++) {
		unsigned int found = 0;

		for_each_section_entry(pos, mm_checks)
			found += !strcmp((*pos)->name, rooms[i]);
		KTEST_EXPECT_EQ(t, found, 1);
	}
}

static const struct ktest_case check_cases[] = {
	KTEST_CASE(a_sound_machine_has_no_violations),
	KTEST_CASE(violations_are_summed_and_the_room_is_named),
	KTEST_CASE(every_room_is_in_the_table_once),
};
KTEST_SUITE(check, check_cases);
