/* SPDX-License-Identifier: MIT */
/* api_module.c - what every module has: parameters, lists, numbers, printk */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/bug.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <linux/string.h>
#include "api.h"

static int number = 1;
static char *text = "none";
static int row[3];
static int row_nr;
module_param(number, int, 0644);
module_param(text, charp, 0444);
module_param_array(row, int, &row_nr, 0);
MODULE_PARM_DESC(number, "any number");

struct item {
	int n;
	struct list_head link;
};
static LIST_HEAD(items);

static void lists(void)
{
	struct item *item, *next;
	int i, sum = 0;

	for (i = 1; i <= 3; i++) {
		item = kmalloc(sizeof(*item), GFP_KERNEL);
		API_EXPECT(item);
		item->n = i;
		list_add_tail(&item->link, &items);
	}
	list_for_each_entry(item, &items, link)
		sum = 10 * sum + item->n;
	API_EXPECT(sum == 123);
	list_for_each_entry_safe(item, next, &items, link) {
		list_del(&item->link);
		kfree(item);
	}
	API_EXPECT(list_empty(&items));
}

static void numbers(void)
{
	char buf[32];
	long value;

	API_EXPECT(LINUX_VERSION_CODE == KERNEL_VERSION(6, 1, 0));
	API_EXPECT(sprintf(buf, "%p %i %s", (void *)0x1234, -5, "x") == 13);
	API_EXPECT(!strcmp(buf, "00001234 -5 x"));
	API_EXPECT(!kstrtol("-77", 0, &value) && value == -77);
	API_EXPECT(kstrtol("7x", 0, &value) == -EINVAL);
	API_EXPECT(min(3, 4) == 3 && max(3, 4) == 4);
	API_EXPECT(container_of(&((struct item *)16)->link, struct item,
				link) == (struct item *)16);
}

struct table {
	int nr;
	long rows[];
};

/* What is said, and how often; the warnings themselves count as failures. */
static void words(void)
{
	struct resource window = DEFINE_RES_MEM(0xa0000, 0x10000);
	struct table *table;
	char buf[64];
	int i;

	BUILD_BUG_ON(sizeof(int) != 4);
	BUILD_BUG_ON_MSG(sizeof(long) > 8, "longs are not so long");
	API_EXPECT(BUILD_BUG_ON_ZERO(0) == 0);
	API_EXPECT(!WARN(0, "never %d\n", 1) && !WARN_ONCE(0, "never\n"));
	for (i = 0; i < 20; i++) {
		pr_info_once("api_module: once\n");
		pr_info_ratelimited("api_module: ten times\n");
	}
	print_hex_dump(KERN_DEBUG, "api: ", DUMP_PREFIX_OFFSET, 16, 1, "hello",
		       5, true);
	API_EXPECT(hex_dump_to_buffer("AB", 2, 16, 1, buf, sizeof(buf),
				      false) == 5);
	API_EXPECT(!strcmp(buf, "41 42"));
	snprintf(buf, sizeof(buf), "%pR", &window);
	API_EXPECT(!strcmp(buf, "[mem 0x000a0000-0x000affff]"));
	API_EXPECT(struct_size(table, rows, 4) == 4 + 4 * sizeof(long));
	API_EXPECT(array_size(1ul << 31, 4) == SIZE_MAX);
	table = kmalloc(struct_size(table, rows, 1ul << 31),
			GFP_KERNEL | __GFP_NOWARN);
	API_EXPECT(!table);
	API_EXPECT(GENMASK(15, 8) == 0xff00 && roundup(10, 4) == 12);
	kernel_param_lock(THIS_MODULE);
	API_EXPECT(!strcmp(text, "two words"));
	kernel_param_unlock(THIS_MODULE);
}

static int __init api_init(void)
{
	API_EXPECT(THIS_MODULE != NULL);
	API_EXPECT(try_module_get(THIS_MODULE));
	module_put(THIS_MODULE);
	API_EXPECT(number == 5 && !strcmp(text, "two words"));
	API_EXPECT(row_nr == 2 && row[0] == 7 && row[1] == 8);
	lists();
	numbers();
	words();
	return api_result();
}

static void __exit api_exit(void)
{
	printk(KERN_INFO "api_module: unloaded\n");
}

module_init(api_init);
module_exit(api_exit);
MODULE_AUTHOR("the Pagewright authors");
MODULE_DESCRIPTION("what every module has");
MODULE_LICENSE("Dual MIT/GPL");
