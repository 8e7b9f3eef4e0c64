/* SPDX-License-Identifier: MIT */
/* show_registers.c - the registers of an interrupted context, for a report. */
#define pr_fmt(fmt) "trap: " fmt

#include <kernel/printk.h>
#include <kernel/symbols.h>
#include "internal.h"

void show_registers(const struct trap_regs *r, unsigned long sp)
{
	print_modules();
	pr_emerg("EIP: %04x:%pS EFLAGS: %08x vector: %u error: %04x\n", r->cs,
		 (void *)r->eip, r->eflags, r->vector, r->error);
	pr_emerg("EAX: %08x EBX: %08x ECX: %08x EDX: %08x\n", r->eax, r->ebx,
		 r->ecx, r->edx);
	pr_emerg("ESI: %08x EDI: %08x EBP: %08x ESP: %08lx\n", r->esi, r->edi,
		 r->ebp, sp);
	pr_emerg("CR2: %08x CR3: %08x\n", read_cr2(), read_cr3());
}
