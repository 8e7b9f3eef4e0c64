/* SPDX-License-Identifier: MIT */
/*
 * user_frames_test.c - what a driver shows a user: frames, pages that
 * are counted, vmalloc memory
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/util.h>
#include <mm/page_ref.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include "live_fixture.h"
#include "user_fixture.h"

struct to_show {
	struct page *page; /* of a block */
	unsigned long nr; /* pages of it */
	unsigned long at; /* in the stretch */
	int err; /* what the call said */
};

static int show_frames(struct vm_area_struct *vma, void *arg)
{
	struct to_show *show = arg;

	show->err = remap_pfn_range(vma, vma->vm_start + show->at,
				    page_to_pfn(show->page),
				    show->nr * PAGE_SIZE, vma->vm_page_prot);
	return 0;
}

static int show_page(struct vm_area_struct *vma, void *arg)
{
	struct to_show *show = arg;

	show->err = vm_insert_page(vma, vma->vm_start + show->at, show->page);
	return 0;
}

static unsigned long map_to_show(const struct test_user *u,
				 unsigned long nr_pages, unsigned long flags,
				 int (*setup)(struct vm_area_struct *, void *),
				 struct to_show *show)
{
	const struct user_mapping m = { .addr = USER_BASE,
					.fixed = true,
					.len = nr_pages * PAGE_SIZE,
					.flags = flags,
					.setup = setup,
					.arg = show };

	return user_map(u->mm, &m);
}

static void frames_are_shown_where_they_are(struct ktest *t)
{
	struct to_show show = { .page = alloc_pages(GFP_KERNEL, 2), .nr = 4 };
	struct test_user u;
	u32 *words;

	if (!show.page || !user_begin(t, &u))
		return;
	words = page_address(show.page);
	words[PAGE_SIZE / 4] = 0x1234;
	KTEST_EXPECT_EQ(t, map_to_show(&u, 5, USER_RW, show_frames, &show),
			USER_BASE);
	KTEST_EXPECT_EQ(t, show.err, 0);
	KTEST_EXPECT_EQ(t, user_read_word(t, USER_BASE + PAGE_SIZE), 0x1234);
	user_write_word(t, USER_BASE + 3 * PAGE_SIZE, 0x5678);
	KTEST_EXPECT_EQ(t, words[3 * PAGE_SIZE / 4], 0x5678);
	/* The rest of such a stretch is nobody's own memory. */
	KTEST_EXPECT_FALSE(t, user_has_word(USER_BASE + 4 * PAGE_SIZE));
	KTEST_EXPECT_TRUE(t, vma_lookup(u.mm, USER_BASE)->vm_flags & VM_PFNMAP);
	KTEST_EXPECT_EQ(t, u.mm->nr_mapped, 4);
	KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE, 2 * PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, u.mm->nr_mapped, 2);
	user_end(t, &u);
	KTEST_EXPECT_EQ(t, page_count(show.page), 1);
	__free_pages(show.page, 2);
}

static void read_only_frames_are_not_written(struct ktest *t)
{
	struct to_show show = { .page = alloc_page(GFP_KERNEL), .nr = 1 };
	struct test_user u;
	u32 word = 1;

	if (!show.page || !user_begin(t, &u))
		return;
	*(u32 *)page_address(show.page) = 0x1234;
	map_to_show(&u, 1, VM_READ, show_frames, &show);
	KTEST_EXPECT_EQ(t, user_read_word(t, USER_BASE), 0x1234);
	KTEST_EXPECT_EQ(t, put_user(word, (u32 __user *)user_ptr(USER_BASE)),
			-EFAULT);
	/* The driver shows less than the stretch promises. */
	KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE, PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, *(u32 *)page_address(show.page), 0x1234);
	user_end(t, &u);
	__free_page(show.page);
}

static void frames_that_do_not_fit_are_refused(struct ktest *t)
{
	struct to_show show = { .page = alloc_pages(GFP_KERNEL, 1), .nr = 2 };
	struct test_user u;

	if (!show.page || !user_begin(t, &u))
		return;
	map_to_show(&u, 1, USER_RW, show_frames, &show);
	KTEST_EXPECT_EQ(t, show.err, -EINVAL);
	show.at = 1;
	map_to_show(&u, 4, USER_RW, show_frames, &show);
	KTEST_EXPECT_EQ(t, show.err, -EINVAL);
	show.at = 0;
	show.nr = 0;
	map_to_show(&u, 4, USER_RW, show_frames, &show);
	KTEST_EXPECT_EQ(t, show.err, -EINVAL);
	KTEST_EXPECT_EQ(t, u.mm->nr_mapped, 0);
	KTEST_EXPECT_EQ(t, page_count(show.page), 1);
	user_end(t, &u);
	__free_pages(show.page, 1);
}

static int show_frames_twice(struct vm_area_struct *vma, void *arg)
{
	struct to_show *show = arg;

	show->at = PAGE_SIZE;
	show->nr = 1;
	show_frames(vma, show);
	show->at = 0;
	show->nr = 2;
	show_frames(vma, show);
	return 0;
}

static void place_that_is_taken_undoes_the_call(struct ktest *t)
{
	struct to_show show = { .page = alloc_pages(GFP_KERNEL, 1) };
	struct test_user u;

	if (!show.page || !user_begin(t, &u))
		return;
	map_to_show(&u, 2, USER_RW, show_frames_twice, &show);
	KTEST_EXPECT_EQ(t, show.err, -EBUSY);
	KTEST_EXPECT_EQ(t, u.mm->nr_mapped, 1);
	KTEST_EXPECT_FALSE(t, user_has_word(USER_BASE));
	KTEST_EXPECT_TRUE(t, user_has_word(USER_BASE + PAGE_SIZE));
	user_end(t, &u);
	KTEST_EXPECT_EQ(t, page_count(show.page), 1);
	__free_pages(show.page, 1);
}

/* P34: the driver frees its buffer, and forgets that a user sees it. */
static void frame_freed_while_a_user_sees_it_is_reported(struct ktest *t)
{
	struct to_show show = { .page = alloc_pages(GFP_KERNEL, 1), .nr = 2 };
	unsigned long before;
	struct test_user u;

	if (!show.page || !user_begin(t, &u))
		return;
	map_to_show(&u, 2, USER_RW, show_frames, &show);
	user_write_word(t, USER_BASE, 0x1234);
	ktest_expect_report(t, "page-mapped");
	__free_pages(show.page, 1);
	expect_report_says(t, "count=2 user");
	/* Nobody else has got it, and with the user it goes. */
	KTEST_EXPECT_EQ(t, user_read_word(t, USER_BASE), 0x1234);
	before = user_free_now();
	KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE, 2 * PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, user_free_now(), before + 2);
	user_end(t, &u);
}

static void frames_without_a_count_are_shown_too(struct ktest *t)
{
	void *object = kmalloc(PAGE_SIZE, GFP_KERNEL);
	struct to_show show = { .nr = 1 };
	struct test_user u;

	if (!object || !user_begin(t, &u))
		return;
	/* Of a slab; and the first page of RAM, which is nobody's. */
	show.page = virt_to_page(object);
	*(u32 *)object = 0x77;
	map_to_show(&u, 1, USER_RW, show_frames, &show);
	KTEST_EXPECT_EQ(t, show.err, 0);
	KTEST_EXPECT_EQ(t, user_read_word(t, USER_BASE), 0x77);
	show.page = pfn_to_page(0);
	map_to_show(&u, 1, VM_READ, show_frames, &show);
	KTEST_EXPECT_EQ(t, show.err, 0);
	KTEST_EXPECT_TRUE(t, user_has_word(USER_BASE));
	user_end(t, &u);
	kfree(object);
}

static void inserted_page_outlives_its_owner(struct ktest *t)
{
	struct to_show show = { .page = alloc_page(GFP_KERNEL | __GFP_ZERO) };
	unsigned long before;
	struct test_user u;

	if (!show.page || !user_begin(t, &u))
		return;
	map_to_show(&u, 2, USER_RW, show_page, &show);
	KTEST_EXPECT_EQ(t, show.err, 0);
	KTEST_EXPECT_EQ(t, page_count(show.page), 2);
	user_write_word(t, USER_BASE, 0x99);
	__free_page(show.page);
	KTEST_EXPECT_EQ(t, user_read_word(t, USER_BASE), 0x99);
	before = user_free_now();
	KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE, PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, user_free_now(), before + 1);
	user_end(t, &u);
}

static void what_has_no_count_cannot_be_inserted(struct ktest *t)
{
	void *object = kmalloc(64, GFP_KERNEL);
	struct to_show show = { .page = virt_to_page(object) };
	struct test_user u;

	if (!object || !user_begin(t, &u))
		return;
	map_to_show(&u, 1, USER_RW, show_page, &show);
	KTEST_EXPECT_EQ(t, show.err, -EINVAL);
	show.page = alloc_page(GFP_KERNEL);
	show.at = PAGE_SIZE;
	map_to_show(&u, 1, USER_RW, show_page, &show);
	KTEST_EXPECT_EQ(t, show.err, -EFAULT);
	KTEST_EXPECT_EQ(t, page_count(show.page), 1);
	__free_page(show.page);
	user_end(t, &u);
	kfree(object);
}

struct area_to_show {
	void *addr;
	unsigned long pgoff;
	int err;
};

static int show_area(struct vm_area_struct *vma, void *arg)
{
	struct area_to_show *show = arg;

	show->err = remap_vmalloc_range(vma, show->addr, show->pgoff);
	return show->err;
}

static void vmalloc_memory_is_shown_if_it_is_meant_to(struct ktest *t)
{
	struct area_to_show show = { .addr = vmalloc_user(3 * PAGE_SIZE) };
	void *other = vmalloc(3 * PAGE_SIZE);
	struct user_mapping m = { .addr = USER_BASE,
				  .fixed = true,
				  .len = 2 * PAGE_SIZE,
				  .flags = USER_RW,
				  .setup = show_area,
				  .arg = &show };
	u32 *words = show.addr;
	struct test_user u;

	if (!show.addr || !other || !user_begin(t, &u))
		return;
	words[PAGE_SIZE / 4] = 0x11;
	show.pgoff = 1;
	KTEST_EXPECT_EQ(t, user_map(u.mm, &m), USER_BASE);
	KTEST_EXPECT_EQ(t, user_read_word(t, USER_BASE), 0x11);
	user_write_word(t, USER_BASE + PAGE_SIZE, 0x22);
	KTEST_EXPECT_EQ(t, words[2 * PAGE_SIZE / 4], 0x22);
	/* A page more than there is; the inside of an area; another's. */
	show.pgoff = 2;
	m.addr += 4 * PAGE_SIZE;
	KTEST_EXPECT_EQ(t, (long)user_map(u.mm, &m), -EINVAL);
	show.pgoff = -1ul;
	KTEST_EXPECT_EQ(t, (long)user_map(u.mm, &m), -EINVAL);
	show.pgoff = 0;
	show.addr = (char *)words + PAGE_SIZE;
	KTEST_EXPECT_EQ(t, (long)user_map(u.mm, &m), -EINVAL);
	show.addr = other;
	KTEST_EXPECT_EQ(t, (long)user_map(u.mm, &m), -EINVAL);
	/* What he sees stays until he sees it no more. */
	vfree(words);
	vm_unmap_aliases();
	KTEST_EXPECT_EQ(t, user_read_word(t, USER_BASE + PAGE_SIZE), 0x22);
	user_end(t, &u);
	vfree(other);
}

static struct page *shown_page;
static unsigned int nr_faults;

static vm_fault_t frame_fault(struct vm_fault *vmf)
{
	nr_faults++;
	return vmf_insert_pfn(vmf->vma, vmf->address, page_to_pfn(shown_page));
}

static const struct vm_operations_struct frame_ops = { .fault = frame_fault };

static int set_frame_ops(struct vm_area_struct *vma, void *arg)
{
	(void)arg;
	vma->vm_flags |= VM_PFNMAP | VM_IO;
	vma->vm_ops = &frame_ops;
	return 0;
}

static void frames_can_come_one_by_one(struct ktest *t)
{
	struct vm_area_struct *vma;
	struct test_user u;

	shown_page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!shown_page || !user_begin(t, &u))
		return;
	nr_faults = 0;
	map_to_show(&u, 3, USER_RW, set_frame_ops, NULL);
	user_write_word(t, USER_BASE, 5);
	KTEST_EXPECT_EQ(t, user_read_word(t, USER_BASE + 2 * PAGE_SIZE), 5);
	KTEST_EXPECT_EQ(t, nr_faults, 2);
	KTEST_EXPECT_EQ(t, page_count(shown_page), 3);
	/* Taken out, they are asked for again. */
	mmap_write_lock(u.mm);
	vma = vma_lookup(u.mm, USER_BASE);
	zap_vma_ptes(vma, vma->vm_start, 3 * PAGE_SIZE);
	mmap_write_unlock(u.mm);
	KTEST_EXPECT_EQ(t, page_count(shown_page), 1);
	KTEST_EXPECT_EQ(t, user_read_word(t, USER_BASE), 5);
	KTEST_EXPECT_EQ(t, nr_faults, 3);
	user_end(t, &u);
	__free_page(shown_page);
}

static const struct ktest_case user_frames_cases[] = {
	KTEST_CASE(frames_are_shown_where_they_are),
	KTEST_CASE(read_only_frames_are_not_written),
	KTEST_CASE(frames_that_do_not_fit_are_refused),
	KTEST_CASE(place_that_is_taken_undoes_the_call),
	KTEST_CASE(frame_freed_while_a_user_sees_it_is_reported),
	KTEST_CASE(frames_without_a_count_are_shown_too),
	KTEST_CASE(inserted_page_outlives_its_owner),
	KTEST_CASE(what_has_no_count_cannot_be_inserted),
	KTEST_CASE(vmalloc_memory_is_shown_if_it_is_meant_to),
	KTEST_CASE(frames_can_come_one_by_one),
};
KTEST_SUITE(user_frames, user_frames_cases);
