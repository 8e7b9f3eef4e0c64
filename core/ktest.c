/* SPDX-License-Identifier: MIT */
/*
 * ktest.c - runs the suites of this image and prints KTAP
 *
 * One case runs at a time. While it runs, a report or WARN is compared with
 * what the case announced: an announced one is used up and recorded, any other
 * fails the case, and so does an announced one that never came.
 *
 * Locking: none: one runner; reports of other CPUs count for the running case.
 */
#include <kernel/bug.h>
#include <kernel/glob.h>
#include <kernel/ktest.h>
#include <kernel/printk.h>
#include <kernel/random.h>
#include <kernel/record.h>
#include <kernel/string.h>
#include <kernel/util.h>

#define MAX_EXPECTED 8u
#define REPORT_TEXT 384u
#define NAME_BYTES 128u
/* Messages of one case beyond this many are counted, not printed. */
#define MAX_MESSAGES 10u

static struct {
	struct ktest *test; /* the running case, or NULL */
	const char *expected[MAX_EXPECTED];
	unsigned int nr_expected;
	unsigned int nr_messages;
	char last_report[REPORT_TEXT];
} running;

void ktest_fail(struct ktest *t, const char *file, int line, const char *fmt,
		...)
{
	struct va_format vaf;
	va_list args;

	t->failed = true;
	if (running.nr_messages++ >= MAX_MESSAGES)
		return;
	va_start(args, fmt);
	vaf.fmt = fmt;
	vaf.va = &args;
	console_printf("    # %s.%s: %s:%d: %pV\n", t->suite, t->name, file,
		       line, &vaf);
	va_end(args);
}

bool ktest_expect_streq(struct ktest *t, const char *file, int line,
			const char *got, const char *want)
{
	if (!strcmp(got, want))
		return true;
	ktest_fail(t, file, line, "got \"%s\", want \"%s\"", got, want);
	return false;
}

void ktest_expect_report(struct ktest *t, const char *class)
{
	if (running.nr_expected == MAX_EXPECTED) {
		KTEST_FAIL(t, "more than %u reports announced", MAX_EXPECTED);
		return;
	}
	running.expected[running.nr_expected++] = class;
}

const char *ktest_last_report(struct ktest *t)
{
	(void)t;
	return running.last_report;
}

/* The listener of reports: true if the running case announced @class. */
static bool report_seen(const char *class, const char *line)
{
	unsigned int i;

	strlcpy(running.last_report, line, sizeof(running.last_report));
	for (i = 0; i < running.nr_expected; i++) {
		if (strcmp(running.expected[i], class))
			continue;
		running.expected[i] = running.expected[--running.nr_expected];
		return true;
	}
	KTEST_FAIL(running.test, "report that was not announced: %s", line);
	return false;
}

void ktest_skip(struct ktest *t, const char *reason)
{
	t->skipped = true;
	t->skip_reason = reason;
}

u32 ktest_random(struct ktest *t)
{
	u32 x = t->seed;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	t->seed = x;
	return x;
}

static void case_record(const struct ktest *t, const char *result)
{
	record("test", "\"suite\":\"%s\",\"case\":\"%s\",\"result\":\"%s\"",
	       t->suite, t->name, result);
}

static void case_print(const struct ktest *t, unsigned int number, u32 seed,
		       struct ktest_totals *totals)
{
	if (t->failed) {
		totals->failed++;
		console_printf("    not ok %u %s # seed=%u\n", number, t->name,
			       seed);
		case_record(t, "fail");
	} else if (t->skipped) {
		totals->skipped++;
		console_printf("    ok %u %s # SKIP %s\n", number, t->name,
			       t->skip_reason);
		case_record(t, "skip");
	} else {
		totals->passed++;
		console_printf("    ok %u %s\n", number, t->name);
		case_record(t, "pass");
	}
}

static void case_run(const struct ktest_suite *suite,
		     const struct ktest_case *c, unsigned int number,
		     struct ktest_totals *totals)
{
	/* The same case draws the same numbers in every run. */
	u32 seed = 0x9e3779b9u * (number + 1);
	struct ktest t = { .suite = suite->name,
			   .name = c->name,
			   .seed = seed };

	running.nr_expected = 0;
	running.nr_messages = 0;
	running.last_report[0] = '\0';
	running.test = &t;
	report_set_listener(report_seen);
	c->run(&t);
	if (running.nr_expected)
		KTEST_FAIL(&t, "announced report never came: %s",
			   running.expected[0]);
	report_set_listener(NULL);
	running.test = NULL;
	case_print(&t, number, seed, totals);
}

/* Does @glob ask for this case? Slow suites must be named. */
static bool wanted(const struct ktest_suite *suite, const struct ktest_case *c,
		   const char *glob)
{
	char name[NAME_BYTES];

	if (suite->slow && (glob[0] == '*' || glob[0] == '-'))
		return false;
	snprintf(name, sizeof(name), "%s.%s", suite->name, c->name);
	return glob_list_match(glob, suite->name, name);
}

static unsigned int count_wanted(const struct ktest_suite *suite,
				 const char *glob)
{
	unsigned int i, nr = 0;

	for (i = 0; i < suite->nr_cases; i++)
		nr += wanted(suite, &suite->cases[i], glob);
	return nr;
}

static void suite_run(const struct ktest_suite *suite, const char *glob,
		      unsigned int number, struct ktest_totals *totals)
{
	unsigned int failed_before = totals->failed;
	unsigned int i, done = 0;

	console_printf("    # Subtest: %s\n    1..%u\n", suite->name,
		       count_wanted(suite, glob));
	for (i = 0; i < suite->nr_cases; i++) {
		if (wanted(suite, &suite->cases[i], glob))
			case_run(suite, &suite->cases[i], ++done, totals);
	}
	console_printf("%s %u %s\n",
		       totals->failed == failed_before ? "ok" : "not ok",
		       number, suite->name);
}

void ktest_run(const char *glob, struct ktest_totals *totals)
{
	const struct ktest_suite *const *pos;
	unsigned int nr = 0, done = 0;

	*totals = (struct ktest_totals){ 0, 0, 0 };
	for_each_section_entry(pos, ktest_suites)
		nr += count_wanted(*pos, glob) != 0;
	console_printf("KTAP version 1\n1..%u\n", nr);
	for_each_section_entry(pos, ktest_suites) {
		if (count_wanted(*pos, glob))
			suite_run(*pos, glob, ++done, totals);
	}
	console_printf("# ktest: %u passed, %u failed, %u skipped\n",
		       totals->passed, totals->failed, totals->skipped);
}

void ktest_list(void)
{
	const struct ktest_suite *const *pos;
	unsigned int i;

	for_each_section_entry(pos, ktest_suites) {
		for (i = 0; i < (*pos)->nr_cases; i++)
			console_printf("%s.%s%s\n", (*pos)->name,
				       (*pos)->cases[i].name,
				       (*pos)->slow ? " (slow)" : "");
	}
}
