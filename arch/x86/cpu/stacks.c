/* SPDX-License-Identifier: MIT */
/*
 * stacks.c - which stack does an address lie in?
 *
 * The boot stack, this CPU's double-fault stack, and whatever the finder that
 * was set at start-up knows: the stacks of threads. Backtraces read a word
 * only if it lies in one of them, and overflows are told by the guard page.
 *
 * Locking: none; the finder promises the same.
 */
#include <asm/page.h>
#include <asm/processor.h>
#include <asm/tables.h>
#include "internal.h"

static arch_stack_finder_t stack_finder;

void arch_set_stack_finder(arch_stack_finder_t find)
{
	stack_finder = find;
}

static bool in_stack(unsigned long addr, const struct arch_stack *s)
{
	/* The guard page counts: reports want its owner. */
	return addr - (s->start - PAGE_SIZE) < s->end - s->start + PAGE_SIZE;
}

bool arch_find_stack(unsigned long addr, struct arch_stack *stack)
{
	unsigned long df_top = cpu_tables_this()->double_fault_tss.esp0;

	*stack = (struct arch_stack){ (unsigned long)boot_stack,
				      (unsigned long)boot_stack_top, "boot" };
	if (in_stack(addr, stack))
		return true;
	*stack = (struct arch_stack){ df_top - DOUBLE_FAULT_STACK_BYTES, df_top,
				      "double-fault" };
	/* It has no guard: what lies below it is not its own. */
	if (in_stack(addr, stack) && addr >= stack->start)
		return true;
	return stack_finder && stack_finder(addr, stack);
}

bool arch_stack_addr(unsigned long addr, const char **owner)
{
	struct arch_stack stack;

	if (!arch_find_stack(addr, &stack) || addr < stack.start)
		return false;
	if (owner)
		*owner = stack.owner;
	return true;
}

bool stack_read(unsigned long addr, unsigned long *word)
{
	struct arch_stack stack;

	if (addr % sizeof(*word) || !arch_find_stack(addr, &stack))
		return false;
	if (addr < stack.start || stack.end - addr < sizeof(*word))
		return false;
	*word = *(const unsigned long *)addr;
	return true;
}
