/* SPDX-License-Identifier: MIT */
/*
 * highram.c - a pool of RAM that the kernel does not use
 *
 * The pool is a list of ranges, which never changes, and a list of the blocks
 * that were handed out, sorted by address. What is free is not recorded: it is
 * what blocks leave of ranges. A walk goes through both lists at once:
 *
 *	ranges   |--------------------|         |-----------|
 *	blocks       |---A---|   |-B--|            |-C-|
 *	pieces   |...|---A---|...|-B--|         |..|-C-|....|
 *
 * A request takes the first free piece that is long enough. Ranges may be many
 * GiB, so there is a record for each block and none for each page; it comes
 * from kmalloc(), before the lock is taken. A free needs no memory.
 *
 * Invariants (highram_pool_check() walks them all):
 *   H1  ranges are whole pages, not empty, ascend and do not overlap
 *   H2  so do blocks
 *   H3  each block lies in one range
 *   H4  nr_blocks and used_bytes are what the blocks add up to
 *
 * Locking: pool->lock, irq-safe, rank LOCK_RESERVE; no other lock is taken
 * inside. Reports and lines come after it was dropped.
 *
 * Not here: which RAM is hidden (allocator.c), mapping it (ioremap()).
 */
#define pr_fmt(fmt) "highram: " fmt
#include <drivers/highram.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <mm/slab.h>
#include <asm/page.h>

void highram_pool_init(struct highram_pool *pool, const char *name,
		       const struct highram_range *ranges,
		       unsigned int nr_ranges)
{
	*pool = (struct highram_pool){
		.name = name,
		.ranges = ranges,
		.nr_ranges = nr_ranges,
	};
	spin_lock_init(&pool->lock, name, LOCK_RESERVE);
	INIT_LIST_HEAD(&pool->blocks);
}

/* --- walking ------------------------------------------------------------ */

/* All pieces below have been seen. Valid while the lock is held. */
struct highram_walk {
	phys_addr_t pos;
	unsigned int range_idx; /* no range below reaches above pos */
	struct list_head *next; /* nor does a block before this one */
};

static struct highram_walk walk_begin(struct highram_pool *pool)
{
	return (struct highram_walk){ .next = pool->blocks.next };
}

/* Move to the first byte of a range at or above walk->pos. NULL: none. */
static const struct highram_range *walk_enter(const struct highram_pool *pool,
					      struct highram_walk *walk)
{
	for (; walk->range_idx < pool->nr_ranges; walk->range_idx++) {
		const struct highram_range *r = &pool->ranges[walk->range_idx];

		walk->pos = max(walk->pos, r->start);
		if (walk->pos < r->end)
			return r;
	}
	return NULL;
}

/* The first block that ends above walk->pos, or NULL. */
static const struct highram_block *walk_block(const struct highram_pool *pool,
					      struct highram_walk *walk)
{
	while (walk->next != &pool->blocks) {
		const struct highram_block *b =
			list_entry(walk->next, struct highram_block, node);

		if (b->end > walk->pos)
			return b;
		walk->next = walk->next->next;
	}
	return NULL;
}

/*
 * The piece that walk->pos is in, or the next one. Of a free piece only what
 * is not below walk->pos; of a block all. Lock held.
 */
static bool walk_piece(const struct highram_pool *pool,
		       struct highram_walk *walk, struct highram_piece *piece)
{
	const struct highram_range *r = walk_enter(pool, walk);
	const struct highram_block *b;

	lockdep_assert_held(&pool->lock);
	if (!r)
		return false;
	b = walk_block(pool, walk);
	*piece = (struct highram_piece){ .start = walk->pos, .end = r->end };
	if (b && b->start <= walk->pos)
		*piece = (struct highram_piece){ b->start, b->end, true,
						 b->site };
	else if (b)
		piece->end = min(r->end, b->start);
	walk->pos = piece->end;
	return true;
}

/* --- the calls ---------------------------------------------------------- */

/* Does a free piece take @bytes below @limit? */
static bool piece_fits(const struct highram_piece *piece, u64 bytes,
		       phys_addr_t limit)
{
	phys_addr_t end = min(piece->end, limit);

	return !piece->used && piece->start < end &&
	       bytes <= end - piece->start;
}

/* Place @block, whose end is its length so far. Return: its start, taken under
 * the lock: from then on somebody may free it; 0 if there is no place. */
static phys_addr_t pool_place(struct highram_pool *pool,
			      struct highram_block *block, phys_addr_t limit)
{
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	struct highram_walk walk = walk_begin(pool);
	u64 bytes = block->end;
	struct highram_piece piece;
	phys_addr_t start = 0;
	bool found = false;

	while (!found && walk_piece(pool, &walk, &piece))
		found = piece_fits(&piece, bytes, limit);
	if (found) {
		start = piece.start;
		block->start = start;
		block->end = start + bytes;
		/* walk.next is the first block above the free piece. */
		list_add_tail(&block->node, walk.next);
		pool->nr_blocks++;
		pool->used_bytes += bytes;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	return start;
}

/* Whole pages for @kilobytes; 0 if that is nothing, or beyond 64 bits: what
 * only rounding takes there becomes 0 by itself. */
static u64 request_bytes(u64 kilobytes)
{
	if (kilobytes > U64_MAX >> 10)
		return 0;
	return ALIGN(kilobytes << 10, (u64)PAGE_SIZE);
}

phys_addr_t highram_pool_alloc(struct highram_pool *pool,
			       const struct highram_request *req)
{
	u64 bytes = request_bytes(req->kilobytes);
	phys_addr_t limit = req->limit ? req->limit : U64_MAX;
	struct highram_block *block = NULL;
	const char *objection = "no such size";
	phys_addr_t start;

	if (bytes) {
		objection = "no memory for the record";
		block = kmalloc(sizeof(*block), req->gfp);
	}
	if (block) {
		block->end = bytes;
		block->site = req->site;
		start = pool_place(pool, block, limit);
		if (start)
			return start;
		objection = "no hidden RAM that fits";
		kfree(block);
	}
	if (!(req->gfp & __GFP_NOWARN))
		pr_warn("refused: %s: kilobytes=%llu caller=%pS\n", objection,
			req->kilobytes, (void *)req->site);
	return 0;
}

/* The block that holds @address, or NULL. Lock held. */
static struct highram_block *block_around(struct highram_pool *pool,
					  phys_addr_t address)
{
	struct highram_block *b;

	list_for_each_entry(b, &pool->blocks, node) {
		if (address - b->start < b->end - b->start)
			return b;
	}
	return NULL;
}

static bool pool_has(const struct highram_pool *pool, phys_addr_t address)
{
	unsigned int i;

	for (i = 0; i < pool->nr_ranges; i++) {
		const struct highram_range *r = &pool->ranges[i];

		if (address - r->start < r->end - r->start)
			return true;
	}
	return false;
}

/* @b is a copy of the block around the address; its end is 0 for none. */
static void misuse_report(const struct highram_pool *pool, phys_addr_t address,
			  const struct highram_block *b, unsigned long site)
{
	struct report_sites sites = { .alloc = b->site, .at = site };

	if (b->end)
		mm_report("bad-free", &sites,
			  "%s phys=%#llx interior block=%#llx bytes=%llu",
			  pool->name, address, b->start, b->end - b->start);
	else
		mm_report("bad-free", &sites, "%s phys=%#llx %s", pool->name,
			  address,
			  pool_has(pool, address) ? "not handed out" :
						    "not hidden RAM");
}

int highram_pool_free(struct highram_pool *pool, phys_addr_t start,
		      unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	struct highram_block *b = block_around(pool, start);
	struct highram_block seen = { 0 };
	bool right = b && b->start == start;

	if (b)
		seen = *b;
	if (right) {
		list_del(&b->node);
		pool->nr_blocks--;
		pool->used_bytes -= b->end - b->start;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	if (!right) {
		misuse_report(pool, start, &seen, site);
		return -EINVAL;
	}
	kfree(b);
	return 0;
}

/* --- looking ------------------------------------------------------------ */

bool highram_pool_next(struct highram_pool *pool, phys_addr_t *cursor,
		       struct highram_piece *piece)
{
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	struct highram_walk walk = walk_begin(pool);
	bool found;

	walk.pos = *cursor;
	found = walk_piece(pool, &walk, piece);
	*cursor = walk.pos;
	spin_unlock_irqrestore(&pool->lock, flags);
	return found;
}

void highram_pool_sums(struct highram_pool *pool, phys_addr_t limit,
		       struct highram_sums *sums)
{
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	struct highram_walk walk = walk_begin(pool);
	struct highram_piece piece;

	*sums = (struct highram_sums){ .nr_blocks = pool->nr_blocks };
	while (walk_piece(pool, &walk, &piece)) {
		phys_addr_t end = limit ? min(piece.end, limit) : piece.end;
		u64 bytes = piece.start < end ? end - piece.start : 0;

		sums->total_bytes += bytes;
		if (piece.used)
			continue;
		sums->free_bytes += bytes;
		sums->largest_bytes = max(sums->largest_bytes, bytes);
	}
	spin_unlock_irqrestore(&pool->lock, flags);
}

void highram_pool_show(struct seq_file *m, struct highram_pool *pool)
{
	struct highram_sums sums;
	struct highram_piece piece;
	phys_addr_t cursor = 0;

	if (!pool->nr_ranges) {
		seq_puts(m, "No RAM is hidden; mem= hides some.\n");
		return;
	}
	highram_pool_sums(pool, 0, &sums);
	seq_printf(m,
		   "Hidden RAM, size %llu kB, free %llu kB, largest %llu kB,"
		   " blocks %u\n",
		   sums.total_bytes >> 10, sums.free_bytes >> 10,
		   sums.largest_bytes >> 10, sums.nr_blocks);
	while (highram_pool_next(pool, &cursor, &piece)) {
		seq_printf(m, "%08llx-%08llx %8llu kB ", piece.start,
			   piece.end - 1, (piece.end - piece.start) >> 10);
		if (piece.used)
			seq_printf(m, "%pS\n", (void *)piece.site);
		else
			seq_puts(m, "free\n");
	}
}

/* --- checking ----------------------------------------------------------- */

/* Whole pages, not empty, and not below @floor? */
static bool span_is_sound(phys_addr_t start, phys_addr_t end, phys_addr_t floor)
{
	return start < end && start >= floor && IS_ALIGNED(start, PAGE_SIZE) &&
	       IS_ALIGNED(end, PAGE_SIZE);
}

static int check_ranges(const struct highram_pool *pool)
{
	phys_addr_t floor = PAGE_SIZE;
	unsigned int i;
	int bad = 0;

	for (i = 0; i < pool->nr_ranges; i++) {
		const struct highram_range *r = &pool->ranges[i];

		if (!span_is_sound(r->start, r->end, floor)) {
			pr_err("%s: H1 range=%u %#llx-%#llx\n", pool->name, i,
			       r->start, r->end);
			bad++;
		}
		floor = r->end;
	}
	return bad;
}

static bool block_in_range(const struct highram_pool *pool,
			   const struct highram_block *b)
{
	unsigned int i;

	for (i = 0; i < pool->nr_ranges; i++) {
		if (b->start >= pool->ranges[i].start &&
		    b->end <= pool->ranges[i].end)
			return true;
	}
	return false;
}

/* Lock held. A block out of order ends the walk: it may lead in a ring. */
static int check_blocks(const struct highram_pool *pool, unsigned int *nr,
			u64 *bytes)
{
	phys_addr_t floor = 0;
	const struct highram_block *b;
	int bad = 0;

	list_for_each_entry(b, &pool->blocks, node) {
		if (!span_is_sound(b->start, b->end, floor)) {
			pr_err("%s: H2 block %#llx-%#llx behind %#llx\n",
			       pool->name, b->start, b->end, floor);
			return bad + 1;
		}
		if (!block_in_range(pool, b)) {
			pr_err("%s: H3 block %#llx-%#llx\n", pool->name,
			       b->start, b->end);
			bad++;
		}
		floor = b->end;
		*bytes += b->end - b->start;
		(*nr)++;
	}
	return bad;
}

int highram_pool_check(struct highram_pool *pool)
{
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	unsigned int nr = 0;
	u64 bytes = 0;
	int bad = check_ranges(pool);

	bad += check_blocks(pool, &nr, &bytes);
	if (nr != pool->nr_blocks || bytes != pool->used_bytes) {
		pr_err("%s: H4 blocks=%u counted=%u bytes=%llu counted=%llu\n",
		       pool->name, pool->nr_blocks, nr, pool->used_bytes,
		       bytes);
		bad++;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	return bad;
}
