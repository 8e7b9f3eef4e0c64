/* SPDX-License-Identifier: MIT */
/*
 * percpu_check.c - looking at per-CPU memory without changing it
 *
 * The list of objects, and the walk over every invariant of percpu_space.c.
 *
 * Locking: the space's lock, for one object of the list or for all of the
 * check.
 */
#define pr_fmt(fmt) "percpu: " fmt

#include <kernel/bitmap.h>
#include <kernel/printk.h>
#include <kernel/util.h>
#include <mm/percpu_space.h>

/* Does an object begin at @g? Lock held. */
static bool percpu_object_begins(const struct percpu_space *s, unsigned long g)
{
	const struct percpu_page *p = &s->page[g / PERCPU_PAGE_GRANULES];

	return p->state == PERCPU_BACKED && test_bit(g, s->map) &&
	       g >= percpu_static_granules(s) &&
	       (*percpu_tag(s, g) & PERCPU_TAG_OBJECT);
}

bool percpu_space_next(struct percpu_space *s, unsigned long *cursor,
		       struct percpu_object *object)
{
	unsigned long nr = s->nr_pages * PERCPU_PAGE_GRANULES;
	unsigned long flags = spin_lock_irqsave(&s->lock);
	unsigned long g = DIV_ROUND_UP(*cursor, PERCPU_GRANULE);
	u16 tag;

	while (g < nr && !percpu_object_begins(s, g)) {
		const struct percpu_page *p =
			&s->page[g / PERCPU_PAGE_GRANULES];

		/* Where nothing can be, page by page. */
		if (p->state != PERCPU_BACKED)
			g = ALIGN(g + 1, PERCPU_PAGE_GRANULES);
		else
			g = find_next_bit(s->map, nr, g + 1);
	}
	if (g < nr) {
		tag = *percpu_tag(s, g);
		*object = (struct percpu_object){
			.offset = g * PERCPU_GRANULE,
			.bytes = percpu_length(s, g) * PERCPU_GRANULE,
			.site = s->site[tag & PERCPU_TAG_SITE],
		};
		*cursor = object->offset + object->bytes;
	}
	spin_unlock_irqrestore(&s->lock, flags);
	return g < nr;
}

/* --- the check ------------------------------------------------------------ */

/* What the pages and objects add up to. */
struct percpu_sums {
	unsigned long backed, empty, objects, granules;
};

/* One line with the label of the invariant. Return: 1, to be added up. */
static int percpu_violation(const struct percpu_space *s, const char *label,
			    unsigned long g, const char *what)
{
	pr_err("%s %s offset=%#lx %s\n", label, s->desc.name,
	       g * PERCPU_GRANULE, what);
	return 1;
}

/* P1 of one page. */
static int percpu_check_frames(const struct percpu_space *s, unsigned long idx)
{
	const struct percpu_page *p = &s->page[idx];
	unsigned long g = idx * PERCPU_PAGE_GRANULES;
	unsigned long end = g + PERCPU_PAGE_GRANULES;
	bool backed = s->desc.ops->is_backed(s, idx);

	if (p->state == PERCPU_BACKED)
		return backed && p->tags ?
			       0 :
			       percpu_violation(s, "P1", g, "is not backed");
	if (p->state == PERCPU_ABSENT && backed)
		return percpu_violation(s, "P1", g, "is backed, but ABSENT");
	if (p->nr_free || p->tags || find_next_zero_bit(s->map, end, g) != end)
		return percpu_violation(s, "P1", g, "could be handed out");
	return 0;
}

/* P2: the object at @g; adds it to @sums. Return: where it ends; @g if it is
 * broken. */
static unsigned long percpu_check_object(const struct percpu_space *s,
					 unsigned long g,
					 struct percpu_sums *sums)
{
	unsigned long nr = s->nr_pages * PERCPU_PAGE_GRANULES, n, i;

	if (!percpu_object_begins(s, g))
		return g;
	n = percpu_length(s, g);
	if (!n || n > PERCPU_MAX_BYTES / PERCPU_GRANULE || n > nr - g ||
	    find_next_zero_bit(s->map, g + n, g) != g + n)
		return g;
	for (i = g + 1; i < g + n; i++)
		if (s->page[i / PERCPU_PAGE_GRANULES].state != PERCPU_BACKED ||
		    (*percpu_tag(s, i) & PERCPU_TAG_OBJECT))
			return g;
	sums->objects++;
	sums->granules += n;
	return g + n;
}

/* P2 of all that is in use behind the static part. */
static int percpu_check_objects(const struct percpu_space *s,
				struct percpu_sums *sums)
{
	unsigned long nr = s->nr_pages * PERCPU_PAGE_GRANULES;
	unsigned long g = percpu_static_granules(s), next;

	if (g && find_first_zero_bit(s->map, g) != g)
		return percpu_violation(s, "P2", 0, "is static and free");
	while ((g = find_next_bit(s->map, nr, g)) < nr) {
		if (s->page[g / PERCPU_PAGE_GRANULES].state != PERCPU_BACKED) {
			g = ALIGN(g + 1, PERCPU_PAGE_GRANULES);
			continue;
		}
		next = percpu_check_object(s, g, sums);
		/* What follows a broken one cannot be told. */
		if (next == g)
			return percpu_violation(s, "P2", g, "is no object");
		g = next;
	}
	return 0;
}

/* Does a free run of @n granules begin in page @idx? */
static bool percpu_run_begins(const struct percpu_space *s, unsigned long idx,
			      unsigned long n)
{
	unsigned long nr = s->nr_pages * PERCPU_PAGE_GRANULES;
	unsigned long g = idx * PERCPU_PAGE_GRANULES;

	return bitmap_find_next_zero_area(s->map, nr, g, n, 0) <
	       g + PERCPU_PAGE_GRANULES;
}

/* P3 of one page. */
static int percpu_check_hints(const struct percpu_space *s, unsigned long idx)
{
	const struct percpu_page *p = &s->page[idx];
	unsigned long g = idx * PERCPU_PAGE_GRANULES;
	unsigned long clear =
		PERCPU_PAGE_GRANULES -
		bitmap_weight(&s->map[g / BITS_PER_LONG], PERCPU_PAGE_GRANULES);

	if (clear != p->nr_free)
		return percpu_violation(s, "P3", g, "has a wrong nr_free");
	if (!clear)
		return 0;
	if (idx < s->hint)
		return percpu_violation(s, "P3", g, "is below the hint");
	if (find_next_zero_bit(s->map, g + PERCPU_PAGE_GRANULES, g) <
	    g + p->first)
		return percpu_violation(s, "P3", g, "is free below first");
	if (p->too_long <= PERCPU_MAX_BYTES / PERCPU_GRANULE &&
	    percpu_run_begins(s, idx, p->too_long))
		return percpu_violation(s, "P3", g, "has a run of too_long");
	return 0;
}

static int percpu_check_sums(const struct percpu_space *s,
			     const struct percpu_sums *sums)
{
	if (s->nr_backed == sums->backed && s->nr_empty == sums->empty &&
	    s->nr_objects == sums->objects &&
	    s->used_granules == sums->granules &&
	    s->nr_allocs - s->nr_frees == sums->objects)
		return 0;
	pr_err("P4 %s backed=%lu empty=%lu objects=%lu granules=%lu, counted"
	       " %lu %lu %lu %lu\n",
	       s->desc.name, s->nr_backed, s->nr_empty, s->nr_objects,
	       s->used_granules, sums->backed, sums->empty, sums->objects,
	       sums->granules);
	return 1;
}

int percpu_space_check(struct percpu_space *s)
{
	unsigned long flags = spin_lock_irqsave(&s->lock);
	struct percpu_sums sums = { 0 };
	unsigned long idx;
	int bad = 0;

	for (idx = 0; idx < s->nr_pages; idx++) {
		bad += percpu_check_frames(s, idx);
		bad += percpu_check_hints(s, idx);
		sums.backed += s->page[idx].state == PERCPU_BACKED;
		sums.empty += s->page[idx].nr_free == PERCPU_PAGE_GRANULES;
	}
	/* Tags are read only where all pages are what they seem. */
	if (!bad)
		bad = percpu_check_objects(s, &sums);
	if (!bad)
		bad = percpu_check_sums(s, &sums);
	spin_unlock_irqrestore(&s->lock, flags);
	return bad;
}
