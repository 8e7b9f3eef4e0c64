/* SPDX-License-Identifier: MIT */
/*
 * atkbd.c - the tables behind a PC keyboard
 *
 * Codes: IBM Personal System/2 Hardware Interface Technical Reference,
 * "Keyboards", scan code set 1. A key that comes up sends its code with bit 7
 * set; keys that the first PC had not send 0xe0 in front, and Pause sends 0xe1
 * and two codes down and up.
 */
#include <drivers/atkbd.h>
#include <kernel/break_in.h>
#include <kernel/ctype.h>
#include <kernel/string.h>
#include <kernel/util.h>

#define CODE_RELEASE 0x80
#define PREFIX_MORE 0xe0
#define PREFIX_PAUSE 0xe1
#define PAUSE_CODES 2

#define HELD_SHIFT_LEFT 0x01
#define HELD_SHIFT_RIGHT 0x02
#define HELD_SHIFT (HELD_SHIFT_LEFT | HELD_SHIFT_RIGHT)
#define HELD_CONTROL_LEFT 0x04
#define HELD_CONTROL_RIGHT 0x08
#define HELD_CONTROL (HELD_CONTROL_LEFT | HELD_CONTROL_RIGHT)
#define HELD_ALT 0x10 /* the left one; the right one shifts other layouts */

enum {
	CODE_CONTROL = 0x1d,
	CODE_SHIFT_LEFT = 0x2a,
	CODE_SLASH = 0x35,
	CODE_SHIFT_RIGHT = 0x36,
	CODE_ALT = 0x38,
	CODE_CAPS_LOCK = 0x3a,
	CODE_NUM_LOCK = 0x45,
	CODE_PAD_FIRST = 0x47,
	CODE_PAD_LAST = 0x53,
	CODE_SYSRQ = 0x54, /* Alt and Print Screen */
	CODE_102ND = 0x56,
};

static const char plain[] = "\0\0331234567890-=\177\tqwertyuiop[]\r\0asdfghjkl;"
			    "'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] =
	"\0\033!@#$%^&*()_+\177\tQWERTYUIOP{}\r\0ASDFGHJKL:"
	"\"~\0|ZXCVBNM<>?\0*\0 ";
static_assert(sizeof(plain) == sizeof(shifted), "the same keys");

/* From CODE_PAD_FIRST on: digits, and what stands there without num lock. */
static const char pad_digits[] = "789-456+1230.";
static const char *const pad_keys[] = {
	"\033[H", /* home */
	"\033[A", /* up */
	"\033[5~", /* page up */
	"-",	   "\033[D", /* left */
	"",	   "\033[C", /* right */
	"+",	   "\033[F", /* end */
	"\033[B", /* down */
	"\033[6~", /* page down */
	"\033[2~", /* insert */
	"\033[3~", /* delete */
};
static_assert(ARRAY_SIZE(pad_keys) == sizeof(pad_digits) - 1, "one each");
static_assert(ARRAY_SIZE(pad_keys) == CODE_PAD_LAST - CODE_PAD_FIRST + 1,
	      "the whole pad");

/* Which bit of @held a key is; 0: none. */
static u8 held_bit(u8 code, bool more)
{
	switch (code) {
	case CODE_CONTROL: return more ? HELD_CONTROL_RIGHT : HELD_CONTROL_LEFT;
	/* 0xe0 and a shift only say in what mode the next key would be. */
	case CODE_SHIFT_LEFT: return more ? 0 : HELD_SHIFT_LEFT;
	case CODE_SHIFT_RIGHT: return more ? 0 : HELD_SHIFT_RIGHT;
	case CODE_ALT: return more ? 0 : HELD_ALT;
	default: return 0;
	}
}

static char letter_of(const struct atkbd *kbd, u8 code)
{
	bool shift = kbd->held & HELD_SHIFT;
	char c;

	if (code == CODE_102ND)
		return shift ? '|' : '\\';
	if (code >= sizeof(plain) - 1)
		return 0;
	c = plain[code];
	if (c >= 'a' && c <= 'z' && kbd->locks & ATKBD_CAPS_LOCK)
		shift = !shift;
	c = shift ? shifted[code] : c;
	/* '@' to '_' and the small letters have a control character. */
	if (kbd->held & HELD_CONTROL && c >= '@' && c < 0x7f)
		c &= 0x1f;
	return c;
}

static unsigned int put_letter(const struct atkbd *kbd, char c, char *key)
{
	unsigned int n = 0;

	if (!c)
		return 0;
	if (kbd->held & HELD_ALT)
		key[n++] = '\033';
	key[n++] = c;
	return n;
}

static unsigned int put_pad(const struct atkbd *kbd, u8 code, bool more,
			    char *key)
{
	unsigned int i = (unsigned int)code - CODE_PAD_FIRST;
	bool digits = kbd->locks & ATKBD_NUM_LOCK && !more;

	if (kbd->held & HELD_SHIFT)
		digits = !digits && !more;
	if (digits)
		return put_letter(kbd, pad_digits[i], key);
	strlcpy(key, pad_keys[i], ATKBD_KEY_BYTES);
	return (unsigned int)strlen(key);
}

static unsigned int key_down(struct atkbd *kbd, u8 code, bool more, char *key)
{
	switch (code) {
	case CODE_CAPS_LOCK: kbd->locks ^= ATKBD_CAPS_LOCK; return 0;
	case CODE_NUM_LOCK: kbd->locks ^= more ? 0 : ATKBD_NUM_LOCK; return 0;
	case CODE_SYSRQ:
		return put_letter(&(struct atkbd){ 0 }, BREAK_IN_KEY, key);
	default: break;
	}
	if (code >= CODE_PAD_FIRST && code <= CODE_PAD_LAST)
		return put_pad(kbd, code, more, key);
	if (more && letter_of(kbd, code) != '\r' && code != CODE_SLASH)
		return 0; /* keys for menus, volume and sleep */
	if (more && code == CODE_SLASH)
		return put_letter(kbd, '/', key);
	return put_letter(kbd, letter_of(kbd, code), key);
}

unsigned int atkbd_feed(struct atkbd *kbd, u8 code, char key[ATKBD_KEY_BYTES])
{
	bool more = kbd->prefix == PREFIX_MORE;
	u8 bit;

	if (code == PREFIX_MORE || code == PREFIX_PAUSE) {
		kbd->prefix = code;
		kbd->skip = code == PREFIX_PAUSE ? PAUSE_CODES : 0;
		return 0;
	}
	if (kbd->skip) {
		kbd->skip--;
		return 0;
	}
	kbd->prefix = 0;
	bit = held_bit(code & (u8)~CODE_RELEASE, more);
	if (code & CODE_RELEASE) {
		kbd->held &= (u8)~bit;
		return 0;
	}
	kbd->held |= bit;
	return bit ? 0 : key_down(kbd, code, more, key);
}
