/* SPDX-License-Identifier: MIT */
/*
 * fault_inject.c - the decision whether a request fails on purpose
 *
 * The rule is Linux's, so that its documentation holds: space is let through
 * first, then each interval-th request is a candidate, a candidate fails with
 * the given probability, and after @times failures the plan is spent. The draw
 * comes from a generator with a fixed seed: the same boot words give the same
 * failures.
 *
 * A plan by number is for the thread that makes it. It tells a piece of code's
 * own requests apart from those that other CPUs make at the same time.
 *
 * Plans on the command line are read long before the first request, but armed
 * only when the system runs: until then a refused request would end the boot,
 * which tells nothing about the code under test.
 *
 * Invariant: @active is true exactly while a plan is set or requests are being
 * counted (fault_fail_nth(attr, 0)).
 *
 * Locking: none. Each counter is atomic by itself; two CPUs that ask at once
 * each get an answer the plan allows, and no more than @times failures come.
 */
#include <kernel/errno.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/preempt.h>
#include <kernel/sched.h>
#include <kernel/util.h>
#include <mm/fault_inject.h>
#include <mm/zone.h>

struct fault_attr fault_slab = FAULT_ATTR_INIT("failslab");

static void fault_set_active(struct fault_attr *attr, bool active)
{
	WRITE_ONCE(attr->active, active);
	if (attr->changed)
		attr->changed(attr);
}

/* Take one from a counter unless it is at @floor. Return: one was taken. */
static bool counter_take(atomic_t *counter, int floor)
{
	int seen = atomic_read(counter);

	while (seen > floor) {
		int found = atomic_cmpxchg(counter, seen, seen - 1);

		if (found == seen)
			return true;
		seen = found;
	}
	return false;
}

/* The n-th request by number. */
static bool plan_by_number(struct fault_attr *attr)
{
	int before = atomic_read(&attr->nth);

	return counter_take(&attr->nth, 0) && before == 1;
}

/* Let @size_bytes through as long as the plan has space for it. */
static bool plan_has_space(struct fault_attr *attr, size_t size_bytes)
{
	int space = atomic_read(&attr->space_bytes);

	if (space <= 0 || (size_t)space <= size_bytes)
		return false;
	atomic_add(-(int)size_bytes, &attr->space_bytes);
	return true;
}

static bool plan_by_rule(struct fault_attr *attr, unsigned int request,
			 size_t size_bytes)
{
	if (attr->probability == 0 || atomic_read(&attr->times) == 0)
		return false;
	if (plan_has_space(attr, size_bytes))
		return false;
	if (attr->interval > 1 && request % attr->interval != 0)
		return false;
	if (xorshift32_below(&attr->random, 100) >= attr->probability)
		return false;
	return atomic_read(&attr->times) == FAULT_UNLIMITED ||
	       counter_take(&attr->times, 0);
}

/* What an interrupt handler asks for is not the interrupted thread's. */
static bool plan_concerns_us(const struct fault_attr *attr)
{
	const struct task_struct *task = READ_ONCE(attr->task);

	return !task || (in_task() && task == current);
}

bool should_fail(struct fault_attr *attr, unsigned long site, size_t size_bytes)
{
	unsigned int request;

	if (!plan_concerns_us(attr))
		return false;
	request = (unsigned int)atomic_add_return(1, &attr->requests);
	if (!plan_by_number(attr) && !plan_by_rule(attr, request, size_bytes))
		return false;
	atomic_inc(&attr->failures);
	attr->last_site = site;
	return true;
}

void fault_reset(struct fault_attr *attr)
{
	fault_set_active(attr, false);
	attr->interval = 1;
	attr->probability = 0;
	atomic_set(&attr->space_bytes, 0);
	atomic_set(&attr->times, 0);
	atomic_set(&attr->nth, 0);
	WRITE_ONCE(attr->task, NULL);
	atomic_set(&attr->requests, 0);
	atomic_set(&attr->failures, 0);
	attr->last_site = 0;
	/* A private attr may be all zero, a state the generator cannot leave. */
	xorshift32_seed(&attr->random, 0x2545f491u);
}

void fault_plan_save(const struct fault_attr *attr, struct fault_attr *saved)
{
	*saved = *attr;
}

void fault_plan_restore(struct fault_attr *attr, const struct fault_attr *saved)
{
	fault_set_active(attr, false);
	attr->interval = saved->interval;
	attr->probability = saved->probability;
	atomic_set(&attr->space_bytes, atomic_read(&saved->space_bytes));
	atomic_set(&attr->times, atomic_read(&saved->times));
	atomic_set(&attr->nth, atomic_read(&saved->nth));
	WRITE_ONCE(attr->task, saved->task);
	atomic_set(&attr->requests, atomic_read(&saved->requests));
	atomic_set(&attr->failures, atomic_read(&saved->failures));
	attr->last_site = saved->last_site;
	attr->random = saved->random;
	fault_set_active(attr, saved->active);
}

void fault_fail_nth(struct fault_attr *attr, unsigned int n)
{
	fault_reset(attr);
	WRITE_ONCE(attr->task, current);
	atomic_set(&attr->nth, (int)min(n, (unsigned int)INT_MAX));
	fault_set_active(attr, true);
}

/* The four numbers in their order; get_option_int() tells when one is last. */
static bool plan_numbers(const char *text, int number[4])
{
	int i;

	for (i = 0; i < 4; i++) {
		if (get_option_int(&text, &number[i]) != (i < 3 ? 2 : 1))
			return false;
	}
	return *text == '\0';
}

int fault_attr_plan(struct fault_attr *attr, const char *text)
{
	int number[4];

	if (!text || !plan_numbers(text, number))
		return -EINVAL;
	if (number[0] < 0 || number[1] < 0 || number[1] > 100 ||
	    number[2] < 0 || number[3] < FAULT_UNLIMITED)
		return -EINVAL;

	fault_reset(attr);
	attr->interval = (unsigned int)number[0];
	attr->probability = (unsigned int)number[1];
	atomic_set(&attr->space_bytes, number[2]);
	atomic_set(&attr->times, number[3]);
	return 0;
}

void fault_attr_arm(struct fault_attr *attr)
{
	fault_set_active(attr, attr->probability != 0 &&
				       atomic_read(&attr->times) != 0);
}

int fault_attr_parse(struct fault_attr *attr, const char *text)
{
	int err = fault_attr_plan(attr, text);

	if (!err)
		fault_attr_arm(attr);
	return err;
}

void fault_inject_arm_boot_plans(void)
{
	fault_attr_arm(&fault_slab);
	fault_attr_arm(&mm_node.fault);
}

static int failslab_set(const char *value)
{
	return fault_attr_plan(&fault_slab, value);
}
KERNEL_PARAM(failslab, "failslab", failslab_set,
	     "=interval,probability,space,times: make slab requests fail");

static int fail_page_alloc_set(const char *value)
{
	return fault_attr_plan(&mm_node.fault, value);
}
KERNEL_PARAM(fail_page_alloc, "fail_page_alloc", fail_page_alloc_set,
	     "=interval,probability,space,times: make page requests fail");
