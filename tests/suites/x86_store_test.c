/* SPDX-License-Identifier: MIT */
/*
 * x86_store_test.c - more in the store than the machine has memory, on a disk
 *
 * Memory is short all the time: each object that is read back makes others
 * leave, while threads take and give pages, kmalloc and vmalloc memory. The
 * boot word store_test= names an empty disk. kswapd sleeps during suites, so that
 * nobody else makes room; the first case has it awake.
 */
#define pr_fmt(fmt) "x86_store: " fmt

#include <drivers/store.h>
#include <kernel/delay.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/param.h>
#include <kernel/printk.h>
#include <kernel/random.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <mm/page_alloc.h>
#include <mm/reclaim.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

static char disk_path[64];

static int disk_set(const char *value)
{
	if (!value || !*value)
		return -EINVAL;
	return strscpy(disk_path, value, sizeof(disk_path)) < 0 ? -EINVAL : 0;
}
KERNEL_PARAM(store_test, "store_test", disk_set,
	     "=/dev/DISK: suite x86_store fills it");

static struct store store;
static struct store_disk *disk;
static u8 bytes[PAGE_SIZE], read[PAGE_SIZE];

/* Return: false: the case is skipped, or has failed. */
static bool store_begin(struct ktest *t)
{
	struct store_desc desc = { .name = "store on disk",
				   .nr_buckets = 4096,
				   .backing = &store_disk_backing };

	if (!disk_path[0]) {
		ktest_skip(t, "store_test= names no disk to fill");
		return false;
	}
	disk = store_disk_open(disk_path, 0);
	if (!KTEST_EXPECT_FALSE(t, IS_ERR(disk)))
		return false;
	desc.backing_data = disk;
	return KTEST_EXPECT_EQ(t, store_init(&store, &desc), 0);
}

static unsigned long all_outs(void)
{
	unsigned long sum = 0;
	unsigned int who;

	for (who = 0; who < NR_STORE_WHO; who++)
		sum += store_disk_outs(disk, who);
	return sum;
}

static void say_io(void)
{
	pr_info("ram=%lu stored=%lu kswapd=%lu kernel=%lu highuser=%lu"
		" user=%lu nofs=%lu noio=%lu atomic=%lu in=%lu\n",
		totalram_pages(), store_count_all(&store),
		store_disk_outs(disk, STORE_WHO_KSWAPD),
		store_disk_outs(disk, STORE_WHO_KERNEL),
		store_disk_outs(disk, STORE_WHO_HIGHUSER),
		store_disk_outs(disk, STORE_WHO_USER),
		store_disk_outs(disk, STORE_WHO_NOFS),
		store_disk_outs(disk, STORE_WHO_NOIO),
		store_disk_outs(disk, STORE_WHO_ATOMIC),
		store_disk_ins(disk, STORE_WHO_KERNEL));
}

/* Whatever went on: those who may start no I/O have started none. */
static void store_end(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, store_disk_outs(disk, STORE_WHO_NOIO), 0);
	KTEST_EXPECT_EQ(t, store_disk_outs(disk, STORE_WHO_ATOMIC), 0);
	KTEST_EXPECT_EQ(t, store_disk_ins(disk, STORE_WHO_NOIO), 0);
	KTEST_EXPECT_EQ(t, store_disk_ins(disk, STORE_WHO_ATOMIC), 0);
	KTEST_EXPECT_EQ(t, store_disk_bad(disk), 0);
	KTEST_EXPECT_EQ(t, store_check(&store), 0);
	say_io();
	store_exit(&store);
	store_disk_close(disk);
}

/* --- three times RAM --------------------------------------------------------- */

#define HELD_PAGES 64u

enum user_kind { USES_PAGES, USES_KMALLOC, USES_VMALLOC, NR_USERS };

static struct user {
	struct task_struct *task;
	enum user_kind kind;
	unsigned long rounds, failed;
	void *held[HELD_PAGES];
} users[NR_USERS];

static void *user_take(const struct user *u, unsigned int i)
{
	switch (u->kind) {
	case USES_PAGES: return (void *)__get_free_page(GFP_KERNEL);
	case USES_KMALLOC: return kmalloc(64 + i * 48, GFP_KERNEL);
	default: return i % 4 ? NULL : vmalloc(4 * PAGE_SIZE);
	}
}

static void user_give(const struct user *u, void *p)
{
	switch (u->kind) {
	case USES_PAGES: free_page((unsigned long)p); break;
	case USES_KMALLOC: kfree(p); break;
	default: vfree(p);
	}
}

static int user_main(void *data)
{
	struct user *u = data;
	unsigned int i;

	for (; !kthread_should_stop(); u->rounds++) {
		for (i = 0; i < HELD_PAGES; i++) {
			u->held[i] = user_take(u, i);
			u->failed += !u->held[i] &&
				     (u->kind != USES_VMALLOC || !(i % 4));
		}
		for (i = 0; i < HELD_PAGES; i++)
			user_give(u, u->held[i]);
		msleep(1);
	}
	return 0;
}

static void users_start(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < NR_USERS; i++) {
		users[i] = (struct user){ .kind = i };
		users[i].task =
			kthread_create(user_main, &users[i], "store/%u", i);
		KTEST_ASSERT_TRUE(t, !IS_ERR(users[i].task));
		get_task_struct(users[i].task);
		wake_up_process(users[i].task);
	}
}

static void users_stop(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < NR_USERS; i++) {
		kthread_stop(users[i].task);
		put_task_struct(users[i].task);
		KTEST_EXPECT_GE(t, users[i].rounds, 1);
		KTEST_EXPECT_EQ(t, users[i].failed, 0);
	}
	pr_info("rounds: pages=%lu kmalloc=%lu vmalloc=%lu\n", users[0].rounds,
		users[1].rounds, users[2].rounds);
}

/* Keys from anywhere, each once. Return: those that are not as they were. */
static unsigned long wrong_objects(unsigned long nr)
{
	unsigned long i, key = 0, nr_wrong = 0;

	for (i = 0; i < nr; i++) {
		store_make((u32)key, bytes);
		nr_wrong += store_get(&store, (u32)key, read) ||
			    memcmp(bytes, read, PAGE_SIZE);
		/* A prime that does not divide @nr: all keys in disorder. */
		key = (key + 7919) % nr;
	}
	return nr_wrong;
}

static void three_times_ram_comes_back_right(struct ktest *t)
{
	/* Odd, and no multiple of the step. */
	unsigned long want = totalram_pages() * 3 | 1;
	unsigned long stored;

	if (!store_begin(t))
		return;
	want += want % 7919 ? 0 : 2;
	kswapd_unpark(&live_reclaim);
	users_start(t);
	stored = store_fill(&store, 0, want);
	KTEST_EXPECT_EQ(t, stored, want);
	KTEST_EXPECT_GE(t, store.nr_away, 2 * totalram_pages());
	/* With a disk that is full, each of them would wait for memory. */
	if (stored == want)
		KTEST_EXPECT_EQ(t, wrong_objects(want), 0);
	users_stop(t);
	kswapd_park(&live_reclaim);
	KTEST_EXPECT_GE(t, store_disk_ins(disk, STORE_WHO_KERNEL),
			2 * totalram_pages());
	store_end(t);
}

/* --- who sleeps for it --------------------------------------------------------- */

/* An area of @pages. Return: what it cost the caller in switches; it is there or
 * not. */
static unsigned long vmalloc_switches(unsigned long pages, gfp_t gfp,
				      bool *there)
{
	unsigned long switches = READ_ONCE(current->nr_switches);
	void *p = __vmalloc(pages << PAGE_SHIFT, gfp | __GFP_NOWARN);

	switches = READ_ONCE(current->nr_switches) - switches;
	*there = p;
	vfree(p);
	return switches;
}

/* Down to where nothing is free for those who may not reclaim. */
static void fill_memory(struct ktest *t)
{
	unsigned long nr = totalram_pages();

	KTEST_EXPECT_EQ(t, store_fill(&store, 0, nr), nr);
}

/* A fast disk may have ended each transfer before one sleeps for it: how often
 * one does is judged where the disk is slow, tests/boot/store.py. */
static void vmalloc_above_free_memory_writes_to_the_disk(struct ktest *t)
{
	unsigned long want, switches, outs;
	bool there;

	if (!store_begin(t))
		return;
	fill_memory(t);
	want = nr_free_pages() + 256;
	outs = store_disk_outs(disk, STORE_WHO_KERNEL);
	switches = vmalloc_switches(want, GFP_KERNEL, &there);
	outs = store_disk_outs(disk, STORE_WHO_KERNEL) - outs;
	pr_info("vmalloc pages=%lu switches=%lu outs=%lu\n", want, switches,
		outs);
	KTEST_EXPECT_TRUE(t, there);
	KTEST_EXPECT_GE(t, outs, 256);
	store_end(t);
}

static void who_may_start_no_io_gets_what_is_free_and_no_more(struct ktest *t)
{
	unsigned long outs;
	LIST_HEAD(taken);
	struct page *page, *next;
	bool there;

	if (!store_begin(t))
		return;
	fill_memory(t);
	outs = all_outs();
	vmalloc_switches(nr_free_pages() + 256, GFP_NOIO, &there);
	KTEST_EXPECT_FALSE(t, there);
	while ((page = alloc_page(GFP_NOIO | __GFP_NOWARN)) ||
	       (page = alloc_page(GFP_ATOMIC | __GFP_NOWARN)))
		list_add(&page->lru, &taken);
	KTEST_EXPECT_EQ(t, all_outs(), outs);
	KTEST_EXPECT_GE(t, store.count[STORE_REFUSED], 1);
	/* The same page, for who may. */
	page = alloc_page(GFP_KERNEL | __GFP_NOWARN);
	KTEST_EXPECT_NOT_NULL(t, page);
	KTEST_EXPECT_GE(t, all_outs(), outs + 1);
	if (page)
		list_add(&page->lru, &taken);
	list_for_each_entry_safe(page, next, &taken, lru)
		__free_page(page);
	store_end(t);
}

static const struct ktest_case x86_store_cases[] = {
	KTEST_CASE(three_times_ram_comes_back_right),
	KTEST_CASE(vmalloc_above_free_memory_writes_to_the_disk),
	KTEST_CASE(who_may_start_no_io_gets_what_is_free_and_no_more),
};
KTEST_SUITE_SLOW(x86_store, x86_store_cases);
