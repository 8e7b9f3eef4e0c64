/* SPDX-License-Identifier: MIT */
/*
 * fiber.c - threads of a hosted machine
 *
 * CPU 0 alone runs threads: each is a fiber on the CPU's host thread, so one
 * runs until it gives way, or until it turns interrupts on while one waits.
 * Time is virtual, and moves with ticks: so each run is like the one before.
 *
 * Ticks come from the idle task (asm/processor.h: cpu_wait_for_interrupt()),
 * when everybody sleeps; and from who waits in a loop of cpu_relax().
 */
#include <kernel/bug.h>
#include <kernel/irq.h>
#include <kernel/jiffies.h>
#include <kernel/percpu.h>
#include <kernel/sched.h>
#include <asm/processor.h>
#include <asm/switch.h>
#include <host/backend.h>
#include <host/internal.h>

/* Turns of a busy-waiting loop to a tick. */
#define TURNS_PER_TICK 1000u
/* Ticks in a row in which nobody runs: nearly three hours. Nobody ever will. */
#define MAX_IDLE_TICKS 1000000u
#define NS_PER_TICK (1000000000u / HZ)
/* What a look at the clock takes. */
#define NS_PER_LOOK 1000u

static unsigned int turns, idle_ticks;
static bool timer_runs;

void task_context_init(struct task_context *ctx, void *stack, size_t bytes,
		       void (*entry)(void))
{
	ctx->fiber = backend_fiber_make(stack, bytes, entry);
}

void task_context_switch(struct task_context *from,
			 const struct task_context *to)
{
	/* The one that booted runs on what the host gave it. */
	if (!from->fiber)
		from->fiber = backend_fiber_adopt();
	idle_ticks = 0;
	backend_fiber_switch(from->fiber, to->fiber);
}

void task_context_exit(struct task_context *ctx)
{
	backend_fiber_free(ctx->fiber);
	ctx->fiber = NULL;
}

unsigned int task_context_backtrace(const struct task_context *ctx,
				    unsigned long *pcs, unsigned int max)
{
	(void)ctx;
	(void)pcs;
	(void)max;
	return 0;
}

u64 arch_sched_clock(void)
{
	static u64 looks;

	return (u64)(jiffies - INITIAL_JIFFIES) * NS_PER_TICK +
	       ++looks * NS_PER_LOOK;
}

static irqreturn_t timer_interrupt(int irq, void *dev_id)
{
	(void)irq;
	(void)dev_id;
	time_tick();
	return IRQ_HANDLED;
}

void host_timer_start(void)
{
	if (request_irq(HOST_TIMER_IRQ, timer_interrupt, 0, "timer", NULL))
		panic("the timer's interrupt line is taken");
	timer_runs = true;
}

static bool timer_is_mine(void)
{
	return timer_runs && !raw_smp_processor_id();
}

void host_timer_idle(void)
{
	if (!timer_is_mine() || host_irq_waits())
		return;
	if (is_idle_task(current) && ++idle_ticks == MAX_IDLE_TICKS)
		panic("every thread sleeps, and nothing will wake one");
	host_irq.pending |= BIT(HOST_TIMER_IRQ);
}

void host_timer_turn(void)
{
	if (timer_is_mine() && ++turns == TURNS_PER_TICK) {
		turns = 0;
		host_irq_raise(HOST_TIMER_IRQ);
	}
}
