/* SPDX-License-Identifier: MIT */
/*
 * watchdog.c - tells of a CPU that does not hear its timer any more
 *
 * A CPU whose interrupts stay off is deaf and mute: its thread never gives
 * way, whoever waits for its answer waits for ever. Nobody but another CPU can
 * notice. So each CPU counts its ticks, and at each tick looks whether its
 * neighbour, the next higher number, has counted since; a neighbour that is
 * stuck looks after nobody, so the one behind it is looked at, too.
 *
 * A CPU that does not count for watchdog= seconds, measured in the ticks of the
 * one that watches it (if the whole machine is stopped, all stop), is reported
 * in one line, and then made to say where it is, by an NMI:
 *
 *   watchdog: BUG stuck cpu=<n> by=<n> no tick for <n> s
 *
 * When it is heard again, a line says so. One CPU alone has nobody.
 *
 * Locking: none. A CPU writes its own words; counts of others are read as they
 * are.
 */
#define pr_fmt(fmt) "watchdog: " fmt

#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/smp.h>
#include <kernel/time.h>
#include <kernel/vsnprintf.h>
#include <kernel/watchdog.h>
#include <asm/smp.h>

/*
 * A console that nobody reads makes its writer wait, interrupts off, for ten
 * seconds (uart8250.c): that is no bug.
 */
#define DEFAULT_SECONDS 20u
#define MAX_SECONDS 3600u

/* What a CPU knows of another one. */
struct watched {
	unsigned long beats; /* what it had counted when last looked at */
	unsigned int silent_ticks; /* ticks of ours since then */
};

struct watcher {
	struct watched of[CONFIG_NR_CPUS];
};

static DEFINE_PER_CPU(unsigned long, beats);
static DEFINE_PER_CPU(struct watcher, watcher);
static unsigned int limit_ticks = DEFAULT_SECONDS * HZ;
static unsigned long nr_stuck;

static int watchdog_set(const char *value)
{
	unsigned int seconds;

	if (!value || kstrtouint(value, 10, &seconds) || seconds > MAX_SECONDS)
		return -EINVAL;
	limit_ticks = seconds * HZ;
	return 0;
}
KERNEL_PARAM(
	watchdog, "watchdog", watchdog_set,
	"=SECONDS: report a CPU whose interrupts stay off so long; 0: off");

unsigned int watchdog_set_ticks(unsigned int ticks)
{
	return __atomic_exchange_n(&limit_ticks, ticks, __ATOMIC_RELAXED);
}

unsigned long watchdog_nr_stuck(void)
{
	return READ_ONCE(nr_stuck);
}

static void report_stuck(unsigned int cpu, unsigned int ticks)
{
	char line[96];

	scnprintf(line, sizeof(line),
		  "watchdog: BUG stuck cpu=%u by=%u no tick for %u.%u s", cpu,
		  smp_processor_id(), ticks / HZ, ticks % HZ / (HZ / 10));
	report_text("watchdog", cpu, line);
	if (!arch_ask_where(cpu))
		pr_warn("this machine has no way to ask CPU%u where it is\n",
			cpu);
	__atomic_add_fetch(&nr_stuck, 1, __ATOMIC_RELAXED);
}

/* Return: true if @cpu has been heard since the last time. */
static bool look_at(unsigned int cpu, unsigned int limit)
{
	struct watched *w = &this_cpu_ptr(&watcher)->of[cpu];
	unsigned long now = READ_ONCE(per_cpu(beats, cpu));

	if (now == w->beats) {
		if (++w->silent_ticks == limit)
			report_stuck(cpu, limit);
		return false;
	}
	if (w->silent_ticks >= limit)
		pr_notice("CPU%u is heard again after %u s\n", cpu,
			  w->silent_ticks / HZ);
	w->beats = now;
	w->silent_ticks = 0;
	return true;
}

void watchdog_tick(void)
{
	unsigned int me = smp_processor_id(), nr = num_online_cpus();
	unsigned int limit = READ_ONCE(limit_ticks), cpu = me;

	this_cpu_inc(beats);
	if (nr == 1 || !limit)
		return;
	/* Further than the neighbour only where it has long been silent. */
	do {
		cpu = cpu + 1 < nr ? cpu + 1 : 0;
	} while (cpu != me && !look_at(cpu, limit) &&
		 this_cpu_ptr(&watcher)->of[cpu].silent_ticks >= limit);
}
