/* SPDX-License-Identifier: MIT */
/*
 * interrupt.h - tasklets, beside request_irq() and the softirqs
 *
 * A tasklet is a function that an interrupt handler has called later, with
 * interrupts on. Scheduled any number of times before it runs, it runs once.
 * It runs on the CPU that scheduled it, and never on two at once: it needs no
 * lock against itself. One that was scheduled while it runs, runs again.
 *
 * Like every softirq it may take GFP_ATOMIC memory, and does not sleep. The
 * theory is in core/tasklet.c.
 */
#ifndef KERNEL_INTERRUPT_H
#define KERNEL_INTERRUPT_H

#include <kernel/atomic.h>
#include <kernel/bitops.h>
#include <kernel/irq.h>
#include <kernel/softirq.h>

/* At start-up. */
#ifndef MODULE /* whose own init may be called so */
void tasklets_init(void);
#endif

/* Members are core/tasklet.c's own. */
struct tasklet_struct {
	struct tasklet_struct *next;
	unsigned long state; /* bits TASKLET_STATE_* */
	atomic_t count; /* disabled if not 0 */
	bool use_callback; /* which of the two is set */
	union {
		void (*func)(unsigned long data);
		void (*callback)(struct tasklet_struct *t);
	};
	unsigned long data;
};

enum {
	TASKLET_STATE_SCHED, /* waits to be run */
	TASKLET_STATE_RUN, /* runs, on some CPU */
	TASKLET_STATE_PARKED, /* waits, disabled, in no list */
	TASKLET_STATE_HI, /* how it was scheduled, for when it is enabled */
};

#define TASKLET_INITIALIZER(fn, disabled)                             \
	{                                                             \
		.count = ATOMIC_INIT(disabled), .use_callback = true, \
		.callback = (fn),                                     \
	}
/* The form of 2.0 .. 5.9: a function of a number. */
#define TASKLET_INITIALIZER_OLD(fn, arg, disabled)                           \
	{                                                                    \
		.count = ATOMIC_INIT(disabled), .func = (fn), .data = (arg), \
	}

/* DECLARE_TASKLET(name, callback), or with the old (name, func, data). */
#define DECLARE_TASKLET_2(name, fn) \
	struct tasklet_struct name = TASKLET_INITIALIZER(fn, 0)
#define DECLARE_TASKLET_3(name, fn, arg) \
	struct tasklet_struct name = TASKLET_INITIALIZER_OLD(fn, arg, 0)
#define DECLARE_TASKLET_DISABLED_2(name, fn) \
	struct tasklet_struct name = TASKLET_INITIALIZER(fn, 1)
#define DECLARE_TASKLET_DISABLED_3(name, fn, arg) \
	struct tasklet_struct name = TASKLET_INITIALIZER_OLD(fn, arg, 1)
#define TASKLET_FORM(a, b, c, form, ...) form
#define DECLARE_TASKLET(...)                                            \
	TASKLET_FORM(__VA_ARGS__, DECLARE_TASKLET_3, DECLARE_TASKLET_2) \
	(__VA_ARGS__)
#define DECLARE_TASKLET_DISABLED(...)                         \
	TASKLET_FORM(__VA_ARGS__, DECLARE_TASKLET_DISABLED_3, \
		     DECLARE_TASKLET_DISABLED_2)              \
	(__VA_ARGS__)
#define DECLARE_TASKLET_OLD(name, fn) DECLARE_TASKLET_3(name, fn, 0)

#define from_tasklet(var, t, field) container_of(t, __typeof__(*var), field)

void tasklet_setup(struct tasklet_struct *t,
		   void (*callback)(struct tasklet_struct *t));
void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long data),
		  unsigned long data);

/* Run it soon; hi: before all timers and other tasklets. Context: any. */
void tasklet_schedule(struct tasklet_struct *t);
void tasklet_hi_schedule(struct tasklet_struct *t);

/* Disabled it is not run, but stays scheduled. The calls nest. */
void tasklet_disable_nosync(struct tasklet_struct *t);
void tasklet_enable(struct tasklet_struct *t);

/* The same, and wait until it does not run. Context: not in the tasklet; not
 * with interrupts off. */
void tasklet_disable(struct tasklet_struct *t);

/**
 * tasklet_kill - wait until it neither runs nor waits to be run
 *
 * Before its memory goes away; nobody may schedule it any more. One that is
 * disabled would never run: it is taken back.
 * Context: may sleep.
 */
void tasklet_kill(struct tasklet_struct *t);

#endif
