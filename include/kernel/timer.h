/* SPDX-License-Identifier: MIT */
/*
 * timer.h - call a function once, at a time to come
 *
 * Times are in jiffies, up to MAX_JIFFY_OFFSET ahead; a time that has passed
 * means the next tick. A timer runs on the CPU where it was set, as a soft
 * interrupt with interrupts on: it may take GFP_ATOMIC memory, and may not
 * sleep. It may set itself again, set or delete others, and free its own
 * memory. With TIMER_IRQSAFE interrupts stay off from the moment when the timer
 * is not pending any more until its function has returned: an interrupt on the
 * same CPU never comes in between.
 *
 *	static void blink(struct timer_list *t)
 *	{
 *		struct lamp *lamp = from_timer(lamp, t, timer);
 *		...
 *		mod_timer(&lamp->timer, jiffies + HZ / 2);
 *	}
 *	timer_setup(&lamp->timer, blink, 0);
 *	mod_timer(&lamp->timer, jiffies + HZ / 2);
 *
 * Before the memory of a timer goes away: del_timer_sync().
 *
 * Up to 4.14 the function was given a number, which the timer carries; such a
 * timer is made by init_timer(), setup_timer() or the longer forms of
 * DEFINE_TIMER() and TIMER_INITIALIZER(), and is as good as any.
 */
#ifndef KERNEL_TIMER_H
#define KERNEL_TIMER_H

#include <kernel/jiffies.h>
#include <kernel/types.h>

/* Says nothing of its argument, for drivers set a timer's function themselves:
 * one of a timer, or with TIMER_OF_DATA one of a number. */
#ifdef __CHECKER__
typedef void *timer_function_t; /* sparse takes () for (void) */
#else
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
typedef void (*timer_function_t)();
#pragma GCC diagnostic pop
#endif

/* Members are the wheel's own (core/timer.c), but for reading @expires. Who
 * calls init_timer() sets @expires, @function and @data, while the timer is not
 * pending. */
struct timer_list {
	struct timer_list *next;
	struct timer_list **pprev; /* NULL: not pending */
	unsigned long expires;
	timer_function_t function;
	unsigned long data; /* what it is given, with TIMER_OF_DATA */
	u32 flags;
};

/* @flags: bits 0-7 are the CPU, and one says that it is being changed. */
#define TIMER_CPUMASK 0x000000ffu
#define TIMER_MIGRATING 0x00000100u
#define TIMER_PINNED 0x00000200u /* accepted: every timer stays on its CPU */
#define TIMER_DEFERRABLE 0x00000400u /* accepted: the tick never stops */
#define TIMER_IRQSAFE 0x00000800u /* called with interrupts off */
#define TIMER_OF_DATA 0x00001000u /* called with @data, not with the timer */
#define TIMER_INIT_FLAGS (TIMER_DEFERRABLE | TIMER_PINNED | TIMER_IRQSAFE)

/* TIMER_INITIALIZER(fn, flags), or with the old (fn, expires, data). */
#define TIMER_INITIALIZER(...)                                             \
	TIMER_FORM3(__VA_ARGS__, TIMER_INITIALIZER_3, TIMER_INITIALIZER_2) \
	(__VA_ARGS__)
#define TIMER_INITIALIZER_2(fn, timer_flags)             \
	{                                                \
		.function = (fn), .flags = (timer_flags) \
	}
#define TIMER_INITIALIZER_3(fn, when, arg)                          \
	{                                                           \
		.expires = (when), .function = (fn), .data = (arg), \
		.flags = TIMER_OF_DATA                              \
	}
#define TIMER_FORM3(a, b, c, form, ...) form

/* DEFINE_TIMER(name, fn), or with the old (name, fn, expires, data). */
#define DEFINE_TIMER(name, ...)                                                \
	struct timer_list name = TIMER_FORM3(__VA_ARGS__, TIMER_INITIALIZER_3, \
					     too_few_arguments,                \
					     DEFINE_TIMER_1)(__VA_ARGS__)
#define DEFINE_TIMER_1(fn) TIMER_INITIALIZER_2(fn, 0)

/* The object around @timer; @var is a pointer to it. */
#define from_timer(var, timer, field) \
	container_of(timer, __typeof__(*var), field)

/* Make a timer that is not pending. @fn may be NULL until it is set; @expires
 * stays what it is, and may be set before. */
static inline void timer_setup(struct timer_list *timer,
			       void (*fn)(struct timer_list *timer), u32 flags)
{
	timer->next = NULL;
	timer->pprev = NULL;
	timer->function = fn;
	timer->data = 0;
	timer->flags = flags;
}

/**
 * init_timer - make a timer whose function is given timer->data
 *
 * 1.0 .. 4.14. @function, @data and @expires stay what they are: they may be set
 * before or after.
 * Context: any.
 */
static inline void init_timer(struct timer_list *timer)
{
	timer->next = NULL;
	timer->pprev = NULL;
	timer->flags = TIMER_OF_DATA;
}

/* 2.6.15 .. 4.14: the same, and what to call. */
static inline void setup_timer(struct timer_list *timer,
			       void (*fn)(unsigned long data),
			       unsigned long data)
{
	init_timer(timer);
	timer->function = fn;
	timer->data = data;
}

/* Nothing is kept of a timer on a stack: the same calls, for Linux's code. */
#define timer_setup_on_stack(timer, fn, flags) timer_setup(timer, fn, flags)
#define destroy_timer_on_stack(timer) ((void)(timer))

/* Set and not yet called. Without a lock: what it was a moment ago. */
static inline bool timer_pending(const struct timer_list *timer)
{
	return READ_ONCE(timer->pprev) != NULL;
}

/**
 * mod_timer - set a timer, or set it to another time
 * @expires: in jiffies
 *
 * The way to set a timer for who does not know whether it is set already.
 * Return: 1 if it was pending, 0 if not.
 * Context: any.
 */
int mod_timer(struct timer_list *timer, unsigned long expires);

/* The same, but a timer that is not pending stays so. */
int mod_timer_pending(struct timer_list *timer, unsigned long expires);

/* The same, but a pending timer is never put off, only brought forward. */
int timer_reduce(struct timer_list *timer, unsigned long expires);

/**
 * add_timer - set a timer that is not pending to timer->expires
 *
 * One that is pending is a report; it is then set to the new time.
 * Context: any.
 */
void add_timer(struct timer_list *timer);

/* The same, on @cpu. */
void add_timer_on(struct timer_list *timer, unsigned int cpu);

/**
 * del_timer - take a timer back
 *
 * Its function may be running on another CPU when this returns.
 * Return: 1 if it was pending, 0 if not.
 * Context: any.
 */
int del_timer(struct timer_list *timer);

/* The same, but -1 (and nothing is done) if its function is running. */
int try_to_del_timer_sync(struct timer_list *timer);

/**
 * del_timer_sync - take a timer back, and wait until its function has returned
 *
 * The function must not set the timer again for ever, and must not wait for a
 * lock that the caller holds. Not in the function itself: that is a report.
 * Return: as del_timer().
 * Context: thread or softirq; not with interrupts off.
 */
int del_timer_sync(struct timer_list *timer);

/* Linux's later names. */
#define timer_delete(timer) del_timer(timer)
#define timer_delete_sync(timer) del_timer_sync(timer)

/*
 * For start-up and the tick.
 */
#ifndef MODULE /* whose own init may be called so */
void timers_init(void);
#endif

/* On each CPU, in its timer interrupt. */
void timers_tick(void);

/* Call @fn for each timer that is pending, which must not sleep and must leave
 * timers alone: a lock of theirs is held. Context: any. */
void timers_each(void (*fn)(void *ctx, struct timer_list *timer), void *ctx);

/*
 * One CPU's wheel, for the tests: core/timer_wheel.c has the theory.
 * Locking: the caller's.
 */
#define WHEEL_BITS 6u
#define WHEEL_SLOTS (1u << WHEEL_BITS)
#define WHEEL_LEVELS 5u
/* What lies further ahead waits in the last slot, and is looked at again. */
#define WHEEL_MAX_AHEAD ((1ul << (WHEEL_BITS * WHEEL_LEVELS)) - 1)

struct timer_wheel {
	unsigned long clk; /* the next tick to be served */
	unsigned long nr_timers; /* in the slots and in @due */
	struct timer_list *due; /* their tick has come */
	struct timer_list *slot[WHEEL_LEVELS][WHEEL_SLOTS];
};

/* An empty wheel. @now: the next tick to be served. */
void timer_wheel_init(struct timer_wheel *wheel, unsigned long now);
/* @timer is not pending; its time is timer->expires. O(1). */
void timer_wheel_add(struct timer_wheel *wheel, struct timer_list *timer);
/* @timer is in @wheel. O(1). */
void timer_wheel_del(struct timer_wheel *wheel, struct timer_list *timer);
/* Serve one tick: what it makes due goes to wheel->due, which was empty. */
void timer_wheel_advance(struct timer_wheel *wheel);
/* Take one that is due out of the wheel; NULL: there is none. */
struct timer_list *timer_wheel_pop(struct timer_wheel *wheel);

#endif
