/* SPDX-License-Identifier: MIT */
/*
 * timer_wheel.c - timers by when they are due: one CPU's hierarchy of wheels
 *
 * Five levels of 64 slots. A slot of level 0 is one tick, one of level n is
 * 64^n ticks wide. A timer goes to the lowest level that reaches far enough, in
 * the slot of its time: O(1). Each tick empties one slot of level 0; each time
 * level 0 comes round, the next slot of level 1 is dealt out again, and so on
 * up. So a timer moves at most four times, and is due at its very tick.
 *
 * Times further ahead than the wheels reach (2^30 ticks, 124 days) wait in the
 * last slot in reach and are placed again when it comes; times that have passed
 * are served with the next tick. All is computed from differences, so the
 * counter may wrap at any point.
 *
 * Invariants:
 *   - wheel->clk is the next tick to be served; all timers in the slots are
 *     placed relative to it
 *   - the slot of level n > 0 that holds clk's own time has been dealt out,
 *     unless clk is its first tick: what is in it is a whole turn ahead
 *   - a timer that is linked has pprev set: it says where the link to it is
 *
 * Locking: the caller's (core/timer.c).
 */
#include <kernel/jiffies.h>
#include <kernel/timer.h>
#include <kernel/util.h>

#define SLOT_MASK (WHEEL_SLOTS - 1)

static unsigned int slot_index(unsigned long when, unsigned int level)
{
	return (unsigned int)(when >> (level * WHEEL_BITS)) & SLOT_MASK;
}

static void timer_link(struct timer_list **head, struct timer_list *timer)
{
	timer->next = *head;
	if (timer->next)
		timer->next->pprev = &timer->next;
	*head = timer;
	/* Read without a lock by timer_pending(). */
	WRITE_ONCE(timer->pprev, head);
}

static void timer_unlink(struct timer_list *timer)
{
	*timer->pprev = timer->next;
	if (timer->next)
		timer->next->pprev = timer->pprev;
	WRITE_ONCE(timer->pprev, NULL);
}

void timer_wheel_init(struct timer_wheel *wheel, unsigned long now)
{
	*wheel = (struct timer_wheel){ .clk = now };
}

/* The slot for a timer of @expires, as seen from clk. */
static struct timer_list **wheel_slot(struct timer_wheel *wheel,
				      unsigned long expires)
{
	unsigned long when = expires, ahead = expires - wheel->clk;
	unsigned int level = 0;

	if (time_before(expires, wheel->clk)) {
		when = wheel->clk;
		ahead = 0;
	} else if (ahead > WHEEL_MAX_AHEAD) {
		when = wheel->clk + WHEEL_MAX_AHEAD;
		ahead = WHEEL_MAX_AHEAD;
	}
	while (ahead >> ((level + 1) * WHEEL_BITS))
		level++;
	return &wheel->slot[level][slot_index(when, level)];
}

void timer_wheel_add(struct timer_wheel *wheel, struct timer_list *timer)
{
	timer_link(wheel_slot(wheel, timer->expires), timer);
	wheel->nr_timers++;
}

void timer_wheel_del(struct timer_wheel *wheel, struct timer_list *timer)
{
	timer_unlink(timer);
	wheel->nr_timers--;
}

/* Deal the timers of a slot out to the levels below. They must not be seen as
 * not pending meanwhile, so they keep some pprev. */
static void slot_cascade(struct timer_wheel *wheel, struct timer_list **slot)
{
	struct timer_list *timer = *slot, *next;

	*slot = NULL;
	for (; timer; timer = next) {
		next = timer->next;
		timer_link(wheel_slot(wheel, timer->expires), timer);
	}
}

void timer_wheel_advance(struct timer_wheel *wheel)
{
	unsigned int idx = slot_index(wheel->clk, 0), level = 0;
	struct timer_list **slot;

	while (!idx && ++level < WHEEL_LEVELS) {
		idx = slot_index(wheel->clk, level);
		slot_cascade(wheel, &wheel->slot[level][idx]);
	}
	slot = &wheel->slot[0][slot_index(wheel->clk, 0)];
	wheel->due = *slot;
	if (wheel->due)
		WRITE_ONCE(wheel->due->pprev, &wheel->due);
	*slot = NULL;
	wheel->clk++;
}

struct timer_list *timer_wheel_pop(struct timer_wheel *wheel)
{
	struct timer_list *timer = wheel->due;

	if (timer)
		timer_wheel_del(wheel, timer);
	return timer;
}
