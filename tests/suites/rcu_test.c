/* SPDX-License-Identifier: MIT */
/*
 * rcu_test.c - readers see whole objects, and never one that was freed
 */
#include <kernel/completion.h>
#include <kernel/delay.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/rculist.h>
#include <kernel/rcupdate.h>
#include <kernel/sched.h>
#include <kernel/timer.h>
#include <kernel/util.h>
#include <mm/rcu_free.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <asm/processor.h>

#define MAX_READERS 4u
#define REPLACEMENTS 150u
#define FREED 0xdeadu

/* Both numbers are the same for as long as somebody may look. */
struct shared {
	unsigned int first;
	struct rcu_head rcu;
	unsigned int second;
};

static struct shared *current_object;
static atomic_t nr_freed, nr_torn, nr_looks;

static struct shared *shared_make(unsigned int value)
{
	struct shared *s = kmalloc(sizeof(*s), GFP_KERNEL);

	if (s) {
		s->first = value;
		s->second = value;
	}
	return s;
}

static void shared_free(struct rcu_head *head)
{
	struct shared *s = container_of(head, struct shared, rcu);

	s->first = FREED;
	atomic_inc(&nr_freed);
	kfree(s);
}

static int reader(void *data)
{
	unsigned int i, before, after;
	struct shared *s;

	(void)data;
	while (!kthread_should_stop()) {
		rcu_read_lock();
		s = rcu_dereference(current_object);
		before = READ_ONCE(s->first);
		for (i = 0; i < 50; i++)
			cpu_relax();
		after = READ_ONCE(s->second);
		if (before != after || before == FREED)
			atomic_inc(&nr_torn);
		rcu_read_unlock();
		atomic_inc(&nr_looks);
		cond_resched();
	}
	return 0;
}

/* One reader for each CPU there is, up to MAX_READERS; at least two. */
static unsigned int readers_start(struct ktest *t, struct task_struct **task)
{
	unsigned int i, nr = cpumask_weight(&sched_cpus);

	nr = clamp(nr, 2u, MAX_READERS);
	for (i = 0; i < nr; i++) {
		task[i] = kthread_run(reader, NULL, "reader/%u", i);
		if (!KTEST_EXPECT_FALSE(t, IS_ERR(task[i])))
			break;
	}
	return i;
}

static void readers_never_see_freed_memory(struct ktest *t)
{
	struct task_struct *task[MAX_READERS];
	struct shared *old, *made;
	unsigned int i, nr;

	atomic_set(&nr_freed, 0);
	atomic_set(&nr_torn, 0);
	atomic_set(&nr_looks, 0);
	current_object = shared_make(1);
	KTEST_ASSERT_NOT_NULL(t, current_object);
	nr = readers_start(t, task);
	for (i = 0; i < REPLACEMENTS; i++) {
		made = shared_make(i + 2);
		if (!KTEST_EXPECT_NOT_NULL(t, made))
			break;
		old = rcu_replace_pointer(current_object, made, true);
		call_rcu(&old->rcu, shared_free);
		if (i % 20 == 0)
			msleep(1);
	}
	rcu_barrier();
	KTEST_EXPECT_EQ(t, atomic_read(&nr_freed), i);
	while (nr--)
		kthread_stop(task[nr]);
	KTEST_EXPECT_EQ(t, atomic_read(&nr_torn), 0);
	KTEST_EXPECT_GE(t, atomic_read(&nr_looks), 10);
	kfree(current_object);
}

/* A reader that stays inside until it is let go. */
struct held_reader {
	struct completion inside, out;
	bool let_go, left;
};

static int held_reader(void *data)
{
	struct held_reader *r = data;

	rcu_read_lock();
	complete(&r->inside);
	while (!READ_ONCE(r->let_go))
		cpu_relax();
	WRITE_ONCE(r->left, true);
	rcu_read_unlock();
	complete(&r->out);
	return 0;
}

struct let_go {
	struct timer_list timer;
	struct held_reader *reader;
};

static void let_go(struct timer_list *timer)
{
	struct let_go *l = from_timer(l, timer, timer);

	WRITE_ONCE(l->reader->let_go, true);
}

/* With one CPU, the reader keeps everybody else from running: nothing to wait
 * for. */
static void a_grace_period_waits_for_a_reader_on_another_cpu(struct ktest *t)
{
	struct held_reader r = { .let_go = false };
	struct let_go release = { .reader = &r };
	struct task_struct *task;
	unsigned long before = rcu_grace_periods();

	if (cpumask_weight(&sched_cpus) < 2) {
		ktest_skip(t, "needs two CPUs");
		return;
	}
	init_completion(&r.inside);
	init_completion(&r.out);
	task = kthread_create(held_reader, &r, "held");
	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	kthread_bind(task, 1 - raw_smp_processor_id() % 2);
	wake_up_process(task);
	wait_for_completion(&r.inside);
	timer_setup(&release.timer, let_go, 0);
	mod_timer(&release.timer, jiffies + 10);
	synchronize_rcu();
	KTEST_EXPECT_TRUE(t, READ_ONCE(r.left));
	wait_for_completion(&r.out);
	del_timer_sync(&release.timer);
	KTEST_EXPECT_GE(t, rcu_grace_periods(), before + 1);
}

struct counted {
	struct rcu_head rcu;
	unsigned int *calls;
	bool in_softirq;
};

static void count_call(struct rcu_head *head)
{
	struct counted *c = container_of(head, struct counted, rcu);

	c->in_softirq = in_serving_softirq() && !irqs_disabled();
	++*c->calls;
}

/* More than one batch of them. */
static void callbacks_run_later_each_once_as_softirqs(struct ktest *t)
{
	static struct counted c[600];
	unsigned long before = rcu_callbacks_called();
	unsigned int i, calls = 0;

	local_bh_disable();
	for (i = 0; i < 600; i++) {
		c[i].calls = &calls;
		call_rcu(&c[i].rcu, count_call);
	}
	KTEST_EXPECT_EQ(t, calls, 0);
	local_bh_enable();
	rcu_barrier();
	KTEST_EXPECT_EQ(t, calls, 600);
	KTEST_EXPECT_TRUE(t, c[599].in_softirq);
	KTEST_EXPECT_GE(t, rcu_callbacks_called() - before, 600);
}

struct with_head {
	char text[100];
	struct rcu_head rcu;
};

static void kfree_rcu_frees_after_a_grace_period(struct ktest *t)
{
	unsigned long before;
	struct with_head *p;
	unsigned int i;

	rcu_barrier();
	before = rcu_callbacks_called();
	for (i = 0; i < 10; i++) {
		p = kmalloc(sizeof(*p), GFP_KERNEL);
		KTEST_ASSERT_NOT_NULL(t, p);
		kfree_rcu(p, rcu);
	}
	p = NULL;
	kfree_rcu(p, rcu); /* harmless */
	rcu_barrier();
	KTEST_EXPECT_GE(t, rcu_callbacks_called() - before, 10);
}

/* The largest distance between an object and its head. */
struct with_late_head {
	char text[RCU_FREE_OFFSET_MAX - sizeof(long)];
	struct rcu_head rcu;
	char rest[3 * PAGE_SIZE];
};

static void kfree_rcu_takes_whole_areas_too(struct ktest *t)
{
	struct with_late_head *p;
	unsigned long used;

	kthread_flush(); /* of stacks that are on their way */
	used = vmalloc_used_pages();
	p = vmalloc(sizeof(*p));
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_GE(t, vmalloc_used_pages(), used + 4);
	kfree_rcu(p, rcu);
	p = kvmalloc(sizeof(*p), GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, p);
	kvfree_rcu(p, rcu);
	rcu_barrier();
	KTEST_EXPECT_EQ(t, vmalloc_used_pages(), used);
}

struct link {
	struct list_head entry;
	int value;
};

static int list_sum(struct list_head *list)
{
	struct link *l;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(l, list, entry) sum = sum * 10 + l->value;
	rcu_read_unlock();
	return sum;
}

static void lists_can_be_walked_while_they_change(struct ktest *t)
{
	struct link l[4] = {
		{ .value = 1 }, { .value = 2 }, { .value = 3 }, { .value = 4 }
	};
	LIST_HEAD(list);

	list_add_rcu(&l[1].entry, &list);
	list_add_rcu(&l[0].entry, &list);
	list_add_tail_rcu(&l[2].entry, &list);
	KTEST_EXPECT_EQ(t, list_sum(&list), 123);
	list_del_rcu(&l[1].entry);
	KTEST_EXPECT_EQ(t, list_sum(&list), 13);
	/* Who stands on it still gets on. */
	KTEST_EXPECT_PTR_EQ(t, l[1].entry.next, &l[2].entry);
	list_replace_rcu(&l[2].entry, &l[3].entry);
	KTEST_EXPECT_EQ(t, list_sum(&list), 14);
	KTEST_EXPECT_PTR_EQ(
		t, list_first_or_null_rcu(&list, struct link, entry), &l[0]);
	list_del_rcu(&l[0].entry);
	list_del_rcu(&l[3].entry);
	KTEST_EXPECT_NULL(t, list_first_or_null_rcu(&list, struct link, entry));
}

static void waiting_for_readers_inside_of_one_is_reported(struct ktest *t)
{
	rcu_read_lock();
	KTEST_EXPECT_TRUE(t, rcu_read_lock_held());
	ktest_expect_report(t, "sleep-in-atomic");
	might_sleep_at("synchronize_rcu", 0x1000);
	rcu_read_unlock();
	KTEST_EXPECT_FALSE(t, rcu_read_lock_held());
}

static const struct ktest_case cases[] = {
	KTEST_CASE(readers_never_see_freed_memory),
	KTEST_CASE(a_grace_period_waits_for_a_reader_on_another_cpu),
	KTEST_CASE(callbacks_run_later_each_once_as_softirqs),
	KTEST_CASE(kfree_rcu_frees_after_a_grace_period),
	KTEST_CASE(kfree_rcu_takes_whole_areas_too),
	KTEST_CASE(lists_can_be_walked_while_they_change),
	KTEST_CASE(waiting_for_readers_inside_of_one_is_reported),
};
KTEST_SUITE(rcu, cases);
