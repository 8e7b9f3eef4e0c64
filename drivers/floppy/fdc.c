/* SPDX-License-Identifier: MIT */
/*
 * fdc.c - the commands of an 82077AA floppy controller
 *
 * A command is written byte by byte into one port, each when the controller is
 * ready for it; it ends with interrupt 6, and its result is read the same way.
 * Data goes through channel 2 of the 8237 and a window in the DMA zone that
 * holds one track. Whoever gives a command sleeps until the interrupt comes, for
 * WAIT_TICKS at most: a controller that says nothing costs that and a sentence,
 * never the machine.
 *
 * A transfer that nobody waits for any more must not end in somebody else's
 * memory: after one that failed the channel is masked, and before the window
 * goes back the controller is reset.
 *
 * Source: Intel 82077AA data sheet, sections 2 (registers), 5 (commands) and 6
 * (their results); the CMOS byte: IBM PC AT Technical Reference.
 *
 * What cannot be detected: some emulators answer a read error of the image
 * behind the disk with zeros and success (docs/floppy.md).
 *
 * Locking: none; one caller at a time (fdc.h). The interrupt only completes.
 */
#include <kernel/completion.h>
#include <kernel/delay.h>
#include <kernel/errno.h>
#include <kernel/irq.h>
#include <kernel/isa_dma.h>
#include <kernel/jiffies.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <asm/io.h>

#include "fdc.h"

#define FDC_CHAN 2
#define FDC_IRQ 6

enum {
	FDC_DOR = 0x3f2, /* digital output: motor, reset, drive */
	FDC_MSR = 0x3f4, /* main status */
	FDC_DATA = 0x3f5,
	FDC_DIR = 0x3f7, /* reading: digital input, the change line */
	FDC_CCR = 0x3f7, /* writing: data rate */
};
#define DOR_RESET 0x00
#define DOR_ON 0x0c /* not reset, DMA and interrupts, drive A */
#define DOR_MOTOR_A 0x10
#define MSR_READY 0x80
#define MSR_TO_CPU 0x40
#define DIR_CHANGED 0x80

#define CMD_SPECIFY 0x03
#define CMD_SENSE_DRIVE 0x04
#define CMD_RECALIBRATE 0x07
#define CMD_SENSE_INTERRUPT 0x08
#define CMD_SEEK 0x0f
#define CMD_VERSION 0x10
#define CMD_PERPENDICULAR 0x12
#define CMD_WRITE 0x45 /* MFM */
#define CMD_READ 0x66 /* MFM, skip deleted */
#define VERSION_ENHANCED 0x90
/* GAP and WGATE: bits on end, at 1 Mbit/s. */
#define PERPENDICULAR_1M 0x03
#define ST0_ERROR 0xc0
#define ST1_NO_MARK 0x01 /* no address mark in a whole turn */
#define ST1_PROTECTED 0x02
#define ST1_NO_SECTOR 0x04 /* marks, but not those of this sector */
#define ST1_OVERRUN 0x10 /* the channel was too slow */
#define ST1_BAD_CRC 0x20
#define ST3_PROTECTED 0x40
#define SPECIFY_RATES 0xdf /* 3 ms steps, 240 ms head unload, at 500 kbit/s */
#define SPECIFY_DMA 0x10 /* 16 ms head load, DMA on */
#define SECTOR_SIZE_CODE 2 /* 128 << 2 */
#define NO_LENGTH 0xff /* the size code says it */
#define NR_RESULTS 7

#define CMOS_INDEX 0x70
#define CMOS_DATA 0x71
#define CMOS_FLOPPY 0x10 /* types of drives A (high nibble) and B */

#define POLLS 100000u /* of a register: at least 10 ms */
#define WAIT_TICKS (3 * HZ) /* 80 steps and five turns take one second */
#define SPIN_UP_TICKS (HZ / 3)
#define SETTLE_MS 15 /* behind the last step, in drives' data sheets */
#define NOWHERE (~0u)

/* Each command is over with one interrupt. */
static DECLARE_COMPLETION(fdc_done);
static struct isa_dma_buf window;
static const struct fdc_format *fdc_format;
static u8 fdc_dor = DOR_ON;
static u8 fdc_perpendicular; /* as the controller was told; a reset: 0 */
/* The cylinder above which the head does not swing any more. */
static unsigned int head_rests_at = NOWHERE;
/* What the last transfer said: ST0, ST1, ST2, place; zeros: it said nothing. */
static u8 fdc_result[NR_RESULTS];
static int fdc_error; /* what the last transfer ended with */

static irqreturn_t fdc_interrupt(int irq, void *dev_id)
{
	(void)irq;
	(void)dev_id;
	complete(&fdc_done);
	return IRQ_HANDLED;
}

/* --- bytes ------------------------------------------------------------------------- */

static int fdc_wait(void)
{
	return wait_for_completion_io_timeout(&fdc_done, WAIT_TICKS) ?
		       0 :
		       -ETIMEDOUT;
}

static int fdc_ready(u8 direction)
{
	unsigned int polls;

	for (polls = 0; polls < POLLS; polls++) {
		u8 status = inb(FDC_MSR);

		if ((status & (MSR_READY | MSR_TO_CPU)) ==
		    (MSR_READY | direction))
			return 0;
	}
	return -EIO;
}

static int fdc_send(const u8 *bytes, unsigned int nr)
{
	reinit_completion(&fdc_done);
	while (nr--) {
		if (fdc_ready(0))
			return -EIO;
		outb(*bytes++, FDC_DATA);
	}
	return 0;
}

static int fdc_receive(u8 *bytes, unsigned int nr)
{
	while (nr--) {
		if (fdc_ready(MSR_TO_CPU))
			return -EIO;
		*bytes++ = inb(FDC_DATA);
	}
	return 0;
}

/* --- the head ---------------------------------------------------------------------- */

/* What the last interrupt was about: status register 0 and the cylinder. */
static int fdc_sense(u8 *st0, u8 *cylinder)
{
	static const u8 command[] = { CMD_SENSE_INTERRUPT };
	u8 result[2];

	if (fdc_send(command, sizeof(command)) ||
	    fdc_receive(result, sizeof(result)))
		return -EIO;
	*st0 = result[0];
	*cylinder = result[1];
	return 0;
}

/* A command that moves the head, and its result. */
static int fdc_move(const u8 *command, unsigned int nr, unsigned int want)
{
	u8 st0, cylinder;

	head_rests_at = NOWHERE;
	if (fdc_send(command, nr))
		return -EIO;
	if (fdc_wait())
		return -ETIMEDOUT;
	if (fdc_sense(&st0, &cylinder))
		return -EIO;
	return (st0 & ST0_ERROR) || cylinder != want ? -EIO : 0;
}

int fdc_recalibrate(void)
{
	static const u8 command[] = { CMD_RECALIBRATE, 0 };

	return fdc_move(command, sizeof(command), 0);
}

static int fdc_seek(unsigned int cylinder, unsigned int head)
{
	u8 command[] = { CMD_SEEK, (u8)(head << 2), (u8)cylinder };

	return fdc_move(command, sizeof(command), cylinder);
}

/* For a transfer. What is read from a head that still swings is refused by its
 * CRC; but what it writes would not lie on the track. */
static int fdc_head_to(const struct fdc_place *p, bool write)
{
	bool rests = head_rests_at == p->cylinder;
	int err = fdc_seek(p->cylinder, p->head);

	if (err)
		return err;
	if (write && !rests)
		msleep(SETTLE_MS);
	if (write || rests)
		head_rests_at = p->cylinder;
	return 0;
}

/* --- reset, motor, change line ------------------------------------------------------ */

/* Stop whatever goes on. The interrupt that follows is waited for by fdc_reset()
 * only. */
static void fdc_stop(void)
{
	reinit_completion(&fdc_done);
	outb(DOR_RESET, FDC_DOR);
	udelay(10);
	outb(fdc_dor, FDC_DOR);
}

/* Rate and direction of the bits, for the disks of fdc_format. */
static int fdc_tune(void)
{
	u8 rate = fdc_format ? fdc_format->rate : FDC_RATE_500K;
	u8 command[] = { CMD_PERPENDICULAR,
			 rate == FDC_RATE_1M ? PERPENDICULAR_1M : 0 };

	outb(rate, FDC_CCR);
	if (command[1] == fdc_perpendicular)
		return 0;
	fdc_perpendicular = command[1];
	return fdc_send(command, sizeof(command));
}

int fdc_reset(void)
{
	static const u8 specify[] = { CMD_SPECIFY, SPECIFY_RATES, SPECIFY_DMA };
	unsigned int i;
	u8 st0, cylinder;

	fdc_stop();
	if (fdc_wait())
		return -ETIMEDOUT;
	for (i = 0; i < 4; i++) { /* one for each drive there could be */
		if (fdc_sense(&st0, &cylinder))
			return -EIO;
	}
	fdc_perpendicular = 0;
	if (fdc_tune() || fdc_send(specify, sizeof(specify)))
		return -EIO;
	return fdc_motor_is_on() ? fdc_recalibrate() : 0;
}

bool fdc_motor_is_on(void)
{
	return fdc_dor & DOR_MOTOR_A;
}

void fdc_motor(bool on)
{
	u8 dor = on ? DOR_ON | DOR_MOTOR_A : DOR_ON;

	if (dor == fdc_dor)
		return;
	fdc_dor = dor;
	outb(dor, FDC_DOR);
	if (on)
		schedule_timeout_uninterruptible(SPIN_UP_TICKS);
}

int fdc_format_set(const struct fdc_format *format)
{
	fdc_format = format;
	return fdc_tune();
}

bool fdc_disk_changed(void)
{
	return inb(FDC_DIR) & DIR_CHANGED;
}

/* The line goes back when the head steps with a disk in the drive. */
int fdc_disk_find(void)
{
	int err = fdc_recalibrate();

	if (!err)
		err = fdc_seek(1, 0);
	if (!err)
		err = fdc_recalibrate();
	if (err)
		return err;
	return fdc_disk_changed() ? -ENXIO : 0;
}

int fdc_write_protected(void)
{
	static const u8 command[] = { CMD_SENSE_DRIVE, 0 };
	u8 st3;

	if (fdc_send(command, sizeof(command)) || fdc_receive(&st3, 1))
		return -EIO;
	return st3 & ST3_PROTECTED ? 1 : 0;
}

/* --- transfers ----------------------------------------------------------------------- */

u8 *fdc_window(void)
{
	return window.va;
}

static int fdc_transfer_command(const struct fdc_place *p, bool write)
{
	const u8 command[] = {
		write ? CMD_WRITE : CMD_READ,
		(u8)(p->head << 2),
		(u8)p->cylinder,
		(u8)p->head,
		(u8)(p->first + 1),
		SECTOR_SIZE_CODE,
		/* It ends behind this one; the channel's count says the same. */
		(u8)(p->first + p->nr),
		fdc_format->gap,
		NO_LENGTH,
	};

	if (fdc_send(command, sizeof(command)))
		return -EIO;
	if (fdc_wait())
		return -ETIMEDOUT;
	if (fdc_receive(fdc_result, sizeof(fdc_result)))
		return -EIO;
	if (fdc_result[1] & ST1_PROTECTED)
		return -EROFS;
	return fdc_result[0] & ST0_ERROR ? -EIO : 0;
}

/* Mask the channel, whatever came. Return: bytes that did not. */
static unsigned long channel_stop(void)
{
	unsigned long flags = claim_dma_lock(), residue;

	disable_dma(FDC_CHAN);
	clear_dma_ff(FDC_CHAN);
	residue = get_dma_residue(FDC_CHAN);
	release_dma_lock(flags);
	return residue;
}

static int transfer_once(const struct fdc_place *p, bool write)
{
	unsigned long residue;
	int err;

	err = fdc_head_to(p, write);
	if (err)
		return err;
	err = isa_dma_start(FDC_CHAN, write ? DMA_MODE_WRITE : DMA_MODE_READ,
			    window.phys, p->nr * FDC_SECTOR_BYTES);
	if (err)
		return err;
	err = fdc_transfer_command(p, write);
	residue = channel_stop();
	return !err && residue ? -EIO : err;
}

int fdc_transfer(const struct fdc_place *p, bool write)
{
	memset(fdc_result, 0, sizeof(fdc_result));
	fdc_error = transfer_once(p, write);
	return fdc_error;
}

const char *fdc_problem(void)
{
	u8 st1 = fdc_result[1];

	if (st1 & ST1_PROTECTED)
		return "the disk is write protected";
	if (st1 & ST1_BAD_CRC)
		return "the disk is damaged (bad CRC)";
	if (st1 & ST1_OVERRUN)
		return "the DMA channel was too slow";
	if (st1 & ST1_NO_SECTOR)
		return "the sector is missing";
	if (st1 & ST1_NO_MARK)
		return "not formatted";
	if (fdc_result[0] & ST0_ERROR)
		return "the controller gave it up and tells no reason";
	if (fdc_error == -ETIMEDOUT)
		return "the controller or the drive does not answer";
	return "the head is not where it should be, or bytes are missing";
}

u32 fdc_problem_bits(void)
{
	return (u32)fdc_result[0] << 16 | (u32)fdc_result[1] << 8 |
	       fdc_result[2];
}

/* --- there or not; taking it and giving it back ------------------------------------- */

unsigned int fdc_drive_type(void)
{
	outb(CMOS_FLOPPY, CMOS_INDEX);
	return inb(CMOS_DATA) >> 4;
}

bool fdc_present(void)
{
	static const u8 command[] = { CMD_VERSION };
	u8 version = 0;

	fdc_stop(); /* it may hang in a command of before */
	return !fdc_send(command, sizeof(command)) &&
	       !fdc_receive(&version, 1) && version == VERSION_ENHANCED;
}

int fdc_take(void)
{
	int err = isa_dma_buf_init(&window, FDC_CHAN, FDC_TRACK_MOST, "floppy");

	if (err)
		return err;
	err = request_irq(FDC_IRQ, fdc_interrupt, 0, "floppy", &window);
	if (err)
		goto out_free_window;
	err = fdc_reset();
	if (!err)
		return 0;
	free_irq(FDC_IRQ, &window);
out_free_window:
	isa_dma_buf_free(&window);
	return err;
}

void fdc_release(void)
{
	fdc_dor = DOR_ON;
	/* It stays reset: leaving that is an interrupt, which would come when
	 * it is nobody's any more. */
	outb(DOR_RESET, FDC_DOR);
	free_irq(FDC_IRQ, &window);
	isa_dma_buf_free(&window);
}
