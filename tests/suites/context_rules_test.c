/* SPDX-License-Identifier: MIT */
/*
 * context_rules_test.c - who may sleep, and what becomes of who may not
 *
 * Every call that may sleep, from every place where nobody may: under a
 * spinlock, with interrupts off, in a hardware interrupt's handler, in a
 * timer's, in a tasklet. Each time there is one report with the call's name
 * and the place, though the fast path could have served the request. The same
 * requests with GFP_ATOMIC succeed there, in silence. What would really sleep
 * comes back in an interrupt, too: when its time is over, or at once.
 */
#include <kernel/completion.h>
#include <kernel/delay.h>
#include <kernel/errno.h>
#include <kernel/interrupt.h>
#include <kernel/irq.h>
#include <kernel/jiffies.h>
#include <kernel/ktest.h>
#include <kernel/mutex.h>
#include <kernel/preempt.h>
#include <kernel/sched.h>
#include <kernel/semaphore.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/timer.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <kernel/wait.h>
#include <mm/dmapool.h>
#include <mm/kmap.h>
#include <mm/mempool.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

/* A line that no device of the tested machines uses. */
#define FREE_LINE 13
#define BYTES 64u

static struct kmem_cache *cache;
static mempool_t *pool;
static struct dma_pool *dma;
static struct page *page; /* for kmap() */
static void *late; /* to be freed where that is allowed */
static DEFINE_MUTEX(mutex);

/* --- the calls ------------------------------------------------------------- */

/*
 * Each with everything ready, so nothing of it would really sleep.
 * Return: false if it got nothing.
 */
static noinline bool call_kmalloc(gfp_t gfp)
{
	void *p = kmalloc(BYTES, gfp);

	kfree(p);
	return p;
}

static noinline bool call_kmalloc_pages(gfp_t gfp)
{
	void *p = kmalloc(4 * PAGE_SIZE, gfp);

	kfree(p);
	return p;
}

static noinline bool call_alloc_pages(gfp_t gfp)
{
	struct page *p = alloc_pages(gfp, 0);

	if (p)
		__free_pages(p, 0);
	return p;
}

static noinline bool call_get_free_page(gfp_t gfp)
{
	unsigned long va = __get_free_page(gfp);

	free_page(va);
	return va;
}

static noinline bool call_bulk(gfp_t gfp)
{
	struct page *pages[2] = { NULL, NULL };
	unsigned long got = alloc_pages_bulk_array(gfp, 2, pages);

	free_pages_bulk(pages, 2);
	return got == 2;
}

static noinline bool call_cache(gfp_t gfp)
{
	void *object = kmem_cache_alloc(cache, gfp);

	if (object)
		kmem_cache_free(cache, object);
	return object;
}

static noinline bool call_mempool(gfp_t gfp)
{
	void *element = mempool_alloc(pool, gfp);

	mempool_free(element, pool);
	return element;
}

static noinline bool call_dma_pool(gfp_t gfp)
{
	dma_addr_t handle;
	void *block = dma_pool_alloc(dma, gfp, &handle);

	if (block)
		dma_pool_free(dma, block, handle);
	return block;
}

static noinline bool call_percpu(gfp_t gfp)
{
	void __percpu *p = __alloc_percpu_gfp(8, 8, gfp);

	free_percpu(p);
	return p;
}

static noinline bool call_vmalloc(gfp_t gfp)
{
	late = __vmalloc(PAGE_SIZE, gfp);
	return late;
}

static noinline bool call_kmap(gfp_t gfp)
{
	void *va = gfp_may_sleep(gfp) ? kmap(page) : kmap_nonblock(page);

	if (va)
		kunmap(page);
	return va;
}

static noinline bool call_mutex(gfp_t gfp)
{
	if (!gfp_may_sleep(gfp))
		return true;
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	return true;
}

static const struct call {
	bool (*fn)(gfp_t gfp);
	const char *name; /* as the report has it */
	bool refused_in_irq; /* vmalloc: whatever the flags say */
} calls[] = {
	{ call_kmalloc, "kmalloc", false },
	{ call_kmalloc_pages, "kmalloc", false },
	{ call_alloc_pages, "alloc_pages", false },
	{ call_get_free_page, "alloc_pages", false },
	{ call_bulk, "alloc_pages_bulk", false },
	{ call_cache, "context-rules", false },
	{ call_mempool, "mempool_alloc", false },
	{ call_dma_pool, "dma_pool_alloc", false },
	{ call_percpu, "alloc_percpu", false },
	{ call_vmalloc, "vmalloc", true },
	{ call_kmap, "kmap", false },
	{ call_mutex, "mutex_lock", false },
};

/* --- the places ------------------------------------------------------------ */

/* What is to be done there, and how it went. */
static struct errand {
	const struct call *call;
	gfp_t gfp;
	bool got;
} errand;

static void do_errand(void)
{
	errand.got = errand.call->fn(errand.gfp);
}

static void under_a_spinlock(void)
{
	static spinlock_t lock = SPINLOCK_INIT("context-test", LOCK_IRQ);

	spin_lock(&lock);
	do_errand();
	spin_unlock(&lock);
}

static void with_interrupts_off(void)
{
	unsigned long flags = local_irq_save();

	do_errand();
	local_irq_restore(flags);
}

static irqreturn_t irq_handler(int irq, void *dev_id)
{
	(void)irq;
	(void)dev_id;
	do_errand();
	return IRQ_HANDLED;
}

static void in_an_interrupt_handler(void)
{
	unsigned long flags = local_irq_save();

	irq_enter();
	irq_dispatch(FREE_LINE);
	irq_exit();
	local_irq_restore(flags);
}

static struct completion done;

static void timer_handler(struct timer_list *timer)
{
	(void)timer;
	do_errand();
	complete(&done);
}

static void in_a_timer_handler(void)
{
	static DEFINE_TIMER(timer, timer_handler);

	init_completion(&done);
	mod_timer(&timer, jiffies + 1);
	wait_for_completion(&done);
	del_timer_sync(&timer);
}

static void tasklet_handler(struct tasklet_struct *tasklet)
{
	(void)tasklet;
	do_errand();
	complete(&done);
}

static void in_a_tasklet(void)
{
	static DECLARE_TASKLET(tasklet, tasklet_handler);

	init_completion(&done);
	tasklet_schedule(&tasklet);
	wait_for_completion(&done);
	tasklet_kill(&tasklet);
}

static const struct place {
	void (*go)(void);
	const char *why; /* as the report has it */
	bool interrupt;
} places[] = {
	{ under_a_spinlock, "preempt=1 lock=context-test", false },
	{ with_interrupts_off, "irqs-off", false },
	{ in_an_interrupt_handler, "in interrupt", true },
	{ in_a_timer_handler, "in softirq", true },
	{ in_a_tasklet, "in softirq", true },
};

/* --- all of them ----------------------------------------------------------- */

static bool set_up(struct ktest *t)
{
	cache = kmem_cache_create("context-rules", BYTES, 0, 0, NULL);
	pool = mempool_create_kmalloc_pool(2, BYTES);
	dma = dma_pool_create("context", NULL, BYTES, 0, 0);
	page = alloc_page(GFP_KERNEL);
	return KTEST_EXPECT_TRUE(t, cache && pool && dma && page) &&
	       KTEST_EXPECT_EQ(t,
			       request_irq(FREE_LINE, irq_handler, 0, "context",
					   &errand),
			       0);
}

static void tear_down(void)
{
	free_irq(FREE_LINE, &errand);
	__free_page(page);
	dma_pool_destroy(dma);
	mempool_destroy(pool);
	kmem_cache_destroy(cache);
}

static void send(const struct place *place, const struct call *call, gfp_t gfp)
{
	errand = (struct errand){ .call = call, .gfp = gfp };
	late = NULL;
	place->go();
	vfree(late);
}

/* Sleeping there is reported, with everything that a reader wants to know. */
static void try_sleeping(struct ktest *t, const struct place *place,
			 const struct call *call)
{
	bool refused = place->interrupt && call->refused_in_irq;
	unsigned int tries;
	char want[96];

	if (refused)
		snprintf(want, sizeof(want), "mm: BUG vmalloc-in-irq size=");
	else
		snprintf(want, sizeof(want), "mm: BUG sleep-in-atomic %s %s",
			 call->name, place->why);
	/* The note of the lock is given up when an interrupt gives one back. */
	for (tries = 0; tries < 5; tries++) {
		ktest_expect_report(t, refused ? "vmalloc-in-irq" :
						 "sleep-in-atomic");
		send(place, call, GFP_KERNEL);
		if (!strncmp(ktest_last_report(t), want, strlen(want)))
			break;
	}
	KTEST_EXPECT_EQ(t, errand.got, !refused);
	if (strncmp(ktest_last_report(t), want, strlen(want)))
		KTEST_FAIL(t, "report \"%s\", want \"%s\"",
			   ktest_last_report(t), want);
}

static void try_place(struct ktest *t, unsigned int i)
{
	unsigned int j;

	if (!set_up(t))
		return;
	for (j = 0; j < ARRAY_SIZE(calls); j++) {
		/* What is wanted lies ready. */
		late = NULL;
		calls[j].fn(GFP_KERNEL);
		vfree(late);
		try_sleeping(t, &places[i], &calls[j]);
		if (places[i].interrupt && calls[j].refused_in_irq)
			continue;
		send(&places[i], &calls[j], GFP_ATOMIC);
		if (!errand.got)
			KTEST_FAIL(t, "GFP_ATOMIC: %s got nothing",
				   calls[j].name);
	}
	tear_down();
}

static void sleeping_under_a_spinlock_names_the_lock(struct ktest *t)
{
	try_place(t, 0);
}

static void sleeping_with_interrupts_off_is_reported(struct ktest *t)
{
	try_place(t, 1);
}

static void sleeping_in_an_interrupt_handler_is_reported(struct ktest *t)
{
	try_place(t, 2);
}

static void sleeping_in_a_timer_handler_is_reported(struct ktest *t)
{
	try_place(t, 3);
}

static void sleeping_in_a_tasklet_is_reported(struct ktest *t)
{
	try_place(t, 4);
}

/* --- sleeping in an interrupt in earnest ----------------------------------- */

/* What the calls are to wait for: it never comes, unless they say so. */
static DECLARE_WAIT_QUEUE_HEAD(queue);
static struct completion never;
static struct semaphore none_left;
static bool condition;
static long result;

static noinline bool wait_msleep(gfp_t gfp)
{
	u64 start = time_ns();

	(void)gfp;
	msleep(15);
	result = time_ns() - start >= 15 * 1000000ull;
	return true;
}

static noinline bool wait_usleep(gfp_t gfp)
{
	u64 start = time_ns();

	(void)gfp;
	usleep_range(25000, 30000);
	result = time_ns() - start >= 25 * 1000000ull;
	return true;
}

static noinline bool wait_by_hand(gfp_t gfp)
{
	(void)gfp;
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule();
	result = READ_ONCE(current->__state) == TASK_RUNNING;
	return true;
}

static noinline bool wait_timeout_by_hand(gfp_t gfp)
{
	u64 start = time_ns();

	(void)gfp;
	result = schedule_timeout_uninterruptible(2) == 0 &&
		 time_ns() - start >= 2 * (1000000000ull / HZ);
	return true;
}

static noinline bool wait_event_for_ever(gfp_t gfp)
{
	(void)gfp;
	wait_event(queue, READ_ONCE(condition));
	result = !waitqueue_active(&queue);
	return true;
}

static noinline bool wait_event_cut(gfp_t gfp)
{
	(void)gfp;
	result = wait_event_interruptible(queue, READ_ONCE(condition)) ==
		 -ERESTARTSYS;
	return true;
}

static noinline bool wait_event_time(gfp_t gfp)
{
	(void)gfp;
	result = wait_event_timeout(queue, READ_ONCE(condition), 2) == 0;
	return true;
}

static noinline bool wait_completion_time(gfp_t gfp)
{
	(void)gfp;
	result = wait_for_completion_timeout(&never, 2) == 0;
	return true;
}

static noinline bool wait_completion_cut(gfp_t gfp)
{
	(void)gfp;
	result = wait_for_completion_interruptible(&never) == -ERESTARTSYS;
	return true;
}

static noinline bool wait_semaphore_cut(gfp_t gfp)
{
	(void)gfp;
	result = down_interruptible(&none_left) == -EINTR;
	return true;
}

static noinline bool wait_mutex_cut(gfp_t gfp)
{
	(void)gfp;
	result = mutex_lock_interruptible(&mutex) == -EINTR;
	return true;
}

static noinline bool wait_resched(gfp_t gfp)
{
	(void)gfp;
	result = cond_resched() == 0;
	return true;
}

static noinline bool wait_yield(gfp_t gfp)
{
	(void)gfp;
	yield();
	result = true;
	return true;
}

/* One report each, and it comes back. */
static const struct call waits[] = {
	{ wait_msleep, "msleep", false },
	{ wait_usleep, "usleep_range", false },
	{ wait_by_hand, "schedule", false },
	{ wait_timeout_by_hand, "schedule_timeout_uninterruptible", false },
	{ wait_event_for_ever, "wait_event_for_ever", false },
	{ wait_event_cut, "wait_event_cut", false },
	{ wait_event_time, "wait_event_time", false },
	{ wait_completion_time, "wait_for_completion_timeout", false },
	{ wait_completion_cut, "wait_for_completion_interruptible", false },
	{ wait_semaphore_cut, "down_interruptible", false },
	{ wait_mutex_cut, "mutex_lock_interruptible", false },
	{ wait_resched, "cond_resched", false },
	{ wait_yield, "yield", false },
};

/* From the handlers of an interrupt, a timer and a tasklet, which mostly come
 * over the idle task. The thread that waits for them holds the mutex. */
static void who_cannot_sleep_goes_on_after_the_report(struct ktest *t)
{
	unsigned int i, j;

	init_completion(&never);
	sema_init(&none_left, 0);
	if (!set_up(t))
		return;
	mutex_lock(&mutex);
	for (i = 2; i < ARRAY_SIZE(places); i++) {
		for (j = 0; j < ARRAY_SIZE(waits); j++) {
			result = 0;
			try_sleeping(t, &places[i], &waits[j]);
			if (!result)
				KTEST_FAIL(t, "%s %s: did not do as it should",
					   waits[j].name, places[i].why);
		}
	}
	mutex_unlock(&mutex);
	tear_down();
}

static noinline bool take_and_give_back(gfp_t gfp)
{
	(void)gfp;
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	return true;
}
static const struct call mutex_call = { take_and_give_back, "mutex_lock",
					false };

/* Whether the interrupt comes over the holder itself, or over another task: what
 * it was refused it cannot give back. */
static void a_taken_mutex_is_refused_to_an_interrupt(struct ktest *t)
{
	if (!set_up(t))
		return;
	mutex_lock(&mutex);
	/* In the handler the holder is the current task. */
	ktest_expect_report(t, "sleep-in-atomic");
	ktest_expect_report(t, "mutex-owner");
	send(&places[2], &mutex_call, GFP_KERNEL);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t),
					"mutex refused by=interrupt owner="));
	KTEST_EXPECT_TRUE(t, mutex_is_locked(&mutex));
	KTEST_EXPECT_FALSE(t, mutex_trylock(&mutex));
	/* In the timer it is the idle task: its giving back is told, too. */
	ktest_expect_report(t, "sleep-in-atomic");
	ktest_expect_report(t, "mutex-owner");
	ktest_expect_report(t, "mutex-owner");
	send(&places[3], &mutex_call, GFP_KERNEL);
	KTEST_EXPECT_TRUE(t, mutex_is_locked(&mutex));
	mutex_unlock(&mutex);
	KTEST_EXPECT_FALSE(t, mutex_is_locked(&mutex));
	tear_down();
}

/* vfree() does it all the same: somebody who may, flushes later. */
static void vfree_with_interrupts_off_is_reported_and_done(struct ktest *t)
{
	unsigned long used = vmalloc_used_pages(), flags;
	void *p = vmalloc(PAGE_SIZE);

	KTEST_ASSERT_NOT_NULL(t, p);
	ktest_expect_report(t, "vfree-in-atomic");
	flags = local_irq_save();
	vfree(p);
	local_irq_restore(flags);
	KTEST_EXPECT_EQ(t, vmalloc_used_pages(), used);
}

static const struct ktest_case context_rules_cases[] = {
	KTEST_CASE(sleeping_under_a_spinlock_names_the_lock),
	KTEST_CASE(sleeping_with_interrupts_off_is_reported),
	KTEST_CASE(sleeping_in_an_interrupt_handler_is_reported),
	KTEST_CASE(sleeping_in_a_timer_handler_is_reported),
	KTEST_CASE(sleeping_in_a_tasklet_is_reported),
	KTEST_CASE(who_cannot_sleep_goes_on_after_the_report),
	KTEST_CASE(a_taken_mutex_is_refused_to_an_interrupt),
	KTEST_CASE(vfree_with_interrupts_off_is_reported_and_done),
};
KTEST_SUITE(context_rules, context_rules_cases);
