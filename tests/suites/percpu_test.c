/* SPDX-License-Identifier: MIT */
/* percpu_test.c - static per-CPU variables: every size, alignment and CPU */
#include <kernel/export.h>
#include <kernel/ktest.h>
#include <kernel/preempt.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/percpu.h>
#include "stay_here.h"

/* Linked far apart from each other by their alignment, and never 0 at first. */
static DEFINE_PER_CPU(u8, one) = 0x11;
static DEFINE_PER_CPU(u16, two) = 0x2222;
static DEFINE_PER_CPU(u32, four) = 0x44444444u;
static DEFINE_PER_CPU(u64, eight) = 0x8888888888888888ull;
static DEFINE_PER_CPU(void *, pointer);
static DEFINE_PER_CPU(bool, flag);
static DEFINE_PER_CPU(s32, negative) = -5;
static DEFINE_PER_CPU_ALIGNED(u8, in_a_line) = 1;
static DEFINE_PER_CPU_SHARED_ALIGNED(u8, in_a_shared_line) = 2;
static DEFINE_PER_CPU_PAGE_ALIGNED(u8, on_a_page) = 3;
/* Never written: what the template says. */
static DEFINE_PER_CPU(u32, untouched) = 0x600dc0deu;

/* On this CPU: 1, 2, 4 or 8 bytes, with a neighbour's bytes around them. */
#define EVERY_OPERATION(t, type, var, start)                                  \
	do {                                                                  \
		type _was = (type)(start), _not;                              \
                                                                              \
		this_cpu_write(var, _was);                                    \
		KTEST_EXPECT_TRUE(t, this_cpu_read(var) == _was);             \
		this_cpu_add(var, 3);                                         \
		this_cpu_sub(var, 1);                                         \
		this_cpu_inc(var);                                            \
		this_cpu_dec(var);                                            \
		KTEST_EXPECT_TRUE(t, this_cpu_read(var) == (type)(_was + 2)); \
		this_cpu_or(var, 0x70);                                       \
		this_cpu_and(var, 0x3c);                                      \
		_was = (type)(((type)(_was + 2) | 0x70) & 0x3c);              \
		KTEST_EXPECT_TRUE(t, this_cpu_read(var) == _was);             \
		_not = (type)(_was ^ (type)-1);                               \
		KTEST_EXPECT_TRUE(t, this_cpu_add_return(var, 250) ==         \
					     (type)(_was + 250));             \
		KTEST_EXPECT_TRUE(t, this_cpu_sub_return(var, 250) == _was);  \
		KTEST_EXPECT_TRUE(t, this_cpu_inc_return(var) ==              \
					     (type)(_was + 1));               \
		KTEST_EXPECT_TRUE(t, this_cpu_dec_return(var) == _was);       \
		KTEST_EXPECT_TRUE(t, this_cpu_xchg(var, _not) == _was);       \
		KTEST_EXPECT_TRUE(t, this_cpu_cmpxchg(var, _was, 9) == _not); \
		KTEST_EXPECT_TRUE(t, this_cpu_read(var) == _not);             \
		KTEST_EXPECT_TRUE(t, this_cpu_cmpxchg(var, _not, 9) == _not); \
		KTEST_EXPECT_TRUE(t, this_cpu_read(var) == 9);                \
	} while (0)

static void operations_work_on_every_size(struct ktest *t)
{
	preempt_disable();
	EVERY_OPERATION(t, u8, one, 0xfe);
	EVERY_OPERATION(t, u16, two, 0xfffe);
	EVERY_OPERATION(t, u32, four, 0xfffffffeu);
	EVERY_OPERATION(t, u64, eight, 0xfffffffffffffffeull);
	EVERY_OPERATION(t, u64, eight, 0xfffffffeull);
	EVERY_OPERATION(t, s32, negative, -7);
	preempt_enable();
}

static void a_small_write_leaves_its_neighbours_alone(struct ktest *t)
{
	u8 *bytes = (u8 *)get_cpu_ptr(&four);

	this_cpu_write(four, 0xaabbccddu);
	this_cpu_add(*(u8 *)&four, 0x30);
	KTEST_EXPECT_EQ(t, bytes[0], 0x0d);
	KTEST_EXPECT_EQ(t, bytes[1], 0xcc);
	this_cpu_write(*((u16 *)&four + 1), 0x1234);
	KTEST_EXPECT_EQ(t, this_cpu_read(four), 0x1234cc0du);
	KTEST_EXPECT_EQ(t, this_cpu_xchg(*((u8 *)&four + 3), 0xff), 0x12);
	KTEST_EXPECT_EQ(t, this_cpu_read(four), 0xff34cc0du);
	put_cpu_ptr(&four);
}

static void eight_bytes_carry_from_the_low_to_the_high_half(struct ktest *t)
{
	preempt_disable();
	this_cpu_write(eight, 0xffffffffull);
	this_cpu_inc(eight);
	KTEST_EXPECT_TRUE(t, this_cpu_read(eight) == 0x100000000ull);
	KTEST_EXPECT_TRUE(t, this_cpu_dec_return(eight) == 0xffffffffull);
	this_cpu_sub(eight, 0x100000000ull);
	KTEST_EXPECT_TRUE(t, this_cpu_read(eight) == ~0ull);
	preempt_enable();
}

static void what_is_returned_has_the_variables_type(struct ktest *t)
{
	preempt_disable();
	this_cpu_write(pointer, t);
	KTEST_EXPECT_PTR_EQ(t, this_cpu_read(pointer), t);
	KTEST_EXPECT_PTR_EQ(t, this_cpu_xchg(pointer, NULL), t);
	KTEST_EXPECT_NULL(t, this_cpu_cmpxchg(pointer, NULL, &pointer));
	KTEST_EXPECT_PTR_EQ(t, this_cpu_read(pointer), &pointer);
	this_cpu_write(flag, true);
	KTEST_EXPECT_TRUE(t, this_cpu_xchg(flag, false));
	KTEST_EXPECT_FALSE(t, this_cpu_read(flag));
	this_cpu_write(negative, -5);
	/* Not a large number: the sign came along. */
	KTEST_EXPECT_TRUE(t, this_cpu_read(negative) == -5);
	KTEST_EXPECT_TRUE(t, this_cpu_add_return(negative, 3) < 0);
	preempt_enable();
}

static void bound_forms_are_the_same_operations(struct ktest *t)
{
	preempt_disable();
	__this_cpu_write(four, 7);
	__this_cpu_add(four, 2);
	__this_cpu_inc(four);
	__this_cpu_sub(four, 4);
	__this_cpu_dec(four);
	KTEST_EXPECT_EQ(t, __this_cpu_read(four), 5);
	KTEST_EXPECT_EQ(t, __this_cpu_add_return(four, 5), 10);
	KTEST_EXPECT_EQ(t, __this_cpu_inc_return(four), 11);
	KTEST_EXPECT_EQ(t, __this_cpu_xchg(four, 1), 11);
	KTEST_EXPECT_EQ(t, __this_cpu_cmpxchg(four, 1, 2), 1);
	__this_cpu_or(four, 12);
	__this_cpu_and(four, 6);
	KTEST_EXPECT_EQ(t, raw_cpu_read(four), 6);
	preempt_enable();
}

static void get_cpu_var_holds_the_cpu_until_put(struct ktest *t)
{
	bool before = in_atomic();
	u32 *p = &get_cpu_var(four);
	unsigned int cpu = smp_processor_id();

	KTEST_EXPECT_TRUE(t, in_atomic());
	KTEST_EXPECT_PTR_EQ(t, p, per_cpu_ptr(&four, cpu));
	KTEST_EXPECT_PTR_EQ(t, get_cpu_ptr(&four), p);
	put_cpu_ptr(&four);
	KTEST_EXPECT_EQ(t, get_cpu(), cpu);
	put_cpu();
	KTEST_EXPECT_TRUE(t, in_atomic());
	put_cpu_var(four);
	KTEST_EXPECT_EQ(t, in_atomic(), before);
}

static void every_possible_cpu_has_its_own_copy(struct ktest *t)
{
	unsigned int cpu, me = get_cpu();

	for_each_possible_cpu(cpu)
		per_cpu(two, cpu) = (u16)(1000 + cpu);
	KTEST_EXPECT_EQ(t, this_cpu_read(two), 1000 + me);
	this_cpu_write(two, 5);
	for_each_possible_cpu(cpu)
		KTEST_EXPECT_EQ(t, per_cpu(two, cpu),
				cpu == me ? 5 : 1000 + cpu);
	put_cpu();
}

static void copies_begin_with_the_templates_values(struct ktest *t)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		KTEST_EXPECT_EQ(t, per_cpu(untouched, cpu), 0x600dc0deu);
		KTEST_EXPECT_EQ(t, per_cpu(in_a_line, cpu), 1);
		KTEST_EXPECT_EQ(t, per_cpu(in_a_shared_line, cpu), 2);
		KTEST_EXPECT_EQ(t, per_cpu(on_a_page, cpu), 3);
	}
}

static void alignment_holds_in_every_copy(struct ktest *t)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		const void *line = per_cpu_ptr(&in_a_line, cpu);
		const void *shared = per_cpu_ptr(&in_a_shared_line, cpu);
		const void *page = per_cpu_ptr(&on_a_page, cpu);

		KTEST_EXPECT_TRUE(t, IS_ALIGNED((unsigned long)line,
						(unsigned long)L1_CACHE_BYTES));
		KTEST_EXPECT_TRUE(t, IS_ALIGNED((unsigned long)shared,
						(unsigned long)L1_CACHE_BYTES));
		KTEST_EXPECT_TRUE(t,
				  IS_ALIGNED((unsigned long)page, PAGE_SIZE));
	}
}

static void this_cpu_knows_its_number_and_offset(struct ktest *t)
{
	unsigned long flags = local_irq_save();

	KTEST_EXPECT_TRUE(t, smp_processor_id() < nr_cpu_ids);
	KTEST_EXPECT_EQ(t, my_cpu_offset(), per_cpu_offset(smp_processor_id()));
	KTEST_EXPECT_PTR_EQ(t, this_cpu_ptr(&four), raw_cpu_ptr(&four));
	local_irq_restore(flags);
}

/* --- who may be moved ------------------------------------------------------ */

static noinline void ask_for_the_copy(void)
{
	u32 *copy = this_cpu_ptr(&four);

	OPTIMIZER_HIDE_VAR(copy);
}

static noinline void ask_for_the_number(void)
{
	unsigned int cpu = smp_processor_id();

	OPTIMIZER_HIDE_VAR(cpu);
}

static noinline void add_in_one_of_many_steps(void)
{
	__this_cpu_inc(four);
}

/* @ask's report: it comes if @movable, and says what was done by whom. */
static void try_to_ask(struct ktest *t, void (*ask)(void), const char *what,
		       bool movable)
{
	char want[64];

	if (!movable) {
		ask();
		return;
	}
	ktest_expect_report(t, "percpu");
	ask();
	snprintf(want, sizeof(want), "percpu preemptible %s ", what);
	if (!strstr(ktest_last_report(t), want))
		KTEST_FAIL(t, "no '%s' in: %s", want, ktest_last_report(t));
}

static void ask_everything(struct ktest *t, bool movable)
{
	try_to_ask(t, ask_for_the_copy, "this_cpu_ptr", movable);
	try_to_ask(t, ask_for_the_number, "smp_processor_id", movable);
	try_to_ask(t, add_in_one_of_many_steps, "__this_cpu_add", movable);
}

static void who_can_be_moved_and_asks_for_this_cpu_is_reported(struct ktest *t)
{
	if (CONFIG_MM_DEBUG)
		ask_everything(t, true);
	else
		ktest_skip(t, "only the debug build watches");
}

static void who_stays_on_his_cpu_may_ask_for_it(struct ktest *t)
{
	unsigned long flags;

	preempt_disable();
	ask_everything(t, false);
	preempt_enable();
	flags = local_irq_save();
	ask_everything(t, false);
	local_irq_restore(flags);
	stay_here(t);
	ask_everything(t, false);
	go_anywhere(t);
	/* One step, wherever it is done. */
	this_cpu_inc(four);
}

EXPORT_PER_CPU_SYMBOL(four);
EXPORT_PER_CPU_SYMBOL_GPL(eight);

static const struct exported_symbol *exported(const char *name)
{
	const struct exported_symbol *const *pos;

	for_each_section_entry(pos, exported_symbols)
		if (!strcmp((*pos)->name, name))
			return *pos;
	return NULL;
}

static void exported_variables_are_in_the_table(struct ktest *t)
{
	const struct exported_symbol *all = exported("four");
	const struct exported_symbol *gpl = exported("eight");

	KTEST_ASSERT_TRUE(t, all && gpl);
	/* The per-CPU address: whoever links against it adds the offset. */
	KTEST_EXPECT_PTR_EQ(t, all->address, &four);
	KTEST_EXPECT_PTR_EQ(t, gpl->address, &eight);
	KTEST_EXPECT_FALSE(t, all->gpl_only);
	KTEST_EXPECT_TRUE(t, gpl->gpl_only);
	KTEST_EXPECT_NULL(t, exported("two"));
}

static const struct ktest_case percpu_cases[] = {
	KTEST_CASE(operations_work_on_every_size),
	KTEST_CASE(a_small_write_leaves_its_neighbours_alone),
	KTEST_CASE(eight_bytes_carry_from_the_low_to_the_high_half),
	KTEST_CASE(what_is_returned_has_the_variables_type),
	KTEST_CASE(bound_forms_are_the_same_operations),
	KTEST_CASE(get_cpu_var_holds_the_cpu_until_put),
	KTEST_CASE(every_possible_cpu_has_its_own_copy),
	KTEST_CASE(copies_begin_with_the_templates_values),
	KTEST_CASE(alignment_holds_in_every_copy),
	KTEST_CASE(this_cpu_knows_its_number_and_offset),
	KTEST_CASE(who_can_be_moved_and_asks_for_this_cpu_is_reported),
	KTEST_CASE(who_stays_on_his_cpu_may_ask_for_it),
	KTEST_CASE(exported_variables_are_in_the_table),
};
KTEST_SUITE(percpu, percpu_cases);
