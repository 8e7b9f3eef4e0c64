/* SPDX-License-Identifier: MIT */
/* core_test.c - text sink, log, reports, context and lock checks. */
#include <kernel/bug.h>
#include <kernel/ktest.h>
#include <kernel/param.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/record.h>
#include <kernel/seq_file.h>
#include <kernel/smp.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include "log_lines.h"

static char collected[256];

/* `help boot`, the documents and what refuses a value put the name before. */
static void each_boot_words_help_goes_on_from_its_name(struct ktest *t)
{
	const struct boot_param *const *pos;

	for_each_section_entry(pos, kernel_params) {
		const char *help = (*pos)->help;

		if (!strncmp(help, "[=", 2) || *help == '=' || *help == ':')
			KTEST_EXPECT_NOT_NULL(t, strstr(help, ": "));
		else
			KTEST_FAIL(t, "%s%s", (*pos)->name, help);
	}
}

static void collect(struct seq_file *m)
{
	char *to = m->private;

	strlcat(to, "|", sizeof(collected));
	snprintf(to + strlen(to), sizeof(collected) - strlen(to), "%.*s",
		 (int)m->count, m->buf);
}

static void a_sink_passes_long_text_on_in_parts(struct ktest *t)
{
	char buf[4];
	struct seq_file m = { .buf = buf,
			      .size = sizeof(buf),
			      .flush = collect,
			      .private = collected };

	collected[0] = '\0';
	seq_puts(&m, "abcdefghij");
	seq_printf(&m, "%d", 12);
	seq_flush(&m);
	KTEST_EXPECT_STREQ(t, collected, "|abcd|efgh|ij12");
	KTEST_EXPECT_FALSE(t, m.overflowed);
}

static void a_fixed_sink_says_when_text_did_not_fit(struct ktest *t)
{
	char buf[4];
	struct seq_file m = { .buf = buf, .size = sizeof(buf) };

	seq_puts(&m, "abcd");
	KTEST_EXPECT_FALSE(t, m.overflowed);
	seq_putc(&m, 'e');
	KTEST_EXPECT_TRUE(t, m.overflowed);
	KTEST_EXPECT_EQ(t, m.count, 4);
}

static void proc_files_are_found_by_name(struct ktest *t)
{
	KTEST_EXPECT_NOT_NULL(t, proc_file_find("cmdline"));
	KTEST_EXPECT_NULL(t, proc_file_find("cmdlin"));
	KTEST_EXPECT_NULL(t, proc_file_find(""));
}

/* The last line of the log. */
static void log_last(char *buf, size_t size)
{
	u64 cursor = 0;
	char line[600];

	buf[0] = '\0';
	while (log_read(&cursor, line, sizeof(line)))
		strlcpy(buf, line, size);
}

static void the_log_keeps_lines_with_time_and_joins_parts(struct ktest *t)
{
	char last[600];

	printk(KERN_DEBUG "one ");
	pr_cont("two\n");
	log_last(last, sizeof(last));
	KTEST_EXPECT_EQ(t, last[0], '[');
	KTEST_EXPECT_NOT_NULL(t, strstr(last, "] one two\n"));
}

static void the_log_cuts_a_line_that_is_too_long(struct ktest *t)
{
	static char text[700];
	char last[600];

	memset(text, 'x', sizeof(text) - 1);
	pr_debug("%s\n", text);
	log_last(last, sizeof(last));
	KTEST_EXPECT_LE(t, strlen(last), 530);
	KTEST_EXPECT_GE(t, strlen(last), 500);
	pr_debug("after\n");
	log_last(last, sizeof(last));
	KTEST_EXPECT_NOT_NULL(t, strstr(last, "] after\n"));
}

/* More than the ring holds: the newest lines are whole and in order. */
static void the_log_forgets_the_oldest_lines_only(struct ktest *t)
{
	unsigned int i, first = 0, expected = 0;
	u64 cursor = 0;
	char line[600];

	for (i = 0; i < 2000; i++)
		pr_debug("fill %u with some text to take room\n", i);
	while (log_read(&cursor, line, sizeof(line))) {
		const char *p = strstr(line, "] fill ");
		unsigned int n = 0;

		if (!p)
			continue;
		for (p += 7; *p >= '0' && *p <= '9'; p++)
			n = n * 10 + (unsigned int)(*p - '0');
		if (!expected)
			first = n;
		else if (!KTEST_EXPECT_EQ(t, n, expected))
			return;
		expected = n + 1;
	}
	KTEST_EXPECT_EQ(t, expected, 2000);
	KTEST_EXPECT_GE(t, first, 100); /* the ring did wrap */
	KTEST_EXPECT_LE(t, first, 1700);
}

static void a_quoted_record_string_is_json(struct ktest *t)
{
	char buf[64];

	KTEST_EXPECT_STREQ(t, record_quote(buf, sizeof(buf), "a\"b\\c\n\xff"),
			   "a\\\"b\\\\c\\u000a\\u00ff");
	/* Never past the buffer, never half an escape. */
	KTEST_EXPECT_STREQ(t, record_quote(buf, 10, "\"\"\"\"\"\"\"\"\"\""),
			   "\\\"\\\"");
}

/* The last report must read as @fmt says. */
static void __printf(2, 3)
	expect_last_report(struct ktest *t, const char *fmt, ...)
{
	char want[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(want, sizeof(want), fmt, args);
	va_end(args);
	KTEST_EXPECT_STREQ(t, ktest_last_report(t), want);
}

/* Addresses that no symbol covers: printed as plain numbers. */
#define SITE_A ((void *)0x1000)
#define SITE_B ((void *)0x2000)
#define SITE_C ((void *)0x3000)

static void a_report_has_the_grammar(struct ktest *t)
{
	struct report_sites sites = { .at = (unsigned long)SITE_A };
	unsigned int cpu = get_cpu();

	ktest_expect_report(t, "test-class");
	mm_report("test-class", &sites, "object=%d", 5);
	expect_last_report(t, "mm: BUG test-class object=5 cpu=%u at=%pS", cpu,
			   SITE_A);
	sites.alloc = (unsigned long)SITE_B;
	sites.free = (unsigned long)SITE_C;
	ktest_expect_report(t, "test-class");
	mm_report("test-class", &sites, "x");
	expect_last_report(t,
			   "mm: BUG test-class x alloc=%pS free=%pS cpu=%u "
			   "at=%pS",
			   SITE_B, SITE_C, cpu, SITE_A);
	put_cpu();
}

static void warn_once_warns_once_and_tells_each_time(struct ktest *t)
{
	/* Once means once in this image: a second run must get no warning. */
	static bool warned;
	unsigned int i, hits = 0;

	if (!warned)
		ktest_expect_report(t, "WARN");
	warned = true;
	for (i = 0; i < 3; i++)
		hits += WARN_ON_ONCE(i < 2);
	KTEST_EXPECT_EQ(t, hits, 2);
}

static void a_warning_has_words_of_its_own(struct ktest *t)
{
	unsigned int i, hits = 0;
	u64 log = log_end();
	static bool warned;

	ktest_expect_report(t, "WARN");
	if (!warned)
		ktest_expect_report(t, "WARN");
	for (i = 0; i < 3; i++)
		hits += WARN(i == 1, "number %u is odd\n", i);
	KTEST_EXPECT_EQ(t, log_count(log, "WARNING: number 1 is odd at "), 1);
	for (i = 0; i < 3; i++)
		hits += WARN_ONCE(true, "once");
	KTEST_EXPECT_EQ(t, log_count(log, "WARNING: once at "), !warned);
	KTEST_EXPECT_EQ(t, hits, 4);
	warned = true;
}

static void what_is_told_once_is_told_once(struct ktest *t)
{
	/* In this image: another run of the suite sees no line. */
	static bool told;
	unsigned int i, first = 0;
	u64 log = log_end();

	for (i = 0; i < 3; i++) {
		pr_info_once("once: of three\n");
		first += printk_once(KERN_INFO "once: this, too\n");
	}
	KTEST_EXPECT_EQ(t, log_count(log, "once: of three"), !told);
	KTEST_EXPECT_EQ(t, log_count(log, "once: this, too"), !told);
	KTEST_EXPECT_EQ(t, first, !told);
	told = true;
}

static void a_limit_counts_what_is_left_out(struct ktest *t)
{
	DEFINE_RATELIMIT_STATE(limit, 1000 * (int)HZ, 3);
	unsigned int i, may = 0;
	u64 log = log_end();

	for (i = 0; i < 5; i++)
		may += __ratelimit(&limit) > 0;
	KTEST_EXPECT_EQ(t, may, 3);
	KTEST_EXPECT_EQ(t, log_count(log, "callbacks suppressed"), 0);
	/* As if that had been long ago. */
	limit.begin -= 1001 * HZ;
	KTEST_EXPECT_EQ(t, __ratelimit(&limit), 1);
	KTEST_EXPECT_EQ(t,
			log_count(log, "a_limit_counts_what_is_left_out: 2 "
				       "callbacks suppressed"),
			1);
	/* Nothing was left out this time. */
	limit.begin -= 1001 * HZ;
	KTEST_EXPECT_EQ(t, __ratelimit(&limit), 1);
	KTEST_EXPECT_EQ(t, log_count(log, "callbacks suppressed"), 1);
	/* Who finds another at work is one too many. */
	limit.busy = true;
	KTEST_EXPECT_EQ(t, __ratelimit(&limit), 0);
	ratelimit_state_init(&limit, 0, 0);
	KTEST_EXPECT_EQ(t, __ratelimit(&limit), 1);
}

static void a_place_prints_ten_lines_at_most(struct ktest *t)
{
	static bool before;
	unsigned int i, nr;
	u64 log = log_end();

	for (i = 0; i < 30; i++)
		pr_info_ratelimited("limited: line\n");
	nr = log_count(log, "limited: line");
	/* A second run may come in the same five seconds. */
	KTEST_EXPECT_GE(t, nr, before ? 0 : 10);
	KTEST_EXPECT_LE(t, nr, 20);
	KTEST_EXPECT_EQ(t, nr % 10, 0);
	before = true;
	/* And those who share a limit. */
	for (i = 0, nr = 0; i < 30; i++)
		nr += printk_ratelimit();
	KTEST_EXPECT_LE(t, nr, 20);
}

static void sleeping_is_reported_where_it_is_forbidden(struct ktest *t)
{
	unsigned long flags;
	unsigned int cpu;

	might_sleep(); /* here it is allowed */
	cpu = get_cpu();
	ktest_expect_report(t, "sleep-in-atomic");
	might_sleep_at("tester", (unsigned long)SITE_A);
	put_cpu();
	expect_last_report(t,
			   "mm: BUG sleep-in-atomic tester preempt=1 cpu=%u "
			   "at=%pS",
			   cpu, SITE_A);
	flags = local_irq_save();
	cpu = smp_processor_id();
	ktest_expect_report(t, "sleep-in-atomic");
	might_sleep_at("tester", (unsigned long)SITE_A);
	local_irq_restore(flags);
	expect_last_report(t,
			   "mm: BUG sleep-in-atomic tester irqs-off cpu=%u "
			   "at=%pS",
			   cpu, SITE_A);
	might_sleep();
}

static void the_coarse_clock_goes_in_ticks(struct ktest *t)
{
	struct timespec64 before, coarse, now;

	ktime_get_coarse_real_ts64(&before);
	ktime_get_real_ts64(&now);
	ktime_get_coarse_real_ts64(&coarse);
	KTEST_EXPECT_EQ(t, coarse.tv_nsec % (1000000000 / (long)HZ), 0);
	KTEST_EXPECT_LE(t, timespec64_compare(&before, &now), 0);
	KTEST_EXPECT_LE(t, timespec64_compare(&before, &coarse), 0);
}

static void a_spinlock_serves_in_turn(struct ktest *t)
{
	spinlock_t lock = SPINLOCK_INIT("test", LOCK_TEST);
	unsigned long flags;

	KTEST_EXPECT_FALSE(t, spin_is_locked(&lock));
	flags = spin_lock_irqsave(&lock);
	KTEST_EXPECT_TRUE(t, spin_is_locked(&lock));
	KTEST_EXPECT_TRUE(t, irqs_disabled());
	spin_unlock_irqrestore(&lock, flags);
	KTEST_EXPECT_FALSE(t, spin_is_locked(&lock));
	KTEST_EXPECT_FALSE(t, irqs_disabled());
	spin_lock(&lock);
	KTEST_EXPECT_TRUE(t, in_atomic());
	spin_unlock(&lock);
	KTEST_EXPECT_FALSE(t, in_atomic());
}

static void lock_order_is_checked_in_the_debug_build(struct ktest *t)
{
	spinlock_t outer = SPINLOCK_INIT("outer", LOCK_TEST);
	spinlock_t inner = SPINLOCK_INIT("inner", LOCK_ZONE);

	if (!CONFIG_MM_DEBUG) {
		ktest_skip(t, "needs CONFIG_MM_DEBUG=1");
		return;
	}
	spin_lock(&outer);
	spin_lock(&inner);
	lockdep_assert_held(&outer);
	spin_unlock(&inner);
	spin_unlock(&outer);

	spin_lock(&inner);
	ktest_expect_report(t, "lock-order");
	spin_lock(&outer);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t),
					"lock-order inner>outer outer>inner"));
	spin_unlock(&outer);
	spin_unlock(&inner);
	ktest_expect_report(t, "lock-not-held");
	lockdep_assert_held(&inner);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(each_boot_words_help_goes_on_from_its_name),
	KTEST_CASE(a_sink_passes_long_text_on_in_parts),
	KTEST_CASE(a_fixed_sink_says_when_text_did_not_fit),
	KTEST_CASE(proc_files_are_found_by_name),
	KTEST_CASE(the_log_keeps_lines_with_time_and_joins_parts),
	KTEST_CASE(the_log_cuts_a_line_that_is_too_long),
	KTEST_CASE(the_log_forgets_the_oldest_lines_only),
	KTEST_CASE(a_quoted_record_string_is_json),
	KTEST_CASE(a_report_has_the_grammar),
	KTEST_CASE(warn_once_warns_once_and_tells_each_time),
	KTEST_CASE(a_warning_has_words_of_its_own),
	KTEST_CASE(what_is_told_once_is_told_once),
	KTEST_CASE(a_limit_counts_what_is_left_out),
	KTEST_CASE(a_place_prints_ten_lines_at_most),
	KTEST_CASE(sleeping_is_reported_where_it_is_forbidden),
	KTEST_CASE(the_coarse_clock_goes_in_ticks),
	KTEST_CASE(a_spinlock_serves_in_turn),
	KTEST_CASE(lock_order_is_checked_in_the_debug_build),
};
KTEST_SUITE(core, cases);
