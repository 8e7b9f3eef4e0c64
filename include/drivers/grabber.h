/* SPDX-License-Identifier: MIT */
/*
 * grabber.h - a frame grabber: the buffer that it took at boot, and frames from
 * a disk into memory of every kind that the driver books advise
 */
#ifndef DRIVERS_GRABBER_H
#define DRIVERS_GRABBER_H

#include <fs/blkdev.h>
#include <kernel/types.h>
#include <mm/page.h>

/* --- the buffer that was taken at boot ---------------------------------------- */

/* Where it is. Return: NULL and 0 bytes if there is none (grabber=0). */
void *grabber_buffer(unsigned long *bytes);

/* Make a picture: each word of the buffer from @frame and its own address. */
void grabber_capture(u32 frame);

/* Return: how many words of the last picture are not as they were made. */
unsigned long grabber_verify(void);

/* --- frames from a disk --------------------------------------------------------- */

/* 640x480 in 256 colours: 300 KiB, which the buddy rounds up to 512. */
#define GRAB_FRAME_PAGES 75u
/* Of the way through the hidden RAM: what is read before it is copied. */
#define GRAB_WINDOW_PAGES 16u

/* Kinds of memory for a frame: word, what is missing if there is none. */
#define GRAB_WAYS(X)                                                        \
	X(BOOT, "bigphysarea", "no room: boot with bigphysarea=PAGES")      \
	X(HIDDEN, "highram", "no room: boot with mem= below what is there") \
	X(PAGES, "pages", "no memory for single pages")                     \
	X(VMALLOC, "vmalloc", "no memory for single pages in a row")        \
	X(BLOCK, "alloc_pages", "no block of that order is free")
#define GRAB_WAY_AS_ENUM(id, word, missing) GRAB_##id,
enum grab_way { GRAB_WAYS(GRAB_WAY_AS_ENUM) NR_GRAB_WAYS };
#undef GRAB_WAY_AS_ENUM

/* Memory for one frame. */
struct grab_buffer {
	enum grab_way way;
	unsigned int nr_pages; /* of a frame */
	unsigned int
		nr_window; /* that are read at once: the entries of @page */
	struct page *page[GRAB_FRAME_PAGES]; /* where the disk's data goes */
	void *va; /* BOOT, VMALLOC, BLOCK */
	phys_addr_t hidden; /* HIDDEN: where the frame is in the end */
	void __iomem *io; /* and how the CPU sees it */
};

/**
 * grab_buffer_take - memory for a frame of @nr_pages
 * @nr_pages: 1 .. GRAB_FRAME_PAGES
 * Return: false: there is none, and no line says so.
 * Context: may sleep.
 */
bool __must_check grab_buffer_take(struct grab_buffer *buf, enum grab_way way,
				   unsigned int nr_pages);
void grab_buffer_give(struct grab_buffer *buf);

/* The CRC-32 of what came before, and of the frame. Context: may sleep. */
u32 grab_buffer_crc32(struct grab_buffer *buf, u32 crc);

/* What frames have cost; all but failures of the frames that came. */
struct grab_cost {
	unsigned int frames; /* that came */
	unsigned int no_memory; /* that had no buffer */
	unsigned int io_errors; /* that the disk refused */
	unsigned long segments; /* pieces of memory that the disk was given */
	unsigned long requests; /* that the disk served; others' as well */
	u64 copied_bytes; /* by the CPU */
	u64 memory_cycles; /* taking and giving back the buffer */
	u64 move_cycles; /* handing in and copying; not waiting, not interrupts */
	u32 crc; /* of all frames, one behind the other */
};

/**
 * grab_frame - read a frame from @sector on
 * @cost: what it cost is added
 * Return: 0, or what the disk says. Context: may sleep.
 */
int __must_check grab_frame(struct block_device *bdev, sector_t sector,
			    struct grab_buffer *buf, struct grab_cost *cost);

/**
 * grab_frames - the first @nr frames of a disk, each into a buffer of its own
 * @nr_pages: of a frame
 *
 * A disk that is shorter is read again from its start; it has one frame at
 * least. A signal ends it early. Context: may sleep.
 */
void grab_frames(struct block_device *bdev, enum grab_way way, unsigned int nr,
		 unsigned int nr_pages, struct grab_cost *cost);

/* --- memory in fragments ---------------------------------------------------------- */

/* Held from grab_fragment() to grab_unfragment(). */
struct grab_fragments {
	struct list_head pages;
	unsigned long nr_pages;
};

/**
 * grab_fragment - take one page in four, so that no more than two in a row are
 * free, in any zone
 *
 * A quarter of what was free is held. What others free meanwhile may lie in a
 * row again.
 * Context: may sleep.
 */
void grab_fragment(struct grab_fragments *held);
void grab_unfragment(struct grab_fragments *held);

#endif
