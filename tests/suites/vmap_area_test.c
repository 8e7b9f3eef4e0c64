/* SPDX-License-Identifier: MIT */
/*
 * vmap_area_test.c - the address space of a window, against a naive bitmap
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/vmap_area.h>
#include <asm/page.h>

#define WINDOW_PAGES 96u
#define WINDOW_START 0x40000000ul
#define NR_AREAS 40u

/* One private space, and the naive model beside it. */
static struct {
	struct vmap_space space;
	struct vmap_area area[NR_AREAS];
	bool used[NR_AREAS];
	u8 page_taken[WINDOW_PAGES];
} vt;

static bool read_everything(const void *node)
{
	(void)node;
	return true;
}

static bool read_nothing(const void *node)
{
	(void)node;
	return false;
}

static void space_init(unsigned int nr_pages)
{
	const struct vmap_space_desc desc = {
		.start = WINDOW_START,
		.end = WINDOW_START + nr_pages * PAGE_SIZE,
		.may_read = read_everything,
	};

	memset(&vt, 0, sizeof(vt));
	vmap_space_init(&vt.space, &desc);
}

static int space_alloc(unsigned int i, unsigned long pages, unsigned long align)
{
	unsigned long flags = spin_lock_irqsave(&vt.space.lock);
	int err = vmap_space_alloc(&vt.space, &vt.area[i], pages * PAGE_SIZE,
				   align * PAGE_SIZE);

	spin_unlock_irqrestore(&vt.space.lock, flags);
	return err;
}

static void space_free(unsigned int i)
{
	unsigned long flags = spin_lock_irqsave(&vt.space.lock);

	vmap_space_free(&vt.space, &vt.area[i]);
	spin_unlock_irqrestore(&vt.space.lock, flags);
}

static int space_check(void)
{
	unsigned long flags = spin_lock_irqsave(&vt.space.lock);
	int bad = vmap_space_check(&vt.space);

	spin_unlock_irqrestore(&vt.space.lock, flags);
	return bad;
}

static unsigned long space_largest(void)
{
	unsigned long flags = spin_lock_irqsave(&vt.space.lock);
	unsigned long bytes = vmap_space_largest_hole(&vt.space);

	spin_unlock_irqrestore(&vt.space.lock, flags);
	return bytes;
}

static struct vmap_area *space_find(unsigned long addr)
{
	unsigned long flags = spin_lock_irqsave(&vt.space.lock);
	struct vmap_area *area = vmap_space_find(&vt.space, addr);

	spin_unlock_irqrestore(&vt.space.lock, flags);
	return area;
}

static unsigned long first_page(unsigned int i)
{
	return (vt.area[i].start - WINDOW_START) / PAGE_SIZE;
}

/* The lowest aligned run of free pages, by looking at each; -1 if none. */
static long naive_lowest(unsigned long pages, unsigned long align)
{
	unsigned long start, run;

	for (start = 0; start + pages <= WINDOW_PAGES; start++) {
		if ((WINDOW_START / PAGE_SIZE + start) % align)
			continue;
		for (run = 0; run < pages && !vt.page_taken[start + run]; run++)
			;
		if (run == pages)
			return (long)start;
	}
	return -1;
}

static unsigned long naive_largest(void)
{
	unsigned long i, run = 0, best = 0;

	for (i = 0; i < WINDOW_PAGES; i++) {
		run = vt.page_taken[i] ? 0 : run + 1;
		best = max(best, run);
	}
	return best * PAGE_SIZE;
}

static void naive_mark(unsigned int i, u8 taken)
{
	memset(&vt.page_taken[first_page(i)], taken,
	       (vt.area[i].end - vt.area[i].start) / PAGE_SIZE);
}

static void model_alloc(struct ktest *t, unsigned int i)
{
	unsigned long pages = 1 + ktest_random(t) % 9;
	unsigned long align = 1ul << (ktest_random(t) % 4);
	long want = naive_lowest(pages, align);
	int err = space_alloc(i, pages, align);

	KTEST_EXPECT_EQ(t, err, want < 0 ? -ENOSPC : 0);
	if (err)
		return;
	KTEST_EXPECT_EQ(t, first_page(i), want);
	KTEST_EXPECT_EQ(t, vt.area[i].end - vt.area[i].start,
			pages * PAGE_SIZE);
	vt.used[i] = true;
	naive_mark(i, 1);
}

static void random_operations_agree_with_a_bitmap(struct ktest *t)
{
	unsigned int step;

	space_init(WINDOW_PAGES);
	for (step = 0; step < 20000 && !t->failed; step++) {
		unsigned int i = ktest_random(t) % NR_AREAS;

		if (vt.used[i]) {
			naive_mark(i, 0);
			vt.used[i] = false;
			space_free(i);
		} else {
			model_alloc(t, i);
		}
		KTEST_EXPECT_EQ(t, space_check(), 0);
		KTEST_EXPECT_EQ(t, space_largest(), naive_largest());
	}
}

static void the_lowest_hole_that_fits_is_taken(struct ktest *t)
{
	unsigned int i;

	space_init(24);
	/* 0-3, 4-5, 6-11, 12-13, 14: then holes of 4 and of 6 pages. */
	for (i = 0; i < 5; i++)
		KTEST_EXPECT_EQ(
			t,
			space_alloc(i, (unsigned long[]){ 4, 2, 6, 2, 1 }[i],
				    1),
			0);
	space_free(0);
	space_free(2);
	KTEST_EXPECT_EQ(t, space_alloc(5, 5, 1), 0);
	KTEST_EXPECT_EQ(t, first_page(5), 6);
	KTEST_EXPECT_EQ(t, space_alloc(6, 1, 1), 0);
	KTEST_EXPECT_EQ(t, first_page(6), 0);
	KTEST_EXPECT_EQ(t, space_alloc(7, 9, 1), 0);
	KTEST_EXPECT_EQ(t, first_page(7), 15);
	KTEST_EXPECT_EQ(t, space_alloc(8, 4, 1), -ENOSPC);
	KTEST_EXPECT_EQ(t, space_check(), 0);
}

static void an_alignment_passes_over_holes_that_lie_awkwardly(struct ktest *t)
{
	space_init(32);
	KTEST_EXPECT_EQ(t, space_alloc(0, 1, 1), 0);
	/* Pages 1-31 are one hole; the aligned place in it is 8. */
	KTEST_EXPECT_EQ(t, space_alloc(1, 4, 8), 0);
	KTEST_EXPECT_EQ(t, first_page(1), 8);
	/* The 7 pages below stay usable. */
	KTEST_EXPECT_EQ(t, space_alloc(2, 7, 1), 0);
	KTEST_EXPECT_EQ(t, first_page(2), 1);
	KTEST_EXPECT_EQ(t, space_alloc(3, 16, 16), 0);
	KTEST_EXPECT_EQ(t, first_page(3), 16);
	KTEST_EXPECT_EQ(t, space_alloc(4, 2, 8), -ENOSPC);
	KTEST_EXPECT_EQ(t, space_check(), 0);
}

static void a_window_holds_exactly_its_size(struct ktest *t)
{
	unsigned long n = 16;

	space_init((unsigned int)n);
	KTEST_EXPECT_EQ(t, space_alloc(0, n + 1, 1), -ENOSPC);
	KTEST_EXPECT_EQ(t, space_alloc(0, n, 1), 0);
	KTEST_EXPECT_EQ(t, space_largest(), 0);
	KTEST_EXPECT_EQ(t, space_alloc(1, 1, 1), -ENOSPC);
	space_free(0);
	KTEST_EXPECT_EQ(t, space_alloc(0, n - 1, 1), 0);
	KTEST_EXPECT_EQ(t, space_alloc(1, 1, 1), 0);
	KTEST_EXPECT_EQ(t, first_page(1), n - 1);
	KTEST_EXPECT_EQ(t, space_check(), 0);
	space_free(0);
	space_free(1);
	KTEST_EXPECT_EQ(t, space_largest(), n * PAGE_SIZE);
}

static void an_empty_window_gives_nothing(struct ktest *t)
{
	space_init(0);
	KTEST_EXPECT_EQ(t, space_alloc(0, 1, 1), -ENOSPC);
	KTEST_EXPECT_EQ(t, space_check(), 0);
	KTEST_EXPECT_NULL(t, space_find(WINDOW_START));
}

static void areas_are_found_by_any_address_in_them(struct ktest *t)
{
	space_init(16);
	KTEST_EXPECT_EQ(t, space_alloc(0, 3, 1), 0);
	KTEST_EXPECT_EQ(t, space_alloc(1, 2, 1), 0);
	KTEST_EXPECT_EQ(t, space_alloc(2, 4, 1), 0);
	space_free(1);
	KTEST_EXPECT_PTR_EQ(t, space_find(WINDOW_START), &vt.area[0]);
	KTEST_EXPECT_PTR_EQ(t, space_find(vt.area[0].end - 1), &vt.area[0]);
	KTEST_EXPECT_NULL(t, space_find(vt.area[0].end));
	KTEST_EXPECT_NULL(t, space_find(vt.area[2].start - 1));
	KTEST_EXPECT_PTR_EQ(t, space_find(vt.area[2].end - 1), &vt.area[2]);
	KTEST_EXPECT_NULL(t, space_find(vt.area[2].end));
	KTEST_EXPECT_NULL(t, space_find(WINDOW_START - 1));
	KTEST_EXPECT_NULL(t, space_find(vt.space.desc.end));
	KTEST_EXPECT_NULL(t, space_find(0));
}

static void a_reader_without_the_lock_sees_the_same(struct ktest *t)
{
	struct vmap_seen seen;
	unsigned long addr;
	unsigned int i;

	space_init(WINDOW_PAGES);
	for (i = 0; i < NR_AREAS; i++)
		KTEST_EXPECT_EQ(t, space_alloc(i, 1 + i % 3, 1), 0);
	for (i = 0; i < NR_AREAS; i += 3)
		space_free(i);
	for (addr = WINDOW_START; addr < vt.space.desc.end; addr += PAGE_SIZE) {
		KTEST_EXPECT_TRUE(
			t, vmap_space_find_lockless(&vt.space, addr, &seen));
		KTEST_EXPECT_PTR_EQ(t, seen.area, space_find(addr));
		if (seen.area)
			KTEST_EXPECT_TRUE(t, addr - seen.start <
						     seen.end - seen.start);
	}
}

static void a_reader_in_a_hole_learns_its_neighbours(struct ktest *t)
{
	struct vmap_seen seen;

	space_init(16);
	KTEST_EXPECT_EQ(t, space_alloc(0, 3, 1), 0);
	KTEST_EXPECT_EQ(t, space_alloc(1, 2, 1), 0);
	KTEST_EXPECT_EQ(t, space_alloc(2, 4, 1), 0);
	space_free(1);
	vmap_space_find_lockless(&vt.space, WINDOW_START + 4 * PAGE_SIZE,
				 &seen);
	KTEST_EXPECT_EQ(t, seen.below_end, vt.area[0].end);
	KTEST_EXPECT_EQ(t, seen.above_start, vt.area[2].start);
	vmap_space_find_lockless(&vt.space, vt.area[2].end, &seen);
	KTEST_EXPECT_EQ(t, seen.below_end, vt.area[2].end);
	KTEST_EXPECT_EQ(t, seen.above_start, 0);
}

/* A fault can come in the middle of a change by the same CPU. */
static void a_reader_inside_a_change_ends_and_says_so(struct ktest *t)
{
	struct vmap_seen seen;

	space_init(16);
	KTEST_EXPECT_EQ(t, space_alloc(0, 3, 1), 0);
	vt.space.change_count++;
	KTEST_EXPECT_FALSE(
		t, vmap_space_find_lockless(&vt.space, WINDOW_START, &seen));
	KTEST_EXPECT_PTR_EQ(t, seen.area, &vt.area[0]);
	vt.space.change_count++;
	/* A pointer that leads nowhere, or in a circle. */
	vt.area[0].node.rb_right = (struct rb_node *)1;
	KTEST_EXPECT_FALSE(
		t, vmap_space_find_lockless(
			   &vt.space, WINDOW_START + 9 * PAGE_SIZE, &seen));
	vt.area[0].node.rb_right = &vt.area[0].node;
	KTEST_EXPECT_FALSE(
		t, vmap_space_find_lockless(
			   &vt.space, WINDOW_START + 9 * PAGE_SIZE, &seen));
	KTEST_EXPECT_NULL(t, seen.area);
	vt.area[0].node.rb_right = NULL;
	vt.space.desc.may_read = read_nothing;
	KTEST_EXPECT_FALSE(
		t, vmap_space_find_lockless(&vt.space, WINDOW_START, &seen));
	KTEST_EXPECT_NULL(t, seen.area);
}

static void the_check_finds_each_kind_of_damage(struct ktest *t)
{
	struct list_head *link;
	unsigned int i;

	space_init(WINDOW_PAGES);
	for (i = 0; i < 12; i++)
		KTEST_EXPECT_EQ(t, space_alloc(i, 2, 1), 0);
	space_free(4);
	KTEST_EXPECT_EQ(t, space_check(), 0);

	vt.area[5].gap += PAGE_SIZE; /* V3 */
	KTEST_EXPECT_GE(t, space_check(), 1);
	vt.area[5].gap -= PAGE_SIZE;
	vt.area[5].max_gap += PAGE_SIZE; /* V4 */
	KTEST_EXPECT_GE(t, space_check(), 1);
	vt.area[5].max_gap -= PAGE_SIZE;
	vt.area[6].end += PAGE_SIZE; /* V2 */
	KTEST_EXPECT_GE(t, space_check(), 1);
	vt.area[6].end -= PAGE_SIZE;
	vt.space.nr_areas++; /* V5 */
	KTEST_EXPECT_EQ(t, space_check(), 1);
	vt.space.nr_areas--;
	vt.space.used_bytes++; /* V5 */
	KTEST_EXPECT_EQ(t, space_check(), 1);
	vt.space.used_bytes--;
	link = &vt.area[7].link; /* V6 */
	link->prev->next = link->next;
	KTEST_EXPECT_GE(t, space_check(), 1);
	link->prev->next = link;
	vt.area[8].node.__rb_parent_color ^= RB_BLACK; /* V1 */
	KTEST_EXPECT_GE(t, space_check(), 1);
	vt.area[8].node.__rb_parent_color ^= RB_BLACK;
	KTEST_EXPECT_EQ(t, space_check(), 0);
}

static const struct ktest_case vmap_area_cases[] = {
	KTEST_CASE(the_lowest_hole_that_fits_is_taken),
	KTEST_CASE(an_alignment_passes_over_holes_that_lie_awkwardly),
	KTEST_CASE(a_window_holds_exactly_its_size),
	KTEST_CASE(an_empty_window_gives_nothing),
	KTEST_CASE(areas_are_found_by_any_address_in_them),
	KTEST_CASE(a_reader_without_the_lock_sees_the_same),
	KTEST_CASE(a_reader_in_a_hole_learns_its_neighbours),
	KTEST_CASE(a_reader_inside_a_change_ends_and_says_so),
	KTEST_CASE(the_check_finds_each_kind_of_damage),
	KTEST_CASE(random_operations_agree_with_a_bitmap),
};
KTEST_SUITE(vmap_area, vmap_area_cases);
