/* SPDX-License-Identifier: MIT */
/*
 * isa_chip.h - the two 8237 of the machine that the suites run on
 *
 * A PC has them (x86_isa_chip.c). A hosted machine gets a model plugged in
 * (host_isa_chip.c), which a test can also look into and break.
 */
#ifndef TESTS_ISA_CHIP_H
#define TESTS_ISA_CHIP_H

#include <kernel/types.h>

/* Before and after a case that programs a channel. */
void isa_chip_plug_in(void);
void isa_chip_unplug(void);

/* --- the model only ------------------------------------------------------- */

struct isa_model_channel {
	u16 base_addr, base_count; /* as written; in words on 5-7 */
	u16 addr, count; /* as they run */
	u8 mode, page;
	bool masked;
};

struct isa_model {
	struct isa_model_channel channels[8];
	bool upper[2]; /* each chip's flip-flop: the upper byte comes next */
	unsigned int armed_writes; /* registers of a channel not masked */

	/* Other ports of the machine; NULL: nothing is there. */
	u8 (*other_in)(u16 port);
	void (*other_out)(u8 byte, u16 port);

	/* What a test breaks. */
	u8 stuck_port, stuck_bits; /* bits that never become 1 when read */
	unsigned int run_per_read; /* transfers between two reads of a count */
	unsigned int run_most; /* and no more than that in all */
};
extern struct isa_model isa_model;

/* @chan's device asks for @nr bytes or words: they move between @device and
 * memory, as the mode says. Return: how many did. */
unsigned int isa_model_request(unsigned int chan, void *device,
			       unsigned int nr);

#endif
