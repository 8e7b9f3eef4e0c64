/* SPDX-License-Identifier: MIT */
/* asm/plant.h - faults on purpose: P50 to P55 of the planted bugs. */
#ifndef ASM_PLANT_H
#define ASM_PLANT_H

/* Identifier, name on the console, what is done. */
#define X86_PLANTS(X)                                                      \
	X(WRITE_TEXT, "P50", "write to the kernel's code")                 \
	X(WRITE_RODATA, "P50.rodata", "write to a constant")               \
	X(EXEC_HEAP, "P51", "call into a buffer")                          \
	X(EXEC_STACK, "P51.stack", "call into the stack")                  \
	X(EXEC_DATA, "P51.data", "call into a variable")                   \
	X(NULL_READ, "P52", "read at NULL + 0x10")                         \
	X(NULL_CALL, "P52.call", "call a NULL pointer")                    \
	X(STACK_RECURSION, "P53", "recurse until the stack is used up")    \
	X(STACK_FRAME, "P53.frame", "frames of 8 KiB until it is used up") \
	X(PERCPU_RAW, "P55.raw", "read a per-CPU variable without an offset")
#define X86_PLANT_AS_ENUM(id, name, help) X86_PLANT_##id,
enum x86_plant { X86_PLANTS(X86_PLANT_AS_ENUM) NR_X86_PLANTS };

/**
 * x86_plant - commit one of these; does not come back where the CPU notices
 * @heap: EXEC_HEAP: a page of ordinary memory of the caller's; else unused
 *
 * It does come back from EXEC_* on a CPU without NX: the planted code is a
 * plain return.
 */
void x86_plant(enum x86_plant which, void *heap);

#endif
