/* SPDX-License-Identifier: MIT */
/*
 * fbcon.h - a terminal drawn on a canvas
 *
 * Text goes into cells (vt.h), which costs little; fbcon_draw() brings the
 * pixels up to date, and draws only cells that differ from what is on the
 * canvas. So a screenful that scrolls by is drawn as often as somebody looks,
 * not as often as a line ends, and the frame buffer is never read.
 *
 * An object; the machine's own is in screen.c.
 */
#ifndef DRIVERS_FBCON_H
#define DRIVERS_FBCON_H

#include <kernel/canvas.h>
#include <kernel/entry_lock.h>
#include <kernel/vt.h>

struct fbcon {
	/* Set once. */
	const struct canvas *canvas;
	u16 *drawn; /* what is on the canvas, cell by cell */
	struct entry_lock lock;

	/* Guarded by @lock. */
	struct vt vt;
	bool lent; /* somebody draws pictures: nothing is drawn here */
	bool dirty; /* the cells have changed since they were drawn */
};

/* Cells that a canvas has room for, and the bytes that fbcon_init() wants. */
unsigned int fbcon_columns(const struct canvas *c);
unsigned int fbcon_rows(const struct canvas *c);
unsigned long fbcon_bytes(const struct canvas *c);

/**
 * fbcon_init - an empty terminal; its canvas is lent to the caller
 * @canvas: lives as long; one row and column at least
 * @memory: fbcon_bytes(), the terminal's from here on
 */
void fbcon_init(struct fbcon *f, const struct canvas *canvas, void *memory);

/* Context: any, an exception inside it too. */
void fbcon_write(struct fbcon *f, const char *text, size_t len);
void fbcon_write_log(struct fbcon *f, unsigned int level, const char *text,
		     size_t len);

/* Bring the canvas up to date; the lock is dropped after each row. When the
 * machine ends (entry_lock.h) also one that is lent. Context: any. */
void fbcon_draw(struct fbcon *f);

/**
 * fbcon_lend - the canvas is the caller's, until fbcon_take_back()
 *
 * Text goes on into the cells.
 * Return: false if somebody has it already.
 */
bool fbcon_lend(struct fbcon *f);
void fbcon_take_back(struct fbcon *f);

#endif
