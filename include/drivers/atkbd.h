/* SPDX-License-Identifier: MIT */
/*
 * atkbd.h - scan codes of a PC keyboard to what a terminal would send
 *
 * A pure state machine: codes of set 1 (what the controller makes of any
 * keyboard's) in, bytes out. A letter is a byte, an arrow the sequence that the
 * line editor knows (line_edit.h). The layout is the US one.
 */
#ifndef DRIVERS_ATKBD_H
#define DRIVERS_ATKBD_H

#include <kernel/types.h>

#define ATKBD_KEY_BYTES 8 /* the longest sequence, its NUL included */

/* Locks, as a keyboard's lights are numbered. */
#define ATKBD_NUM_LOCK 0x02
#define ATKBD_CAPS_LOCK 0x04

struct atkbd {
	u8 held; /* shift, control and alt keys that are down */
	u8 locks; /* ATKBD_*_LOCK */
	u8 prefix; /* 0xe0 or 0xe1, seen before this code */
	u8 skip; /* codes of Pause that are still to come */
};

/**
 * atkbd_feed - a code from the keyboard
 * @key: gets what the key sends
 *
 * Return: bytes in @key; 0 for a key that comes up, a shift, half a code.
 */
unsigned int atkbd_feed(struct atkbd *kbd, u8 code, char key[ATKBD_KEY_BYTES]);

#endif
