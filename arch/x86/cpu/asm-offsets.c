/* SPDX-License-Identifier: MIT */
/*
 * asm-offsets.c - numbers that C and NASM share, typed once
 *
 * Compiled to assembly text, never linked: kernel.mk turns each ">NAME VALUE"
 * line of it into a %define of asm-offsets.inc.
 */
#include <kernel/types.h>
#include <asm/page.h>
#include <asm/pgtable.h>
#include <asm/setup.h>
#include <asm/smap.h>
#include <asm/tables.h>
#include <asm/traps.h>
#include "../../../boot/multiboot.h"
#include "internal.h"

#define DEFINE(name, value) \
	__asm__ volatile("\n.ascii \">" #name " %c0\"" : : "i"(value))
#define OFFSET(name, type, member) DEFINE(name, offsetof(type, member))

void asm_offsets(void);
void asm_offsets(void)
{
	DEFINE(MB1_HEADER_MAGIC, MB1_HEADER_MAGIC);
	DEFINE(MB1_ENTRY_MAGIC, MB1_ENTRY_MAGIC);
	DEFINE(MB2_HEADER_MAGIC, MB2_HEADER_MAGIC);
	DEFINE(MB2_ENTRY_MAGIC, MB2_ENTRY_MAGIC);

	DEFINE(PAGE_OFFSET, PAGE_OFFSET);
	DEFINE(BOOT_STACK_BYTES, BOOT_STACK_BYTES);
	DEFINE(DOUBLE_FAULT_STACK_BYTES, DOUBLE_FAULT_STACK_BYTES);

	DEFINE(GDT_PERCPU, GDT_PERCPU);
	DEFINE(NR_TRAP_VECTORS, NR_TRAP_VECTORS);
	DEFINE(SMAP_CLAC, SMAP_CLAC);
	DEFINE(AP_CLAIMED, (int)AP_CLAIMED);
	/* The local APIC's id register. */
	DEFINE(FIXMAP_LAPIC_ID, (int)(FIXMAP_DEVICES_START + 0x20));
	OFFSET(TRAP_ERROR, struct trap_regs, error);
	OFFSET(TRAP_EIP, struct trap_regs, eip);
}
