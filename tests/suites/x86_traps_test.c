/* SPDX-License-Identifier: MIT */
/*
 * x86_traps_test.c - exceptions are caught, and said in the right words
 *
 * Real faults on the real page tables, taken back by trap_catch(). What ends
 * the machine for good (stack overflows, panics) is proven by boots instead.
 */
#include <kernel/irq.h>
#include <kernel/ktest.h>
#include <kernel/list.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <asm/cpufeature.h>
#include <asm/page.h>
#include <asm/plant.h>
#include <asm/processor.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/traps.h>

#define TEST_IRQ 13 /* the old coprocessor's line: nobody has it */
#define MAX_PCS 16u

static void plant_fn(void *arg)
{
	x86_plant((enum x86_plant)(unsigned long)arg, NULL);
}

static bool catch_plant(enum x86_plant which, struct trap_caught *caught)
{
	return trap_catch(plant_fn, (void *)which, caught);
}

static void nothing_fn(void *arg)
{
	*(int *)arg += 1;
}

static void function_without_fault_just_returns(struct ktest *t)
{
	struct trap_caught caught;
	int calls = 0;

	KTEST_EXPECT_FALSE(t, trap_catch(nothing_fn, &calls, &caught));
	KTEST_EXPECT_EQ(t, calls, 1);
}

static void write_to_text_names_the_symbol(struct ktest *t)
{
	struct trap_caught c;

	KTEST_ASSERT_TRUE(t, catch_plant(X86_PLANT_WRITE_TEXT, &c));
	KTEST_EXPECT_EQ(t, c.vector, TRAP_PAGE_FAULT);
	KTEST_EXPECT_EQ(t, c.error, FAULT_PROTECTION | FAULT_WRITE);
	KTEST_EXPECT_STREQ(t, c.fault.class, "write-to-readonly");
	KTEST_EXPECT_EQ(t, strncmp(c.fault.detail, "text addr=c", 11), 0);
	KTEST_EXPECT_NOT_NULL(t, strstr(c.fault.detail, "sym=x86_plant+0x0/"));
}

static void write_to_a_constant_is_refused(struct ktest *t)
{
	struct trap_caught c;

	KTEST_ASSERT_TRUE(t, catch_plant(X86_PLANT_WRITE_RODATA, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "write-to-readonly");
	KTEST_EXPECT_EQ(t, strncmp(c.fault.detail, "rodata addr=c", 13), 0);
	KTEST_EXPECT_NOT_NULL(t, strstr(c.fault.detail, "sym=plant_rodata"));
}

static void write_symbol_table_fn(void *arg)
{
	*(volatile char *)arg = 0;
}

static void symbol_table_is_read_only(struct ktest *t)
{
	struct trap_caught c;

	KTEST_ASSERT_TRUE(
		t, trap_catch(write_symbol_table_fn, __symbols_start, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "write-to-readonly");
}

static void data_and_stack_cannot_be_executed(struct ktest *t)
{
	struct trap_caught c;

	if (!cpu_has_nx()) {
		ktest_skip(t, "this CPU has no NX");
		return;
	}
	KTEST_ASSERT_TRUE(t, catch_plant(X86_PLANT_EXEC_DATA, &c));
	KTEST_EXPECT_EQ(t, c.error, FAULT_PROTECTION | FAULT_EXEC);
	KTEST_EXPECT_STREQ(t, c.fault.class, "exec-of-data");
	KTEST_EXPECT_EQ(t, strncmp(c.fault.detail, "data addr=c", 11), 0);
	KTEST_ASSERT_TRUE(t, catch_plant(X86_PLANT_EXEC_STACK, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "exec-of-data");
	KTEST_EXPECT_EQ(t, strncmp(c.fault.detail, "stack addr=", 11), 0);
}

static void null_pointers_are_told_by_their_use(struct ktest *t)
{
	struct trap_caught c;

	KTEST_ASSERT_TRUE(t, catch_plant(X86_PLANT_NULL_READ, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "null-deref");
	KTEST_EXPECT_STREQ(t, c.fault.detail, "read addr=00000010");
	KTEST_ASSERT_TRUE(t, catch_plant(X86_PLANT_NULL_CALL, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "null-call");
	KTEST_EXPECT_EQ(t, c.pc, 0);
}

static void read_fn(void *arg)
{
	(void)*(volatile char *)arg;
}

static void delete_fn(void *arg)
{
	list_del(arg);
}

static void a_list_entry_that_was_deleted_is_no_null_pointer(struct ktest *t)
{
	struct list_head list = LIST_HEAD_INIT(list), entry;
	struct trap_caught c;

	list_add(&entry, &list);
	list_del(&entry);
	KTEST_ASSERT_TRUE(t, trap_catch(delete_fn, &entry, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "null-deref");
	KTEST_EXPECT_STREQ(t, c.fault.detail,
			   "write addr=00000104 list-poison");
}

static void absent_addresses_are_told_apart(struct ktest *t)
{
	struct trap_caught c;

	KTEST_ASSERT_TRUE(t, trap_catch(read_fn, (void *)0x400000, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "user-deref");
	KTEST_EXPECT_STREQ(t, c.fault.detail, "read addr=00400000");
	KTEST_ASSERT_TRUE(t, trap_catch(read_fn, (void *)0xfffff000, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "bad-access");
}

/* Whoever reads a pointer in freed memory and follows it. */
static void a_poisoned_pointer_is_no_users(struct ktest *t)
{
	struct trap_caught c;

	KTEST_ASSERT_TRUE(t, trap_catch(read_fn, (void *)0x6b6b6b6f, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "poison-deref");
	KTEST_EXPECT_STREQ(
		t, c.fault.detail,
		"read addr=6b6b6b6f pointer=6b6b6b6b from=freed-object");
	/* A step back, as container_of() takes it. */
	KTEST_ASSERT_TRUE(t, trap_catch(read_fn, (void *)0x5a5a5a4a, &c));
	KTEST_EXPECT_STREQ(
		t, c.fault.detail,
		"read addr=5a5a5a4a pointer=5a5a5a5a from=fresh-object");
	KTEST_ASSERT_TRUE(t, trap_catch(delete_fn, (void *)0xaaaaaaaa, &c));
	KTEST_EXPECT_STREQ(
		t, c.fault.detail,
		"read addr=aaaaaaaa pointer=aaaaaaaa from=freed-page");
	KTEST_ASSERT_TRUE(t, trap_catch(read_fn, (void *)0xa7a7b000, &c));
	KTEST_EXPECT_STREQ(
		t, c.fault.detail,
		"read addr=a7a7b000 pointer=a7a7a7a7 from=freed-dma-block");
	/* The last byte in reach on either side, and the next. */
	KTEST_ASSERT_TRUE(t, trap_catch(read_fn, (void *)0x6b6b8b6a, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "poison-deref");
	KTEST_ASSERT_TRUE(t, trap_catch(read_fn, (void *)0x6b6b8b6b, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "user-deref");
	KTEST_ASSERT_TRUE(t, trap_catch(read_fn, (void *)0x6b6b4b6b, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "poison-deref");
	KTEST_ASSERT_TRUE(t, trap_catch(read_fn, (void *)0x6b6b4b6a, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "user-deref");
}

/* The bits of the error code that no test can provoke: made up. */
static void reserved_bits_are_no_plain_fault(struct ktest *t)
{
	struct page_fault fault = { .addr = 0xd0000000,
				    .error = FAULT_PROTECTION |
					     FAULT_RESERVED_BIT };
	struct fault_text text;

	fault_describe(&fault, &text);
	KTEST_EXPECT_STREQ(t, text.class, "page-table");
}

static void divide_fn(void *arg)
{
	u32 low = 1, high = 0;

	__asm__ volatile("divl %2" : "+a"(low), "+d"(high) : "m"(*(u32 *)arg));
}

static void ud_fn(void *arg)
{
	(void)arg;
	__asm__ volatile("ud2");
}

static void gp_fn(void *arg)
{
	(void)arg;
	__asm__ volatile("movl %0, %%gs" : : "r"(0x1230));
}

static void int3_fn(void *arg)
{
	(void)arg;
	__asm__ volatile("int3");
}

static void other_exceptions_come_with_vector_and_error(struct ktest *t)
{
	struct trap_caught c;
	u32 zero = 0;

	KTEST_ASSERT_TRUE(t, trap_catch(divide_fn, &zero, &c));
	KTEST_EXPECT_EQ(t, c.vector, TRAP_DIVIDE);
	KTEST_ASSERT_TRUE(t, trap_catch(int3_fn, NULL, &c));
	KTEST_EXPECT_EQ(t, c.vector, TRAP_BREAKPOINT);
	KTEST_ASSERT_TRUE(t, trap_catch(ud_fn, NULL, &c));
	KTEST_EXPECT_EQ(t, c.vector, TRAP_INVALID_OPCODE);
	KTEST_EXPECT_EQ(t, c.error, 0);
	KTEST_ASSERT_TRUE(t, trap_catch(gp_fn, NULL, &c));
	KTEST_EXPECT_EQ(t, c.vector, TRAP_GENERAL_PROTECTION);
	KTEST_EXPECT_EQ(t, c.error, 0x1230);
}

static void stack_guard_is_not_mapped(struct ktest *t)
{
	struct arch_stack stack;
	struct trap_caught c;
	int here;

	KTEST_ASSERT_TRUE(t, arch_find_stack((unsigned long)&here, &stack));
	KTEST_ASSERT_TRUE(t,
			  trap_catch(read_fn, (void *)(stack.start - 1), &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "stack-guard");
}

static void stacks_end_where_they_end(struct ktest *t)
{
	struct arch_stack stack;
	const char *owner = NULL;
	int here;

	KTEST_EXPECT_TRUE(t, arch_stack_addr((unsigned long)&here, &owner));
	KTEST_EXPECT_NOT_NULL(t, owner);
	KTEST_ASSERT_TRUE(t, arch_find_stack((unsigned long)&here, &stack));
	KTEST_EXPECT_TRUE(t, arch_stack_addr(stack.start, NULL));
	KTEST_EXPECT_FALSE(t, arch_stack_addr(stack.start - 1, NULL));
	KTEST_EXPECT_TRUE(t, arch_stack_addr(stack.end - 1, NULL));
	KTEST_EXPECT_FALSE(t, arch_stack_addr((unsigned long)plant_fn, NULL));
}

/* Does @pc lie in the function @name, or what the compiler made of it? */
static bool lies_in(unsigned long pc, const char *name)
{
	unsigned long start, size;
	size_t len = strlen(name);
	const char *found;

	return arch_symbol_lookup(pc, &found, &start, &size) &&
	       !strncmp(found, name, len) && (!found[len] || found[len] == '.');
}

/* What %pS and %pB say of @pc. */
static bool symbol_says(const char *fmt, unsigned long pc, const char *want)
{
	char text[128];

	snprintf(text, sizeof(text), fmt, (void *)pc);
	return !strncmp(text, want, strlen(want));
}

/* A call that never returns may be a function's last bytes. */
static void return_addresses_belong_to_the_call_before(struct ktest *t)
{
	unsigned long pc = (unsigned long)lies_in, start, size;
	const char *name;
	char want[80];

	KTEST_ASSERT_TRUE(t, arch_symbol_lookup(pc, &name, &start, &size));
	pc = start + size;
	snprintf(want, sizeof(want), "%s+0x%lx/0x%lx", name, size, size);
	KTEST_EXPECT_TRUE(t, symbol_says("%pB", pc, want));
	KTEST_EXPECT_FALSE(t, symbol_says("%pS", pc, want));
	snprintf(want, sizeof(want), "%s+0x1/0x%lx", name, size);
	KTEST_EXPECT_TRUE(t, symbol_says("%pB", start + 1, want));
	KTEST_EXPECT_TRUE(t, symbol_says("%pS", start + 1, want));
}

struct trace {
	unsigned long pcs[MAX_PCS];
	unsigned int nr;
};

static noinline void trace_inner(struct trace *trace)
{
	trace->nr = arch_backtrace(trace->pcs, MAX_PCS, 0, 0, 0);
	barrier();
}

static noinline void trace_middle(struct trace *trace)
{
	volatile char room[100];

	room[0] = 1;
	trace_inner(trace);
	(void)room[0];
}

/* A frame of changing size, which the compiler counts from ebp. */
static noinline void trace_dynamic(struct trace *trace, size_t bytes)
{
	volatile char *room = __builtin_alloca(bytes);

	room[bytes - 1] = 1;
	trace_middle(trace);
	(void)room[0];
}

static void expect_name(struct ktest *t, unsigned long pc, const char *name)
{
	if (!lies_in(pc, name))
		KTEST_FAIL(t, "%pS is not in %s", (void *)pc, name);
}

static void backtrace_names_every_caller_exactly(struct ktest *t)
{
	struct trace trace;
	unsigned int i;

	trace_dynamic(&trace, 333);
	KTEST_EXPECT_GE(t, trace.nr, 5);
	expect_name(t, trace.pcs[0], "trace_inner");
	expect_name(t, trace.pcs[1], "trace_middle");
	expect_name(t, trace.pcs[2], "trace_dynamic");
	expect_name(t, trace.pcs[3], "backtrace_names_every_caller_exactly");
	/* 0 would say that the rest is guessed. */
	for (i = 1; i < trace.nr; i++) {
		if (!trace.pcs[i])
			KTEST_FAIL(t, "guesses begin behind %pS",
				   (void *)trace.pcs[i - 1]);
	}
}

static void backtrace_stays_within_its_room(struct ktest *t)
{
	unsigned long pcs[3] = { 0, 0, 77 };

	KTEST_EXPECT_EQ(t, arch_backtrace(pcs, 2, 0, 0, 0), 2);
	KTEST_EXPECT_EQ(t, pcs[2], 77);
	KTEST_EXPECT_EQ(t, arch_backtrace(pcs, 0, 0, 0, 0), 0);
}

static void backtrace_from_nonsense_ends_at_once(struct ktest *t)
{
	unsigned long pcs[MAX_PCS];

	/* No stack there: the place itself, perhaps a mark, nothing more. */
	KTEST_EXPECT_LE(t,
			arch_backtrace(pcs, MAX_PCS, (unsigned long)plant_fn,
				       0x12345678, 0),
			2);
	KTEST_EXPECT_LE(t, arch_backtrace(pcs, MAX_PCS, 0x10, 0xfffffffc, 0),
			2);
}

static struct trace irq_trace;

static noinline irqreturn_t irq_traces(int irq, void *dev_id)
{
	(void)irq;
	trace_inner(dev_id);
	return IRQ_HANDLED;
}

static noinline u32 raise_irq(u32 a, u32 b)
{
	u32 si = a, di = b;

	__asm__ volatile("int %2"
			 : "+S"(si), "+D"(di)
			 : "i"(IRQ_VECTOR_BASE + TEST_IRQ)
			 : "memory");
	return si * 16 + di;
}

static void backtrace_crosses_an_interrupt(struct ktest *t)
{
	bool found = false;
	unsigned int i;

	if (request_irq(TEST_IRQ, irq_traces, 0, "test", &irq_trace)) {
		ktest_skip(t, "the line is taken");
		return;
	}
	/* Registers survive it, too. */
	KTEST_EXPECT_EQ(t, raise_irq(3, 4), 52);
	free_irq(TEST_IRQ, &irq_trace);
	for (i = 0; i + 1 < irq_trace.nr; i++) {
		if (lies_in(irq_trace.pcs[i], "raise_irq") &&
		    lies_in(irq_trace.pcs[i + 1],
			    "backtrace_crosses_an_interrupt"))
			found = true;
	}
	KTEST_EXPECT_TRUE(t, found);
}

static void symbols_cover_the_text_without_gaps(struct ktest *t)
{
	unsigned long addr = (unsigned long)trap_catch, start, size;
	const char *name;
	unsigned int nr;

	KTEST_ASSERT_TRUE(t, arch_symbol_lookup(addr, &name, &start, &size));
	KTEST_EXPECT_STREQ(t, name, "trap_catch");
	KTEST_EXPECT_EQ(t, start, addr);
	/* Each symbol ends where the next one begins; many anchors' worth. */
	for (nr = 0; nr < 200; nr++) {
		unsigned long next = start + size;

		if (arch_image_part(next) != IMAGE_TEXT)
			break;
		KTEST_ASSERT_TRUE(
			t, arch_symbol_lookup(next, &name, &start, &size));
		KTEST_ASSERT_EQ(t, start, next);
		KTEST_ASSERT_TRUE(t, size > 0);
		KTEST_ASSERT_TRUE(t, arch_symbol_lookup(next + size - 1, &name,
							&start, &size));
		KTEST_ASSERT_EQ(t, start, next);
	}
	KTEST_EXPECT_GE(t, nr, 20);
}

static void suites_have_names_and_rows_of_their_own(struct ktest *t)
{
	unsigned long at =
		(unsigned long)suites_have_names_and_rows_of_their_own;
	struct arch_symbol_cursor cursor = { .nr = 0 };
	unsigned long start, size;
	unsigned long pcs[2] = { 0 };
	const char *name;
	unsigned int nr = 0;

	KTEST_ASSERT_TRUE(
		t, at - (unsigned long)__suites_text <
			   (unsigned long)(__suites_rodata - __suites_text));
	KTEST_ASSERT_TRUE(t, arch_symbol_lookup(at + 1, &name, &start, &size));
	KTEST_EXPECT_STREQ(t, name, "suites_have_names_and_rows_of_their_own");
	KTEST_EXPECT_EQ(t, start, at);
	/* A 0 would say that what follows is a guess. */
	KTEST_EXPECT_EQ(t, arch_backtrace(pcs, ARRAY_SIZE(pcs), 0, 0, 0), 2);
	KTEST_EXPECT_TRUE(t, pcs[0] - start < size);
	KTEST_EXPECT_EQ(t, arch_image_part(pcs[1]), IMAGE_TEXT);
	while (arch_symbol_next(&cursor))
		nr += cursor.addr == at && !strcmp(cursor.name, name);
	KTEST_EXPECT_EQ(t, nr, 1);
}

static void addresses_outside_the_image_have_no_symbol(struct ktest *t)
{
	unsigned long start, size;
	const char *name;

	KTEST_EXPECT_FALSE(t, arch_symbol_lookup(0, &name, &start, &size));
	KTEST_EXPECT_FALSE(t,
			   arch_symbol_lookup((unsigned long)__text_start - 1,
					      &name, &start, &size));
	KTEST_EXPECT_FALSE(t, arch_symbol_lookup(~0ul, &name, &start, &size));
}

static void image_parts_meet_at_their_borders(struct ktest *t)
{
	unsigned long text = (unsigned long)__text_start;
	unsigned long data = (unsigned long)__data_start;

	KTEST_EXPECT_EQ(t, arch_image_part(text - 1), IMAGE_NONE);
	KTEST_EXPECT_EQ(t, arch_image_part(text), IMAGE_TEXT);
	KTEST_EXPECT_EQ(t, arch_image_part((unsigned long)__text_end - 1),
			IMAGE_TEXT);
	KTEST_EXPECT_EQ(t, arch_image_part((unsigned long)__rodata_start),
			IMAGE_RODATA);
	KTEST_EXPECT_EQ(t, arch_image_part(data - 1), IMAGE_RODATA);
	KTEST_EXPECT_EQ(t, arch_image_part(data), IMAGE_DATA);
	KTEST_EXPECT_EQ(t, arch_image_part((unsigned long)__bss_start),
			IMAGE_BSS);
	KTEST_EXPECT_EQ(t, arch_image_part((unsigned long)__symbols_end - 1),
			IMAGE_RODATA);
	KTEST_EXPECT_EQ(t, arch_image_part((unsigned long)__suites_text),
			IMAGE_TEXT);
	KTEST_EXPECT_EQ(t, arch_image_part((unsigned long)__suites_rodata),
			IMAGE_RODATA);
	KTEST_EXPECT_EQ(t, arch_image_part((unsigned long)__suites_data),
			IMAGE_DATA);
	KTEST_EXPECT_EQ(t, arch_image_part((unsigned long)__suites_bss),
			IMAGE_BSS);
	KTEST_EXPECT_EQ(t, arch_image_part((unsigned long)__suites_end),
			IMAGE_NONE);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(function_without_fault_just_returns),
	KTEST_CASE(write_to_text_names_the_symbol),
	KTEST_CASE(write_to_a_constant_is_refused),
	KTEST_CASE(symbol_table_is_read_only),
	KTEST_CASE(data_and_stack_cannot_be_executed),
	KTEST_CASE(null_pointers_are_told_by_their_use),
	KTEST_CASE(a_list_entry_that_was_deleted_is_no_null_pointer),
	KTEST_CASE(absent_addresses_are_told_apart),
	KTEST_CASE(a_poisoned_pointer_is_no_users),
	KTEST_CASE(reserved_bits_are_no_plain_fault),
	KTEST_CASE(other_exceptions_come_with_vector_and_error),
	KTEST_CASE(stack_guard_is_not_mapped),
	KTEST_CASE(stacks_end_where_they_end),
	KTEST_CASE(backtrace_names_every_caller_exactly),
	KTEST_CASE(backtrace_stays_within_its_room),
	KTEST_CASE(backtrace_from_nonsense_ends_at_once),
	KTEST_CASE(backtrace_crosses_an_interrupt),
	KTEST_CASE(symbols_cover_the_text_without_gaps),
	KTEST_CASE(return_addresses_belong_to_the_call_before),
	KTEST_CASE(suites_have_names_and_rows_of_their_own),
	KTEST_CASE(addresses_outside_the_image_have_no_symbol),
	KTEST_CASE(image_parts_meet_at_their_borders),
};
KTEST_SUITE(x86_traps, cases);
