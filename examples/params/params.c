/* SPDX-License-Identifier: MIT */
/*
 * params.c - variables that insmod sets
 *
 *	insmod params.ko times=2 whom=reader sizes=1,2,3
 *
 * The loader refuses a value that is not of the type. Whether it makes sense
 * only the module knows: it says so, and returns an error.
 */
#define pr_fmt(fmt) "params: " fmt
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static int times = 1;
module_param(times, int, 0444);
MODULE_PARM_DESC(times, "how often to greet, 1 to 10");

static char *whom = "world";
module_param(whom, charp, 0444);
MODULE_PARM_DESC(whom, "whom to greet");

static bool loud;
module_param(loud, bool, 0444);
MODULE_PARM_DESC(loud, "with an exclamation mark");

static unsigned int sizes[4];
static unsigned int nr_sizes;
module_param_array(sizes, uint, &nr_sizes, 0444);
MODULE_PARM_DESC(sizes, "up to four numbers, to be added up");

static int __init params_init(void)
{
	unsigned int sum = 0;
	int i;

	if (times < 1 || times > 10) {
		pr_err("times=%d: 1 to 10\n", times);
		return -EINVAL;
	}
	for (i = 0; i < times; i++)
		pr_info("hello, %s%s\n", whom, loud ? "!" : "");
	for (i = 0; i < (int)nr_sizes; i++)
		sum += sizes[i];
	pr_info("%u sizes, %u in all\n", nr_sizes, sum);
	return 0;
}

/* Nothing to undo; but without it the module could not be unloaded. */
static void __exit params_exit(void)
{
}

module_init(params_init);
module_exit(params_exit);
MODULE_DESCRIPTION("variables that insmod sets");
MODULE_LICENSE("Dual MIT/GPL");
