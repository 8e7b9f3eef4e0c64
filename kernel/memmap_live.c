/* SPDX-License-Identifier: MIT */
/*
 * memmap_live.c - `memmap live`: who draws, for how long, and what ends it
 *
 * A thread draws FRAMES_A_SECOND times a second. `memmap live` waits for a key
 * meanwhile, or for its time to be over; `memmap live on` leaves the console to
 * other commands, whose doings are then seen.
 *
 * Locking: none: commands are one thread's. The drawing thread alone has the
 * view and the canvas, between memmap_live_start() and memmap_live_stop().
 */
#include <kernel/command.h>
#include <kernel/delay.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/input.h>
#include <kernel/kthread.h>
#include <kernel/memmap_view.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/screen.h>
#include <kernel/signal.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <mm/vmalloc.h>

#include "memmap_live.h"

#define FRAMES_A_SECOND 8u
#define LOOK_MS 50u /* for keys */
#define MAX_SECONDS 86400u
#define KEY_ESCAPE '\033'

static struct memmap_view *view; /* NULL: nobody draws */
static struct task_struct *drawer;

static int drawer_thread(void *unused)
{
	struct frame_source src;

	(void)unused;
	frame_source_live(&src);
	while (!kthread_should_stop()) {
		memmap_view_draw(view, &src);
		msleep_interruptible(1000 / FRAMES_A_SECOND);
	}
	return 0;
}

/* Return: 0, or 1 after a line that says why not. */
static int memmap_live_start(void)
{
	const struct canvas *canvas = screen_borrow();
	struct frame_source src;

	if (!canvas) {
		console_complain("memmap: no screen to draw on: a frame buffer"
				 " of 32 bits a pixel is needed\n");
		return 1;
	}
	view = vmalloc(sizeof(*view) + memmap_view_bytes(canvas));
	if (!view)
		goto no_memory;
	frame_source_live(&src);
	memmap_view_init(view, canvas, &src, view + 1);
	memmap_view_record(view);
	drawer = kthread_run(drawer_thread, NULL, "memmap");
	if (!IS_ERR(drawer))
		return 0;
	vfree(view);
	view = NULL;
no_memory:
	screen_give_back();
	console_complain("memmap: out of memory\n");
	return 1;
}

static void memmap_live_stop(void)
{
	kthread_stop(drawer);
	screen_give_back();
	vfree(view);
	view = NULL;
}

/* A key is a byte, or an escape sequence, of which nothing may be left: it
 * would be typed. */
static bool key_pressed(void)
{
	int byte = input_get();

	if (byte < 0)
		return false;
	if (byte != KEY_ESCAPE)
		return true;
	byte = input_get();
	if (byte == '[' || byte == 'O') {
		do
			byte = input_get();
		while ((byte >= '0' && byte <= '9') || byte == ';');
	}
	return true;
}

/* @seconds 0: until a key. */
static void wait_for_end(unsigned long seconds)
{
	u64 end = time_ns() + (u64)seconds * 1000000000u;

	while (!key_pressed() && !signal_pending(current) &&
	       (!seconds || time_ns() < end))
		msleep_interruptible(LOOK_MS);
}

static int live_switch(bool on)
{
	if (on == !!view) {
		console_complain("memmap: the live picture is %s already\n",
				 on ? "on" : "off");
		return 1;
	}
	if (on)
		return memmap_live_start();
	memmap_live_stop();
	return 0;
}

int memmap_live(int argc, char **argv)
{
	unsigned long seconds = 0;

	if (argc > 2)
		return command_usage("memmap");
	if (argc == 2 && !strcmp(argv[1], "on"))
		return live_switch(true);
	if (argc == 2 && !strcmp(argv[1], "off"))
		return live_switch(false);
	if (argc == 2 && (kstrtoul(argv[1], 10, &seconds) || !seconds ||
			  seconds > MAX_SECONDS)) {
		console_complain("memmap: '%s' is no number of seconds"
				 " (1 to %u)\n",
				 argv[1], MAX_SECONDS);
		return 1;
	}
	if (live_switch(true))
		return 1;
	console_printf("memory is on the screen; any key ends it\n");
	wait_for_end(seconds);
	memmap_live_stop();
	return 0;
}
