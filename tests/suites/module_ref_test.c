/* SPDX-License-Identifier: MIT */
/* module_ref_test.c - holding a module against its unloading */
#include <kernel/ktest.h>
#include <kernel/module.h>

static struct module module_of(const char *name, enum module_state state)
{
	struct module m = { .state = state };
	unsigned int i;

	for (i = 0; name[i]; i++)
		m.name[i] = name[i];
	module_ref_init(&m);
	return m;
}

static void a_held_module_cannot_be_closed(struct ktest *t)
{
	struct module m = module_of("held", MODULE_STATE_LIVE);

	KTEST_EXPECT_EQ(t, module_refcount(&m), 0);
	KTEST_EXPECT_TRUE(t, try_module_get(&m));
	__module_get(&m);
	KTEST_EXPECT_EQ(t, module_refcount(&m), 2);
	KTEST_EXPECT_FALSE(t, module_ref_close(&m));
	module_put(&m);
	KTEST_EXPECT_FALSE(t, module_ref_close(&m));
	module_put(&m);
	KTEST_EXPECT_TRUE(t, module_ref_close(&m));
}

static void nobody_gets_hold_of_a_module_on_its_way_out(struct ktest *t)
{
	struct module going = module_of("going", MODULE_STATE_GOING);
	struct module closed = module_of("closed", MODULE_STATE_LIVE);
	struct module coming = module_of("coming", MODULE_STATE_COMING);

	KTEST_EXPECT_FALSE(t, try_module_get(&going));
	KTEST_EXPECT_TRUE(t, module_ref_close(&closed));
	KTEST_EXPECT_FALSE(t, try_module_get(&closed));
	KTEST_EXPECT_EQ(t, module_refcount(&closed), 0);
	/* Its init registers what may be opened before it returns. */
	KTEST_EXPECT_TRUE(t, try_module_get(&coming));
	module_put(&coming);
}

static void the_kernel_itself_can_always_be_held(struct ktest *t)
{
	KTEST_EXPECT_PTR_EQ(t, THIS_MODULE, NULL);
	KTEST_EXPECT_TRUE(t, try_module_get(THIS_MODULE));
	__module_get(THIS_MODULE);
	module_put(THIS_MODULE);
}

static void one_put_too_many_is_reported_and_not_counted(struct ktest *t)
{
	struct module m = module_of("often", MODULE_STATE_LIVE);

	ktest_expect_report(t, "module-refcount");
	module_put(&m);
	KTEST_EXPECT_EQ(t, module_refcount(&m), 0);
	KTEST_EXPECT_TRUE(t, try_module_get(&m));
	module_put(&m);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_held_module_cannot_be_closed),
	KTEST_CASE(nobody_gets_hold_of_a_module_on_its_way_out),
	KTEST_CASE(the_kernel_itself_can_always_be_held),
	KTEST_CASE(one_put_too_many_is_reported_and_not_counted),
};
KTEST_SUITE(module_ref, cases);
