/* SPDX-License-Identifier: MIT */
/*
 * frame_map.c - physical memory run by run: who has which frames
 *
 * Three sources, asked in this order for the frame at hand:
 *
 *   bootmem     is it RAM, and was it kept back or allocated at boot?
 *   the zone    RAM that went to the buddy: step from block to block by the
 *               heads' orders; equal neighbours become one run
 *   firmware    what is no RAM: hands off, or not even mentioned
 *
 * raw_run() gives a run from one source, and never a long one; runs that look
 * alike are joined in frame_map_next(), which therefore reads one run ahead.
 *
 * Invariants: runs join without gap or overlap; no two in a row are alike; a
 * frame of FRAME_LOST was given to the buddy and lies in no block.
 *
 * Locking: zone->lock while stepping, dropped every FRAME_MAP_BATCH blocks. A
 * block that was split or merged meanwhile is found again by page_head_of().
 *
 * Not here: how a picture looks (the console and the screen draw it).
 */
#include <kernel/bug.h>
#include <kernel/record.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/frame_map.h>
#include <mm/mm_init.h>

/* The same lists that make the enums give names and letters: no second copy. */
#define FRAME_KIND_AS_NAME(id, name, letter) [FRAME_##id] = name,
#define FRAME_KIND_AS_LETTER(id, name, letter) [FRAME_##id] = letter,
#define PAGE_OWNER_AS_NAME(id, name, letter) [PAGE_OWNER_##id] = name,
#define PAGE_OWNER_AS_LETTER(id, name, letter) [PAGE_OWNER_##id] = letter,

static const char *const frame_kind_names[] = { FRAME_KINDS(
	FRAME_KIND_AS_NAME) };
static const char frame_kind_letters[] = { FRAME_KINDS(FRAME_KIND_AS_LETTER) };
static const char *const owner_names[] = { PAGE_OWNERS(PAGE_OWNER_AS_NAME) };
static const char owner_letters[] = { PAGE_OWNERS(PAGE_OWNER_AS_LETTER) };

const char *frame_kind_name(enum frame_kind kind)
{
	return kind < NR_FRAME_KINDS ? frame_kind_names[kind] : "?";
}

char frame_run_letter(const struct frame_run *run)
{
	if (run->kind == FRAME_USED && run->owner < NR_PAGE_OWNERS)
		return owner_letters[run->owner];
	return run->kind < NR_FRAME_KINDS ? frame_kind_letters[run->kind] : '?';
}

void frame_source_live(struct frame_source *src)
{
	*src = (struct frame_source){
		.bi = mm_boot_info(),
		.bm = &bootmem_live,
		.node = &mm_node,
		.limit_pfn = mm_limit_pfn(),
		.end_pfn = max_pfn,
	};
}

/* Kind, owner and name of a run; the caller knows where it ends. */
static void run_set(struct frame_run *run, enum frame_kind kind,
		    enum page_owner owner)
{
	run->kind = kind;
	run->owner = owner;
	run->name = frame_kind_name(kind);
	if (kind == FRAME_USED)
		run->name = owner < NR_PAGE_OWNERS ? owner_names[owner] : "?";
}

static bool runs_alike(const struct frame_run *a, const struct frame_run *b)
{
	/* One owner, one name; mostly one pointer, too. */
	return a->kind == b->kind && a->order == b->order &&
	       (a->name == b->name || strcmp(a->name, b->name) == 0);
}

/* --- what is no RAM ----------------------------------------------------- */

/* Frames that the map entry @e speaks of, outward. Return: false if none. */
static bool entry_frames(const struct boot_mmap_entry *e, u64 *start, u64 *end)
{
	u64 last = e->base + (e->length - 1);

	if (e->length == 0)
		return false;
	if (last < e->base)
		last = U64_MAX;
	*start = e->base >> PAGE_SHIFT;
	*end = (last >> PAGE_SHIFT) + 1;
	return true;
}

/*
 * The run begins where no RAM is. It goes on to where the next entry starts or
 * one that covers it ends, at most to @end. Entries come in any order, so all
 * are asked; there are some ten of them, and as many runs.
 *
 * "Hands off" wins over all else, as in the sanitiser. A frame that is usable
 * here although bootmem does not have it was left out for its number, or is a
 * page that the firmware gave only part of: a hole.
 */
static void firmware_run(const struct frame_source *src, struct frame_run *run,
			 pfn_t end)
{
	bool ram = false, taken = false;
	pfn_t pos = run->start_pfn;
	u64 first, last;
	unsigned int i;

	for (i = 0; i < src->bi->nr_mmap; i++) {
		const struct boot_mmap_entry *e = &src->bi->mmap[i];

		if (!entry_frames(e, &first, &last) || last <= pos)
			continue;
		if (first > pos) {
			end = (pfn_t)min((u64)end, first);
			continue;
		}
		end = (pfn_t)min((u64)end, last);
		if (e->type == BOOT_MMAP_USABLE)
			ram = true;
		else
			taken = true;
	}
	if (taken)
		run_set(run, FRAME_FIRMWARE, PAGE_OWNER_NONE);
	else if (ram && pos >= src->limit_pfn)
		run_set(run, FRAME_IGNORED, PAGE_OWNER_NONE);
	else
		run_set(run, FRAME_HOLE, PAGE_OWNER_NONE);
	run->nr = end - pos;
}

/* --- what bootmem kept -------------------------------------------------- */

/* The owner's name is bootmem's own text, which lives for ever. */
static void reserved_run(struct frame_run *run, const struct bootmem_range *r,
			 pfn_t end)
{
	enum frame_kind kind = FRAME_KEPT;

	if (r->kind == BOOTMEM_ALLOCATED)
		kind = FRAME_BOOT;
	else if (strncmp(r->owner, "Kernel ", 7) == 0)
		kind = FRAME_IMAGE;
	run_set(run, kind, PAGE_OWNER_NONE);
	run->name = r->owner;
	run->nr = end - run->start_pfn;
}

/* --- what the buddy was given ------------------------------------------- */

static struct zone *source_zone(const struct frame_source *src, pfn_t pfn)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		if (zone_has_pfn(&src->node->zones[i], pfn))
			return &src->node->zones[i];
	}
	return NULL;
}

/*
 * What the block that covers @pfn is. Its head is the frame itself, unless the
 * walk stood still at this frame while a neighbour merged over it. Pages on a
 * CPU's list are free to whoever looks at the picture.
 * Return: one past its last frame.
 */
static pfn_t block_at(const struct zone *z, pfn_t pfn, bool by_order,
		      struct frame_run *block)
{
	const struct page *head = zone_pfn_to_page(z, pfn);

	lockdep_assert_held(&z->lock);

	if (page_state(head) == PAGE_NONE)
		head = page_head_of(z, pfn);
	if (!head || page_state(head) == PAGE_RESERVED) {
		run_set(block, FRAME_LOST, PAGE_OWNER_NONE);
		block->order = 0;
		return pfn + 1;
	}
	switch (page_state(head)) {
	case PAGE_FREE:
	case PAGE_PCP: run_set(block, FRAME_FREE, PAGE_OWNER_NONE); break;
	case PAGE_SLAB: run_set(block, FRAME_USED, PAGE_OWNER_SLAB); break;
	default: run_set(block, FRAME_USED, page_owner(head)); break;
	}
	block->order = 0;
	if (by_order && block->kind == FRAME_FREE)
		block->order = (u8)page_order(head);
	return zone_page_to_pfn(z, head) + (1ul << page_order(head));
}

/* Step over blocks like the first one, at most FRAME_MAP_BATCH. */
static void zone_run(const struct frame_source *src, struct frame_run *run,
		     pfn_t end)
{
	struct zone *z = source_zone(src, run->start_pfn);
	pfn_t pos = run->start_pfn;
	unsigned long flags;
	unsigned int i;

	if (!z) {
		run_set(run, FRAME_LOST, PAGE_OWNER_NONE);
		run->nr = 1;
		return;
	}
	end = min(end, z->end_pfn);
	flags = spin_lock_irqsave(&z->lock);
	for (i = 0; i < FRAME_MAP_BATCH && pos < end; i++) {
		struct frame_run block;
		pfn_t next = block_at(z, pos, src->by_order, &block);

		if (i == 0) {
			run_set(run, block.kind, block.owner);
			run->order = block.order;
		} else if (!runs_alike(run, &block)) {
			break;
		}
		pos = min(next, end);
	}
	spin_unlock_irqrestore(&z->lock, flags);
	run->nr = pos - run->start_pfn;
}

/* --- putting it together ------------------------------------------------ */

/* The span of RAM at or above fm->pos; false if there is none. */
static bool span_ahead(struct frame_map *fm)
{
	while (!fm->span_valid || phys_to_pfn(fm->span.end) <= fm->pos) {
		if (!bootmem_next_span(&fm->cursor, &fm->span))
			return false;
		fm->span_valid = true;
	}
	return true;
}

/*
 * The run at fm->pos, from one source: no RAM up to the next span; beyond the
 * limit; or as the span says, reserved or in a zone. Always at least one frame,
 * so that the walk ends.
 */
static bool raw_run(struct frame_map *fm, struct frame_run *run)
{
	const struct frame_source *src = fm->src;
	bool ram = span_ahead(fm);
	pfn_t end = src->end_pfn;

	if (fm->pos >= end)
		return false;
	*run = (struct frame_run){ .start_pfn = fm->pos };
	if (!ram || phys_to_pfn(fm->span.start) > fm->pos) {
		if (ram)
			end = min(end, phys_to_pfn(fm->span.start));
		firmware_run(src, run, end);
	} else if (fm->pos >= src->limit_pfn) {
		run_set(run, FRAME_IGNORED, PAGE_OWNER_NONE);
		run->nr = min(end, phys_to_pfn(fm->span.end)) - fm->pos;
	} else {
		end = min(end, src->limit_pfn);
		end = min(end, phys_to_pfn(fm->span.end));
		if (fm->span.reserved)
			reserved_run(run, fm->span.reserved, end);
		else
			zone_run(src, run, end);
	}
	BUG_ON(run->nr == 0);
	fm->pos += run->nr;
	return true;
}

/* Reads one run ahead, so that frame_map_next() knows where a run ends. */
void frame_map_begin(struct frame_map *fm, const struct frame_source *src)
{
	*fm = (struct frame_map){ .src = src };
	bootmem_cursor_init(&fm->cursor, src->bm, PAGE_SIZE);
	fm->ahead_valid = raw_run(fm, &fm->ahead);
}

bool frame_map_next(struct frame_map *fm, struct frame_run *run)
{
	if (!fm->ahead_valid)
		return false;
	*run = fm->ahead;
	for (;;) {
		fm->ahead_valid = raw_run(fm, &fm->ahead);
		if (!fm->ahead_valid || !runs_alike(run, &fm->ahead))
			return true;
		run->nr += fm->ahead.nr;
	}
}

/* --- the record --------------------------------------------------------- */

/* Text of runs that one record holds; the rest of the line fits besides. */
#define RECORD_RUNS_BYTES 400
/* One more run: a count, a name of ordinary length with escapes, brackets. */
#define RECORD_RUN_BYTES 96

void frame_map_record_of(const struct frame_source *src)
{
	char text[RECORD_RUNS_BYTES];
	char name[RECORD_RUN_BYTES / 2];
	struct frame_map fm;
	struct frame_run run;
	pfn_t first = 0;
	int len = 0;

	if (!record_enabled())
		return;
	frame_map_begin(&fm, src);
	while (frame_map_next(&fm, &run)) {
		len += scnprintf(text + len, sizeof(text) - (size_t)len,
				 "%s[%lu,\"%s\"]", len ? "," : "", run.nr,
				 record_quote(name, sizeof(name), run.name));
		if (len < RECORD_RUNS_BYTES - RECORD_RUN_BYTES &&
		    fm.ahead_valid)
			continue;
		record("frames", "\"first\":%lu,\"runs\":[%s],\"end\":%d",
		       first, text, !fm.ahead_valid);
		first = run.start_pfn + run.nr;
		len = 0;
	}
}

void frame_map_record(void)
{
	struct frame_source src;

	frame_source_live(&src);
	frame_map_record_of(&src);
}

/* One more run: three numbers of up to ten digits, brackets, commas. */
#define RECORD_BLOCKS_BYTES 40

void frame_blocks_record_of(const struct frame_source *src)
{
	struct frame_source ordered = *src;
	char text[RECORD_RUNS_BYTES];
	struct frame_map fm;
	struct frame_run run;
	int len = 0;

	if (!record_enabled())
		return;
	ordered.by_order = true;
	text[0] = '\0';
	frame_map_begin(&fm, &ordered);
	while (frame_map_next(&fm, &run)) {
		if (run.kind == FRAME_FREE)
			len += scnprintf(text + len, sizeof(text) - (size_t)len,
					 "%s[%lu,%lu,%u]", len ? "," : "",
					 run.start_pfn, run.nr, run.order);
		if (len < RECORD_RUNS_BYTES - RECORD_BLOCKS_BYTES &&
		    fm.ahead_valid)
			continue;
		record("blocks", "\"runs\":[%s],\"end\":%d", text,
		       !fm.ahead_valid);
		text[0] = '\0';
		len = 0;
	}
}

void frame_blocks_record(void)
{
	struct frame_source src;

	frame_source_live(&src);
	frame_blocks_record_of(&src);
}

/* --- the picture -------------------------------------------------------- */

/* Count the run that the picture has come to. */
static void picture_meet(struct frame_picture *p)
{
	unsigned int letter =
		(unsigned char)frame_run_letter(&p->run) % FRAME_LETTERS;

	p->frames[letter] += p->run.nr;
	p->name[letter] = p->run.kind == FRAME_USED ?
				  p->run.name :
				  frame_kind_name(p->run.kind);
}

static void picture_next(struct frame_picture *p)
{
	if (frame_map_next(&p->fm, &p->run))
		picture_meet(p);
	else
		p->run.nr = 0;
}

void frame_picture_begin(struct frame_picture *p,
			 const struct frame_source *src)
{
	memset(p, 0, sizeof(*p));
	frame_map_begin(&p->fm, src);
	picture_next(p);
}

/* Move on to the run that covers @pfn, if any. */
static void picture_advance(struct frame_picture *p, pfn_t pfn)
{
	while (p->run.nr && p->run.start_pfn + p->run.nr <= pfn)
		picture_next(p);
}

static unsigned int most(const unsigned long *count, unsigned int nr,
			 unsigned int best)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (count[i] > count[best])
			best = i;
	}
	return best;
}

/* The cell has several runs. */
static struct frame_cell cell_of_runs(struct frame_picture *p, pfn_t start,
				      pfn_t end)
{
	unsigned long letters[FRAME_LETTERS] = { 0 };
	unsigned long orders[MAX_ORDER] = { 0 };

	while (start < end) {
		pfn_t run_end;

		picture_advance(p, start);
		if (!p->run.nr)
			break;
		run_end = min(p->run.start_pfn + p->run.nr, end);
		letters[(unsigned char)frame_run_letter(&p->run) %
			FRAME_LETTERS] += run_end - start;
		if (p->run.kind == FRAME_FREE)
			orders[p->run.order] += run_end - start;
		start = run_end;
	}
	return (struct frame_cell){
		.letter = (char)most(letters, FRAME_LETTERS, ' '),
		.order = (u8)most(orders, MAX_ORDER, 0),
	};
}

struct frame_cell frame_picture_cell(struct frame_picture *p, pfn_t start,
				     pfn_t end)
{
	struct frame_cell cell = { .letter = ' ' };

	picture_advance(p, start);
	if (!p->run.nr)
		return cell;
	if (p->run.start_pfn + p->run.nr < end)
		return cell_of_runs(p, start, end);
	cell.letter = frame_run_letter(&p->run);
	cell.order = p->run.order;
	return cell;
}
