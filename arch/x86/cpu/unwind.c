/* SPDX-License-Identifier: MIT */
/*
 * unwind.c - who called whom: walking stacks without frame pointers
 *
 * The build turns the compiler's .eh_frame into a compact table: for each
 * instruction, how far the caller's frame is from esp (or ebp), and where the
 * caller's ebp was saved (docs/decisions/0001-unwinding.md). So a walk is
 * exact, and the code pays no register and no instruction for it.
 *
 * Modules have no such table. They are compiled with frame pointers instead
 * (tools/build/module.mk): in their text ebp leads to the caller, but for the
 * first two instructions of a function and its last.
 *
 * Where nobody says anything (assembly, a stack realigned by hand) the rest
 * of the stack is scanned for words that look like return addresses; a 0 in
 * the result stands before those guesses.
 *
 * Invariants:
 *   U1  a stack word is read only inside a known stack (stack_read)
 *   U2  the stack pointer rises with each step, so every walk ends
 *
 * Locking: none. Callable from any exception, on any stack.
 */
#include <kernel/symbols.h>
#include <kernel/types.h>
#include <asm/processor.h>
#include <asm/tables.h>
#include "internal.h"

#define WORD sizeof(u32)

/* The ops of a row; tools/build/symtab.py has them in words. */
#define ROW_DELTA_ZERO 6u
#define ROW_DELTA_MAX 12u
#define ROW_FULL 13u
#define ROW_PUSH_EBP 14u
#define ROW_FLAG_EBP_BASED 1u
#define ROW_FLAG_EBP_SAVED 2u
#define ROW_FLAG_UNKNOWN 4u

/* One place on the way out. */
struct unwind_cursor {
	unsigned long pc, sp, fp;
	/* pc is the next instruction, not one behind a call. */
	bool exact;
};

/* A row that says everything anew. Return: false if it says "unknown". */
static bool row_full(const u8 **p, struct unwind_row *row)
{
	u8 flags = *(*p)++;

	row->ebp_based = flags & ROW_FLAG_EBP_BASED;
	row->ebp_saved = flags & ROW_FLAG_EBP_SAVED;
	row->cfa_words = symtab_leb128(p);
	if (row->ebp_saved)
		row->ebp_words = symtab_leb128(p);
	return !(flags & ROW_FLAG_UNKNOWN);
}

/* Apply the row at @p. Return: false if it is inexpressible. */
static bool row_apply(u8 op, const u8 **p, struct unwind_row *row)
{
	if (op == ROW_FULL)
		return row_full(p, row);
	if (op <= ROW_DELTA_MAX) {
		row->cfa_words += op - ROW_DELTA_ZERO;
	} else if (op == ROW_PUSH_EBP) {
		row->ebp_words = ++row->cfa_words;
		row->ebp_saved = true;
	} else {
		row->cfa_words--;
		row->ebp_saved = false;
	}
	return true;
}

/* The row @offset bytes into the function whose rows are [p, end). */
static bool rows_find(const u8 *p, const u8 *end, u32 offset,
		      struct unwind_row *row)
{
	bool known = true;
	u32 at = 0;

	*row = (struct unwind_row){ .cfa_words = 1 };
	while (p < end) {
		u8 b = *p++;

		at += b >> 4 ? b >> 4 : symtab_leb128(&p);
		if (at > offset)
			break;
		known = row_apply(b & 15, &p, row);
	}
	return known;
}

bool unwind_find(unsigned long pc, struct unwind_row *row)
{
	const struct symtab_header *h = symtab_of(pc);
	const struct symtab_anchor *anchor = symtab_find_anchor(
		symtab_at(h, h->unwind_anchors), h->nr_unwind_anchors, pc);
	unsigned long at;
	const u8 *p, *stop = symtab_at(h, h->bytes);
	unsigned int i;

	if (!anchor)
		return false;
	p = (const u8 *)symtab_at(h, h->rows) + anchor->offset;
	at = anchor->addr;
	for (i = 0; i < SYMTAB_ANCHOR_EVERY && p < stop; i++) {
		u32 code_bytes, row_bytes;

		at += symtab_leb128(&p);
		code_bytes = symtab_leb128(&p);
		row_bytes = symtab_leb128(&p);
		if (pc < at)
			break;
		if (pc - at < code_bytes)
			return rows_find(p, p + row_bytes, pc - at, row);
		p += row_bytes;
	}
	return false;
}

/* Over a trap frame, to the code that was interrupted. */
static bool step_trap(struct unwind_cursor *c)
{
	unsigned long regs = c->sp;
	unsigned long pc, fp;

	if (!stack_read(regs + offsetof(struct trap_regs, eip), &pc) ||
	    !stack_read(regs + offsetof(struct trap_regs, ebp), &fp))
		return false;
	*c = (struct unwind_cursor){ .pc = pc,
				     .sp = regs + sizeof(struct trap_regs),
				     .fp = fp,
				     .exact = true };
	return true;
}

/* Over the three registers that preempt_schedule_stub saved, to who called it
 * in the middle of a function. */
static bool step_stub(struct unwind_cursor *c)
{
	unsigned long sp = c->sp + 3 * WORD;

	if (!stack_read(sp, &c->pc))
		return false;
	c->sp = sp + WORD;
	c->exact = false;
	return true;
}

/* Out of the double-fault task, to the state that the CPU put aside. */
static bool step_double_fault(struct unwind_cursor *c)
{
	const struct tss *tss = &cpu_tables_this()->tss;

	*c = (struct unwind_cursor){
		.pc = tss->eip, .sp = tss->esp, .fp = tss->ebp, .exact = true
	};
	return true;
}

/*
 * To the caller: its return address lies just below the CFA, and the CFA is
 * what its stack pointer will be.
 */
static bool step_row(struct unwind_cursor *c, const struct unwind_row *row)
{
	unsigned long cfa =
		(row->ebp_based ? c->fp : c->sp) + row->cfa_words * WORD;

	/* U2; a damaged ebp must not lead in circles. */
	if (cfa <= c->sp)
		return false;
	if (row->ebp_saved && !stack_read(cfa - row->ebp_words * WORD, &c->fp))
		return false;
	if (!stack_read(cfa - WORD, &c->pc))
		return false;
	c->sp = cfa;
	c->exact = false;
	return true;
}

#define OPCODE_PUSH_EBP 0x55u
#define OPCODE_RET 0xc3u

/*
 * The row of a place in a module: `push %ebp; mov %esp, %ebp` make the frame,
 * and behind a call, and nearly everywhere else, it is there.
 */
static void module_row(const struct unwind_cursor *c, struct unwind_row *row)
{
	const volatile u8 *code = (const volatile u8 *)c->pc;
	struct symbol_info at;

	*row = (struct unwind_row){ .ebp_based = true,
				    .ebp_saved = true,
				    .cfa_words = 2,
				    .ebp_words = 2 };
	if (!c->exact || !c->pc || !symbol_lookup(c->pc, &at))
		return;
	if (c->pc == at.start || *code == OPCODE_RET)
		*row = (struct unwind_row){ .cfa_words = 1 };
	else if (c->pc == at.start + 1 && code[-1] == OPCODE_PUSH_EBP)
		row->ebp_based = false;
}

/* Does @pc lie behind a call in C code? As good as a guess can be. */
static bool looks_like_return(unsigned long pc)
{
	struct unwind_row row;

	return (arch_image_part(pc) == IMAGE_TEXT &&
		unwind_find(pc - 1, &row)) ||
	       module_text_address(pc - 1);
}

/* The rest of the stack, word by word, behind a 0 that says so. */
static unsigned int scan(unsigned long *pcs, unsigned int n, unsigned int max,
			 unsigned long sp)
{
	unsigned long word;

	if (n < max)
		pcs[n++] = 0;
	for (; n < max && stack_read(sp, &word); sp += WORD) {
		if (looks_like_return(word))
			pcs[n++] = word - 1;
	}
	return n;
}

/* On it goes, here it ends, or nobody knows how to go on. */
enum step { STEP_ON, STEP_END, STEP_LOST };

/* One frame outwards. */
static enum step step(struct unwind_cursor *c)
{
	struct unwind_row row;

	if (c->pc == (unsigned long)trap_return)
		return step_trap(c) ? STEP_ON : STEP_END;
	if (c->pc == (unsigned long)preempt_schedule_return)
		return step_stub(c) ? STEP_ON : STEP_END;
	if (c->pc == (unsigned long)double_fault_return)
		return step_double_fault(c) ? STEP_ON : STEP_END;
	if (unwind_find(c->exact ? c->pc : c->pc - 1, &row))
		return step_row(c, &row) ? STEP_ON : STEP_END;
	if (module_text_address(c->exact ? c->pc : c->pc - 1)) {
		module_row(c, &row);
		return step_row(c, &row) ? STEP_ON : STEP_END;
	}
	if (!c->exact && !c->pc)
		return STEP_END; /* where every thread begins */
	if (c->exact && arch_image_part(c->pc) != IMAGE_TEXT) {
		/* Called something that is no code: just a return address. */
		row = (struct unwind_row){ .cfa_words = 1 };
		return step_row(c, &row) ? STEP_ON : STEP_END;
	}
	return STEP_LOST;
}

/* Marks of ours in vectors.asm: no callers, so not shown. */
static bool is_boundary(unsigned long pc)
{
	return pc == (unsigned long)trap_return ||
	       pc == (unsigned long)preempt_schedule_return ||
	       pc == (unsigned long)double_fault_return;
}

static unsigned int walk(unsigned long *pcs, unsigned int max,
			 struct unwind_cursor *c)
{
	unsigned int n = 0;

	while (n < max) {
		if (!is_boundary(c->pc) && (c->pc || c->exact))
			pcs[n++] = c->exact ? c->pc : c->pc - 1;
		switch (step(c)) {
		case STEP_ON: break;
		case STEP_END: return n;
		case STEP_LOST: return scan(pcs, n, max, c->sp);
		}
	}
	return n;
}

noinline unsigned int arch_backtrace(unsigned long *pcs, unsigned int max,
				     unsigned long pc, unsigned long sp,
				     unsigned long fp)
{
	struct unwind_cursor c = { pc, sp, fp, true };

	if (!pc && !sp && !fp) {
		__asm__ volatile("movl $1f, %0\n"
				 "1:\n\t"
				 "movl %%esp, %1\n\t"
				 "movl %%ebp, %2"
				 : "=&r"(c.pc), "=&r"(c.sp), "=&r"(c.fp));
		/* Our own frame is not of interest. */
		if (step(&c) != STEP_ON)
			return 0;
	}
	return walk(pcs, max, &c);
}
