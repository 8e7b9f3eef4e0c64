/* SPDX-License-Identifier: MIT */
/*
 * x86_percpu_test.c - what a CPU does with a per-CPU address, raw or by %fs
 */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/addr.h>
#include <mm/percpu.h>
#include <asm/processor.h>
#include <asm/sections.h>
#include <asm/traps.h>

static DEFINE_PER_CPU(u32, raw_static);

static void read_fn(void *arg)
{
	(void)READ_ONCE(*(u32 *)arg);
}

static void write_fn(void *arg)
{
	WRITE_ONCE(*(u32 *)arg, 1);
}

static void a_static_address_used_raw_names_the_variable(struct ktest *t)
{
	struct trap_caught c;

	KTEST_ASSERT_TRUE(t, trap_catch(read_fn, &raw_static, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "percpu");
	KTEST_EXPECT_EQ(t, strncmp(c.fault.detail, "raw read addr=000", 17), 0);
	KTEST_EXPECT_NOT_NULL(t, strstr(c.fault.detail, " sym=raw_static+0"));
	KTEST_ASSERT_TRUE(t, trap_catch(write_fn, &raw_static, &c));
	KTEST_EXPECT_EQ(t, strncmp(c.fault.detail, "raw write addr=", 15), 0);
}

static void a_dynamic_address_used_raw_is_known(struct ktest *t)
{
	char __percpu *p = __alloc_percpu(64, 64);
	unsigned long end;
	struct trap_caught c;

	KTEST_ASSERT_NOT_NULL(t, (void __force *)p);
	KTEST_EXPECT_TRUE(t, trap_catch(read_fn, (char __force *)p + 8, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "percpu");
	KTEST_EXPECT_NULL(t, strstr(c.fault.detail, "sym="));
	KTEST_EXPECT_EQ(t, addr_classify((unsigned long)p, NULL),
			ADDR_PERCPU_RAW);
	free_percpu(p);
	/* The last address of all is still one; behind it is user space. */
	end = (unsigned long)__start_percpu + percpu_address_bytes;
	KTEST_EXPECT_EQ(t, addr_classify(end - 1, NULL), ADDR_PERCPU_RAW);
	KTEST_EXPECT_EQ(t, addr_classify(end, NULL), ADDR_USER);
}

static void the_template_cannot_be_written(struct ktest *t)
{
	struct trap_caught c;

	KTEST_EXPECT_EQ(t, arch_image_part((unsigned long)__percpu_template),
			IMAGE_RODATA);
	KTEST_ASSERT_TRUE(t,
			  trap_catch(write_fn, (void *)__percpu_template, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "write-to-readonly");
}

/* One instruction each, or interrupts would split them. */
static void fs_leads_to_this_cpus_copy(struct ktest *t)
{
	unsigned long flags = local_irq_save();
	u32 v;

	*this_cpu_ptr(&raw_static) = 0x1234;
	__asm__ volatile("movl %%fs:%1, %0" : "=r"(v) : "m"(raw_static));
	KTEST_EXPECT_EQ(t, v, 0x1234);
	this_cpu_inc(raw_static);
	KTEST_EXPECT_EQ(t, *this_cpu_ptr(&raw_static), 0x1235);
	local_irq_restore(flags);
}

static const struct ktest_case x86_percpu_cases[] = {
	KTEST_CASE(a_static_address_used_raw_names_the_variable),
	KTEST_CASE(a_dynamic_address_used_raw_is_known),
	KTEST_CASE(the_template_cannot_be_written),
	KTEST_CASE(fs_leads_to_this_cpus_copy),
};
KTEST_SUITE(x86_percpu, x86_percpu_cases);
