/* SPDX-License-Identifier: MIT */
/*
 * workqueue.c - functions that a thread calls later
 *
 * A queue has pools: one for each CPU, or a single one. A pool is a list of
 * items and a thread that takes them off and calls them, one by one.
 *
 * The bit PENDING of an item is the right to put it somewhere: who sets it may
 * queue the item, or start its timer, and nobody else can. The worker clears it
 * just before the call, so that the item can be queued again from then on. Who
 * cancels an item gets hold of PENDING (from the list, from the timer, or by
 * setting it), waits until the item does not run, and only then gives the bit
 * back: meanwhile it cannot be queued.
 *
 * An item remembers the pool that it was queued on last, its home, as a number:
 * the pool may be gone. An item that still runs in its home is queued there
 * again, on whatever CPU it is queued, so that it never runs twice at once.
 *
 * To flush is to queue an item of one's own behind the one that is meant, and
 * to wait until that was called. A worker that flushes an item of its own pool
 * calls it itself; it would wait for itself.
 *
 * Invariants:
 *   - an item that is in a list is PENDING, and its home is the list's pool
 *   - a pool's running chain has the item that its thread calls, and those that
 *     this one flushes
 *
 * Locking: pool->lock (irq-safe, LOCK_WORK) guards a pool's list and chain, and
 * entry and home of the items in it. The table of queues is read under
 * rcu_read_lock(); work_mutex guards its changes. Who has put an item into a
 * list has no right to the pool any more once the lock is free, for the item may
 * have been run and its queue destroyed: the way from there to the wake-up is a
 * read section.
 *
 * Not here: more threads when one sleeps. An item that waits for another one
 * of its pool by other means than flush_work() waits for ever.
 */
#define pr_fmt(fmt) "workqueue: " fmt

#include <kernel/bitops.h>
#include <kernel/bug.h>
#include <kernel/completion.h>
#include <kernel/export.h>
#include <kernel/kthread.h>
#include <kernel/module_holding.h>
#include <kernel/mutex.h>
#include <kernel/rcupdate.h>
#include <kernel/softirq.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <kernel/wait.h>
#include <kernel/workqueue.h>
#include <mm/rcu_free.h>
#include <mm/slab.h>

#define MAX_QUEUES 128u
#define NAME_BYTES 12u /* and "/31" make a thread's name */

/* What a worker calls now, and what called flush_work() to make it do so. */
struct running_work {
	struct work_struct *work;
	work_func_t func; /* that runs; @work may be gone by now */
	struct running_work *outer;
};

struct work_pool {
	spinlock_t lock;
	struct list_head items; /* guarded by @lock, first come first */
	unsigned long nr_queued; /* ever, by users; written under @lock */
	struct running_work *running; /* guarded by @lock */
	struct wait_queue_head more;
	struct task_struct *thread; /* NULL: its CPU is not there */
	unsigned int id; /* index of the queue * CONFIG_NR_CPUS + cpu + 1 */
};

struct workqueue_struct {
	char name[NAME_BYTES];
	struct rcu_head rcu;
	unsigned int flags; /* WQ_* */
	unsigned int idx; /* in queues[] */
	unsigned int nr_pools;
	struct work_pool pools[];
};

struct workqueue_struct *system_wq;
EXPORT_SYMBOL(system_wq);
struct workqueue_struct *system_unbound_wq;
EXPORT_SYMBOL(system_unbound_wq);
struct workqueue_struct *system_highpri_wq;
EXPORT_SYMBOL(system_highpri_wq);

static DEFINE_MUTEX(work_mutex);
static struct workqueue_struct *queues[MAX_QUEUES];

/* An item whose call says that all before it have been called. */
struct work_barrier {
	struct work_struct work;
	struct completion done;
};

/* --- items ----------------------------------------------------------------- */

void init_work(struct work_struct *work, work_func_t func)
{
	*work = (struct work_struct)__WORK_INITIALIZER(*work, func);
}
EXPORT_SYMBOL(init_work);

void init_work_of_data(struct work_struct *work, void (*func)(void *data),
		       void *data)
{
	*work = (struct work_struct)__WORK_INITIALIZER(*work, func, data);
}
EXPORT_SYMBOL(init_work_of_data);

void init_delayed_work(struct delayed_work *dwork, work_func_t func)
{
	init_work(&dwork->work, func);
}
EXPORT_SYMBOL(init_delayed_work);

/* The pool with this number; NULL if it is gone. Within rcu_read_lock(). */
static struct work_pool *pool_find(unsigned int id)
{
	struct workqueue_struct *wq;

	if (!id)
		return NULL;
	wq = rcu_dereference(queues[(id - 1) / CONFIG_NR_CPUS]);
	if (!wq || (id - 1) % CONFIG_NR_CPUS >= wq->nr_pools)
		return NULL;
	return &wq->pools[(id - 1) % CONFIG_NR_CPUS];
}

/* Is @work in the pool's list? The lock is held. */
static bool pool_has(const struct work_pool *pool,
		     const struct work_struct *work)
{
	return work->home == pool->id && !list_empty(&work->entry);
}

/* The pool's lock is held. */
static bool pool_runs(const struct work_pool *pool,
		      const struct work_struct *work)
{
	const struct running_work *r;

	for (r = pool->running; r; r = r->outer) {
		if (r->work == work)
			return true;
	}
	return false;
}

/* --- queueing -------------------------------------------------------------- */

static struct work_pool *queue_pool(struct workqueue_struct *wq,
				    unsigned int cpu)
{
	if (wq->flags & WQ_UNBOUND)
		return &wq->pools[0];
	if (cpu >= wq->nr_pools)
		cpu = smp_processor_id();
	if (cpu >= wq->nr_pools || !wq->pools[cpu].thread)
		cpu = 0;
	return &wq->pools[cpu];
}

/* Lock the pool that @work goes to: where it runs, if it does. */
static struct work_pool *queue_pool_lock(struct workqueue_struct *wq,
					 struct work_struct *work,
					 unsigned int cpu, unsigned long *flags)
{
	struct work_pool *pool = queue_pool(wq, cpu), *home;

	rcu_read_lock();
	home = pool_find(work->home);
	if (home && home != pool &&
	    (work->home - 1) / CONFIG_NR_CPUS == wq->idx) {
		*flags = spin_lock_irqsave(&home->lock);
		if (pool_runs(home, work)) {
			rcu_read_unlock();
			return home;
		}
		spin_unlock_irqrestore(&home->lock, *flags);
	}
	rcu_read_unlock();
	*flags = spin_lock_irqsave(&pool->lock);
	return pool;
}

/*
 * PENDING is ours. Between setting it and this, interrupts are off: who finds
 * it set and the item in no list may wait for that moment to pass. A timer's
 * function is in the same place, hence TIMER_IRQSAFE.
 * Return: the pool, whose worker is to be woken: within the same read section.
 */
static struct work_pool *work_insert(struct workqueue_struct *wq,
				     struct work_struct *work, unsigned int cpu)
{
	unsigned long flags;
	struct work_pool *pool = queue_pool_lock(wq, work, cpu, &flags);

	work->home = pool->id;
	list_add_tail(&work->entry, &pool->items);
	WRITE_ONCE(pool->nr_queued, pool->nr_queued + 1);
	spin_unlock_irqrestore(&pool->lock, flags);
	return pool;
}

/* The end of a section that rcu_read_lock() and local_irq_save() began. @pool:
 * work_insert()'s; NULL: nothing was inserted. */
static void insert_end(struct work_pool *pool, unsigned long flags)
{
	local_irq_restore(flags);
	if (pool)
		wake_up(&pool->more);
	rcu_read_unlock();
}

bool queue_work_on(unsigned int cpu, struct workqueue_struct *wq,
		   struct work_struct *work)
{
	struct work_pool *pool = NULL;
	unsigned long flags;

	/* Never set up: there is nothing to call. */
	if (WARN_ON_ONCE(!wq || !work->func))
		return false;
	rcu_read_lock();
	flags = local_irq_save();
	if (!test_and_set_bit(WORK_STATE_PENDING, &work->state))
		pool = work_insert(wq, work, cpu);
	insert_end(pool, flags);
	return pool;
}
EXPORT_SYMBOL(queue_work_on);

bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	return queue_work_on(WORK_CPU_UNBOUND, wq, work);
}
EXPORT_SYMBOL(queue_work);

/* With interrupts off, which is a read section as well. */
void delayed_work_timer_fn(struct timer_list *timer)
{
	struct delayed_work *dwork = from_timer(dwork, timer, timer);

	wake_up(&work_insert(dwork->wq, &dwork->work, dwork->cpu)->more);
}
EXPORT_SYMBOL(delayed_work_timer_fn);

/* PENDING is ours, and interrupts are off. Return: a pool whose worker is to be
 * woken, or NULL. */
static struct work_pool *delayed_work_start(unsigned int cpu,
					    struct workqueue_struct *wq,
					    struct delayed_work *dwork,
					    unsigned long delay)
{
	if (!delay)
		return work_insert(wq, &dwork->work, cpu);
	dwork->wq = wq;
	dwork->cpu = cpu;
	mod_timer(&dwork->timer, jiffies + delay);
	return NULL;
}

bool queue_delayed_work_on(unsigned int cpu, struct workqueue_struct *wq,
			   delayed_item_t item, unsigned long delay)
{
	struct delayed_work *dwork = item.dwork;
	struct work_pool *pool = NULL;
	unsigned long flags;
	bool ours;

	if (WARN_ON_ONCE(!wq || !dwork->work.func))
		return false;
	rcu_read_lock();
	flags = local_irq_save();
	ours = !test_and_set_bit(WORK_STATE_PENDING, &dwork->work.state);
	if (ours)
		pool = delayed_work_start(cpu, wq, dwork, delay);
	insert_end(pool, flags);
	return ours;
}
EXPORT_SYMBOL(queue_delayed_work_on);

bool queue_delayed_work(struct workqueue_struct *wq, delayed_item_t item,
			unsigned long delay)
{
	return queue_delayed_work_on(WORK_CPU_UNBOUND, wq, item, delay);
}
EXPORT_SYMBOL(queue_delayed_work);

/* --- taking back ----------------------------------------------------------- */

/* Out of its pool's list, if it is in one. Return: whether it was. */
static bool work_unlist(struct work_struct *work)
{
	struct work_pool *pool;
	unsigned long flags;
	bool found = false;

	rcu_read_lock();
	pool = pool_find(READ_ONCE(work->home));
	if (pool) {
		flags = spin_lock_irqsave(&pool->lock);
		found = pool_has(pool, work);
		if (found)
			list_del_init(&work->entry);
		spin_unlock_irqrestore(&pool->lock, flags);
	}
	rcu_read_unlock();
	return found;
}

/* Get hold of PENDING. @delayed: it is in a delayed work, with a timer.
 * Return: 1 if it waited to be run, 0 if not; -EAGAIN if somebody else is just
 * queueing or cancelling it. */
static int work_grab(struct work_struct *work, bool delayed)
{
	if (delayed && del_timer(&to_delayed_work(work)->timer))
		return 1;
	if (!test_and_set_bit(WORK_STATE_PENDING, &work->state))
		return 0;
	return work_unlist(work) ? 1 : -EAGAIN;
}

/*
 * Get hold of PENDING without sleeping, with interrupts off then.
 * Return: as work_grab(); -EAGAIN (interrupts as they were) if somebody else
 * cancels it.
 */
static int work_grab_atomic(struct work_struct *work, bool delayed,
			    unsigned long *flags)
{
	int was_pending;

	for (;;) {
		*flags = local_irq_save();
		was_pending = work_grab(work, delayed);
		if (was_pending >= 0)
			return was_pending;
		local_irq_restore(*flags);
		if (test_bit(WORK_STATE_CANCELING, &work->state))
			return was_pending;
		cpu_relax();
	}
}

static void work_release(struct work_struct *work)
{
	clear_bit_unlock(WORK_STATE_PENDING, &work->state);
}

static void barrier_called(struct work_struct *work)
{
	complete(&container_of(work, struct work_barrier, work)->done);
}

/* Put @barrier into @pool's list at @after. The lock is held. */
static void barrier_insert(struct work_pool *pool, struct work_barrier *barrier,
			   struct list_head *after)
{
	init_work(&barrier->work, barrier_called);
	init_completion(&barrier->done);
	barrier->work.home = pool->id;
	__set_bit(WORK_STATE_PENDING, &barrier->work.state);
	list_add(&barrier->work.entry, after);
}

/* Wait until @work does not run. Return: false if it did not. */
static bool work_wait_running(struct work_struct *work)
{
	struct work_barrier barrier;
	struct work_pool *pool;
	unsigned long flags;
	bool runs = false;

	rcu_read_lock();
	pool = pool_find(READ_ONCE(work->home));
	if (pool) {
		flags = spin_lock_irqsave(&pool->lock);
		/* In itself, it would wait for ever. */
		runs = pool_runs(pool, work) &&
		       !WARN_ON_ONCE(pool->thread == current);
		if (runs)
			barrier_insert(pool, &barrier, &pool->items);
		spin_unlock_irqrestore(&pool->lock, flags);
	}
	if (runs)
		wake_up(&pool->more);
	rcu_read_unlock();
	if (runs)
		wait_for_completion(&barrier.done);
	return runs;
}

static bool cancel_sync(struct work_struct *work, bool delayed)
{
	unsigned long flags;
	int was_pending;

	while ((was_pending = work_grab_atomic(work, delayed, &flags)) < 0)
		schedule_timeout_uninterruptible(1);
	set_bit(WORK_STATE_CANCELING, &work->state);
	local_irq_restore(flags);
	work_wait_running(work);
	clear_bit(WORK_STATE_CANCELING, &work->state);
	work_release(work);
	return was_pending;
}

bool cancel_work_sync(struct work_struct *work)
{
	might_sleep();
	return cancel_sync(work, false);
}
EXPORT_SYMBOL(cancel_work_sync);

bool cancel_delayed_work_sync(delayed_item_t item)
{
	might_sleep();
	return cancel_sync(&item.dwork->work, true);
}
EXPORT_SYMBOL(cancel_delayed_work_sync);

static bool cancel_now(struct work_struct *work, bool delayed)
{
	unsigned long flags;
	int was_pending = work_grab_atomic(work, delayed, &flags);

	if (was_pending < 0)
		return false;
	work_release(work);
	local_irq_restore(flags);
	return was_pending;
}

bool cancel_work(struct work_struct *work)
{
	return cancel_now(work, false);
}
EXPORT_SYMBOL(cancel_work);

bool cancel_delayed_work(delayed_item_t item)
{
	return cancel_now(&item.dwork->work, true);
}
EXPORT_SYMBOL(cancel_delayed_work);

bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
		      unsigned long delay)
{
	struct work_pool *pool;
	unsigned long flags;
	int was_pending = work_grab_atomic(&dwork->work, true, &flags);

	if (was_pending < 0)
		return false;
	rcu_read_lock();
	pool = delayed_work_start(WORK_CPU_UNBOUND, wq, dwork, delay);
	insert_end(pool, flags);
	return was_pending;
}
EXPORT_SYMBOL(mod_delayed_work);

/* --- calling --------------------------------------------------------------- */

/* Call the item that @r names and that is in the running chain. The lock is
 * held before and after, not during the call. Of the item, nothing is touched
 * behind the call: it may have freed itself. */
static void pool_call(struct work_pool *pool, struct running_work *r)
{
	struct work_struct *work = r->work;
	work_func_t func = work->func;
	void (*func_of_data)(void *) = work->of_data ? work->func_of_data :
						       NULL;
	void *data = work->data;

	r->func = func;
	r->outer = pool->running;
	pool->running = r;
	list_del_init(&work->entry);
	/* What was written before it was queued, the call sees; queued from now
	 * on, it runs again. */
	clear_bit_unlock(WORK_STATE_PENDING, &work->state);
	spin_unlock_irq(&pool->lock);
	if (func_of_data)
		func_of_data(data);
	else
		func(work);
	softirq_check_balance(0, "work", (unsigned long)func);
	cond_resched();
	spin_lock_irq(&pool->lock);
	pool->running = r->outer;
}

static int worker_main(void *data)
{
	struct work_pool *pool = data;

	while (!kthread_should_stop() || !list_empty(&pool->items)) {
		wait_event_in_state(pool->more,
				    !list_empty(&pool->items) ||
					    kthread_should_stop(),
				    TASK_IDLE, 0);
		spin_lock_irq(&pool->lock);
		while (!list_empty(&pool->items)) {
			struct running_work r = {
				.work = list_first_entry(&pool->items,
							 struct work_struct,
							 entry),
			};

			pool_call(pool, &r);
		}
		spin_unlock_irq(&pool->lock);
	}
	return 0;
}

/* --- flushing -------------------------------------------------------------- */

/* The caller is @pool's thread. Return: true if it called @work. */
static bool flush_own(struct work_pool *pool, struct work_struct *work)
{
	struct running_work r = { .work = work };
	bool calls;

	spin_lock_irq(&pool->lock);
	/* In itself, it would wait for ever. */
	calls = !WARN_ON_ONCE(pool_runs(pool, work)) && pool_has(pool, work);
	if (calls)
		pool_call(pool, &r);
	spin_unlock_irq(&pool->lock);
	return calls;
}

/* Put @barrier behind @work. Return: false if there is nothing to wait for.
 * Within rcu_read_lock(), interrupts on. */
static bool flush_insert(struct work_pool *pool, struct work_struct *work,
			 struct work_barrier *barrier)
{
	bool queued, waits;

	spin_lock_irq(&pool->lock);
	queued = pool_has(pool, work);
	waits = queued || pool_runs(pool, work);
	if (waits)
		barrier_insert(pool, barrier,
			       queued ? &work->entry : &pool->items);
	spin_unlock_irq(&pool->lock);
	return waits;
}

bool flush_work(struct work_struct *work)
{
	struct work_barrier barrier;
	struct work_pool *pool;
	bool waits;

	might_sleep();
	rcu_read_lock();
	pool = pool_find(READ_ONCE(work->home));
	if (pool && pool->thread == current) {
		rcu_read_unlock(); /* a pool outlives its thread */
		return flush_own(pool, work);
	}
	waits = pool && flush_insert(pool, work, &barrier);
	if (waits)
		wake_up(&pool->more);
	rcu_read_unlock();
	if (waits)
		wait_for_completion(&barrier.done);
	return waits;
}
EXPORT_SYMBOL(flush_work);

/* A timer whose function runs on another CPU is about to queue the item. */
bool flush_delayed_work(struct delayed_work *dwork)
{
	struct work_pool *pool = NULL;
	unsigned long flags;

	might_sleep();
	rcu_read_lock();
	flags = local_irq_save();
	if (del_timer_sync(&dwork->timer))
		pool = work_insert(dwork->wq, &dwork->work, dwork->cpu);
	insert_end(pool, flags);
	return flush_work(&dwork->work);
}
EXPORT_SYMBOL(flush_delayed_work);

static void flush_pool(struct work_pool *pool)
{
	struct work_barrier barrier;
	bool waits;

	/* A worker of this pool would wait for itself. */
	if (!pool->thread || WARN_ON_ONCE(pool->thread == current))
		return;
	spin_lock_irq(&pool->lock);
	waits = pool->running || !list_empty(&pool->items);
	if (waits)
		barrier_insert(pool, &barrier, pool->items.prev);
	spin_unlock_irq(&pool->lock);
	if (!waits)
		return;
	wake_up(&pool->more);
	wait_for_completion(&barrier.done);
}

void flush_workqueue(struct workqueue_struct *wq)
{
	unsigned int i;

	might_sleep();
	for (i = 0; i < wq->nr_pools; i++)
		flush_pool(&wq->pools[i]);
}
EXPORT_SYMBOL(flush_workqueue);

static unsigned long queue_nr_queued(const struct workqueue_struct *wq)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < wq->nr_pools; i++)
		sum += READ_ONCE(wq->pools[i].nr_queued);
	return sum;
}

/* If nothing was queued from before the flush until behind it, then what it has
 * waited for was all. */
void drain_workqueue(struct workqueue_struct *wq)
{
	unsigned long before;

	do {
		before = queue_nr_queued(wq);
		flush_workqueue(wq);
	} while (queue_nr_queued(wq) != before);
}
EXPORT_SYMBOL(drain_workqueue);

bool work_busy(struct work_struct *work)
{
	struct work_pool *pool;
	unsigned long flags;
	bool busy = work_pending(work);

	rcu_read_lock();
	pool = pool_find(READ_ONCE(work->home));
	if (pool) {
		flags = spin_lock_irqsave(&pool->lock);
		busy = busy || pool_runs(pool, work);
		spin_unlock_irqrestore(&pool->lock, flags);
	}
	rcu_read_unlock();
	return busy;
}
EXPORT_SYMBOL(work_busy);

/* --- queues ---------------------------------------------------------------- */

static int pool_start(struct workqueue_struct *wq, unsigned int cpu)
{
	struct work_pool *pool = &wq->pools[cpu];
	struct task_struct *task;

	if (wq->flags & WQ_UNBOUND)
		task = kthread_create(worker_main, pool, "%s", wq->name);
	else
		task = kthread_create(worker_main, pool, "%s/%u", wq->name,
				      cpu);
	if (IS_ERR(task))
		return -ENOMEM;
	if (!(wq->flags & WQ_UNBOUND))
		kthread_bind(task, cpu);
	if (wq->flags & WQ_HIGHPRI)
		set_user_nice(task, MIN_NICE);
	pool->thread = task;
	wake_up_process(task);
	return 0;
}

static void pool_init(struct work_pool *pool, unsigned int id)
{
	spin_lock_init(&pool->lock, "work-pool", LOCK_WORK);
	INIT_LIST_HEAD(&pool->items);
	init_waitqueue_head(&pool->more);
	pool->id = id;
}

static void queue_stop(struct workqueue_struct *wq)
{
	unsigned int i;

	for (i = 0; i < wq->nr_pools; i++) {
		if (wq->pools[i].thread)
			kthread_stop(wq->pools[i].thread);
	}
}

/* A place in the table. Return: false if there is none. */
static bool queue_enlist(struct workqueue_struct *wq)
{
	unsigned int i, cpu;

	mutex_lock(&work_mutex);
	for (i = 0; i < MAX_QUEUES && queues[i]; i++)
		;
	if (i < MAX_QUEUES) {
		wq->idx = i;
		for (cpu = 0; cpu < wq->nr_pools; cpu++)
			pool_init(&wq->pools[cpu],
				  i * CONFIG_NR_CPUS + cpu + 1);
		rcu_assign_pointer(queues[i], wq);
	}
	mutex_unlock(&work_mutex);
	return i < MAX_QUEUES;
}

static void queue_delist(struct workqueue_struct *wq)
{
	mutex_lock(&work_mutex);
	RCU_INIT_POINTER(queues[wq->idx], NULL);
	mutex_unlock(&work_mutex);
	/* Who looks for the place of an item may still be looking here. */
	kfree_rcu(wq, rcu);
}

static int queue_start(struct workqueue_struct *wq)
{
	unsigned int cpu;
	int err;

	if (wq->flags & WQ_UNBOUND)
		return pool_start(wq, 0);
	for_each_cpu(cpu, &sched_cpus) {
		err = pool_start(wq, cpu);
		if (err)
			return err;
	}
	return 0;
}

struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags,
					 int max_active, ...)
{
	unsigned int nr = flags & WQ_UNBOUND ? 1 : nr_cpu_ids;
	struct workqueue_struct *wq;
	va_list args;

	might_sleep();
	(void)max_active;
	wq = kzalloc(sizeof(*wq) + nr * sizeof(wq->pools[0]), GFP_KERNEL);
	if (!wq)
		return NULL;
	va_start(args, max_active);
	vscnprintf(wq->name, sizeof(wq->name), fmt, args);
	va_end(args);
	wq->flags = flags;
	wq->nr_pools = nr;
	if (!queue_enlist(wq)) {
		kfree(wq);
		return NULL;
	}
	if (queue_start(wq)) {
		queue_stop(wq);
		queue_delist(wq);
		return NULL;
	}
	return wq;
}
EXPORT_SYMBOL(alloc_workqueue);

void destroy_workqueue(struct workqueue_struct *wq)
{
	/* What the items queue to a thread that has ended would never run. */
	drain_workqueue(wq);
	queue_stop(wq);
	queue_delist(wq);
}
EXPORT_SYMBOL(destroy_workqueue);

void workqueue_init(void)
{
	system_wq = alloc_workqueue("events", 0, 0);
	system_unbound_wq = alloc_workqueue("events_unb", WQ_UNBOUND, 0);
	system_highpri_wq = alloc_workqueue("events_high", WQ_HIGHPRI, 0);
	/* Start-up has memory for a few threads. */
	BUG_ON(!system_wq || !system_unbound_wq || !system_highpri_wq);
}

/* --- work of a module ------------------------------------------------------- */

static void work_find(struct module_search *search, const char *kind,
		      const struct work_struct *work)
{
	if (module_search_has(search, work) ||
	    module_search_has(search, work->func))
		module_holding_found(search, kind, work, work->func);
}

static void pool_find_works(struct module_search *search, const char *kind,
			    struct work_pool *pool)
{
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	const struct work_struct *work;
	const struct running_work *r;

	list_for_each_entry(work, &pool->items, entry)
		work_find(search, kind, work);
	/* The item of one that runs may be gone by now. */
	for (r = pool->running; r; r = r->outer) {
		if (module_search_has(search, r->work) ||
		    module_search_has(search, r->func))
			module_holding_found(search, kind, r->work, r->func);
	}
	spin_unlock_irqrestore(&pool->lock, flags);
}

/* Work that waits for its time, in memory that is not the module's own: what is
 * has been found as a timer. */
struct delayed_search {
	struct module_search *search;
	const char *kind;
};

static void delayed_find(void *ctx, struct timer_list *timer)
{
	const struct delayed_search *d = ctx;
	const struct delayed_work *dwork;

	if (timer->function != delayed_work_timer_fn ||
	    module_search_has(d->search, timer))
		return;
	dwork = from_timer(dwork, timer, timer);
	work_find(d->search, d->kind, &dwork->work);
}

static void works_find(struct module_search *search, const char *kind)
{
	struct delayed_search delayed = { search, kind };
	unsigned int i, cpu;

	/* First: when its time comes it goes to a pool. */
	timers_each(delayed_find, &delayed);
	mutex_lock(&work_mutex);
	for (i = 0; i < MAX_QUEUES; i++) {
		struct workqueue_struct *wq = queues[i];

		for (cpu = 0; wq && cpu < wq->nr_pools; cpu++)
			pool_find_works(search, kind, &wq->pools[cpu]);
	}
	mutex_unlock(&work_mutex);
}
MODULE_HOLDING(works, "work", works_find);
