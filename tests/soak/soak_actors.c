/* SPDX-License-Identifier: MIT */
/*
 * soak_actors.c - contexts that take, swap and give back items
 *
 * Each CPU has two threads (one may go elsewhere), a tasklet, a timer, and an
 * actor for calls from other CPUs, which come as hardware interrupts. An actor
 * is only ever used by its own context, so it needs no lock. Items change hands
 * through a row of places: what one took on one CPU, another gives back on the
 * next.
 *
 * From each mempool an actor holds one element at most, and does not pass it
 * on: or all who need a second could wait for one another.
 */
#include <kernel/barrier.h>
#include <kernel/err.h>
#include <kernel/interrupt.h>
#include <kernel/jiffies.h>
#include <kernel/kthread.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/smp.h>
#include <kernel/string.h>
#include <kernel/timer.h>
#include <kernel/util.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include "soak.h"

#define SLOTS 12u /* items an actor can hold */
#define PLACES 64u /* for items that change hands */
#define THREAD_STEPS 32u /* between looks whether to stop */
#define ATOMIC_STEPS 8u /* of a tasklet, timer or call */
#define STIR_STEPS 256u /* between reaps of caches */

struct soak_actor {
	struct xorshift32 rng;
	bool may_sleep;
	struct soak_item *slot[SLOTS]; /* never NULL */
	struct soak_item item[SLOTS]; /* those it began with */
	unsigned long taken[NR_SOAK_KINDS], refused[NR_SOAK_KINDS];
};

/* What a CPU has. */
struct soak_cpu {
	struct soak_actor bound, free, soft, timed, called;
	struct task_struct *bound_task, *free_task;
	struct tasklet_struct tasklet;
	struct timer_list timer;
	unsigned int number;
};

static struct soak_cpu *cpus[CONFIG_NR_CPUS];
static struct soak_item spare[PLACES];
static struct soak_item *place[PLACES];
static bool stopping;
/* Of all actors that are gone. */
static unsigned long total_taken[NR_SOAK_KINDS], total_refused[NR_SOAK_KINDS];

/* ---- one step ------------------------------------------------------------ */

static bool soak_holds(const struct soak_actor *actor, enum soak_kind kind)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		if (actor->slot[i]->full && actor->slot[i]->kind == kind)
			return true;
	}
	return false;
}

static gfp_t soak_gfp(struct soak_actor *actor)
{
	static const gfp_t sleep[] = { GFP_KERNEL, GFP_KERNEL, GFP_NOFS,
				       GFP_NOIO, GFP_USER };
	static const gfp_t atomic[] = { GFP_ATOMIC, GFP_NOWAIT };
	u32 draw = xorshift32_next(&actor->rng);

	return __GFP_NOWARN |
	       (actor->may_sleep ? sleep[draw % ARRAY_SIZE(sleep)] :
				   atomic[draw % ARRAY_SIZE(atomic)]);
}

static void soak_step_take(struct soak_actor *actor, struct soak_item *item)
{
	enum soak_kind kind = xorshift32_below(&actor->rng, NR_SOAK_KINDS);

	if (!actor->may_sleep && !soak_kind_is_atomic(kind))
		return;
	if (soak_kind_is_single(kind) && soak_holds(actor, kind))
		return;
	if (soak_take(item, kind, soak_gfp(actor), &actor->rng))
		actor->taken[kind]++;
	else
		actor->refused[kind]++;
}

static void soak_step(struct soak_actor *actor)
{
	u32 draw = xorshift32_next(&actor->rng);
	struct soak_item **slot = &actor->slot[(draw >> 8) % SLOTS];
	struct soak_item *item = *slot;

	if (draw % 8 == 0 && !(item->full && soak_kind_is_single(item->kind)))
		*slot = xchg(&place[(draw >> 16) % PLACES], item);
	else if (item->full)
		soak_give(item);
	else
		soak_step_take(actor, item);
}

static void soak_steps(struct soak_actor *actor, unsigned int steps)
{
	while (steps--)
		soak_step(actor);
}

/* ---- the contexts -------------------------------------------------------- */

static void soak_tasklet(struct tasklet_struct *t)
{
	struct soak_cpu *c = from_tasklet(c, t, tasklet);

	soak_steps(&c->soft, ATOMIC_STEPS);
}

static void soak_timer(struct timer_list *t)
{
	struct soak_cpu *c = from_timer(c, t, timer);

	soak_steps(&c->timed, ATOMIC_STEPS);
	if (!READ_ONCE(stopping))
		mod_timer(t, jiffies + 1);
}

/* On CPU c->number, in its interrupt. */
static void soak_call(void *arg)
{
	struct soak_cpu *c = arg;

	soak_steps(&c->called, ATOMIC_STEPS);
}

static void soak_shrink_one(struct kmem_cache *cache, void *arg)
{
	(void)arg;
	kmem_cache_shrink(cache);
}

/* What comes seldom: another CPU is called, caches and areas are emptied. */
static void soak_stir(struct soak_actor *actor)
{
	u32 draw = xorshift32_next(&actor->rng);
	struct soak_cpu *c = cpus[draw % num_online_cpus()];

	/* A call to oneself would not come as an interrupt. */
	if (get_cpu() != c->number)
		(void)smp_call_function_single(c->number, soak_call, c, true);
	put_cpu();
	if (draw >> 16 < 0x10000u / STIR_STEPS)
		slab_for_each_cache(soak_shrink_one, NULL);
	if (draw % STIR_STEPS == 0)
		vm_unmap_aliases();
}

/* The tasklet of this CPU, if it still is: whichever, it will do. */
static void soak_raise(void)
{
	struct soak_cpu *c = cpus[get_cpu()];

	if (c)
		tasklet_schedule(&c->tasklet);
	put_cpu();
}

static int soak_thread(void *data)
{
	struct soak_actor *actor = data;

	while (!kthread_should_stop()) {
		soak_steps(actor, THREAD_STEPS);
		soak_raise();
		soak_stir(actor);
		cond_resched();
	}
	return 0;
}

/* ---- before and after ---------------------------------------------------- */

static void soak_actor_init(struct soak_actor *actor, u32 seed, bool may_sleep)
{
	unsigned int i;

	xorshift32_seed(&actor->rng, seed);
	/* Neighbours' seeds differ by one bit: let them part. */
	for (i = 0; i < 8; i++)
		xorshift32_next(&actor->rng);
	actor->may_sleep = may_sleep;
	for (i = 0; i < SLOTS; i++)
		actor->slot[i] = &actor->item[i];
}

static bool soak_cpu_init(unsigned int cpu, u32 seed)
{
	struct soak_cpu *c = kzalloc(sizeof(*c), GFP_KERNEL);

	if (!c)
		return false;
	seed += cpu * 8;
	soak_actor_init(&c->bound, seed, true);
	soak_actor_init(&c->free, seed + 1, true);
	soak_actor_init(&c->soft, seed + 2, false);
	soak_actor_init(&c->timed, seed + 3, false);
	soak_actor_init(&c->called, seed + 4, false);
	tasklet_setup(&c->tasklet, soak_tasklet);
	timer_setup(&c->timer, soak_timer, 0);
	c->number = cpu;
	cpus[cpu] = c;
	c->bound_task =
		kthread_create_on_cpu(soak_thread, &c->bound, cpu, "soak/%u");
	c->free_task =
		kthread_create(soak_thread, &c->free, "soak-any/%u", cpu);
	return !IS_ERR(c->bound_task) && !IS_ERR(c->free_task);
}

bool soak_actors_start(u32 seed)
{
	unsigned int cpu;
	bool ok = true;

	WRITE_ONCE(stopping, false);
	memset(total_taken, 0, sizeof(total_taken));
	memset(total_refused, 0, sizeof(total_refused));
	for (cpu = 0; cpu < PLACES; cpu++)
		place[cpu] = &spare[cpu];
	for (cpu = 0; cpu < num_online_cpus() && ok; cpu++)
		ok = soak_cpu_init(cpu, seed);
	for (cpu = 0; cpu < num_online_cpus() && ok; cpu++) {
		cpus[cpu]->timer.expires = jiffies + 1;
		add_timer_on(&cpus[cpu]->timer, cpu);
		wake_up_process(cpus[cpu]->bound_task);
		wake_up_process(cpus[cpu]->free_task);
	}
	return ok;
}

static void soak_stop_task(struct task_struct *task)
{
	if (task && !IS_ERR(task))
		kthread_stop(task);
}

static void soak_empty(struct soak_actor *actor)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		if (actor->slot[i]->full)
			soak_give(actor->slot[i]);
	}
}

static void soak_empty_cpu(struct soak_cpu *c)
{
	soak_empty(&c->bound);
	soak_empty(&c->free);
	soak_empty(&c->soft);
	soak_empty(&c->timed);
	soak_empty(&c->called);
}

static void soak_add(const struct soak_actor *actor)
{
	unsigned int i;

	for (i = 0; i < NR_SOAK_KINDS; i++) {
		total_taken[i] += actor->taken[i];
		total_refused[i] += actor->refused[i];
	}
}

static void soak_cpu_exit(struct soak_cpu *c)
{
	soak_add(&c->bound);
	soak_add(&c->free);
	soak_add(&c->soft);
	soak_add(&c->timed);
	soak_add(&c->called);
	kfree(c);
}

void soak_actors_stop(void)
{
	unsigned int cpu, i;

	WRITE_ONCE(stopping, true);
	/* First all threads: they call other CPUs and raise tasklets. */
	for (cpu = 0; cpu < CONFIG_NR_CPUS; cpu++) {
		if (!cpus[cpu])
			continue;
		soak_stop_task(cpus[cpu]->bound_task);
		soak_stop_task(cpus[cpu]->free_task);
	}
	for (cpu = 0; cpu < CONFIG_NR_CPUS; cpu++) {
		if (!cpus[cpu])
			continue;
		del_timer_sync(&cpus[cpu]->timer);
		tasklet_kill(&cpus[cpu]->tasklet);
	}
	/* An item may lie anywhere: all are given back before any goes. */
	for (i = 0; i < PLACES; i++) {
		if (place[i] && place[i]->full)
			soak_give(place[i]);
	}
	for (cpu = 0; cpu < CONFIG_NR_CPUS; cpu++) {
		if (cpus[cpu])
			soak_empty_cpu(cpus[cpu]);
	}
	for (cpu = 0; cpu < CONFIG_NR_CPUS; cpu++) {
		if (cpus[cpu])
			soak_cpu_exit(cpus[cpu]);
		cpus[cpu] = NULL;
	}
}

void soak_actors_show(void)
{
	unsigned int i;

	for (i = 0; i < NR_SOAK_KINDS; i++) {
		console_printf("soak: %-15s %9lu taken %7lu refused\n",
			       soak_kind_name(i), total_taken[i],
			       total_refused[i]);
	}
}
