/* SPDX-License-Identifier: MIT */
/*
 * sched.h - tasks: who runs, who waits, and how one becomes the other
 *
 * A task is a kernel thread. It runs, is ready to run (on the run queue of one
 * CPU), or sleeps. To sleep without missing the event, in this order:
 *
 *	for (;;) {
 *		set_current_state(TASK_UNINTERRUPTIBLE);
 *		if (event)
 *			break;
 *		schedule();
 *	}
 *	__set_current_state(TASK_RUNNING);
 *
 * and whoever makes the event: event = true; wake_up_process(task). Wait queues
 * (wait.h) and all that stands on them are this, wrapped.
 *
 * Priorities are Linux's: SCHED_FIFO tasks before all others, by their number;
 * the others share the CPU by their nice value. Threads are made and ended
 * through kthread.h.
 */
#ifndef KERNEL_SCHED_H
#define KERNEL_SCHED_H

#include <kernel/atomic.h>
#include <kernel/cpumask.h>
#include <kernel/list.h>
#include <kernel/lock_order.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/rbtree.h>
#include <kernel/types.h>
#include <asm/switch.h>

#define TASK_COMM_LEN 16 /* NUL included */
#define TASK_LIMIT 1024u /* tasks at a time, beside the idle ones */

/* task_struct.__state */
#define TASK_RUNNING 0x00u /* runs, or ready to */
#define TASK_INTERRUPTIBLE 0x01u
#define TASK_UNINTERRUPTIBLE 0x02u /* counted as load */
#define TASK_DEAD 0x80u /* ended; only ever left by being freed */
#define TASK_WAKEKILL 0x100u
#define TASK_NOLOAD 0x400u /* sleeps as long as it likes: no load */
#define TASK_NEW 0x800u /* made, not woken yet */
#define TASK_IDLE (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)
#define TASK_KILLABLE (TASK_UNINTERRUPTIBLE | TASK_WAKEKILL)
#define TASK_NORMAL (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

/* task_struct.flags; each task changes its own only. */
#define PF_IDLE 0x00000002u
#define PF_EXITING 0x00000004u
#define PF_WQ_WORKER 0x00000020u
#define PF_MEMALLOC 0x00000800u /* it frees memory: may use the reserve */
#define PF_KSWAPD 0x00020000u
#define PF_MEMALLOC_NOFS 0x00040000u
#define PF_MEMALLOC_NOIO 0x00080000u
#define PF_KTHREAD 0x00200000u

/* Lower is better. 0 .. 99: FIFO (99 - its number); 100 .. 139: normal, by
 * nice; 140: the idle task. */
#define MAX_RT_PRIO 100
#define DEFAULT_PRIO 120
#define IDLE_PRIO 140
#define MIN_NICE (-20)
#define MAX_NICE 19

struct cred;
struct console_sink;
struct signal_struct;
struct task_struct;
struct mm_struct;
struct user_tables;

/* A set of signals: bit n - 1 is signal n. signal.h says how they are sent. */
struct task_signals {
	atomic_t pending; /* sent, and not looked at yet */
	atomic_t allowed; /* the task asked to be told of; others are lost */
};

/* What the makers of threads keep with a task; kthread.h. */
struct kthread_info {
	int (*fn)(void *data);
	void *data;
	int result;
	bool should_stop;
	bool exited; /* result is valid */
	bool gone; /* it will not run again; its stack is unused */
	struct task_struct *waiter; /* who stops it */
	struct list_head dead_link; /* waits to be freed */
};

/* What a task has and others may have while it sleeps: schedule() calls both, in
 * the task's name, where it may sleep. */
struct sleep_lender {
	void (*lend)(void);
	void (*take_back)(void);
};

/* Where the scheduler has a task, whatever __state says: that may be a sleeper's
 * already while the task still runs, or is moved. */
enum task_place {
	TASK_OFF_RQ, /* it sleeps */
	TASK_ON_RQ, /* it runs, or is ready to */
	TASK_MOVES, /* ready, on its way to another queue */
};

struct task_struct {
	struct task_context context;
	unsigned int preempt_count; /* while it does not run */

	/* Written by the task itself and by who wakes it; see sched.h's head. */
	unsigned int __state;

	unsigned int flags; /* PF_*; written by the task itself */
	struct task_signals signals; /* signal.h */
	atomic_t usage; /* get_task_struct() */

	/* Guarded by the lock of the run queue of @cpu. */
	unsigned int cpu; /* whose run queue it is on, or was on last */
	u8 on_rq; /* enum task_place */
	bool on_cpu; /* runs */
	bool in_iowait; /* sleeps in io_schedule() */
	u8 prio; /* 0 .. IDLE_PRIO */
	bool batch; /* sched_set_batch() */
	u8 slice_ticks; /* ticks since it got the CPU */
	struct cpumask cpus_allowed;
	struct list_head rt_link; /* FIFO tasks that are ready */
	struct rb_node fair_node; /* normal tasks that are ready */
	u64 vruntime; /* time it ran, weighted */
	u64 run_start; /* clock when it was last looked at while running */
	u64 sum_exec; /* time it ran, clock units */
	unsigned long nr_switches;

	/* Set once, before the task first runs. */
	int pid;
	char comm[TASK_COMM_LEN];
	void *stack; /* lowest address; NULL: the hosted machine's own */
	size_t stack_bytes;
	struct kthread_info kthread;

	void (*body)(void); /* where it begins; does not return */
	void (*on_gone)(struct task_struct *task); /* it will not run again */
	unsigned int slot; /* in the table of tasks, + 1; 0: not there */

	/* The user whose memory the task works on (mm/user_space.h); NULL:
	 * nobody's. Written by the task itself. */
	struct mm_struct *mm;
	struct user_tables *user_tables; /* of mm */
	unsigned int pagefault_disabled; /* how deep; mm/uaccess.h */

	struct held_sleepers held_sleepers; /* the debug build's */
	const struct cred *cred; /* in whose name it acts; cred.h */
	unsigned int uid, euid; /* cred's, under the names of 2.6 */
	struct signal_struct *signal; /* at which terminal it sits; tty.h */
	unsigned int big_lock_depth; /* big_lock.h */
	const struct sleep_lender *lender; /* NULL: it lends nothing */
	unsigned long wchan; /* who called schedule(), while it sleeps */
	void *journal_info; /* of whoever the task works for */
	struct console_sink *console_sink; /* printk.h; NULL: the consoles */
};

/* CPU 0's idle task: the context that booted. Valid from the first C line. */
extern struct task_struct init_task;

/* Per-CPU: who runs. */
DECLARE_PER_CPU(struct task_struct *, current_task);

/* Interrupts run in somebody's name, too. */
static __always_inline struct task_struct *get_current(void)
{
	return this_cpu_read(current_task);
}
#define current get_current()

/* --- sleeping and waking -------------------------------------------------- */

/* With the barrier that the pattern in this file's head needs, or without. */
#define set_current_state(state)                         \
	do {                                             \
		WRITE_ONCE(current->__state, (state));   \
		__atomic_thread_fence(__ATOMIC_SEQ_CST); \
	} while (0)
#define __set_current_state(state) WRITE_ONCE(current->__state, (state))

/**
 * schedule - let somebody else run; come back when woken, or when it is our
 * turn if the state is TASK_RUNNING
 *
 * A caller that may not sleep is reported (sleep-in-atomic). A thread sleeps all
 * the same. An interrupt (softirqs, too) has only borrowed the task that it came
 * over: there it returns at once, the state TASK_RUNNING, as if somebody had
 * woken the caller; and who asks so for 10 seconds without a break stops the
 * machine, for what he waits for does not come.
 * Context: process, interrupts on. May return on another CPU.
 */
void schedule(void);

/* The same, for who has said might_sleep(): no second report. */
void schedule_checked(void);

/* The same, counted as waiting for a device. */
void io_schedule(void);

/* Longer than any time: a sleep that only a wake-up ends. */
#define MAX_SCHEDULE_TIMEOUT LONG_MAX

/**
 * schedule_timeout - schedule(), and be woken after a time at the latest
 * @timeout: in jiffies, or MAX_SCHEDULE_TIMEOUT. Below 0 is a report.
 *
 * The caller has set its state; it is TASK_RUNNING on return. In an interrupt
 * the time passes busily.
 * Return: what is left of the time; 0 if it is over.
 * Context: as schedule().
 */
long schedule_timeout(long timeout);
/* The same, for who has said might_sleep(). */
long schedule_timeout_checked(long timeout);

/* The same, and the state is set here. */
long schedule_timeout_interruptible(long timeout);
long schedule_timeout_killable(long timeout);
long schedule_timeout_uninterruptible(long timeout);
long schedule_timeout_idle(long timeout);
long io_schedule_timeout(long timeout);

/**
 * wake_up_process - make a sleeping task ready to run
 *
 * What the caller wrote before is seen by the task when it runs. A better task
 * runs at once if the caller may be preempted; else when it next may be.
 * Return: 1 if it slept, 0 if not (then nothing was done).
 * Context: any, interrupts on or off; run queue locks may not be held.
 */
int wake_up_process(struct task_struct *task);

/* The same for a task whose state is one of @state only. */
int wake_up_state(struct task_struct *task, unsigned int state);

/**
 * cond_resched - switch if somebody better waits; for long loops
 * Return: 1 if it did. Context: may sleep.
 */
int cond_resched(void);

/* Let every other ready task of equal priority run first. Context: process. */
void yield(void);

/* Was @task sent a signal that it has not looked at? Only such as it allowed
 * reach a thread of the kernel: signal.h. */
static inline int signal_pending(const struct task_struct *task)
{
	return READ_ONCE(task->signals.pending.counter) != 0;
}

#define SIGKILL 9

/* Is one of them the signal that ends also what nothing else interrupts? */
static inline int fatal_signal_pending(const struct task_struct *task)
{
	return READ_ONCE(task->signals.pending.counter) >> (SIGKILL - 1) & 1;
}

/* Does a signal end a sleep in @state? */
static inline int signal_pending_state(unsigned int state,
				       const struct task_struct *task)
{
	if (!(state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)) ||
	    likely(!signal_pending(task)))
		return 0;
	return (state & TASK_INTERRUPTIBLE) || fatal_signal_pending(task);
}

/* --- what a task is ------------------------------------------------------- */

/* Pin a task_struct: it stays readable until put_task_struct(). */
static inline struct task_struct *get_task_struct(struct task_struct *task)
{
	__atomic_add_fetch(&task->usage.counter, 1, __ATOMIC_RELAXED);
	return task;
}

/* Give it back. Context: any. */
void put_task_struct(struct task_struct *task);

static inline unsigned int task_cpu(const struct task_struct *task)
{
	return READ_ONCE(task->cpu);
}

/* Is it on a run queue, running included? A moment's answer. */
static inline bool task_is_runnable(const struct task_struct *task)
{
	return READ_ONCE(task->on_rq) != TASK_OFF_RQ;
}

static inline int task_nice(const struct task_struct *task)
{
	return (int)task->prio - DEFAULT_PRIO;
}

static inline bool is_idle_task(const struct task_struct *task)
{
	return task->flags & PF_IDLE;
}

/**
 * sleep_is_impossible - not only forbidden: there is no task that could sleep
 *
 * An interrupt, or the idle task, which runs when no other can. What sleeps then
 * waits busily or gives up; sched.c's head says which.
 */
static inline bool sleep_is_impossible(void)
{
	return (this_cpu_read(__preempt_count) &
			(HARDIRQ_MASK | SOFTIRQ_OFFSET | NMI_MASK) ||
		is_idle_task(current)) &&
	       system_running;
}

/* A sleep in @state ends without what it waits for: by a signal, or because it
 * cannot begin. Before each look at the event. */
static inline bool sleep_is_cut_short(unsigned int state)
{
	return signal_pending_state(state, current) ||
	       (state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL) &&
		sleep_is_impossible());
}

/**
 * set_user_nice - share of the CPU: a step is about a tenth more or less
 * @nice: MIN_NICE .. MAX_NICE
 * Context: any. Ends a FIFO priority.
 */
void set_user_nice(struct task_struct *task, int nice);
void sched_set_normal(struct task_struct *task, int nice);

/* Linux's SCHED_BATCH, of a normal task: it takes its turn, and interrupts nobody
 * but the idle task when it is woken. Context: any. */
void sched_set_batch(struct task_struct *task);

/* Before all normal tasks: among FIFO ones in the middle, or last. It runs
 * until it sleeps. Context: any. */
void sched_set_fifo(struct task_struct *task);
void sched_set_fifo_low(struct task_struct *task);

/**
 * set_cpus_allowed_ptr - where @task may run; it is moved if it has to be
 *
 * Return: 0; -EINVAL if no CPU that is online is in @mask (nothing changes).
 * Context: process, interrupts on. A task that runs on a wrong CPU leaves it
 * at that CPU's next interrupt; the caller itself has moved on return.
 */
int set_cpus_allowed_ptr(struct task_struct *task, const struct cpumask *mask);

/* A task as it was at one moment; idle tasks have pid 0. */
struct task_info {
	int pid;
	char comm[TASK_COMM_LEN];
	char state; /* as ps has it: R S D I X */
	unsigned int cpu;
	u8 prio;
	bool on_cpu;
	unsigned long nr_switches;
	u64 sum_exec_ms;
	unsigned int big_lock_depth; /* big_lock.h */
	unsigned long wchan; /* who called schedule(); 0 if it does not sleep */
	size_t stack_bytes;
};

/**
 * task_info_next - the task behind @info
 * @info: pid -1 asks for CPU 0's idle task; else what this filled in. Idle
 *	tasks come first, by CPU, then the others by pid.
 *
 * Return: false if there are no more. Context: any.
 */
bool task_info_next(struct task_info *info);

/**
 * task_find_stack - whose stack, guard page below it included, has @addr?
 *
 * Takes no lock and does not fault: also for exceptions.
 * Return: the task, for its name and stack; NULL if none has.
 */
const struct task_struct *task_find_stack(unsigned long addr);

/* The task with number @pid, pinned; NULL if there is none. Context: any. */
struct task_struct *task_find_get(int pid);

/* What CPU @cpu does when nothing is to be done. It has pid 0 and is there as
 * long as the machine is. @cpu is online. Context: any. */
struct task_struct *idle_task_of(unsigned int cpu);

/* The calls that led a task to where it waits, to the log. Context: any; what
 * a task that runs on another CPU does is not known. */
void sched_show_task(struct task_struct *task);

/* --- figures -------------------------------------------------------------- */

unsigned long nr_running(void); /* tasks that run or are ready */
unsigned long nr_iowait(void); /* that sleep in io_schedule() */
unsigned long nr_uninterruptible(void); /* that sleep, and count as load */
u64 nr_context_switches(void);
unsigned long nr_tasks(void); /* without the idle ones */
unsigned long total_forks(void); /* made since boot */
int last_pid(void);

/* --- for start-up, timers and CPUs ----------------------------------------- */

/**
 * sched_init - run queues for nr_cpu_ids CPUs
 * Context: boot CPU, once, when per-CPU areas are final.
 */
#ifndef MODULE /* whose own init may be called so */
void sched_init(void);
#endif

/**
 * sched_prepare_cpu - an idle task for a CPU that is about to start
 * @cpu: not 0, below nr_cpu_ids
 * @stack: what it will run on; @stack_bytes. NULL, 0: the hosted machine's own
 *
 * Sets the CPU's current_task and __preempt_count. Context: boot CPU.
 */
void sched_prepare_cpu(unsigned int cpu, void *stack, size_t stack_bytes);

/**
 * sched_cpu_main - become this CPU's idle task: what is left of a context when
 * it has brought its CPU up
 * Context: the CPU is online, interrupts on or off, nothing held.
 */
void __noreturn sched_cpu_main(void);

/* CPUs that run threads: each joins when it becomes idle for the first time.
 * Hosted, that is CPU 0 alone. */
extern struct cpumask sched_cpus;

/* A timer tick on this CPU. Context: its interrupt. */
void sched_tick(void);

/* A CPU was asked to look for somebody better (smp_send_reschedule()): called
 * on it in the interrupt, whose end then looks. */
static __always_inline void scheduler_ipi(void)
{
	set_preempt_need_resched();
}

/* The slow half of preempt_check_irq(). */
void preempt_schedule_irq(void);

/**
 * preempt_check_irq - the last thing that a hardware interrupt does
 *
 * Switches if that is wanted, and allowed where the interrupt came.
 * Context: interrupts off, irq_exit() done, controller told; the same when it
 * returns.
 */
static __always_inline void preempt_check_irq(void)
{
	if (unlikely(this_cpu_read(__preempt_count) == 0))
		preempt_schedule_irq();
}

#endif
