/* SPDX-License-Identifier: MIT */
/* cmd_grab.c - frames from a disk into memory of every kind, side by side */
#include <drivers/grabber.h>
#include <fs/fs.h>
#include <kernel/command.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/hash.h>
#include <kernel/math64.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <kernel/util.h>
#include <mm/slab.h>
#include <asm/page.h>

#define GRAB_DISK "/dev/hda"
#define GRAB_FRAMES 4ul
#define GRAB_FRAMES_MOST 1000ul
#define FRAME_BYTES (GRAB_FRAME_PAGES * (u32)PAGE_SIZE)

#define GRAB_WAY_AS_ROW(id, word, what) [GRAB_##id] = { word, what },
static const struct {
	const char *word;
	const char *missing;
} rows[NR_GRAB_WAYS] = { GRAB_WAYS(GRAB_WAY_AS_ROW) };

/* --- what must come ------------------------------------------------------------- */

static int crc_of_frame(struct file *file, loff_t pos, char *page, u32 *crc)
{
	loff_t end = pos + FRAME_BYTES;

	while (pos < end) {
		ssize_t got = kernel_read(file, page, PAGE_SIZE, &pos);

		if (got != (ssize_t)PAGE_SIZE)
			return got < 0 ? (int)got : -EIO;
		*crc = crc32_ieee(*crc, page, PAGE_SIZE);
	}
	return 0;
}

/* The same frames as a file, a page at a time. */
static int crc_of_file(struct file *file, u32 on_disk, unsigned long nr,
		       u32 *crc)
{
	char *page = kmalloc(PAGE_SIZE, GFP_KERNEL);
	unsigned long i;
	int err = page ? 0 : -ENOMEM;

	*crc = 0;
	for (i = 0; i < nr && !err && !signal_pending(current); i++)
		err = crc_of_frame(file, (loff_t)(i % on_disk) * FRAME_BYTES,
				   page, crc);
	kfree(page);
	return err;
}

static int crc_of_disk(const char *path, struct block_device *bdev,
		       unsigned long nr, u32 *crc)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	err = crc_of_file(file,
			  (u32)div_u64((u64)bdev_nr_bytes(bdev), FRAME_BYTES),
			  nr, crc);
	filp_close(file, NULL);
	return err;
}

/* --- the table ------------------------------------------------------------------- */

static unsigned long per_frame(u64 sum, const struct grab_cost *cost)
{
	return (unsigned long)div_u64(sum, cost->frames);
}

static void show_row(enum grab_way way, const struct grab_cost *cost,
		     unsigned long nr, bool same)
{
	if (!cost->frames) {
		console_printf("%-12s %4u/%-4lu %s\n", rows[way].word, 0u, nr,
			       cost->no_memory ? rows[way].missing :
						 "the disk cannot be read");
		return;
	}
	console_printf("%-12s %4u/%-4lu %8lu %8lu %10lu %10lu %10lu  %s\n",
		       rows[way].word, cost->frames, nr,
		       per_frame(cost->segments, cost),
		       per_frame(cost->requests, cost),
		       per_frame(cost->copied_bytes, cost),
		       per_frame(cost->memory_cycles, cost),
		       per_frame(cost->move_cycles, cost),
		       same ? "right" : "WRONG");
}

/* Return: how many ways brought other data than the disk's, or none for a
 * reason that is not memory; 1 if a signal came. */
static int show_ways(struct block_device *bdev, unsigned long nr, u32 crc)
{
	struct grab_cost cost;
	unsigned int way;
	int bad = 0;

	console_printf("%-12s %9s %8s %8s %10s %10s %10s  data\n", "way",
		       "frames", "segments", "requests", "copied", "memory",
		       "move");
	for (way = 0; way < NR_GRAB_WAYS; way++) {
		bool same;

		grab_frames(bdev, (enum grab_way)way, (unsigned int)nr,
			    GRAB_FRAME_PAGES, &cost);
		if (signal_pending(current))
			return 1;
		same = cost.frames == nr && cost.crc == crc;
		show_row((enum grab_way)way, &cost, nr, same);
		bad += cost.io_errors || (cost.frames == nr && !same);
	}
	return bad;
}

/* --- the command ------------------------------------------------------------------- */

static int compare(const char *path, struct block_device *bdev,
		   unsigned long nr)
{
	struct grab_fragments held;
	u32 crc;
	int err, bad;

	if ((u64)bdev_nr_bytes(bdev) < FRAME_BYTES) {
		console_complain("grab: %s is too short for a frame of %u "
				 "bytes\n",
				 path, FRAME_BYTES);
		return 1;
	}
	err = crc_of_disk(path, bdev, nr, &crc);
	if (err) {
		console_complain("grab: %s cannot be read: %s\n", path,
				 errno_text(err));
		return 1;
	}
	console_printf("%lu frames of %u bytes of %s, crc32=%08x; per frame:\n",
		       nr, FRAME_BYTES, path, crc);
	bad = show_ways(bdev, nr, crc);
	if (signal_pending(current))
		return 1;
	grab_fragment(&held);
	console_printf("the same, with %lu pages held so that no more than 2 "
		       "in a row are free:\n",
		       held.nr_pages);
	bad += show_ways(bdev, nr, crc);
	grab_unfragment(&held);
	return bad != 0;
}

static int cmd_grab(int argc, char **argv)
{
	const char *path = argc > 2 ? argv[2] : GRAB_DISK;
	unsigned long nr = GRAB_FRAMES;
	struct block_device *bdev;
	int status;

	if (argc > 3)
		return command_usage("grab");
	if (argc > 1 &&
	    (kstrtoul(argv[1], 10, &nr) || !nr || nr > GRAB_FRAMES_MOST)) {
		console_complain("grab: '%.40s' is not within 1 .. %lu\n",
				 argv[1], GRAB_FRAMES_MOST);
		return 1;
	}
	bdev = blkdev_get_by_path(path, FMODE_READ, NULL);
	if (IS_ERR(bdev)) {
		console_complain("grab: %.60s: %s\n", path,
				 errno_text(PTR_ERR(bdev)));
		return 1;
	}
	status = compare(path, bdev, nr);
	blkdev_put(bdev, FMODE_READ);
	return status;
}
CONSOLE_COMMAND(grab, "[FRAMES [DISK]]",
		"read frames from a disk into memory of every kind, before and "
		"under fragmentation",
		cmd_grab);
