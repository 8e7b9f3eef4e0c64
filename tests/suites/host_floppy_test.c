/* SPDX-License-Identifier: MIT */
/*
 * host_floppy_test.c - floppy disks that are damaged, changed, or silent
 *
 * A model of the 82077AA and its drive, by the data sheet, that does what no
 * emulator does on request. It is strict: a transfer is refused if the motor
 * stands, the controller was not told how to step since its reset, the rate is
 * not the disk's, its bits lie in the other direction, or the head is elsewhere;
 * and a sector is written into its neighbour if the head still swings. What the
 * disk has is computed; what was written is kept.
 */
#include <drivers/floppy.h>
#include <fs/blkdev.h>
#include <host/machine.h>
#include <kernel/bug.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/isa_dma.h>
#include <kernel/jiffies.h>
#include <kernel/ktest.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <asm/irqflags.h>

#include "../../drivers/floppy/fdc.h"
#include "isa_chip.h"
#include "log_lines.h"
#include "room.h"

#define FDC_IRQ 6
#define FDC_CHAN 2
#define NR_CYLINDERS 80u
#define NR_KEPT 40u
#define NO_SECTOR (~0u)
#define SETTLE_TICKS 3u /* more than 20 ms of them */

enum fault { FINE, BAD_CRC, OVERRUN, SHORT, NO_IRQ, HANGS, WRONG_TRACK, CUT };

static struct {
	/* The disk: @sectors a track. */
	unsigned int sectors;
	u8 rate, seed;
	bool there, protected;
	unsigned int bad; /* sector whose CRC is wrong, or NO_SECTOR */

	/* What goes wrong, for the next @nr_faults transfers. */
	enum fault fault;
	unsigned int nr_faults;
	bool mute; /* its status is all ones */
	bool dead; /* takes commands, and never ends one */
	u8 version; /* of the controller */
	bool tab_hidden; /* the sensor says nothing of the protection */

	/* The drive. */
	u8 type; /* as the CMOS memory has it */
	bool changed;
	unsigned int head_at; /* cylinder */
	unsigned long moved; /* when: jiffies */

	/* The controller. */
	u8 dor, ccr, pcn, st0, cmos_index;
	unsigned int nr_sense; /* interrupts to be asked about */
	u8 perpendicular; /* bits GAP and WGATE */
	bool specified, busy;
	u8 in[9], out[7];
	unsigned int nr_in, nr_out, out_at;

	/* What was done. */
	unsigned int reads, writes, resets, recalibrates, unsettled;

	unsigned int nr_kept;
	struct {
		unsigned int sector;
		u8 data[SECTOR_SIZE];
	} kept[NR_KEPT];
} * fd;

/* --- the disk ----------------------------------------------------------------- */

static u8 *sector_kept(unsigned int sector)
{
	unsigned int i;

	for (i = 0; i < fd->nr_kept; i++) {
		if (fd->kept[i].sector == sector)
			return fd->kept[i].data;
	}
	return NULL;
}

static void sector_load(unsigned int sector, u8 *data)
{
	const u8 *kept = sector_kept(sector);

	if (kept)
		memcpy(data, kept, SECTOR_SIZE);
	else
		memset(data, (int)(fd->seed + sector % 251), SECTOR_SIZE);
}

static void sector_save(unsigned int sector, const u8 *data)
{
	u8 *kept = sector_kept(sector);

	if (!kept) {
		BUG_ON(fd->nr_kept == NR_KEPT);
		fd->kept[fd->nr_kept].sector = sector;
		kept = fd->kept[fd->nr_kept++].data;
	}
	memcpy(kept, data, SECTOR_SIZE);
}

static void disk_insert(unsigned int sectors, u8 rate, u8 seed)
{
	fd->sectors = sectors;
	fd->rate = rate;
	fd->seed = seed;
	fd->nr_kept = 0;
	fd->bad = NO_SECTOR;
	fd->protected = false;
	fd->there = true;
}

static void disk_remove(void)
{
	fd->there = false;
	fd->changed = true;
}

/* --- commands ----------------------------------------------------------------- */

static void interrupt(void)
{
	if (fd->dor & 0x08)
		host_irq_raise(FDC_IRQ);
}

static void answer(const u8 *bytes, unsigned int nr)
{
	memcpy(fd->out, bytes, nr);
	fd->nr_out = nr;
	fd->out_at = 0;
}

static void step_to(unsigned int cylinder)
{
	if (fd->head_at == cylinder)
		return;
	fd->head_at = cylinder;
	fd->moved = jiffies;
	if (fd->there)
		fd->changed = false;
}

static void move_ends(unsigned int cylinder)
{
	fd->pcn = (u8)cylinder;
	fd->st0 = 0x20;
	fd->nr_sense = 1;
	fd->busy = fd->dead;
	if (!fd->dead)
		interrupt();
}

static void sense(void)
{
	u8 bytes[2] = { 0x80, fd->pcn };

	if (fd->nr_sense) {
		fd->nr_sense--;
		bytes[0] = fd->st0;
	}
	answer(bytes, bytes[0] == 0x80 ? 1 : 2);
}

/* Sector by sector until the channel has counted down. Return: ST1. */
static u8 sectors_move(bool write, unsigned int first, unsigned int last,
		       bool fails)
{
	u8 data[SECTOR_SIZE];
	unsigned int at;

	for (at = first; at <= last; at++) {
		if (at == fd->bad && !write)
			return 0x20;
		if (fails && at == last)
			return fd->fault == OVERRUN ? 0x10 : 0x20;
		sector_load(at, data);
		if (isa_model_request(FDC_CHAN, data, SECTOR_SIZE) !=
		    SECTOR_SIZE)
			return 0x80;
		if (write)
			sector_save(at, data);
	}
	return 0;
}

/* Which status register 1 has it before a byte moves? */
static u8 refusal(bool write)
{
	const u8 *c = fd->in;
	bool turns = (fd->dor & 0x13) == 0x10;
	u8 on_end = fd->rate == FDC_RATE_1M ? 3 : 0;

	if (!fd->there || !turns || !fd->specified || fd->ccr != fd->rate ||
	    fd->perpendicular != on_end || c[5] != 2)
		return 0x01;
	if (c[2] != fd->head_at || c[3] > 1 || c[4] > fd->sectors || !c[4])
		return 0x04;
	return write && fd->protected ? 0x02 : 0;
}

static void transfer(bool write)
{
	const u8 *c = fd->in;
	bool fails = fd->nr_faults && fd->nr_faults--;
	unsigned int track = c[2] * 2u + c[3];
	u8 st1 = refusal(write), result[7] = { 0 };

	*(write ? &fd->writes : &fd->reads) += 1;
	if (fd->dead || (fails && fd->fault == HANGS)) {
		fd->busy = true;
		return;
	}
	if (fails && fd->fault == WRONG_TRACK) {
		fd->head_at++; /* it has slipped */
		st1 = 0x04;
	}
	if (write && jiffies - fd->moved < SETTLE_TICKS)
		fd->unsettled++;
	if (!st1 && !(fails && (fd->fault == SHORT || fd->fault == CUT)))
		st1 = sectors_move(write, track * fd->sectors + c[4] - 1,
				   track * fd->sectors + c[6] - 1,
				   fails && fd->fault <= OVERRUN);
	result[0] = st1 || (fails && fd->fault == CUT) ? 0x40 : 0;
	result[1] = st1;
	answer(result, sizeof(result));
	if (!(fails && fd->fault == NO_IRQ))
		interrupt();
}

static void command(void)
{
	u8 st3 = fd->protected && !fd->tab_hidden ? 0x40 : 0;

	switch (fd->in[0]) {
	case 0x03: fd->specified = true; break;
	case 0x04: answer(&st3, 1); break;
	case 0x07:
		fd->recalibrates++;
		step_to(0);
		move_ends(0);
		break;
	case 0x08: sense(); break;
	case 0x0f:
		/* By as many steps as there are from where it believes to be. */
		step_to(fd->head_at + fd->in[2] - fd->pcn);
		move_ends(fd->in[2]);
		break;
	case 0x10: answer(&fd->version, 1); break;
	case 0x12: fd->perpendicular = fd->in[1] & 3; break;
	default: transfer(fd->in[0] == 0x45); break;
	}
}

static unsigned int command_length(u8 code)
{
	switch (code) {
	case 0x03:
	case 0x0f: return 3;
	case 0x04:
	case 0x07:
	case 0x12: return 2;
	case 0x45:
	case 0x66: return 9;
	default: return 1;
	}
}

/* --- ports -------------------------------------------------------------------- */

static void dor_write(u8 value)
{
	bool ends = !(fd->dor & 4) && value & 4;

	fd->dor = value;
	if (!(value & 4)) {
		fd->resets++;
		fd->nr_in = fd->nr_out = 0;
		fd->specified = fd->busy = false;
		fd->perpendicular = 0;
		fd->pcn = 0;
	}
	if (!ends)
		return;
	fd->busy = fd->dead;
	fd->nr_sense = 4;
	fd->st0 = 0xc0;
	if (!fd->dead)
		interrupt();
}

static void data_write(u8 byte)
{
	if (fd->busy || fd->nr_out || !(fd->dor & 4))
		return;
	fd->in[fd->nr_in++] = byte;
	if (fd->nr_in < command_length(fd->in[0]))
		return;
	fd->nr_in = 0;
	command();
}

static u8 data_read(void)
{
	u8 byte = fd->nr_out ? fd->out[fd->out_at++] : 0xff;

	if (fd->nr_out && !--fd->nr_out)
		fd->out_at = 0;
	return byte;
}

static void fd_out(u8 byte, u16 port)
{
	switch (port) {
	case 0x70: fd->cmos_index = byte; break;
	case 0x3f2: dor_write(byte); break;
	case 0x3f5: data_write(byte); break;
	case 0x3f7: fd->ccr = byte; break;
	default: break;
	}
}

static u8 fd_in(u16 port)
{
	if (port == 0x71)
		return fd->cmos_index == 0x10 ? (u8)(fd->type << 4) : 0;
	switch (port) {
	case 0x3f4:
		if (fd->mute)
			return 0xff;
		if (fd->busy || !(fd->dor & 4))
			return 0x10;
		return fd->nr_out ? 0xd0 : 0x80;
	case 0x3f5: return data_read();
	case 0x3f7: return (fd->dor & 0x13) == 0x10 && fd->changed ? 0x80 : 0;
	default: return 0xff;
	}
}

/* --- a machine with it -------------------------------------------------------- */

static struct block_device *bdev;
static fmode_t mode_opened;
static struct page *page;

static void chip_make(void)
{
	isa_chip_plug_in();
	isa_model.other_in = fd_in;
	isa_model.other_out = fd_out;
	fd = SUITE_ROOM(__typeof__(*fd));
	memset(fd, 0, sizeof(*fd));
	fd->version = 0x90;
	fd->type = FDC_DRIVE_1440K;
	fd->head_at = 5;
	fd->changed = true;
	disk_insert(18, FDC_RATE_500K, 1);
}

static int disk_open(fmode_t mode)
{
	mode_opened = mode;
	bdev = blkdev_get_by_dev(MKDEV(2, 0), mode, NULL);
	return (int)PTR_ERR_OR_ZERO(bdev);
}

/* With the chip as it is. */
static bool begin_made(struct ktest *t)
{
	floppy_init();
	page = alloc_pages(GFP_KERNEL | __GFP_ZERO, 2);
	return KTEST_EXPECT_NOT_NULL(t, page) &&
	       KTEST_EXPECT_EQ(t, disk_open(FMODE_READ | FMODE_WRITE), 0);
}

static bool begin(struct ktest *t)
{
	chip_make();
	return begin_made(t);
}

static void end(struct ktest *t)
{
	if (!IS_ERR(bdev))
		blkdev_put(bdev, mode_opened);
	__free_pages(page, 2);
	floppy_exit();
	KTEST_EXPECT_EQ(t, isa_model.armed_writes, 0);
	KTEST_EXPECT_TRUE(t, isa_model.channels[FDC_CHAN].masked);
	KTEST_EXPECT_FALSE(t, fd->dor & 0x10);
	isa_chip_unplug();
}

static u8 *bytes(void)
{
	return page_address(page);
}

static int move(unsigned int sector, unsigned int nr, blk_opf_t opf)
{
	struct bio *bio = bio_alloc(bdev, 4, opf, GFP_NOIO);
	unsigned int at, n;
	int err;

	bio->bi_iter.bi_sector = sector;
	for (at = 0; at < nr * SECTOR_SIZE; at += n) {
		n = min_t(unsigned int, nr *SECTOR_SIZE - at, PAGE_SIZE);
		bio_add_page(bio, page + at / PAGE_SIZE, n, 0);
	}
	err = submit_bio_wait(bio);
	bio_put(bio);
	return err;
}

/* Sectors @sector .. + @nr arrive as the disk has them. */
static void expect_read(struct ktest *t, unsigned int sector, unsigned int nr)
{
	u8 want[SECTOR_SIZE];
	unsigned int i;

	memset(bytes(), 0, nr * SECTOR_SIZE);
	KTEST_EXPECT_EQ(t, move(sector, nr, REQ_OP_READ), 0);
	for (i = 0; i < nr; i++) {
		sector_load(sector + i, want);
		KTEST_EXPECT_EQ(
			t, memcmp(bytes() + i * SECTOR_SIZE, want, SECTOR_SIZE),
			0);
	}
}

static void break_it(enum fault fault, unsigned int nr)
{
	fd->fault = fault;
	fd->nr_faults = nr;
	fd->reads = fd->writes = fd->resets = fd->recalibrates = 0;
}

/* --- all is well -------------------------------------------------------------- */

static int geometry(struct hd_geometry *geo)
{
	return bdev->bd_disk->fops->getgeo(bdev, geo);
}

static void sectors_arrive_across_tracks(struct ktest *t)
{
	struct hd_geometry geo = { 0 };

	KTEST_ASSERT_TRUE(t, begin(t));
	/* Told by one sector: no kind was tried that the drive does not know. */
	KTEST_EXPECT_EQ(t, fd->reads, 1);
	KTEST_EXPECT_EQ(t, bdev_nr_sectors(bdev), 2880);
	KTEST_EXPECT_EQ(t, geometry(&geo), 0);
	KTEST_EXPECT_EQ(t, geo.cylinders * geo.heads * geo.sectors, 2880);
	expect_read(t, 15, 24);
	expect_read(t, 2876, 4);
	memset(bytes(), 0xe1, 5 * SECTOR_SIZE);
	KTEST_EXPECT_EQ(t, move(1000, 5, REQ_OP_WRITE), 0);
	KTEST_EXPECT_EQ(t, fd->nr_kept, 5);
	KTEST_EXPECT_NULL(t, memchr_inv(sector_kept(1004), 0xe1, SECTOR_SIZE));
	expect_read(t, 999, 8);
	end(t);
}

/* Whose bits stand on end; and a disk whose bits lie flat in the same drive. */
static void the_densest_disk_is_read_and_written(struct ktest *t)
{
	chip_make();
	fd->type = FDC_DRIVE_2880K;
	disk_insert(36, FDC_RATE_1M, 1);
	KTEST_ASSERT_TRUE(t, begin_made(t));
	KTEST_EXPECT_EQ(t, bdev_nr_sectors(bdev), 5760);
	expect_read(t, 33, 24);
	/* A reset on the way makes no difference. */
	break_it(HANGS, 1);
	memset(bytes(), 0xe1, 2 * SECTOR_SIZE);
	KTEST_EXPECT_EQ(t, move(1000, 2, REQ_OP_WRITE), 0);
	KTEST_EXPECT_EQ(t, fd->resets, 1);
	expect_read(t, 999, 4);
	blkdev_put(bdev, mode_opened);
	disk_remove();
	disk_insert(18, FDC_RATE_500K, 9);
	KTEST_EXPECT_EQ(t, disk_open(FMODE_READ), 0);
	KTEST_EXPECT_EQ(t, bdev_nr_sectors(bdev), 2880);
	expect_read(t, 40, 1);
	end(t);
}

static void a_track_is_read_once_and_again_after_a_write(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin(t));
	expect_read(t, 40, 1);
	fd->reads = 0;
	expect_read(t, 41, 2);
	KTEST_EXPECT_EQ(t, fd->reads, 0);
	memset(bytes(), 0x77, SECTOR_SIZE);
	KTEST_EXPECT_EQ(t, move(41, 1, REQ_OP_WRITE), 0);
	expect_read(t, 41, 1);
	KTEST_EXPECT_EQ(t, bytes()[0], 0x77);
	KTEST_EXPECT_EQ(t, fd->reads, 1);
	end(t);
}

static void the_head_comes_to_rest_before_it_writes(struct ktest *t)
{
	unsigned int sector;

	KTEST_ASSERT_TRUE(t, begin(t));
	for (sector = 7; sector < 2880; sector += 360)
		KTEST_EXPECT_EQ(t, move(sector, 1, REQ_OP_WRITE), 0);
	KTEST_EXPECT_EQ(t, fd->unsettled, 0);
	end(t);
}

static void the_motor_stops_when_nobody_wants_anything(struct ktest *t)
{
	unsigned int seconds;

	KTEST_ASSERT_TRUE(t, begin(t));
	expect_read(t, 40, 1);
	KTEST_EXPECT_TRUE(t, fd->dor & 0x10);
	for (seconds = 0; seconds < 30 && READ_ONCE(fd->dor) & 0x10; seconds++)
		schedule_timeout_uninterruptible(HZ);
	KTEST_EXPECT_FALSE(t, READ_ONCE(fd->dor) & 0x10);
	expect_read(t, 100, 1);
	end(t);
}

/* --- errors ------------------------------------------------------------------- */

static void what_fails_is_tried_again(struct ktest *t)
{
	static const enum fault faults[] = { BAD_CRC, OVERRUN, SHORT };
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin(t));
	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		break_it(faults[i], 1);
		expect_read(t, 100 + 36 * i, 2);
		KTEST_EXPECT_EQ(t, fd->reads, 2);
		KTEST_EXPECT_EQ(t, fd->recalibrates, 1);
		KTEST_EXPECT_EQ(t, fd->resets, 0);
		break_it(faults[i], 3);
		KTEST_EXPECT_EQ(t, move(500, 1, REQ_OP_WRITE), 0);
		KTEST_EXPECT_EQ(t, fd->writes, 4);
		KTEST_EXPECT_EQ(t, fd->resets, 2);
		if (KTEST_EXPECT_NOT_NULL(t, sector_kept(500)))
			KTEST_EXPECT_EQ(t, sector_kept(500)[511], bytes()[511]);
	}
	/* When it is opened, too. */
	blkdev_put(bdev, mode_opened);
	break_it(BAD_CRC, 1);
	KTEST_EXPECT_EQ(t, disk_open(FMODE_READ), 0);
	KTEST_EXPECT_EQ(t, fd->reads, 2);
	end(t);
}

static void a_head_that_slipped_finds_its_way(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin(t));
	break_it(WRONG_TRACK, 1);
	expect_read(t, 1000, 3);
	KTEST_EXPECT_EQ(t, fd->recalibrates, 1);
	KTEST_EXPECT_EQ(t, fd->resets, 0);
	end(t);
}

static void a_bad_sector_spoils_no_other(struct ktest *t)
{
	u64 from = log_end();

	KTEST_ASSERT_TRUE(t, begin(t));
	fd->bad = 40;
	break_it(FINE, 0);
	KTEST_EXPECT_EQ(t, move(40, 1, REQ_OP_READ), -EIO);
	/* The track four times, and the sector. */
	KTEST_EXPECT_EQ(t, fd->reads, 8);
	KTEST_EXPECT_EQ(t,
			log_count(from, "cylinder 1 head 0 sectors 5-5 "
					"cannot be read: the disk is "
					"damaged (bad CRC)"),
			1);
	expect_read(t, 36, 4);
	expect_read(t, 41, 8);
	break_it(BAD_CRC, 4);
	KTEST_EXPECT_EQ(t, move(60, 1, REQ_OP_WRITE), -EIO);
	KTEST_EXPECT_EQ(t, fd->writes, 4);
	KTEST_EXPECT_EQ(t, move(60, 1, REQ_OP_WRITE), 0);
	end(t);
}

/* As QEMU does behind the end of a short image: an end without a reason. */
static void what_failed_is_said_as_far_as_it_is_known(struct ktest *t)
{
	static const struct {
		enum fault fault;
		const char *said;
	} cases[] = {
		{ CUT, "written: the controller gave it up and tells no" },
		{ SHORT, "written: the head is not where it should be, or" },
		{ HANGS, "written: the controller or the drive does not" },
	};
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin(t));
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		u64 from = log_end();

		break_it(cases[i].fault, 4);
		KTEST_EXPECT_TRUE(t, move(60, 1, REQ_OP_WRITE) < 0);
		KTEST_EXPECT_EQ(t, log_count(from, cases[i].said), 1);
	}
	end(t);
}

static void a_lost_interrupt_costs_a_reset(struct ktest *t)
{
	static const enum fault faults[] = { NO_IRQ, HANGS };
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin(t));
	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		break_it(faults[i], 1);
		expect_read(t, 100 + 36 * i, 2);
		KTEST_EXPECT_EQ(t, fd->reads, 2);
		KTEST_EXPECT_EQ(t, fd->resets, 1);
	}
	/* And what comes too late for the last try moves nothing. */
	break_it(HANGS, 4);
	KTEST_EXPECT_EQ(t, move(200, 1, REQ_OP_WRITE), -ETIMEDOUT);
	KTEST_EXPECT_TRUE(t, isa_model.channels[FDC_CHAN].masked);
	end(t);
}

static void one_that_never_answers_is_given_up(struct ktest *t)
{
	unsigned long began;

	KTEST_ASSERT_TRUE(t, begin(t));
	fd->dead = true;
	began = jiffies;
	KTEST_EXPECT_EQ(t, move(100, 1, REQ_OP_READ), -ETIMEDOUT);
	KTEST_EXPECT_LE(t, jiffies - began, 30 * HZ);
	KTEST_EXPECT_TRUE(t, isa_model.channels[FDC_CHAN].masked);
	/* And when it does again, so do we. */
	fd->dead = false;
	expect_read(t, 100, 1);
	fd->mute = true;
	KTEST_EXPECT_EQ(t, move(200, 1, REQ_OP_READ), -EIO);
	fd->mute = false;
	expect_read(t, 200, 1);
	end(t);
}

/* --- which disk --------------------------------------------------------------- */

static void a_protected_disk_is_not_written(struct ktest *t)
{
	u64 from = log_end();

	KTEST_ASSERT_TRUE(t, begin(t));
	/* What the sensor did not say, the transfer does. */
	fd->protected = fd->tab_hidden = true;
	break_it(FINE, 0);
	KTEST_EXPECT_EQ(t, move(7, 1, REQ_OP_WRITE), -EIO);
	KTEST_EXPECT_EQ(t, fd->writes, 1);
	KTEST_EXPECT_EQ(t, fd->nr_kept, 0);
	KTEST_EXPECT_EQ(t, log_count(from, "the disk is write protected"), 1);
	blkdev_put(bdev, FMODE_READ | FMODE_WRITE);
	fd->tab_hidden = false;
	KTEST_EXPECT_EQ(t, disk_open(FMODE_READ | FMODE_WRITE), -EROFS);
	KTEST_EXPECT_EQ(t, disk_open(FMODE_READ), 0);
	expect_read(t, 7, 1);
	/* The next one is not. */
	blkdev_put(bdev, FMODE_READ);
	disk_remove();
	disk_insert(18, FDC_RATE_500K, 9);
	KTEST_EXPECT_EQ(t, disk_open(FMODE_READ | FMODE_WRITE), 0);
	end(t);
}

/* Close the second opening, for reading; @first is still open. */
static void back_to(struct block_device *first)
{
	blkdev_put(bdev, FMODE_READ);
	bdev = first;
	mode_opened = FMODE_READ | FMODE_WRITE;
}

/* What is known of the disk before says nothing of this one. */
static void a_new_disk_may_be_written_where_the_old_one_was_not(struct ktest *t)
{
	struct block_device *first;

	chip_make();
	fd->protected = true;
	floppy_init();
	page = alloc_pages(GFP_KERNEL | __GFP_ZERO, 2);
	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_ASSERT_EQ(t, disk_open(FMODE_READ), 0);
	first = bdev;
	KTEST_EXPECT_EQ(t, disk_open(FMODE_READ | FMODE_WRITE), -EROFS);
	disk_remove();
	disk_insert(18, FDC_RATE_500K, 9);
	KTEST_EXPECT_EQ(t, disk_open(FMODE_READ | FMODE_WRITE), 0);
	KTEST_EXPECT_EQ(t, first->bd_openers, 2);
	if (!IS_ERR(bdev)) {
		KTEST_EXPECT_EQ(t, move(7, 1, REQ_OP_WRITE), 0);
		blkdev_put(bdev, FMODE_READ | FMODE_WRITE);
	}
	bdev = first;
	mode_opened = FMODE_READ;
	end(t);
}

/* Nobody has asked for anything in between. */
static void who_opens_a_disk_sees_that_it_is_another(struct ktest *t)
{
	struct block_device *first;

	KTEST_ASSERT_TRUE(t, begin(t));
	expect_read(t, 40, 1);
	first = bdev;
	disk_remove();
	disk_insert(9, FDC_RATE_250K, 100);
	KTEST_EXPECT_EQ(t, disk_open(FMODE_READ), 0);
	KTEST_EXPECT_EQ(t, bdev_nr_sectors(bdev), 1440);
	/* On the track whose number is that of the one in the window. */
	expect_read(t, 20, 1);
	KTEST_EXPECT_EQ(t, bytes()[0], 120);
	back_to(first);
	end(t);
}

static void a_disk_taken_out_is_not_the_one_put_in(struct ktest *t)
{
	struct block_device *first;
	struct hd_geometry geo;
	u64 from = log_end();

	KTEST_ASSERT_TRUE(t, begin(t));
	expect_read(t, 40, 1);
	first = bdev;
	disk_remove();
	/* Its track is still in the window. */
	KTEST_EXPECT_EQ(t, move(40, 1, REQ_OP_READ), -EIO);
	KTEST_EXPECT_EQ(t, move(40, 1, REQ_OP_READ), -EIO);
	KTEST_EXPECT_EQ(t, disk_open(FMODE_READ), -ENXIO);
	disk_insert(9, FDC_RATE_250K, 100);
	bdev = first;
	KTEST_EXPECT_EQ(t, geometry(&geo), -ENXIO);
	KTEST_EXPECT_EQ(t, move(40, 1, REQ_OP_WRITE), -EIO);
	KTEST_EXPECT_EQ(t, fd->nr_kept, 0);
	KTEST_EXPECT_EQ(t, disk_open(FMODE_READ), 0);
	KTEST_EXPECT_EQ(t, bdev_nr_sectors(bdev), 1440);
	expect_read(t, 40, 1);
	KTEST_EXPECT_EQ(t, bytes()[0], 140);
	back_to(first);
	KTEST_EXPECT_EQ(t, log_count(from, "was taken out while it was open"),
			1);
	end(t);
}

/* O_NONBLOCK: not even the size of the one that was there before. */
static void who_asks_for_no_disk_knows_of_none(struct ktest *t)
{
	struct block_device *first;
	struct hd_geometry geo;

	KTEST_ASSERT_TRUE(t, begin(t));
	KTEST_EXPECT_EQ(t, bdev_nr_sectors(bdev), 2880);
	blkdev_put(bdev, mode_opened);
	disk_remove();
	KTEST_ASSERT_EQ(t, disk_open(FMODE_READ | FMODE_NDELAY), 0);
	first = bdev;
	KTEST_EXPECT_EQ(t, bdev_nr_sectors(bdev), 0);
	KTEST_EXPECT_EQ(t, geometry(&geo), -ENXIO);
	KTEST_EXPECT_EQ(t, move(0, 1, REQ_OP_READ), -EIO);
	KTEST_EXPECT_EQ(t, disk_open(FMODE_READ), -ENXIO);
	disk_insert(9, FDC_RATE_250K, 100);
	bdev = first;
	KTEST_EXPECT_EQ(t, bdev_nr_sectors(bdev), 0);
	/* Until somebody does: then it is known to both. */
	KTEST_ASSERT_EQ(t, disk_open(FMODE_READ), 0);
	KTEST_EXPECT_EQ(t, bdev_nr_sectors(first), 1440);
	expect_read(t, 40, 1);
	KTEST_EXPECT_EQ(t, bytes()[0], 140);
	blkdev_put(bdev, FMODE_READ);
	bdev = first;
	mode_opened = FMODE_READ | FMODE_NDELAY;
	expect_read(t, 41, 1);
	end(t);
}

static void a_controller_that_hung_is_reset_by_who_opens(struct ktest *t)
{
	struct block_device *first;

	KTEST_ASSERT_TRUE(t, begin(t));
	first = bdev;
	disk_remove();
	KTEST_EXPECT_EQ(t, move(0, 1, REQ_OP_READ), -EIO);
	disk_insert(18, FDC_RATE_500K, 50);
	fd->dead = true;
	KTEST_EXPECT_EQ(t, disk_open(FMODE_READ), -ETIMEDOUT);
	fd->dead = false;
	KTEST_ASSERT_EQ(t, disk_open(FMODE_READ), 0);
	expect_read(t, 3, 1);
	back_to(first);
	end(t);
}

/* --- there or not ------------------------------------------------------------- */

static void without_a_controller_there_is_no_disk(struct ktest *t)
{
	u64 from = log_end();

	chip_make();
	fd->mute = true;
	floppy_init();
	KTEST_EXPECT_EQ(t, disk_open(FMODE_READ), -ENXIO);
	KTEST_EXPECT_EQ(t, log_count(from, "floppy: no controller"), 1);
	/* An 8272A is none that we know. */
	fd->mute = false;
	fd->version = 0x80;
	floppy_init();
	KTEST_EXPECT_EQ(t, disk_open(FMODE_READ), -ENXIO);
	KTEST_EXPECT_EQ(t, log_count(from, "floppy: no controller"), 2);
	isa_chip_unplug();
}

static const struct ktest_case host_floppy_cases[] = {
	KTEST_CASE(sectors_arrive_across_tracks),
	KTEST_CASE(the_densest_disk_is_read_and_written),
	KTEST_CASE(a_track_is_read_once_and_again_after_a_write),
	KTEST_CASE(the_head_comes_to_rest_before_it_writes),
	KTEST_CASE(the_motor_stops_when_nobody_wants_anything),
	KTEST_CASE(what_fails_is_tried_again),
	KTEST_CASE(a_head_that_slipped_finds_its_way),
	KTEST_CASE(a_bad_sector_spoils_no_other),
	KTEST_CASE(what_failed_is_said_as_far_as_it_is_known),
	KTEST_CASE(a_lost_interrupt_costs_a_reset),
	KTEST_CASE(one_that_never_answers_is_given_up),
	KTEST_CASE(a_protected_disk_is_not_written),
	KTEST_CASE(a_new_disk_may_be_written_where_the_old_one_was_not),
	KTEST_CASE(who_opens_a_disk_sees_that_it_is_another),
	KTEST_CASE(a_disk_taken_out_is_not_the_one_put_in),
	KTEST_CASE(who_asks_for_no_disk_knows_of_none),
	KTEST_CASE(a_controller_that_hung_is_reset_by_who_opens),
	KTEST_CASE(without_a_controller_there_is_no_disk),
};
KTEST_SUITE(host_floppy, host_floppy_cases);
