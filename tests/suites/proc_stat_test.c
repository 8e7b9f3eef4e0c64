/* SPDX-License-Identifier: MIT */
/* proc_stat_test.c - load averages, and the form of stat, loadavg and uptime */
#include <kernel/cpu_time.h>
#include <kernel/irq.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include "proc_text.h"

/* Samples in one and in 15 minutes, one in five seconds. */
#define SAMPLES_1_MINUTE 12u
#define SAMPLES_15_MINUTES 180u

static void load_samples(unsigned long load[NR_LOADS], unsigned long active,
			 unsigned int nr)
{
	while (nr--)
		load_add_sample(load, active);
}

static void a_steady_load_is_shown_as_it_is(struct ktest *t)
{
	unsigned long load[NR_LOADS] = { 0 };
	unsigned int i;

	load_samples(load, 3, 40 * SAMPLES_15_MINUTES);
	for (i = 0; i < NR_LOADS; i++)
		KTEST_EXPECT_EQ(t, load[i], 3 * LOAD_ONE);
	load_samples(load, 0, 40 * SAMPLES_15_MINUTES);
	for (i = 0; i < NR_LOADS; i++)
		KTEST_EXPECT_EQ(t, load[i], 0);
}

/* Each mean has gone 1 - 1/e of the way, 0.632, when its time has passed. */
static void each_mean_follows_in_its_own_time(struct ktest *t)
{
	unsigned long load[NR_LOADS] = { 0 };
	const unsigned long want = LOAD_ONE * 632 / 1000;

	load_samples(load, 1, SAMPLES_1_MINUTE);
	KTEST_EXPECT_LE(t, want - 16, load[0]);
	KTEST_EXPECT_LE(t, load[0], want + 16);
	KTEST_EXPECT_LE(t, load[1], load[0]);
	KTEST_EXPECT_LE(t, load[2], load[1]);
	load_samples(load, 1, SAMPLES_15_MINUTES - SAMPLES_1_MINUTE);
	/* 180 roundings upwards add up. */
	KTEST_EXPECT_LE(t, want, load[2]);
	KTEST_EXPECT_LE(t, load[2], want + 48);
}

static void a_load_of_many_does_not_wrap(struct ktest *t)
{
	unsigned long load[NR_LOADS] = { 0 };

	load_samples(load, 900, 40 * SAMPLES_15_MINUTES);
	KTEST_EXPECT_EQ(t, load[0], 900 * LOAD_ONE);
	KTEST_EXPECT_EQ(t, load[2], 900 * LOAD_ONE);
}

/* Does @text begin with numbers as @form has N's, and all else as it is? */
static const char *matches(const char *text, const char *form)
{
	for (; *form; form++) {
		if (*form != 'N') {
			if (*text++ != *form)
				return NULL;
			continue;
		}
		if (*text < '0' || *text > '9')
			return NULL;
		while (*text >= '0' && *text <= '9')
			text++;
	}
	return text;
}

static void stat_has_linuxs_lines_in_linuxs_order(struct ktest *t)
{
	const char *text = matches(text_of(t, "stat"),
				   "cpu  0 0 N N N 0 N 0 0 0\n"
				   "cpu0 0 0 N N N 0 N 0 0 0\n");

	KTEST_ASSERT_NOT_NULL(t, text);
	while (!strncmp(text, "cpu", 3))
		text = strchr(text, '\n') + 1;
	/* A total and a figure for each line. */
	text = matches(text, "intr N N N N N N N N N N N N N N N N N\n");
	KTEST_ASSERT_NOT_NULL(t, text);
	text = matches(text, "ctxt N\n"
			     "btime N\n"
			     "processes N\n"
			     "procs_running N\n"
			     "procs_blocked N\n"
			     "softirq N N N N N N N N N N N\n");
	KTEST_EXPECT_NOT_NULL(t, text);
	KTEST_EXPECT_TRUE(t, text && !*text);
}

static void loadavg_and_uptime_are_one_line_each(struct ktest *t)
{
	const char *text =
		matches(text_of(t, "loadavg"), "N.N N.N N.N N/N N\n");

	KTEST_EXPECT_TRUE(t, text && !*text);
	text = matches(text_of(t, "uptime"), "N.N N.N\n");
	KTEST_EXPECT_TRUE(t, text && !*text);
}

static irqreturn_t nothing(int irq, void *dev_id)
{
	(void)irq;
	(void)dev_id;
	return IRQ_HANDLED;
}

/* A line no device of the tested machines uses. */
#define FREE_LINE 13

static void interrupts_are_counted_by_line(struct ktest *t)
{
	const unsigned long before = irq_count(FREE_LINE);
	int cookie;

	KTEST_ASSERT_EQ(t, request_irq(FREE_LINE, nothing, 0, "test", &cookie),
			0);
	irq_dispatch(FREE_LINE);
	irq_dispatch(FREE_LINE);
	free_irq(FREE_LINE, &cookie);
	KTEST_EXPECT_EQ(t, irq_count(FREE_LINE), before + 2);
	KTEST_EXPECT_EQ(t, irq_count(NR_IRQS), 0);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_steady_load_is_shown_as_it_is),
	KTEST_CASE(each_mean_follows_in_its_own_time),
	KTEST_CASE(a_load_of_many_does_not_wrap),
	KTEST_CASE(stat_has_linuxs_lines_in_linuxs_order),
	KTEST_CASE(loadavg_and_uptime_are_one_line_each),
	KTEST_CASE(interrupts_are_counted_by_line),
};
KTEST_SUITE(proc_stat, cases);
