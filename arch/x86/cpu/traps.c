/* SPDX-License-Identifier: MIT */
/*
 * traps.c - exceptions: who did what, in one sentence, and then the end
 *
 * The kernel expects no exception of itself. So each one is reported, with the
 * registers and the calls that led to it, and ends the thread that made it; if
 * there is none, or others depend on it, the machine stops. A page fault gets a
 * line of the report grammar first (fault.c). Three come back: an NMI, which is
 * a line, an exception under trap_catch(), which tests use, and the page fault
 * of an instruction that may have one (user_copy.c).
 *
 * A double fault arrives as a task of its own (tables.c), mostly because the
 * stack is used up: the push of the first fault's frame hit the guard page.
 *
 * Locking: none. Interrupts are off; anything may have been interrupted.
 */
#define pr_fmt(fmt) "trap: " fmt

#include <kernel/bug.h>
#include <kernel/irq.h>
#include <kernel/kthread.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/spinlock.h>
#include <kernel/vsnprintf.h>
#include <asm/irqflags.h>
#include <asm/tables.h>
#include <asm/traps.h>
#include <asm/user.h>
#include "internal.h"

/* NULL: reserved by the manual, never seen. */
static const char *const trap_names[NR_EXCEPTIONS] = {
	[0] = "divide error",
	[1] = "debug",
	[2] = "non-maskable interrupt",
	[3] = "breakpoint",
	[4] = "overflow",
	[5] = "bound range exceeded",
	[6] = "invalid opcode",
	[7] = "device not available",
	[8] = "double fault",
	[9] = "coprocessor segment overrun",
	[10] = "invalid task state",
	[11] = "segment not present",
	[12] = "stack segment fault",
	[13] = "general protection fault",
	[14] = "page fault",
	[16] = "floating point error",
	[17] = "alignment check",
	[18] = "machine check",
	[19] = "vector floating point error",
	[20] = "virtualisation exception",
	[21] = "control protection exception",
	[28] = "hypervisor injection",
	[29] = "hypervisor communication",
	[30] = "security exception",
};

/* Where trap_catch() waits. */
struct trap_catcher {
	unsigned long sp, pc, fp;
	struct trap_caught *caught;
};
static DEFINE_PER_CPU(struct trap_catcher *, trap_catcher);

/* For people; the manual's words. */
static const char *trap_name(u32 vector)
{
	if (vector >= NR_EXCEPTIONS || !trap_names[vector])
		return "unknown exception";
	return trap_names[vector];
}

/*
 * Ask the CPU for what it will forget at the next fault: first thing in the
 * handler, before anything that may fault itself.
 */
static void page_fault_read(struct page_fault *fault,
			    const struct trap_regs *regs)
{
	*fault = (struct page_fault){ .addr = read_cr2(),
				      .error = regs->error,
				      .pc = regs->eip,
				      .site = regs->eip };
	/* A call of nothing: blame the caller, not address 0. */
	if (fault->pc == fault->addr)
		stack_read(trap_sp(regs), &fault->site);
}

/*
 * A thread that made an exception by itself, with nothing held, is ended: the
 * frame is changed to go on there. Return: false if the machine has to stop.
 */
static bool thread_ends(struct trap_regs *regs)
{
	if (!(regs->eflags & X86_EFLAGS_IF) || !kthread_may_die())
		return false;
	dump_stack_from(regs->eip, trap_sp(regs), regs->ebp);
	regs->eip = (u32)kthread_die;
	return true;
}

/*
 * The line of the grammar goes first, for tests and for a person who reads
 * only one line; registers and calls follow.
 */
static void page_fault(struct trap_regs *regs)
{
	struct report_sites sites = { 0 };
	struct page_fault fault;
	struct fault_text text;

	page_fault_read(&fault, regs);
	fault_describe(&fault, &text);
	sites.at = fault.site;
	mm_report(text.class, &sites, "%s", text.detail);
	show_registers(regs, trap_sp(regs));
	fault_show_holders(&fault, regs);
	if (!thread_ends(regs))
		panic_from(regs->eip, trap_sp(regs), regs->ebp, "%s %s",
			   text.class, text.detail);
}

/* Any exception that is no page fault: a bug of ours, or of the machine. */
static void unexpected(struct trap_regs *regs)
{
	pr_emerg("%s at %pS\n", trap_name(regs->vector), (void *)regs->eip);
	show_registers(regs, trap_sp(regs));
	if (!thread_ends(regs))
		panic_from(regs->eip, trap_sp(regs), regs->ebp,
			   "%s (vector %u, error %04x)",
			   trap_name(regs->vector), regs->vector, regs->error);
}

/*
 * Leave the exception for the trap_catch() that waits for it. Its frame, and
 * all frames of the function that failed, are dropped with the stack pointer.
 */
static void __noreturn trap_catcher_resume(const struct trap_catcher *catcher)
{
	__asm__ volatile("movl %0, %%ecx\n\t"
			 "movl %1, %%edx\n\t"
			 "movl %2, %%ebp\n\t"
			 "movl %%ecx, %%esp\n\t"
			 "movl $1, %%eax\n\t"
			 "jmp *%%edx"
			 :
			 : "S"(catcher->sp), "D"(catcher->pc), "b"(catcher->fp)
			 : "eax", "ecx", "edx", "memory");
	unreachable();
}

/* Say what happened in *caught, then go back. Disarmed first: a fault in here
 * is a plain fault again. Does not return. */
static void __noreturn trap_caught(struct trap_catcher *catcher,
				   const struct trap_regs *regs)
{
	struct trap_caught *caught = catcher->caught;
	struct page_fault fault;

	this_cpu_write(trap_catcher, NULL);
	*caught = (struct trap_caught){ .vector = regs->vector,
					.error = regs->error,
					.pc = regs->eip };
	if (regs->vector == TRAP_PAGE_FAULT) {
		page_fault_read(&fault, regs);
		fault_describe(&fault, &caught->fault);
	}
	trap_catcher_resume(catcher);
}

noinline bool trap_catch(void (*fn)(void *arg), void *arg,
			 struct trap_caught *caught)
{
	struct trap_catcher catcher = { .caught = caught };
	unsigned long flags = local_irq_save();
	void *hit = arg;

	this_cpu_write(trap_catcher, &catcher);
	/*
	 * trap_catcher_resume() comes back to 1: with eax 1. It has restored
	 * esp and ebp; of all else nothing is left.
	 */
	__asm__ volatile("movl %%esp, %[sp]\n\t"
			 "movl $1f, %[pc]\n\t"
			 "movl %%ebp, %[fp]\n\t"
			 "call *%%ecx\n\t"
			 "xorl %%eax, %%eax\n"
			 "1:"
			 : "+a"(hit), "+c"(fn), [sp] "=m"(catcher.sp),
			   [pc] "=m"(catcher.pc), [fp] "=m"(catcher.fp)
			 :
			 : "ebx", "edx", "esi", "edi", "memory", "cc");
	this_cpu_write(trap_catcher, NULL);
	local_irq_restore(flags);
	return hit != NULL;
}

/*
 * Every vector but the double fault ends here. What is most frequent comes
 * first: interrupts.
 */
void trap_dispatch(struct trap_regs *regs)
{
	struct trap_catcher *catcher;
	spinlock_t *held;

	if (likely(regs->vector >= IRQ_VECTOR_BASE)) {
		held = held_spinlock_save();
		irq_enter();
		if (regs->vector >= LAPIC_VECTOR_BASE)
			lapic_interrupt(regs->vector);
		else
			device_interrupt(regs->vector - IRQ_VECTOR_BASE);
		irq_exit();
		held_spinlock_restore(held);
		preempt_check_irq();
		return;
	}
	if (regs->vector == TRAP_NMI) {
		nmi_interrupt(regs);
		return;
	}
	if (regs->vector == TRAP_PAGE_FAULT && access_fault_fixed(regs))
		return;
	catcher = this_cpu_read(trap_catcher);
	if (catcher)
		trap_caught(catcher, regs);
	if (regs->vector == TRAP_PAGE_FAULT)
		page_fault(regs);
	else
		unexpected(regs);
}

/* The state that the CPU put aside, in the form of an exception's. */
static struct trap_regs tss_regs(const struct tss *tss)
{
	return (struct trap_regs){
		.edi = tss->edi,
		.esi = tss->esi,
		.ebp = tss->ebp,
		.ebx = tss->ebx,
		.edx = tss->edx,
		.ecx = tss->ecx,
		.eax = tss->eax,
		.vector = TRAP_DOUBLE_FAULT,
		.eip = tss->eip,
		.cs = tss->cs,
		.eflags = tss->eflags,
	};
}

/* The thread, on its own stack again, interrupts off. */
static void thread_end_on_top(void)
{
	local_irq_enable();
	kthread_die();
}

/*
 * Runs as a task of its own, on its own stack. The interrupted state is not
 * coming back: the task gate's back link is never used. A thread whose stack is
 * used up is ended on that stack, from its top: what was on it is of no use.
 */
void double_fault_main(void)
{
	const struct tss *tss = &cpu_tables_this()->tss;
	struct report_sites sites = { .at = tss->eip };
	struct trap_regs regs = tss_regs(tss);
	struct arch_stack stack;
	unsigned long cr2 = read_cr2();

	/* Either address may be the one in the guard page. */
	if ((arch_find_stack(cr2, &stack) && cr2 < stack.start) ||
	    (arch_find_stack(tss->esp - 1, &stack) &&
	     tss->esp - 1 < stack.start)) {
		mm_report("stack-overflow", &sites, "task=%s sp=%08x",
			  stack.owner, tss->esp);
		show_registers(&regs, tss->esp);
		if (tss->eflags & X86_EFLAGS_IF && kthread_may_die() &&
		    current->stack == (void *)stack.start) {
			dump_stack_from(tss->eip, tss->esp, tss->ebp);
			/* The CPU goes on with the kernel's tables alone. */
			user_tables_leave();
			double_fault_leave(stack.end, thread_end_on_top);
		}
		panic_from(tss->eip, tss->esp, tss->ebp,
			   "stack overflow of task %s", stack.owner);
	}
	pr_emerg("double fault at %pS\n", (void *)tss->eip);
	show_registers(&regs, tss->esp);
	panic_from(tss->eip, tss->esp, tss->ebp, "double fault");
}
