/* SPDX-License-Identifier: MIT */
/*
 * percpu_space.c - the same room in every CPU's unit
 *
 * An object of n bytes takes n bytes of every unit, at the same offset. So
 * there is one account for all units: a map with a bit for each granule of four
 * bytes. The lowest free run that fits is taken, which keeps what is in use
 * together. Units have frames only where something lies: a page of the units
 * is BACKED in all of them or in none, and all of its granules are "not to be
 * had" in the map unless it is BACKED. A search need not know about frames, and
 * so serves callers who cannot wait as well as others. Only if it finds nothing
 * the next step is taken, by those who may: claim pages (COMING), get frames
 * with no lock held, publish them. A wholly free page goes back the same way
 * (LEAVING): nobody can be given any of it while the TLBs forget it.
 *
 * Beside the map each backed page has a tag for each granule (percpu_space.h):
 * where an object begins, how long it is, who asked for it, and who freed it
 * last. Callers are numbered, for there are few of them and a tag is short.
 *
 * Three numbers of a page make the search short, and are only hints: nr_free
 * is exact, but no free granule lies below first, and no run of too_long or
 * more begins in it. A request for one word in a unit of small objects looks at
 * one word of the map.
 *
 * Invariants (percpu_space_check() walks them all):
 *   P1  a page is backed in all units if it is BACKED, in none if it is ABSENT;
 *       of one that is not BACKED all granules are set in the map
 *   P2  of a BACKED page the granules set in the map are the static part and
 *       those of objects; each object begins with its tag, and no two overlap
 *   P3  nr_free is the number of clear bits; first, too_long and hint promise
 *       nothing that is not so
 *   P4  nr_backed, nr_empty, nr_objects and used_granules are the sums
 *
 * Locking: lock, irq-safe, rank PERCPU, guards all of it; no other lock is
 * taken inside. Objects are zeroed, frames taken, mapped and given back with no
 * lock held. Giving back waits for other CPUs, so it is done only where nothing
 * forbids waiting: with no spinlock held and interrupts on.
 *
 * Not here: where the units are and what a frame is (percpu.c), looking at it
 * all (percpu_check.c). A request that finds the units full while another CPU
 * is giving pages back may be refused although room is about to come.
 */
#include <kernel/bitmap.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/preempt.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/addr.h>
#include <mm/percpu_space.h>
#include <mm/slab.h>

/* too_long of a page about which nothing is known. */
#define ANY_LENGTH 0xffffu
/* Places in the list of callers that are looked at for one. */
#define SITE_PROBES 16u
/* Up to so many bytes are zeroed without a call. */
#define ZERO_INLINE_BYTES 16ul
#define FOREIGN_TEXT_BYTES 80u

static_assert(PERCPU_MAX_BYTES / PERCPU_GRANULE < PERCPU_TAG_OBJECT,
	      "a length is no object's first tag");
static_assert(PERCPU_PAGE_GRANULES < ANY_LENGTH, "counts fit their fields");
static_assert(PERCPU_SITES - 1 <= PERCPU_TAG_SITE, "a caller's number fits");

/* May this context wait for memory, and for other CPUs? Before the system runs
 * there is nobody to wait for. */
static bool percpu_may_wait(void)
{
	return !system_running || (!in_atomic() && !irqs_disabled());
}

/* --- callers -------------------------------------------------------------- */

/* The place behind @i, or a free one that @site gets; 0 if it finds none in
 * time. Lock held. */
static noinline u16 percpu_site_search(struct percpu_space *s,
				       unsigned long site, unsigned long i)
{
	unsigned int tries;

	for (tries = 0; tries < SITE_PROBES; tries++) {
		if (i && !s->site[i])
			s->site[i] = site;
		if (i && s->site[i] == site)
			return (u16)i;
		i = (i + 1) % PERCPU_SITES;
	}
	return 0;
}

/* The number of @site, a new one if need be; 0 if too many are known. Lock
 * held. */
static __always_inline u16 percpu_site_number(struct percpu_space *s,
					      unsigned long site)
{
	/* Return addresses of neighbours differ by a few bytes. */
	unsigned long i = (site ^ site >> 8) % PERCPU_SITES;

	if (likely(s->site[i] == site))
		return (u16)i;
	return percpu_site_search(s, site, i);
}

/* --- taking and giving granules ------------------------------------------- */

/* Do @n bits from @g on lie in one word of the map? Those of most objects do,
 * and then it takes a few instructions, without a call. */
static __always_inline bool percpu_in_a_word(unsigned long g, unsigned long n)
{
	return g % BITS_PER_LONG + n <= BITS_PER_LONG;
}

/* These bits; @n is 1 .. BITS_PER_LONG. */
static __always_inline unsigned long percpu_word_mask(unsigned long g,
						      unsigned long n)
{
	return ~0ul >> (BITS_PER_LONG - n) << g % BITS_PER_LONG;
}

/* Lock held. */
static __always_inline void percpu_map_set(struct percpu_space *s,
					   unsigned long g, unsigned long n)
{
	if (likely(percpu_in_a_word(g, n)))
		s->map[g / BITS_PER_LONG] |= percpu_word_mask(g, n);
	else
		bitmap_set(s->map, g, n);
}

static __always_inline void percpu_map_clear(struct percpu_space *s,
					     unsigned long g, unsigned long n)
{
	if (likely(percpu_in_a_word(g, n)))
		s->map[g / BITS_PER_LONG] &= ~percpu_word_mask(g, n);
	else
		bitmap_clear(s->map, g, n);
}

/* Which of them is set? Return: the first; @g + @n if none is. */
static __always_inline unsigned long
percpu_map_taken(const struct percpu_space *s, unsigned long g, unsigned long n)
{
	if (likely(percpu_in_a_word(g, n)) &&
	    !(s->map[g / BITS_PER_LONG] & percpu_word_mask(g, n)))
		return g + n;
	return find_next_bit(s->map, g + n, g);
}

/* The lowest start of @n free granules at a multiple of @align in page @idx;
 * they may reach into the next pages. Lock held. */
static unsigned long percpu_find_in_page(const struct percpu_space *s,
					 unsigned long idx, unsigned long n,
					 unsigned long align)
{
	unsigned long end = (idx + 1) * PERCPU_PAGE_GRANULES;
	unsigned long g = idx * PERCPU_PAGE_GRANULES + s->page[idx].first;

	for (;;) {
		unsigned long taken;

		if (unlikely(g < end && test_bit(g, s->map)))
			g = find_next_zero_bit(s->map, end, g);
		g = ALIGN(g, align);
		if (g >= end || n > s->nr_pages * PERCPU_PAGE_GRANULES - g)
			return PERCPU_NONE;
		taken = percpu_map_taken(s, g, n);
		if (taken == g + n)
			return g;
		g = taken + 1;
	}
}

/* The same in all pages. Lock held. */
static unsigned long percpu_find(struct percpu_space *s, unsigned long n,
				 unsigned long align)
{
	unsigned long idx, g;

	while (s->hint < s->nr_pages && !s->page[s->hint].nr_free)
		s->hint++;
	for (idx = s->hint; idx < s->nr_pages; idx++) {
		struct percpu_page *p = &s->page[idx];

		if (!p->nr_free || n >= p->too_long)
			continue;
		g = percpu_find_in_page(s, idx, n, align);
		if (g != PERCPU_NONE)
			return g;
		/* With an alignment the run may have been long enough. */
		if (align == 1)
			p->too_long = (u16)n;
	}
	return PERCPU_NONE;
}

/* @n granules from @g on, of a BACKED page, are in use now. Lock held. */
static void percpu_page_take(struct percpu_space *s, unsigned long g,
			     unsigned long n)
{
	struct percpu_page *p = &s->page[g / PERCPU_PAGE_GRANULES];

	VM_BUG_ON(p->state != PERCPU_BACKED || p->nr_free < n);
	if (p->nr_free == PERCPU_PAGE_GRANULES)
		WRITE_ONCE(s->nr_empty, s->nr_empty - 1);
	p->nr_free = (u16)(p->nr_free - n);
	if (p->first == g % PERCPU_PAGE_GRANULES)
		p->first = (u16)(p->first + n);
}

/* And now they are free. Lock held. */
static void percpu_page_give(struct percpu_space *s, unsigned long g,
			     unsigned long n)
{
	struct percpu_page *p = &s->page[g / PERCPU_PAGE_GRANULES];

	p->nr_free = (u16)(p->nr_free + n);
	if (p->nr_free == PERCPU_PAGE_GRANULES)
		WRITE_ONCE(s->nr_empty, s->nr_empty + 1);
	p->first = (u16)min((unsigned long)p->first, g % PERCPU_PAGE_GRANULES);
	p->too_long = ANY_LENGTH;
}

/* Call @each for the part of [@g, @g + @n) in each page it touches. */
static __always_inline void percpu_each_page(
	struct percpu_space *s, unsigned long g, unsigned long n,
	void (*each)(struct percpu_space *s, unsigned long g, unsigned long n))
{
	unsigned long room = PERCPU_PAGE_GRANULES - g % PERCPU_PAGE_GRANULES;

	while (unlikely(n > room)) {
		each(s, g, room);
		g += room;
		n -= room;
		room = PERCPU_PAGE_GRANULES;
	}
	each(s, g, n);
}

/* Make the free run at @g an object. Lock held. */
static void percpu_take(struct percpu_space *s, unsigned long g,
			unsigned long n, unsigned long site)
{
	u16 tag = PERCPU_TAG_OBJECT | percpu_site_number(s, site);

	percpu_map_set(s, g, n);
	percpu_each_page(s, g, n, percpu_page_take);
	if (n == 1)
		tag |= PERCPU_TAG_SINGLE;
	else
		*percpu_tag(s, g + 1) = (u16)n;
	*percpu_tag(s, g) = tag;
	s->used_granules += n;
	s->nr_allocs++;
	if (++s->nr_objects > s->max_objects)
		s->max_objects = s->nr_objects;
}

/* Is the granule in front of page @idx free? */
static bool percpu_free_before(const struct percpu_space *s, unsigned long idx)
{
	return idx && !test_bit(idx * PERCPU_PAGE_GRANULES - 1, s->map);
}

/* Runs that begin in a page before @idx may reach into it now. Lock held. */
static __always_inline void percpu_forget_lengths(struct percpu_space *s,
						  unsigned long idx)
{
	while (unlikely(percpu_free_before(s, idx))) {
		idx--;
		s->page[idx].too_long = ANY_LENGTH;
		if (s->page[idx].nr_free != PERCPU_PAGE_GRANULES)
			break;
	}
}

/* End the object at @g, which is one. Lock held. */
static void percpu_give(struct percpu_space *s, unsigned long g,
			unsigned long site)
{
	unsigned long n = percpu_length(s, g);

	if (n > 1)
		*percpu_tag(s, g + 1) = 0;
	*percpu_tag(s, g) = percpu_site_number(s, site);
	percpu_map_clear(s, g, n);
	percpu_each_page(s, g, n, percpu_page_give);
	percpu_forget_lengths(s, g / PERCPU_PAGE_GRANULES);
	s->hint = min(s->hint, g / PERCPU_PAGE_GRANULES);
	s->used_granules -= n;
	s->nr_objects--;
	s->nr_frees++;
}

/* --- pages that come and go ----------------------------------------------- */

/* The lowest @nr ABSENT pages in a row become COMING. Return: the first, or
 * PERCPU_NONE. Lock held. */
static unsigned long percpu_claim(struct percpu_space *s, unsigned long nr)
{
	unsigned long idx, run = 0;

	for (idx = 0; idx < s->nr_pages && run < nr; idx++)
		run = s->page[idx].state == PERCPU_ABSENT ? run + 1 : 0;
	if (run < nr)
		return PERCPU_NONE;
	for (; run; run--)
		s->page[idx - run].state = PERCPU_COMING;
	return idx - nr;
}

/* @idx is COMING: all of it is free from now on. Lock held. */
static void percpu_publish(struct percpu_space *s, unsigned long idx, u16 *tags)
{
	struct percpu_page *p = &s->page[idx];
	unsigned long g = idx * PERCPU_PAGE_GRANULES;

	VM_BUG_ON(p->state != PERCPU_COMING);
	*p = (struct percpu_page){ .tags = tags, .state = PERCPU_BACKED };
	bitmap_clear(s->map, g, PERCPU_PAGE_GRANULES);
	percpu_page_give(s, g, PERCPU_PAGE_GRANULES);
	percpu_forget_lengths(s, idx);
	s->hint = min(s->hint, idx);
	if (++s->nr_backed > s->max_backed)
		s->max_backed = s->nr_backed;
}

static u16 *percpu_alloc_tags(gfp_t gfp)
{
	return kzalloc(PERCPU_PAGE_GRANULES * sizeof(u16), gfp);
}

static void percpu_set_state(struct percpu_space *s, unsigned long idx,
			     enum percpu_page_state state)
{
	unsigned long flags = spin_lock_irqsave(&s->lock);

	s->page[idx].state = (u8)state;
	spin_unlock_irqrestore(&s->lock, flags);
}

/* Frames and tags for page @idx, which is COMING and stays so. Return: the
 * tags; NULL if there is no memory, and the page is ABSENT again. */
static u16 *percpu_prepare(struct percpu_space *s, unsigned long idx, gfp_t gfp)
{
	u16 *tags = percpu_alloc_tags(gfp);

	if (tags && !s->desc.ops->back(s, idx, gfp))
		return tags;
	kfree(tags);
	percpu_set_state(s, idx, PERCPU_ABSENT);
	return NULL;
}

/* Take all that page @idx has; nobody can be given any of it. */
static void percpu_strip(struct percpu_space *s, unsigned long idx, u16 *tags)
{
	s->desc.ops->unback(s, idx);
	kfree(tags);
	percpu_set_state(s, idx, PERCPU_ABSENT);
}

/* The highest page with nothing in use becomes LEAVING, with its tags in
 * *@tags. Return: its number, or PERCPU_NONE if no more are left than are kept.
 * Lock held. */
static unsigned long percpu_dismiss(struct percpu_space *s, u16 **tags)
{
	unsigned long idx = s->nr_pages;
	struct percpu_page *p;

	if (s->nr_empty <= PERCPU_EMPTY_LOW)
		return PERCPU_NONE;
	do {
		p = &s->page[--idx];
	} while (p->nr_free != PERCPU_PAGE_GRANULES);
	*tags = p->tags;
	*p = (struct percpu_page){ .state = PERCPU_LEAVING };
	bitmap_set(s->map, idx * PERCPU_PAGE_GRANULES, PERCPU_PAGE_GRANULES);
	WRITE_ONCE(s->nr_empty, s->nr_empty - 1);
	s->nr_backed--;
	return idx;
}

unsigned long percpu_space_shrink(struct percpu_space *s)
{
	unsigned long nr;

	for (nr = 0;; nr++) {
		unsigned long flags = spin_lock_irqsave(&s->lock);
		u16 *tags = NULL;
		unsigned long idx = percpu_dismiss(s, &tags);

		spin_unlock_irqrestore(&s->lock, flags);
		if (idx == PERCPU_NONE)
			return nr;
		percpu_strip(s, idx, tags);
	}
}

/* One empty page more, if there is memory to spare. */
static bool percpu_fill_up(struct percpu_space *s, gfp_t gfp)
{
	unsigned long flags = spin_lock_irqsave(&s->lock);
	unsigned long idx = percpu_claim(s, 1);
	u16 *tags;

	spin_unlock_irqrestore(&s->lock, flags);
	if (idx == PERCPU_NONE)
		return false;
	tags = percpu_prepare(s, idx, gfp);
	if (!tags)
		return false;
	flags = spin_lock_irqsave(&s->lock);
	percpu_publish(s, idx, tags);
	spin_unlock_irqrestore(&s->lock, flags);
	return true;
}

/* Up to the empty pages that are kept, by the means that @gfp has. */
static void percpu_fill(struct percpu_space *s, gfp_t gfp)
{
	gfp = (gfp & GFP_KERNEL) | __GFP_NOWARN | __GFP_NORETRY;
	while (READ_ONCE(s->nr_empty) < PERCPU_EMPTY_LOW &&
	       percpu_fill_up(s, gfp))
		;
}

void percpu_space_balance(struct percpu_space *s)
{
	if (READ_ONCE(s->nr_empty) > PERCPU_EMPTY_HIGH)
		percpu_space_shrink(s);
	percpu_fill(s, GFP_KERNEL);
}

static bool percpu_is_balanced(const struct percpu_space *s)
{
	unsigned long nr_empty = READ_ONCE(s->nr_empty);

	return nr_empty >= PERCPU_EMPTY_LOW && nr_empty <= PERCPU_EMPTY_HIGH;
}

/*
 * Behind a request of @gfp, or a free, which has none. What is too much goes
 * now, if other CPUs may be waited for. Frames are got now by a request that
 * may sleep, and by no other means than its own: it may hold what a file
 * system's shrinker wants. For the others somebody else does it.
 */
static noinline void percpu_balance_behind(struct percpu_space *s, gfp_t gfp)
{
	bool few = READ_ONCE(s->nr_empty) < PERCPU_EMPTY_LOW;

	if (!percpu_may_wait() || (few && !gfp_may_sleep(gfp))) {
		if (s->desc.ops->kick)
			s->desc.ops->kick(s);
	} else if (few) {
		percpu_fill(s, gfp);
	} else if (READ_ONCE(s->nr_empty) > PERCPU_EMPTY_HIGH) {
		percpu_space_shrink(s);
	}
}

/* --- the requests --------------------------------------------------------- */

/* No backed room: pages for this request, whose first ones it gets before
 * anybody else sees them. Return: its first granule, or PERCPU_NONE. */
static noinline unsigned long percpu_grow(struct percpu_space *s,
					  const struct percpu_request *req,
					  unsigned long n)
{
	unsigned long nr = DIV_ROUND_UP(n, PERCPU_PAGE_GRANULES), done;
	unsigned long flags = spin_lock_irqsave(&s->lock);
	unsigned long idx = percpu_claim(s, nr);
	u16 *tags[PERCPU_MAX_BYTES / PAGE_SIZE];

	spin_unlock_irqrestore(&s->lock, flags);
	if (idx == PERCPU_NONE)
		return PERCPU_NONE;
	for (done = 0; done < nr; done++) {
		tags[done] = percpu_prepare(s, idx + done, req->gfp);
		if (!tags[done])
			goto out_strip;
	}
	flags = spin_lock_irqsave(&s->lock);
	for (done = 0; done < nr; done++)
		percpu_publish(s, idx + done, tags[done]);
	percpu_take(s, idx * PERCPU_PAGE_GRANULES, n, req->site);
	spin_unlock_irqrestore(&s->lock, flags);
	return idx * PERCPU_PAGE_GRANULES;

out_strip:
	/* The one that failed is ABSENT already; those behind it wait. */
	while (--nr > done)
		percpu_set_state(s, idx + nr, PERCPU_ABSENT);
	while (done--)
		percpu_strip(s, idx + done, tags[done]);
	return PERCPU_NONE;
}

/* Zero @n granules at @g of every unit. They are the caller's by now. */
static void percpu_zero(const struct percpu_space *s, unsigned long g,
			unsigned long n)
{
	unsigned long at = s->desc.base + g * PERCPU_GRANULE;
	unsigned int left = s->desc.nr_units;

	for (; left; left--, at += s->desc.unit_bytes) {
		u32 *word = (u32 *)at, *end = word + n;

		if (n > ZERO_INLINE_BYTES / PERCPU_GRANULE)
			memset(word, 0, n * PERCPU_GRANULE);
		else
			do {
				*word++ = 0;
			} while (word < end);
	}
}

unsigned long percpu_space_alloc(struct percpu_space *s,
				 const struct percpu_request *req)
{
	unsigned long n = DIV_ROUND_UP(req->size, PERCPU_GRANULE);
	unsigned long align = max(req->align / PERCPU_GRANULE, 1ul);
	unsigned long flags, g;

	VM_BUG_ON(!req->size || req->size > PERCPU_MAX_BYTES);
	VM_BUG_ON(!is_power_of_2(req->align) || req->align > PERCPU_MAX_ALIGN);
	flags = spin_lock_irqsave(&s->lock);
	g = percpu_find(s, n, align);
	if (likely(g != PERCPU_NONE))
		percpu_take(s, g, n, req->site);
	spin_unlock_irqrestore(&s->lock, flags);
	if (unlikely(g == PERCPU_NONE)) {
		if (gfp_may_sleep(req->gfp) && percpu_may_wait())
			g = percpu_grow(s, req, n);
		if (g == PERCPU_NONE)
			return PERCPU_NONE;
	}
	percpu_zero(s, g, n);
	if (unlikely(!percpu_is_balanced(s)))
		percpu_balance_behind(s, req->gfp);
	return g * PERCPU_GRANULE;
}

/* Two objections that a report says more about. */
static const char percpu_why_foreign[] = "foreign";
static const char percpu_why_free[] = "free";

/* Why the object at @offset cannot be freed; NULL if it can. Lock held. */
static const char *percpu_objection(const struct percpu_space *s,
				    unsigned long offset)
{
	unsigned long g = offset / PERCPU_GRANULE;

	if (offset >= s->desc.unit_bytes)
		return percpu_why_foreign;
	if (offset < s->desc.static_bytes)
		return "static";
	if (s->page[g / PERCPU_PAGE_GRANULES].state != PERCPU_BACKED ||
	    !test_bit(g, s->map))
		return percpu_why_free;
	if (offset % PERCPU_GRANULE || !(*percpu_tag(s, g) & PERCPU_TAG_OBJECT))
		return "interior";
	return NULL;
}

/* What @addr is, if it is none of ours: a copy's address is the most likely
 * slip, a plain pointer the next. */
static void percpu_describe_foreign(const struct percpu_space *s,
				    const void *addr, char *buf, size_t size)
{
	unsigned long behind = (unsigned long)addr - s->desc.base;

	if (behind < s->desc.nr_units * s->desc.unit_bytes)
		scnprintf(buf, size, "copy of cpu %lu addr=%p",
			  behind / s->desc.unit_bytes, addr);
	else
		addr_report_object(buf, size, (unsigned long)addr);
}

/* Who freed the object that began at @offset, which is not in use; 0: not
 * known, or none began there. Lock held. */
static unsigned long percpu_freed_by(const struct percpu_space *s,
				     unsigned long offset)
{
	unsigned long g = offset / PERCPU_GRANULE;

	if (offset % PERCPU_GRANULE || !s->page[g / PERCPU_PAGE_GRANULES].tags)
		return 0;
	return s->site[*percpu_tag(s, g) & PERCPU_TAG_SITE];
}

/* Lock held: what is free may be taken at any moment. */
static noinline __cold void
percpu_report_bad_free(const struct percpu_space *s, unsigned long offset,
		       const void *addr, unsigned long site, const char *why)
{
	struct report_sites sites = { .at = site };
	char foreign[FOREIGN_TEXT_BYTES];

	if (why == percpu_why_foreign) {
		percpu_describe_foreign(s, addr, foreign, sizeof(foreign));
		mm_report("bad-free_percpu", &sites, "%s", foreign);
		return;
	}
	if (why == percpu_why_free)
		sites.free = percpu_freed_by(s, offset);
	if (sites.free)
		mm_report("double-free", &sites, "percpu addr=%p", addr);
	else
		mm_report("bad-free_percpu", &sites, "%s addr=%p", why, addr);
}

bool percpu_space_free(struct percpu_space *s, unsigned long offset,
		       const void *addr, unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&s->lock);
	const char *why = percpu_objection(s, offset);

	if (likely(!why))
		percpu_give(s, offset / PERCPU_GRANULE, site);
	else
		percpu_report_bad_free(s, offset, addr, site, why);
	spin_unlock_irqrestore(&s->lock, flags);
	if (unlikely(!percpu_is_balanced(s)))
		percpu_balance_behind(s, 0);
	return !why;
}

/* --- the beginning and the end -------------------------------------------- */

/* Frames for the static part; the last page of it may have room to give. */
static int percpu_back_static(struct percpu_space *s)
{
	unsigned long nr = DIV_ROUND_UP(s->desc.static_bytes, PAGE_SIZE), idx;

	for (idx = 0; idx < nr; idx++) {
		u16 *tags;

		s->page[idx].state = PERCPU_COMING;
		tags = percpu_prepare(s, idx, GFP_KERNEL);
		if (!tags)
			return -ENOMEM;
		percpu_publish(s, idx, tags);
	}
	if (!nr)
		return 0;
	bitmap_set(s->map, 0, percpu_static_granules(s));
	percpu_each_page(s, 0, percpu_static_granules(s), percpu_page_take);
	return 0;
}

int percpu_space_init(struct percpu_space *s,
		      const struct percpu_space_desc *desc)
{
	unsigned long nr_pages = desc->unit_bytes >> PAGE_SHIFT;
	unsigned long nr_granules = nr_pages * PERCPU_PAGE_GRANULES;

	*s = (struct percpu_space){ .desc = *desc, .nr_pages = nr_pages };
	spin_lock_init(&s->lock, "percpu", LOCK_PERCPU);
	/* In whole granules, and the first object has a cache line of its own. */
	s->desc.static_bytes = ALIGN(desc->static_bytes, L1_CACHE_BYTES);
	s->page = kzalloc(nr_pages * sizeof(*s->page), GFP_KERNEL);
	s->map = kmalloc(BITS_TO_LONGS(nr_granules) * sizeof(long), GFP_KERNEL);
	if (s->page && s->map) {
		bitmap_fill(s->map, nr_granules);
		if (!percpu_back_static(s))
			return 0;
	}
	percpu_space_exit(s);
	return -ENOMEM;
}

void percpu_space_exit(struct percpu_space *s)
{
	unsigned long idx;

	for (idx = 0; s->page && idx < s->nr_pages; idx++)
		if (s->page[idx].state == PERCPU_BACKED)
			percpu_strip(s, idx, s->page[idx].tags);
	kfree(s->page);
	kfree(s->map);
	*s = (struct percpu_space){ .page = NULL };
}
