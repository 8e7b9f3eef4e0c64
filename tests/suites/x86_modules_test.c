/* SPDX-License-Identifier: MIT */
/*
 * x86_modules_test.c - modules come, run and go
 *
 * The modules are those of tests/modules, which the image carries. What they
 * have to say they print; a case looks for it in the log. After each case all
 * memory is back.
 */
#include <fs/cdev.h>
#include <kernel/delay.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/kthread.h>
#include <kernel/ktest.h>
#include <kernel/module_loader.h>
#include <kernel/pci.h>
#include <kernel/rculist.h>
#include <kernel/rcupdate.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/check.h>
#include <mm/scatterlist.h>
#include <mm/slab.h>
#include <mm/slab_accounted.h>
#include <mm/vmalloc.h>
#include <asm/cpufeature.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <asm/traps.h>

#include "../../kernel/module_internal.h"
#include "../modules/modules.h"
#include "../modules/probe.h"
#include "fs_fixture.h"
#include "log_lines.h"
#include "proc_text.h"

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

static void an_exit_function_has_to_stay(struct ktest *t)
{
	u64 log = log_end();

	KTEST_EXPECT_EQ(t, insmod("hasty", ""), -ENOEXEC);
	KTEST_EXPECT_EQ(t,
			log_count(log, "module: hasty: its exit function is "
				       "__init"),
			1);
	KTEST_EXPECT_EQ(t, module_unload("hasty"), -ENOENT);
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
		{ "=3", -EINVAL },
		{ "an_int=1 = a_bool", -EINVAL },
		{ "\"\"", -EINVAL },
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

/* --- refused ---------------------------------------------------------------------- */

/* Load the first @bytes of a module, with @change in place of @text. */
static int insmod_spoilt(const char *name, size_t bytes, const char *text,
			 const char *change)
{
	const struct test_module *m = test_module(name);
	u8 *copy = vmalloc((size_t)(m->end - m->start));
	size_t i, len = strlen(text);
	int err;

	if (!copy)
		return -ENOMEM;
	bytes = min(bytes, (size_t)(m->end - m->start));
	memcpy(copy, m->start, bytes);
	for (i = 0; i + len <= bytes; i++) {
		if (!memcmp(copy + i, text, len))
			memcpy(copy + i, change, len);
	}
	err = module_load(copy, bytes, "");
	vfree(copy);
	return err;
}

static void names_are_exported_once_and_to_whom_they_are_for(struct ktest *t)
{
	u64 log = log_end();

	KTEST_ASSERT_EQ(t, insmod("exporter", ""), 0);
	KTEST_EXPECT_EQ(t,
			insmod_spoilt("twice", SIZE_MAX, "exported_valve",
				      "exported_value"),
			-ENOEXEC);
	KTEST_EXPECT_EQ(t,
			log_count(log, "module: twice: symbol exported_value"
				       " is exported by exporter already"),
			1);
	KTEST_EXPECT_EQ(t, insmod("closed", ""), -EACCES);
	KTEST_EXPECT_EQ(t,
			log_count(log, "module: closed: symbol "
				       "exported_gpl_value is for modules"
				       " with a GPL licence only"),
			1);
	KTEST_EXPECT_EQ(t, module_unload("exporter"), 0);
}

static void what_is_for_boot_is_refused_with_the_reason(struct ktest *t)
{
	u64 log = log_end();

	KTEST_EXPECT_EQ(t, insmod("early", ""), -ENOENT);
	KTEST_EXPECT_EQ(t, log_count(log, "module: early: symbol boot"), 1);
	KTEST_EXPECT_EQ(t,
			log_count(log, " is of the boot-time allocator"
				       " (alloc_bootmem, memblock_alloc),"
				       " which ends before modules come"),
			1);
	KTEST_EXPECT_EQ(t, insmod("early_hook", ""), -ENOENT);
	KTEST_EXPECT_EQ(t,
			log_count(log, "module: early_hook: section"
				       " boot_devices is for drivers linked in:"
				       " they are asked at boot, before any"
				       " module"),
			1);
}

static void nothing_to_undo(void)
{
}

/* An exit function that it has not, so that nothing is left of the case. */
static void forever_ends(struct ktest *t)
{
	struct loaded_module *lm;

	mutex_lock(&module_mutex);
	lm = module_find("forever");
	if (lm)
		lm->exit = nothing_to_undo;
	mutex_unlock(&module_mutex);
	KTEST_EXPECT_EQ(t, module_unload("forever"), 0);
}

static void a_module_without_exit_stays(struct ktest *t)
{
	KTEST_ASSERT_EQ(t, insmod("forever", ""), 0);
	KTEST_EXPECT_EQ(t, module_unload("forever"), -EBUSY);
	KTEST_EXPECT_TRUE(t, strstr(text_of(t, "modules"),
				    "forever 4096 0 [permanent], Live 0x"));
	forever_ends(t);
	KTEST_EXPECT_NULL(t, strstr(text_of(t, "modules"), "forever "));
}

static void a_module_for_another_kernel_is_refused(struct ktest *t)
{
	u64 log = log_end();

	KTEST_EXPECT_EQ(
		t, insmod_spoilt("hello", SIZE_MAX, "regparm3", "regparm0"),
		-ENOEXEC);
	KTEST_EXPECT_EQ(t, log_count(log, "module: hello: version magic '"), 1);
	KTEST_EXPECT_EQ(
		t, insmod_spoilt("hello", SIZE_MAX, "name=hello", "name=a b/c"),
		-ENOEXEC);
	KTEST_EXPECT_EQ(t, insmod_spoilt("hello", SIZE_MAX, "printk", "prinkt"),
			-ENOENT);
	KTEST_EXPECT_EQ(t,
			log_count(log, "module: hello: unknown symbol "
				       "prinkt"),
			1);
}

/* One line each, and all memory is as it was. */
static void a_cut_module_leaves_everything_as_it_was(struct ktest *t)
{
	const struct test_module *m = test_module("exporter");
	size_t bytes, all = (size_t)(m->end - m->start);
	unsigned long used = vmalloc_used_pages();

	for (bytes = 0; bytes + 4 < all; bytes += all / 40) {
		u64 log = log_end();

		KTEST_EXPECT_EQ(t, insmod_spoilt("exporter", bytes, "-", "-"),
				-ENOEXEC);
		KTEST_EXPECT_EQ(t, log_count(log, "module: "), 1);
	}
	KTEST_EXPECT_EQ(t, vmalloc_used_pages(), used);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
}

/* --- inside ----------------------------------------------------------------------- */

static struct probe probed;
static int unload_in_init;
static char state_in_init[16];

void test_probe(const struct probe *probe)
{
	probed = *probe;
	unload_in_init = module_unload("probe");
	file_read_text(NULL, "/sys/module/probe/initstate", state_in_init,
		       sizeof(state_in_init));
}
EXPORT_SYMBOL(test_probe);

static void write_to(void *arg)
{
	*(volatile int *)arg = 1;
}

static void jump_to(void *arg)
{
	((void (*)(void))arg)();
}

/* The class of the fault that @fn(@arg) makes; "" for none. */
static const char *fault_of(void (*fn)(void *arg), const volatile void *arg,
			    struct trap_caught *caught)
{
	void *p = (void *)(unsigned long)arg;

	return trap_catch(fn, p, caught) ? caught->fault.class : "";
}

static void each_page_of_a_module_has_its_rights(struct ktest *t)
{
	struct trap_caught caught;
	char at[96];

	KTEST_ASSERT_EQ(t, insmod("probe", ""), 0);
	KTEST_EXPECT_EQ(t, unload_in_init, -EBUSY);
	KTEST_EXPECT_EQ(t, *probed.variable, 3);
	KTEST_EXPECT_STREQ(t, fault_of(write_to, (void *)probed.call, &caught),
			   "write-to-readonly");
	KTEST_EXPECT_STREQ(t, fault_of(write_to, probed.constant, &caught),
			   "write-to-readonly");
	/* Without NX a jump into data runs it. */
	if (cpu_has_nx())
		KTEST_EXPECT_STREQ(t,
				   fault_of(jump_to, probed.variable, &caught),
				   "exec-of-data");
	/* Init's code is gone. */
	KTEST_EXPECT_STREQ(t,
			   fault_of(jump_to, (void *)probed.init_code, &caught),
			   "bad-access");
	KTEST_EXPECT_STREQ(t, fault_of(probed.crash, (void *)16, &caught),
			   "null-deref");
	snprintf(at, sizeof(at), "%pS", (void *)caught.pc);
	KTEST_EXPECT_TRUE(t, strstr(at, "probe_crash+0x") &&
				     strstr(at, " [probe]"));
	KTEST_EXPECT_EQ(t, kpt_count_wx_pages(), 0);
	KTEST_EXPECT_EQ(t, module_unload("probe"), 0);
}

#define TRACE_MOST 16u
struct trace {
	unsigned long pcs[TRACE_MOST];
	unsigned int nr;
};

static noinline int take_trace(void *arg)
{
	struct trace *trace = arg;

	trace->nr = arch_backtrace(trace->pcs, TRACE_MOST, 0, 0, 0);
	return 10;
}

/* Where in the trace is a name that begins like this? */
static unsigned int trace_find(const struct trace *trace, const char *name)
{
	unsigned int i;
	char text[96];

	for (i = 0; i < trace->nr; i++) {
		snprintf(text, sizeof(text), "%pS", (void *)trace->pcs[i]);
		if (!strncmp(text, name, strlen(name)))
			return i;
	}
	return TRACE_MOST;
}

static void traces_go_through_a_module(struct ktest *t)
{
	struct trace trace = { .nr = 0 };

	KTEST_ASSERT_EQ(t, insmod("probe", ""), 0);
	KTEST_EXPECT_EQ(t, probed.call(take_trace, &trace), 14);
	KTEST_EXPECT_EQ(t, trace_find(&trace, "take_trace+0x"), 0);
	KTEST_EXPECT_EQ(t, trace_find(&trace, "probe_inner+0x"), 1);
	KTEST_EXPECT_EQ(t, trace_find(&trace, "probe_call+0x"), 2);
	KTEST_EXPECT_EQ(t, trace_find(&trace, "traces_go_through_a_module+0x"),
			3);
	KTEST_EXPECT_EQ(t, module_unload("probe"), 0);
}

static void vmallocinfo_names_the_step_that_took_the_space(struct ktest *t)
{
	KTEST_ASSERT_EQ(t, insmod("probe", ""), 0);
	KTEST_EXPECT_TRUE(
		t, strstr(text_of(t, "vmallocinfo"), " create_module+0x"));
	KTEST_EXPECT_TRUE(t, strstr(text_of(t, "modules"), "probe 12288 0 -"
							   " Live 0x"));
	KTEST_EXPECT_EQ(t, module_unload("probe"), 0);
	KTEST_EXPECT_FALSE(t, strstr(text_of(t, "modules"), "probe "));
}

static void names_are_found_by_address_and_by_name(struct ktest *t)
{
	KTEST_ASSERT_EQ(t, insmod("probe", ""), 0);
	KTEST_EXPECT_EQ(t, kallsyms_lookup_name("module_load"),
			(unsigned long)module_load);
	KTEST_EXPECT_EQ(t, kallsyms_lookup_name("probe:probe_call"),
			(unsigned long)probed.call);
	KTEST_EXPECT_EQ(t, kallsyms_lookup_name("probe_crash"),
			(unsigned long)probed.crash);
	KTEST_EXPECT_EQ(t, kallsyms_lookup_name("probe_init"), 0);
	KTEST_EXPECT_EQ(t, kallsyms_lookup_name("hello:probe_call"), 0);
	KTEST_EXPECT_EQ(t, kallsyms_lookup_name("no_such_name"), 0);
	KTEST_EXPECT_EQ(t, module_unload("probe"), 0);
	KTEST_EXPECT_EQ(t, kallsyms_lookup_name("probe_crash"), 0);
}

static void coming_and_going_loses_nothing(struct ktest *t)
{
	unsigned long used = vmalloc_used_pages();
	unsigned int i;

	for (i = 0; i < 10; i++) {
		KTEST_EXPECT_EQ(t,
				insmod("params", "a_charp=x texts=y,z early=e "
						 "earlies=f,g"),
				0);
		KTEST_EXPECT_EQ(t, module_unload("params"), 0);
	}
	KTEST_EXPECT_EQ(t, vmalloc_used_pages(), used);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
}

/* Counts in *@arg how often it sees a module that rmmod would take, with its
 * init area at hand still. */
static int look_for_live_with_init(void *arg)
{
	const struct loaded_module *lm;
	unsigned int *seen = arg;

	while (!kthread_should_stop()) {
		rcu_read_lock();
		list_for_each_entry_rcu(lm, &module_list, link)
		{
			if (READ_ONCE(lm->mod.state) == MODULE_STATE_LIVE &&
			    READ_ONCE(lm->init_area.base))
				++*seen;
		}
		rcu_read_unlock();
		cond_resched();
	}
	return 0;
}

static void who_is_live_has_no_init_area(struct ktest *t)
{
	unsigned int i, seen = 0;
	struct task_struct *task =
		kthread_run(look_for_live_with_init, &seen, "module-watch");

	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	for (i = 0; i < 20; i++) {
		KTEST_EXPECT_EQ(t, insmod("hello", ""), 0);
		KTEST_EXPECT_EQ(t, module_unload("hello"), 0);
	}
	KTEST_EXPECT_EQ(t, kthread_stop(task), 0);
	KTEST_EXPECT_EQ(t, seen, 0);
}

/* --- /sys/module ------------------------------------------------------------------ */

/* What the file @name below /sys/module has; "" and an error in *@err. */
static const char *sys_text(const char *name, int *err)
{
	static char text[256];
	char path[96];
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	n = file_read_text(NULL, path, text, sizeof(text));
	*err = n < 0 ? (int)n : 0;
	return text;
}

static void expect_sys(struct ktest *t, const char *name, const char *text)
{
	int err;

	KTEST_EXPECT_STREQ(t, sys_text(name, &err), text);
	KTEST_EXPECT_EQ(t, err, 0);
}

static void expect_no_sys(struct ktest *t, const char *name)
{
	int err;

	(void)sys_text(name, &err);
	KTEST_EXPECT_EQ(t, err, -ENOENT);
}

static int sys_write(const char *name, const char *text)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	return file_write_text(NULL, path, 0, text);
}

static void a_module_shows_what_lsmod_asks(struct ktest *t)
{
	char link[32];
	int n;

	KTEST_ASSERT_EQ(t, insmod("exporter", ""), 0);
	expect_sys(t, "exporter/refcnt", "0\n");
	KTEST_ASSERT_EQ(t, insmod("user", ""), 0);
	expect_sys(t, "exporter/refcnt", "1\n");
	expect_sys(t, "exporter/initstate", "live\n");
	expect_sys(t, "exporter/initsize", "0\n");
	expect_sys(t, "exporter/taint", "\n");
	expect_sys(t, "user/coresize", "8192\n");
	KTEST_EXPECT_TRUE(
		t, strstr(text_of(t, "modules"), "user 8192 0 - Live 0x"));
	n = fs_readlink(NULL, "/sys/module/exporter/holders/user", link,
			sizeof(link) - 1);
	link[max(n, 0)] = '\0';
	KTEST_EXPECT_STREQ(t, link, "../../user");
	expect_sys(t, "exporter/holders/user/refcnt", "0\n");
	KTEST_EXPECT_EQ(t, module_unload("user"), 0);
	/* Gone itself, not only where it leads. */
	KTEST_EXPECT_EQ(t,
			fs_readlink(NULL, "/sys/module/exporter/holders/user",
				    link, sizeof(link)),
			-ENOENT);
	expect_no_sys(t, "user/refcnt");
	KTEST_EXPECT_EQ(t, module_unload("exporter"), 0);
	expect_no_sys(t, "exporter/refcnt");
	/* What it has for init is given back by then. */
	KTEST_EXPECT_EQ(t, insmod("hello", ""), 0);
	expect_sys(t, "hello/initsize", "0\n");
	KTEST_EXPECT_EQ(t, module_unload("hello"), 0);
}

/* Init looks at its own directory: test_probe() runs inside of it. */
static void a_module_is_coming_while_init_runs(struct ktest *t)
{
	KTEST_ASSERT_EQ(t, insmod("probe", ""), 0);
	KTEST_EXPECT_STREQ(t, state_in_init, "coming\n");
	expect_sys(t, "probe/initstate", "live\n");
	expect_no_sys(t, "probe/parameters/any");
	KTEST_EXPECT_EQ(t, module_unload("probe"), 0);
}

static void parameters_are_read_as_their_rights_say(struct ktest *t)
{
	KTEST_ASSERT_EQ(
		t,
		insmod("params", "texts=a,b early=x a_charp=word an_array=5,6"),
		0);
	expect_sys(t, "params/parameters/a_short", "-2\n");
	expect_sys(t, "params/parameters/an_invbool", "N\n");
	expect_sys(t, "params/parameters/an_array", "5,6\n");
	expect_sys(t, "params/parameters/texts", "a,b\n");
	expect_sys(t, "params/parameters/a_string", "short\n");
	expect_sys(t, "params/parameters/a_charp", "word\n");
	expect_sys(t, "params/parameters/shown_name", "9\n");
	/* Rights 0; and variables that are gone. */
	expect_no_sys(t, "params/parameters/a_long");
	expect_no_sys(t, "params/parameters/early");
	expect_no_sys(t, "params/parameters/brief");
	expect_no_sys(t, "params/parameters/briefs");
	KTEST_EXPECT_EQ(t, sys_write("params/parameters/a_short", "1"),
			-EACCES);
	KTEST_EXPECT_EQ(t, sys_write("params/refcnt", "1"), -EACCES);
	/* Other rights do not change what there is. */
	KTEST_EXPECT_EQ(
		t,
		fs_chmod(NULL, "/sys/module/params/parameters/a_short", 0644),
		0);
	KTEST_EXPECT_EQ(t, fs_chmod(NULL, "/sys/module/params/refcnt", 0644),
			0);
	KTEST_EXPECT_EQ(t, sys_write("params/parameters/a_short", "1"),
			-EACCES);
	KTEST_EXPECT_EQ(t, sys_write("params/refcnt", "1"), -EACCES);
	expect_sys(t, "params/parameters/a_short", "-2\n");
	KTEST_EXPECT_EQ(t, module_unload("params"), 0);
}

static void parameters_are_written_as_their_rights_say(struct ktest *t)
{
	unsigned long used = vmalloc_used_pages();

	KTEST_ASSERT_EQ(t, insmod("params", ""), 0);
	KTEST_EXPECT_EQ(t, sys_write("params/parameters/an_int", "77\n"), 0);
	expect_sys(t, "params/parameters/an_int", "77\n");
	KTEST_EXPECT_EQ(t, sys_write("params/parameters/an_int", "x"), -EINVAL);
	KTEST_EXPECT_EQ(t, sys_write("params/parameters/an_int", "2147483648"),
			-ERANGE);
	expect_sys(t, "params/parameters/an_int", "77\n");
	KTEST_EXPECT_EQ(t, sys_write("params/parameters/open_text", "one"), 0);
	KTEST_EXPECT_EQ(t, sys_write("params/parameters/open_text", "two"), 0);
	expect_sys(t, "params/parameters/open_text", "two\n");
	KTEST_EXPECT_EQ(t, module_unload("params"), 0);
	KTEST_EXPECT_EQ(t, vmalloc_used_pages(), used);
}

static void a_file_of_a_module_that_has_gone_says_so(struct ktest *t)
{
	struct fs_had had;
	struct file *file;
	char text[16];

	fs_had_note(&had);
	KTEST_ASSERT_EQ(t, insmod("params", ""), 0);
	file = filp_open("/sys/module/params/parameters/an_int", O_RDWR, 0);
	KTEST_ASSERT_EQ(t, PTR_ERR_OR_ZERO(file), 0);
	KTEST_EXPECT_EQ(t, module_unload("params"), 0);
	KTEST_EXPECT_EQ(t, file_read_on(file, text, sizeof(text)), -EIO);
	KTEST_EXPECT_EQ(t, kernel_write(file, "1", 1, &file->f_pos), -EIO);
	fput(file);
	KTEST_EXPECT_TRUE(t, fs_had_still(t, &had));
}

/* --- what is not given back ---------------------------------------------------- */

static void a_tidy_module_leaves_nothing_behind(struct ktest *t)
{
	unsigned long known, missed, before;

	KTEST_ASSERT_EQ(t, insmod("leaky", "objects=100 cache=leaky tidy"), 0);
	accounted_count(&known, &missed);
	KTEST_EXPECT_EQ(t, known, 104);
	KTEST_EXPECT_EQ(t, missed, 0);
	KTEST_EXPECT_EQ(t, module_unload("leaky"), 0);
	accounted_count(&known, &before);
	KTEST_EXPECT_EQ(t, known, 0);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
}

static void expect_leaks(struct ktest *t, unsigned int nr)
{
	while (nr--)
		ktest_expect_report(t, "module-leak");
}

/* 3 small ones, a text, and one that was made larger are objects; beside them
 * there are a large one, an area, pages and per-CPU memory. */
static void what_a_module_leaks_is_told_by_kind_and_site(struct ktest *t)
{
	u64 log = log_end();

	expect_leaks(t, 7);
	KTEST_ASSERT_EQ(t, insmod("leaky", "objects=3"), 0);
	KTEST_EXPECT_EQ(t, module_unload("leaky"), 0);
	KTEST_EXPECT_EQ(t, log_count(log, "mm: BUG module-leak "), 7);
	KTEST_EXPECT_EQ(t, log_count(log, "module-leak kmalloc-64 obj="), 1);
	KTEST_EXPECT_EQ(t,
			log_count(log, "count=3 bytes=192 module=leaky "
				       "alloc=take_small+0x"),
			1);
	KTEST_EXPECT_EQ(t,
			log_count(log, "module-leak vmalloc count=1 "
				       "bytes=8192 module=leaky "
				       "alloc=leaky_init+0x"),
			1);
	KTEST_EXPECT_EQ(t, log_count(log, " [leaky] cpu="), 7);
}

/* One array of a whole page, and what does not fit into it. */
static void a_scatterlist_is_its_modules(struct ktest *t)
{
	char words[32];
	u64 log = log_end();
	unsigned long known, missed;

	snprintf(words, sizeof(words), "entries=%zu",
		 (size_t)SG_MAX_SINGLE_ALLOC + 1);
	expect_leaks(t, 2);
	KTEST_ASSERT_EQ(t, insmod("leaky", words), 0);
	KTEST_EXPECT_EQ(t, module_unload("leaky"), 0);
	KTEST_EXPECT_EQ(t, log_count(log, "module-leak kmalloc-"), 1);
	KTEST_EXPECT_EQ(t, log_count(log, "alloc=leaky_init+0x"), 2);
	strlcat(words, " tidy", sizeof(words));
	KTEST_ASSERT_EQ(t, insmod("leaky", words), 0);
	KTEST_EXPECT_EQ(t, module_unload("leaky"), 0);
	accounted_count(&known, &missed);
	KTEST_EXPECT_EQ(t, known, 0);
}

/* They are not told twice: who has them back may go in peace. */
static void device_numbers_that_are_left_are_told(struct ktest *t)
{
	u64 log = log_end();

	expect_leaks(t, 1);
	KTEST_ASSERT_EQ(t, insmod("leaky", "numbers=3"), 0);
	KTEST_EXPECT_EQ(t, module_unload("leaky"), 0);
	KTEST_EXPECT_EQ(t,
			log_count(log,
				  "module-leak device-numbers 240:0 count=3"
				  " name=leaky module=leaky"
				  " alloc=leaky_init+0x"),
			1);
	unregister_chrdev_region(MKDEV(240, 0), 3);
	KTEST_ASSERT_EQ(t, insmod("leaky", "numbers=3 tidy"), 0);
	KTEST_EXPECT_EQ(t, module_unload("leaky"), 0);
	KTEST_EXPECT_EQ(t, log_count(log, "module-leak "), 1);
}

/* Its caller may sleep again, so it goes as it came. */
static void expect_left_atomic(struct ktest *t, const char *params,
			       const char *line)
{
	u64 log = log_end();

	ktest_expect_report(t, "left-atomic");
	KTEST_ASSERT_EQ(t, insmod("atomic", params), 0);
	KTEST_EXPECT_EQ(t, module_unload("atomic"), 0);
	KTEST_EXPECT_EQ(t, log_count(log, line), 1);
	KTEST_EXPECT_EQ(t, preempt_count(), 0);
	KTEST_EXPECT_FALSE(t, irqs_disabled());
}

static void init_and_exit_return_where_one_may_sleep(struct ktest *t)
{
	expect_left_atomic(t, "way=lock",
			   "left-atomic init preempt=1 lock=atomic_lock ");
	expect_left_atomic(t, "way=unlock", "left-atomic init preempt=-1 ");
	expect_left_atomic(t, "way=irqs",
			   "left-atomic init preempt=0 irqs-off ");
	expect_left_atomic(t, "way=exit", "left-atomic exit preempt=1 ");
}

static void a_cache_that_is_left_behind_is_told(struct ktest *t)
{
	u64 log = log_end();

	expect_leaks(t, 2);
	KTEST_ASSERT_EQ(t, insmod("leaky", "cache=left_behind"), 0);
	KTEST_EXPECT_EQ(t, module_unload("leaky"), 0);
	KTEST_EXPECT_EQ(t, log_count(log, "module-leak kmem_cache obj="), 1);
	KTEST_EXPECT_EQ(t, log_count(log, "module-leak left_behind obj="), 1);
}

static void init_that_fails_after_taking_memory_is_told(struct ktest *t)
{
	u64 log = log_end();

	expect_leaks(t, 7);
	KTEST_EXPECT_EQ(t, insmod("leaky", "objects=1 fail=-19"), -ENODEV);
	KTEST_EXPECT_EQ(t,
			log_count(log, "module: leaky: not loaded: init "
				       "returned -19"),
			1);
	KTEST_EXPECT_EQ(t, log_count(log, "mm: BUG module-leak "), 7);
	KTEST_EXPECT_EQ(t, module_unload("leaky"), -ENOENT);
}

static void what_would_run_later_keeps_the_code(struct ktest *t)
{
	unsigned int tries = 0;
	u64 log = log_end();
	int err;

	expect_leaks(t, 6);
	KTEST_ASSERT_EQ(t, insmod("late", ""), 0);
	KTEST_EXPECT_EQ(t, module_unload("late"), -EBUSY);
	KTEST_EXPECT_EQ(t, log_count(log, "module-leak timer obj="), 2);
	KTEST_EXPECT_EQ(t, log_count(log, "module-leak work obj="), 1);
	KTEST_EXPECT_EQ(t, log_count(log, "module-leak dma-mapping obj="), 1);
	KTEST_EXPECT_EQ(t, log_count(log, "module-leak dma-pool obj="), 1);
	KTEST_EXPECT_EQ(t, log_count(log, "module-leak proc-entry obj="), 1);
	KTEST_EXPECT_EQ(t, log_count(log, "at=late_show+0x0/"), 1);
	KTEST_EXPECT_EQ(t,
			log_count(log, "module: late: 6 things point into "
				       "it: its memory stays"),
			1);
	KTEST_EXPECT_EQ(t, insmod("late", ""), -EEXIST);
	/* When they have run nothing points there any more. */
	while ((err = module_unload("late")) == -EBUSY && tries++ < 200)
		msleep(10);
	KTEST_EXPECT_EQ(t, err, 0);
}

static void what_the_kernel_took_over_is_on_no_record(struct ktest *t)
{
	unsigned long known, missed;
	u64 log = log_end();
	struct file *file;

	KTEST_ASSERT_EQ(t, insmod("given", ""), 0);
	file = filp_open("/proc/ktest_given", O_RDONLY, 0);
	KTEST_EXPECT_FALSE(t, IS_ERR(file));
	accounted_count(&known, &missed);
	KTEST_EXPECT_EQ(t, known, 1);
	if (!IS_ERR(file))
		fput(file);
	accounted_count(&known, &missed);
	KTEST_EXPECT_EQ(t, known, 0);
	KTEST_EXPECT_EQ(t, module_unload("given"), 0);
	KTEST_EXPECT_EQ(t, log_count(log, "module-leak"), 0);
}

static void a_pool_that_is_left_behind_is_told(struct ktest *t)
{
	u64 log = log_end();

	expect_leaks(t, 1);
	KTEST_ASSERT_EQ(t, insmod("given", "lose_pool"), 0);
	KTEST_EXPECT_EQ(t, module_unload("given"), 0);
	KTEST_EXPECT_EQ(t, log_count(log, "module-leak mempool obj="), 1);
	KTEST_EXPECT_EQ(t,
			log_count(log, " reserve=3 out=0 module=given "
				       "alloc=given_init+0x"),
			1);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
}

static void a_tasklet_that_is_queued_keeps_the_code(struct ktest *t)
{
	unsigned int tries = 0;
	u64 log = log_end();
	int err;

	expect_leaks(t, 1);
	KTEST_ASSERT_EQ(t, insmod("again", ""), 0);
	KTEST_EXPECT_EQ(t, module_unload("again"), -EBUSY);
	KTEST_EXPECT_EQ(t, log_count(log, "module-leak tasklet obj="), 1);
	KTEST_EXPECT_EQ(t,
			log_count(log, "module: again: 1 things point into it:"
				       " its memory stays"),
			1);
	expect_sys(t, "again/initstate", "going\n");
	KTEST_EXPECT_EQ(t, sys_write("again/parameters/ended", "1"), 0);
	while ((err = module_unload("again")) == -EBUSY && tries++ < 200)
		msleep(10);
	KTEST_EXPECT_EQ(t, err, 0);
}

/* The only device that the module managed drives. NULL: there is none, or
 * another driver has it, or there are two. */
static struct pci_dev *managed_device(void)
{
	struct pci_dev *dev = pci_get_device(PCI_VENDOR_ID_QEMU,
					     PCI_DEVICE_ID_QEMU_EDU, NULL);
	struct pci_dev *more;

	if (!dev)
		return NULL;
	more = pci_get_device(PCI_VENDOR_ID_QEMU, PCI_DEVICE_ID_QEMU_EDU,
			      pci_dev_get(dev));
	pci_dev_put(more);
	pci_dev_put(dev); /* the machine's own: it stays */
	return more || dev->driver || !dev->irq ? NULL : dev;
}

/* What its lines say from @from on: " memory enable", in this order. */
static void undone(u64 from, char *words, size_t size)
{
	char line[LOG_LINE_BYTES];
	int len = 0;

	words[0] = '\0';
	while (log_read(&from, line, sizeof(line))) {
		const char *at = strstr(line, "managed: undo ");

		if (!at)
			continue;
		at += strlen("managed: undo ");
		len += scnprintf(words + len, size - (size_t)len, " %.*s",
				 (int)strcspn(at, "\n"), at);
	}
}

static void expect_device_free(struct ktest *t, const struct pci_dev *dev)
{
	KTEST_EXPECT_EQ(t, atomic_read(&dev->enable_cnt), 0);
	KTEST_EXPECT_EQ(t, dev->claimed, 0);
	KTEST_EXPECT_NULL(t, dev->dev.devres);
	KTEST_EXPECT_FALSE(t, dev->is_managed || dev->is_busmaster);
}

static void a_managed_driver_goes_in_reverse(struct ktest *t)
{
	static const char *const gone[] = {
		"",
		" memory",
		" enable memory",
		" registers enable memory",
		" dma registers enable memory",
	};
	struct pci_dev *dev = managed_device();
	char words[120], args[16];
	unsigned int i;
	u64 log;

	if (!dev) {
		ktest_skip(t, "not one edu device that is free");
		return;
	}
	/* A probe() that fails: the module stays, and has nothing. */
	for (i = 0; i < ARRAY_SIZE(gone); i++) {
		log = log_end();
		snprintf(args, sizeof(args), "fail=%u", i + 1);
		KTEST_ASSERT_EQ(t, insmod("managed", args), 0);
		undone(log, words, sizeof(words));
		KTEST_EXPECT_STREQ(t, words, gone[i]);
		expect_device_free(t, dev);
		KTEST_EXPECT_EQ(t, module_unload("managed"), 0);
	}
	/* One that works, until rmmod. */
	log = log_end();
	KTEST_ASSERT_EQ(t, insmod("managed", ""), 0);
	KTEST_EXPECT_EQ(t, log_count(log, "managed: moved 0 handled 2"), 1);
	KTEST_EXPECT_EQ(t, log_count(log, "managed: undo"), 0);
	KTEST_EXPECT_TRUE(t, pci_is_enabled(dev));
	KTEST_EXPECT_EQ(t, module_unload("managed"), 0);
	undone(log, words, sizeof(words));
	KTEST_EXPECT_STREQ(t, words,
			   " nothing by hand irq dma registers enable memory");
	expect_device_free(t, dev);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_managed_driver_goes_in_reverse),
	KTEST_CASE(a_module_says_hello_and_goodbye),
	KTEST_CASE(an_exit_function_has_to_stay),
	KTEST_CASE(parameters_have_defaults),
	KTEST_CASE(parameters_take_values_of_every_type),
	KTEST_CASE(a_bad_value_refuses_the_module),
	KTEST_CASE(an_unknown_parameter_is_ignored_with_a_line),
	KTEST_CASE(a_module_that_is_used_stays),
	KTEST_CASE(names_are_exported_once_and_to_whom_they_are_for),
	KTEST_CASE(what_is_for_boot_is_refused_with_the_reason),
	KTEST_CASE(a_module_without_exit_stays),
	KTEST_CASE(a_module_for_another_kernel_is_refused),
	KTEST_CASE(a_cut_module_leaves_everything_as_it_was),
	KTEST_CASE(each_page_of_a_module_has_its_rights),
	KTEST_CASE(traces_go_through_a_module),
	KTEST_CASE(vmallocinfo_names_the_step_that_took_the_space),
	KTEST_CASE(names_are_found_by_address_and_by_name),
	KTEST_CASE(coming_and_going_loses_nothing),
	KTEST_CASE(who_is_live_has_no_init_area),
	KTEST_CASE(a_module_shows_what_lsmod_asks),
	KTEST_CASE(a_module_is_coming_while_init_runs),
	KTEST_CASE(parameters_are_read_as_their_rights_say),
	KTEST_CASE(parameters_are_written_as_their_rights_say),
	KTEST_CASE(a_file_of_a_module_that_has_gone_says_so),
	KTEST_CASE(a_tidy_module_leaves_nothing_behind),
	KTEST_CASE(what_a_module_leaks_is_told_by_kind_and_site),
	KTEST_CASE(a_scatterlist_is_its_modules),
	KTEST_CASE(device_numbers_that_are_left_are_told),
	KTEST_CASE(init_and_exit_return_where_one_may_sleep),
	KTEST_CASE(a_cache_that_is_left_behind_is_told),
	KTEST_CASE(init_that_fails_after_taking_memory_is_told),
	KTEST_CASE(what_would_run_later_keeps_the_code),
	KTEST_CASE(what_the_kernel_took_over_is_on_no_record),
	KTEST_CASE(a_pool_that_is_left_behind_is_told),
	KTEST_CASE(a_tasklet_that_is_queued_keeps_the_code),
};
KTEST_SUITE(x86_modules, cases);
