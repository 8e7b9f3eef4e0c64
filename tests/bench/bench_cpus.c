/* SPDX-License-Identifier: MIT */
/* bench_cpus.c - the kernel's side of bench_cpus.h: threads bound to CPUs. */
#include <kernel/atomic.h>
#include <kernel/kthread.h>
#include <kernel/percpu.h>
#include <kernel/sched.h>
#include <kernel/util.h>
#include <asm/processor.h>
#include "bench_cpus.h"

/* Operations between two pauses: a pause and a call for so many. */
#define STRETCH 128u

static struct worker {
	struct task_struct *task;
	struct bench_job *job; /* NULL: nothing to do; atomic */
} workers[BENCH_MAX_CPUS];
static unsigned int nr_workers;
static unsigned int nr_jobs; /* of this bench_on_cpus() */
static atomic_t arrived, left;
static struct task_struct *boss;

static void do_job(struct bench_job *job)
{
	unsigned int rest = job->n;

	atomic_inc(&arrived);
	while (atomic_read(&arrived) < (int)nr_jobs)
		cpu_relax();
	job->first = read_cycles();
	while (rest) {
		unsigned int n = job->whole ? rest : min(rest, STRETCH);

		job->fn(n);
		rest -= n;
		if (rest)
			cpu_relax();
	}
	job->last = read_cycles();
}

static int work(void *data)
{
	struct worker *w = data;

	for (;;) {
		struct bench_job *job;

		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		job = __atomic_load_n(&w->job, __ATOMIC_ACQUIRE);
		if (!job) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);
		do_job(job);
		__atomic_store_n(&w->job, NULL, __ATOMIC_RELEASE);
		if (atomic_dec_and_test(&left))
			wake_up_process(boss);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

unsigned int bench_cpus_begin(void)
{
	unsigned int cpu, nr = min(nr_online_cpus, BENCH_MAX_CPUS);

	boss = current;
	for (cpu = 0; cpu < nr; cpu++) {
		struct worker *w = &workers[cpu];

		w->task = kthread_create_on_cpu(work, w, cpu, "bench/%u");
		if (IS_ERR(w->task)) {
			bench_cpus_end();
			return 0;
		}
		nr_workers++;
		wake_up_process(w->task);
	}
	return nr;
}

void bench_cpus_end(void)
{
	while (nr_workers)
		kthread_stop(workers[--nr_workers].task);
}

void bench_on_cpus(unsigned int first, unsigned int nr, struct bench_job *job)
{
	unsigned int i;

	atomic_set(&arrived, 0);
	atomic_set(&left, (int)nr);
	nr_jobs = nr;
	for (i = 0; i < nr; i++) {
		struct worker *w = &workers[first + i];

		__atomic_store_n(&w->job, &job[i], __ATOMIC_RELEASE);
		wake_up_process(w->task);
	}
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (!atomic_read(&left))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
}
