/* SPDX-License-Identifier: MIT */
/* x86_vmalloc_test.c - what the CPU says of areas that are used wrongly */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/set_memory.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include <asm/cpufeature.h>
#include <asm/traps.h>

#define OPCODE_RET 0xc3
#define SITE ((unsigned long)&vfree_module)

static void read_fn(void *arg)
{
	(void)*(volatile char *)arg;
}

static void write_fn(void *arg)
{
	*(volatile char *)arg = 1;
}

static void call_fn(void *arg)
{
	void (*volatile fn)(void) = (void (*)(void))arg;

	fn();
}

static void a_fault_in_a_guard_page_names_the_area_before_it(struct ktest *t)
{
	const unsigned long bytes = 3 * PAGE_SIZE;
	char *p = vmalloc(bytes), want[80];
	struct trap_caught c;

	KTEST_ASSERT_NOT_NULL(t, p);
	snprintf(want, sizeof(want),
		 "read guard page behind vmalloc area %lx-%lx of ",
		 (unsigned long)p, (unsigned long)p + bytes);
	KTEST_EXPECT_FALSE(t, trap_catch(read_fn, p + bytes - 1, &c));
	if (KTEST_EXPECT_TRUE(t, trap_catch(read_fn, p + bytes, &c))) {
		KTEST_EXPECT_STREQ(t, c.fault.class, "bad-access");
		KTEST_EXPECT_PTR_EQ(t, strstr(c.fault.detail, want),
				    c.fault.detail);
		KTEST_EXPECT_NOT_NULL(t, strstr(c.fault.detail, " of a_fault"));
	}
	KTEST_EXPECT_TRUE(t, trap_catch(write_fn, p + bytes + 4000, &c));
	KTEST_EXPECT_NOT_NULL(t, strstr(c.fault.detail, want + 5));
	vfree(p);
}

static void a_freed_area_faults_and_says_so(struct ktest *t)
{
	char *p = vmalloc(PAGE_SIZE);
	struct trap_caught c;

	KTEST_ASSERT_NOT_NULL(t, p);
	read_fn(p);
	vfree(p);
	/* Until the flush this CPU may know the page still: then no fault. */
	vm_unmap_aliases();
	KTEST_EXPECT_TRUE(t, trap_catch(read_fn, p, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "bad-access");
}

static void rights_that_were_taken_are_gone_at_once(struct ktest *t)
{
	unsigned long va = (unsigned long)vmalloc_module(PAGE_SIZE, SITE);
	struct trap_caught c;

	KTEST_ASSERT_NE(t, va, 0);
	*(volatile unsigned char *)va = OPCODE_RET;
	KTEST_EXPECT_EQ(t, trap_catch(call_fn, (void *)va, &c), cpu_has_nx());
	KTEST_EXPECT_EQ(t, set_memory_ro(va, 1), 0);
	KTEST_EXPECT_TRUE(t, trap_catch(write_fn, (void *)va, &c));
	KTEST_EXPECT_EQ(t, set_memory_x(va, 1), 0);
	KTEST_EXPECT_FALSE(t, trap_catch(call_fn, (void *)va, &c));
	KTEST_EXPECT_TRUE(t, trap_catch(write_fn, (void *)va, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "write-to-readonly");
	KTEST_EXPECT_EQ(t, set_memory_nx(va, 1), 0);
	KTEST_EXPECT_EQ(t, trap_catch(call_fn, (void *)va, &c), cpu_has_nx());
	KTEST_EXPECT_EQ(t, set_memory_rw(va, 1), 0);
	KTEST_EXPECT_FALSE(t, trap_catch(write_fn, (void *)va, &c));
	vfree_module((void *)va);
}

static const struct ktest_case x86_vmalloc_cases[] = {
	KTEST_CASE(a_fault_in_a_guard_page_names_the_area_before_it),
	KTEST_CASE(a_freed_area_faults_and_says_so),
	KTEST_CASE(rights_that_were_taken_are_gone_at_once),
};
KTEST_SUITE(x86_vmalloc, x86_vmalloc_cases);
