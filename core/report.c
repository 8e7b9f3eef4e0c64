/* SPDX-License-Identifier: MIT */
/*
 * report.c - reports, warnings and the end: what is said when something is
 * wrong
 *
 * A report is one line of the grammar in bug.h, built in a per-CPU buffer: no
 * allocation, no lock but the rate limit's. The same (class, site) is printed
 * 3 times; after that a line at each power of two says how often, so that a
 * storm stays readable and its size is still told.
 *
 * A listener (the test runner) is asked first; what it expected is shown, all
 * else counts as unexpected and fails a test run.
 *
 * Locking: report_lock (irq-safe, LOCK_REPORT) guards the rate limit table.
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/record.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <asm/processor.h>
#include <asm/smp.h>

#define REPORT_BYTES 384u
#define REPORTS_PER_SITE 3u
#define NR_REPORT_SITES 64u
#define MAX_TRACE 24u

struct report_site {
	const char *class;
	unsigned long at;
	unsigned long seen;
};

static struct report_site report_sites_seen[NR_REPORT_SITES];
static spinlock_t report_lock = SPINLOCK_INIT("report", LOCK_REPORT);
static unsigned long nr_unexpected;
/* CPU + 1 that says the last words. */
static unsigned int panic_cpu;
static bool (*report_listener)(const char *class, const char *line);

void report_set_listener(bool (*listener)(const char *class, const char *line))
{
	WRITE_ONCE(report_listener, listener);
}

static bool report_is_expected(const char *class, const char *line)
{
	bool (*listener)(const char *class, const char *line) =
		READ_ONCE(report_listener);

	return listener && listener(class, line);
}

struct report_buffer {
	char text[REPORT_BYTES];
};
static DEFINE_PER_CPU(struct report_buffer, report_buffer);

/* How often (@class, @at) has come, this time included; 1 if the table is
 * full: better too many lines than none. */
static unsigned long report_count(const char *class, unsigned long at)
{
	unsigned long flags = spin_lock_irqsave(&report_lock);
	unsigned long seen = 1;
	unsigned int i;

	for (i = 0; i < NR_REPORT_SITES; i++) {
		struct report_site *s = &report_sites_seen[i];

		if (!s->class) {
			s->class = class;
			s->at = at;
		}
		if (s->at == at && !strcmp(s->class, class)) {
			seen = ++s->seen;
			break;
		}
	}
	spin_unlock_irqrestore(&report_lock, flags);
	return seen;
}

static int report_build(char *buf, size_t size, const char *class,
			const struct report_sites *sites, const char *fmt,
			va_list args)
{
	int n = scnprintf(buf, size, "mm: BUG %s ", class);

	n += vscnprintf(buf + n, size - (size_t)n, fmt, args);
	if (sites->alloc)
		n += scnprintf(buf + n, size - (size_t)n, " alloc=%pS",
			       (void *)sites->alloc);
	if (sites->free)
		n += scnprintf(buf + n, size - (size_t)n, " free=%pS",
			       (void *)sites->free);
	n += scnprintf(buf + n, size - (size_t)n, " cpu=%u at=%pS",
		       smp_processor_id(), (void *)sites->at);
	return n;
}

void report_text(const char *class, unsigned long at, const char *line)
{
	char quoted[REPORT_BYTES];
	unsigned long seen;

	if (report_is_expected(class, line)) {
		/* Announced: shown for the reader, but not rate limited. */
		pr_notice("expected: %s\n", line);
		return;
	}
	__atomic_add_fetch(&nr_unexpected, 1, __ATOMIC_RELAXED);
	seen = report_count(class, at);
	if (seen <= REPORTS_PER_SITE)
		pr_err("%s\n", line);
	else if (is_power_of_2(seen))
		pr_err("mm: BUG %s seen %lu times at=%pS\n", class, seen,
		       (void *)at);
	if (record_enabled())
		record("report", "\"class\":\"%s\",\"line\":\"%s\"", class,
		       record_quote(quoted, sizeof(quoted), line));
}

void mm_report(const char *class, const struct report_sites *sites,
	       const char *fmt, ...)
{
	unsigned long flags = local_irq_save();
	char *buf = this_cpu_ptr(&report_buffer)->text;
	va_list args;

	va_start(args, fmt);
	report_build(buf, REPORT_BYTES, class, sites, fmt, args);
	va_end(args);
	report_text(class, sites->at, buf);
	local_irq_restore(flags);
}
EXPORT_SYMBOL(mm_report);

unsigned long reports_unexpected(void)
{
	return nr_unexpected;
}

static void trace_print(unsigned long pc, unsigned long sp, unsigned long fp)
{
	unsigned long pcs[MAX_TRACE];
	unsigned int n = arch_backtrace(pcs, MAX_TRACE, pc, sp, fp);
	const char *guess = ""; /* Linux's sign for "found on the stack" */
	unsigned int i;

	pr_emerg("Call Trace:\n");
	for (i = 0; i < n; i++) {
		if (!pcs[i])
			guess = "? ";
		else
			pr_emerg(" [<%p>] %s%pS\n", (void *)pcs[i], guess,
				 (void *)pcs[i]);
	}
}

void dump_stack(void)
{
	trace_print(0, 0, 0);
}
EXPORT_SYMBOL(dump_stack);

void dump_stack_from(unsigned long pc, unsigned long sp, unsigned long fp)
{
	trace_print(pc, sp, fp);
}

static void warn_line(const char *text)
{
	if (report_is_expected("WARN", text)) {
		pr_notice("expected: %s\n", text);
		return;
	}
	__atomic_add_fetch(&nr_unexpected, 1, __ATOMIC_RELAXED);
	pr_warn("%s\n", text);
	dump_stack();
}

void warn_report(const char *file, int line, const char *func, const char *cond,
		 unsigned long site)
{
	char text[REPORT_BYTES];

	scnprintf(text, sizeof(text), "WARNING: %s at %s:%d %s() from %pS",
		  cond, file, line, func, (void *)site);
	warn_line(text);
}
EXPORT_SYMBOL(warn_report);

/* The newline that Linux's callers put at the end would break the line. */
void warn_text(const char *file, int line, const char *func, unsigned long site,
	       const char *fmt, ...)
{
	char text[REPORT_BYTES];
	va_list args;
	int n;

	n = scnprintf(text, sizeof(text), "WARNING: ");
	va_start(args, fmt);
	n += vscnprintf(text + n, sizeof(text) - (size_t)n, fmt, args);
	va_end(args);
	if (text[n - 1] == '\n')
		n--;
	scnprintf(text + n, sizeof(text) - (size_t)n, " at %s:%d %s() from %pS",
		  file, line, func, (void *)site);
	warn_line(text);
}
EXPORT_SYMBOL(warn_text);

/* panic=: seconds until the machine restarts, or one of these. */
#define PANIC_EXIT (-1) /* tell the emulator; without one, stand still */
#define PANIC_MAX_SECONDS 3600

static int panic_seconds = PANIC_EXIT;

static int panic_set(const char *value)
{
	int seconds;

	if (value && !strcmp(value, "exit")) {
		panic_seconds = PANIC_EXIT;
		return 0;
	}
	if (!value || kstrtoint(value, 10, &seconds) || seconds < 1 ||
	    seconds > PANIC_MAX_SECONDS)
		return -EINVAL;
	panic_seconds = seconds;
	return 0;
}
KERNEL_PARAM(panic, "panic", panic_set,
	     "=SECONDS|exit: after a panic restart, or tell the emulator");

/* What every way to the end has in common. */
static void __noreturn machine_stop(void)
{
	int i;

	pr_emerg("---[ end Kernel panic ]---\n");
	if (panic_seconds == PANIC_EXIT)
		arch_machine_end(MACHINE_PANIC);
	pr_emerg("Rebooting in %d seconds..\n", panic_seconds);
	for (i = 0; i < panic_seconds; i++)
		mdelay(1000);
	arch_machine_end(MACHINE_REBOOT);
}

/* The first CPU goes on; one that fails again while it speaks ends at once,
 * any other stands still and lets it speak. */
static void panic_enter(void)
{
	unsigned int nobody = 0, me = smp_processor_id() + 1;

	if (__atomic_compare_exchange_n(&panic_cpu, &nobody, me, false,
					__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		return;
	if (nobody == me)
		arch_machine_end(MACHINE_PANIC);
	for (;;)
		cpu_relax();
}

void panic_from(unsigned long pc, unsigned long sp, unsigned long fp,
		const char *fmt, ...)
{
	char text[REPORT_BYTES];
	va_list args;

	local_irq_disable();
	panic_enter();
	arch_stop_other_cpus();
	printk_panic_mode();
	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	pr_emerg("Kernel panic - not syncing: %s\n", text);
	trace_print(pc, sp, fp);
	machine_stop();
}

void panic(const char *fmt, ...)
{
	char text[REPORT_BYTES];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	panic_from(0, 0, 0, "%s", text);
}
EXPORT_SYMBOL(panic);

void bug_report(const char *file, int line, const char *func, const char *cond)
{
	panic("kernel BUG at %s:%d %s(): %s", file, line, func, cond);
}
EXPORT_SYMBOL(bug_report);
