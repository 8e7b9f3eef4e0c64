/* SPDX-License-Identifier: MIT */
/*
 * host_ide_test.c - IDE drives that fail, are late, or are not there
 *
 * A model of a port with one drive and a bus master, by ATA/ATAPI-6, that does
 * what no emulator does on request. Where a driver would wait for seconds, the
 * test makes the request late.
 */
#include <host/machine.h>
#include <kernel/completion.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <mm/page_alloc.h>

#include "../../drivers/ide/ide_internal.h"
#include "dma_fixture.h"
#include "room.h"

#define COMMAND 0x1f0
#define CONTROL 0x3f6
#define MASTER 0xc000
#define IRQ 14u
#define DISK_SECTORS 64u
/* So long after a command the status may be the one before it. */
#define STATUS_NS 400u

/* What the next commands do. */
enum fault { FINE, FAILS, FAILS_AT_ONCE, BUS_FAILS, IS_SILENT, HANGS };

static struct {
	u8 data[DISK_SECTORS][SECTOR_SIZE];
	u16 identity[IDE_IDENTITY_WORDS];
	bool packet; /* it is a CD drive */
	enum fault fault;
	unsigned int nr_faults; /* commands that it is true for */
	bool never_back; /* from a reset */

	u8 reg[8], last[8]; /* written, and what was there before */
	u8 control, status, error;
	u8 before; /* the status, when the last command was given */
	u64 given_ns; /* and when that was; 0: it has interrupted since */
	unsigned long ready; /* jiffies: until then it is busy with that */
	unsigned int slow_ticks; /* that it takes to ask for the first sector */
	u16 buffer[IDE_IDENTITY_WORDS]; /* of a sector, or who it is */
	unsigned int at; /* word of it */
	sector_t lba;
	unsigned int left; /* sectors of the command, the current included */
	u8 command; /* the last one */
	u8 bm_command, bm_status;
	u32 bm_table;
} * chip;

static bool selected(void)
{
	return !(chip->reg[ATA_DEVICE] & ATA_DEVICE_SECOND);
}

static void interrupt(void)
{
	if (chip->control & ATA_CONTROL_NO_IRQ)
		return;
	chip->bm_status |= BM_IRQ;
	chip->given_ns = 0;
	host_irq_raise(IRQ);
}

static u8 status_now(void)
{
	if (time_ns() - chip->given_ns < STATUS_NS)
		return chip->before;
	if (chip->ready && time_before(jiffies, chip->ready))
		return ATA_BUSY;
	return chip->status;
}

static void finish(u8 status, u8 error)
{
	chip->status = status;
	chip->error = error;
	interrupt();
}

static u8 *sector_data(void)
{
	return chip->data[chip->lba % DISK_SECTORS];
}

static void sector_ready(void)
{
	memcpy(chip->buffer, sector_data(), SECTOR_SIZE);
	chip->at = 0;
	finish(0x50 | ATA_DRQ, 0);
}

static void sector_done(bool write)
{
	if (write)
		memcpy(sector_data(), chip->buffer, SECTOR_SIZE);
	chip->lba++;
	chip->left--;
	chip->at = 0;
	if (!write && chip->left)
		sector_ready();
	else if (!write)
		chip->status = 0x50;
	else
		finish(0x50 | (chip->left ? ATA_DRQ : 0), 0);
}

/* As the table of descriptors says. */
static void master_run(void)
{
	struct ide_prd prd;
	unsigned int at = 0;
	u32 table = chip->bm_table;

	do {
		unsigned int bytes, done;

		dma_test_read(table, &prd, sizeof(prd));
		bytes = prd.bytes ? prd.bytes : IDE_PRD_BYTES;
		for (done = 0; done < bytes; done += SECTOR_SIZE, at++) {
			u8 *data = chip->data[(chip->lba + at) % DISK_SECTORS];

			dma_test_move(prd.address + done, data, SECTOR_SIZE,
				      chip->bm_command & BM_TO_MEMORY);
		}
		table += sizeof(prd);
	} while (!(prd.flags & IDE_PRD_LAST));
	chip->bm_status &= (u8)~BM_ACTIVE;
	finish(at == chip->left ? 0x50 : 0x51, 0);
}

/* Is the command to go wrong? Then it has. */
static bool goes_wrong(void)
{
	if (!chip->nr_faults)
		return false;
	chip->nr_faults--;
	switch (chip->fault) {
	case FAILS:
	case FAILS_AT_ONCE: finish(0x51, 0x40); return true;
	case BUS_FAILS:
		chip->bm_status = BM_ERROR;
		finish(0x50, 0);
		return true;
	case HANGS: chip->status = ATA_BUSY; return true;
	case IS_SILENT: chip->control |= ATA_CONTROL_NO_IRQ; return false;
	default: return false;
	}
}

static void master_start(void)
{
	chip->bm_status |= BM_ACTIVE;
	if (chip->status & ATA_ERR || goes_wrong())
		return;
	master_run();
	if (chip->control & ATA_CONTROL_NO_IRQ) {
		/* The drive did say it; the line did not. */
		chip->bm_status |= BM_IRQ;
		chip->control = 0;
	}
}

static void address_take(bool ext)
{
	chip->lba = chip->reg[3] | (u32)chip->reg[4] << 8 |
		    (u32)chip->reg[5] << 16;
	chip->left = chip->reg[ATA_COUNT];
	if (ext) {
		chip->lba |= (u64)chip->last[3] << 24 |
			     (u64)chip->last[4] << 32 |
			     (u64)chip->last[5] << 40;
		chip->left |= (unsigned int)chip->last[ATA_COUNT] << 8;
	} else {
		chip->lba |= (u64)(chip->reg[ATA_DEVICE] & 0xf) << 24;
		if (!chip->left)
			chip->left = IDE_MAX_SECTORS_28;
	}
}

static void dma_command(bool ext)
{
	address_take(ext);
	chip->status = 0x50;
	if (chip->fault == FAILS_AT_ONCE)
		(void)goes_wrong();
}

static void identify(void)
{
	memcpy(chip->buffer, chip->identity, sizeof(chip->buffer));
	chip->at = 0;
	chip->left = 1;
	chip->lba = DISK_SECTORS; /* none of the data is touched */
	finish(0x50 | ATA_DRQ, 0);
}

static void no_identity(void)
{
	chip->reg[ATA_LBA_MID] = 0x14;
	chip->reg[ATA_LBA_HIGH] = 0xeb;
	finish(0x51, 4);
}

static void command(u8 code)
{
	chip->command = code;
	chip->before = chip->status;
	chip->given_ns = time_ns();
	switch (code) {
	case ATA_CMD_IDENTIFY: return chip->packet ? no_identity() : identify();
	case ATA_CMD_IDENTIFY_PACKET: return identify();
	case ATA_CMD_READ_DMA_EXT:
	case ATA_CMD_WRITE_DMA_EXT: return dma_command(true);
	case ATA_CMD_READ_DMA:
	case ATA_CMD_WRITE_DMA: return dma_command(false);
	case ATA_CMD_FLUSH:
	case ATA_CMD_FLUSH_EXT:
		if (!goes_wrong())
			finish(0x50, 0);
		return;
	}
	address_take(code == ATA_CMD_READ_EXT || code == ATA_CMD_WRITE_EXT);
	if (goes_wrong())
		return;
	if (code == ATA_CMD_READ || code == ATA_CMD_READ_EXT)
		sector_ready();
	else
		chip->status = 0x50 | ATA_DRQ;
	chip->ready = chip->slow_ticks ? jiffies + chip->slow_ticks : 0;
}

static void reset(u8 value)
{
	bool ends = chip->control & ATA_CONTROL_RESET &&
		    !(value & ATA_CONTROL_RESET);

	chip->control = value;
	chip->given_ns = 0;
	chip->ready = 0;
	if (value & ATA_CONTROL_RESET)
		chip->status = ATA_BUSY;
	else if (ends && !chip->never_back)
		chip->status = 0x50;
}

static void data_move(u16 *word, bool write)
{
	if (!(chip->status & ATA_DRQ))
		return;
	if (write)
		chip->buffer[chip->at++] = *word;
	else
		*word = chip->buffer[chip->at++];
	if (chip->at == IDE_IDENTITY_WORDS)
		sector_done(write);
}

static u32 chip_in(u16 port, unsigned int bytes)
{
	u16 word = 0;

	(void)bytes;
	if (port >= MASTER)
		return port == MASTER + BM_STATUS ? chip->bm_status : 0;
	if (!selected())
		return 0;
	if (port == CONTROL)
		return status_now();
	switch (port - COMMAND) {
	case ATA_DATA: data_move(&word, false); return word;
	case ATA_ERROR: return chip->error;
	case ATA_STATUS: return status_now();
	default: return chip->reg[port - COMMAND];
	}
}

static void master_out(u32 value, u16 port)
{
	if (port == MASTER + BM_TABLE) {
		chip->bm_table = value;
	} else if (port == MASTER + BM_STATUS) {
		chip->bm_status &= (u8) ~(value & (BM_IRQ | BM_ERROR));
	} else if (port == MASTER) {
		bool starts = value & BM_START &&
			      !(chip->bm_command & BM_START);

		chip->bm_command = (u8)value;
		if (starts)
			master_start();
		else if (!(value & BM_START))
			chip->bm_status &= (u8)~BM_ACTIVE;
	}
}

static void chip_out(u32 value, u16 port, unsigned int bytes)
{
	u16 word = (u16)value;

	(void)bytes;
	if (port >= MASTER) {
		master_out(value, port);
	} else if (port == CONTROL) {
		reset((u8)value);
	} else if (port == COMMAND + ATA_DATA) {
		data_move(&word, true);
	} else if (port == COMMAND + ATA_COMMAND) {
		if (selected())
			command((u8)value);
	} else {
		chip->last[port - COMMAND] = chip->reg[port - COMMAND];
		chip->reg[port - COMMAND] = (u8)value;
	}
}

static const struct host_port_bus chip_bus = { chip_in, chip_out };

/* --- a machine with it ------------------------------------------------------------ */

static struct dma_test_device master;
static struct ide_port *port;

static void chip_make(u64 sectors, bool lba48)
{
	unsigned int i;

	chip = SUITE_ROOM(__typeof__(*chip));
	memset(chip, 0, sizeof(*chip));
	for (i = 0; i < DISK_SECTORS; i++)
		memset(chip->data[i], (int)i + 1, SECTOR_SIZE);
	chip->status = 0x50;
	chip->identity[27] = 'M' << 8 | 'o';
	chip->identity[28] = 'd' << 8 | 'l';
	for (i = 29; i < 47; i++)
		chip->identity[i] = ' ' << 8 | ' ';
	chip->identity[49] = 0x300;
	chip->identity[60] = (u16)sectors;
	chip->identity[61] = (u16)(sectors >> 16);
	chip->identity[82] = chip->identity[85] = 0x20;
	chip->identity[83] = lba48 ? 0x7400 : 0x5000;
	chip->identity[100] = (u16)sectors;
	chip->identity[101] = (u16)(sectors >> 16);
}

static void begin_port(bool dma)
{
	struct ide_port_desc desc = { .name = "idetest",
				      .command = COMMAND,
				      .control = CONTROL,
				      .irq = IRQ,
				      .major = 33,
				      .letter = 'e' };

	if (dma) {
		desc.bus_master = MASTER;
		desc.dev = dma_test_device(&master, "idetest", 32);
		master.parms.max_segment_size = IDE_PRD_BYTES;
		master.parms.segment_boundary_mask = IDE_PRD_BOUNDARY;
	}
	host_set_port_bus(&chip_bus);
	port = ide_port_add(&desc);
}

static bool begin(struct ktest *t, bool dma)
{
	chip_make(DISK_SECTORS, true);
	begin_port(dma);
	if (port)
		return KTEST_EXPECT_TRUE(t, port->drive[0] && !port->drive[1]);
	host_set_port_bus(NULL);
	return KTEST_EXPECT_NOT_NULL(t, port);
}

static void end(struct ktest *t)
{
	ide_port_remove(port);
	if (port->desc.dev)
		KTEST_EXPECT_EQ(t, dma_device_release(port->desc.dev), 0);
	host_set_port_bus(NULL);
}

/* One transfer on its way. */
static struct completion through;
static struct page *pages;
static struct bio *bio;

static void bio_through(struct bio *b)
{
	(void)b;
	complete(&through);
}

#define SENT_PAGES 3u

static void send(sector_t sector, blk_opf_t opf)
{
	unsigned int i;

	init_completion(&through);
	bio = bio_alloc(port->drive[0]->disk->part0, SENT_PAGES, opf, GFP_NOIO);
	bio->bi_iter.bi_sector = sector;
	bio->bi_end_io = bio_through;
	/* Not in order, so that they are segments. */
	for (i = SENT_PAGES; i; i--)
		bio_add_page(bio, pages + i - 1, 1024, 512);
	submit_bio(bio);
}

static int sent_wait(void)
{
	int err;

	wait_for_completion(&through);
	err = blk_status_to_errno(bio->bi_status);
	bio_put(bio);
	return err;
}

static int move(sector_t sector, blk_opf_t opf)
{
	send(sector, opf | REQ_SYNC);
	return sent_wait();
}

static u8 *piece(unsigned int nr)
{
	return (u8 *)page_address(pages + SENT_PAGES - 1 - nr) + 512;
}

/* What lies at @sector and behind it is in memory. */
static void expect_read(struct ktest *t, sector_t sector)
{
	unsigned int i;

	for (i = 0; i < SENT_PAGES; i++) {
		KTEST_EXPECT_EQ(t, piece(i)[0], (u8)(sector + 2 * i + 1));
		KTEST_EXPECT_EQ(t, piece(i)[1023], (u8)(sector + 2 * i + 2));
	}
}

static bool pages_make(struct ktest *t)
{
	pages = alloc_pages(GFP_KERNEL | __GFP_ZERO, 2);
	return KTEST_EXPECT_NOT_NULL(t, pages);
}

/* A drive, and memory. */
static bool begin_all(struct ktest *t, bool dma)
{
	return pages_make(t) && begin(t, dma);
}

static void end_all(struct ktest *t)
{
	end(t);
	__free_pages(pages, 2);
}

static unsigned long stat(enum ide_stat item)
{
	return ide_port_stat(port, item);
}

/* Its time is over. */
static void make_late(void)
{
	struct request_queue *q = port->drive[0]->queue;
	unsigned long flags = spin_lock_irqsave(&port->lock);

	if (port->rq) {
		port->rq->deadline = jiffies;
		mod_timer(&q->timeout, jiffies);
	}
	spin_unlock_irqrestore(&port->lock, flags);
}

/* --- all is well ---------------------------------------------------------------------- */

static void both_ways(struct ktest *t, bool dma)
{
	KTEST_ASSERT_TRUE(t, begin_all(t, dma));
	KTEST_EXPECT_STREQ(t, port->drive[0]->id.model, "Modl");
	KTEST_EXPECT_EQ(t, move(7, REQ_OP_READ), 0);
	expect_read(t, 7);
	memset(piece(0), 0xe1, 1024);
	KTEST_EXPECT_EQ(t, move(20, REQ_OP_WRITE), 0);
	KTEST_EXPECT_EQ(t, chip->data[19][511], 20);
	KTEST_EXPECT_EQ(t, chip->data[20][0], 0xe1);
	KTEST_EXPECT_EQ(t, chip->data[21][511], 0xe1);
	KTEST_EXPECT_EQ(t, chip->data[22][0], 10);
	KTEST_EXPECT_EQ(t, chip->data[26][0], 27);
	KTEST_EXPECT_EQ(t, blkdev_issue_flush(port->drive[0]->disk->part0), 0);
	KTEST_EXPECT_EQ(t, chip->command, ATA_CMD_FLUSH_EXT);
	KTEST_EXPECT_EQ(t, stat(dma ? IDE_DMA : IDE_PIO), 2);
	KTEST_EXPECT_EQ(t, stat(IDE_SEGMENTS), dma ? 6 : 0);
	KTEST_EXPECT_EQ(t, stat(IDE_FLUSH), 1);
	end_all(t);
}

static void the_bus_master_moves_data_both_ways(struct ktest *t)
{
	both_ways(t, true);
}

static void without_one_the_cpu_does(struct ktest *t)
{
	both_ways(t, false);
}

/* Once a drive whose cache is full, and once one that spins up. */
static void a_drive_may_take_its_time_for_the_first_sector(struct ktest *t)
{
	static const unsigned int takes[] = { 2, 5 * HZ };
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin_all(t, false));
	memset(piece(0), 0xe1, 1024);
	for (i = 0; i < ARRAY_SIZE(takes); i++) {
		chip->slow_ticks = takes[i];
		KTEST_EXPECT_EQ(t, move(20 + i, REQ_OP_WRITE), 0);
		KTEST_EXPECT_EQ(t, chip->data[20 + i][0], 0xe1);
		KTEST_EXPECT_EQ(t, chip->data[25 + i][511], 0);
	}
	KTEST_EXPECT_EQ(t, stat(IDE_RETRY) + stat(IDE_RESET), 0);
	KTEST_EXPECT_EQ(t, stat(IDE_LOST), 0);
	end_all(t);
}

static void far_sectors_take_the_long_address(struct ktest *t)
{
	const u64 sectors = (1ull << 28) + DISK_SECTORS;

	KTEST_ASSERT_TRUE(t, pages_make(t));
	chip_make(sectors, true);
	begin_port(true);
	KTEST_ASSERT_NOT_NULL(t, port);
	/* Sector 0ffffffe is the last of as many as words 60 and 61 can say;
	 * 0fffffff is none of the 28-bit commands' any more. */
	KTEST_EXPECT_EQ(t, move(0xffffff9, REQ_OP_READ), 0);
	KTEST_EXPECT_EQ(t, chip->command, ATA_CMD_READ_DMA);
	KTEST_EXPECT_EQ(t, chip->lba, 0xffffff9);
	KTEST_EXPECT_EQ(t, move(0xffffffa, REQ_OP_READ), 0);
	KTEST_EXPECT_EQ(t, chip->command, ATA_CMD_READ_DMA_EXT);
	KTEST_EXPECT_EQ(t, chip->lba, 0xffffffa);
	KTEST_EXPECT_EQ(t, chip->left, 6);
	end_all(t);
}

/* --- errors -------------------------------------------------------------------------------- */

static void a_command_that_fails_is_given_again(struct ktest *t)
{
	static const enum fault faults[] = { FAILS, FAILS_AT_ONCE, BUS_FAILS };
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin_all(t, true));
	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		chip->fault = faults[i];
		chip->nr_faults = 1;
		KTEST_EXPECT_EQ(t, move(7 + i, REQ_OP_READ), 0);
		expect_read(t, 7 + i);
		KTEST_EXPECT_EQ(t, stat(IDE_RETRY), i + 1);
	}
	KTEST_EXPECT_EQ(t, stat(IDE_RESET), 0);
	end_all(t);
}

static void the_third_failure_is_an_error(struct ktest *t)
{
	bool dma = true;

	do {
		KTEST_ASSERT_TRUE(t, begin_all(t, dma));
		chip->fault = FAILS;
		chip->nr_faults = 3;
		KTEST_EXPECT_EQ(t, move(7, REQ_OP_WRITE), -EIO);
		KTEST_EXPECT_EQ(t, stat(IDE_RETRY), 2);
		/* Before the last try. */
		KTEST_EXPECT_EQ(t, stat(IDE_RESET), 1);
		KTEST_EXPECT_EQ(t, stat(IDE_FAILED), 1);
		/* And it goes on. */
		KTEST_EXPECT_EQ(t, move(7, REQ_OP_READ), 0);
		expect_read(t, 7);
		end_all(t);
		dma = !dma;
	} while (!dma);
}

static void a_lost_interrupt_is_found(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin_all(t, true));
	chip->fault = IS_SILENT;
	chip->nr_faults = 1;
	send(7, REQ_OP_READ);
	KTEST_EXPECT_FALSE(t, completion_done(&through));
	make_late();
	KTEST_EXPECT_EQ(t, sent_wait(), 0);
	expect_read(t, 7);
	KTEST_EXPECT_EQ(t, stat(IDE_LOST), 1);
	end_all(t);
}

/* Late again and again, until it is reset. */
static void wait_for_reset(void)
{
	while (!stat(IDE_RESET)) {
		make_late();
		schedule_timeout_uninterruptible(1);
	}
}

static void a_drive_that_hangs_is_reset(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin_all(t, true));
	chip->fault = HANGS;
	chip->nr_faults = 1;
	send(7, REQ_OP_READ);
	wait_for_reset();
	KTEST_EXPECT_EQ(t, sent_wait(), 0);
	expect_read(t, 7);
	KTEST_EXPECT_EQ(t, stat(IDE_RESET), 1);
	KTEST_EXPECT_EQ(t, stat(IDE_LOST), 0);
	end_all(t);
}

/* A large cache, and every sector of it elsewhere: up to a minute. */
static void a_flush_is_given_its_time(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin_all(t, true));
	chip->fault = HANGS;
	chip->nr_faults = 1;
	init_completion(&through);
	bio = bio_alloc(port->drive[0]->disk->part0, 0, REQ_OP_FLUSH, GFP_NOIO);
	bio->bi_end_io = bio_through;
	submit_bio(bio);
	while (READ_ONCE(port->waits) < 20 && !stat(IDE_RESET)) {
		make_late();
		schedule_timeout_uninterruptible(1);
	}
	finish(0x50, 0);
	KTEST_EXPECT_EQ(t, sent_wait(), 0);
	KTEST_EXPECT_EQ(t, stat(IDE_RESET), 0);
	end_all(t);
}

static void a_drive_that_hangs_each_time_is_given_up(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin_all(t, true));
	chip->fault = HANGS;
	chip->nr_faults = 99;
	send(7, REQ_OP_READ);
	while (!completion_done(&through) && stat(IDE_RESET) < 9) {
		make_late();
		schedule_timeout_uninterruptible(1);
	}
	chip->nr_faults = 0;
	KTEST_EXPECT_EQ(t, sent_wait(), -EIO);
	KTEST_EXPECT_EQ(t, stat(IDE_RESET), 3);
	KTEST_EXPECT_EQ(t, move(7, REQ_OP_READ), 0);
	end_all(t);
}

static void a_drive_that_does_not_come_back_is_given_up(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin_all(t, true));
	chip->fault = HANGS;
	chip->nr_faults = 1;
	chip->never_back = true;
	send(7, REQ_OP_READ);
	wait_for_reset();
	WRITE_ONCE(port->reset_end, jiffies);
	KTEST_EXPECT_EQ(t, sent_wait(), -EIO);
	/* Nobody waits for it again. */
	KTEST_EXPECT_EQ(t, move(8, REQ_OP_READ), -EIO);
	KTEST_EXPECT_EQ(t, stat(IDE_RESET), 1);
	end_all(t);
}

/* --- what is there --------------------------------------------------------------------------- */

static u32 nothing_in(u16 at, unsigned int bytes)
{
	(void)at;
	(void)bytes;
	return U32_MAX;
}

static void nothing_out(u32 value, u16 at, unsigned int bytes)
{
	(void)value;
	(void)at;
	(void)bytes;
}

static void nothing_is_no_port(struct ktest *t)
{
	static const struct host_port_bus nothing = { nothing_in, nothing_out };
	const struct ide_port_desc desc = { .name = "idetest",
					    .command = COMMAND,
					    .control = CONTROL,
					    .irq = IRQ,
					    .major = 33,
					    .letter = 'e' };

	host_set_port_bus(&nothing);
	KTEST_EXPECT_NULL(t, ide_port_add(&desc));
	/* And takes nothing. */
	KTEST_EXPECT_NULL(t, ide_port_add(&desc));
	host_set_port_bus(NULL);
}

static void other_drives_are_left_alone(struct ktest *t)
{
	chip_make(DISK_SECTORS, true);
	chip->packet = true;
	begin_port(false);
	KTEST_EXPECT_NULL(t, port);
	KTEST_EXPECT_EQ(t, chip->command, ATA_CMD_IDENTIFY_PACKET);
	chip_make(0, true);
	begin_port(false);
	KTEST_EXPECT_NULL(t, port);
	host_set_port_bus(NULL);
}

/* Return: what is wrong with the model's identity. */
static const char *parse(struct ide_identity *id)
{
	return ide_identity_parse(chip->identity, id);
}

static void an_identity_is_read_with_suspicion(struct ktest *t)
{
	struct ide_identity id;

	chip_make(1000, true);
	chip->identity[28] = 0x1b << 8 | 0xff; /* nothing for a terminal */
	chip->identity[29] = 'x' << 8 | ' ';
	KTEST_EXPECT_NULL(t, parse(&id));
	KTEST_EXPECT_STREQ(t, id.model, "Mo  x");
	KTEST_EXPECT_EQ(t, id.sectors, 1000);
	KTEST_EXPECT_TRUE(t, id.dma && id.lba48 && id.write_cache);
	/* 48 bits, of which it makes no use. */
	chip->identity[100] = 0;
	KTEST_EXPECT_NULL(t, parse(&id));
	KTEST_EXPECT_EQ(t, id.sectors, 1000);
	KTEST_EXPECT_FALSE(t, id.lba48);
	/* Words without their mark mean nothing. */
	chip->identity[83] = 0xffff;
	KTEST_EXPECT_NULL(t, parse(&id));
	KTEST_EXPECT_FALSE(t, id.lba48 || id.write_cache);
	chip->identity[61] = 0x1000;
	chip->identity[60] = 0;
	KTEST_EXPECT_STREQ(t, parse(&id), "says it is larger than can be");
	chip->identity[61] = 0xfff;
	chip->identity[60] = 0xffff;
	KTEST_EXPECT_NULL(t, parse(&id));
	chip->identity[60] = chip->identity[61] = 0;
	KTEST_EXPECT_STREQ(t, parse(&id), "has no sectors");
	chip->identity[106] = 0x5000;
	KTEST_EXPECT_STREQ(t, parse(&id), "its sectors are not 512 bytes");
	chip->identity[49] = 0x100;
	KTEST_EXPECT_STREQ(t, parse(&id), "knows no LBA");
	chip->identity[0] = 0x8580;
	KTEST_EXPECT_STREQ(t, parse(&id), "no disk");
}

static const struct ktest_case host_ide_cases[] = {
	KTEST_CASE(the_bus_master_moves_data_both_ways),
	KTEST_CASE(without_one_the_cpu_does),
	KTEST_CASE(a_drive_may_take_its_time_for_the_first_sector),
	KTEST_CASE(far_sectors_take_the_long_address),
	KTEST_CASE(a_command_that_fails_is_given_again),
	KTEST_CASE(the_third_failure_is_an_error),
	KTEST_CASE(a_lost_interrupt_is_found),
	KTEST_CASE(a_drive_that_hangs_is_reset),
	KTEST_CASE(a_flush_is_given_its_time),
	KTEST_CASE(a_drive_that_hangs_each_time_is_given_up),
	KTEST_CASE(a_drive_that_does_not_come_back_is_given_up),
	KTEST_CASE(nothing_is_no_port),
	KTEST_CASE(other_drives_are_left_alone),
	KTEST_CASE(an_identity_is_read_with_suspicion),
};
KTEST_SUITE(host_ide, host_ide_cases);
