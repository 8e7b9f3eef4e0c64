/* SPDX-License-Identifier: MIT */
/*
 * ide_internal.h - registers, and what the files of this driver share
 *
 * Sources: ATA/ATAPI-6 (T13 1410D), sections 6 (registers) and 8 (commands);
 * Intel 82371SB (PIIX3) data sheet, section 2.7 (bus master registers);
 * "Programming Interface for Bus Master IDE Controller" 1.0 (descriptors).
 */
#ifndef DRIVERS_IDE_INTERNAL_H
#define DRIVERS_IDE_INTERNAL_H

#include <drivers/ide.h>
#include <fs/blkdev.h>
#include <kernel/jiffies.h>
#include <kernel/timer.h>
#include <mm/scatterlist.h>

/* Command block: offsets. */
enum {
	ATA_DATA = 0,
	ATA_ERROR = 1,
	ATA_COUNT = 2,
	ATA_LBA_LOW = 3,
	ATA_LBA_MID = 4,
	ATA_LBA_HIGH = 5,
	ATA_DEVICE = 6,
	ATA_STATUS = 7, /* reading it acknowledges the interrupt */
	ATA_COMMAND = 7,
};
#define ATA_DEVICE_OBSOLETE 0xa0 /* bits that old drives want set */
#define ATA_DEVICE_LBA 0x40
#define ATA_DEVICE_SECOND 0x10

#define ATA_BUSY 0x80
#define ATA_FAULT 0x20
#define ATA_DRQ 0x08
#define ATA_ERR 0x01
#define ATA_NOTHING 0xff /* no drive pulls the lines down */

/* The control block's port: read, the status without acknowledging. */
#define ATA_CONTROL_RESET 0x04
#define ATA_CONTROL_NO_IRQ 0x02

enum {
	ATA_CMD_READ = 0x20,
	ATA_CMD_READ_EXT = 0x24,
	ATA_CMD_READ_DMA_EXT = 0x25,
	ATA_CMD_WRITE = 0x30,
	ATA_CMD_WRITE_EXT = 0x34,
	ATA_CMD_WRITE_DMA_EXT = 0x35,
	ATA_CMD_IDENTIFY_PACKET = 0xa1,
	ATA_CMD_READ_DMA = 0xc8,
	ATA_CMD_WRITE_DMA = 0xca,
	ATA_CMD_FLUSH = 0xe7,
	ATA_CMD_FLUSH_EXT = 0xea,
	ATA_CMD_IDENTIFY = 0xec,
};

/* Bus master: offsets. */
enum {
	BM_COMMAND = 0,
	BM_STATUS = 2,
	BM_TABLE = 4,
};
#define BM_START 0x01
#define BM_TO_MEMORY 0x08
#define BM_ACTIVE 0x01
#define BM_ERROR 0x02 /* written as 1: cleared; so is */
#define BM_IRQ 0x04

/* A piece of memory for the bus master. */
struct ide_prd {
	u32 address; /* even */
	u16 bytes; /* even; 0 is 64 KiB */
	u16 flags;
};
#define IDE_PRD_LAST 0x8000
#define IDE_PRD_BOUNDARY 0xffffu /* a piece does not cross 64 KiB */
#define IDE_PRD_BYTES 65536u
#define IDE_MAX_SEGMENTS 256u
static_assert(sizeof(struct ide_prd) == 8, "the bus master reads it");
static_assert(IDE_MAX_SEGMENTS * sizeof(struct ide_prd) <= PAGE_SIZE,
	      "the table crosses no 64 KiB");

/* As many as words 60 and 61 of an identity can say, by ATA/ATAPI-6: sector
 * 0fffffff is not for 28-bit commands, although they have the bits for it. */
#define IDE_LBA28_SECTORS 0xfffffffu
#define IDE_MAX_SECTORS_28 256u /* of one command; 0 stands for them */
#define IDE_MAX_SECTORS_48 2048u /* a MiB; it could do more */

#define IDE_DRIVES 2u
#define IDE_LATE_TICKS (2 * HZ) /* then the registers are asked */

/* How the command under way moves its data. */
enum ide_way { IDE_WAY_DMA, IDE_WAY_PIO_IN, IDE_WAY_PIO_OUT, IDE_WAY_NO_DATA };

struct ide_drive {
	struct ide_port *port;
	unsigned int unit; /* 0 or 1 */
	struct ide_identity id;
	struct gendisk *disk;
	struct request_queue *queue; /* its lock is the port's */
};

struct ide_port {
	/* Set once. */
	struct ide_port_desc desc;
	struct ide_drive *drive[IDE_DRIVES]; /* NULL: none */
	struct scatterlist *sg; /* IDE_MAX_SEGMENTS; NULL: no DMA */
	struct ide_prd *prd;
	dma_addr_t prd_address;
	struct list_head link; /* among all ports */

	/* Guarded by @lock, which is that of both queues, too. */
	spinlock_t lock;
	struct request *rq; /* under way; NULL: idle */
	struct ide_drive *active; /* whose that is */
	unsigned int turn; /* who is asked first for the next */
	enum ide_way way;
	unsigned int tries; /* that failed */
	unsigned int waits; /* times it was late */
	int nr_mapped; /* entries of @sg; 0: nothing is mapped */
	unsigned int sectors_left; /* by CPU */
	struct bio *bio; /* and where they are */
	struct bvec_iter iter;
	bool resetting;
	bool dead; /* it did not come back */
	unsigned long reset_end; /* jiffies */
	struct timer_list look_timer;
	unsigned long stat[NR_IDE_STATS];
};

static inline const char *ide_drive_name(const struct ide_drive *drive)
{
	return drive->disk->disk_name;
}

/* --- registers (ide_registers.c) ---------------------------------------------- */

/* The status, without acknowledging an interrupt. */
u8 ide_alt_status(const struct ide_port *port);
/* Wait while any of @bits is set, at most @us. Return: is none set? */
bool ide_wait_clear(const struct ide_port *port, u8 bits, unsigned int us);
/* Talk to @drive from now on. False: the other one does not let go. */
bool ide_select(const struct ide_port *port, unsigned int unit);
/* A command for the drive that is selected; then its status is that of this one.
 */
void ide_command_give(const struct ide_port *port, u8 command);
/* Where and how much, and the command. */
void ide_command(struct ide_port *port, const struct request *rq, u8 command,
		 bool ext);
/* A sector's or an identity's words. */
void ide_words_in(const struct ide_port *port, u16 *words, unsigned int nr);
void ide_words_out(const struct ide_port *port, const u16 *words,
		   unsigned int nr);

/* --- the bus master (ide_dma.c) -------------------------------------------------- */

/* Memory for tables. Return: false: do without. */
bool ide_dma_init(struct ide_port *port);
void ide_dma_exit(struct ide_port *port);
/* The memory of port->rq is the bus master's. False: it cannot be. */
bool ide_dma_map(struct ide_port *port);
/* Before the command, which may fail at once: what its interrupt says is kept;
 * and behind it. */
void ide_dma_prepare(struct ide_port *port);
void ide_dma_start(struct ide_port *port);
/* Has it anything to say? */
bool ide_dma_interrupted(const struct ide_port *port);
/* It stops, and the memory is the owner's again. Return: was all well? */
bool ide_dma_stop(struct ide_port *port);

/* --- requests (ide_request.c) ------------------------------------------------------- */

request_fn_proc ide_request;
rq_timed_out_fn ide_timed_out;
int ide_interrupt_line(struct ide_port *port);
void ide_look(struct timer_list *t);

/* --- disks (ide_drive.c) -------------------------------------------------------------- */

/* Look for a drive, and make it port->drive[@unit]. */
void ide_drive_find(struct ide_port *port, unsigned int unit);
/* Others may use it. */
void ide_drive_add(struct ide_drive *drive);
void ide_drive_remove(struct ide_drive *drive);

#endif
