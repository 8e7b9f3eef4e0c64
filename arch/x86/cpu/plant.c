/* SPDX-License-Identifier: MIT */
/*
 * plant.c - the CPU's half of the planted bugs: P50 to P55
 *
 * Each function breaks one rule of the page tables, so that tests and the
 * console can see what the kernel says about it.
 */
#include <kernel/percpu.h>
#include <kernel/types.h>
#include <asm/plant.h>

#define OPCODE_RET 0xc3

/* Volatile where the compiler would see through it and refuse. */
static volatile u8 plant_data[4] = { OPCODE_RET }; /* not 0: not in bss */
static const u8 plant_rodata[4] = { 1, 2, 3, 4 };
static volatile u8 *volatile plant_null;
static volatile u32 plant_sum;
static DEFINE_PER_CPU(volatile u32, plant_percpu);

static noinline void write_byte(volatile u8 *where)
{
	*where = OPCODE_RET;
}

/* Volatile again: a call of a known address would be folded away. */
static void call(volatile void *where)
{
	void (*volatile fn)(void) = (void (*)(void))where;

	fn();
}

/* The CPU is to stumble over the rights, not over what it finds. */
static void plant_and_call(volatile u8 *where)
{
	write_byte(where);
	call(where);
}

static noinline void exec_stack(void)
{
	volatile u8 code[4];

	plant_and_call(code);
}

/* Four words a level: the overflow comes as a push in a plain call. */
static noinline u32 recurse(u32 depth)
{
	volatile u32 mine = depth;

	if (depth)
		mine += recurse(depth - 1);
	return mine;
}

/* Two pages a level: without probes it would step over the guard page. */
static noinline u32 recurse_wide(u32 depth)
{
	volatile u8 frame[8192];

	frame[depth % sizeof(frame)] = (u8)depth;
	if (depth)
		frame[0] += (u8)recurse_wide(depth - 1);
	return frame[depth % sizeof(frame)];
}

void x86_plant(enum x86_plant which, void *heap)
{
	switch (which) {
	case X86_PLANT_WRITE_TEXT: write_byte((volatile u8 *)x86_plant); break;
	case X86_PLANT_WRITE_RODATA:
		write_byte((volatile u8 *)(unsigned long)plant_rodata);
		break;
	case X86_PLANT_EXEC_HEAP: plant_and_call(heap); break;
	case X86_PLANT_EXEC_STACK: exec_stack(); break;
	case X86_PLANT_EXEC_DATA: plant_and_call(plant_data); break;
	case X86_PLANT_NULL_READ: plant_sum += plant_null[0x10]; break;
	case X86_PLANT_NULL_CALL: call(NULL); break;
	case X86_PLANT_STACK_RECURSION: plant_sum += recurse(1u << 30); break;
	case X86_PLANT_STACK_FRAME: plant_sum += recurse_wide(1u << 20); break;
	case X86_PLANT_PERCPU_RAW: plant_sum += plant_percpu; break;
	case NR_X86_PLANTS: break;
	}
	plant_sum++; /* no tail call: the trace shall name this function */
}
