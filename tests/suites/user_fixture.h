/* SPDX-License-Identifier: MIT */
/*
 * user_fixture.h - a user for a test: the caller works for him
 */
#ifndef TESTS_USER_FIXTURE_H
#define TESTS_USER_FIXTURE_H

#include <kernel/err.h>
#include <kernel/ktest.h>
#include <mm/page_alloc.h>
#include <mm/show.h>
#include <mm/uaccess.h>
#include <mm/user_space.h>
#include <mm/vmalloc.h>

#define USER_RW (VM_READ | VM_WRITE)
/* Where tests map: the middle of a page table, and far from its end. */
#define USER_BASE 0x40010000ul

struct test_user {
	struct mm_struct *mm;
	unsigned long free_before; /* pages, and what else there was */
	unsigned long tables_before, anon_before, mapped_before;
};

/* A pointer of the user's. */
static inline void __user *user_ptr(unsigned long addr)
{
	return (void __user *)addr;
}

static inline unsigned long user_free_now(void)
{
	vm_unmap_aliases();
	return nr_free_pages();
}

/* Pages of users' tables: the kernel makes its own for threads' stacks. */
static inline unsigned long user_tables_now(void)
{
	return mm_usage(MM_USAGE_PAGE_TABLES) - kpt_nr_table_pages();
}

/* Return: false, after a failure, if there was no memory. */
static inline bool user_begin(struct ktest *t, struct test_user *u)
{
	/* The first of its kind makes slabs, which stay. */
	struct mm_struct *warm = mm_alloc();

	*u = (struct test_user){ .mm = NULL };
	if (!KTEST_EXPECT_NOT_NULL(t, warm))
		return false;
	mmput(warm);
	u->tables_before = user_tables_now();
	u->anon_before = mm_usage(MM_USAGE_ANON_PAGES);
	u->mapped_before = mm_usage(MM_USAGE_MAPPED);
	u->mm = mm_alloc();
	if (!KTEST_EXPECT_NOT_NULL(t, u->mm))
		return false;
	kthread_use_mm(u->mm);
	return true;
}

/* All that was his is given back. */
static inline void user_end(struct ktest *t, struct test_user *u)
{
	KTEST_EXPECT_EQ(t, user_space_check(u->mm), 0);
	kthread_unuse_mm(u->mm);
	mmput(u->mm);
	KTEST_EXPECT_EQ(t, user_tables_now(), u->tables_before);
	KTEST_EXPECT_EQ(t, mm_usage(MM_USAGE_ANON_PAGES), u->anon_before);
	KTEST_EXPECT_EQ(t, mm_usage(MM_USAGE_MAPPED), u->mapped_before);
}

/* @nr pages of his own at @addr. */
static inline void user_pages(struct ktest *t, const struct test_user *u,
			      unsigned long addr, unsigned long nr,
			      unsigned long flags)
{
	const struct user_mapping m = { .addr = addr,
					.fixed = true,
					.len = nr * PAGE_SIZE,
					.flags = flags };

	KTEST_EXPECT_EQ(t, user_map(u->mm, &m), addr);
}

/* What he reads at @addr, as himself. */
static inline u32 user_read_word(struct ktest *t, unsigned long addr)
{
	u32 word = 0;

	KTEST_EXPECT_EQ(t, get_user(word, (u32 __user *)user_ptr(addr)), 0);
	return word;
}

static inline void user_write_word(struct ktest *t, unsigned long addr,
				   u32 word)
{
	KTEST_EXPECT_EQ(t, put_user(word, (u32 __user *)user_ptr(addr)), 0);
}

/* Return: true if a whole word at @addr can be read. */
static inline bool user_has_word(unsigned long addr)
{
	return strnlen_user((const char __user *)user_ptr(addr + 3), 1) > 0 &&
	       strnlen_user((const char __user *)user_ptr(addr), 1) > 0;
}

#endif
