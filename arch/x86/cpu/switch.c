/* SPDX-License-Identifier: MIT */
/*
 * switch.c - the stack of a thread that does not run (x86)
 *
 * Made here as switch.asm leaves one behind, with 0 as the return address of
 * the first function: there backtraces end.
 */
#include <kernel/export.h>
#include <asm/processor.h>
#include <asm/switch.h>
#include "internal.h"

EXPORT_SYMBOL(preempt_schedule_stub); /* switch.asm */

/* What task_context_switch() pops, lowest first. */
struct switch_frame {
	u32 edi, esi, ebx, ebp;
	u32 pc; /* where it goes on */
};

void task_context_init(struct task_context *ctx, void *stack, size_t bytes,
		       void (*entry)(void))
{
	u32 *top = (u32 *)((char *)stack + bytes);
	struct switch_frame *frame;

	*--top = 0;
	frame = (struct switch_frame *)top - 1;
	*frame = (struct switch_frame){ .pc = (u32)entry };
	ctx->sp = (unsigned long)frame;
}

unsigned int task_context_backtrace(const struct task_context *ctx,
				    unsigned long *pcs, unsigned int max)
{
	unsigned long frame = ctx->sp, pc, fp;

	if (!stack_read(frame + offsetof(struct switch_frame, pc), &pc) ||
	    !stack_read(frame + offsetof(struct switch_frame, ebp), &fp))
		return 0;
	return arch_backtrace(pcs, max, pc, frame + sizeof(struct switch_frame),
			      fp);
}

u64 arch_sched_clock(void)
{
	return read_cycles();
}
