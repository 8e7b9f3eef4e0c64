/* SPDX-License-Identifier: MIT */
/* line_edit_test.c - a line being typed, key by key. */
#include <kernel/ktest.h>
#include <kernel/line_edit.h>
#include <kernel/string.h>

#define SCREEN_BYTES 8192u

static struct line_edit editor;
static char screen[SCREEN_BYTES];
static size_t screen_len;

static void screen_write(void *ctx, const char *text, size_t len)
{
	(void)ctx;
	if (len > SCREEN_BYTES - 1 - screen_len)
		len = SCREEN_BYTES - 1 - screen_len;
	memcpy(screen + screen_len, text, len);
	screen_len += len;
	screen[screen_len] = '\0';
}

static const char *three_words(void *ctx, const char *line, unsigned int i)
{
	static const char *const words[] = { "alloc", "all", "bench" };

	(void)ctx;
	(void)line;
	return i < 3 ? words[i] : NULL;
}

static void start(void)
{
	memset(&editor, 0, sizeof(editor));
	editor.prompt = "> ";
	editor.write = screen_write;
	editor.candidate = three_words;
	screen_len = 0;
	screen[0] = '\0';
	line_edit_begin(&editor);
}

/* Feed a text; the result of its last byte. */
static enum line_edit_result type(const char *text)
{
	enum line_edit_result result = LINE_EDIT_MORE;

	while (*text)
		result = line_edit_feed(&editor, (u8)*text++);
	return result;
}

/* Type @keys and Return; the line must then be @want. */
static void expect_line(struct ktest *t, const char *keys, const char *want)
{
	line_edit_begin(&editor);
	type(keys);
	KTEST_EXPECT_EQ(t, type("\r"), LINE_EDIT_DONE);
	KTEST_EXPECT_STREQ(t, editor.line, want);
}

static void plain_text_is_echoed_and_returned(struct ktest *t)
{
	start();
	expect_line(t, "help me", "help me");
	KTEST_EXPECT_STREQ(t, screen, "> > help me\r\n");
}

static void keys_move_and_erase(struct ktest *t)
{
	start();
	expect_line(t, "abc\b\bX", "aX");
	expect_line(t, "abc\033[D\033[DX", "aXbc");
	expect_line(t, "abc\001X\005Y", "XabcY");
	expect_line(t, "abc\002\002\006X", "abXc");
	expect_line(t, "abc\033[H\033[3~", "bc");
	expect_line(t, "one two  three\027\027X", "one X");
	expect_line(t, "abcdef\002\002\013", "abcd");
	expect_line(t, "abcdef\002\002\025", "ef");
}

static void control_characters_are_ignored(struct ktest *t)
{
	char keys[40];
	unsigned int c, n = 0;

	/* All but those with a meaning. */
	static const char meaningful[] =
		"\001\002\003\004\005\006\b\t\n\013\014\r\016\020\025\027\033";

	start();
	keys[n++] = 'a';
	for (c = 1; c < 32; c++) {
		if (!strchr(meaningful, (int)c))
			keys[n++] = (char)c;
	}
	keys[n++] = (char)0x80;
	keys[n++] = (char)0xff;
	keys[n++] = 'b';
	keys[n] = '\0';
	expect_line(t, keys, "ab");
	KTEST_EXPECT_EQ(t, line_edit_feed(&editor, 0), LINE_EDIT_MORE);
}

static void unknown_escape_sequences_vanish(struct ktest *t)
{
	start();
	expect_line(t, "a\033[99~b\033[1;5Cc\033Od\033xe", "abce");
}

static void a_line_fits_up_to_its_limit(struct ktest *t)
{
	unsigned int i;

	start();
	for (i = 0; i < LINE_EDIT_MAX - 1; i++)
		line_edit_feed(&editor, 'x');
	KTEST_EXPECT_EQ(t, type("\r"), LINE_EDIT_DONE);
	KTEST_EXPECT_EQ(t, strlen(editor.line), LINE_EDIT_MAX - 1);
	line_edit_begin(&editor);
	for (i = 0; i < LINE_EDIT_MAX; i++)
		line_edit_feed(&editor, 'x');
	KTEST_EXPECT_EQ(t, type("\r"), LINE_EDIT_TOO_LONG);
	KTEST_EXPECT_EQ(t, editor.typed, LINE_EDIT_MAX);
	line_edit_begin(&editor);
	for (i = 0; i < 10000; i++)
		line_edit_feed(&editor, 'x');
	KTEST_EXPECT_EQ(t, type("\r"), LINE_EDIT_TOO_LONG);
	KTEST_EXPECT_EQ(t, editor.typed, 10000);
	expect_line(t, "ok", "ok");
}

/* Begin a line of echo and @nr y's. */
static void type_overlong(unsigned int nr)
{
	line_edit_begin(&editor);
	type("echo ");
	while (nr--)
		line_edit_feed(&editor, 'y');
}

static void an_overlong_line_stays_refused_when_shortened(struct ktest *t)
{
	static const char *const keys[] = {
		"\b",	    "\b\b\b\b", "\b\bzz",	    "\001\004",
		"\002\013", "\002\025", "\033[D\033[D\027", "\033[D\033[3~",
	};
	unsigned int i;

	start();
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		type_overlong(10000);
		type(keys[i]);
		KTEST_EXPECT_EQ(t, type("\r"), LINE_EDIT_TOO_LONG);
		KTEST_EXPECT_TRUE(t, editor.typed >= 10005);
	}
	KTEST_EXPECT_EQ(t, editor.nr_history, 0);
}

static void an_overlong_line_that_is_killed_is_forgotten(struct ktest *t)
{
	start();
	type_overlong(10000);
	type("\025"
	     "ok");
	KTEST_EXPECT_EQ(t, type("\r"), LINE_EDIT_DONE);
	KTEST_EXPECT_STREQ(t, editor.line, "ok");
	type_overlong(10000);
	KTEST_EXPECT_EQ(t, type("\003"), LINE_EDIT_CANCEL);
	expect_line(t, "ok", "ok");
}

static void an_overlong_line_is_as_long_after_the_history(struct ktest *t)
{
	start();
	expect_line(t, "one", "one");
	type_overlong(10000);
	type("\033[A\033[B");
	KTEST_EXPECT_EQ(t, type("\r"), LINE_EDIT_TOO_LONG);
	KTEST_EXPECT_EQ(t, editor.typed, 10005);
	type_overlong(10000);
	type("\033[A");
	KTEST_EXPECT_EQ(t, type("\r"), LINE_EDIT_DONE);
	KTEST_EXPECT_STREQ(t, editor.line, "one");
}

static void a_line_half_typed_outlives_the_history(struct ktest *t)
{
	start();
	expect_line(t, "one", "one");
	expect_line(t, "two", "two");
	expect_line(t, "half\033[A\033[A\033[B\033[BX", "halfX");
	expect_line(t, "\033[A\033[B", ""); /* not that of the line before */
}

static void history_goes_back_and_forth(struct ktest *t)
{
	start();
	expect_line(t, "one", "one");
	expect_line(t, "two", "two");
	expect_line(t, "two", "two"); /* not stored twice */
	expect_line(t, "\033[A\033[A", "one");
	expect_line(t, "\020\020\020\016", "two");
	expect_line(t, "\033[A\033[B", "");
}

static void history_keeps_the_last_lines(struct ktest *t)
{
	char line[2] = "a";
	unsigned int i;

	start();
	for (i = 0; i < LINE_EDIT_HISTORY + 4; i++, line[0]++)
		expect_line(t, line, line);
	line_edit_begin(&editor);
	for (i = 0; i < LINE_EDIT_HISTORY + 4; i++)
		type("\033[A");
	KTEST_EXPECT_STREQ(t, editor.line, "e");
}

static void tab_completes_what_is_common(struct ktest *t)
{
	start();
	expect_line(t, "be\tX", "bench X");
	expect_line(t, "a\t", "all");
	expect_line(t, "allo\t", "alloc ");
	expect_line(t, "zz\t", "zz");
	start();
	type("all\t");
	KTEST_EXPECT_NOT_NULL(t, strstr(screen, "alloc  all"));
}

static void tab_completes_behind_a_semicolon(struct ktest *t)
{
	start();
	expect_line(t, "zz;be\tX", "zz;bench X");
	expect_line(t, "zz; be\tX", "zz; bench X");
}

static void control_c_and_d_end_a_line(struct ktest *t)
{
	start();
	KTEST_EXPECT_EQ(t, type("abc\003"), LINE_EDIT_CANCEL);
	line_edit_begin(&editor);
	KTEST_EXPECT_EQ(t, type("a\004"), LINE_EDIT_MORE);
	line_edit_begin(&editor);
	KTEST_EXPECT_EQ(t, type("\004"), LINE_EDIT_EOF);
}

/* Any bytes at all: the invariants hold after each. */
static void random_keys_keep_the_invariants(struct ktest *t)
{
	unsigned int i;

	start();
	for (i = 0; i < 20000 && !t->failed; i++) {
		enum line_edit_result r =
			line_edit_feed(&editor, (u8)ktest_random(t));

		KTEST_EXPECT_TRUE(t, editor.cursor <= editor.len);
		KTEST_EXPECT_TRUE(t, editor.len < LINE_EDIT_MAX);
		KTEST_EXPECT_EQ(t, strlen(editor.line), editor.len);
		screen_len = 0;
		if (r != LINE_EDIT_MORE)
			line_edit_begin(&editor);
	}
}

static const struct ktest_case cases[] = {
	KTEST_CASE(plain_text_is_echoed_and_returned),
	KTEST_CASE(keys_move_and_erase),
	KTEST_CASE(control_characters_are_ignored),
	KTEST_CASE(unknown_escape_sequences_vanish),
	KTEST_CASE(a_line_fits_up_to_its_limit),
	KTEST_CASE(an_overlong_line_stays_refused_when_shortened),
	KTEST_CASE(an_overlong_line_that_is_killed_is_forgotten),
	KTEST_CASE(an_overlong_line_is_as_long_after_the_history),
	KTEST_CASE(a_line_half_typed_outlives_the_history),
	KTEST_CASE(history_goes_back_and_forth),
	KTEST_CASE(history_keeps_the_last_lines),
	KTEST_CASE(tab_completes_what_is_common),
	KTEST_CASE(tab_completes_behind_a_semicolon),
	KTEST_CASE(control_c_and_d_end_a_line),
	KTEST_CASE(random_keys_keep_the_invariants),
};
KTEST_SUITE(line_edit, cases);
