/* SPDX-License-Identifier: MIT */
/*
 * slab_fixture.h - private caches for the suites of the slab allocator
 *
 * Their pages are real ones, from the live buddy through a source that counts
 * them and fails on demand, so that a case sees every page that is not given
 * back. One source a case: fixture_source_init() first.
 */
#ifndef TESTS_SLAB_FIXTURE_H
#define TESTS_SLAB_FIXTURE_H

#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>

struct fixture_source {
	struct slab_page_source source;
	long pages_out;
	unsigned long requests;
	unsigned long
		fail_at; /* this request and all later ones fail; 0: none */
	gfp_t last_gfp;
};

static struct page *fixture_source_alloc(const struct slab_page_source *source,
					 gfp_t gfp, unsigned int order,
					 unsigned long site)
{
	struct fixture_source *s = source->private;
	struct page *page;

	s->last_gfp = gfp;
	if (++s->requests >= s->fail_at && s->fail_at)
		return NULL;
	page = alloc_pages_site(gfp, order, site);
	if (page)
		s->pages_out += 1l << order;
	return page;
}

static void fixture_source_free(const struct slab_page_source *source,
				struct page *page, unsigned int order,
				unsigned long site)
{
	struct fixture_source *s = source->private;

	s->pages_out -= 1l << order;
	__free_pages_site(page, order, site);
}

static inline void fixture_source_init(struct fixture_source *s)
{
	*s = (struct fixture_source){ .source = { .alloc = fixture_source_alloc,
						  .free = fixture_source_free,
						  .private = s } };
}

/* A cache of @size bytes on @s. Return: false failed the case. */
static inline bool fixture_cache(struct ktest *t, struct kmem_cache *cache,
				 struct fixture_source *s, size_t size,
				 slab_flags_t flags, void (*ctor)(void *object))
{
	const struct kmem_cache_desc desc = { .name = "test-cache",
					      .size = size,
					      .flags = flags,
					      .ctor = ctor,
					      .source = &s->source };

	return KTEST_EXPECT_EQ(t, kmem_cache_init(cache, &desc), 0);
}

/* Take the cache apart; all its pages must come back. */
static inline void fixture_cache_end(struct ktest *t, struct kmem_cache *cache,
				     struct fixture_source *s)
{
	KTEST_EXPECT_EQ(t, slab_check(cache), 0);
	KTEST_EXPECT_EQ(t, kmem_cache_exit(cache), 0);
	KTEST_EXPECT_EQ(t, s->pages_out, 0);
}

static inline unsigned long fixture_active(struct kmem_cache *cache)
{
	struct slab_usage usage;

	slab_usage(cache, &usage);
	return usage.active_objects;
}

/* Does the last report begin with "mm: BUG " + @want? */
static inline void fixture_expect_prefix(struct ktest *t, const char *want)
{
	static const char prefix[] = "mm: BUG ";
	const char *line = ktest_last_report(t);

	if (!strncmp(line, prefix, sizeof(prefix) - 1) &&
	    !strncmp(line + sizeof(prefix) - 1, want, strlen(want)))
		return;
	KTEST_FAIL(t, "report \"%s\", want \"%s%s...\"", line, prefix, want);
}

static inline void fixture_expect_part(struct ktest *t, const char *want)
{
	const char *line = ktest_last_report(t);

	if (!strstr(line, want))
		KTEST_FAIL(t, "report \"%s\" without \"%s\"", line, want);
}

#endif
