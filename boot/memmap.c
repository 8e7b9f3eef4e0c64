/* SPDX-License-Identifier: MIT */
/*
 * memmap.c - the sanitiser: raw map entries in, runs of usable pages out
 *
 * It stands in boot/ and not beside the E820 code of one machine, because the
 * rules are the same for every map that ever came from firmware: boot/ builds
 * hosted as it is, so the very file that boots is tested, fuzzed and used by
 * the host's map tool.
 *
 * Each entry becomes a span of page frames: a usable one rounded inward, any
 * other outward. The spans' ends cut the frames into segments in which nothing
 * changes; a segment is usable if a usable span covers it and no other does.
 * The sweep goes from segment to segment: one pass over all entries says what
 * holds at a frame and where the next end comes. So no sorting, no scratch
 * memory, and the order of the entries cannot matter:
 *
 *	usable    |---------------|      |-----|
 *	reserved          |---------|
 *	segments  ^       ^       ^ ^    ^     ^
 *	runs      |-------|              |-----|
 *
 * With n entries there are at most 2n + 1 segments and as many passes: 512
 * entries, the most that struct boot_info holds, take some 500 thousand steps;
 * a real map of 20 takes 800.
 *
 * Invariants: M1 to M3 of memmap.h; memmap_check() walks them.
 * Locking and context: none needed, any.
 *
 * Not here: mem= and memmap= from the command line, and what the kernel itself
 * occupies; both are taken off afterwards with an owner's name.
 */
#include <kernel/errno.h>
#include <kernel/memmap.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>

#define PAGE_BYTES (1ull << MEMMAP_PAGE_SHIFT)
/* One past the last frame of a 64-bit address. */
#define FRAMES_END (1ull << (64 - MEMMAP_PAGE_SHIFT))

/* Page frames [start, end) as 64-bit numbers: entries reach beyond a pfn_t. */
struct span {
	u64 start;
	u64 end;
};

/* The last byte of an entry of non-zero length, cut at 2^64. */
static u64 entry_last(const struct boot_mmap_entry *e)
{
	u64 last = e->base + (e->length - 1);

	return last < e->base ? U64_MAX : last;
}

static bool entry_is_usable(const struct boot_mmap_entry *e)
{
	return e->type == BOOT_MMAP_USABLE;
}

/* The frames an entry speaks of; start >= end if there are none. */
static struct span entry_span(const struct boot_mmap_entry *e)
{
	u64 first = e->base >> MEMMAP_PAGE_SHIFT;
	struct span s = { 0, 0 };
	u64 last;

	if (e->length == 0)
		return s;
	last = entry_last(e);
	s.start = first;
	s.end = (last >> MEMMAP_PAGE_SHIFT) + 1;
	if (!entry_is_usable(e))
		return s;
	/* Inward: the pages at the ends are not whole. */
	if (!IS_ALIGNED(e->base, PAGE_BYTES))
		s.start++;
	if (!IS_ALIGNED(last + 1, PAGE_BYTES))
		s.end--;
	return s;
}

static u64 span_pages(struct span s)
{
	return s.start < s.end ? s.end - s.start : 0;
}

/* What holds from a frame on, up to @end. */
struct segment {
	bool usable;
	u64 end;
};

/*
 * The segment that begins at @frame. Its end is the nearest start or end of a
 * span beyond @frame: of those that cover it the end, of later ones the start.
 */
static struct segment segment_at(const struct boot_mmap_entry *raw,
				 unsigned int nr, u64 frame)
{
	struct segment seg = { false, FRAMES_END };
	bool taken = false;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		struct span s = entry_span(&raw[i]);

		if (s.start >= s.end || s.end <= frame)
			continue;
		if (s.start > frame) {
			seg.end = min(seg.end, s.start);
			continue;
		}
		seg.end = min(seg.end, s.end);
		if (entry_is_usable(&raw[i]))
			seg.usable = true;
		else
			taken = true;
	}
	seg.usable = seg.usable && !taken;
	return seg;
}

/* Append usable frames behind all that came before. */
static void memmap_append(struct memmap *m, u64 start, u64 end)
{
	struct memmap_range *last = NULL;

	/* Counted before the cut: the sum of all pages must come out. */
	if (end > m->limit_pfn) {
		m->clipped_pages += end - max(start, (u64)m->limit_pfn);
		end = m->limit_pfn;
	}
	if (start >= end)
		return;
	if (m->nr_runs)
		last = &m->runs[m->nr_runs - 1];
	/* Segments touch where an entry ended inside a longer one: M2. */
	if (last && last->end == start) {
		last->end = (pfn_t)end;
		return;
	}
	/* The highest are given up: low memory is the scarce kind. */
	if (m->nr_runs == MEMMAP_MAX_RUNS) {
		m->nr_runs_dropped++;
		m->dropped_pages += end - start;
		return;
	}
	m->runs[m->nr_runs++] =
		(struct memmap_range){ (pfn_t)start, (pfn_t)end };
}

/* Does entry @i share a byte with one of those before it? */
static bool entry_overlaps_earlier(const struct boot_mmap_entry *raw,
				   unsigned int i)
{
	const struct boot_mmap_entry *e = &raw[i];
	const struct boot_mmap_entry *o;

	for (o = raw; o < e; o++)
		/* Inclusive ends, for an exclusive one may be 2^64. */
		if (o->length && e->base <= entry_last(o) &&
		    o->base <= entry_last(e))
			return true;
	return false;
}

/* Note what is odd about entry @i; decides nothing. */
static void memmap_count(struct memmap *m, const struct boot_mmap_entry *raw,
			 unsigned int i)
{
	const struct boot_mmap_entry *e = &raw[i];
	u64 last;

	if (i && e->base < raw[i - 1].base)
		m->nr_unsorted++;
	if (e->type < BOOT_MMAP_USABLE || e->type > BOOT_MMAP_UNUSABLE)
		m->nr_unknown_type++;
	if (e->length == 0) {
		m->nr_zero_length++;
		return;
	}
	last = entry_last(e);
	if (last - e->base != e->length - 1)
		m->nr_wrapped++;
	if (entry_overlaps_earlier(raw, i))
		m->nr_overlapping++;
	/* All of 2^64 bytes is 0 in both terms: nothing was rounded. */
	if (entry_is_usable(e))
		m->rounded_bytes += (last - e->base + 1) -
				    span_pages(entry_span(e)) * PAGE_BYTES;
}

int memmap_sanitize(struct memmap *out, const struct boot_mmap_entry *raw,
		    unsigned int nr, unsigned int phys_bits)
{
	struct segment seg;
	unsigned int i;
	u64 frame;

	memset(out, 0, sizeof(*out));
	phys_bits = clamp_t(unsigned int, phys_bits, MEMMAP_PAGE_SHIFT,
			    MEMMAP_MAX_PHYS_BITS);
	out->limit_pfn = 1ul << (phys_bits - MEMMAP_PAGE_SHIFT);
	out->nr_entries = nr;
	for (i = 0; i < nr; i++)
		memmap_count(out, raw, i);
	/* Each segment ends behind its start, so the sweep ends. */
	for (frame = 0; frame < FRAMES_END; frame = seg.end) {
		seg = segment_at(raw, nr, frame);
		if (seg.usable)
			memmap_append(out, frame, seg.end);
	}
	return out->nr_runs ? 0 : -ENOMEM;
}

pfn_t memmap_pages_between(const struct memmap *m, pfn_t start, pfn_t end)
{
	pfn_t pages = 0;
	unsigned int i;

	for (i = 0; i < m->nr_runs; i++) {
		pfn_t lo = max(start, m->runs[i].start);
		pfn_t hi = min(end, m->runs[i].end);

		if (lo < hi)
			pages += hi - lo;
	}
	return pages;
}

void memmap_zone_pages(const struct memmap *m, pfn_t normal_end,
		       struct memmap_zones *out)
{
	out->dma = memmap_pages_between(m, 0, MEMMAP_DMA_END_PFN);
	out->normal = memmap_pages_between(m, MEMMAP_DMA_END_PFN, normal_end);
	out->high = memmap_pages_between(m, normal_end, m->limit_pfn);
	out->ignored = m->clipped_pages + m->dropped_pages;
}

void memmap_clip(struct memmap *m, pfn_t limit_pfn)
{
	struct memmap_range *last;

	if (limit_pfn >= m->limit_pfn)
		return;
	m->clipped_pages += memmap_pages_between(m, limit_pfn, m->limit_pfn);
	m->limit_pfn = limit_pfn;
	while (m->nr_runs && m->runs[m->nr_runs - 1].start >= limit_pfn)
		m->nr_runs--;
	if (!m->nr_runs)
		return;
	last = &m->runs[m->nr_runs - 1];
	last->end = min(last->end, limit_pfn);
}

pfn_t memmap_top_pfn(const struct memmap *m)
{
	return m->nr_runs ? m->runs[m->nr_runs - 1].end : 0;
}

bool memmap_page_usable(const struct memmap *m, pfn_t pfn)
{
	unsigned int lo = 0;
	unsigned int hi = m->nr_runs;

	/* The first run that ends behind @pfn lies in [lo, hi]. */
	while (lo < hi) {
		unsigned int mid = lo + (hi - lo) / 2;

		if (m->runs[mid].end <= pfn)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < m->nr_runs && m->runs[lo].start <= pfn;
}

int memmap_summary(const struct memmap *m, char *buf, size_t size)
{
	const struct {
		const char *text;
		u64 count;
	} facts[] = {
		{ "empty", m->nr_zero_length },
		{ "wrapped", m->nr_wrapped },
		{ "unsorted", m->nr_unsorted },
		{ "overlapping", m->nr_overlapping },
		{ "unknown_type", m->nr_unknown_type },
		{ "rounded_bytes", m->rounded_bytes },
		{ "clipped_pages", m->clipped_pages },
		{ "dropped_pages", m->dropped_pages },
	};
	bool changed = false;
	size_t len;
	unsigned int i;

	if (size == 0)
		return 0;
	/* key=value, so that a log can be searched for one of them. */
	snprintf(buf, size, "entries=%u", m->nr_entries);
	for (i = 0; i < ARRAY_SIZE(facts); i++) {
		if (facts[i].count == 0)
			continue;
		changed = true;
		len = strnlen(buf, size);
		snprintf(buf + len, size - len, " %s=%llu", facts[i].text,
			 facts[i].count);
	}
	if (!changed)
		buf[0] = '\0';
	return (int)strnlen(buf, size);
}

int memmap_check(const struct memmap *m)
{
	unsigned int i;

	for (i = 0; i < m->nr_runs; i++) {
		const struct memmap_range *r = &m->runs[i];

		if (r->start >= r->end)
			return 1;
		if (i && m->runs[i - 1].end >= r->start)
			return 2;
		if (r->end > m->limit_pfn)
			return 3;
	}
	return 0;
}
