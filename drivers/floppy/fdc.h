/* SPDX-License-Identifier: MIT */
/*
 * fdc.h - an 82077AA floppy controller and its first drive
 *
 * Between floppy.c, which knows disks and requests, and fdc.c, which knows the
 * controller's registers and commands. There is one controller, at the ports
 * that every PC has had it at.
 *
 * Context of all: may sleep; one caller at a time.
 */
#ifndef FLOPPY_FDC_H
#define FLOPPY_FDC_H

#include <kernel/types.h>

#define FDC_SECTOR_BYTES 512u
#define FDC_TRACK_MOST (36u * FDC_SECTOR_BYTES) /* of a 2.88 MB disk */

/* Drives, as the CMOS memory numbers them. */
enum fdc_drive {
	FDC_DRIVE_NONE = 0,
	FDC_DRIVE_720K = 3,
	FDC_DRIVE_1440K = 4,
	FDC_DRIVE_2880K = 5,
	FDC_DRIVE_2880K_TOO = 6, /* some BIOSes say so */
};

/* How a disk is written on: 512 bytes a sector, two sides. */
struct fdc_format {
	const char *name;
	u8 cylinders;
	u8 sectors; /* of one side */
	u8 gap; /* between them */
	u8 rate; /* FDC_RATE_* */
};
#define FDC_HEADS 2u
#define FDC_RATE_500K 0
#define FDC_RATE_250K 2
#define FDC_RATE_1M 3

/* Sectors side by side on one side of a cylinder. */
struct fdc_place {
	unsigned int cylinder;
	unsigned int head;
	unsigned int first; /* from 0 on */
	unsigned int nr;
};

/* Type of the first drive. No port of the controller is touched. */
unsigned int fdc_drive_type(void);
/* Is the controller one that we know? Its ports are the caller's. */
bool fdc_present(void);

/**
 * fdc_take - interrupt, DMA channel, and memory for a track; then a reset
 *
 * Return: 0; -ENOMEM; -EBUSY; -EIO, -ETIMEDOUT: it does not answer. On error
 * nothing is held.
 */
int __must_check fdc_take(void);
/* Motor off, no command under way any more, and all that was taken goes back. */
void fdc_release(void);

/* The motor, and with it all that needs a turning disk. On: waits until it
 * turns. */
void fdc_motor(bool on);
bool fdc_motor_is_on(void);

/* What fdc_transfer() goes by. Return: 0; -EIO: not yet; fdc_reset() does it, too.
 */
int __must_check fdc_format_set(const struct fdc_format *format);

/**
 * fdc_disk_changed - was the drive opened since the head was moved last?
 *
 * True as well if there is no disk in it. The motor is on.
 */
bool fdc_disk_changed(void);
/* Move the head to and fro. Return: 0: there is a disk, and a change from now on
 * is a new one; -ENXIO: there is none; -EIO, -ETIMEDOUT. The motor is on. */
int __must_check fdc_disk_find(void);
/* Return: 1: it is protected; 0: it is not; -EIO. */
int fdc_write_protected(void);

/* From the beginning: stop what goes on, tell it how to step, find cylinder 0. */
int __must_check fdc_reset(void);
/* Only the latter. */
int __must_check fdc_recalibrate(void);

/* The memory of a transfer: FDC_TRACK_MOST bytes, the first sector first. */
u8 *fdc_window(void);

/**
 * fdc_transfer - sectors between the disk and the window, once
 *
 * Return: 0; -EIO, -ETIMEDOUT: see fdc_problem(); -EROFS: the disk is protected.
 */
int __must_check fdc_transfer(const struct fdc_place *place, bool write);

/* What was wrong with the last transfer, in words, and the controller's. */
const char *fdc_problem(void);
u32 fdc_problem_bits(void); /* ST0 << 16 | ST1 << 8 | ST2 */

#endif
