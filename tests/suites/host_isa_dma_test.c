/* SPDX-License-Identifier: MIT */
/*
 * host_isa_dma_test.c - what reaches the controllers, and what they then do
 *
 * On a model of the chips, which a test can look into: a PC's have registers
 * that cannot be read, and devices that cannot be told when to ask.
 */
#include <kernel/errno.h>
#include <kernel/isa_dma.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>

#include "isa_chip.h"
#include "live_fixture.h"

#define BYTES 1u
#define WORDS 5u
#define LENGTH 3000u

static const unsigned int chans[] = { BYTES, WORDS };

/* Both channels, with a window each. */
struct rig {
	struct isa_dma_buf bufs[2];
	u8 device[LENGTH];
};
static struct rig rig;

static bool rig_begin(struct ktest *t)
{
	unsigned int i;

	isa_chip_plug_in();
	for (i = 0; i < 2; i++) {
		if (!KTEST_EXPECT_EQ(t,
				     isa_dma_buf_init(&rig.bufs[i], chans[i],
						      LENGTH, "rig"),
				     0))
			return false;
		memset(rig.bufs[i].va, 0, LENGTH);
	}
	for (i = 0; i < LENGTH; i++)
		rig.device[i] = (u8)(i * 7 + i / 256 + 1);
	return true;
}

static void rig_end(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, isa_model.armed_writes, 0);
	isa_dma_buf_free(&rig.bufs[0]);
	isa_dma_buf_free(&rig.bufs[1]);
	isa_chip_unplug();
}

static unsigned long residue(unsigned int chan)
{
	unsigned long flags = claim_dma_lock(), left;

	clear_dma_ff(chan);
	left = get_dma_residue(chan);
	release_dma_lock(flags);
	return left;
}

static void bytes_and_words_arrive_in_both_directions(struct ktest *t)
{
	unsigned int i;

	if (!rig_begin(t))
		return;
	for (i = 0; i < 2; i++) {
		const struct isa_dma_buf *b = &rig.bufs[i];
		unsigned int width = i + 1, half = LENGTH / 2 / width;
		u8 back[LENGTH];

		KTEST_EXPECT_EQ(
			t,
			isa_dma_start(b->chan, DMA_MODE_READ, b->phys, LENGTH),
			0);
		KTEST_EXPECT_EQ(t, residue(b->chan), LENGTH);
		KTEST_EXPECT_EQ(t, isa_model_request(b->chan, rig.device, half),
				half);
		KTEST_EXPECT_EQ(t, residue(b->chan), LENGTH - half * width);
		/* A device that asks for more than there is gets no more. */
		KTEST_EXPECT_EQ(t,
				isa_model_request(b->chan,
						  rig.device + half * width,
						  LENGTH),
				LENGTH / width - half);
		KTEST_EXPECT_EQ(t, residue(b->chan), 0);
		KTEST_EXPECT_EQ(t, memcmp(b->va, rig.device, LENGTH), 0);

		KTEST_EXPECT_EQ(
			t,
			isa_dma_start(b->chan, DMA_MODE_WRITE, b->phys, LENGTH),
			0);
		KTEST_EXPECT_EQ(
			t, isa_model_request(b->chan, back, LENGTH / width),
			LENGTH / width);
		KTEST_EXPECT_EQ(t, memcmp(back, rig.device, LENGTH), 0);
	}
	rig_end(t);
}

static void auto_init_begins_again_until_it_is_disabled(struct ktest *t)
{
	const struct isa_dma_buf *b = &rig.bufs[0];
	unsigned long flags;
	u8 back[LENGTH];

	if (!rig_begin(t))
		return;
	memcpy(b->va, rig.device, LENGTH);
	KTEST_EXPECT_EQ(t,
			isa_dma_start(BYTES, DMA_MODE_WRITE | DMA_AUTOINIT,
				      b->phys, 1000),
			0);
	KTEST_EXPECT_EQ(t, isa_model_request(BYTES, back, 2500), 2500);
	KTEST_EXPECT_EQ(t, memcmp(back, rig.device, 1000), 0);
	KTEST_EXPECT_EQ(t, memcmp(back + 1000, rig.device, 1000), 0);
	KTEST_EXPECT_EQ(t, memcmp(back + 2000, rig.device, 500), 0);
	KTEST_EXPECT_EQ(t, residue(BYTES), 500);
	flags = claim_dma_lock();
	disable_dma(BYTES);
	release_dma_lock(flags);
	KTEST_EXPECT_EQ(t, isa_model_request(BYTES, back, 1), 0);
	rig_end(t);
}

static void verify_moves_nothing(struct ktest *t)
{
	const struct isa_dma_buf *b = &rig.bufs[0];

	if (!rig_begin(t))
		return;
	KTEST_EXPECT_EQ(
		t, isa_dma_start(BYTES, DMA_MODE_VERIFY, b->phys, LENGTH), 0);
	KTEST_EXPECT_EQ(t, isa_model_request(BYTES, rig.device, LENGTH),
			LENGTH);
	KTEST_EXPECT_EQ(t, residue(BYTES), 0);
	KTEST_EXPECT_NULL(t, memchr_inv(b->va, 0, LENGTH));
	rig_end(t);
}

/* By the raw names. */
static void program(unsigned int chan, u8 mode, phys_addr_t phys,
		    unsigned long bytes)
{
	unsigned long flags = claim_dma_lock();

	disable_dma(chan);
	clear_dma_ff(chan);
	set_dma_mode(chan, mode);
	set_dma_addr(chan, phys);
	set_dma_count(chan, bytes);
	enable_dma(chan);
	release_dma_lock(flags);
}

static void what_is_refused_never_begins(struct ktest *t)
{
	const struct isa_dma_buf *b = &rig.bufs[0], *w = &rig.bufs[1];
	unsigned long flags;

	if (!rig_begin(t))
		return;
	ktest_expect_report(t, "dma-limit");
	program(BYTES, DMA_MODE_READ, MIB(16), 512);
	KTEST_EXPECT_TRUE(t, isa_model.channels[BYTES].masked);
	ktest_expect_report(t, "dma-boundary");
	program(BYTES, DMA_MODE_READ, 0x1ff00, 512);
	KTEST_EXPECT_TRUE(t, isa_model.channels[BYTES].masked);
	ktest_expect_report(t, "dma-count");
	program(BYTES, DMA_MODE_READ, b->phys, 0);
	KTEST_EXPECT_TRUE(t, isa_model.channels[BYTES].masked);
	ktest_expect_report(t, "dma-count");
	program(WORDS, DMA_MODE_READ, w->phys, 7);
	KTEST_EXPECT_TRUE(t, isa_model.channels[WORDS].masked);
	ktest_expect_report(t, "dma-mode");
	program(BYTES, DMA_MODE_READ | 0x20, b->phys, 512);
	KTEST_EXPECT_TRUE(t, isa_model.channels[BYTES].masked);
	program(BYTES, DMA_MODE_READ, ISA_DMA_BAD_ADDRESS, 512);
	KTEST_EXPECT_TRUE(t, isa_model.channels[BYTES].masked);
	KTEST_EXPECT_EQ(t, isa_model_request(BYTES, rig.device, 1), 0);

	program(BYTES, DMA_MODE_READ, b->phys, 512);
	KTEST_EXPECT_FALSE(t, isa_model.channels[BYTES].masked);
	/* Nor does it go on, if it was not disabled before. */
	flags = claim_dma_lock();
	ktest_expect_report(t, "dma-count");
	set_dma_count(BYTES, 0);
	enable_dma(BYTES);
	release_dma_lock(flags);
	KTEST_EXPECT_TRUE(t, isa_model.channels[BYTES].masked);
	program(WORDS, DMA_MODE_READ, w->phys, 8);
	KTEST_EXPECT_FALSE(t, isa_model.channels[WORDS].masked);
	rig_end(t);
}

static void a_freed_channel_is_masked(struct ktest *t)
{
	isa_chip_plug_in();
	KTEST_ASSERT_EQ(t, request_dma(BYTES, "rig"), 0);
	program(BYTES, DMA_MODE_READ, 0x10000, 512);
	KTEST_EXPECT_FALSE(t, isa_model.channels[BYTES].masked);
	free_dma(BYTES);
	KTEST_EXPECT_TRUE(t, isa_model.channels[BYTES].masked);
	isa_chip_unplug();
}

/* The page register alone moves the address by 64 KiB. */
static void the_page_is_a_part_of_the_address(struct ktest *t)
{
	unsigned long flags;

	if (!rig_begin(t))
		return;
	program(BYTES, DMA_MODE_READ, 0x1fff0, 16);
	flags = claim_dma_lock();
	disable_dma(BYTES);
	set_dma_page(BYTES, 0xff);
	enable_dma(BYTES);
	release_dma_lock(flags);
	KTEST_EXPECT_EQ(t, isa_model.channels[BYTES].page, 0xff);
	KTEST_EXPECT_EQ(t, isa_model.channels[BYTES].base_addr, 0xfff0);
	KTEST_EXPECT_FALSE(t, isa_model.channels[BYTES].masked);
	/* In words, bit 16 is a bit of the address register. */
	program(WORDS, DMA_MODE_READ, 0x130000, 16);
	KTEST_EXPECT_EQ(t, isa_model.channels[WORDS].page, 0x12);
	KTEST_EXPECT_EQ(t, isa_model.channels[WORDS].base_addr, 0x8000);
	rig_end(t);
}

/* --- registers that are not what they were set to ------------------------------- */

static void a_dead_register_is_reported_and_nothing_begins(struct ktest *t)
{
	static const struct {
		u8 port;
		const char *says;
	} dead[] = {
		{ 0x02, "chan=1 address found=0000 want=3456" },
		{ 0x03, "chan=1 count found=0000 want=0788" },
		{ 0x83, "chan=1 page found=00 want=12" },
	};
	unsigned int i;

	if (!rig_begin(t))
		return;
	for (i = 0; i < ARRAY_SIZE(dead); i++) {
		isa_model.stuck_port = dead[i].port;
		isa_model.stuck_bits = 0xff;
		ktest_expect_report(t, "dma-readback");
		KTEST_EXPECT_EQ(
			t, isa_dma_start(BYTES, DMA_MODE_READ, 0x123456, 0x789),
			-EIO);
		expect_report_says(t, dead[i].says);
		KTEST_EXPECT_TRUE(t, isa_model.channels[BYTES].masked);
		ktest_expect_report(t, "dma-readback");
		program(BYTES, DMA_MODE_READ, 0x123456, 0x789);
		KTEST_EXPECT_TRUE(t, isa_model.channels[BYTES].masked);
	}
	rig_end(t);
}

static void a_forgotten_flip_flop_is_noticed(struct ktest *t)
{
	unsigned long flags;

	if (!rig_begin(t))
		return;
	isa_model.upper[0] = true; /* somebody read one half */
	flags = claim_dma_lock();
	disable_dma(BYTES);
	set_dma_mode(BYTES, DMA_MODE_READ);
	ktest_expect_report(t, "dma-readback");
	set_dma_addr(BYTES, 0x123456);
	set_dma_count(BYTES, 0x789);
	enable_dma(BYTES);
	release_dma_lock(flags);
	expect_report_says(t, "address found=5634 want=3456");
	KTEST_EXPECT_TRUE(t, isa_model.channels[BYTES].masked);
	rig_end(t);
}

/* The counter goes on between the two reads of its halves. */
static void a_residue_is_one_that_there_was(struct ktest *t)
{
	unsigned long before, found;
	unsigned int run;

	if (!rig_begin(t))
		return;
	for (run = 1; run < 20; run++) {
		KTEST_EXPECT_EQ(t,
				isa_dma_start(BYTES, DMA_MODE_VERIFY, 0x120000,
					      0x10000),
				0);
		isa_model_request(BYTES, rig.device, 0x10);
		isa_model.run_most = 0xffe0;
		isa_model.run_per_read = run;
		do {
			before = isa_model.run_most + 0x10;
			found = residue(BYTES);
			KTEST_EXPECT_LE(t, found, before);
			KTEST_EXPECT_GE(t, found, isa_model.run_most + 0x10);
		} while (isa_model.run_most > 0x1000 && !t->failed);
		isa_model.run_per_read = 0;
	}
	rig_end(t);
}

static void a_start_does_not_mind_the_flip_flop(struct ktest *t)
{
	unsigned int i;

	KTEST_ASSERT_TRUE(t, rig_begin(t));
	isa_model.upper[0] = isa_model.upper[1] = true;
	for (i = 0; i < 2; i++) {
		KTEST_EXPECT_EQ(t,
				isa_dma_start(chans[i], DMA_MODE_READ,
					      rig.bufs[i].phys, LENGTH),
				0);
		KTEST_EXPECT_EQ(t, residue(chans[i]), LENGTH);
	}
	rig_end(t);
}

static const struct ktest_case host_isa_dma_cases[] = {
	KTEST_CASE(bytes_and_words_arrive_in_both_directions),
	KTEST_CASE(auto_init_begins_again_until_it_is_disabled),
	KTEST_CASE(verify_moves_nothing),
	KTEST_CASE(what_is_refused_never_begins),
	KTEST_CASE(a_freed_channel_is_masked),
	KTEST_CASE(the_page_is_a_part_of_the_address),
	KTEST_CASE(a_dead_register_is_reported_and_nothing_begins),
	KTEST_CASE(a_forgotten_flip_flop_is_noticed),
	KTEST_CASE(a_residue_is_one_that_there_was),
	KTEST_CASE(a_start_does_not_mind_the_flip_flop),
};
KTEST_SUITE(host_isa_dma, host_isa_dma_cases);
