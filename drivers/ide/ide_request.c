/* SPDX-License-Identifier: MIT */
/*
 * ide_request.c - serving requests: commands, interrupts, errors
 *
 * A port has one command under way, for one of its drives. It is given by the
 * request function, or where the one before ended; what comes next is said by
 * interrupts:
 *
 *   DMA        one, at the end
 *   PIO in     one before each sector, which is then read
 *   PIO out    one behind each sector; the first is written unasked, as soon as
 *              the drive takes it: a timer looks, if that is not at once
 *   no data    one, at the end
 *
 * A command that fails is given again, IDE_TRIES times in all, the last time
 * after a reset; then the request ends with an error. One that is late may have
 * lost its interrupt: the registers tell, and it goes on. If they tell nothing
 * for LATE_WAITS times IDE_LATE_TICKS, the drives are reset; a flush may take more
 * than 30 s (ATA/ATAPI-6), and has FLUSH_WAITS. A reset is a state, not a wait: a
 * timer looks until they are there again. Nothing here sleeps, and nothing needs
 * memory but the mapping of a segment, without which the CPU moves the data:
 * writing out always moves on.
 *
 * Locking: the port's lock, interrupts off.
 */
#define pr_fmt(fmt) "ide: " fmt
#include <kernel/irq.h>
#include <kernel/jiffies.h>
#include <kernel/printk.h>
#include <mm/highmem.h>
#include <asm/io.h>

#include "ide_internal.h"

#define IDE_TRIES 3u
#define LATE_WAITS 5u
#define FLUSH_WAITS 30u
/* A reset pulse is 5 us or more, and nobody may look for 2 ms; the slowest drive
 * takes 31 s (ATA/ATAPI-6, 9.2). */
#define RESET_PULSE_US 5u
#define LOOK_TICKS 1u
#define RESET_TICKS (31 * HZ)
#define FIRST_SECTOR_US 1000u

#define SECTOR_WORDS (SECTOR_SIZE / 2)

static void port_next(struct ide_port *port);
static void command_give(struct ide_port *port);

/* --- the end of a request ------------------------------------------------------- */

static void request_over(struct ide_port *port, blk_status_t status)
{
	struct request *rq = port->rq;

	port->rq = NULL;
	__blk_end_request_all(rq, status);
}

static const char *what(const struct request *rq)
{
	static const char *const names[] = { "read", "write", "flush" };

	return names[req_op(rq)];
}

static void request_give_up(struct ide_port *port)
{
	const struct request *rq = port->rq;

	port->stat[IDE_FAILED]++;
	pr_err("%s: %s of %u sectors at %llu: failed, status %#x, error %#x\n",
	       ide_drive_name(port->active), what(rq), blk_rq_sectors(rq),
	       blk_rq_pos(rq), ide_alt_status(port),
	       inb(port->desc.command + ATA_ERROR));
	request_over(port, BLK_STS_IOERR);
}

/* --- reset ------------------------------------------------------------------------- */

static void port_reset(struct ide_port *port)
{
	(void)ide_dma_stop(port);
	port->stat[IDE_RESET]++;
	port->resetting = true;
	port->reset_end = jiffies + RESET_TICKS;
	outb(ATA_CONTROL_RESET, port->desc.control);
	udelay(RESET_PULSE_US);
	outb(0, port->desc.control);
	mod_timer(&port->look_timer, jiffies + 1 + LOOK_TICKS);
}

static void reset_over(struct ide_port *port)
{
	port->resetting = false;
	port->dead = ide_alt_status(port) & ATA_BUSY;
	if (port->dead)
		pr_err("%s: drives do not come back from a reset\n",
		       port->desc.name);
	if (port->dead || port->tries >= IDE_TRIES)
		request_give_up(port);
	else
		command_give(port);
	port_next(port);
}

/* --- giving a command ------------------------------------------------------------------ */

static enum ide_way way_for(struct ide_port *port)
{
	if (req_op(port->rq) == REQ_OP_FLUSH)
		return IDE_WAY_NO_DATA;
	if (port->active->id.dma && ide_dma_map(port))
		return IDE_WAY_DMA;
	return rq_data_dir(port->rq) == WRITE ? IDE_WAY_PIO_OUT :
						IDE_WAY_PIO_IN;
}

/* By way and address width. */
static u8 command_for(const struct ide_port *port, bool ext)
{
	bool write = rq_data_dir(port->rq) == WRITE;

	switch (port->way) {
	case IDE_WAY_DMA:
		if (ext)
			return write ? ATA_CMD_WRITE_DMA_EXT :
				       ATA_CMD_READ_DMA_EXT;
		return write ? ATA_CMD_WRITE_DMA : ATA_CMD_READ_DMA;
	case IDE_WAY_PIO_IN: return ext ? ATA_CMD_READ_EXT : ATA_CMD_READ;
	case IDE_WAY_PIO_OUT: return ext ? ATA_CMD_WRITE_EXT : ATA_CMD_WRITE;
	default: return ext ? ATA_CMD_FLUSH_EXT : ATA_CMD_FLUSH;
	}
}

static bool needs_ext(const struct ide_port *port)
{
	const struct request *rq = port->rq;

	if (!port->active->id.lba48)
		return false;
	return req_op(rq) == REQ_OP_FLUSH ||
	       blk_rq_sectors(rq) > IDE_MAX_SECTORS_28 ||
	       blk_rq_pos(rq) + blk_rq_sectors(rq) > IDE_LBA28_SECTORS;
}

/* One sector between the drive and where the request is. */
static void sector_move(struct ide_port *port)
{
	struct bio_vec v = bio_iter_iovec(port->bio, port->iter);
	char *va = kmap_local_page(v.bv_page);
	void *at = va + v.bv_offset;

	if (port->way == IDE_WAY_PIO_IN)
		ide_words_in(port, at, SECTOR_WORDS);
	else
		ide_words_out(port, at, SECTOR_WORDS);
	kunmap_local(va);
	bvec_iter_step(port->bio->bi_io_vec, &port->iter, SECTOR_SIZE);
	if (!port->iter.bi_size && port->bio->bi_next) {
		port->bio = port->bio->bi_next;
		port->iter = port->bio->bi_iter;
	}
	port->sectors_left--;
}

/* The drive asks for the first sector without an interrupt. It may take longer
 * than anybody can wait here: if its cache is full, or it spins up. */
static bool first_sector_out(struct ide_port *port)
{
	if (!ide_wait_clear(port, ATA_BUSY, FIRST_SECTOR_US)) {
		mod_timer(&port->look_timer, jiffies + LOOK_TICKS);
		return true;
	}
	if (!(ide_alt_status(port) & ATA_DRQ))
		return false;
	sector_move(port);
	return true;
}

static bool waits_for_first_sector(const struct ide_port *port)
{
	return port->rq && port->way == IDE_WAY_PIO_OUT &&
	       port->sectors_left == blk_rq_sectors(port->rq);
}

static void command_failed(struct ide_port *port)
{
	(void)ide_dma_stop(port);
	if (++port->tries >= IDE_TRIES) {
		request_give_up(port);
		return;
	}
	port->stat[IDE_RETRY]++;
	if (port->tries == IDE_TRIES - 1)
		port_reset(port);
	else
		command_give(port);
}

static void command_give(struct ide_port *port)
{
	bool ext = needs_ext(port);

	port->waits = 0;
	port->way = way_for(port);
	port->sectors_left = blk_rq_sectors(port->rq);
	port->bio = port->rq->bio;
	port->iter = port->bio->bi_iter;
	if (!ide_select(port, port->active->unit)) {
		command_failed(port);
		return;
	}
	if (port->way == IDE_WAY_DMA)
		ide_dma_prepare(port);
	ide_command(port, port->rq, command_for(port, ext), ext);
	if (port->way == IDE_WAY_DMA)
		ide_dma_start(port);
	else if (port->way == IDE_WAY_PIO_OUT && !first_sector_out(port))
		command_failed(port);
}

/* --- the next one ------------------------------------------------------------------------ */

static void count_request(struct ide_port *port)
{
	switch (port->way) {
	case IDE_WAY_DMA: port->stat[IDE_DMA]++; break;
	case IDE_WAY_NO_DATA: port->stat[IDE_FLUSH]++; break;
	default: port->stat[IDE_PIO]++; break;
	}
}

/* Each drive in turn, if both want. */
static struct request *port_fetch(struct ide_port *port)
{
	unsigned int i;

	for (i = 0; i < IDE_DRIVES; i++) {
		struct ide_drive *drive =
			port->drive[(port->turn + i) % IDE_DRIVES];
		/* The second drive may not be a disk yet. */
		struct request *rq = drive && drive->queue ?
					     blk_fetch_request(drive->queue) :
					     NULL;

		if (rq) {
			port->active = drive;
			port->turn = drive->unit + 1;
			return rq;
		}
	}
	return NULL;
}

static void port_next(struct ide_port *port)
{
	while (!port->rq && !port->resetting && (port->rq = port_fetch(port))) {
		port->tries = 0;
		if (port->dead)
			request_give_up(port);
		else
			command_give(port);
	}
}

void ide_request(struct request_queue *q)
{
	struct ide_drive *drive = q->queuedata;

	port_next(drive->port);
}

/* --- interrupts ----------------------------------------------------------------------------- */

/* Has the drive come to where it interrupts? */
static bool command_moved(const struct ide_port *port)
{
	if (port->way == IDE_WAY_DMA)
		return ide_dma_interrupted(port);
	return !(ide_alt_status(port) & ATA_BUSY);
}

/* The request, or its next sector. Return: is there more to come? */
static bool data_goes_on(struct ide_port *port)
{
	if (port->way == IDE_WAY_PIO_IN)
		sector_move(port);
	else if (port->way == IDE_WAY_PIO_OUT && port->sectors_left) {
		sector_move(port);
		return true;
	}
	return port->way == IDE_WAY_PIO_IN && port->sectors_left;
}

static bool status_is_well(const struct ide_port *port, u8 status)
{
	bool wants = status & ATA_DRQ;
	bool should = port->way == IDE_WAY_PIO_IN ||
		      (port->way == IDE_WAY_PIO_OUT && port->sectors_left);

	return !(status & (ATA_BUSY | ATA_FAULT | ATA_ERR)) && wants == should;
}

static void command_advance(struct ide_port *port)
{
	/* Reading it ends the interrupt. */
	u8 status = inb(port->desc.command + ATA_STATUS);
	bool well = ide_dma_stop(port) && status_is_well(port, status);

	if (!well) {
		command_failed(port);
	} else if (!data_goes_on(port)) {
		count_request(port);
		request_over(port, BLK_STS_OK);
	}
	port_next(port);
}

static irqreturn_t ide_interrupt(int irq, void *dev_id)
{
	struct ide_port *port = dev_id;
	irqreturn_t mine = IRQ_NONE;
	unsigned long flags = spin_lock_irqsave(&port->lock);

	(void)irq;
	if (port->rq && !port->resetting && command_moved(port)) {
		command_advance(port);
		mine = IRQ_HANDLED;
	}
	spin_unlock_irqrestore(&port->lock, flags);
	return mine;
}

int ide_interrupt_line(struct ide_port *port)
{
	return request_irq(port->desc.irq, ide_interrupt, 0, port->desc.name,
			   port);
}

/* --- a drive that says nothing by itself ---------------------------------------- */

/* After a reset, or before the first sector that it is to take; how long that may
 * last is ide_timed_out()'s affair. */
void ide_look(struct timer_list *t)
{
	struct ide_port *port = from_timer(port, t, look_timer);
	unsigned long flags = spin_lock_irqsave(&port->lock);
	bool busy = ide_alt_status(port) & ATA_BUSY;

	if (port->resetting && !(busy && time_before(jiffies, port->reset_end)))
		reset_over(port);
	else if (port->resetting || (busy && waits_for_first_sector(port)))
		mod_timer(&port->look_timer, jiffies + LOOK_TICKS);
	else if (waits_for_first_sector(port))
		command_advance(port);
	spin_unlock_irqrestore(&port->lock, flags);
}

/* --- too late ----------------------------------------------------------------------------------- */

static unsigned int most_waits(const struct ide_port *port)
{
	return port->way == IDE_WAY_NO_DATA ? FLUSH_WAITS : LATE_WAITS;
}

enum blk_eh_timer_return ide_timed_out(struct request *rq)
{
	struct ide_drive *drive = rq->q->queuedata;
	struct ide_port *port = drive->port;

	if (rq != port->rq || port->resetting)
		return BLK_EH_RESET_TIMER;
	if (command_moved(port) && !waits_for_first_sector(port)) {
		port->stat[IDE_LOST]++;
		pr_warn("%s: interrupt %u was lost\n", ide_drive_name(drive),
			port->desc.irq);
		command_advance(port);
		return BLK_EH_DONE;
	}
	if (++port->waits < most_waits(port))
		return BLK_EH_RESET_TIMER;
	pr_err("%s: no end of a %s in %u s, status %#x: reset\n",
	       ide_drive_name(drive), what(rq),
	       IDE_LATE_TICKS * port->waits / HZ, ide_alt_status(port));
	port->tries++;
	port_reset(port);
	return BLK_EH_RESET_TIMER;
}
