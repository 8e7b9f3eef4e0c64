/* SPDX-License-Identifier: MIT */
/* atkbd_test.c - scan codes to what a terminal would send. */
#include <drivers/atkbd.h>
#include <kernel/break_in.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>

#define UP 0x80 /* the key is let go */
#define CONTROL 0x1d
#define SHIFT 0x2a
#define SHIFT_RIGHT 0x36
#define ALT 0x38
#define CAPS 0x3a
#define NUM 0x45
#define MORE 0xe0

static struct atkbd kbd;

/* What codes send, all in one string; 0 ends them. */
static const char *typed(const u8 *codes)
{
	static char text[64];
	size_t len = 0;

	while (*codes) {
		char key[ATKBD_KEY_BYTES];
		unsigned int i, n = atkbd_feed(&kbd, *codes++, key);

		for (i = 0; i < n && len < sizeof(text) - 1; i++)
			text[len++] = key[i];
	}
	text[len] = '\0';
	return text;
}

#define TYPED(...) typed((const u8[]){ __VA_ARGS__, 0 })

static void start(void)
{
	memset(&kbd, 0, sizeof(kbd));
}

static void letters_come_when_a_key_goes_down(struct ktest *t)
{
	start();
	KTEST_EXPECT_STREQ(t, TYPED(0x1e, 0x1e | UP, 0x30, 0x30 | UP), "ab");
	KTEST_EXPECT_STREQ(t, TYPED(0x02, 0x0b, 0x0c, 0x35, 0x39), "10-/ ");
	KTEST_EXPECT_STREQ(t, TYPED(0x0e, 0x0f, 0x1c, 0x01), "\177\t\r\033");
}

static void shifts_hold_as_long_as_they_are_down(struct ktest *t)
{
	start();
	KTEST_EXPECT_STREQ(t, TYPED(SHIFT, 0x1e, 0x02, 0x33, SHIFT | UP, 0x1e),
			   "A!<a");
	KTEST_EXPECT_STREQ(t, TYPED(SHIFT, SHIFT_RIGHT, SHIFT | UP, 0x1e), "A");
	KTEST_EXPECT_STREQ(t, TYPED(SHIFT_RIGHT | UP, 0x1e), "a");
	KTEST_EXPECT_STREQ(t, TYPED(0x56, SHIFT, 0x56, SHIFT | UP), "\\|");
}

static void caps_lock_is_for_letters_only(struct ktest *t)
{
	start();
	KTEST_EXPECT_STREQ(t, TYPED(CAPS, CAPS | UP, 0x1e, 0x02), "A1");
	KTEST_EXPECT_EQ(t, kbd.locks, ATKBD_CAPS_LOCK);
	KTEST_EXPECT_STREQ(t, TYPED(SHIFT, 0x1e, 0x02, SHIFT | UP), "a!");
	KTEST_EXPECT_STREQ(t, TYPED(CAPS, CAPS | UP, 0x1e), "a");
}

static void control_makes_control_characters(struct ktest *t)
{
	start();
	KTEST_EXPECT_STREQ(t, TYPED(CONTROL, 0x2e, 0x20, CONTROL | UP, 0x2e),
			   "\003\004c");
	KTEST_EXPECT_STREQ(t, TYPED(MORE, CONTROL, 0x1e, MORE, CONTROL | UP),
			   "\001");
	/* Each of the two holds on its own. */
	KTEST_EXPECT_STREQ(t,
			   TYPED(CONTROL, MORE, CONTROL, CONTROL | UP, 0x1e,
				 MORE, CONTROL | UP, 0x1e),
			   "\001a");
	/* Control and @ is a NUL, which no line has; of erasing it makes none. */
	KTEST_EXPECT_STREQ(
		t, TYPED(CONTROL, SHIFT, 0x03, SHIFT | UP, 0x0e, CONTROL | UP),
		"\177");
	/* What has no control character stays what it is. */
	KTEST_EXPECT_STREQ(t, TYPED(CONTROL, 0x02, 0x39, CONTROL | UP), "1 ");
}

static void alt_is_an_escape_in_front(struct ktest *t)
{
	start();
	KTEST_EXPECT_STREQ(t, TYPED(ALT, 0x21, ALT | UP, 0x21), "\033ff");
	/* The right one is for other layouts. */
	KTEST_EXPECT_STREQ(t, TYPED(MORE, ALT, 0x21, MORE, ALT | UP), "f");
}

static void arrows_are_the_line_editors_sequences(struct ktest *t)
{
	start();
	KTEST_EXPECT_STREQ(t,
			   TYPED(MORE, 0x48, MORE, 0x48 | UP, MORE, 0x50, MORE,
				 0x4d, MORE, 0x4b),
			   "\033[A\033[B\033[C\033[D");
	KTEST_EXPECT_STREQ(t, TYPED(MORE, 0x47, MORE, 0x4f, MORE, 0x53),
			   "\033[H\033[F\033[3~");
	/* Keyboards with num lock on wrap them in shifts that are none. */
	KTEST_EXPECT_STREQ(
		t, TYPED(MORE, SHIFT, MORE, 0x48, 0x1e, MORE, SHIFT | UP),
		"\033[Aa");
	KTEST_EXPECT_STREQ(t, TYPED(MORE, 0x1c, MORE, 0x35), "\r/");
	KTEST_EXPECT_STREQ(t, TYPED(SHIFT, MORE, 0x48, MORE, 0x35, SHIFT | UP),
			   "\033[A/");
}

static void the_pad_has_digits_with_num_lock(struct ktest *t)
{
	start();
	KTEST_EXPECT_STREQ(t, TYPED(0x48, 0x4a, 0x4e), "\033[A-+");
	KTEST_EXPECT_STREQ(t, TYPED(NUM, NUM | UP, 0x48, 0x4c, 0x53), "85.");
	KTEST_EXPECT_STREQ(t, TYPED(SHIFT, 0x48, SHIFT | UP, 0x48), "\033[A8");
	KTEST_EXPECT_STREQ(t, TYPED(MORE, 0x48), "\033[A");
	KTEST_EXPECT_STREQ(t, TYPED(MORE, NUM, 0x48), "8");
}

static void keys_without_a_letter_send_nothing(struct ktest *t)
{
	start();
	/* F1, Pause, a menu key, a key beyond the table, Print Screen */
	KTEST_EXPECT_STREQ(t,
			   TYPED(0x3b, 0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5, MORE,
				 0x5d, 0x7f, MORE, 0x37, MORE, 0x37 | UP),
			   "");
	KTEST_EXPECT_STREQ(t, TYPED(0x1e), "a"); /* control is not down */
	KTEST_EXPECT_EQ(t, kbd.locks, 0);
}

static void sysrq_is_the_break_in_key(struct ktest *t)
{
	const char want[] = { BREAK_IN_KEY, '\0' };

	start();
	KTEST_EXPECT_STREQ(t, TYPED(ALT, 0x54, 0x54 | UP, ALT | UP), want);
	KTEST_EXPECT_STREQ(t, TYPED(CONTROL, 0x2b, CONTROL | UP), want);
}

/* Whatever comes, no key is longer than its buffer. */
static void any_codes_are_harmless(struct ktest *t)
{
	unsigned int i;

	start();
	for (i = 0; i < 20000; i++) {
		char key[ATKBD_KEY_BYTES];

		if (atkbd_feed(&kbd, (u8)ktest_random(t), key) >= sizeof(key))
			break;
	}
	KTEST_EXPECT_EQ(t, i, 20000);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(letters_come_when_a_key_goes_down),
	KTEST_CASE(shifts_hold_as_long_as_they_are_down),
	KTEST_CASE(caps_lock_is_for_letters_only),
	KTEST_CASE(control_makes_control_characters),
	KTEST_CASE(alt_is_an_escape_in_front),
	KTEST_CASE(arrows_are_the_line_editors_sequences),
	KTEST_CASE(the_pad_has_digits_with_num_lock),
	KTEST_CASE(keys_without_a_letter_send_nothing),
	KTEST_CASE(sysrq_is_the_break_in_key),
	KTEST_CASE(any_codes_are_harmless),
};
KTEST_SUITE(atkbd, cases);
