/* SPDX-License-Identifier: MIT */
/*
 * user_space_test.c - what lies where in a user's memory, and who makes pages
 * appear
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/util.h>
#include <mm/fault_inject.h>
#include <mm/highmem.h>
#include <mm/page_ref.h>
#include "live_fixture.h"
#include "user_fixture.h"

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
	user_write_word(t, USER_START, 1);
	user_write_word(t, 0x3ffffffe, 2);
	user_write_word(t, 0x80000000 - 2, 3);
	user_write_word(t, TASK_SIZE - 4, 4);
	KTEST_EXPECT_EQ(t, user_read_word(t, USER_START), 1);
	KTEST_EXPECT_EQ(t, user_read_word(t, 0x3ffffffe), 2);
	KTEST_EXPECT_EQ(t, user_read_word(t, 0x80000000 - 2), 3);
	KTEST_EXPECT_EQ(t, user_read_word(t, TASK_SIZE - 4), 4);
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
	user_write_word(t, USER_BASE, 0xa);
	mmget(a.mm);
	kthread_unuse_mm(a.mm);
	if (user_begin(t, &b)) {
		KTEST_EXPECT_FALSE(t, user_has_word(USER_BASE));
		user_pages(t, &b, USER_BASE, 1, USER_RW);
		KTEST_EXPECT_EQ(t, user_read_word(t, USER_BASE), 0);
		user_write_word(t, USER_BASE, 0xb);
		user_end(t, &b);
	}
	kthread_use_mm(a.mm);
	mmput(a.mm);
	KTEST_EXPECT_EQ(t, user_read_word(t, USER_BASE), 0xa);
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
		KTEST_EXPECT_EQ(t, user_read_word(t, USER_BASE + i * PAGE_SIZE),
				100 + i);
	KTEST_EXPECT_EQ(t, u.mm->nr_mapped, 6);
	KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE + 2 * PAGE_SIZE, 2 * PAGE_SIZE),
			0);
	KTEST_EXPECT_EQ(t, u.mm->map_count, 2);
	KTEST_EXPECT_EQ(t, u.mm->total_vm, 4);
	KTEST_EXPECT_EQ(t, u.mm->nr_mapped, 4);
	KTEST_EXPECT_EQ(t, nr_opened, 2);
	KTEST_EXPECT_EQ(t, nr_closed, 1);
	KTEST_EXPECT_TRUE(t, user_has_word(USER_BASE + PAGE_SIZE));
	KTEST_EXPECT_FALSE(t, user_has_word(USER_BASE + 2 * PAGE_SIZE));
	KTEST_EXPECT_FALSE(t, user_has_word(USER_BASE + 4 * PAGE_SIZE - 2));
	KTEST_EXPECT_EQ(t, user_read_word(t, USER_BASE + 4 * PAGE_SIZE), 104);
	vma = vma_lookup(u.mm, USER_BASE + 4 * PAGE_SIZE);
	KTEST_ASSERT_NOT_NULL(t, vma);
	KTEST_EXPECT_EQ(t, vma->vm_pgoff, 104);
	KTEST_EXPECT_PTR_EQ(t, find_vma(u.mm, USER_BASE + 2 * PAGE_SIZE), vma);
	KTEST_EXPECT_NULL(t, vma_lookup(u.mm, USER_BASE + 3 * PAGE_SIZE));
	/* A fixed mapping over both rests takes them away. */
	user_pages(t, &u, USER_BASE, 6, USER_RW);
	KTEST_EXPECT_EQ(t, nr_closed, 3);
	KTEST_EXPECT_EQ(t, user_read_word(t, USER_BASE), 0);
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
	KTEST_EXPECT_FALSE(t, user_has_word(USER_BASE));
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
	KTEST_EXPECT_FALSE(t, user_has_word(USER_BASE));
	user_end(t, &u);
}

static const struct vm_operations_struct no_fault_ops = { .fault = NULL };

static void stretch_without_fault_has_what_was_put_in(struct ktest *t)
{
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	KTEST_EXPECT_EQ(t, map_with_ops(&u, 1, 0, &no_fault_ops), USER_BASE);
	KTEST_EXPECT_FALSE(t, user_has_word(USER_BASE));
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
	good = good && user_has_word(m.addr);
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
	KTEST_CASE(each_refusal_of_memory_is_survived),
};
KTEST_SUITE(user_space, user_space_cases);
