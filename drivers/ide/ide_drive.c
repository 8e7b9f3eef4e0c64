/* SPDX-License-Identifier: MIT */
/*
 * ide_drive.c - looking for drives, and the disks that they are
 *
 * A place without a drive reads as ones, or its registers do not keep what is
 * written. What is there is asked for its identity, without interrupts: by a
 * thread that sleeps in between, for READY_MS at most. CD drives answer with a
 * signature; they are named and left alone.
 *
 * Locking: none; nobody else knows the drive yet, or any more.
 */
#define pr_fmt(fmt) "ide: " fmt
#include <kernel/delay.h>
#include <kernel/dma_mapping.h>
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/slab.h>
#include <asm/io.h>

#include "ide_internal.h"

#define READY_MS 1000u
#define MINORS_PER_DRIVE 64 /* as Linux's numbers are */
#define PACKET_LBA_MID 0x14
#define PACKET_LBA_HIGH 0xeb
#define SECTORS_PER_MIB 2048u

/* --- finding ----------------------------------------------------------------------- */

static char letter_of(const struct ide_port *port, unsigned int unit)
{
	return (char)(port->desc.letter + (int)unit);
}

/* Do its registers keep what is written? */
static bool is_there(const struct ide_port *port, unsigned int unit)
{
	u16 base = port->desc.command;

	if (!ide_select(port, unit))
		return false;
	outb(0x55, base + ATA_COUNT);
	outb(0xaa, base + ATA_LBA_LOW);
	return inb(base + ATA_COUNT) == 0x55 && inb(base + ATA_LBA_LOW) == 0xaa;
}

static bool is_packet_drive(const struct ide_port *port)
{
	return inb(port->desc.command + ATA_LBA_MID) == PACKET_LBA_MID &&
	       inb(port->desc.command + ATA_LBA_HIGH) == PACKET_LBA_HIGH;
}

/* Return: 0: @words are filled; -ENODEV: nobody answers; -EIO: an error. */
static int identify(const struct ide_port *port, u8 command, u16 *words)
{
	unsigned int ms;

	ide_command_give(port, command);
	for (ms = 0; ms < READY_MS; ms++) {
		u8 status = ide_alt_status(port);

		if (!status || status == ATA_NOTHING)
			return -ENODEV;
		if (!(status & ATA_BUSY))
			break;
		msleep(1);
	}
	if ((ide_alt_status(port) & (ATA_BUSY | ATA_ERR | ATA_DRQ)) != ATA_DRQ)
		return -EIO;
	ide_words_in(port, words, IDE_IDENTITY_WORDS);
	(void)inb(port->desc.command + ATA_STATUS);
	return 0;
}

static void name_packet_drive(const struct ide_port *port, unsigned int unit,
			      u16 *words)
{
	struct ide_identity id = { .model = "without a name" };

	if (!identify(port, ATA_CMD_IDENTIFY_PACKET, words))
		(void)ide_identity_parse(words, &id);
	pr_info("hd%c: %s is a packet drive (CD): left alone\n",
		letter_of(port, unit), id.model);
}

/* Return: true: @id says what disk it is. */
static bool drive_identify(struct ide_port *port, unsigned int unit,
			   struct ide_identity *id, u16 *words)
{
	const char *why = "does not say what it is";
	int err;

	if (!is_there(port, unit))
		return false;
	err = identify(port, ATA_CMD_IDENTIFY, words);
	if (err == -EIO && is_packet_drive(port)) {
		name_packet_drive(port, unit, words);
		return false;
	}
	if (err == -ENODEV)
		return false;
	*id = (struct ide_identity){ .model = "drive" };
	if (!err)
		why = ide_identity_parse(words, id);
	if (why)
		pr_warn("hd%c: %s %s: left alone\n", letter_of(port, unit),
			id->model, why);
	return !why;
}

static struct ide_drive *drive_make(struct ide_port *port, unsigned int unit,
				    u16 *words)
{
	struct ide_drive *drive;
	struct ide_identity id;

	if (!drive_identify(port, unit, &id, words))
		return NULL;
	drive = kzalloc(sizeof(*drive), GFP_KERNEL);
	if (!drive)
		return NULL;
	drive->port = port;
	drive->unit = unit;
	drive->id = id;
	return drive;
}

void ide_drive_find(struct ide_port *port, unsigned int unit)
{
	u16 *words = kmalloc(IDE_IDENTITY_WORDS * sizeof(u16), GFP_KERNEL);

	if (words)
		port->drive[unit] = drive_make(port, unit, words);
	kfree(words);
}

/* --- disks ----------------------------------------------------------------------------- */

static int ide_getgeo(struct block_device *bdev, struct hd_geometry *geo)
{
	const struct ide_drive *drive = bdev->bd_disk->private_data;

	geo->heads = (unsigned char)drive->id.heads;
	geo->sectors = (unsigned char)drive->id.sectors_per_track;
	geo->cylinders = drive->id.cylinders;
	return 0;
}

static const struct block_device_operations ide_fops = {
	.owner = THIS_MODULE,
	.getgeo = ide_getgeo,
};

/* What one command takes; and if there is memory that must be bounced, no more
 * than what can be. */
static unsigned int max_sectors(const struct ide_drive *drive)
{
	unsigned int most = drive->id.lba48 ? IDE_MAX_SECTORS_48 :
					      IDE_MAX_SECTORS_28;
	size_t bytes = SIZE_MAX;

	if (drive->port->sg)
		bytes = dma_max_mapping_size(drive->port->desc.dev);
	return min(most, (unsigned int)(bytes >> SECTOR_SHIFT));
}

static void queue_set_up(struct ide_drive *drive)
{
	struct request_queue *q = drive->queue;

	q->queuedata = drive;
	blk_queue_max_hw_sectors(q, max_sectors(drive));
	blk_queue_max_segments(q, IDE_MAX_SEGMENTS);
	blk_queue_max_segment_size(q, IDE_PRD_BYTES);
	blk_queue_segment_boundary(q, IDE_PRD_BOUNDARY);
	blk_queue_write_cache(q, drive->id.write_cache, false);
	blk_queue_rq_timed_out(q, ide_timed_out);
	blk_queue_rq_timeout(q, IDE_LATE_TICKS);
}

static int disk_set_up(struct ide_drive *drive)
{
	const struct ide_port *port = drive->port;

	drive->queue = blk_init_queue(ide_request, &drive->port->lock);
	drive->disk = alloc_disk(1);
	if (!drive->queue || !drive->disk)
		return -ENOMEM;
	queue_set_up(drive);
	drive->disk->major = port->desc.major;
	drive->disk->first_minor = (int)drive->unit * MINORS_PER_DRIVE;
	drive->disk->fops = &ide_fops;
	drive->disk->queue = drive->queue;
	drive->disk->private_data = drive;
	snprintf(drive->disk->disk_name, DISK_NAME_LEN, "hd%c",
		 letter_of(port, drive->unit));
	set_capacity(drive->disk, drive->id.sectors);
	return add_disk(drive->disk);
}

void ide_drive_add(struct ide_drive *drive)
{
	const struct ide_identity *id = &drive->id;

	if (disk_set_up(drive)) {
		struct ide_port *port = drive->port;

		pr_err("hd%c: no disk of it\n", letter_of(port, drive->unit));
		port->drive[drive->unit] = NULL;
		ide_drive_remove(drive);
		return;
	}
	pr_info("%s: %s, %llu sectors (%llu MiB), %s, %s\n",
		ide_drive_name(drive), id->model, id->sectors,
		id->sectors / SECTORS_PER_MIB, id->lba48 ? "LBA48" : "LBA28",
		id->dma && drive->port->sg ? "DMA" : "PIO");
}

void ide_drive_remove(struct ide_drive *drive)
{
	if (drive->disk)
		del_gendisk(drive->disk);
	if (drive->queue)
		blk_cleanup_queue(drive->queue);
	put_disk(drive->disk);
	kfree(drive);
}
