/* SPDX-License-Identifier: MIT */
/*
 * user_threads_test.c - one user whom several threads work for
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/string.h>
#include <mm/highmem.h>
#include "live_fixture.h"
#include "sched_fixture.h"
#include "user_fixture.h"

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

static const struct ktest_case user_threads_cases[] = {
	KTEST_CASE(all_threads_see_the_page_that_came_first),
	KTEST_CASE(reader_never_sees_the_next_owner),
	KTEST_CASE(thread_that_ends_lets_its_user_go),
	KTEST_CASE(thread_has_one_user_at_a_time),
	KTEST_CASE(what_was_revoked_is_counted_until_it_is_flushed),
};
KTEST_SUITE(user_threads, user_threads_cases);
