/* SPDX-License-Identifier: MIT */
/*
 * x86_switch_test.c - a thread finds its registers as it left them, whether it
 * gave way by itself or was interrupted between two instructions
 */
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <asm/processor.h>

#define NR_THREADS 3

struct registers {
	u32 pattern; /* what they are filled with, each with its own number */
	volatile u32 rounds;
	volatile u32 damaged;
};

/*
 * Fill every register but esp, stay for a while, and compare. @stay is a call
 * to make meanwhile, or 0 to spin and be interrupted.
 * Return: 0 if all are as they were (of those that a call preserves).
 */
static noinline u32 hold_registers(u32 pattern, u32 stay)
{
	u32 bad;

	__asm__ volatile("pushl %%ebp\n\t"
			 "pushl %[stay]\n\t"
			 "pushl %[pattern]\n\t"
			 "movl (%%esp), %%ebx\n\t"
			 "leal 1(%%ebx), %%esi\n\t"
			 "leal 2(%%ebx), %%edi\n\t"
			 "leal 3(%%ebx), %%ebp\n\t"
			 "movl 4(%%esp), %%eax\n\t"
			 "testl %%eax, %%eax\n\t"
			 "jz 1f\n\t"
			 "call *%%eax\n\t"
			 "jmp 3f\n"
			 "1:\n\t"
			 "movl $200000, %%ecx\n\t"
			 "leal 4(%%ebx), %%eax\n\t"
			 "leal 5(%%ebx), %%edx\n"
			 "2:\n\t"
			 "decl %%ecx\n\t"
			 "jnz 2b\n\t"
			 "subl $4, %%eax\n\t"
			 "subl (%%esp), %%eax\n\t"
			 "subl $5, %%edx\n\t"
			 "subl (%%esp), %%edx\n\t"
			 "orl %%edx, %%eax\n\t"
			 "jmp 4f\n"
			 "3:\n\t"
			 "xorl %%eax, %%eax\n"
			 "4:\n\t"
			 "subl (%%esp), %%ebx\n\t"
			 "orl %%ebx, %%eax\n\t"
			 "decl %%esi\n\t"
			 "subl (%%esp), %%esi\n\t"
			 "orl %%esi, %%eax\n\t"
			 "subl $2, %%edi\n\t"
			 "subl (%%esp), %%edi\n\t"
			 "orl %%edi, %%eax\n\t"
			 "subl $3, %%ebp\n\t"
			 "subl (%%esp), %%ebp\n\t"
			 "orl %%ebp, %%eax\n\t"
			 "addl $8, %%esp\n\t"
			 "popl %%ebp"
			 : "=a"(bad)
			 : [pattern] "d"(pattern), [stay] "c"(stay)
			 : "ebx", "esi", "edi", "memory", "cc");
	return bad;
}

static int hold_and_yield(void *data)
{
	struct registers *r = data;

	while (!kthread_should_stop()) {
		if (hold_registers(r->pattern, (u32)yield))
			r->damaged++;
		r->rounds++;
	}
	return 0;
}

static int hold_and_spin(void *data)
{
	struct registers *r = data;

	while (!kthread_should_stop()) {
		if (hold_registers(r->pattern, 0))
			r->damaged++;
		r->rounds++;
	}
	return 0;
}

/* Several at the same work on one CPU, with patterns of their own. */
static void hold(struct ktest *t, int (*fn)(void *data), unsigned int ticks)
{
	struct registers r[NR_THREADS];
	struct task_struct *task[NR_THREADS];
	unsigned long start = jiffies;
	unsigned int i, nr;

	for (nr = 0; nr < NR_THREADS; nr++) {
		r[nr] = (struct registers){ .pattern = 0x11111111u * (nr + 1) };
		task[nr] = kthread_create(fn, &r[nr], "hold/%u", nr);
		if (!KTEST_EXPECT_FALSE(t, IS_ERR(task[nr])))
			break;
		kthread_bind(task[nr], 0);
		wake_up_process(task[nr]);
	}
	while (jiffies - start < ticks)
		yield();
	for (i = 0; i < nr; i++) {
		KTEST_EXPECT_GE(t, task[i]->nr_switches, 2);
		KTEST_EXPECT_EQ(t, kthread_stop(task[i]), 0);
		KTEST_EXPECT_EQ(t, r[i].damaged, 0);
		KTEST_EXPECT_GE(t, r[i].rounds, 1);
	}
}

static void registers_survive_giving_way(struct ktest *t)
{
	hold(t, hold_and_yield, 10);
}

static void registers_survive_being_interrupted(struct ktest *t)
{
	hold(t, hold_and_spin, 40);
}

/* --- backtraces of those who wait ------------------------------------------ */

static int wait_to_stop(void *data)
{
	(void)data;
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static bool symbol_is(unsigned long pc, const char *name)
{
	const char *found;
	unsigned long start, size;

	return arch_symbol_lookup(pc, &found, &start, &size) &&
	       !strncmp(found, name, strlen(name));
}

static void a_sleepers_calls_are_known(struct ktest *t)
{
	struct task_struct *task = kthread_run(wait_to_stop, NULL, "waits");
	unsigned long start = jiffies, pcs[16];
	unsigned int n, i;
	bool found = false;

	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	while (READ_ONCE(task->on_cpu) || task_is_runnable(task)) {
		yield();
		if (jiffies - start > 5 * HZ)
			break;
	}
	n = task_context_backtrace(&task->context, pcs, 16);
	KTEST_EXPECT_GE(t, n, 3);
	for (i = 0; i < n; i++) {
		/* Exact all the way: no guesses. */
		KTEST_EXPECT_NE(t, pcs[i], 0);
		found |= symbol_is(pcs[i], "wait_to_stop");
	}
	KTEST_EXPECT_TRUE(t, found);
	KTEST_EXPECT_TRUE(t, symbol_is(task->wchan, "wait_to_stop"));
	KTEST_EXPECT_EQ(t, kthread_stop(task), 0);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(registers_survive_giving_way),
	KTEST_CASE(registers_survive_being_interrupted),
	KTEST_CASE(a_sleepers_calls_are_known),
};
KTEST_SUITE(x86_switch, cases);
