/* SPDX-License-Identifier: MIT */
/* devres_test.c - what a driver has goes back, in reverse, once */
#include <fs/devres.h>
#include <kernel/dma_mapping.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/fault_inject.h>
#include <mm/ioremap.h>
#include <mm/slab.h>
#include "dma_fixture.h"

/* A line no device of the tested machines uses. */
#define FREE_LINE 13
/* Where a card could be, on no machine that runs this. */
#define NO_CARD 0xf1200000ull
#define NO_PORTS 0xe7e0u

static struct device_driver test_driver = { .name = "devres-test" };
static struct dma_test_device test_device;

/* What was given back, a letter each. */
static char trail[32];

static char *letter(char c)
{
	static char all[128];

	all[(unsigned char)c] = c;
	return &all[(unsigned char)c];
}

static struct device *device_new(void)
{
	struct device *dev = dma_test_device(&test_device, "devres0", 32);

	dev->driver = &test_driver;
	memset(trail, 0, sizeof(trail));
	return dev;
}

static void note(void *data)
{
	size_t n = strlen(trail);

	if (n < sizeof(trail) - 1)
		trail[n] = *(const char *)data;
}

static void note_release(struct device *dev, void *res)
{
	(void)dev;
	note(res);
}

static void other_release(struct device *dev, void *res)
{
	(void)dev;
	(void)res;
	note(letter('!'));
}

static int is_letter(struct device *dev, void *res, void *letter)
{
	(void)dev;
	return *(char *)res == *(char *)letter;
}

/* Return: false, after a failure, without memory. */
static bool add_letter(struct ktest *t, struct device *dev, char letter)
{
	char *res = devres_alloc(note_release, 1, GFP_KERNEL);

	if (!KTEST_EXPECT_NOT_NULL(t, res))
		return false;
	KTEST_EXPECT_EQ(t, *res, 0);
	KTEST_EXPECT_EQ(t, (unsigned long)res % 8, 0);
	*res = letter;
	devres_add(dev, res);
	return true;
}

static void what_was_taken_last_goes_first(struct ktest *t)
{
	struct device *dev = device_new();
	char again[] = "4";

	KTEST_EXPECT_TRUE(t, add_letter(t, dev, '1'));
	KTEST_EXPECT_EQ(t, devm_add_action(dev, note, letter('2')), 0);
	KTEST_EXPECT_TRUE(t, add_letter(t, dev, '3'));
	KTEST_EXPECT_EQ(t, devm_add_action_or_reset(dev, note, again), 0);
	KTEST_EXPECT_STREQ(t, trail, "");
	KTEST_EXPECT_EQ(t, devres_release_all(dev), 4);
	KTEST_EXPECT_STREQ(t, trail, "4321");
	KTEST_EXPECT_EQ(t, devres_release_all(dev), 0);
	KTEST_EXPECT_STREQ(t, trail, "4321");
}

static void the_newest_of_a_kind_is_found(struct ktest *t)
{
	struct device *dev = device_new();
	char *one, *found;

	KTEST_ASSERT_TRUE(t, add_letter(t, dev, '1') &&
				     add_letter(t, dev, '2') &&
				     add_letter(t, dev, '1'));
	found = devres_find(dev, note_release, NULL, NULL);
	one = devres_find(dev, note_release, is_letter, letter('1'));
	KTEST_EXPECT_PTR_EQ(t, found, one);
	KTEST_EXPECT_NULL(t, devres_find(dev, other_release, NULL, NULL));
	KTEST_EXPECT_NULL(
		t, devres_find(dev, note_release, is_letter, letter('3')));
	/* Taken out it is nobody's; the older one is left. */
	KTEST_EXPECT_PTR_EQ(
		t, devres_remove(dev, note_release, is_letter, letter('1')),
		one);
	found = devres_find(dev, note_release, is_letter, letter('1'));
	KTEST_EXPECT_TRUE(t, found && found != one);
	devres_free(one);
	KTEST_EXPECT_EQ(
		t, devres_destroy(dev, note_release, is_letter, letter('2')),
		0);
	KTEST_EXPECT_EQ(
		t, devres_destroy(dev, note_release, is_letter, letter('2')),
		-ENOENT);
	KTEST_EXPECT_STREQ(t, trail, "");
	KTEST_EXPECT_EQ(t, devres_release(dev, note_release, NULL, NULL), 0);
	KTEST_EXPECT_STREQ(t, trail, "1");
	KTEST_EXPECT_EQ(t, devres_release(dev, note_release, NULL, NULL),
			-ENOENT);
	KTEST_EXPECT_EQ(t, devres_release_all(dev), 0);
	devres_free(NULL);
}

static void there_is_one_of_what_is_got(struct ktest *t)
{
	struct device *dev = device_new();
	char *first = devres_alloc(note_release, 1, GFP_KERNEL);
	char *second = devres_alloc(note_release, 1, GFP_KERNEL);

	KTEST_ASSERT_TRUE(t, first && second);
	*first = 'a';
	*second = 'b';
	KTEST_EXPECT_PTR_EQ(t, devres_get(dev, first, NULL, NULL), first);
	KTEST_EXPECT_PTR_EQ(t, devres_get(dev, second, NULL, NULL), first);
	KTEST_EXPECT_EQ(t, devres_release_all(dev), 1);
	KTEST_EXPECT_STREQ(t, trail, "a");
}

static void an_action_can_be_taken_back_or_done_early(struct ktest *t)
{
	struct device *dev = device_new();
	static char a[] = "a", b[] = "b", c[] = "c";

	KTEST_ASSERT_EQ(t, devm_add_action(dev, note, a), 0);
	KTEST_ASSERT_EQ(t, devm_add_action(dev, note, b), 0);
	KTEST_ASSERT_EQ(t, devm_add_action(dev, note, c), 0);
	devm_remove_action(dev, note, b);
	devm_release_action(dev, note, a);
	KTEST_EXPECT_STREQ(t, trail, "a");
	KTEST_EXPECT_EQ(t, devres_release_all(dev), 1);
	KTEST_EXPECT_STREQ(t, trail, "ac");
}

static void take_more(void *data)
{
	struct device *dev = data;

	note(letter('m'));
	if (devm_add_action_or_reset(dev, note, letter('n')))
		note(letter('!'));
}

static void what_a_release_takes_goes_too(struct ktest *t)
{
	struct device *dev = device_new();

	KTEST_ASSERT_EQ(t, devm_add_action(dev, note, letter('1')), 0);
	KTEST_ASSERT_EQ(t, devm_add_action(dev, take_more, dev), 0);
	KTEST_EXPECT_EQ(t, devres_release_all(dev), 3);
	KTEST_EXPECT_STREQ(t, trail, "mn1");
}

static void memory_goes_with_the_driver(struct ktest *t)
{
	struct device *dev = device_new();
	char *a = devm_kzalloc(dev, 100, GFP_KERNEL);
	u32 *b = devm_kcalloc(dev, 10, sizeof(*b), GFP_KERNEL);
	char *c = devm_kstrdup(dev, "text", GFP_KERNEL);
	char *d = devm_kasprintf(dev, GFP_KERNEL, "%s-%d", "row", 12);
	char *e = devm_kmemdup(dev, "abc", 2, GFP_KERNEL);
	unsigned long pages = devm_get_free_pages(dev, GFP_KERNEL, 1);

	KTEST_ASSERT_TRUE(t, a && b && c && d && e && pages);
	KTEST_EXPECT_NULL(t, memchr_inv(a, 0, 100));
	KTEST_EXPECT_NULL(t, memchr_inv(b, 0, 40));
	KTEST_EXPECT_EQ(t, (unsigned long)a % 8, 0);
	KTEST_EXPECT_STREQ(t, c, "text");
	KTEST_EXPECT_STREQ(t, d, "row-12");
	KTEST_EXPECT_EQ(t, memcmp(e, "ab", 2), 0);
	devm_kfree(dev, c);
	devm_kfree(dev, NULL);
	devm_free_pages(dev, pages);
	/* Without a record; and with none. */
	KTEST_EXPECT_PTR_EQ(t, devm_kmalloc(dev, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	KTEST_EXPECT_NULL(t,
			  devm_kmalloc_array(dev, SIZE_MAX / 2, 4, GFP_KERNEL));
	KTEST_EXPECT_NULL(t, devm_kmalloc(dev, SIZE_MAX - 4, GFP_KERNEL));
	KTEST_EXPECT_NULL(t, devm_kstrdup(dev, NULL, GFP_KERNEL));
	KTEST_EXPECT_EQ(t, devres_release_all(dev), 4);
}

static irqreturn_t handler(int irq, void *dev_id)
{
	(void)irq;
	(void)dev_id;
	return IRQ_NONE;
}

/* Everything a probe() can want. Return: 0, or an error with part of it had. */
static int take_all(struct device *dev, void *dev_id)
{
	const struct resource registers = DEFINE_RES_MEM(NO_CARD, PAGE_SIZE);
	dma_addr_t handle;
	int err;

	if (!devm_kzalloc(dev, 40, GFP_KERNEL))
		return -ENOMEM;
	if (IS_ERR((__force void *)devm_ioremap_resource(dev, &registers)))
		return -ENOMEM;
	if (!devm_request_region(dev, NO_PORTS, 8, "devres-test"))
		return -EBUSY;
	if (!dmam_alloc_coherent(dev, 100, &handle, GFP_KERNEL))
		return -ENOMEM;
	err = devm_request_irq(dev, FREE_LINE, handler, 0, NULL, dev_id);
	return err ? err : devm_add_action_or_reset(dev, note, letter('z'));
}

/* Can all of it be had by somebody else? */
static void expect_all_free(struct ktest *t)
{
	KTEST_EXPECT_NULL(t, lookup_resource(&iomem_resource, NO_CARD));
	if (KTEST_EXPECT_NOT_NULL(t, request_region(NO_PORTS, 8, "other")))
		release_region(NO_PORTS, 8);
	if (KTEST_EXPECT_EQ(
		    t, request_irq(FREE_LINE, handler, 0, "other", trail), 0))
		free_irq(FREE_LINE, trail);
}

static void lines_ranges_and_mappings_go_with_the_driver(struct ktest *t)
{
	struct device *dev = device_new();
	int mine;

	KTEST_EXPECT_EQ(t, take_all(dev, &mine), 0);
	KTEST_EXPECT_EQ(t, request_irq(FREE_LINE, handler, 0, "other", trail),
			-EBUSY);
	KTEST_EXPECT_NULL(t, request_mem_region(NO_CARD, 4, "other"));
	/* kzalloc, region, mapping, ports, DMA, line, action */
	KTEST_EXPECT_EQ(t, devres_release_all(dev), 7);
	KTEST_EXPECT_STREQ(t, trail, "z");
	expect_all_free(t);
}

static void each_can_go_earlier(struct ktest *t)
{
	struct device *dev = device_new();
	void __iomem *regs;
	dma_addr_t handle;
	void *buf;
	int mine;

	KTEST_ASSERT_NOT_NULL(
		t, devm_request_mem_region(dev, NO_CARD, 4096, "devres-test"));
	regs = devm_ioremap(dev, NO_CARD, 4096);
	buf = dmam_alloc_coherent(dev, 100, &handle, GFP_KERNEL);
	KTEST_ASSERT_TRUE(t, (__force void *)regs && buf);
	KTEST_ASSERT_EQ(
		t,
		devm_request_irq(dev, FREE_LINE, handler, 0, "devres", &mine),
		0);
	KTEST_ASSERT_NOT_NULL(t,
			      devm_request_region(dev, NO_PORTS, 8, "devres"));
	/* Not in the order they came. */
	devm_release_mem_region(dev, NO_CARD, 4096);
	devm_release_region(dev, NO_PORTS, 8);
	devm_iounmap(dev, regs);
	devm_free_irq(dev, FREE_LINE, &mine);
	dmam_free_coherent(dev, 100, buf, handle);
	expect_all_free(t);
	KTEST_EXPECT_EQ(t, devres_release_all(dev), 0);
}

/* A probe() that fails anywhere leaves nothing. */
static void a_probe_out_of_memory_gives_all_back(struct ktest *t)
{
	struct fault_attr plan;
	unsigned int n;
	int err = -ENOMEM, mine;

	for (n = 1; err && n < 100; n++) {
		struct device *dev = device_new();

		fault_plan_save(&fault_slab, &plan);
		fault_fail_nth(&fault_slab, n);
		err = take_all(dev, &mine);
		fault_plan_restore(&fault_slab, &plan);
		/* An action without memory for it was done. */
		if (!err)
			KTEST_EXPECT_STREQ(t, trail, "");
		devres_release_all(dev);
		expect_all_free(t);
	}
	KTEST_EXPECT_EQ(t, err, 0);
	/* Seven records, and what the calls need by themselves. */
	KTEST_EXPECT_GE(t, n, 8);
}

static void bad_resources_are_refused(struct ktest *t)
{
	struct device *dev = device_new();
	const struct resource ports = DEFINE_RES_IO(NO_PORTS, 8);
	const struct resource twice = DEFINE_RES_MEM(NO_CARD, 16);
	void __iomem *p;

	p = devm_ioremap_resource(dev, NULL);
	KTEST_EXPECT_EQ(t, PTR_ERR((__force void *)p), -EINVAL);
	p = devm_ioremap_resource(dev, &ports);
	KTEST_EXPECT_EQ(t, PTR_ERR((__force void *)p), -EINVAL);
	p = devm_ioremap_resource(dev, &twice);
	KTEST_EXPECT_FALSE(t, IS_ERR((__force void *)p));
	p = devm_ioremap_resource(dev, &twice);
	KTEST_EXPECT_EQ(t, PTR_ERR((__force void *)p), -EBUSY);
	KTEST_EXPECT_EQ(t, devres_release_all(dev), 2);
	expect_all_free(t);
}

static void wrong_uses_are_warned_of(struct ktest *t)
{
	struct device *dev = device_new();
	char other;

	ktest_expect_report(t, "WARN");
	devm_kfree(dev, &other);
	ktest_expect_report(t, "WARN");
	devm_remove_action(dev, note, &other);
	ktest_expect_report(t, "WARN");
	devm_free_irq(dev, FREE_LINE, &other);
	KTEST_EXPECT_EQ(t, devres_release_all(dev), 0);
	/* Nobody drives it: who should give this back? */
	dev->driver = NULL;
	ktest_expect_report(t, "WARN");
	KTEST_EXPECT_EQ(t, devm_add_action(dev, note, letter('1')), 0);
	KTEST_EXPECT_EQ(t, devres_release_all(dev), 1);
}

static void a_device_of_a_class_gives_back_when_it_goes(struct ktest *t)
{
	struct class *class = class_create(NULL, "devres-class");
	struct device *dev;

	memset(trail, 0, sizeof(trail));
	KTEST_ASSERT_TRUE(t, !IS_ERR(class));
	dev = device_create(class, NULL, MKDEV(240, 7), NULL, "devres-file");
	if (KTEST_EXPECT_FALSE(t, IS_ERR(dev))) {
		KTEST_EXPECT_EQ(t, devm_add_action(dev, note, letter('c')), 0);
		KTEST_EXPECT_NOT_NULL(t, devm_kmalloc(dev, 9, GFP_KERNEL));
		device_destroy(class, MKDEV(240, 7));
	}
	KTEST_EXPECT_STREQ(t, trail, "c");
	class_destroy(class);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(what_was_taken_last_goes_first),
	KTEST_CASE(the_newest_of_a_kind_is_found),
	KTEST_CASE(there_is_one_of_what_is_got),
	KTEST_CASE(an_action_can_be_taken_back_or_done_early),
	KTEST_CASE(what_a_release_takes_goes_too),
	KTEST_CASE(memory_goes_with_the_driver),
	KTEST_CASE(lines_ranges_and_mappings_go_with_the_driver),
	KTEST_CASE(each_can_go_earlier),
	KTEST_CASE(a_probe_out_of_memory_gives_all_back),
	KTEST_CASE(bad_resources_are_refused),
	KTEST_CASE(wrong_uses_are_warned_of),
	KTEST_CASE(a_device_of_a_class_gives_back_when_it_goes),
};
KTEST_SUITE(devres, cases);
