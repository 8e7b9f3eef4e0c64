/* SPDX-License-Identifier: MIT */
/*
 * host_user_test.c - one user on four hosted CPUs at the same time
 */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <host/machine.h>
#include "user_fixture.h"

#define NR_CPUS_USED 4u
#define NR_PAGES 64ul

static struct mm_struct *shared;
static atomic_t wrong;

/* Each CPU touches all pages first, as far as it can. */
static void touch_all(void *arg)
{
	struct mm_struct *mm = current->mm;
	unsigned long page;
	u32 word;

	(void)arg;
	if (!mm)
		kthread_use_mm(shared);
	for (page = 0; page < NR_PAGES; page++) {
		u32 __user *p = user_ptr(USER_BASE + page * PAGE_SIZE);

		if (get_user(word, p) || (word && word != page + 1) ||
		    put_user((u32)page + 1, p) || get_user(word, p) ||
		    word != page + 1)
			atomic_inc(&wrong);
	}
	if (!mm)
		kthread_unuse_mm(shared);
}

static void pages_that_all_cpus_want_come_once(struct ktest *t)
{
	struct test_user u;
	unsigned int round;

	if (!user_begin(t, &u))
		return;
	shared = u.mm;
	atomic_set(&wrong, 0);
	for (round = 0; round < 8; round++) {
		user_pages(t, &u, USER_BASE, NR_PAGES, USER_RW);
		host_run_on_cpus(NR_CPUS_USED, touch_all, NULL);
		KTEST_EXPECT_EQ(t, u.mm->nr_anon, NR_PAGES);
		KTEST_EXPECT_EQ(t, user_space_check(u.mm), 0);
	}
	KTEST_EXPECT_EQ(t, atomic_read(&wrong), 0);
	user_end(t, &u);
}

/* A CPU copies while another one takes the page away, and gives it to somebody
 * else: the zap of a driver, which holds no lock that the copy waits for. */
static struct page *driver_page;
static bool stop; /* atomic */

static void read_on(void *arg)
{
	u8 buf[64];

	(void)arg;
	kthread_use_mm(shared);
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		unsigned long n = sizeof(buf);

		n -= __copy_from_user_inatomic(buf, user_ptr(USER_BASE + 64),
					       sizeof(buf));
		if (memchr_inv(buf, 0x5a, n))
			atomic_inc(&wrong);
	}
	kthread_unuse_mm(shared);
}

static int show_page(struct vm_area_struct *vma, void *arg)
{
	(void)arg;
	return vm_insert_page(vma, vma->vm_start, driver_page);
}

static void copy_never_sees_the_next_owner(struct ktest *t)
{
	const struct user_mapping m = { .addr = USER_BASE,
					.fixed = true,
					.len = PAGE_SIZE,
					.flags = USER_RW,
					.setup = show_page };
	struct test_user u;
	unsigned int round;

	if (!user_begin(t, &u))
		return;
	shared = u.mm;
	stop = false;
	atomic_set(&wrong, 0);
	host_cpu_start(1, read_on, NULL);
	for (round = 0; round < 500; round++) {
		driver_page = alloc_page(GFP_KERNEL);
		if (!KTEST_EXPECT_NOT_NULL(t, driver_page))
			break;
		memset(page_address(driver_page), 0x5a, PAGE_SIZE);
		KTEST_EXPECT_EQ(t, user_map(u.mm, &m), USER_BASE);
		__free_page(driver_page);
		cpu_relax();
		KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE, PAGE_SIZE), 0);
		/* The page is the next to be had. */
		driver_page = alloc_page(GFP_KERNEL);
		memset(page_address(driver_page), 0xbd, PAGE_SIZE);
		__free_page(driver_page);
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	host_cpu_wait(1);
	KTEST_EXPECT_EQ(t, atomic_read(&wrong), 0);
	user_end(t, &u);
}

static const struct ktest_case host_user_cases[] = {
	KTEST_CASE(pages_that_all_cpus_want_come_once),
	KTEST_CASE(copy_never_sees_the_next_owner),
};
KTEST_SUITE(host_user, host_user_cases);
