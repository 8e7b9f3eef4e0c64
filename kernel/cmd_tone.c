/* SPDX-License-Identifier: MIT */
/*
 * cmd_tone.c - a tone for a sound card, through /dev/dsp as a program's
 *
 * The wave is a sine without tables and floating point: a parabola through the
 * zeroes and peaks of a sine, bent towards it once more, is off by at most a
 * thousandth of the peak.
 *
 * The phase is counted in 2^-32 of a turn and goes on from block to block, so a
 * frequency is off by less than rate / 2^32 Hz.
 *
 * With & behind it a thread plays it while the console goes on: one at a time,
 * and `tone wait` says how it went.
 *
 * Locking: the console's thread alone starts and ends the other one.
 */
#include <fs/fs.h>
#include <fs/soundcard.h>
#include <kernel/command.h>
#include <kernel/completion.h>
#include <kernel/errno.h>
#include <kernel/kthread.h>
#include <kernel/math64.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <kernel/string.h>
#include <kernel/util.h>

#include "cmd_internal.h"
#include "user_io.h"

#define TONE_PATH "/dev/dsp"
#define TONE_BYTES 1024u /* that are made at once */
#define TONE_MOST_MS 600000ul
#define TONE_RATE 44100ul
#define PEAK 24576 /* of 32767 */

struct tone {
	unsigned long hz, ms, bits, rate;
	u32 phase, step; /* 2^32: one turn */
	u32 frames; /* still to be made */
	struct file *file;
	struct user_io io;
};

/* sin() of @phase of 2^32, times 32767. */
static int sine(u32 phase)
{
	/* -32768 .. 32767 is -pi .. pi. */
	int x = (s16)(phase >> 16);
	int y = (x * 4) - (int)(((s64)x * (x < 0 ? -x : x) * 4) >> 15);
	int bent = (int)(((s64)y * (y < 0 ? -y : y)) >> 15) - y;

	y += (bent * 7373) >> 15; /* 0.225 of it */
	return clamp(y, -32767, 32767);
}

/* The next frames. Return: bytes. */
static size_t tone_make(struct tone *t, u8 *to)
{
	u32 frame = (u32)t->bits / 8, n = min(t->frames, TONE_BYTES / frame), i;

	for (i = 0; i < n; i++, t->phase += t->step) {
		int value = sine(t->phase) * PEAK / 32767;

		if (t->bits == 16)
			*to++ = (u8)value;
		*to++ = (u8)(t->bits == 16 ? value >> 8 : (value >> 8) + 128);
	}
	t->frames -= n;
	return n * frame;
}

/* Return: 0 or an error, as the driver says. */
static int tone_ask(struct tone *t, unsigned int cmd, int value)
{
	int err = user_io_put(&t->io, &value, sizeof(value));

	return err ? err :
		     (int)user_io_ioctl(&t->io, t->file, cmd,
					(unsigned long)t->io.buf);
}

static int tone_format(struct tone *t)
{
	int err = tone_ask(t, SNDCTL_DSP_SETFMT,
			   t->bits == 16 ? AFMT_S16_LE : AFMT_U8);

	return err ? err : tone_ask(t, SNDCTL_DSP_SPEED, (int)t->rate);
}

/* All of it, until it was heard. */
static int tone_play(struct tone *t)
{
	u8 block[TONE_BYTES];
	loff_t pos = 0;
	int err = tone_format(t);

	while (!err && t->frames) {
		size_t bytes = tone_make(t, block);

		if (signal_pending(current))
			return -EINTR;
		err = user_io_put(&t->io, block, bytes);
		if (!err)
			err = user_io_write_all(&t->io, t->file, 0, bytes, &pos,
						NULL);
	}
	return err ? err : tone_ask(t, SNDCTL_DSP_SYNC, 0);
}

/* Return: 0: tone_run() is to come. */
static int tone_begin(struct tone *t)
{
	t->frames = (u32)div_u64((u64)t->ms * t->rate, 1000);
	t->step = (u32)div_u64((u64)t->hz << 32, (u32)t->rate);
	t->file = filp_open(TONE_PATH, O_WRONLY, 0);
	return IS_ERR(t->file) ?
		       command_error("tone", TONE_PATH, (int)PTR_ERR(t->file)) :
		       0;
}

static int tone_run(struct tone *t)
{
	int err = user_io_begin(&t->io, TONE_BYTES);

	if (!err) {
		err = tone_play(t);
		user_io_end(&t->io);
	}
	filp_close(t->file, NULL);
	return err ? command_error("tone", TONE_PATH, err) : 0;
}

static bool tone_words(struct tone *t, int argc, char **argv)
{
	unsigned long *const words[] = { &t->hz, &t->ms, &t->bits, &t->rate };
	int i;

	for (i = 1; i < argc; i++) {
		if (!number_arg("tone", argv[i], words[i - 1]))
			return false;
	}
	if ((t->bits != 8 && t->bits != 16) || !t->rate || t->rate > INT_MAX) {
		console_complain("tone: 8 or 16 bits, and a rate\n");
		return false;
	}
	if (t->hz > t->rate / 2 || !t->ms || t->ms > TONE_MOST_MS) {
		console_complain("tone: up to half the rate (%lu Hz), for 1 to "
				 "%lu ms\n",
				 t->rate / 2, TONE_MOST_MS);
		return false;
	}
	return true;
}

/* --- in a thread of its own ------------------------------------------------ */

static struct tone background_tone;
static struct task_struct *background; /* NULL: there is none to wait for */
static DECLARE_COMPLETION(background_end);

static int tone_thread(void *data)
{
	int failed;

	allow_signal(SIGINT);
	failed = tone_run(data);
	complete(&background_end);
	return failed;
}

/* Until it was heard; Ctrl-C ends it. Return: 0, or 1 if it failed. */
static int background_wait(void)
{
	int failed;

	if (!background)
		return 0;
	if (wait_for_completion_interruptible(&background_end))
		send_sig(SIGINT, background, 1);
	failed = kthread_join(background);
	put_task_struct(background);
	background = NULL;
	return failed;
}

/* The card is its own before the next line is typed. */
static int background_start(const struct tone *t)
{
	struct task_struct *task;

	if (background && !completion_done(&background_end)) {
		console_complain("tone: 'tone wait' for the one before\n");
		return 1;
	}
	(void)background_wait();
	reinit_completion(&background_end);
	background_tone = *t;
	if (tone_begin(&background_tone))
		return 1;
	task = kthread_create(tone_thread, &background_tone, "tone");
	if (IS_ERR(task)) {
		filp_close(background_tone.file, NULL);
		return command_error("tone", "a thread", (int)PTR_ERR(task));
	}
	get_task_struct(task);
	background = task;
	wake_up_process(task);
	return 0;
}

static int cmd_tone(int argc, char **argv)
{
	struct tone t = { .bits = 16, .rate = TONE_RATE };
	bool beside = argc > 1 && !strcmp(argv[argc - 1], "&");

	if (argc == 2 && !strcmp(argv[1], "wait"))
		return background_wait();
	argc -= beside;
	if (argc < 3 || argc > 5)
		return command_usage("tone");
	if (!tone_words(&t, argc, argv))
		return 1;
	if (beside)
		return background_start(&t);
	return tone_begin(&t) ? 1 : tone_run(&t);
}
CONSOLE_COMMAND(tone, "HZ MS [8|16 [RATE]] [&] | wait",
		"play a tone on /dev/dsp (insmod sb16.ko); & goes on meanwhile",
		cmd_tone);
