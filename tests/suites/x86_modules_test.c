/* SPDX-License-Identifier: MIT */
/*
 * x86_modules_test.c - modules come, run and go
 *
 * The modules are those of tests/modules, which the image carries. What they
 * have to say they print; a case looks for it in the log. After each case all
 * memory is back.
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/module_loader.h>
#include <kernel/rcupdate.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/symbols.h>
#include <mm/check.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <asm/pgtable.h>

#include "../modules/modules.h"
#include "log_lines.h"

static const struct test_module *test_module(const char *name)
{
	const struct test_module *m;

	for (m = test_modules; m->name; m++) {
		if (!strcmp(m->name, name))
			return m;
	}
	return NULL;
}

/* As insmod does it, from a copy. */
static int insmod(const char *name, const char *args)
{
	const struct test_module *m = test_module(name);
	size_t bytes;
	void *copy;
	int err;

	if (!m)
		return -ENODEV;
	bytes = (size_t)(m->end - m->start);
	copy = vmalloc(bytes);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, m->start, bytes);
	err = module_load(copy, bytes, args);
	vfree(copy);
	return err;
}

static void a_module_says_hello_and_goodbye(struct ktest *t)
{
	u64 log = log_end();

	KTEST_ASSERT_EQ(t, insmod("hello", ""), 0);
	KTEST_EXPECT_EQ(t, log_count(log, "Hello, world"), 1);
	KTEST_EXPECT_EQ(t, log_count(log, "Goodbye, cruel world"), 0);
	KTEST_EXPECT_EQ(t, kpt_count_wx_pages(), 0);
	KTEST_EXPECT_EQ(t, insmod("hello", ""), -EEXIST);
	KTEST_EXPECT_EQ(t, module_unload("hello"), 0);
	KTEST_EXPECT_EQ(t, log_count(log, "Goodbye, cruel world"), 1);
	KTEST_EXPECT_EQ(t, module_unload("hello"), -ENOENT);
}

static void parameters_have_defaults(struct ktest *t)
{
	u64 log = log_end();

	KTEST_ASSERT_EQ(t, insmod("params", ""), 0);
	KTEST_EXPECT_EQ(t,
			log_count(log, "params: 1 -2 3 -4 5 -6 7 8 0 1 "
				       "default short 9"),
			1);
	KTEST_EXPECT_EQ(t, module_unload("params"), 0);
}

static void parameters_take_values_of_every_type(struct ktest *t)
{
	u64 log = log_end();

	KTEST_ASSERT_EQ(t,
			insmod("params",
			       "a_byte=0xff a_short=-32768 a-ushort=65535 "
			       "an_int=-7 a_uint=010 a_long=1 a_ulong=2 "
			       "a_hexint=ff a_bool an_invbool=y "
			       "a_charp=\"two words\" a_string=1234567 "
			       "an_array=5,6 texts=a,b shown_name=3"),
			0);
	KTEST_EXPECT_EQ(t,
			log_count(log, "params: 255 -32768 65535 -7 8 1 2 ff"
				       " 1 0 two words 1234567 3"),
			1);
	KTEST_EXPECT_EQ(t, log_count(log, "array 2: 5 6 3 4, texts a b"), 1);
	KTEST_EXPECT_EQ(t, module_unload("params"), 0);
}

static void a_bad_value_refuses_the_module(struct ktest *t)
{
	static const struct {
		const char *args;
		int err;
	} bad[] = {
		{ "an_int=x", -EINVAL },
		{ "an_int", -EINVAL },
		{ "an_int=", -EINVAL },
		{ "an_int=4294967296", -ERANGE },
		{ "an_int=2147483648", -ERANGE },
		{ "a_byte=256", -ERANGE },
		{ "a_short=32768", -ERANGE },
		{ "a_ushort=-1", -EINVAL },
		{ "a_bool=maybe", -EINVAL },
		{ "an_array=1,2,3,4,5", -EINVAL },
		{ "an_array=1,,2", -EINVAL },
		{ "a_string=12345678", -ENOSPC },
	};
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		u64 log = log_end();

		KTEST_EXPECT_EQ(t, insmod("params", bad[i].args), bad[i].err);
		KTEST_EXPECT_EQ(t, log_count(log, "module: params: '"), 1);
		KTEST_EXPECT_EQ(t, module_unload("params"), -ENOENT);
	}
}

static void an_unknown_parameter_is_ignored_with_a_line(struct ktest *t)
{
	u64 log = log_end();

	KTEST_ASSERT_EQ(t, insmod("params", "nonsense=1"), 0);
	KTEST_EXPECT_EQ(t,
			log_count(log, "module: params: unknown parameter "
				       "'nonsense' ignored"),
			1);
	KTEST_EXPECT_EQ(t, module_unload("params"), 0);
}

static void a_module_that_is_used_stays(struct ktest *t)
{
	u64 log = log_end();

	KTEST_EXPECT_EQ(t, insmod("user", ""), -ENOENT);
	KTEST_EXPECT_EQ(t, log_count(log, "module: user: unknown symbols "), 1);
	KTEST_ASSERT_EQ(t, insmod("exporter", ""), 0);
	KTEST_ASSERT_EQ(t, insmod("user", ""), 0);
	KTEST_EXPECT_EQ(t, log_count(log, "user: got 42 43 10"), 1);
	KTEST_EXPECT_EQ(t, module_unload("exporter"), -EWOULDBLOCK);
	KTEST_EXPECT_EQ(t, log_count(log, "exporter: is used by user"), 1);
	KTEST_EXPECT_EQ(t, module_unload("user"), 0);
	KTEST_EXPECT_EQ(t, module_unload("exporter"), 0);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_module_says_hello_and_goodbye),
	KTEST_CASE(parameters_have_defaults),
	KTEST_CASE(parameters_take_values_of_every_type),
	KTEST_CASE(a_bad_value_refuses_the_module),
	KTEST_CASE(an_unknown_parameter_is_ignored_with_a_line),
	KTEST_CASE(a_module_that_is_used_stays),
};
KTEST_SUITE(x86_modules, cases);
