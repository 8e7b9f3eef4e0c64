/* SPDX-License-Identifier: MIT */
/*
 * floppy.c - a whole 1.44 MB disk into a vmalloc buffer, by ISA DMA
 *
 * The first driver of the house, and the chapter's chain in one piece: the
 * controller can only move data through an 8237 channel, the channel only
 * through a window below 16 MiB that crosses no 64 KiB line, and the image is
 * far too long for that. So the window is one track in the DMA zone, and the
 * image a vmalloc buffer of single pages that the track is copied into through
 * real page tables.
 *
 * Commands end in interrupt 6; the reader sleeps until it comes, for so long at
 * most that a controller that says nothing costs a sentence and not the machine.
 * Whatever happened, it is reset before the window goes back: a read that
 * nobody waits for any more must not end in somebody else's memory.
 *
 * Source: Intel 82077AA data sheet, sections 2 (registers) and 5 (commands).
 *
 * What cannot be detected: some emulators answer a read error of the image
 * behind the disk with zeros and success.
 *
 * Locking: one reader at a time, the console.
 */
#include <kernel/command.h>
#include <kernel/completion.h>
#include <kernel/errno.h>
#include <kernel/hash.h>
#include <kernel/ioport.h>
#include <kernel/irq.h>
#include <kernel/isa_dma.h>
#include <kernel/jiffies.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <mm/vmalloc.h>
#include <asm/io.h>

#define FDC_CHAN 2
#define FDC_IRQ 6

/* 1.44 MB, 3.5 inch. */
#define CYLINDERS 80u
#define HEADS 2u
#define SECTORS 18u
#define SECTOR_BYTES 512u
#define TRACK_BYTES (SECTORS * SECTOR_BYTES)
#define DISK_BYTES (CYLINDERS * HEADS * TRACK_BYTES)

enum {
	FDC_DOR = 0x3f2, /* digital output: motor, reset, drive */
	FDC_MSR = 0x3f4, /* main status */
	FDC_DATA = 0x3f5,
	FDC_CCR = 0x3f7, /* data rate */
};
#define DOR_RESET 0x00
#define DOR_ON_MOTOR_A 0x1c /* not reset, DMA and interrupts, motor A */
#define DOR_ON 0x0c
#define MSR_READY 0x80
#define MSR_TO_CPU 0x40
#define CCR_500K 0

#define CMD_SPECIFY 0x03
#define CMD_RECALIBRATE 0x07
#define CMD_SENSE_INTERRUPT 0x08
#define CMD_SEEK 0x0f
#define CMD_VERSION 0x10
#define CMD_READ 0xe6 /* multi-track, MFM, skip deleted */
#define VERSION_ENHANCED 0x90
#define ST0_ERROR 0xc0
#define ST1_NO_MARK 0x01 /* no address mark in a whole turn */
#define ST1_NO_SECTOR 0x04 /* marks, but not those of this sector */
#define ST1_BAD_CRC 0x20
#define SPECIFY_RATES 0xdf /* 3 ms steps, 240 ms head unload */
#define SPECIFY_DMA 0x02 /* 16 ms head load, DMA on */
#define SECTOR_SIZE_CODE 2 /* 128 << 2 */
#define GAP_LENGTH 0x1b
#define NR_RESULTS 7

#define CMOS_INDEX 0x70
#define CMOS_DATA 0x71
#define CMOS_FLOPPY 0x10 /* types of drives A (high nibble) and B */
#define CMOS_TYPE_1440K 4
#define CMOS_TYPE_2880K 5 /* reads 1.44 MB disks too */

#define POLLS 100000u /* of a register: at least 10 ms */
#define WAIT_TICKS (2 * HZ)
#define SPIN_UP_TICKS (HZ / 3)
#define TRIES 3

/* Each command is over with one interrupt. */
static DECLARE_COMPLETION(fdc_done);
/* What the last read said: ST0, ST1, ST2, place; zeros if it said nothing. */
static u8 fdc_result[NR_RESULTS];

static irqreturn_t fdc_interrupt(int irq, void *dev_id)
{
	(void)irq;
	(void)dev_id;
	complete(&fdc_done);
	return IRQ_HANDLED;
}

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

/* What the last interrupt was about: status register 0 and the cylinder. */
static int fdc_sense(u8 *st0, u8 *cylinder)
{
	static const u8 command[] = { CMD_SENSE_INTERRUPT };
	u8 result[2];

	if (fdc_send(command, 1) || fdc_receive(result, 2))
		return -EIO;
	*st0 = result[0];
	*cylinder = result[1];
	return 0;
}

/* A command that moves the head, and its result. */
static int fdc_move(const u8 *command, unsigned int nr, unsigned int want)
{
	u8 st0, cylinder;

	if (fdc_send(command, nr))
		return -EIO;
	if (fdc_wait())
		return -ETIMEDOUT;
	if (fdc_sense(&st0, &cylinder))
		return -EIO;
	return (st0 & ST0_ERROR) || cylinder != want ? -EIO : 0;
}

static int fdc_recalibrate(void)
{
	static const u8 command[] = { CMD_RECALIBRATE, 0 };

	return fdc_move(command, sizeof(command), 0);
}

static int fdc_seek(unsigned int cylinder, unsigned int head)
{
	u8 command[] = { CMD_SEEK, (u8)(head << 2), (u8)cylinder };

	return fdc_move(command, sizeof(command), cylinder);
}

/* Stop whatever goes on; the digital output is @dor then. The interrupt that
 * follows is waited for by fdc_reset() only. */
static void fdc_stop(u8 dor)
{
	reinit_completion(&fdc_done);
	outb(DOR_RESET, FDC_DOR);
	udelay(10);
	outb(dor, FDC_DOR);
}

static int fdc_reset(void)
{
	static const u8 specify[] = { CMD_SPECIFY, SPECIFY_RATES, SPECIFY_DMA };
	unsigned int i;
	u8 st0, cylinder;

	fdc_stop(DOR_ON_MOTOR_A);
	if (fdc_wait())
		return -ETIMEDOUT;
	for (i = 0; i < 4; i++) { /* one for each drive there could be */
		if (fdc_sense(&st0, &cylinder))
			return -EIO;
	}
	outb(CCR_500K, FDC_CCR);
	if (fdc_send(specify, sizeof(specify)))
		return -EIO;
	schedule_timeout_uninterruptible(SPIN_UP_TICKS);
	return fdc_recalibrate();
}

/* One side of a cylinder into the window. */
static int read_track(const struct isa_dma_buf *window, unsigned int cylinder,
		      unsigned int head)
{
	const u8 command[] = {
		CMD_READ,	  (u8)(head << 2), (u8)cylinder, (u8)head, 1,
		SECTOR_SIZE_CODE, SECTORS,	   GAP_LENGTH,	 0xff
	};
	unsigned long flags, residue;
	int err;

	memset(fdc_result, 0, sizeof(fdc_result));
	err = fdc_seek(cylinder, head);
	if (err)
		return err;
	err = isa_dma_start(FDC_CHAN, DMA_MODE_READ, window->phys, TRACK_BYTES);
	if (err)
		return err;
	if (fdc_send(command, sizeof(command)))
		return -EIO;
	if (fdc_wait())
		return -ETIMEDOUT;
	if (fdc_receive(fdc_result, NR_RESULTS) || (fdc_result[0] & ST0_ERROR))
		return -EIO;
	flags = claim_dma_lock();
	clear_dma_ff(FDC_CHAN);
	residue = get_dma_residue(FDC_CHAN);
	release_dma_lock(flags);
	return residue ? -EIO : 0;
}

static int read_track_retry(const struct isa_dma_buf *window,
			    unsigned int cylinder, unsigned int head)
{
	int err = read_track(window, cylinder, head);
	int i;

	for (i = 1; i < TRIES && err; i++) {
		err = fdc_reset();
		if (!err)
			err = read_track(window, cylinder, head);
	}
	return err;
}

/* Why a track cannot be read, as far as the controller knows: an empty drive
 * never ends the command, or ends it with nothing in ST1. */
static const char *read_problem(void)
{
	u8 st1 = fdc_result[1];

	if (st1 & ST1_BAD_CRC)
		return "the disk is damaged (bad CRC)";
	if (st1 & ST1_NO_SECTOR)
		return "a sector is missing: damaged, or not a 1.44 MB disk";
	if (st1 & ST1_NO_MARK)
		return "not formatted as a 1.44 MB disk";
	return "is there a disk?";
}

static int read_disk(const struct isa_dma_buf *window, u8 *image)
{
	unsigned int track;

	for (track = 0; track < CYLINDERS * HEADS; track++) {
		unsigned int cylinder = track / HEADS, head = track % HEADS;
		int err = read_track_retry(window, cylinder, head);

		if (err) {
			console_printf("floppy: cylinder %u head %u cannot be "
				       "read: %s (%d, ST0 %02x, ST1 %02x)\n",
				       cylinder, head, read_problem(), err,
				       fdc_result[0], fdc_result[1]);
			return err;
		}
		memcpy(image + track * TRACK_BYTES, window->va, TRACK_BYTES);
	}
	return 0;
}

/* Controller and drive; one line that says what is missing. */
static bool floppy_present(void)
{
	static const u8 command[] = { CMD_VERSION };
	u8 version = 0;
	u8 drives;

	outb(CMOS_FLOPPY, CMOS_INDEX);
	drives = inb(CMOS_DATA);
	fdc_stop(DOR_ON); /* it may hang in a command of before */
	if (fdc_send(command, 1) || fdc_receive(&version, 1) ||
	    version != VERSION_ENHANCED) {
		console_printf("floppy: no controller at %#x\n", FDC_DOR);
		return false;
	}
	if (drives >> 4 != CMOS_TYPE_1440K && drives >> 4 != CMOS_TYPE_2880K) {
		console_printf("floppy: no 1.44 MB drive (type %u)\n",
			       drives >> 4);
		return false;
	}
	return true;
}

static int read_and_print(const struct isa_dma_buf *window)
{
	u8 *image = vmalloc(DISK_BYTES);
	int err;

	if (!image) {
		console_printf("floppy: no memory for the image\n");
		return -ENOMEM;
	}
	err = fdc_reset();
	if (err)
		console_printf("floppy: controller does not answer (%d)\n",
			       err);
	else
		err = read_disk(window, image);
	if (!err)
		console_printf("floppy: read=%u window=%#llx-%#llx image=%p "
			       "crc32=%08x\n",
			       DISK_BYTES, window->phys,
			       window->phys + TRACK_BYTES - 1, (void *)image,
			       crc32_ieee(0, image, DISK_BYTES));
	vfree(image);
	return err;
}

static int floppy_read_all(void)
{
	struct isa_dma_buf window;
	int err;

	err = isa_dma_buf_init(&window, FDC_CHAN, TRACK_BYTES, "floppy");
	if (err) {
		console_printf("floppy: no DMA window (%d)\n", err);
		return err;
	}
	err = request_irq(FDC_IRQ, fdc_interrupt, 0, "floppy", &window);
	if (err) {
		console_printf("floppy: interrupt %d is taken\n", FDC_IRQ);
		goto out_free_window;
	}
	err = read_and_print(&window);
	fdc_stop(DOR_ON); /* motor off, and no transfer into the window */
	free_irq(FDC_IRQ, &window);
out_free_window:
	isa_dma_buf_free(&window);
	return err;
}

/* Its ports while it is at work: 0x3f6, between them, is a disk's. */
static bool floppy_claim(void)
{
	if (!request_region(FDC_DOR, FDC_DATA - FDC_DOR + 1, "floppy"))
		return false;
	if (request_region(FDC_CCR, 1, "floppy"))
		return true;
	release_region(FDC_DOR, FDC_DATA - FDC_DOR + 1);
	return false;
}

static void floppy_unclaim(void)
{
	release_region(FDC_CCR, 1);
	release_region(FDC_DOR, FDC_DATA - FDC_DOR + 1);
}

static int cmd_floppy(int argc, char **argv)
{
	bool done;

	(void)argv;
	if (argc != 1)
		return command_usage("floppy");
	if (!floppy_claim())
		return 1;
	done = floppy_present() && !floppy_read_all();
	floppy_unclaim();
	return done ? 0 : 1;
}
CONSOLE_COMMAND(floppy, "",
		"read a 1.44 MB disk by ISA DMA into vmalloc "
		"memory and print its CRC-32",
		cmd_floppy);
