/* SPDX-License-Identifier: MIT */
/* probe.c - shows the suite where its code and its data lie */
#include <linux/module.h>

#include "probe.h"

static const int constant = 1;
static int variable = 2;

static noinline void probe_crash(void *arg)
{
	*(volatile int *)arg = variable;
}

static noinline int probe_inner(int (*fn)(void *arg), void *arg)
{
	return fn(arg) + constant;
}

static int probe_call(int (*fn)(void *arg), void *arg)
{
	return probe_inner(fn, arg) + variable;
}

static noinline void __init probe_init_code(void)
{
	variable++;
}

static const struct probe probe = {
	.crash = probe_crash,
	.call = probe_call,
	.init_code = probe_init_code,
	.constant = &constant,
	.variable = &variable,
};

static int __init probe_init(void)
{
	probe_init_code();
	test_probe(&probe);
	return 0;
}

static void __exit probe_exit(void)
{
}

module_init(probe_init);
module_exit(probe_exit);
MODULE_LICENSE("GPL");
