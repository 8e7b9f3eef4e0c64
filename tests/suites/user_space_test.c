/* SPDX-License-Identifier: MIT */
/*
 * user_space_test.c - what lies where in a user's memory, and who makes pages
 * appear
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/fault_inject.h>
#include <mm/highmem.h>
#include <mm/page_ref.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include "live_fixture.h"
#include "sched_fixture.h"
#include "user_fixture.h"

static u32 read_word(struct ktest *t, unsigned long addr)
{
	u32 word = 0;

	KTEST_EXPECT_EQ(t, get_user(word, (u32 __user *)user_ptr(addr)), 0);
	return word;
}

static void write_word(struct ktest *t, unsigned long addr, u32 word)
{
	KTEST_EXPECT_EQ(t, put_user(word, (u32 __user *)user_ptr(addr)), 0);
}

static bool word_is_there(unsigned long addr)
{
	return strnlen_user((const char __user *)user_ptr(addr + 3), 1) > 0 &&
	       strnlen_user((const char __user *)user_ptr(addr), 1) > 0;
}

/* --- places ------------------------------------------------------------------- */

static void place_is_the_one_asked_for_or_the_next_free_one(struct ktest *t)
{
	struct user_mapping m = { .len = 3 * PAGE_SIZE, .flags = USER_RW };
	struct test_user u;
	unsigned long first;

	if (!user_begin(t, &u))
		return;
	first = user_map(u.mm, &m);
	KTEST_EXPECT_FALSE(t, IS_ERR_VALUE(first));
	KTEST_EXPECT_EQ(t, user_map(u.mm, &m), first + 3 * PAGE_SIZE);
	/* A hint: rounded up, and obeyed where it can be. */
	m.addr = USER_BASE + 0x1001;
	KTEST_EXPECT_EQ(t, user_map(u.mm, &m), USER_BASE + 0x2000);
	KTEST_EXPECT_EQ(t, user_map(u.mm, &m), first + 6 * PAGE_SIZE);
	m.addr = TASK_SIZE - PAGE_SIZE;
	KTEST_EXPECT_EQ(t, user_map(u.mm, &m), first + 9 * PAGE_SIZE);
	/* What is freed is the next to be found. */
	KTEST_EXPECT_EQ(
		t, user_unmap(u.mm, first + 3 * PAGE_SIZE, 6 * PAGE_SIZE), 0);
	m.addr = 0;
	m.len = 6 * PAGE_SIZE - 1;
	KTEST_EXPECT_EQ(t, user_map(u.mm, &m), first + 3 * PAGE_SIZE);
	user_end(t, &u);
}

static void nonsense_is_refused(struct ktest *t)
{
	struct user_mapping m = { .addr = USER_BASE, .flags = USER_RW };
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	KTEST_EXPECT_EQ(t, (long)user_map(u.mm, &m), -EINVAL);
	m.len = TASK_SIZE;
	KTEST_EXPECT_EQ(t, (long)user_map(u.mm, &m), -ENOMEM);
	m.len = -(size_t)1;
	KTEST_EXPECT_EQ(t, (long)user_map(u.mm, &m), -ENOMEM);
	m.len = PAGE_SIZE;
	m.fixed = true;
	m.addr = USER_BASE + 1;
	KTEST_EXPECT_EQ(t, (long)user_map(u.mm, &m), -EINVAL);
	m.addr = 0;
	KTEST_EXPECT_EQ(t, (long)user_map(u.mm, &m), -ENOMEM);
	m.addr = USER_START - PAGE_SIZE;
	KTEST_EXPECT_EQ(t, (long)user_map(u.mm, &m), -ENOMEM);
	m.addr = TASK_SIZE;
	KTEST_EXPECT_EQ(t, (long)user_map(u.mm, &m), -ENOMEM);
	m.addr = USER_BASE;
	m.pgoff = -1ul;
	KTEST_EXPECT_EQ(t, (long)user_map(u.mm, &m), -EOVERFLOW);
	KTEST_EXPECT_EQ(t, user_unmap(u.mm, USER_BASE + 1, PAGE_SIZE), -EINVAL);
	KTEST_EXPECT_EQ(t, user_unmap(u.mm, USER_BASE, 0), -EINVAL);
	KTEST_EXPECT_EQ(t, user_unmap(u.mm, TASK_SIZE, PAGE_SIZE), -EINVAL);
	KTEST_EXPECT_EQ(t, user_unmap(u.mm, PAGE_SIZE, TASK_SIZE), -EINVAL);
	KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE, -(size_t)1), -EINVAL);
	KTEST_EXPECT_EQ(t, u.mm->map_count, 0);
	user_end(t, &u);
}

static void all_addresses_can_be_one_stretch(struct ktest *t)
{
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_START, (TASK_SIZE - USER_START) / PAGE_SIZE,
		   USER_RW);
	write_word(t, USER_START, 1);
	write_word(t, 0x3ffffffe, 2);
	write_word(t, 0x80000000 - 2, 3);
	write_word(t, TASK_SIZE - 4, 4);
	KTEST_EXPECT_EQ(t, read_word(t, USER_START), 1);
	KTEST_EXPECT_EQ(t, read_word(t, 0x3ffffffe), 2);
	KTEST_EXPECT_EQ(t, read_word(t, 0x80000000 - 2), 3);
	KTEST_EXPECT_EQ(t, read_word(t, TASK_SIZE - 4), 4);
	KTEST_EXPECT_EQ(t, u.mm->nr_anon, 6);
	KTEST_EXPECT_EQ(t, u.mm->nr_tables, UPT_DIRS + 6);
	KTEST_EXPECT_EQ(t, vm_munmap(USER_START, TASK_SIZE - USER_START), 0);
	KTEST_EXPECT_EQ(t, u.mm->nr_anon, 0);
	user_end(t, &u);
}

static void users_do_not_see_each_other(struct ktest *t)
{
	struct test_user a, b;

	if (!user_begin(t, &a))
		return;
	user_pages(t, &a, USER_BASE, 1, USER_RW);
	write_word(t, USER_BASE, 0xa);
	mmget(a.mm);
	kthread_unuse_mm(a.mm);
	if (user_begin(t, &b)) {
		KTEST_EXPECT_FALSE(t, word_is_there(USER_BASE));
		user_pages(t, &b, USER_BASE, 1, USER_RW);
		KTEST_EXPECT_EQ(t, read_word(t, USER_BASE), 0);
		write_word(t, USER_BASE, 0xb);
		user_end(t, &b);
	}
	kthread_use_mm(a.mm);
	mmput(a.mm);
	KTEST_EXPECT_EQ(t, read_word(t, USER_BASE), 0xa);
	user_end(t, &a);
}

/* --- cutting -------------------------------------------------------------------- */

static unsigned int nr_opened, nr_closed, nr_got, nr_put, nr_faults;
static unsigned long last_pgoff;

static void count_open(struct vm_area_struct *vma)
{
	(void)vma;
	nr_opened++;
}

static void count_close(struct vm_area_struct *vma)
{
	(void)vma;
	nr_closed++;
}

/* A page with the number of its place in the file. */
static vm_fault_t numbered_fault(struct vm_fault *vmf)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
	u32 number = (u32)vmf->pgoff;

	nr_faults++;
	last_pgoff = vmf->pgoff;
	if (!page)
		return VM_FAULT_OOM;
	memcpy_to_page(page, 0, &number, sizeof(number));
	vmf->page = page;
	return 0;
}

static const struct vm_operations_struct numbered_ops = {
	.open = count_open,
	.close = count_close,
	.fault = numbered_fault,
};

static int set_ops(struct vm_area_struct *vma, void *ops)
{
	vma->vm_ops = ops;
	return 0;
}

static unsigned long map_with_ops(const struct test_user *u,
				  unsigned long nr_pages, unsigned long pgoff,
				  const struct vm_operations_struct *ops)
{
	const struct user_mapping m = { .addr = USER_BASE,
					.fixed = true,
					.len = nr_pages * PAGE_SIZE,
					.flags = USER_RW,
					.pgoff = pgoff,
					.setup = set_ops,
					.arg = (void *)(unsigned long)ops };

	nr_opened = nr_closed = nr_got = nr_put = nr_faults = 0;
	return user_map(u->mm, &m);
}

static void stretch_is_cut_in_three(struct ktest *t)
{
	struct vm_area_struct *vma;
	struct test_user u;
	unsigned long i;

	if (!user_begin(t, &u))
		return;
	KTEST_EXPECT_EQ(t, map_with_ops(&u, 6, 100, &numbered_ops), USER_BASE);
	for (i = 0; i < 6; i++)
		KTEST_EXPECT_EQ(t, read_word(t, USER_BASE + i * PAGE_SIZE),
				100 + i);
	KTEST_EXPECT_EQ(t, u.mm->nr_mapped, 6);
	KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE + 2 * PAGE_SIZE, 2 * PAGE_SIZE),
			0);
	KTEST_EXPECT_EQ(t, u.mm->map_count, 2);
	KTEST_EXPECT_EQ(t, u.mm->total_vm, 4);
	KTEST_EXPECT_EQ(t, u.mm->nr_mapped, 4);
	KTEST_EXPECT_EQ(t, nr_opened, 2);
	KTEST_EXPECT_EQ(t, nr_closed, 1);
	KTEST_EXPECT_TRUE(t, word_is_there(USER_BASE + PAGE_SIZE));
	KTEST_EXPECT_FALSE(t, word_is_there(USER_BASE + 2 * PAGE_SIZE));
	KTEST_EXPECT_FALSE(t, word_is_there(USER_BASE + 4 * PAGE_SIZE - 2));
	KTEST_EXPECT_EQ(t, read_word(t, USER_BASE + 4 * PAGE_SIZE), 104);
	vma = vma_lookup(u.mm, USER_BASE + 4 * PAGE_SIZE);
	KTEST_ASSERT_NOT_NULL(t, vma);
	KTEST_EXPECT_EQ(t, vma->vm_pgoff, 104);
	KTEST_EXPECT_PTR_EQ(t, find_vma(u.mm, USER_BASE + 2 * PAGE_SIZE), vma);
	KTEST_EXPECT_NULL(t, vma_lookup(u.mm, USER_BASE + 3 * PAGE_SIZE));
	/* A fixed mapping over both rests takes them away. */
	user_pages(t, &u, USER_BASE, 6, USER_RW);
	KTEST_EXPECT_EQ(t, nr_closed, 3);
	KTEST_EXPECT_EQ(t, read_word(t, USER_BASE), 0);
	user_end(t, &u);
}

static void file_got(struct file *file)
{
	(void)file;
	nr_got++;
}

static void file_given(struct file *file)
{
	(void)file;
	nr_put++;
}

static const struct user_file_ops counting_ops = { file_got, file_given };

static int refuse(struct vm_area_struct *vma, void *page)
{
	return vm_insert_page(vma, vma->vm_start, page) ? -EIO : -ENODEV;
}

static void references_to_files_are_counted(struct ktest *t)
{
	struct user_mapping m = { .addr = USER_BASE,
				  .fixed = true,
				  .len = 4 * PAGE_SIZE,
				  .flags = USER_RW,
				  .file = (struct file *)&nr_got,
				  .setup = set_ops,
				  .arg = (void *)(unsigned long)&numbered_ops };
	struct page *page = alloc_page(GFP_KERNEL);
	const struct user_file_ops *before;
	struct test_user u;

	if (!page || !user_begin(t, &u))
		return;
	nr_opened = nr_closed = nr_got = nr_put = 0;
	before = user_space_set_file_ops(&counting_ops);
	KTEST_EXPECT_EQ(t, user_map(u.mm, &m), USER_BASE);
	KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE + PAGE_SIZE, PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, nr_got, 2);
	KTEST_EXPECT_EQ(t, nr_put, 1);
	/* An mmap() that fails leaves its caller's reference alone, and what
	 * it has put in does not stay. */
	m.addr = USER_BASE + 16 * PAGE_SIZE;
	m.setup = refuse;
	m.arg = page;
	KTEST_EXPECT_EQ(t, (long)user_map(u.mm, &m), -ENODEV);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	KTEST_EXPECT_EQ(t, nr_put, 1);
	user_end(t, &u);
	KTEST_EXPECT_EQ(t, nr_put, 3);
	KTEST_EXPECT_EQ(t, nr_closed, 3);
	user_space_set_file_ops(before);
	__free_page(page);
}

/* --- faults ---------------------------------------------------------------------- */

static vm_fault_t fault_result;

static vm_fault_t failing_fault(struct vm_fault *vmf)
{
	(void)vmf;
	nr_faults++;
	return fault_result;
}

static const struct vm_operations_struct failing_ops = {
	.fault = failing_fault,
};

static void fault_that_fails_ends_the_copy(struct ktest *t)
{
	static const vm_fault_t results[] = { VM_FAULT_OOM, VM_FAULT_SIGBUS,
					      VM_FAULT_SIGSEGV, VM_FAULT_RETRY,
					      VM_FAULT_NOPAGE };
	unsigned long before;
	struct test_user u;
	unsigned int i;
	u8 buf[8] = { 0 };

	if (!user_begin(t, &u))
		return;
	KTEST_EXPECT_EQ(t, map_with_ops(&u, 1, 0, &failing_ops), USER_BASE);
	user_pages(t, &u, USER_BASE - PAGE_SIZE, 1, USER_RW);
	before = mm_usage(MM_USAGE_MAJOR_FAULTS);
	for (i = 0; i < ARRAY_SIZE(results); i++) {
		fault_result = results[i];
		KTEST_EXPECT_EQ(
			t, copy_to_user(user_ptr(USER_BASE - 3), buf, 8), 5);
		/* Asked once for each byte-wise try at most, not for ever. */
		KTEST_EXPECT_LE(t, nr_faults, 2 * (i + 1));
	}
	fault_result = VM_FAULT_SIGBUS | VM_FAULT_MAJOR;
	KTEST_EXPECT_FALSE(t, word_is_there(USER_BASE));
	KTEST_EXPECT_GE(t, mm_usage(MM_USAGE_MAJOR_FAULTS), before + 1);
	user_end(t, &u);
}

static void fault_without_a_page_is_a_warning(struct ktest *t)
{
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	KTEST_EXPECT_EQ(t, map_with_ops(&u, 1, 0, &failing_ops), USER_BASE);
	fault_result = 0;
	ktest_expect_report(t, "WARN");
	KTEST_EXPECT_FALSE(t, word_is_there(USER_BASE));
	user_end(t, &u);
}

static const struct vm_operations_struct no_fault_ops = { .fault = NULL };

static void stretch_without_fault_has_what_was_put_in(struct ktest *t)
{
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	KTEST_EXPECT_EQ(t, map_with_ops(&u, 1, 0, &no_fault_ops), USER_BASE);
	KTEST_EXPECT_FALSE(t, word_is_there(USER_BASE));
	user_end(t, &u);
}

static int copying_mmap(struct vm_area_struct *vma, void *from)
{
	u8 byte;

	(void)vma;
	return copy_from_user(&byte, (void __user *)from, 1) ? -EFAULT : 0;
}

/* It would wait for the lock that it holds itself. */
static void mmap_that_copies_is_reported(struct ktest *t)
{
	const struct user_mapping m = { .len = PAGE_SIZE,
					.flags = USER_RW,
					.setup = copying_mmap,
					.arg = (void *)USER_BASE };
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	ktest_expect_report(t, "lock-recursion");
	KTEST_EXPECT_EQ(t, (long)user_map(u.mm, &m), -EFAULT);
	expect_report_says(t, "mmap_lock");
	user_end(t, &u);
}

/* --- frames and inserted pages ------------------------------------------------------ */

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
	KTEST_EXPECT_EQ(t, read_word(t, USER_BASE + PAGE_SIZE), 0x1234);
	write_word(t, USER_BASE + 3 * PAGE_SIZE, 0x5678);
	KTEST_EXPECT_EQ(t, words[3 * PAGE_SIZE / 4], 0x5678);
	/* The rest of such a stretch is nobody's own memory. */
	KTEST_EXPECT_FALSE(t, word_is_there(USER_BASE + 4 * PAGE_SIZE));
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
	KTEST_EXPECT_EQ(t, read_word(t, USER_BASE), 0x1234);
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
	KTEST_EXPECT_FALSE(t, word_is_there(USER_BASE));
	KTEST_EXPECT_TRUE(t, word_is_there(USER_BASE + PAGE_SIZE));
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
	write_word(t, USER_BASE, 0x1234);
	ktest_expect_report(t, "page-mapped");
	__free_pages(show.page, 1);
	expect_report_says(t, "count=2 user");
	/* Nobody else has got it, and with the user it goes. */
	KTEST_EXPECT_EQ(t, read_word(t, USER_BASE), 0x1234);
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
	KTEST_EXPECT_EQ(t, read_word(t, USER_BASE), 0x77);
	show.page = pfn_to_page(0);
	map_to_show(&u, 1, VM_READ, show_frames, &show);
	KTEST_EXPECT_EQ(t, show.err, 0);
	KTEST_EXPECT_TRUE(t, word_is_there(USER_BASE));
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
	write_word(t, USER_BASE, 0x99);
	__free_page(show.page);
	KTEST_EXPECT_EQ(t, read_word(t, USER_BASE), 0x99);
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
	KTEST_EXPECT_EQ(t, read_word(t, USER_BASE), 0x11);
	write_word(t, USER_BASE + PAGE_SIZE, 0x22);
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
	KTEST_EXPECT_EQ(t, read_word(t, USER_BASE + PAGE_SIZE), 0x22);
	user_end(t, &u);
	vfree(other);
}

static struct page *shown_page;

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
	write_word(t, USER_BASE, 5);
	KTEST_EXPECT_EQ(t, read_word(t, USER_BASE + 2 * PAGE_SIZE), 5);
	KTEST_EXPECT_EQ(t, nr_faults, 2);
	KTEST_EXPECT_EQ(t, page_count(shown_page), 3);
	/* Taken out, they are asked for again. */
	mmap_write_lock(u.mm);
	vma = vma_lookup(u.mm, USER_BASE);
	zap_vma_ptes(vma, vma->vm_start, 3 * PAGE_SIZE);
	mmap_write_unlock(u.mm);
	KTEST_EXPECT_EQ(t, page_count(shown_page), 1);
	KTEST_EXPECT_EQ(t, read_word(t, USER_BASE), 5);
	KTEST_EXPECT_EQ(t, nr_faults, 3);
	user_end(t, &u);
	__free_page(shown_page);
}

/* --- memory that runs out -------------------------------------------------------------- */

/* Every step of a user's life. Return: true if no request was refused. */
static bool whole_life(struct ktest *t)
{
	struct user_mapping m = { .addr = USER_BASE,
				  .fixed = true,
				  .len = 4 * PAGE_SIZE,
				  .flags = USER_RW };
	struct mm_struct *mm = mm_alloc();
	bool good;
	u32 word = 7;

	if (!mm)
		return false;
	kthread_use_mm(mm);
	good = user_map(mm, &m) == USER_BASE;
	good = good && !put_user(word, (u32 __user *)user_ptr(USER_BASE));
	good = good && !put_user(word, (u32 __user *)user_ptr(USER_BASE +
							      3 * PAGE_SIZE));
	m.addr += MIB(16);
	m.setup = set_ops;
	m.arg = (void *)(unsigned long)&numbered_ops;
	good = good && user_map(mm, &m) == m.addr;
	good = good && word_is_there(m.addr);
	good = good && !vm_munmap(m.addr + PAGE_SIZE, PAGE_SIZE);
	KTEST_EXPECT_EQ(t, user_space_check(mm), 0);
	kthread_unuse_mm(mm);
	mmput(mm);
	return good;
}

static void sweep(struct ktest *t, struct fault_attr *attr)
{
	unsigned long tables = user_tables_now();
	unsigned long anon = mm_usage(MM_USAGE_ANON_PAGES);
	unsigned int n, refused = 0;
	struct fault_attr saved;
	bool good = false;

	for (n = 1; n < 64 && !good; n++) {
		fault_plan_save(attr, &saved);
		fault_fail_nth(attr, n);
		good = whole_life(t);
		refused += !good;
		fault_plan_restore(attr, &saved);
		KTEST_EXPECT_EQ(t, user_tables_now(), tables);
		KTEST_EXPECT_EQ(t, mm_usage(MM_USAGE_ANON_PAGES), anon);
	}
	KTEST_EXPECT_TRUE(t, good);
	KTEST_EXPECT_GE(t, refused, 3);
}

static void each_refusal_of_memory_is_survived(struct ktest *t)
{
	unsigned long before;

	whole_life(t);
	before = user_free_now();
	sweep(t, &mm_node.fault);
	sweep(t, &fault_slab);
	KTEST_EXPECT_LE(t, before - user_free_now() + 64, 128);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

/* --- threads ------------------------------------------------------------------------------ */

/* A user whom several threads work for at the same time. */
struct crowd {
	struct mm_struct *mm;
	unsigned int rounds;
	bool go; /* atomic */
	atomic_t ready, wrong, refused;
};

static void crowd_wait(struct crowd *c)
{
	kthread_use_mm(c->mm);
	atomic_inc(&c->ready);
	while (!READ_ONCE(c->go))
		yield();
}

/* Everybody touches each page first, as far as they can. */
static int toucher(void *data)
{
	struct crowd *c = data;
	unsigned long page;
	u32 word;

	crowd_wait(c);
	for (page = 0; page < c->rounds; page++) {
		u32 __user *p = user_ptr(USER_BASE + page * PAGE_SIZE);

		if (get_user(word, p) || (word && word != page + 1) ||
		    put_user((u32)page + 1, p) || get_user(word, p) ||
		    word != page + 1)
			atomic_inc(&c->wrong);
	}
	kthread_unuse_mm(c->mm);
	return 0;
}

/* So many threads. */
#define CROWD 4u

static void crowd_run(struct ktest *t, struct crowd *c, int (*fn)(void *data),
		      struct task_struct **tasks)
{
	unsigned int i;

	for (i = 0; i < CROWD; i++) {
		tasks[i] = kthread_run(fn, c, "crowd/%u", i);
		KTEST_EXPECT_FALSE(t, IS_ERR(tasks[i]));
		if (!IS_ERR(tasks[i]))
			get_task_struct(tasks[i]);
	}
	KTEST_EXPECT_TRUE(t, EVENTUALLY(atomic_read(&c->ready) == (int)CROWD));
	WRITE_ONCE(c->go, true);
}

static void crowd_join(struct task_struct **tasks)
{
	unsigned int i;

	for (i = 0; i < CROWD; i++) {
		if (IS_ERR(tasks[i]))
			continue;
		kthread_join(tasks[i]);
		put_task_struct(tasks[i]);
	}
}

static void all_threads_see_the_page_that_came_first(struct ktest *t)
{
	struct task_struct *tasks[CROWD];
	struct crowd c = { .rounds = 128 };
	struct test_user u;

	if (!live_room_for(t, MIB(2)) || !user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, c.rounds, USER_RW);
	c.mm = u.mm;
	crowd_run(t, &c, toucher, tasks);
	crowd_join(tasks);
	KTEST_EXPECT_EQ(t, atomic_read(&c.wrong), 0);
	KTEST_EXPECT_EQ(t, u.mm->nr_anon, c.rounds);
	user_end(t, &u);
}

/* The user's bytes, or none: never somebody else's. */
#define OURS 0x5au
#define READ_ROUNDS 50

static int reader(void *data)
{
	struct crowd *c = data;
	u8 buf[64];
	unsigned int i;

	crowd_wait(c);
	while (READ_ONCE(c->go)) {
		unsigned long left = copy_from_user(
			buf, user_ptr(USER_BASE + 128), sizeof(buf));

		for (i = 0; i < sizeof(buf) - left; i++) {
			if (buf[i] != OURS && buf[i] != 0)
				atomic_inc(&c->wrong);
		}
		if (left)
			atomic_inc(&c->refused);
		cpu_relax();
		yield();
	}
	kthread_unuse_mm(c->mm);
	return 0;
}

static void reader_never_sees_the_next_owner(struct ktest *t)
{
	struct task_struct *tasks[CROWD];
	struct crowd c = { .mm = NULL };
	struct test_user u;
	u8 mine[64];
	int round;

	if (!user_begin(t, &u))
		return;
	memset(mine, OURS, sizeof(mine));
	c.mm = u.mm;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	crowd_run(t, &c, reader, tasks);
	for (round = 0; round < READ_ROUNDS; round++) {
		struct page *next;

		KTEST_EXPECT_EQ(t,
				copy_to_user(user_ptr(USER_BASE + 128), mine,
					     sizeof(mine)),
				0);
		KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE, PAGE_SIZE), 0);
		/* Most likely the very page that was the user's. */
		next = alloc_page(GFP_HIGHUSER);
		if (next) {
			void *va = kmap_local_page(next);

			memset(va, 0xbd, PAGE_SIZE);
			kunmap_local(va);
		}
		yield();
		if (round == READ_ROUNDS / 2)
			KTEST_EXPECT_TRUE(
				t, EVENTUALLY(atomic_read(&c.refused) > 0));
		if (next)
			__free_page(next);
		user_pages(t, &u, USER_BASE, 1, USER_RW);
	}
	WRITE_ONCE(c.go, false);
	crowd_join(tasks);
	KTEST_EXPECT_EQ(t, atomic_read(&c.wrong), 0);
	user_end(t, &u);
}

static int leaver(void *data)
{
	struct crowd *c = data;

	kthread_use_mm(c->mm);
	return 0;
}

static void thread_that_ends_lets_its_user_go(struct ktest *t)
{
	struct task_struct *task;
	struct crowd c;
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	c.mm = u.mm;
	task = kthread_create(leaver, &c, "leaver");
	if (KTEST_EXPECT_FALSE(t, IS_ERR(task))) {
		get_task_struct(task); /* it may end before it is joined */
		wake_up_process(task);
		KTEST_EXPECT_EQ(t, kthread_join(task), 0);
		put_task_struct(task);
	}
	KTEST_EXPECT_TRUE(t, EVENTUALLY(atomic_read(&u.mm->mm_users) == 2));
	user_end(t, &u);
}

static void thread_has_one_user_at_a_time(struct ktest *t)
{
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	ktest_expect_report(t, "WARN");
	kthread_use_mm(u.mm);
	KTEST_EXPECT_EQ(t, atomic_read(&u.mm->mm_users), 2);
	user_end(t, &u);
}

/* Two threads may zap one range: whoever is second must not give pages back
 * that the first has not flushed yet. */
static void what_was_revoked_is_counted_until_it_is_flushed(struct ktest *t)
{
	const unsigned long end = USER_BASE + 2 * PAGE_SIZE;
	unsigned long first, second;
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 2, USER_RW);
	KTEST_EXPECT_EQ(t, clear_user(user_ptr(USER_BASE), 2 * PAGE_SIZE), 0);
	spin_lock(&u.mm->page_table_lock);
	first = upt_revoke(&u.mm->tables, USER_BASE, end);
	second = upt_revoke(&u.mm->tables, USER_BASE, end);
	spin_unlock(&u.mm->page_table_lock);
	KTEST_EXPECT_EQ(t, first, 2);
	KTEST_EXPECT_EQ(t, second, 2);
	KTEST_EXPECT_EQ(t, user_unmap(u.mm, USER_BASE, 2 * PAGE_SIZE), 0);
	user_end(t, &u);
}

static const struct ktest_case user_space_cases[] = {
	KTEST_CASE(place_is_the_one_asked_for_or_the_next_free_one),
	KTEST_CASE(nonsense_is_refused),
	KTEST_CASE(all_addresses_can_be_one_stretch),
	KTEST_CASE(users_do_not_see_each_other),
	KTEST_CASE(stretch_is_cut_in_three),
	KTEST_CASE(references_to_files_are_counted),
	KTEST_CASE(fault_that_fails_ends_the_copy),
	KTEST_CASE(fault_without_a_page_is_a_warning),
	KTEST_CASE(stretch_without_fault_has_what_was_put_in),
	KTEST_CASE(mmap_that_copies_is_reported),
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
	KTEST_CASE(each_refusal_of_memory_is_survived),
	KTEST_CASE(all_threads_see_the_page_that_came_first),
	KTEST_CASE(reader_never_sees_the_next_owner),
	KTEST_CASE(thread_that_ends_lets_its_user_go),
	KTEST_CASE(thread_has_one_user_at_a_time),
	KTEST_CASE(what_was_revoked_is_counted_until_it_is_flushed),
};
KTEST_SUITE(user_space, user_space_cases);
