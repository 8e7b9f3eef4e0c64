/* SPDX-License-Identifier: MIT */
/*
 * sb16_dsp.c - the Sound Blaster 16's chip: its ports and commands
 *
 * Commands and their arguments are bytes written one after the other, each when
 * the chip is ready for it. Waits are bounded: a card that is not there reads
 * as all ones, and is never ready.
 *
 * Source: Creative Labs, "Sound Blaster Series Hardware Programming Guide",
 * chapters 2 (ports), 3 (DSP commands 0x41, 0xbx, 0xcx, 0xd9, 0xda, 0xe1),
 * 4 (mixer).
 *
 * Locking: none; see sb16.h for who may call what.
 */
#define pr_fmt(fmt) "sb16: " fmt
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kernel.h>

#include "sb16.h"

/* Offsets of ports. */
enum {
	MIXER_INDEX = 0x4,
	MIXER_DATA = 0x5,
	DSP_RESET = 0x6,
	DSP_READ = 0xa,
	DSP_WRITE = 0xc, /* read: bit 7 says busy */
	DSP_READ_STATUS = 0xe, /* bit 7: a byte is there; ends irq of 8 bits */
	DSP_ACK_16 = 0xf, /* ends the interrupt of 16 bits */
};
#define DSP_BUSY 0x80
#define DSP_THERE 0x80
#define DSP_READY 0xaa /* what a reset answers */

#define CMD_RATE 0x41
#define CMD_PLAY_8 0xc0 /* and with these: */
#define CMD_PLAY_16 0xb0
#define CMD_AGAIN 0x04 /* auto-init */
#define CMD_FIFO 0x02
#define CMD_END_8 0xda
#define CMD_END_16 0xd9
#define CMD_VERSION 0xe1
#define MODE_SIGNED 0x10
#define MODE_STEREO 0x20
#define VERSION_SB16 4

#define MIXER_IRQ 0x80 /* a bit each: 2 (9), 5, 7, 10 */
#define MIXER_DMA 0x81 /* a bit for each channel */
#define MIXER_STATUS 0x82
#define STATUS_8 0x01
#define STATUS_16 0x02

#define POLLS 1000u /* of a port: at least 1 ms */
#define RESET_POLLS 20u /* of 100 us; a chip takes about one */

static int dsp_send(const struct sb16_dsp *dsp, u8 byte)
{
	unsigned int i;

	for (i = 0; i < POLLS; i++) {
		if (!(inb(dsp->io + DSP_WRITE) & DSP_BUSY)) {
			outb(byte, dsp->io + DSP_WRITE);
			return 0;
		}
	}
	return -EIO;
}

static int dsp_receive(const struct sb16_dsp *dsp, u8 *byte)
{
	unsigned int i;

	for (i = 0; i < POLLS; i++) {
		if (inb(dsp->io + DSP_READ_STATUS) & DSP_THERE) {
			*byte = inb(dsp->io + DSP_READ);
			return 0;
		}
	}
	return -EIO;
}

int sb16_dsp_reset(const struct sb16_dsp *dsp)
{
	unsigned int i;
	u8 byte;

	outb(1, dsp->io + DSP_RESET);
	udelay(3);
	outb(0, dsp->io + DSP_RESET);
	for (i = 0; i < RESET_POLLS; i++) {
		udelay(100);
		if (!dsp_receive(dsp, &byte) && byte == DSP_READY)
			return 0;
	}
	return -ENODEV;
}

static u8 mixer_read(const struct sb16_dsp *dsp, u8 reg)
{
	outb(reg, dsp->io + MIXER_INDEX);
	return inb(dsp->io + MIXER_DATA);
}

static void mixer_write(const struct sb16_dsp *dsp, u8 reg, u8 value)
{
	outb(reg, dsp->io + MIXER_INDEX);
	outb(value, dsp->io + MIXER_DATA);
}

/* --- interrupt and channels ------------------------------------------------- */

/* What the mixer names by a bit of half a register. */
struct setting {
	const char *name;
	u8 reg, half; /* the register, and which bits of it belong here */
	u8 usual; /* if nobody says anything else */
	u8 of_bit[8]; /* what a bit names; 0xff: nothing */
};
#define NONE 0xff
/* What the card calls 2 is a pin of the slot, which an AT wires to 9: its own 2
 * is the second 8259's. */
#define IRQ_OF_XT 2
#define IRQ_OF_AT 9
static const struct setting irq_setting = { "irq",
					    MIXER_IRQ,
					    0x0f,
					    5,
					    { IRQ_OF_AT, 5, 7, 10, NONE, NONE,
					      NONE, NONE } };
/* Channel 2 is the floppy's, 4 is the other controller. */
static const struct setting dma8_setting = {
	"dma", MIXER_DMA, 0x0f, 1, { 0, 1, NONE, 3, NONE, NONE, NONE, NONE }
};
static const struct setting dma16_setting = {
	"dma16", MIXER_DMA, 0xf0, 5, { NONE, NONE, NONE, NONE, NONE, 5, 6, 7 }
};

/* Return: the bit for @value, or 0. */
static u8 setting_bit(const struct setting *s, unsigned int value)
{
	unsigned int i;

	for (i = 0; i < 8; i++) {
		if (s->of_bit[i] == value && value != NONE)
			return (u8)BIT(i);
	}
	return 0;
}

/* Return: what the mixer names, the first if several; SB16_ASK_MIXER: none. */
static unsigned int setting_read(const struct sb16_dsp *dsp,
				 const struct setting *s)
{
	u8 bits = mixer_read(dsp, s->reg) & s->half;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		if ((bits & BIT(i)) && s->of_bit[i] != NONE)
			return s->of_bit[i];
	}
	return SB16_ASK_MIXER;
}

static bool wish_is_possible(const struct setting *s, unsigned int wish)
{
	if (wish == SB16_ASK_MIXER || setting_bit(s, wish))
		return true;
	pr_err("%s=%d: no card has that\n", s->name, (int)wish);
	return false;
}

/* Make the mixer name @value, or if that is SB16_ASK_MIXER, anything. */
static int setting_make(const struct sb16_dsp *dsp, const struct setting *s,
			unsigned int *value)
{
	unsigned int named = setting_read(dsp, s), wanted = *value;
	u8 before;

	if (wanted == SB16_ASK_MIXER)
		wanted = named != SB16_ASK_MIXER ? named : s->usual;
	*value = wanted;
	if (wanted == named)
		return 0;
	before = mixer_read(dsp, s->reg);
	mixer_write(dsp, s->reg,
		    (u8)((before & ~s->half) | setting_bit(s, wanted)));
	if (setting_read(dsp, s) != wanted) {
		pr_err("the card at %#x cannot be set to %s=%u\n", dsp->io,
		       s->name, wanted);
		return -ENODEV;
	}
	return 0;
}

static int dsp_settings(struct sb16_dsp *dsp)
{
	int err = setting_make(dsp, &irq_setting, &dsp->irq);

	if (!err)
		err = setting_make(dsp, &dma8_setting, &dsp->dma8);
	if (!err)
		err = setting_make(dsp, &dma16_setting, &dsp->dma16);
	return err;
}

/* --- the chip ----------------------------------------------------------------- */

int sb16_dsp_probe(struct sb16_dsp *dsp)
{
	if (dsp->irq == IRQ_OF_XT)
		dsp->irq = IRQ_OF_AT;
	if (!wish_is_possible(&irq_setting, dsp->irq) ||
	    !wish_is_possible(&dma8_setting, dsp->dma8) ||
	    !wish_is_possible(&dma16_setting, dsp->dma16))
		return -EINVAL;
	if (sb16_dsp_reset(dsp)) {
		pr_err("no Sound Blaster at %#x\n", dsp->io);
		return -ENODEV;
	}
	if (dsp_send(dsp, CMD_VERSION) || dsp_receive(dsp, &dsp->major) ||
	    dsp_receive(dsp, &dsp->minor)) {
		pr_err("the chip at %#x does not say who it is\n", dsp->io);
		return -ENODEV;
	}
	if (dsp->major < VERSION_SB16) {
		pr_err("the chip at %#x is a Sound Blaster %u.%u, not a 16\n",
		       dsp->io, dsp->major, dsp->minor);
		return -ENODEV;
	}
	return dsp_settings(dsp);
}

int sb16_dsp_play(const struct sb16_dsp *dsp, const struct sb16_format *f,
		  unsigned int bytes, bool again)
{
	unsigned int last = bytes / (f->bits / 8) - 1; /* counts samples */
	u8 command = f->bits == 8 ? CMD_PLAY_8 : CMD_PLAY_16;
	u8 mode = f->bits == 8 ? 0 : MODE_SIGNED;

	if (again)
		command |= CMD_AGAIN;
	if (f->channels == 2)
		mode |= MODE_STEREO;
	if (dsp_send(dsp, CMD_RATE) || dsp_send(dsp, (u8)(f->rate >> 8)) ||
	    dsp_send(dsp, (u8)f->rate) || dsp_send(dsp, command | CMD_FIFO) ||
	    dsp_send(dsp, mode) || dsp_send(dsp, (u8)last) ||
	    dsp_send(dsp, (u8)(last >> 8)))
		return -EIO;
	return 0;
}

void sb16_dsp_stop(const struct sb16_dsp *dsp, const struct sb16_format *f)
{
	/* The reset is enough, but Bochs 2.7: there a chip that is reset while
	 * it plays interrupts, and after the reset cannot be told that we know;
	 * no other interrupt of it is ever seen. */
	(void)dsp_send(dsp, f->bits == 8 ? CMD_END_8 : CMD_END_16);
	(void)sb16_dsp_reset(dsp);
}

bool sb16_dsp_acknowledge(const struct sb16_dsp *dsp)
{
	u8 status = mixer_read(dsp, MIXER_STATUS);

	if (status & STATUS_8)
		inb(dsp->io + DSP_READ_STATUS);
	if (status & STATUS_16)
		inb(dsp->io + DSP_ACK_16);
	return status & (STATUS_8 | STATUS_16);
}
