/* SPDX-License-Identifier: MIT */
/*
 * x86_user_test.c - whose addresses a CPU sees, and who may follow them
 */
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/string.h>
#include <asm/control.h>
#include <asm/cpufeature.h>
#include <asm/traps.h>
#include "sched_fixture.h"
#include "user_fixture.h"

static void read_fn(void *arg)
{
	(void)*(volatile u32 *)arg;
}

static void write_fn(void *arg)
{
	*(volatile u32 *)arg = 1;
}

static void call_fn(void *arg)
{
	((void (*)(void))arg)();
}

static void
page_that_is_not_there_is_not_made_for_a_direct_access(struct ktest *t)
{
	struct trap_caught c;
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	KTEST_EXPECT_TRUE(t, trap_catch(read_fn, (void *)USER_BASE, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "user-deref");
	KTEST_EXPECT_STREQ(t, c.fault.detail, "read addr=40010000");
	KTEST_EXPECT_EQ(t, u.mm->nr_anon, 0);
	user_end(t, &u);
}

static void direct_access_is_found_where_the_cpu_has_smap(struct ktest *t)
{
	bool smap = cpu_info()->leaf7_ebx & CPU_LEAF7_SMAP;
	struct trap_caught c;
	struct test_user u;

	KTEST_EXPECT_EQ(t, !!(read_cr4() & CR4_SMAP), smap);
	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	KTEST_EXPECT_EQ(t, clear_user(user_ptr(USER_BASE), 8), 0);
	KTEST_EXPECT_EQ(t, trap_catch(read_fn, (void *)USER_BASE, &c), smap);
	if (smap) {
		KTEST_EXPECT_EQ(t, c.error, FAULT_PROTECTION);
		KTEST_EXPECT_STREQ(t, c.fault.class, "user-deref");
		KTEST_EXPECT_STREQ(t, c.fault.detail, "read addr=40010000");
	}
	KTEST_EXPECT_EQ(t, trap_catch(write_fn, (void *)USER_BASE, &c), smap);
	if (smap)
		KTEST_EXPECT_STREQ(t, c.fault.detail, "write addr=40010000");
	user_end(t, &u);
}

static void users_memory_is_not_executed(struct ktest *t)
{
	bool smep = cpu_info()->leaf7_ebx & CPU_LEAF7_SMEP;
	struct trap_caught c;
	struct test_user u;

	if (!smep) {
		ktest_skip(t, "this CPU has no SMEP");
		return;
	}
	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW | VM_EXEC);
	/* A near return: it would come back. */
	KTEST_EXPECT_EQ(t, put_user(0xc3, (u8 __user *)user_ptr(USER_BASE)), 0);
	KTEST_EXPECT_TRUE(t, trap_catch(call_fn, (void *)USER_BASE, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "exec-of-data");
	KTEST_EXPECT_EQ(t, strncmp(c.fault.detail, "user", 4), 0);
	user_end(t, &u);
}

/* trap_catch() turns interrupts off, so the page must be there, and the call
 * that may sleep is not the one that is made. */
static void inatomic_fn(void *arg)
{
	(void)!__copy_to_user_inatomic(user_ptr(USER_BASE), arg, 4);
}

static void wrong_pointer_of_the_kernels_is_a_bug_as_any(struct ktest *t)
{
	struct trap_caught c;
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	KTEST_EXPECT_EQ(t, clear_user(user_ptr(USER_BASE), 8), 0);
	KTEST_EXPECT_TRUE(t, trap_catch(inatomic_fn, (void *)0xfffff000ul, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "bad-access");
	/* It was abandoned in the middle: what it had turned off. */
	pagefault_enable();
	user_end(t, &u);
}

/* cr3 points to what the user's tables are, and not when he is gone. */
static void cpus_let_go_of_tables_that_are_freed(struct ktest *t)
{
	struct test_user u;
	u32 tables;

	if (!user_begin(t, &u))
		return;
	tables = (u32)__pa(&u.mm->tables);
	preempt_disable();
	KTEST_EXPECT_EQ(t, read_cr3(), tables);
	preempt_enable();
	KTEST_EXPECT_NE(t, u.mm->tables.seen_by, 0);
	user_end(t, &u);
	preempt_disable();
	KTEST_EXPECT_NE(t, read_cr3(), tables);
	preempt_enable();
}

static u32 seen_cr3;

static int looks(void *data)
{
	(void)data;
	preempt_disable();
	seen_cr3 = read_cr3();
	preempt_enable();
	return 0;
}

/* That would cost two loads of cr3 each time. */
static void thread_without_a_user_keeps_what_the_cpu_sees(struct ktest *t)
{
	struct task_struct *task;
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	KTEST_EXPECT_EQ(t, set_cpus_allowed_ptr(current, &CPU_MASK_CPU(0)), 0);
	seen_cr3 = 0;
	task = kthread_create(looks, NULL, "looks");
	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	kthread_bind(task, 0);
	get_task_struct(task);
	wake_up_process(task);
	kthread_join(task);
	put_task_struct(task);
	KTEST_EXPECT_EQ(t, seen_cr3, (u32)__pa(&u.mm->tables));
	KTEST_EXPECT_EQ(t, set_cpus_allowed_ptr(current, &CPU_MASK_ALL), 0);
	user_end(t, &u);
}

static const struct ktest_case x86_user_cases[] = {
	KTEST_CASE(page_that_is_not_there_is_not_made_for_a_direct_access),
	KTEST_CASE(direct_access_is_found_where_the_cpu_has_smap),
	KTEST_CASE(users_memory_is_not_executed),
	KTEST_CASE(wrong_pointer_of_the_kernels_is_a_bug_as_any),
	KTEST_CASE(cpus_let_go_of_tables_that_are_freed),
	KTEST_CASE(thread_without_a_user_keeps_what_the_cpu_sees),
};
KTEST_SUITE(x86_user, x86_user_cases);
