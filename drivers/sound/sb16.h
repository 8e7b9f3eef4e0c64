/* SPDX-License-Identifier: MIT */
/*
 * sb16.h - a Sound Blaster 16: its chip, and what is played through it
 *
 * Three floors: sb16_dsp.c talks to the chip; sb16_play.c moves bytes from the
 * ring through the window to the chip; sb16_main.c is /dev/dsp, and fills the
 * ring.
 */
#ifndef SB16_H
#define SB16_H

#include <asm/dma.h>
#include <linux/interrupt.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

#define SB16_PORTS 16 /* from the base on */
#define SB16_RATE_LEAST 5000
#define SB16_RATE_MOST 44100

/* --- the chip (sb16_dsp.c) ------------------------------------------------ */

struct sb16_dsp {
	u16 io; /* base of the ports */
	u8 major, minor; /* the chip's version */
	unsigned int irq, dma8, dma16; /* as the mixer is set */
};
/* Before the probe: as the mixer says. */
#define SB16_ASK_MIXER UINT_MAX

struct sb16_format {
	unsigned int rate; /* frames a second */
	unsigned int bits; /* 8: unsigned; 16: signed, low byte first */
	unsigned int channels; /* 1 or 2 */
};

static inline unsigned int frame_bytes(const struct sb16_format *f)
{
	return f->bits / 8 * f->channels;
}

static inline u8 silence_of(const struct sb16_format *f)
{
	return f->bits == 8 ? 0x80 : 0;
}

/* Stop whatever it does. Return: 0; -ENODEV: nobody answers. */
int sb16_dsp_reset(const struct sb16_dsp *dsp);

/**
 * sb16_dsp_probe - reset the chip and ask who it is
 * @dsp: io, irq and channels are set, these to a wish or to SB16_ASK_MIXER;
 *	the rest comes back, and what is in use instead of SB16_ASK_MIXER
 *
 * The mixer is set to what is wished for. Where nothing is, it keeps what it
 * names; if that is nothing, it is set to 5, 1 and 5, with which cards were
 * sold.
 *
 * Return: 0; -EINVAL, after one line: no card has that interrupt or channel;
 * -ENODEV, after one line: no chip, not a Sound Blaster 16, or a mixer that
 * does not keep what it is set to.
 */
int sb16_dsp_probe(struct sb16_dsp *dsp);

/**
 * sb16_dsp_play - begin to play what the DMA channel delivers
 * @bytes: until the next interrupt: of a block
 * @again: block after block, until sb16_dsp_reset(); else this one only
 *
 * Return: 0; -EIO: the chip takes no command.
 * Context: any; by one caller at a time.
 */
int sb16_dsp_play(const struct sb16_dsp *dsp, const struct sb16_format *f,
		  unsigned int bytes, bool again);

/* Be silent, and take no more from the channel. Context: as sb16_dsp_play();
 * there may be one more interrupt. */
void sb16_dsp_stop(const struct sb16_dsp *dsp, const struct sb16_format *f);

/* Is the interrupt ours? If so the chip is told that we know. Context: in the
 * handler only, which alone uses the mixer after the probe. */
bool sb16_dsp_acknowledge(const struct sb16_dsp *dsp);

/* --- playing (sb16_play.c) ------------------------------------------------ */

struct sb16_counts {
	u64 written, played; /* bytes of sound */
	unsigned long interrupts;
	unsigned long blocks; /* given to the chip */
	unsigned long underruns; /* blocks for which the ring had too little */
	unsigned long late; /* blocks filled when they were already played */
	/* Single cycle: from a block's interrupt to the next one's command. */
	unsigned long gaps;
	u64 gap_ns_longest, gap_ns_total;
};

/*
 * One direction, one opener. Positions in the ring count bytes since the last
 * reset and wrap; the ring's size is a power of two.
 */
struct sb16 {
	struct sb16_dsp dsp;
	bool single; /* single cycle; set when the module is loaded */

	/* Guarded by @mutex, which whoever works for the opener holds. Set
	 * while nothing plays, so that the tasklet may read them. */
	struct mutex mutex;
	struct sb16_format format;
	unsigned int wish_bytes; /* of a block; 0: as the rate suits */
	unsigned int block_bytes;
	u8 *ring; /* vmalloc memory */
	unsigned int ring_bytes; /* a power of two; set once */
	bool has_window;
	struct isa_dma_buf window; /* two blocks in the DMA zone */

	/* Guarded by @lock, which the interrupt takes. */
	spinlock_t lock;
	unsigned int head, tail; /* written up to; taken into the window to */
	bool playing;
	bool draining; /* the end may come: too little is no underrun */
	unsigned int next; /* the block of the window to be filled: 0 or 1 */
	unsigned int pending; /* blocks that ended and were not filled again */
	unsigned int sound_bytes[2]; /* in each block; the rest is silence */
	u64 ended_ns; /* when the last block did */
	struct sb16_counts counts;

	struct tasklet_struct tasklet;
	wait_queue_head_t wait; /* for room, and for the end */
};

/* Bytes that can be written. Context: any. */
unsigned int sb16_room(struct sb16 *card);
/* Bytes that were written and not yet heard. Context: any. */
unsigned int sb16_delay(struct sb16 *card);

/* Make the window for the format that is set. Return: 0; -EBUSY: somebody has
 * the channel; -ENOMEM. Mutex held, nothing plays; may sleep. */
int sb16_window_make(struct sb16 *card);
void sb16_window_free(struct sb16 *card);

/* Begin, with what the ring has. Return: 0, or an error of the chip. Mutex
 * held; there is a window. */
int sb16_start(struct sb16 *card);
/* Be silent, and forget what is in the ring. Mutex held. */
void sb16_stop(struct sb16 *card);

/* Set up what is not the opener's, once; and before it goes. */
void sb16_play_init(struct sb16 *card);
void sb16_play_exit(struct sb16 *card);
irqreturn_t sb16_interrupt(int irq, void *dev_id);

#endif
