/* SPDX-License-Identifier: MIT */
/*
 * model_env.c - the floor below mm/ for models and fuzzers
 *
 * The buddy needs little of core: a report, a log, the state of one CPU. With
 * core's own report path a wrong free would cost a log line and a look into
 * the rate limit table; models make millions of them. Here a report is kept as
 * text for the model to compare, log lines are printed only if they are errors
 * and a panic ends the program.
 *
 * There is one CPU, no memory behind any frame, and no time.
 */
#include <kernel/bug.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/seq_file.h>
#include <kernel/smp.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <mm/highmem.h>
#include <mm/page.h>
#include "model_env.h"

__thread struct host_irq_state host_irq = { .enabled = 1 };
__thread unsigned long host_cpu_offset;
__thread unsigned int host_cpu_number;
unsigned long __per_cpu_offset[CONFIG_NR_CPUS];
unsigned long host_direct_base;
unsigned int nr_cpu_ids = 1;
DEFINE_PER_CPU(unsigned int, __preempt_count) = PREEMPT_COUNT_NONE;

/* Start-up is over: who may not sleep is told so. */
bool system_running = true;
struct page *mem_map;
pfn_t max_pfn, max_low_pfn;
void *high_memory;

DEFINE_PER_CPU(spinlock_t *, held_spinlock);
DEFINE_PER_CPU(struct task_struct *, current_task); /* there is none */

/* One CPU: a lock that is not free is its own. */
void spin_wait(spinlock_t *lock, u16 ticket)
{
	(void)lock;
	(void)ticket;
	__builtin_trap();
}

/* Nobody wishes for a switch here. */
void preempt_schedule(void)
{
	__builtin_trap();
}

/* One CPU, one context: nobody is ever moved. */
void percpu_check_preemptible(const char *what, unsigned long site)
{
	(void)what;
	(void)site;
}

static char last_report[256];

const char *model_report(void)
{
	return last_report;
}

static unsigned int nr_reports;

void model_forget_report(void)
{
	last_report[0] = '\0';
	nr_reports = 0;
}

unsigned int model_nr_reports(void)
{
	return nr_reports;
}

void model_printf(const char *fmt, ...)
{
	char line[512];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	model_write(line, (unsigned long)len);
}

void mm_report(const char *class, const struct report_sites *sites,
	       const char *fmt, ...)
{
	va_list args;
	int len;

	(void)sites;
	nr_reports++;
	len = scnprintf(last_report, sizeof(last_report), "%s ", class);
	va_start(args, fmt);
	vscnprintf(last_report + len, sizeof(last_report) - (size_t)len, fmt,
		   args);
	va_end(args);
}

int printk(const char *fmt, ...)
{
	char line[512];
	va_list args;
	int len;

	if (fmt[0] != KERN_SOH[0] || fmt[1] > '3')
		return 0;
	va_start(args, fmt);
	len = vscnprintf(line, sizeof(line), fmt + 2, args);
	va_end(args);
	model_write(line, (unsigned long)len);
	return len;
}

void panic(const char *fmt, ...)
{
	struct va_format vaf;
	va_list args;

	va_start(args, fmt);
	vaf.fmt = fmt;
	vaf.va = &args;
	model_printf("panic: %pV\n", &vaf);
	va_end(args);
	model_exit(2);
}

void bug_report(const char *file, int line, const char *func, const char *cond)
{
	panic("%s:%d: %s: BUG_ON(%s)", file, line, func, cond);
}

/* A text sink here is the program's own output. */
void seq_puts(struct seq_file *m, const char *s)
{
	(void)m;
	model_write(s, strlen(s));
}

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	struct va_format vaf;
	va_list args;

	(void)m;
	va_start(args, fmt);
	vaf.fmt = fmt;
	vaf.va = &args;
	model_printf("%pV", &vaf);
	va_end(args);
}

/* Nothing is ever mapped here: frames have no memory. */
struct kmap_window kmap_live;
DEFINE_PER_CPU(unsigned int, kmap_local_state);

bool kmap_refuse_free(const struct page *page, unsigned int order,
		      unsigned long site)
{
	panic("page %p order %u of %#lx is said to be mapped", page, order,
	      site);
}

void *page_address_high(const struct page *page)
{
	(void)page;
	return NULL;
}

void __might_sleep(const char *what, unsigned long site)
{
	panic("%s may not sleep here, site %#lx", what, site);
}

u64 time_ns(void)
{
	return 0;
}

void host_irq_deliver(void)
{
	panic("an interrupt in a model");
}

void cpu_relax(void)
{
	panic("a model waits for another CPU");
}

bool stop_others(smp_call_func_t fn, void *arg)
{
	fn(arg);
	return true;
}

void *kmap_local_high(struct page *page, unsigned long site)
{
	panic("record %p has no memory, site %#lx", page, site);
}

void kunmap_local_high(const void *addr, unsigned long site)
{
	panic("address %p is not mapped, site %#lx", addr, site);
}

void lockdep_acquire(spinlock_t *lock, unsigned long site)
{
	(void)site;
	if (lock->held_by)
		panic("%s taken twice", lock->name);
}

void lockdep_acquired(spinlock_t *lock)
{
	lock->held_by = 1;
}

bool lockdep_release(spinlock_t *lock, unsigned long site)
{
	(void)site;
	if (!lock->held_by)
		panic("%s released twice", lock->name);
	lock->held_by = 0;
	return true;
}

void lockdep_held_or_report(const spinlock_t *lock, unsigned long site)
{
	if (!lock->held_by)
		panic("%s not held, site %#lx", lock->name, site);
}
