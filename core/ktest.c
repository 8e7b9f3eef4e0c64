/* SPDX-License-Identifier: MIT */
/*
 * ktest.c - runs the suites of this image and prints KTAP
 *
 * One case runs at a time. While it runs, a report or WARN is compared with
 * what the case announced: an announced one is used up and recorded, any other
 * fails the case, and so does an announced one that never came.
 *
 * Locking: reports of other CPUs count for the running case, until the moment it
 * ends. The lock guards which case runs and what it has announced. It has no rank
 * and leaves no note (held_spinlock): the report may be about any lock, and be
 * made under any. So nothing is called under it that could report.
 */
#include <kernel/bug.h>
#include <kernel/glob.h>
#include <kernel/ktest.h>
#include <kernel/printk.h>
#include <kernel/random.h>
#include <kernel/record.h>
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <asm/irqflags.h>

#define MAX_EXPECTED 8u
#define REPORT_TEXT 384u
#define NAME_BYTES 128u
/* Messages of one case beyond this many are counted, not printed. */
#define MAX_MESSAGES 10u

static struct {
	spinlock_t lock;
	/* Guarded by @lock; the test itself is its case's. */
	struct ktest *test; /* the running case, or NULL */
	const char *expected[MAX_EXPECTED];
	unsigned int nr_expected;
	char last_report[REPORT_TEXT];
	/* Two CPUs that fail at once may print a message too many. */
	unsigned int nr_messages;
} running = {
	.lock = SPINLOCK_INIT("ktest", LOCK_REPORT),
};

/* What interrupts and the note were before. */
struct running_saved {
	unsigned long flags;
	spinlock_t *held;
};

static struct running_saved running_lock(void)
{
	struct running_saved saved;

	saved.flags = local_irq_save();
	saved.held = held_spinlock_save();
	__spin_lock_raw(&running.lock);
	return saved;
}

static void running_unlock(struct running_saved saved)
{
	__spin_unlock_raw(&running.lock);
	held_spinlock_restore(saved.held);
	local_irq_restore(saved.flags);
}

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

static bool ktest_holds(enum ktest_op op, long long a, long long b)
{
	switch (op) {
	case KTEST_EQ: return a == b;
	case KTEST_NE: return a != b;
	case KTEST_GE: return a >= b;
	case KTEST_LE: return a <= b;
	default: return false;
	}
}

bool ktest_compare64(struct ktest *t, const struct ktest_site *site,
		     long long a, long long b)
{
	if (ktest_holds(site->op, a, b))
		return true;
	ktest_fail(t, site->file, site->line, "expected %s: %lld, %lld",
		   site->text, a, b);
	return false;
}

bool ktest_compare(struct ktest *t, const struct ktest_site *site, u32 a, u32 b)
{
	return ktest_compare64(t, site, site->a_signed ? (s32)a : (s64)a,
			       site->b_signed ? (s32)b : (s64)b);
}

bool ktest_compare_ptr(struct ktest *t, const struct ktest_site *site,
		       const void *a, const void *b)
{
	if ((a == b) == (site->op == KTEST_EQ))
		return true;
	ktest_fail(t, site->file, site->line, "expected %s: %p, %p", site->text,
		   a, b);
	return false;
}

bool ktest_expect(struct ktest *t, const struct ktest_site *site, bool value)
{
	if (value == (site->op == KTEST_TRUE))
		return true;
	ktest_fail(t, site->file, site->line, "expected %s: %s",
		   value ? "false" : "true", site->text);
	return false;
}

bool ktest_expect_streq(struct ktest *t, const struct ktest_site *site,
			const char *got, const char *want)
{
	if (!strcmp(got, want))
		return true;
	ktest_fail(t, site->file, site->line, "%s: got \"%s\", want \"%s\"",
		   site->text, got, want);
	return false;
}

void ktest_expect_report(struct ktest *t, const char *class)
{
	struct running_saved saved = running_lock();
	bool fits = running.nr_expected < MAX_EXPECTED;

	if (fits)
		running.expected[running.nr_expected++] = class;
	running_unlock(saved);
	if (!fits)
		KTEST_FAIL(t, "more than %u reports announced", MAX_EXPECTED);
}

const char *ktest_last_report(struct ktest *t)
{
	(void)t;
	return running.last_report;
}

/* Was @class announced? Uses it up. Lock held. */
static bool report_take(const char *class)
{
	unsigned int i;

	for (i = 0; i < running.nr_expected; i++) {
		if (strcmp(running.expected[i], class))
			continue;
		running.expected[i] = running.expected[--running.nr_expected];
		return true;
	}
	return false;
}

/* The listener of reports: true if the running case announced @class. It may
 * have been called for a case that has ended since. */
static bool report_seen(const char *class, const char *line)
{
	struct running_saved saved = running_lock();
	struct ktest failed = { 0 };
	bool announced = false;

	if (running.test) {
		strlcpy(running.last_report, line, sizeof(running.last_report));
		announced = report_take(class);
		if (!announced) {
			/* The case may be gone when the message is printed. */
			running.test->failed = true;
			failed = *running.test;
		}
	}
	running_unlock(saved);
	if (failed.failed)
		KTEST_FAIL(&failed, "report that was not announced: %s", line);
	return announced;
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

static void case_begin(struct ktest *t)
{
	struct running_saved saved = running_lock();

	running.nr_expected = 0;
	running.nr_messages = 0;
	running.last_report[0] = '\0';
	running.test = t;
	running_unlock(saved);
	report_set_listener(report_seen);
}

static void case_end(struct ktest *t)
{
	struct running_saved saved = running_lock();
	const char *missing = running.nr_expected ? running.expected[0] : NULL;

	/* From here on a report is not @t's any more. */
	running.test = NULL;
	running_unlock(saved);
	report_set_listener(NULL);
	if (missing)
		KTEST_FAIL(t, "announced report never came: %s", missing);
}

/* Run @c on the CPU where the runner is now. */
static void case_run_bound(const struct ktest_case *c, struct ktest *t)
{
	const struct cpumask before = current->cpus_allowed;
	unsigned int cpu = raw_smp_processor_id();

	KTEST_EXPECT_EQ(t, set_cpus_allowed_ptr(current, &CPU_MASK_CPU(cpu)),
			0);
	c->run(t);
	KTEST_EXPECT_EQ(t, set_cpus_allowed_ptr(current, &before), 0);
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

	case_begin(&t);
	if (suite->bound)
		case_run_bound(c, &t);
	else
		c->run(&t);
	case_end(&t);
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
	for (i = 0; i < suite->nr_cases && !signal_pending(current); i++) {
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
		if (count_wanted(*pos, glob) && !signal_pending(current))
			suite_run(*pos, glob, ++done, totals);
	}
	if (signal_pending(current))
		console_printf("Bail out! interrupted\n");
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
