/* SPDX-License-Identifier: MIT */
/*
 * host_sb16_test.c - from the ring to the card, and cards that are broken
 *
 * The card is a model that plays when it is told to, block by block, through
 * the model of the DMA controllers. What it played is kept and compared with
 * what was written.
 */
#include <kernel/bottom_half.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <mm/vmalloc.h>

#include "../../drivers/sound/sb16.h"
#include "count_wakes.h"
#include "isa_chip.h"

#define IO 0x220u
#define RING_BYTES 65536u
#define HEARD_MOST (4 * RING_BYTES)

/* The card as it is seen at its ports, and what it plays. */
struct card_model {
	u8 version, mixer_irq, mixer_dma, answer_to_reset;
	bool mute; /* nothing is there */
	bool busy; /* takes no command */
	bool fixed; /* the mixer keeps its interrupt and channels */
	unsigned int nr_set; /* how often they were set */
	u8 command, args[3];
	unsigned int nr_args; /* that have come */
	u8 out[3]; /* what can be read, the last first */
	unsigned int nr_out;
	u8 mixer_index, pending;

	unsigned int rate, block; /* bytes */
	bool again, playing, words, stereo, is_signed;
	u8 heard[HEARD_MOST];
	unsigned int nr_heard;
	unsigned int nr_torn; /* resets while it played, no end announced */
};
static struct card_model model;
static struct sb16 card;
static const struct sb16_dsp any_card = {
	.io = IO,
	.irq = SB16_ASK_MIXER,
	.dma8 = SB16_ASK_MIXER,
	.dma16 = SB16_ASK_MIXER,
};

static unsigned int args_of(u8 command)
{
	switch (command & 0xf0) {
	case 0x40: return 2;
	case 0xb0:
	case 0xc0: return 3;
	default: return 0;
	}
}

static void command_done(void)
{
	const u8 *a = model.args;

	if (model.command == 0xe1) {
		model.out[1] = model.version;
		model.out[0] = 5;
		model.nr_out = 2;
	} else if (model.command == 0x41) {
		model.rate = (unsigned int)a[0] << 8 | a[1];
	} else if (model.command == (model.words ? 0xd9 : 0xda)) {
		model.playing = false;
	} else if (args_of(model.command) == 3) {
		model.words = (model.command & 0xf0) == 0xb0;
		model.again = model.command & 4;
		model.stereo = a[0] & 0x20;
		model.is_signed = a[0] & 0x10;
		model.block = (a[1] | (unsigned int)a[2] << 8) + 1;
		model.block <<= model.words;
		model.playing = true;
	}
}

static void dsp_write(u8 byte)
{
	if (!model.command) {
		model.command = byte;
		model.nr_args = 0;
	} else {
		model.args[model.nr_args++] = byte;
	}
	if (model.nr_args < args_of(model.command))
		return;
	command_done();
	model.command = 0;
}

static void mixer_out(u8 byte)
{
	if (model.mixer_index != 0x80 && model.mixer_index != 0x81)
		return;
	model.nr_set++;
	if (model.fixed)
		return;
	if (model.mixer_index == 0x80)
		model.mixer_irq = byte;
	else
		model.mixer_dma = byte;
}

static void card_out(u8 byte, u16 port)
{
	switch (port - IO) {
	case 0x4: model.mixer_index = byte; break;
	case 0x5: mixer_out(byte); break;
	case 0x6:
		model.nr_torn += model.playing;
		model.playing = false;
		model.command = 0;
		model.out[0] = model.answer_to_reset;
		model.nr_out = !byte;
		break;
	case 0xc: dsp_write(byte); break;
	default: break;
	}
}

static u8 mixer_in(void)
{
	switch (model.mixer_index) {
	case 0x80: return model.mixer_irq;
	case 0x81: return model.mixer_dma;
	case 0x82: return model.pending;
	default: return 0xff;
	}
}

static u8 card_in(u16 port)
{
	if (model.mute)
		return 0xff;
	switch (port - IO) {
	case 0x5: return mixer_in();
	case 0xa: return model.nr_out ? model.out[--model.nr_out] : 0;
	case 0xc: return model.busy ? 0x80 : 0;
	case 0xe: model.pending &= 2; return model.nr_out ? 0x80 : 0;
	case 0xf: model.pending &= 1; return 0;
	default: return 0xff;
	}
}

/* The card plays to the end of its block. Return: it did. */
static bool play_block(struct ktest *t)
{
	unsigned int chan = model.words ? 5 : 1, width = model.words ? 2 : 1;
	unsigned int nr = model.block / width;

	if (!model.playing || model.nr_heard + model.block > HEARD_MOST)
		return false;
	KTEST_EXPECT_EQ(
		t, isa_model_request(chan, model.heard + model.nr_heard, nr),
		nr);
	model.nr_heard += model.block;
	model.pending |= model.words ? 2 : 1;
	model.playing = model.again;
	return true;
}

/* And interrupts; the bottom half comes at once. */
static bool play_and_interrupt(struct ktest *t)
{
	if (!play_block(t))
		return false;
	local_bh_disable();
	KTEST_EXPECT_EQ(t, sb16_interrupt(5, &card), IRQ_HANDLED);
	local_bh_enable();
	KTEST_EXPECT_EQ(t, model.pending, 0);
	return true;
}

static void model_begin(void)
{
	isa_chip_plug_in();
	isa_model.other_in = card_in;
	isa_model.other_out = card_out;
	memset(&model, 0, sizeof(model));
	model.version = 4;
	model.mixer_irq = 0x02;
	model.mixer_dma = 0x22;
	model.answer_to_reset = 0xaa;
}

static bool card_begin(struct ktest *t, unsigned int bits, bool single)
{
	model_begin();
	memset(&card, 0, sizeof(card));
	card.dsp = any_card;
	card.single = single;
	card.ring_bytes = RING_BYTES;
	card.format = (struct sb16_format){ 22050, bits, 1 };
	card.wish_bytes = 1024;
	sb16_play_init(&card);
	card.ring = vmalloc(RING_BYTES);
	return KTEST_EXPECT_NOT_NULL(t, card.ring) &&
	       KTEST_EXPECT_EQ(t, sb16_dsp_probe(&card.dsp), 0) &&
	       KTEST_EXPECT_EQ(t, sb16_window_make(&card), 0);
}

static void card_end(struct ktest *t)
{
	sb16_stop(&card);
	KTEST_EXPECT_EQ(t, model.nr_torn, 0);
	sb16_play_exit(&card);
	sb16_window_free(&card);
	vfree(card.ring);
	isa_chip_unplug();
}

/* What is written n-th; never silence. */
static u8 sound(unsigned int n)
{
	return (u8)(n % 97 + 1);
}

static void ring_write(unsigned int bytes)
{
	while (bytes--) {
		card.ring[card.head & (RING_BYTES - 1)] =
			sound((unsigned int)card.counts.written);
		card.head++;
		card.counts.written++;
	}
}

/* --- cases -------------------------------------------------------------------- */

static int probe(struct sb16_dsp *dsp)
{
	*dsp = any_card;
	return sb16_dsp_probe(dsp);
}

static void only_a_whole_sb16_is_taken(struct ktest *t)
{
	struct sb16_dsp dsp;

	model_begin();
	KTEST_EXPECT_EQ(t, probe(&dsp), 0);
	KTEST_EXPECT_EQ(t, dsp.major * 10 + dsp.minor, 45);
	model.version = 3;
	KTEST_EXPECT_EQ(t, probe(&dsp), -ENODEV);
	model.version = 4;
	model.busy = true;
	KTEST_EXPECT_EQ(t, probe(&dsp), -ENODEV);
	model.busy = false;
	model.answer_to_reset = 0x55;
	KTEST_EXPECT_EQ(t, probe(&dsp), -ENODEV);
	model.mute = true;
	KTEST_EXPECT_EQ(t, probe(&dsp), -ENODEV);
	isa_chip_unplug();
}

static void expect_uses(struct ktest *t, const struct sb16_dsp *dsp,
			unsigned int irq, unsigned int dma8, unsigned int dma16)
{
	KTEST_EXPECT_EQ(t, dsp->irq, irq);
	KTEST_EXPECT_EQ(t, dsp->dma8, dma8);
	KTEST_EXPECT_EQ(t, dsp->dma16, dma16);
}

static void what_the_mixer_names_is_used(struct ktest *t)
{
	struct sb16_dsp dsp;

	model_begin();
	KTEST_EXPECT_EQ(t, probe(&dsp), 0);
	expect_uses(t, &dsp, 5, 1, 5);
	model.mixer_irq = 0xf8; /* the upper half is nobody's */
	model.mixer_dma = 0x88;
	KTEST_EXPECT_EQ(t, probe(&dsp), 0);
	expect_uses(t, &dsp, 10, 3, 7);
	model.mixer_dma = 0x4d; /* the floppy's is left out */
	KTEST_EXPECT_EQ(t, probe(&dsp), 0);
	expect_uses(t, &dsp, 10, 0, 6);
	model.mixer_irq = 0x01; /* line 2 of the slot is interrupt 9 of an AT */
	KTEST_EXPECT_EQ(t, probe(&dsp), 0);
	expect_uses(t, &dsp, 9, 0, 6);
	KTEST_EXPECT_EQ(t, model.nr_set, 0);
	isa_chip_unplug();
}

static void a_mixer_that_names_nothing_is_set(struct ktest *t)
{
	struct sb16_dsp dsp;

	model_begin();
	model.mixer_dma = 0x02; /* as Bochs begins: none of words */
	KTEST_EXPECT_EQ(t, probe(&dsp), 0);
	expect_uses(t, &dsp, 5, 1, 5);
	KTEST_EXPECT_EQ(t, model.mixer_dma, 0x22);
	KTEST_EXPECT_EQ(t, model.nr_set, 1);
	model.mixer_irq = 0xf0;
	model.mixer_dma = 0x84; /* of bytes, the floppy's only */
	KTEST_EXPECT_EQ(t, probe(&dsp), 0);
	expect_uses(t, &dsp, 5, 1, 7);
	KTEST_EXPECT_EQ(t, model.mixer_irq, 0xf2);
	KTEST_EXPECT_EQ(t, model.mixer_dma, 0x82);
	model.mixer_irq = 0;
	model.fixed = true;
	KTEST_EXPECT_EQ(t, probe(&dsp), -ENODEV);
	isa_chip_unplug();
}

static void a_mixer_is_set_to_what_is_wished_for(struct ktest *t)
{
	struct sb16_dsp dsp = any_card;

	model_begin();
	dsp.irq = 7;
	dsp.dma8 = 0;
	dsp.dma16 = 6;
	KTEST_EXPECT_EQ(t, sb16_dsp_probe(&dsp), 0);
	expect_uses(t, &dsp, 7, 0, 6);
	KTEST_EXPECT_EQ(t, model.mixer_irq, 0x04);
	KTEST_EXPECT_EQ(t, model.mixer_dma, 0x41);
	/* Both names of it. */
	dsp.irq = 9;
	KTEST_EXPECT_EQ(t, sb16_dsp_probe(&dsp), 0);
	expect_uses(t, &dsp, 9, 0, 6);
	KTEST_EXPECT_EQ(t, model.mixer_irq, 0x01);
	dsp.irq = 2;
	KTEST_EXPECT_EQ(t, sb16_dsp_probe(&dsp), 0);
	expect_uses(t, &dsp, 9, 0, 6);
	KTEST_EXPECT_EQ(t, model.mixer_irq, 0x01);
	model.fixed = true;
	dsp.irq = 10;
	KTEST_EXPECT_EQ(t, sb16_dsp_probe(&dsp), -ENODEV);
	isa_chip_unplug();
}

static void what_no_card_has_is_not_wished_for(struct ktest *t)
{
	static const struct {
		unsigned int irq, dma8, dma16;
	} wrong[] = { { 3, 1, 5 }, { 255, 1, 5 }, { 5, 2, 5 }, { 5, 5, 5 },
		      { 5, 1, 1 }, { 5, 1, 4 },	  { 5, 1, 8 } };
	struct sb16_dsp dsp = any_card;
	unsigned int i;

	model_begin();
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		dsp.irq = wrong[i].irq;
		dsp.dma8 = wrong[i].dma8;
		dsp.dma16 = wrong[i].dma16;
		KTEST_EXPECT_EQ(t, sb16_dsp_probe(&dsp), -EINVAL);
	}
	KTEST_EXPECT_EQ(t, model.nr_set, 0);
	isa_chip_unplug();
}

/* Is [from, to) of what was heard the n-th bytes written and on? */
static bool heard_sound(unsigned int from, unsigned int to, unsigned int n)
{
	for (; from < to; from++, n++) {
		if (model.heard[from] != sound(n))
			return false;
	}
	return true;
}

static bool heard_silence(unsigned int from, unsigned int to, u8 silence)
{
	return !memchr_inv(model.heard + from, silence, to - from);
}

/* Written in pieces of all sizes, ahead of the card, round the ring's end. */
static void play_all(struct ktest *t, unsigned int bits, unsigned int channels,
		     bool single)
{
	unsigned int total = 3 * RING_BYTES + 516;
	unsigned int frame = bits / 8 * channels, n;

	if (!card_begin(t, bits, single))
		return;
	card.format.channels = channels;
	card.head = card.tail = 308; /* blocks go round the ring's end */
	while (card.counts.written < total) {
		n = ktest_random(t) % 5000 / frame * frame;
		n = min(n, total - (unsigned int)card.counts.written);
		ring_write(min(n, sb16_room(&card)));
		if (!card.playing && card.head - card.tail >= 4096)
			KTEST_EXPECT_EQ(t, sb16_start(&card), 0);
		if (card.head - card.tail > 8192)
			KTEST_EXPECT_TRUE(t, play_and_interrupt(t));
	}
	card.draining = true;
	while (play_and_interrupt(t))
		;
	KTEST_EXPECT_EQ(t, model.rate, 22050);
	KTEST_EXPECT_EQ(t, model.is_signed, bits == 16);
	KTEST_EXPECT_EQ(t, model.stereo, channels == 2);
	KTEST_EXPECT_TRUE(t, heard_sound(0, total, 0));
	if (single)
		KTEST_EXPECT_EQ(t, model.nr_heard, total);
	else
		KTEST_EXPECT_TRUE(t, heard_silence(total, model.nr_heard,
						   bits == 8 ? 0x80 : 0));
	KTEST_EXPECT_FALSE(t, card.playing);
	KTEST_EXPECT_TRUE(t, isa_model.channels[bits == 8 ? 1 : 5].masked);
	KTEST_EXPECT_EQ(t, card.counts.played, total);
	KTEST_EXPECT_EQ(t, card.counts.underruns + card.counts.late, 0);
	KTEST_EXPECT_EQ(t, card.counts.gaps,
			single ? card.counts.blocks - 1 : 0);
	card_end(t);
}

static void all_that_is_written_is_heard(struct ktest *t)
{
	play_all(t, 8, 1, false);
	play_all(t, 16, 2, false);
}

static void all_of_it_block_by_block_too(struct ktest *t)
{
	play_all(t, 8, 1, true);
	play_all(t, 16, 1, true);
}

static void too_little_is_an_underrun_and_silence(struct ktest *t)
{
	if (!card_begin(t, 8, false))
		return;
	ring_write(2048 + 100);
	KTEST_EXPECT_EQ(t, sb16_start(&card), 0);
	KTEST_EXPECT_EQ(t, sb16_delay(&card), 2148);
	play_and_interrupt(t); /* 100 bytes follow */
	KTEST_EXPECT_EQ(t, card.counts.underruns, 1);
	KTEST_EXPECT_EQ(t, sb16_delay(&card), 1124);
	ring_write(3000);
	play_and_interrupt(t);
	play_and_interrupt(t);
	KTEST_EXPECT_EQ(t, card.counts.underruns, 1);
	KTEST_EXPECT_TRUE(t, heard_sound(0, 2148, 0));
	KTEST_EXPECT_TRUE(t, heard_silence(2148, 3072, 0x80));
	card.draining = true;
	while (play_and_interrupt(t))
		;
	KTEST_EXPECT_TRUE(t, heard_sound(3072, 6072, 2148));
	KTEST_EXPECT_EQ(t, card.counts.underruns, 1);
	KTEST_EXPECT_EQ(t, sb16_delay(&card), 0);
	card_end(t);
}

/* Silence behind it is not waited for by anybody. */
static void only_sound_is_still_to_be_heard(struct ktest *t)
{
	if (!card_begin(t, 8, false))
		return;
	ring_write(2048 + 100);
	KTEST_EXPECT_EQ(t, sb16_start(&card), 0);
	play_and_interrupt(t);
	play_and_interrupt(t);
	KTEST_EXPECT_EQ(t, sb16_delay(&card), 100);
	card_end(t);
}

static void a_block_lasts_an_eighth_of_a_second(struct ktest *t)
{
	static const struct {
		struct sb16_format format;
		unsigned int bytes;
	} blocks[] = {
		{ { 5000, 8, 1 }, 1024 },
		{ { 16384, 8, 1 }, 2048 },
		{ { 22050, 8, 1 }, 4096 },
		{ { 44100, 16, 2 }, 32768 },
	};
	unsigned int i;

	if (!card_begin(t, 8, false))
		return;
	card.wish_bytes = 0;
	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		card.format = blocks[i].format;
		/* In place of the window that there is. */
		KTEST_EXPECT_EQ(t, sb16_window_make(&card), 0);
		KTEST_EXPECT_EQ(t, card.block_bytes, blocks[i].bytes);
	}
	card_end(t);
}

static void a_late_bottom_half_is_counted(struct ktest *t)
{
	if (!card_begin(t, 16, false))
		return;
	ring_write(8192);
	KTEST_EXPECT_EQ(t, sb16_start(&card), 0);
	local_bh_disable();
	play_block(t);
	KTEST_EXPECT_EQ(t, sb16_interrupt(5, &card), IRQ_HANDLED);
	play_block(t);
	KTEST_EXPECT_EQ(t, sb16_interrupt(5, &card), IRQ_HANDLED);
	local_bh_enable();
	KTEST_EXPECT_EQ(t, card.counts.late, 1);
	play_and_interrupt(t);
	KTEST_EXPECT_EQ(t, card.counts.late, 1);
	KTEST_EXPECT_TRUE(t, heard_sound(0, 3072, 0));
	card_end(t);
}

static void what_is_stopped_is_forgotten(struct ktest *t)
{
	if (!card_begin(t, 8, false))
		return;
	ring_write(10000);
	KTEST_EXPECT_EQ(t, sb16_start(&card), 0);
	play_and_interrupt(t);
	sb16_stop(&card);
	KTEST_EXPECT_FALSE(t, model.playing);
	KTEST_EXPECT_TRUE(t, isa_model.channels[1].masked);
	KTEST_EXPECT_EQ(t, sb16_room(&card), RING_BYTES);
	KTEST_EXPECT_EQ(t, sb16_delay(&card), 0);
	/* An interrupt that was on its way. */
	model.pending = 1;
	KTEST_EXPECT_EQ(t, sb16_interrupt(5, &card), IRQ_HANDLED);
	KTEST_EXPECT_FALSE(t, card.playing);
	KTEST_EXPECT_EQ(t, card.pending, 0);
	KTEST_EXPECT_EQ(t, sb16_interrupt(5, &card), IRQ_NONE);
	card_end(t);
}

static void a_card_that_takes_nothing_is_an_error(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (!card_begin(t, 8, i))
			return;
		ring_write(4096);
		model.busy = true;
		KTEST_EXPECT_EQ(t, sb16_start(&card), -EIO);
		KTEST_EXPECT_FALSE(t, card.playing);
		KTEST_EXPECT_TRUE(t, isa_model.channels[1].masked);
		card_end(t);
	}
}

static void a_single_block_that_cannot_be_started_is_the_end(struct ktest *t)
{
	if (!card_begin(t, 8, true))
		return;
	ring_write(4096);
	KTEST_EXPECT_EQ(t, sb16_start(&card), 0);
	model.busy = true;
	play_and_interrupt(t);
	KTEST_EXPECT_FALSE(t, card.playing);
	KTEST_EXPECT_TRUE(t, isa_model.channels[1].masked);
	card_end(t);
}

static void who_waits_for_room_is_woken_by_each_block(struct ktest *t)
{
	struct wait_queue_entry waiter;

	if (!card_begin(t, 8, false))
		return;
	count_wakes(&card.wait, &waiter);
	ring_write(4096);
	KTEST_EXPECT_EQ(t, sb16_start(&card), 0);
	KTEST_EXPECT_EQ(t, wakes, 0);
	play_and_interrupt(t);
	KTEST_EXPECT_EQ(t, wakes, 1);
	card.draining = true;
	while (play_and_interrupt(t))
		;
	/* And at the end, which somebody may wait for, too. */
	KTEST_EXPECT_FALSE(t, card.playing);
	KTEST_EXPECT_EQ(t, wakes, card.counts.interrupts);
	remove_wait_queue(&card.wait, &waiter);
	card_end(t);
}

static void the_longest_gap_is_kept(struct ktest *t)
{
	const u64 long_ns = 3000000;
	u64 until, total;

	if (!card_begin(t, 8, true))
		return;
	ring_write(4096);
	KTEST_EXPECT_EQ(t, sb16_start(&card), 0);
	local_bh_disable();
	play_block(t);
	KTEST_EXPECT_EQ(t, sb16_interrupt(5, &card), IRQ_HANDLED);
	until = ktime_get_ns() + long_ns;
	while (ktime_get_ns() < until)
		cpu_relax();
	local_bh_enable();
	KTEST_EXPECT_EQ(t, card.counts.gaps, 1);
	total = card.counts.gap_ns_total;
	KTEST_EXPECT_GE(t, total, long_ns);
	KTEST_EXPECT_EQ(t, card.counts.gap_ns_longest, total);
	play_and_interrupt(t);
	KTEST_EXPECT_EQ(t, card.counts.gaps, 2);
	KTEST_EXPECT_GE(t, card.counts.gap_ns_longest, long_ns);
	KTEST_EXPECT_GE(t, card.counts.gap_ns_total, total);
	card_end(t);
}

static void somebody_elses_channel_is_not_taken(struct ktest *t)
{
	if (!card_begin(t, 8, false))
		return;
	sb16_window_free(&card);
	KTEST_EXPECT_EQ(t, request_dma(1, "other"), 0);
	KTEST_EXPECT_EQ(t, sb16_window_make(&card), -EBUSY);
	KTEST_EXPECT_FALSE(t, card.has_window);
	free_dma(1);
	card_end(t);
}

static const struct ktest_case host_sb16_cases[] = {
	KTEST_CASE(only_a_whole_sb16_is_taken),
	KTEST_CASE(what_the_mixer_names_is_used),
	KTEST_CASE(a_mixer_that_names_nothing_is_set),
	KTEST_CASE(a_mixer_is_set_to_what_is_wished_for),
	KTEST_CASE(what_no_card_has_is_not_wished_for),
	KTEST_CASE(all_that_is_written_is_heard),
	KTEST_CASE(all_of_it_block_by_block_too),
	KTEST_CASE(too_little_is_an_underrun_and_silence),
	KTEST_CASE(only_sound_is_still_to_be_heard),
	KTEST_CASE(a_block_lasts_an_eighth_of_a_second),
	KTEST_CASE(a_late_bottom_half_is_counted),
	KTEST_CASE(what_is_stopped_is_forgotten),
	KTEST_CASE(a_card_that_takes_nothing_is_an_error),
	KTEST_CASE(a_single_block_that_cannot_be_started_is_the_end),
	KTEST_CASE(who_waits_for_room_is_woken_by_each_block),
	KTEST_CASE(the_longest_gap_is_kept),
	KTEST_CASE(somebody_elses_channel_is_not_taken),
};
KTEST_SUITE(host_sb16, host_sb16_cases);
