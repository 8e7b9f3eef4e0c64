/* SPDX-License-Identifier: MIT */
/*
 * fault_inject.h - make requests fail on purpose
 *
 * A place that can run out of something has a fault_attr and asks it once for
 * each request. Two ways to drive it: the boot words of Linux (failslab= and
 * fail_page_alloc=, each interval,probability,space,times), and, for tests,
 * "the n-th request from now fails", which sweeps a piece of code through all
 * of its out-of-memory paths.
 *
 * While nothing is planned, a request costs one load and one branch (@active).
 * Locking: none; the counters are atomic, and a plan is changed while nobody
 * else makes requests, or a few requests more or less do not matter.
 */
#ifndef MM_FAULT_INJECT_H
#define MM_FAULT_INJECT_H

#include <kernel/atomic.h>
#include <kernel/random.h>
#include <kernel/types.h>

/* @times without a limit. */
#define FAULT_UNLIMITED (-1)

struct task_struct;

struct fault_attr {
	const char *name; /* the boot word */
	bool active; /* all that the fast path reads */
	/* Told after each change of @active: for a place whose fast path does
	 * not even read that. May be NULL. */
	void (*changed)(struct fault_attr *attr);

	/* The plan by rule; as Linux defines the four numbers. */
	unsigned int interval; /* only each interval-th request, 0 as 1 */
	unsigned int probability; /* percent, of those */
	atomic_t space_bytes; /* let this much through first */
	atomic_t times; /* failures still to give, or FAULT_UNLIMITED */

	/* The plan by number: at 1 this request fails; 0 is no such plan. */
	atomic_t nth;
	/* Whose requests the plan is for, others are not even counted; NULL:
	 * everybody's, as plans by rule are. */
	const struct task_struct *task;

	atomic_t requests; /* asked while active */
	atomic_t failures; /* of those, refused */
	unsigned long last_site; /* who was refused last */
	struct xorshift32 random; /* the draw for @probability */
};

#define FAULT_ATTR_INIT(fault_name)                             \
	{                                                       \
		.name = (fault_name), .random = { 0x2545f491u } \
	}

/* Object requests of the slab caches: failslab=. The buddy's is mm_node.fault:
 * each node has its own, so that a test's private node fails alone. */
extern struct fault_attr fault_slab;

/**
 * should_fail - shall this request fail? The slow half, see fault_should_fail()
 * @site: who asked
 * @size_bytes: how much, counted against the plan's space
 *
 * Return: true if the request is to be refused. Context: any.
 */
bool should_fail(struct fault_attr *attr, unsigned long site,
		 size_t size_bytes);

static __always_inline bool fault_should_fail(struct fault_attr *attr,
					      unsigned long site,
					      size_t size_bytes)
{
	return unlikely(READ_ONCE(attr->active)) &&
	       should_fail(attr, site, size_bytes);
}

/**
 * fault_fail_nth - refuse exactly one request: this thread's @n-th from now
 * @n: 1 is the next one; 0 plans nothing but counts requests
 *
 * Other threads and interrupts are served as ever, and not counted.
 * Replaces any other plan of @attr and sets the counters to 0.
 */
void fault_fail_nth(struct fault_attr *attr, unsigned int n);

/* Drop every plan, set the counters to 0. */
void fault_reset(struct fault_attr *attr);

/**
 * fault_plan_save - remember the plan of @attr, which stays in force
 * @saved: set to the plan, how far it has come, and the counters
 *
 * A test that plans failures of a live attr saves first and restores after:
 * fault_reset() would end what the boot words have planned.
 */
void fault_plan_save(const struct fault_attr *attr, struct fault_attr *saved);

/* Put back what fault_plan_save() remembered, and tell the one who wants to
 * know of changes. */
void fault_plan_restore(struct fault_attr *attr,
			const struct fault_attr *saved);

/**
 * fault_attr_plan - set a plan that refuses nothing before it is armed
 * @text, Return: as fault_attr_parse()
 */
int __must_check fault_attr_plan(struct fault_attr *attr, const char *text);

/* From now on requests are refused as planned; without a plan, none. */
void fault_attr_arm(struct fault_attr *attr);

/* Arm what the command line planned. Context: once, when the system runs. */
void fault_inject_arm_boot_plans(void);

/**
 * fault_attr_parse - set and arm a plan from "interval,probability,space,times"
 * @text: four decimal numbers, nothing else; times -1 is no limit
 *
 * Return: 0; -EINVAL for anything else (the plan stays as it was).
 */
int __must_check fault_attr_parse(struct fault_attr *attr, const char *text);

#endif
