/* SPDX-License-Identifier: MIT */
/* cred_test.c - in whose name a task acts, and where it sits */
#include <kernel/cred.h>
#include <kernel/kthread.h>
#include <kernel/ktest.h>
#include <kernel/tty.h>

static const struct cred guest = {
	.uid = { 1000 },
	.euid = { 1001 },
	.cap_effective = 1ull << CAP_MKNOD,
};

static void threads_of_the_kernel_act_as_root(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, current_uid().val, 0);
	KTEST_EXPECT_EQ(t, current_euid().val, 0);
	KTEST_EXPECT_TRUE(t, capable(CAP_SYS_ADMIN));
	KTEST_EXPECT_TRUE(t, capable(CAP_LAST_CAP));
}

static void nobody_has_a_right_that_does_not_exist(struct ktest *t)
{
	KTEST_EXPECT_FALSE(t, capable(-1));
	KTEST_EXPECT_FALSE(t, capable(CAP_LAST_CAP + 1));
	KTEST_EXPECT_FALSE(t, capable(64));
}

static void another_name_has_other_rights_until_it_is_laid_down(struct ktest *t)
{
	const struct cred *own = override_creds(&guest);

	KTEST_EXPECT_EQ(t, current_uid().val, 1000);
	KTEST_EXPECT_EQ(t, current_euid().val, 1001);
	KTEST_EXPECT_EQ(t, current->uid, 1000);
	KTEST_EXPECT_EQ(t, current->euid, 1001);
	KTEST_EXPECT_FALSE(t, capable(CAP_SYS_ADMIN));
	KTEST_EXPECT_TRUE(t, capable(CAP_MKNOD));
	revert_creds(own);
	KTEST_EXPECT_EQ(t, current_uid().val, 0);
	KTEST_EXPECT_EQ(t, current->uid, 0);
	KTEST_EXPECT_TRUE(t, capable(CAP_SYS_ADMIN));
}

/* Run @fn in a thread of its own. Return: what it said; a negative number if
 * there could be no thread. */
static int thread_says(int (*fn)(void *unused))
{
	struct task_struct *task = kthread_create(fn, NULL, "says");
	int said;

	if (IS_ERR(task))
		return (int)PTR_ERR(task);
	get_task_struct(task); /* it may end before it is joined */
	wake_up_process(task);
	said = kthread_join(task);
	put_task_struct(task);
	return said;
}

static int user_of_a_thread(void *unused)
{
	(void)unused;
	return (int)current_uid().val;
}

static void a_new_thread_is_root_whoever_made_it(struct ktest *t)
{
	const struct cred *own = override_creds(&guest);
	int user = thread_says(user_of_a_thread);

	revert_creds(own);
	KTEST_EXPECT_EQ(t, user, 0);
}

static int device_of_a_thread(void *unused)
{
	(void)unused;
	return (int)tty_devnum(current->signal->tty);
}

static void only_who_sits_at_a_terminal_has_its_number(struct ktest *t)
{
	struct tty_struct tty = { .device = 4 << 20 | 64, .name = "ttyS0" };
	struct signal_struct mine = { .tty = &tty }, *own = current->signal;

	KTEST_EXPECT_EQ(t, tty_devnum(NULL), 0);
	task_set_signals(&mine);
	KTEST_EXPECT_EQ(t, tty_devnum(current->signal->tty), tty.device);
	KTEST_EXPECT_EQ(t, thread_says(device_of_a_thread), 0);
	task_set_signals(own);
}

static const struct ktest_case cred_cases[] = {
	KTEST_CASE(threads_of_the_kernel_act_as_root),
	KTEST_CASE(nobody_has_a_right_that_does_not_exist),
	KTEST_CASE(another_name_has_other_rights_until_it_is_laid_down),
	KTEST_CASE(a_new_thread_is_root_whoever_made_it),
	KTEST_CASE(only_who_sits_at_a_terminal_has_its_number),
};
KTEST_SUITE(cred, cred_cases);
