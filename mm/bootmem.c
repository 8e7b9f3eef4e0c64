/* SPDX-License-Identifier: MIT */
/*
 * bootmem.c - memory before there are zones: two sorted lists of ranges
 *
 * RAM is what memory[] says; free is RAM that reserved[] does not touch. Both
 * lists are changed by the same two operations:
 *
 *   insert   covers the gaps that [start, end) has left between the ranges
 *            that are there; so the first owner of a byte keeps it:
 *
 *              there     |--A--|      |--B--|
 *              insert C     |-------------------|
 *              then      |--A--|--C---|--B--|-C-|
 *
 *   cut      takes [start, end) out of the ranges that cover it, which may
 *            leave a range on either side.
 *
 * Each counts first what room it will need, so a refusal changes nothing. New
 * ranges melt into touching neighbours of equal owner and kind; so a thousand
 * page tables allocated in a row take one entry.
 *
 * A walk over RAM goes with a cursor through both lists at once. Searching for
 * room is such a walk, and so is the hand-over, where the granule is a page:
 * RAM shrinks to whole pages, reservations grow to whole pages, and each page
 * has exactly one owner. That is what the conservation line relies on.
 *
 *              memory    |-----------|     |------------------|
 *              reserved     |--A--|     |-B--|        |-C-|
 *              spans     |..|--A--|..|     |B|........|-C-|...|
 *
 * Lists are short (some ten entries on a real machine), hence arrays: a search
 * is O(ranges), and an insertion moves the entries behind it.
 *
 * Invariants: M1 to M4 of bootmem.h, walked by bootmem_check().
 * Locking: none, see bootmem.h.
 *
 * Not here: what is reserved and why (mm_boot.c), and what alloc_bootmem() and
 * its kin do when nothing fits (boot_alloc.c).
 */
#define pr_fmt(fmt) "bootmem: " fmt
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/memmap.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <mm/bootmem.h>
#include <mm/check.h>

/*
 * The loader's 64 ranges, the image, page tables, the array; what drivers take
 * at boot; and bad memory, which memtest= keeps to a few ranges a free span.
 */
#define BOOTMEM_LIVE_RESERVED 256

/* Any map that the sanitiser can give fits: no RAM is lost for want of room. */
static struct bootmem_range live_memory[MEMMAP_MAX_RUNS];
static struct bootmem_range live_reserved[BOOTMEM_LIVE_RESERVED];

struct bootmem bootmem_live = {
	.name = "boot",
	.memory = { live_memory, 0, MEMMAP_MAX_RUNS },
	.reserved = { live_reserved, 0, BOOTMEM_LIVE_RESERVED },
};

/* The room's contents need no clearing: only the first nr entries count. */
void bootmem_init(struct bootmem *bm, const char *name,
		  struct bootmem_range *memory, unsigned int nr_memory,
		  struct bootmem_range *reserved, unsigned int nr_reserved)
{
	*bm = (struct bootmem){
		.name = name,
		.memory = { memory, 0, nr_memory },
		.reserved = { reserved, 0, nr_reserved },
	};
}

/* --- the lists ---------------------------------------------------------- */

/*
 * Would a range like @like, placed beside @r, melt into it? Names are compared
 * as text: the same literal in two files has two addresses.
 */
static bool range_same_owner(const struct bootmem_range *r,
			     const struct bootmem_range *like)
{
	return r->kind == like->kind && strcmp(r->owner, like->owner) == 0;
}

/* The first range that ends above @addr; list->nr if there is none. */
static unsigned int list_find(const struct bootmem_list *list, phys_addr_t addr)
{
	unsigned int i = 0;

	while (i < list->nr && list->ranges[i].end <= addr)
		i++;
	return i;
}

/* Make entry @i free for writing; those behind move up. There is room. */
static void list_open_slot(struct bootmem_list *list, unsigned int i)
{
	BUG_ON(list->nr >= list->room);
	memmove(&list->ranges[i + 1], &list->ranges[i],
		(list->nr - i) * sizeof(list->ranges[0]));
	list->nr++;
}

/* Entry @i goes; those behind move down. */
static void list_close_slot(struct bootmem_list *list, unsigned int i)
{
	memmove(&list->ranges[i], &list->ranges[i + 1],
		(list->nr - i - 1) * sizeof(list->ranges[0]));
	list->nr--;
}

/*
 * @piece lies in the gap before range @i (@i may be the end of the list). Does
 * it touch range @i - 1, and may it become part of it?
 */
static bool piece_melts_left(const struct bootmem_list *list, unsigned int i,
			     const struct bootmem_range *piece)
{
	return i > 0 && list->ranges[i - 1].end == piece->start &&
	       range_same_owner(&list->ranges[i - 1], piece);
}

/* The same for range @i. */
static bool piece_melts_right(const struct bootmem_list *list, unsigned int i,
			      const struct bootmem_range *piece)
{
	return i < list->nr && list->ranges[i].start == piece->end &&
	       range_same_owner(&list->ranges[i], piece);
}

/*
 * The next gap of [new->start, new->end) at or above *pos, as a piece owned
 * like @new; *i is the range behind the gap. False when there is none left.
 */
static bool list_next_gap(const struct bootmem_list *list,
			  const struct bootmem_range *new, phys_addr_t *pos,
			  unsigned int *i, struct bootmem_range *piece)
{
	while (*i < list->nr && list->ranges[*i].start <= *pos) {
		*pos = max(*pos, list->ranges[*i].end);
		(*i)++;
	}
	if (*pos >= new->end)
		return false;
	*piece = *new;
	piece->start = *pos;
	if (*i < list->nr)
		piece->end = min(new->end, list->ranges[*i].start);
	*pos = piece->end;
	return true;
}

/*
 * The most entries that inserting @new needs at any moment, beyond those there
 * are. A piece that melts on both sides sets one free, but pieces are inserted
 * from the left, so a free entry helps only those that come later: hence the
 * running maximum, not the sum.
 */
static int list_insert_growth(const struct bootmem_list *list,
			      const struct bootmem_range *new)
{
	unsigned int i = list_find(list, new->start);
	phys_addr_t pos = new->start;
	struct bootmem_range piece;
	int growth = 0, most = 0;

	while (list_next_gap(list, new, &pos, &i, &piece)) {
		growth += 1 - piece_melts_left(list, i, &piece) -
			  piece_melts_right(list, i, &piece);
		most = max(most, growth);
	}
	return most;
}

/* Put @piece into the gap before range @i; the room has been counted. */
static void list_insert_piece(struct bootmem_list *list, unsigned int i,
			      const struct bootmem_range *piece)
{
	bool left = piece_melts_left(list, i, piece);
	bool right = piece_melts_right(list, i, piece);

	if (left && right) {
		list->ranges[i - 1].end = list->ranges[i].end;
		list_close_slot(list, i);
	} else if (left) {
		list->ranges[i - 1].end = piece->end;
	} else if (right) {
		list->ranges[i].start = piece->start;
	} else {
		list_open_slot(list, i);
		list->ranges[i] = *piece;
	}
}

/* Cover what of @new is not covered yet. Return: 0 or -ENOSPC, no change. */
static int list_insert(struct bootmem_list *list,
		       const struct bootmem_range *new)
{
	unsigned int i = list_find(list, new->start);
	phys_addr_t pos = new->start;
	struct bootmem_range piece;

	if (list_insert_growth(list, new) > (int)(list->room - list->nr))
		return -ENOSPC;
	while (list_next_gap(list, new, &pos, &i, &piece)) {
		list_insert_piece(list, i, &piece);
		/* Indices moved; @pos says where the walk stands. */
		i = list_find(list, pos);
	}
	return 0;
}

/* Is every byte of [start, end) in some range? */
static bool list_covers(const struct bootmem_list *list, phys_addr_t start,
			phys_addr_t end)
{
	unsigned int i;

	for (i = list_find(list, start); i < list->nr && start < end; i++) {
		if (list->ranges[i].start > start)
			return false;
		start = list->ranges[i].end;
	}
	return start >= end;
}

/*
 * Take [start, end), which is covered, out of the list. Only a hole in the
 * middle of one range needs another entry: -ENOSPC if there is none.
 */
static int list_cut(struct bootmem_list *list, phys_addr_t start,
		    phys_addr_t end)
{
	unsigned int i = list_find(list, start);
	struct bootmem_range *r = &list->ranges[i];

	if (r->start < start && r->end > end) {
		if (list->nr == list->room)
			return -ENOSPC;
		list_open_slot(list, i + 1);
		r[1] = r[0];
		r[0].end = start;
		r[1].start = end;
		return 0;
	}
	/* The left end of the first one stays, the right end of the last. */
	if (r->start < start) {
		r->end = start;
		i++;
	}
	while (i < list->nr && list->ranges[i].end <= end)
		list_close_slot(list, i);
	if (i < list->nr && list->ranges[i].start < end)
		list->ranges[i].start = end;
	return 0;
}

/* --- refusals ----------------------------------------------------------- */

/*
 * A change after the hand-over would make the lists lie about memory that the
 * buddy has. @site is to blame.
 */
static bool bootmem_refuses_late(const struct bootmem *bm, const char *what,
				 unsigned long site)
{
	struct report_sites sites = { .at = site };

	if (likely(!bm->handed_over))
		return false;
	mm_report("bootmem-late", &sites, "%s %s after the hand-over", bm->name,
		  what);
	return true;
}

/* bootmem_add() and bootmem_reserve(), and what bootmem_alloc() found. */
static int bootmem_insert(struct bootmem *bm, struct bootmem_list *list,
			  const struct bootmem_range *new, unsigned long site)
{
	struct report_sites sites = { .at = site };
	int err;

	if (bootmem_refuses_late(bm, "add", site))
		return -EBUSY;
	if (new->start >= new->end || !new->owner) {
		mm_report("bootmem-args", &sites,
			  "%s range %#llx-%#llx owner=%s", bm->name, new->start,
			  new->end, new->owner ? new->owner : "none");
		return -EINVAL;
	}
	err = list_insert(list, new);
	if (err)
		pr_err("%s: no room for [mem 0x%08llx-0x%08llx] %s: %u ranges used\n",
		       bm->name, new->start, new->end - 1, new->owner,
		       list->nr);
	return err;
}

/* --- the calls ---------------------------------------------------------- */

int bootmem_add(struct bootmem *bm, phys_addr_t start, phys_addr_t end,
		const char *owner)
{
	struct bootmem_range new = { start, end, owner, BOOTMEM_RAM };

	return bootmem_insert(bm, &bm->memory, &new, _RET_IP_);
}

int bootmem_reserve(struct bootmem *bm, phys_addr_t start, phys_addr_t end,
		    const char *owner)
{
	struct bootmem_range new = { start, end, owner, BOOTMEM_KEPT };

	return bootmem_insert(bm, &bm->reserved, &new, _RET_IP_);
}

/*
 * Place @req in the free range [start, end). Sizes and limits may be anything
 * up to 2^64, so nothing is added before it is known not to wrap.
 * Return: its address, or 0.
 */
static phys_addr_t bootmem_fit(const struct bootmem_request *req,
			       phys_addr_t start, phys_addr_t end)
{
	u64 mask = req->align_bytes - 1;
	phys_addr_t at;

	start = max(start, req->min);
	/* Address 0 means failure, so it cannot be a success. */
	start = max(start, 1ull);
	if (req->max != BOOTMEM_ANY)
		end = min(end, req->max);
	if (start >= end || end - start < req->size_bytes)
		return 0;
	if (req->dir == BOOTMEM_TOPDOWN) {
		at = (end - req->size_bytes) & ~mask;
		return at >= start ? at : 0;
	}
	at = (start + mask) & ~mask;
	if (at < start || at > end - req->size_bytes)
		return 0;
	return at;
}

/*
 * The walk rises in either direction of search: top down it takes the last
 * place that fits, which costs a look at all gaps, of which there are few.
 */
static phys_addr_t bootmem_find(const struct bootmem *bm,
				const struct bootmem_request *req)
{
	struct bootmem_cursor c;
	struct bootmem_span span;
	phys_addr_t found = 0, at;

	bootmem_cursor_init(&c, bm, 1);
	while (bootmem_next_span(&c, &span)) {
		if (span.reserved)
			continue;
		at = bootmem_fit(req, span.start, span.end);
		if (!at)
			continue;
		found = at;
		if (req->dir == BOOTMEM_BOTTOMUP)
			break;
	}
	return found;
}

/* Works on a copy of the request: the default alignment is filled in. */
int bootmem_try_alloc(struct bootmem *bm, const struct bootmem_request *asked,
		      unsigned long site, phys_addr_t *pa)
{
	struct report_sites sites = { .at = site };
	struct bootmem_request req = *asked;
	struct bootmem_range new = { .owner = req.owner,
				     .kind = BOOTMEM_ALLOCATED };
	int err;

	if (bootmem_refuses_late(bm, "alloc", site))
		return -EBUSY;
	if (!req.align_bytes)
		req.align_bytes = BOOTMEM_DEFAULT_ALIGN;
	if (!req.size_bytes || !req.owner ||
	    (req.align_bytes & (req.align_bytes - 1))) {
		mm_report("bootmem-args", &sites,
			  "%s alloc size=%llu align=%llu owner=%s", bm->name,
			  req.size_bytes, req.align_bytes,
			  req.owner ? req.owner : "none");
		return -EINVAL;
	}
	req.min = max(asked->min, asked->goal);
	new.start = bootmem_find(bm, &req);
	if (!new.start && req.min > asked->min) {
		req.min = asked->min;
		new.start = bootmem_find(bm, &req);
	}
	if (!new.start)
		return -ENOMEM;
	new.end = new.start + req.size_bytes;
	err = bootmem_insert(bm, &bm->reserved, &new, site);
	if (!err)
		*pa = new.start;
	return err;
}

phys_addr_t bootmem_alloc(struct bootmem *bm, const struct bootmem_request *req)
{
	phys_addr_t pa;

	return bootmem_try_alloc(bm, req, _RET_IP_, &pa) ? 0 : pa;
}

void *bootmem_alloc_virt(struct bootmem *bm, const struct bootmem_request *req)
{
	phys_addr_t pa;

	if (bootmem_try_alloc(bm, req, _RET_IP_, &pa))
		return NULL;
	return memset(phys_to_virt(pa), 0, (size_t)req->size_bytes);
}

int bootmem_free(struct bootmem *bm, phys_addr_t start, u64 size_bytes)
{
	struct report_sites sites = { .at = _RET_IP_ };
	phys_addr_t end = start + size_bytes;
	int err;

	/* By its state in mem_map it is a reserved page: the same words. */
	if (bm->handed_over) {
		mm_report(
			"bad-free", &sites,
			"reserved pfn=%#llx %s bytes=%llu after the hand-over",
			start >> PAGE_SHIFT, bm->name, size_bytes);
		return -EINVAL;
	}
	if (end <= start || !list_covers(&bm->reserved, start, end)) {
		mm_report("bad-free", &sites,
			  "bootmem %s start=%#llx bytes=%llu not reserved",
			  bm->name, start, size_bytes);
		return -EINVAL;
	}
	err = list_cut(&bm->reserved, start, end);
	if (err)
		pr_err("%s: no room to free [mem 0x%08llx-0x%08llx]: %u ranges used\n",
		       bm->name, start, end - 1, bm->reserved.nr);
	return err;
}

int bootmem_release(struct bootmem *bm, phys_addr_t start, phys_addr_t end)
{
	BUG_ON(!bm->handed_over || end <= start ||
	       !list_covers(&bm->reserved, start, end));
	return list_cut(&bm->reserved, start, end);
}

void bootmem_hand_over(struct bootmem *bm)
{
	bm->handed_over = true;
}

/* --- walking ------------------------------------------------------------ */

/* Granules are powers of two, and addresses end far below 2^64. */
static phys_addr_t granule_down(phys_addr_t pa, u64 granule)
{
	return pa & ~(granule - 1);
}

static phys_addr_t granule_up(phys_addr_t pa, u64 granule)
{
	return (pa + (granule - 1)) & ~(granule - 1);
}

void bootmem_cursor_init(struct bootmem_cursor *c, const struct bootmem *bm,
			 u64 granule)
{
	*c = (struct bootmem_cursor){ .bm = bm, .granule = granule };
}

/*
 * Move to the next granule of RAM at or above c->pos, and to the first
 * reservation that reaches above it. Return: the end of that RAM, or 0.
 *
 * Ranges of memory[] may touch (two owners) but RAM between them is cut to
 * whole granules one by one; the sanitised map has whole pages anyway.
 */
static phys_addr_t cursor_enter_ram(struct bootmem_cursor *c)
{
	const struct bootmem_list *memory = &c->bm->memory;
	const struct bootmem_list *reserved = &c->bm->reserved;
	phys_addr_t end = 0;

	for (; c->memory_idx < memory->nr; c->memory_idx++) {
		const struct bootmem_range *ram =
			&memory->ranges[c->memory_idx];

		c->pos = max(c->pos, granule_up(ram->start, c->granule));
		end = granule_down(ram->end, c->granule);
		if (c->pos < end)
			break;
	}
	if (c->memory_idx == memory->nr)
		return 0;
	while (c->reserved_idx < reserved->nr &&
	       granule_up(reserved->ranges[c->reserved_idx].end, c->granule) <=
		       c->pos)
		c->reserved_idx++;
	return end;
}

/*
 * c->reserved_idx is the first reservation that reaches above c->pos. Either
 * it begins above, then what is below it is free; or it covers c->pos, and
 * then everything up to its end, or the end of this RAM, is its owner's.
 */
bool bootmem_next_span(struct bootmem_cursor *c, struct bootmem_span *span)
{
	const struct bootmem_list *reserved = &c->bm->reserved;
	phys_addr_t end = cursor_enter_ram(c);
	const struct bootmem_range *r;

	if (!end)
		return false;
	*span = (struct bootmem_span){ .start = c->pos, .end = end };
	if (c->reserved_idx < reserved->nr) {
		phys_addr_t taken;

		r = &reserved->ranges[c->reserved_idx];
		taken = granule_down(r->start, c->granule);
		if (taken > c->pos) {
			span->end = min(end, taken);
		} else {
			span->end = min(end, granule_up(r->end, c->granule));
			span->reserved = r;
		}
	}
	c->pos = span->end;
	return true;
}

bool bootmem_is_ram(const struct bootmem *bm, phys_addr_t start,
		    phys_addr_t end)
{
	return start < end && list_covers(&bm->memory, start, end);
}

pfn_t bootmem_free_pages_between(const struct bootmem *bm, pfn_t start,
				 pfn_t end)
{
	struct bootmem_cursor c;
	struct bootmem_span span;
	pfn_t sum = 0;

	bootmem_cursor_init(&c, bm, PAGE_SIZE);
	while (bootmem_next_span(&c, &span)) {
		pfn_t from = max(start, phys_to_pfn(span.start));
		pfn_t to = min(end, phys_to_pfn(span.end));

		if (!span.reserved && from < to)
			sum += to - from;
	}
	return sum;
}

const char *bootmem_owner_at(const struct bootmem *bm, phys_addr_t pa)
{
	unsigned int i;

	for (i = 0; i < bm->reserved.nr; i++) {
		const struct bootmem_range *r = &bm->reserved.ranges[i];

		if (pa >= r->start && pa < r->end)
			return r->owner;
	}
	return NULL;
}

u64 bootmem_owned_bytes(const struct bootmem *bm, const char *owner)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < bm->reserved.nr; i++) {
		const struct bootmem_range *r = &bm->reserved.ranges[i];

		if (strcmp(r->owner, owner) == 0)
			sum += r->end - r->start;
	}
	return sum;
}

/* --- checking ----------------------------------------------------------- */

/* A broken entry count makes all else unreadable, so that ends the walk. */
static int list_check(const char *name, const struct bootmem_list *list)
{
	unsigned int i;
	int bad = 0;

	if (list->nr > list->room) {
		pr_err("%s: M4 nr=%u room=%u\n", name, list->nr, list->room);
		return 1;
	}
	for (i = 0; i < list->nr; i++) {
		const struct bootmem_range *r = &list->ranges[i];

		if (r->start >= r->end || !r->owner) {
			pr_err("%s: M1 range=%u %#llx-%#llx\n", name, i,
			       r->start, r->end);
			bad++;
			continue;
		}
		if (i == 0 || !r[-1].owner)
			continue;
		if (r[-1].end > r->start) {
			pr_err("%s: M2 range=%u %#llx above %#llx\n", name, i,
			       r[-1].end, r->start);
			bad++;
		}
		if (r[-1].end == r->start && range_same_owner(r, &r[-1])) {
			pr_err("%s: M3 range=%u %#llx owner=%s\n", name, i,
			       r->start, r->owner);
			bad++;
		}
	}
	return bad;
}

int bootmem_check(const struct bootmem *bm)
{
	return list_check("memory", &bm->memory) +
	       list_check("reserved", &bm->reserved);
}

/* Part of `check`: the record of who has what must stay sound for good. */
static int bootmem_check_live(void)
{
	return bootmem_check(&bootmem_live);
}
MM_CHECK(bootmem, "bootmem", bootmem_check_live);
