/* SPDX-License-Identifier: MIT */
/*
 * ktest.h - the one test framework: the same suites in the kernel and hosted
 *
 * A suite is a table of plain functions; the linker collects the suites of an
 * image (section ktest_suites). Results are KTAP on the console, one line per
 * case, and a record per case on COM2 ("test"). A case fails when an
 * expectation fails, or when a report or WARN comes that it did not announce
 * with ktest_expect_report().
 */
#ifndef KERNEL_KTEST_H
#define KERNEL_KTEST_H

#include <kernel/types.h>

struct ktest {
	const char *suite;
	const char *name;
	bool failed;
	bool skipped;
	const char *skip_reason;
	u32 seed; /* for tests that draw random numbers; printed on failure */
	void *priv; /* the suite's own */
};

struct ktest_case {
	const char *name;
	void (*run)(struct ktest *t);
};

struct ktest_suite {
	const char *name;
	const struct ktest_case *cases;
	unsigned int nr_cases;
	/* Slow suites run only when their name is asked for (ktest glob). */
	bool slow;
	/* Each case stays on the CPU that it begins on. */
	bool bound;
};

#define KTEST_CASE(fn)  \
	{               \
#fn, fn \
	}
#define __KTEST_SUITE(id, case_table, ...)                                \
	static const struct ktest_suite ktest_suite_##id = {              \
		.name = #id,                                              \
		.cases = case_table,                                      \
		.nr_cases = sizeof(case_table) / sizeof((case_table)[0]), \
		__VA_ARGS__                                               \
	};                                                                \
	SECTION_ENTRY(ktest_suites, const struct ktest_suite, ktest_suite_##id)

#define KTEST_SUITE(id, case_table) __KTEST_SUITE(id, case_table, )
#define KTEST_SUITE_SLOW(id, case_table) \
	__KTEST_SUITE(id, case_table, .slow = true)
/*
 * A suite about what each CPU has of its own in instances of the suite: lists
 * of pages, arrays of objects. A tester that is moved leaves some of it where
 * nothing that it calls looks. Not for others: the debug build does not see a
 * bound thread's per-CPU accesses outside of sections (P55.cpu).
 */
#define KTEST_SUITE_BOUND(id, case_table) \
	__KTEST_SUITE(id, case_table, .bound = true)

struct ktest_totals {
	unsigned int passed, failed, skipped;
};

/**
 * ktest_run - run the suites whose "suite" or "suite.case" matches @glob
 * @glob: a list of patterns (kernel/glob.h). One that begins with * or -
 *	chooses none of the slow suites.
 * @totals: filled in; all 0 means that nothing matched, which is no success
 *
 * Prints KTAP version 1 through printk, with the totals as last line
 * ("# ktest: N passed, N failed, N skipped"). A signal to the caller ends it
 * behind the case, with `Bail out!`.
 * Context: may sleep.
 */
void ktest_run(const char *glob, struct ktest_totals *totals);

/* Names only, one "suite.case" a line. */
void ktest_list(void);

/**
 * ktest_expect_report - announce that the next report is meant
 * @class: the word behind "mm: BUG ", or "WARN" for a WARN_ON_ONCE
 *
 * The case fails when exactly this report does not come before it ends. Up to
 * 8 may be outstanding.
 */
void ktest_expect_report(struct ktest *t, const char *class);

/* The text of the last report line seen by the running case ("" if none). */
const char *ktest_last_report(struct ktest *t);

/* Mark the case skipped, with the reason that shows in the output. */
void ktest_skip(struct ktest *t, const char *reason);

/* A deterministic pseudo-random number (xorshift32) from t->seed. */
u32 ktest_random(struct ktest *t);

void __printf(4, 5) ktest_fail(struct ktest *t, const char *file, int line,
			       const char *fmt, ...);

#define KTEST_FAIL(t, ...) ktest_fail(t, __FILE__, __LINE__, __VA_ARGS__)

/*
 * An expectation at work is one call: the comparing, and all that is needed to
 * say what failed, lies behind it, for there are thousands of them.
 */
enum ktest_op {
	KTEST_EQ,
	KTEST_NE,
	KTEST_GE,
	KTEST_LE,
	KTEST_TRUE,
	KTEST_FALSE,
};

/* Where an expectation stands, and what it says. */
struct ktest_site {
	const char *file;
	const char *text; /* as it was written */
	u16 line;
	u8 op; /* enum ktest_op */
	/* Of values in 32 bits: below zero is possible. */
	u8 a_signed : 1;
	u8 b_signed : 1;
};

bool ktest_compare(struct ktest *t, const struct ktest_site *site, u32 a,
		   u32 b);
bool ktest_compare64(struct ktest *t, const struct ktest_site *site,
		     long long a, long long b);
bool ktest_compare_ptr(struct ktest *t, const struct ktest_site *site,
		       const void *a, const void *b);
bool ktest_expect(struct ktest *t, const struct ktest_site *site, bool value);
bool ktest_expect_streq(struct ktest *t, const struct ktest_site *site,
			const char *got, const char *want);

#define __KTEST_SITE(how, what, ...)                                       \
	({                                                                 \
		static const struct ktest_site _site = { .file = __FILE__, \
							 .text = what,     \
							 .line = __LINE__, \
							 .op = how,        \
							 __VA_ARGS__ };    \
		&_site;                                                    \
	})

/* The type that a value has in an expression. */
#define __KTEST_TYPE(x) typeof((x) + 0)
#define __KTEST_SIGNED(x) ((__KTEST_TYPE(x)) - 1 < (__KTEST_TYPE(x))1)
#define __KTEST_IN_32_BITS(x) (sizeof(__KTEST_TYPE(x)) <= sizeof(u32))

#define __KTEST_COMPARE(t, how, what, a, b)                                    \
	({                                                                     \
		const struct ktest_site *_where =                              \
			__KTEST_SITE(how, what, .a_signed = __KTEST_SIGNED(a), \
				     .b_signed = __KTEST_SIGNED(b));           \
		__KTEST_TYPE(a) _va = (a);                                     \
		__KTEST_TYPE(b) _vb = (b);                                     \
		__KTEST_IN_32_BITS(a) && __KTEST_IN_32_BITS(b) ?               \
			ktest_compare(t, _where, (u32)_va, (u32)_vb) :         \
			ktest_compare64(t, _where, (long long)_va,             \
					(long long)_vb);                       \
	})
#define KTEST_EXPECT_EQ(t, a, b) \
	__KTEST_COMPARE(t, KTEST_EQ, #a " == " #b, a, b)
#define KTEST_EXPECT_NE(t, a, b) \
	__KTEST_COMPARE(t, KTEST_NE, #a " != " #b, a, b)
#define KTEST_EXPECT_GE(t, a, b) \
	__KTEST_COMPARE(t, KTEST_GE, #a " >= " #b, a, b)
#define KTEST_EXPECT_LE(t, a, b) \
	__KTEST_COMPARE(t, KTEST_LE, #a " <= " #b, a, b)
#define KTEST_EXPECT_TRUE(t, cond) \
	ktest_expect(t, __KTEST_SITE(KTEST_TRUE, #cond, ), cond)
#define KTEST_EXPECT_FALSE(t, cond) \
	ktest_expect(t, __KTEST_SITE(KTEST_FALSE, #cond, ), cond)
#define KTEST_EXPECT_PTR_EQ(t, a, b) \
	ktest_compare_ptr(t, __KTEST_SITE(KTEST_EQ, #a " == " #b, ), a, b)
#define KTEST_EXPECT_NULL(t, p) \
	ktest_compare_ptr(t, __KTEST_SITE(KTEST_EQ, #p " == NULL", ), p, NULL)
#define KTEST_EXPECT_NOT_NULL(t, p) \
	ktest_compare_ptr(t, __KTEST_SITE(KTEST_NE, #p " != NULL", ), p, NULL)
#define KTEST_EXPECT_STREQ(t, a, b) \
	ktest_expect_streq(t, __KTEST_SITE(KTEST_EQ, #a " == " #b, ), a, b)

/* The ASSERT forms leave the case when they fail. */
#define KTEST_ASSERT_TRUE(t, cond)               \
	do {                                     \
		if (!KTEST_EXPECT_TRUE(t, cond)) \
			return;                  \
	} while (0)
#define KTEST_ASSERT_EQ(t, a, b)               \
	do {                                   \
		if (!KTEST_EXPECT_EQ(t, a, b)) \
			return;                \
	} while (0)
#define KTEST_ASSERT_NE(t, a, b)               \
	do {                                   \
		if (!KTEST_EXPECT_NE(t, a, b)) \
			return;                \
	} while (0)
#define KTEST_ASSERT_NOT_NULL(t, p)               \
	do {                                      \
		if (!KTEST_EXPECT_NOT_NULL(t, p)) \
			return;                   \
	} while (0)

DECLARE_SECTION_TABLE(ktest_suites, const struct ktest_suite);

#endif
