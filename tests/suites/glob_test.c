/* SPDX-License-Identifier: MIT */
/* glob_test.c - file-name patterns, malformed ones, and their cost */
#include <kernel/glob.h>
#include <kernel/ktest.h>
#include <kernel/string.h>

#define TEXT_MAX 8
#define RANDOM_ROUNDS 20000

static void plain_text_matches_itself_whole(struct ktest *t)
{
	KTEST_EXPECT_TRUE(t, glob_match("", ""));
	KTEST_EXPECT_TRUE(t, glob_match("slab", "slab"));
	KTEST_EXPECT_FALSE(t, glob_match("slab", "slabs"));
	KTEST_EXPECT_FALSE(t, glob_match("slabs", "slab"));
	KTEST_EXPECT_FALSE(t, glob_match("", "a"));
	KTEST_EXPECT_FALSE(t, glob_match("a", ""));
}

static void stars_and_question_marks(struct ktest *t)
{
	KTEST_EXPECT_TRUE(t, glob_match("*", ""));
	KTEST_EXPECT_TRUE(t, glob_match("*", "anything/.at all"));
	KTEST_EXPECT_TRUE(t, glob_match("***", "x"));
	KTEST_EXPECT_TRUE(t, glob_match("kmalloc-*", "kmalloc-64"));
	KTEST_EXPECT_FALSE(t, glob_match("kmalloc-*", "kmalloc"));
	KTEST_EXPECT_TRUE(t, glob_match("*64", "kmalloc-64"));
	KTEST_EXPECT_FALSE(t, glob_match("*64", "kmalloc-640"));
	KTEST_EXPECT_TRUE(t, glob_match("a*b*c", "aXbYbZc"));
	KTEST_EXPECT_FALSE(t, glob_match("a*b*c", "aXbYbZ"));
	KTEST_EXPECT_TRUE(t, glob_match("?", "x"));
	KTEST_EXPECT_FALSE(t, glob_match("?", ""));
	KTEST_EXPECT_TRUE(t, glob_match("*??", "ab"));
	KTEST_EXPECT_FALSE(t, glob_match("*??", "a"));
	KTEST_EXPECT_TRUE(t, glob_match("*.*", "suite.case"));
}

static void classes_ranges_and_escapes(struct ktest *t)
{
	KTEST_EXPECT_TRUE(t, glob_match("[abc]", "b"));
	KTEST_EXPECT_FALSE(t, glob_match("[abc]", "d"));
	KTEST_EXPECT_TRUE(t, glob_match("p[0-9][0-9]", "p07"));
	KTEST_EXPECT_FALSE(t, glob_match("p[0-9]", "p:"));
	KTEST_EXPECT_FALSE(t, glob_match("p[0-9]", "p/"));
	KTEST_EXPECT_TRUE(t, glob_match("[!0-9]", "a"));
	KTEST_EXPECT_FALSE(t, glob_match("[!0-9]", "5"));
	KTEST_EXPECT_TRUE(t, glob_match("[]]", "]"));
	KTEST_EXPECT_TRUE(t, glob_match("[!]]", "a"));
	KTEST_EXPECT_TRUE(t, glob_match("[a-]", "-"));
	KTEST_EXPECT_TRUE(t, glob_match("[\x80-\xff]", "\xc0"));
	KTEST_EXPECT_TRUE(t, glob_match("\\*", "*"));
	KTEST_EXPECT_FALSE(t, glob_match("\\*", "x"));
	KTEST_EXPECT_TRUE(t, glob_match("\\[a]", "[a]"));
}

static void malformed_patterns_stand_for_themselves(struct ktest *t)
{
	KTEST_EXPECT_TRUE(t, glob_match("[abc", "[abc"));
	KTEST_EXPECT_FALSE(t, glob_match("[abc", "a"));
	KTEST_EXPECT_TRUE(t, glob_match("[", "["));
	KTEST_EXPECT_TRUE(t, glob_match("[!", "[!"));
	KTEST_EXPECT_TRUE(t, glob_match("[]", "[]"));
	KTEST_EXPECT_TRUE(t, glob_match("[a-", "[a-"));
	KTEST_EXPECT_TRUE(t, glob_match("\\", "\\"));
}

static void a_list_takes_in_and_leaves_out_in_turn(struct ktest *t)
{
	KTEST_EXPECT_TRUE(t, glob_list_match("page*,slab", "slab", "slab.x"));
	KTEST_EXPECT_TRUE(t, glob_list_match("page*,slab", "page_pcp", ""));
	KTEST_EXPECT_FALSE(t, glob_list_match("page*,slab", "wait", "wait.x"));
	KTEST_EXPECT_FALSE(t, glob_list_match("*,-wait", "wait", "wait.x"));
	KTEST_EXPECT_TRUE(t, glob_list_match("*,-wait", "kmap", "kmap.x"));
	KTEST_EXPECT_FALSE(t, glob_list_match("-kmap.x", "kmap", "kmap.x"));
	KTEST_EXPECT_TRUE(t, glob_list_match("-kmap.x", "kmap", "kmap.y"));
	KTEST_EXPECT_TRUE(t, glob_list_match("*,-k*,kmap", "kmap", "kmap.y"));
	KTEST_EXPECT_FALSE(t, glob_list_match("", "kmap", "kmap.y"));
	KTEST_EXPECT_FALSE(t, glob_list_match(",,", "kmap", "kmap.y"));
}

static void a_pattern_too_long_for_a_list_chooses_nothing(struct ktest *t)
{
	char list[GLOB_LIST_ITEM + sizeof(",-a")];

	memset(list, '*', GLOB_LIST_ITEM);
	list[GLOB_LIST_ITEM] = '\0';
	KTEST_EXPECT_FALSE(t, glob_list_match(list, "a", "b"));
	KTEST_EXPECT_TRUE(t, glob_list_match(list + 1, "a", "b"));
	memcpy(list + GLOB_LIST_ITEM, ",a", sizeof(",a"));
	KTEST_EXPECT_TRUE(t, glob_list_match(list, "a", "b"));
}

/* A pattern that makes a recursive matcher take 2^n steps. */
static void many_stars_stay_cheap(struct ktest *t)
{
	char text[2000], pattern[61];
	size_t i;

	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	for (i = 0; i < 60; i += 2)
		memcpy(pattern + i, "a*", 2);
	pattern[60] = '\0';
	KTEST_EXPECT_TRUE(t, glob_match(pattern, text));
	pattern[59] = 'b';
	KTEST_EXPECT_FALSE(t, glob_match(pattern, text));
}

/*
 * Stars and marks by dynamic programming over the pattern: reach[j] says that
 * the pattern so far matches the first j characters of the text.
 */
static bool naive_match(const char *pat, const char *text)
{
	bool reach[TEXT_MAX + 1] = { true };
	size_t n = strlen(text), j;

	for (; *pat; pat++) {
		if (*pat == '*') {
			for (j = 1; j <= n; j++)
				reach[j] |= reach[j - 1];
			continue;
		}
		for (j = n; j; j--)
			reach[j] = reach[j - 1] &&
				   (*pat == '?' || *pat == text[j - 1]);
		reach[0] = false;
	}
	return reach[n];
}

static void random_text(struct ktest *t, const char *letters, char *out)
{
	size_t n = ktest_random(t) % (TEXT_MAX + 1), i;

	for (i = 0; i < n; i++)
		out[i] = letters[ktest_random(t) % strlen(letters)];
	out[n] = '\0';
}

static void random_patterns_agree_with_a_naive_matcher(struct ktest *t)
{
	char pattern[TEXT_MAX + 1], text[TEXT_MAX + 1];
	u32 round, matched = 0;

	for (round = 0; round < RANDOM_ROUNDS; round++) {
		random_text(t, "ab**?", pattern);
		random_text(t, "ab", text);
		KTEST_ASSERT_EQ(t, glob_match(pattern, text),
				naive_match(pattern, text));
		matched += naive_match(pattern, text);
	}
	/* Neither answer may be a rarity, or the case proves little. */
	KTEST_EXPECT_GE(t, matched, RANDOM_ROUNDS / 10);
	KTEST_EXPECT_LE(t, matched, RANDOM_ROUNDS - RANDOM_ROUNDS / 10);
}

static const struct ktest_case glob_cases[] = {
	KTEST_CASE(plain_text_matches_itself_whole),
	KTEST_CASE(stars_and_question_marks),
	KTEST_CASE(classes_ranges_and_escapes),
	KTEST_CASE(malformed_patterns_stand_for_themselves),
	KTEST_CASE(a_list_takes_in_and_leaves_out_in_turn),
	KTEST_CASE(a_pattern_too_long_for_a_list_chooses_nothing),
	KTEST_CASE(many_stars_stay_cheap),
	KTEST_CASE(random_patterns_agree_with_a_naive_matcher),
};
KTEST_SUITE(glob, glob_cases);
