/* SPDX-License-Identifier: MIT */
/*
 * frame_map.h - physical memory from frame 0 up, run by run, by owner
 *
 * For the console's memmap picture, the COM2 record "frames", and self-tests.
 * Runs join without gap, from 0 to the end asked for; two runs in a row always
 * differ. A run of RAM in the buddy's hands is found by stepping from block to
 * block: O(blocks), whatever the number of frames.
 *
 * Locking: takes zone->lock for at most FRAME_MAP_BATCH blocks at a time. What
 * changes meanwhile may show its old or its new owner.
 */
#ifndef MM_FRAME_MAP_H
#define MM_FRAME_MAP_H

#include <kernel/boot_info.h>
#include <mm/bootmem.h>
#include <mm/zone.h>

/* Identifier, name, letter of the picture. */
#define FRAME_KINDS(X)                                             \
	X(HOLE, "hole", ' ') /* neither RAM nor mentioned */       \
	X(FIRMWARE, "firmware", '#') /* the map says: hands off */ \
	X(IGNORED, "ignored", 'x') /* RAM that is not used */      \
	X(KEPT, "kept", 'r') /* page 0, what the loader left */    \
	X(IMAGE, "image", 'K') /* the kernel's own image */        \
	X(BOOT, "boot", 'B') /* taken from bootmem */              \
	X(FREE, "free", '.') /* buddy and per-CPU lists */         \
	X(USED, "used", 'p') /* see owner */                       \
	X(LOST, "lost", '!') /* given to the buddy, in no block: a bug */
#define FRAME_KIND_AS_ENUM(id, name, letter) FRAME_##id,
enum frame_kind { FRAME_KINDS(FRAME_KIND_AS_ENUM) NR_FRAME_KINDS };
#undef FRAME_KIND_AS_ENUM

#define FRAME_MAP_BATCH 1024u

struct frame_run {
	pfn_t start_pfn;
	pfn_t nr;
	enum frame_kind kind;
	enum page_owner owner; /* of USED; else PAGE_OWNER_NONE */
	u8 order; /* of the blocks of FREE, if the source says by_order; else 0 */
	/* KEPT, IMAGE, BOOT: the owner's name in bootmem; USED: owner's name;
	 * else the kind's name. Never NULL. */
	const char *name;
};

/* What a map is drawn from. */
struct frame_source {
	const struct boot_info *bi; /* firmware's reserved ranges */
	const struct bootmem *bm; /* handed over */
	struct mm_node *node;
	pfn_t limit_pfn; /* RAM from here on is not in @node */
	pfn_t end_pfn; /* end of the picture */
	bool by_order; /* a run of free frames has blocks of one order */
};

/* The live machine, up to the end of its RAM. */
void frame_source_live(struct frame_source *src);

struct frame_map {
	const struct frame_source *src;
	pfn_t pos;
	struct bootmem_cursor cursor;
	struct bootmem_span span; /* the RAM at or above pos */
	bool span_valid;
	struct frame_run ahead; /* first run not yet returned */
	bool ahead_valid;
};

void frame_map_begin(struct frame_map *fm, const struct frame_source *src);

/* Return: false at the end, @run unchanged. */
bool frame_map_next(struct frame_map *fm, struct frame_run *run);

/* The letter that stands for a run in a picture. */
char frame_run_letter(const struct frame_run *run);
const char *frame_kind_name(enum frame_kind kind);

/**
 * frame_map_record_of - write a machine's map as records "frames"
 *
 * One or more lines: "first" is the frame that the line begins with, "runs"
 * are [frames, name] in rising order, "end" is 1 in the last line.
 */
void frame_map_record_of(const struct frame_source *src);

/* The live machine's. */
void frame_map_record(void);

/* What free memory consists of, as records "blocks": runs of free blocks of one
 * order, [first frame, frames, order], in rising order. */
void frame_blocks_record_of(const struct frame_source *src);
void frame_blocks_record(void);

/*
 * A picture: cells, each a run of frames, asked for in rising order.
 */
#define FRAME_LETTERS 128u

struct frame_cell {
	char letter; /* that most of its frames have; the lowest of equals */
	u8 order; /* of '.': that most of its free frames have; as above */
};

struct frame_picture {
	struct frame_map fm;
	struct frame_run run; /* the run at hand; .nr 0: none left */
	/* Of the runs that were reached: frames, and what a letter's last run
	 * was called; NULL: none. Boot memory's runs go by their kind's name. */
	unsigned long frames[FRAME_LETTERS];
	const char *name[FRAME_LETTERS];
};

void frame_picture_begin(struct frame_picture *p,
			 const struct frame_source *src);

/* What [@start, @end) looks like; a hole where the map has ended. */
struct frame_cell frame_picture_cell(struct frame_picture *p, pfn_t start,
				     pfn_t end);

#endif
