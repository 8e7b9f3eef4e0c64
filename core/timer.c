/* SPDX-License-Identifier: MIT */
/*
 * timer.c - each CPU's timers, and calling their functions
 *
 * A CPU has a wheel (timer_wheel.c) and serves it from its own tick, in the
 * softirq TIMER: tick by tick up to now, so that a CPU that was busy for long
 * catches up in order. A timer's flags say whose wheel it belongs to. It is
 * set on the CPU of the caller; a pending one moves there.
 *
 * To lock a timer is to lock the wheel that its flags name, and to look whether
 * they still do. While a timer is between two wheels TIMER_MIGRATING is set,
 * and who wants to lock it waits for that to pass.
 *
 * The function is called without the lock. base->running names the timer until
 * then, so that del_timer_sync() knows when it is over; a timer whose function
 * runs is not moved to another CPU, or it could not be found there. The name is
 * only compared: the function may have freed the timer.
 *
 * Locking: base->lock (irq-safe, LOCK_TIMER). No two are held at once.
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/module_holding.h>
#include <kernel/percpu.h>
#include <kernel/softirq.h>
#include <kernel/spinlock.h>
#include <kernel/timer.h>

struct timer_base {
	spinlock_t lock; /* guards the rest */
	struct timer_list *running;
	struct timer_wheel wheel;
};

static DEFINE_PER_CPU(struct timer_base, timer_bases) = {
	.lock = SPINLOCK_INIT("timer", LOCK_TIMER),
	.wheel = { .clk = INITIAL_JIFFIES },
};

/* When setting does nothing. */
enum timer_rule {
	TIMER_ALWAYS,
	TIMER_IF_PENDING,
	TIMER_IF_EARLIER, /* or not pending */
};

/* Lock the wheel that @timer belongs to. */
static struct timer_base *timer_lock(const struct timer_list *timer,
				     unsigned long *irqflags)
{
	for (;;) {
		u32 flags = READ_ONCE(timer->flags);

		if (!(flags & TIMER_MIGRATING)) {
			struct timer_base *base = per_cpu_ptr(
				&timer_bases, flags & TIMER_CPUMASK);

			*irqflags = spin_lock_irqsave(&base->lock);
			if (READ_ONCE(timer->flags) == flags)
				return base;
			spin_unlock_irqrestore(&base->lock, *irqflags);
		}
		cpu_relax();
	}
}

/* From one wheel, which is locked, to that of @cpu, which is locked then.
 * Interrupts stay off. The timer is not pending. */
static struct timer_base *timer_move(struct timer_list *timer,
				     struct timer_base *from, unsigned int cpu)
{
	struct timer_base *to = per_cpu_ptr(&timer_bases, cpu);
	u32 flags = timer->flags & ~TIMER_CPUMASK;

	if (to == from || from->running == timer)
		return from;
	WRITE_ONCE(timer->flags, flags | TIMER_MIGRATING);
	spin_unlock_irqrestore(&from->lock, local_save_flags());
	(void)spin_lock_irqsave(&to->lock);
	WRITE_ONCE(timer->flags, flags | cpu);
	return to;
}

static bool timer_rule_forbids(const struct timer_list *timer,
			       unsigned long expires, enum timer_rule rule)
{
	if (!timer_pending(timer))
		return rule == TIMER_IF_PENDING;
	return rule == TIMER_IF_EARLIER &&
	       time_before_eq(timer->expires, expires);
}

/* An empty wheel is not served: when it gets a timer, it first comes up to
 * date. */
static void base_add(struct timer_base *base, struct timer_list *timer)
{
	unsigned long now = jiffies;

	if (!base->wheel.nr_timers && time_after(now, base->wheel.clk))
		base->wheel.clk = now;
	timer_wheel_add(&base->wheel, timer);
}

/* @cpu: where to; CONFIG_NR_CPUS: here. Return: 1 if it was pending. */
static int timer_set(struct timer_list *timer, unsigned long expires,
		     enum timer_rule rule, unsigned int cpu)
{
	struct timer_base *base;
	unsigned long irqflags;
	int pending;

	/* Never set up: nobody could say what to do when it is due. */
	if (WARN_ON_ONCE(!timer->function))
		return 0;
	base = timer_lock(timer, &irqflags);
	pending = timer_pending(timer);
	if (!timer_rule_forbids(timer, expires, rule)) {
		if (pending)
			timer_wheel_del(&base->wheel, timer);
		if (cpu == CONFIG_NR_CPUS)
			cpu = smp_processor_id();
		base = timer_move(timer, base, cpu);
		timer->expires = expires;
		base_add(base, timer);
	}
	spin_unlock_irqrestore(&base->lock, irqflags);
	return pending;
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	return timer_set(timer, expires, TIMER_ALWAYS, CONFIG_NR_CPUS);
}
EXPORT_SYMBOL(mod_timer);

int mod_timer_pending(struct timer_list *timer, unsigned long expires)
{
	return timer_set(timer, expires, TIMER_IF_PENDING, CONFIG_NR_CPUS);
}
EXPORT_SYMBOL(mod_timer_pending);

int timer_reduce(struct timer_list *timer, unsigned long expires)
{
	return timer_set(timer, expires, TIMER_IF_EARLIER, CONFIG_NR_CPUS);
}
EXPORT_SYMBOL(timer_reduce);

void add_timer(struct timer_list *timer)
{
	WARN_ON_ONCE(timer_pending(timer));
	timer_set(timer, timer->expires, TIMER_ALWAYS, CONFIG_NR_CPUS);
}
EXPORT_SYMBOL(add_timer);

void add_timer_on(struct timer_list *timer, unsigned int cpu)
{
	WARN_ON_ONCE(timer_pending(timer));
	if (WARN_ON_ONCE(cpu >= nr_cpu_ids))
		return;
	timer_set(timer, timer->expires, TIMER_ALWAYS, cpu);
}
EXPORT_SYMBOL(add_timer_on);

/* Return: 1 if it was pending; 0 if not; -1 if its function runs, and @sync. */
static int timer_take(struct timer_list *timer, bool sync)
{
	struct timer_base *base;
	unsigned long irqflags;
	int result;

	base = timer_lock(timer, &irqflags);
	result = timer_pending(timer);
	if (sync && base->running == timer)
		result = -1;
	else if (result)
		timer_wheel_del(&base->wheel, timer);
	spin_unlock_irqrestore(&base->lock, irqflags);
	return result;
}

int del_timer(struct timer_list *timer)
{
	/* Not pending needs no lock: what it was a moment ago will do. */
	return timer_pending(timer) ? timer_take(timer, false) : 0;
}
EXPORT_SYMBOL(del_timer);

int try_to_del_timer_sync(struct timer_list *timer)
{
	return timer_take(timer, true);
}
EXPORT_SYMBOL(try_to_del_timer_sync);

/* Is the caller the timer's own function? Then waiting would be for ever. */
static bool timer_is_self(const struct timer_list *timer)
{
	return in_serving_softirq() &&
	       READ_ONCE(this_cpu_ptr(&timer_bases)->running) == timer;
}

int del_timer_sync(struct timer_list *timer)
{
	int result;

	if (WARN_ON_ONCE(in_hardirq() || timer_is_self(timer)))
		return timer_take(timer, false);
	while ((result = timer_take(timer, true)) < 0)
		cpu_relax();
	return result;
}
EXPORT_SYMBOL(del_timer_sync);

static void timer_call(struct timer_list *timer)
{
	timer_function_t fn = timer->function;
	unsigned int before = preempt_count();

	if (timer->flags & TIMER_OF_DATA)
		((void (*)(unsigned long))fn)(timer->data);
	else
		((void (*)(struct timer_list *))fn)(timer);
	softirq_check_balance(before, "timer", (unsigned long)fn);
}

/* The lock is held before and after, not during the call. */
static void base_call(struct timer_base *base, struct timer_list *timer)
{
	if (timer->flags & TIMER_IRQSAFE) {
		spin_unlock_irqrestore(&base->lock, local_save_flags());
		timer_call(timer);
		(void)spin_lock_irqsave(&base->lock);
		return;
	}
	spin_unlock_irq(&base->lock);
	timer_call(timer);
	spin_lock_irq(&base->lock);
}

/* One tick of the wheel. The lock is held, and given up around each call. */
static void base_serve_tick(struct timer_base *base)
{
	struct timer_list *timer;

	timer_wheel_advance(&base->wheel);
	while ((timer = timer_wheel_pop(&base->wheel))) {
		WRITE_ONCE(base->running, timer);
		base_call(base, timer);
		WRITE_ONCE(base->running, NULL);
	}
}

/* The softirq. */
static void timers_run(void)
{
	struct timer_base *base = this_cpu_ptr(&timer_bases);

	spin_lock_irq(&base->lock);
	while (base->wheel.nr_timers && time_after_eq(jiffies, base->wheel.clk))
		base_serve_tick(base);
	spin_unlock_irq(&base->lock);
}

void timers_tick(void)
{
	struct timer_base *base = this_cpu_ptr(&timer_bases);

	if (READ_ONCE(base->wheel.nr_timers))
		raise_softirq_irqoff(TIMER_SOFTIRQ);
}

void timers_init(void)
{
	open_softirq(TIMER_SOFTIRQ, timers_run);
}

/* --- timers of a module --------------------------------------------------- */

/* Lock held. */
static void list_each(struct timer_list *timer,
		      void (*fn)(void *ctx, struct timer_list *timer),
		      void *ctx)
{
	for (; timer; timer = timer->next)
		fn(ctx, timer);
}

void timers_each(void (*fn)(void *ctx, struct timer_list *timer), void *ctx)
{
	unsigned int cpu, i;

	for_each_possible_cpu(cpu) {
		struct timer_base *base = per_cpu_ptr(&timer_bases, cpu);
		unsigned long flags = spin_lock_irqsave(&base->lock);
		const struct timer_wheel *wheel = &base->wheel;

		list_each(wheel->due, fn, ctx);
		for (i = 0; i < WHEEL_LEVELS * WHEEL_SLOTS; i++)
			list_each(wheel->slot[i / WHEEL_SLOTS][i % WHEEL_SLOTS],
				  fn, ctx);
		spin_unlock_irqrestore(&base->lock, flags);
	}
}

struct timer_search {
	struct module_search *search;
	const char *kind;
};

static void timer_find(void *ctx, struct timer_list *timer)
{
	const struct timer_search *t = ctx;

	if (module_search_has(t->search, timer->function) ||
	    module_search_has(t->search, timer))
		module_holding_found(t->search, t->kind, timer,
				     timer->function);
}

static void timers_find(struct module_search *search, const char *kind)
{
	struct timer_search pending = { search, kind };
	unsigned int cpu;

	timers_each(timer_find, &pending);
	for_each_possible_cpu(cpu) {
		struct timer_base *base = per_cpu_ptr(&timer_bases, cpu);
		unsigned long flags = spin_lock_irqsave(&base->lock);

		if (module_search_has(search, base->running))
			module_holding_found(search, kind, base->running,
					     base->running);
		spin_unlock_irqrestore(&base->lock, flags);
	}
}
MODULE_HOLDING(timers, "timer", timers_find);
