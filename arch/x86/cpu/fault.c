/* SPDX-License-Identifier: MIT */
/*
 * fault.c - a page fault in the words of the report grammar
 *
 *   null-deref read addr=00000010        null-call addr=00000000
 *   null-deref write addr=00000104 list-poison
 *   write-to-readonly text addr=.. sym=..
 *   exec-of-data heap addr=..            user-deref read addr=..
 *   poison-deref read addr=6b6b6b6f pointer=6b6b6b6b from=freed-object
 *   stack-guard write task=.. addr=..    page-table reserved bit, addr=..
 *   percpu raw read addr=.. sym=..        bad-access read vmalloc addr=..
 *
 * Pure but for the questions it asks: what part of the image, which stack,
 * and, through a hook, what kind of memory (mm knows areas and slabs).
 */
#define pr_fmt(fmt) "trap: " fmt

#include <kernel/list.h>
#include <kernel/poison.h>
#include <kernel/printk.h>
#include <kernel/types.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <asm/page.h>
#include <asm/processor.h>
#include <asm/traps.h>
#include "internal.h"

/* Below this a pointer was NULL plus an offset; nothing is ever mapped here. */
#define NULL_BYTES 0x10000ul

static arch_fault_describer_t fault_describer;

void arch_set_fault_describer(arch_fault_describer_t describe)
{
	fault_describer = describe;
}

static const char *part_name(enum image_part part)
{
	switch (part) {
	case IMAGE_TEXT: return "text";
	case IMAGE_RODATA: return "rodata";
	case IMAGE_DATA: return "data";
	case IMAGE_BSS: return "bss";
	case IMAGE_PERCPU: /* nothing lies there */
	case IMAGE_NONE: break;
	}
	return NULL;
}

/* What kind of memory @addr is, in a word or two. */
static void address_kind(unsigned long addr, char *buf, size_t size)
{
	const char *part = part_name(arch_image_part(addr));

	if (arch_stack_addr(addr, NULL))
		scnprintf(buf, size, "stack");
	else if (part)
		scnprintf(buf, size, "%s", part);
	else if (fault_describer)
		fault_describer(addr, buf, size);
	else
		scnprintf(buf, size, "memory");
}

/* A call is a read whose address is where the CPU stands. */
static const char *access_name(const struct page_fault *fault)
{
	if (fault->error & FAULT_WRITE)
		return "write";
	return fault->pc == fault->addr ? "call" : "read";
}

/* What list_del() leaves behind: who follows it deletes or walks on from an entry
 * that is in no list any more. */
static bool in_list_poison(unsigned long addr)
{
	return addr - (unsigned long)LIST_POISON_NEXT <
		       sizeof(struct list_head) ||
	       addr - (unsigned long)LIST_POISON_PREV <
		       sizeof(struct list_head);
}

/* Near 0: the pointer was NULL, and the rest is an offset. */
static void describe_null(const struct page_fault *fault,
			  struct fault_text *text)
{
	bool call = fault->pc == fault->addr;

	text->class = call ? "null-call" : "null-deref";
	scnprintf(text->detail, sizeof(text->detail), "%s%saddr=%08lx%s",
		  call ? "" : access_name(fault), call ? "" : " ", fault->addr,
		  in_list_poison(fault->addr) ? " list-poison" : "");
}

/* A pointer may be followed as far as a large structure goes, or a step back to
 * its beginning. */
#define POISON_REACH (2 * PAGE_SIZE)
#define POISON_POINTER(byte) ((byte)*0x01010101ul)

struct poison_kind {
	unsigned long pointer; /* what four of the bytes are, read as one */
	const char *holder;
};

#define POISON_AS_KIND(id, byte, holder) { POISON_POINTER(byte), holder },
static const struct poison_kind poison_kinds[] = { POISONS(POISON_AS_KIND) };

/* The poison that @addr comes of; NULL: of none. */
static const struct poison_kind *poison_at(unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(poison_kinds); i++) {
		if (addr - poison_kinds[i].pointer + POISON_REACH <
		    2 * POISON_REACH)
			return &poison_kinds[i];
	}
	return NULL;
}

/* The pointer was read from memory that is filled for nobody to read. */
static void describe_poison(const struct page_fault *fault,
			    const struct poison_kind *poison,
			    struct fault_text *text)
{
	text->class = "poison-deref";
	scnprintf(text->detail, sizeof(text->detail),
		  "%s addr=%08lx pointer=%08lx from=%s", access_name(fault),
		  fault->addr, poison->pointer, poison->holder);
}

/* A user's pointer, followed without the calls that are for that. */
static void describe_user(const struct page_fault *fault,
			  struct fault_text *text)
{
	text->class = "user-deref";
	scnprintf(text->detail, sizeof(text->detail), "%s addr=%08lx",
		  access_name(fault), fault->addr);
}

/* Present, but not for this: the rights forbid it. */
static void describe_rights(const struct page_fault *fault, const char *kind,
			    struct fault_text *text)
{
	size_t size = sizeof(text->detail);

	/* Where the CPU has SMAP: a user's page, which is there. */
	if (fault->addr < PAGE_OFFSET && fault->pc != fault->addr) {
		describe_user(fault, text);
		return;
	}
	if (!(fault->error & FAULT_WRITE)) {
		text->class = "exec-of-data";
		scnprintf(text->detail, size, "%s addr=%08lx", kind,
			  fault->addr);
		return;
	}
	text->class = "write-to-readonly";
	if (part_name(arch_image_part(fault->addr)))
		scnprintf(text->detail, size, "%s addr=%08lx sym=%pS", kind,
			  fault->addr, (void *)fault->addr);
	else
		scnprintf(text->detail, size, "%s addr=%08lx", kind,
			  fault->addr);
}

/* A per-CPU address, used without the offset of a CPU. sym: if it is static. */
static void describe_percpu(const struct page_fault *fault,
			    struct fault_text *text)
{
	unsigned long start, size;
	const char *name;
	int n;

	text->class = "percpu";
	n = scnprintf(text->detail, sizeof(text->detail), "raw %s addr=%08lx",
		      access_name(fault), fault->addr);
	if (arch_symbol_lookup(fault->addr, &name, &start, &size))
		scnprintf(text->detail + n, sizeof(text->detail) - (size_t)n,
			  " sym=%s+0x%lx", name, fault->addr - start);
}

/*
 * Nothing is mapped there. In a stack's guard page this is no overflow (that
 * one ends as a double fault, for its frame has no room either): somebody ran
 * off the end of an object on the stack, or holds a wild pointer.
 */
static void describe_absent(const struct page_fault *fault, const char *kind,
			    struct fault_text *text)
{
	const struct poison_kind *poison = poison_at(fault->addr);
	struct arch_stack stack;
	size_t size = sizeof(text->detail);

	if (poison) {
		describe_poison(fault, poison, text);
		return;
	}
	if (arch_find_stack(fault->addr, &stack)) {
		text->class = "stack-guard";
		scnprintf(text->detail, size, "%s task=%s addr=%08lx",
			  access_name(fault), stack.owner, fault->addr);
		return;
	}
	if (arch_image_part(fault->addr) == IMAGE_PERCPU) {
		describe_percpu(fault, text);
		return;
	}
	if (fault->addr < PAGE_OFFSET) {
		describe_user(fault, text);
		return;
	}
	text->class = "bad-access";
	scnprintf(text->detail, size, "%s %s addr=%08lx", access_name(fault),
		  kind, fault->addr);
}

/* The order matters: a reserved bit makes all other bits meaningless. */
void fault_describe(const struct page_fault *fault, struct fault_text *text)
{
	char kind[80];

	address_kind(fault->addr, kind, sizeof(kind));
	if (fault->error & FAULT_RESERVED_BIT) {
		text->class = "page-table";
		scnprintf(text->detail, sizeof(text->detail),
			  "reserved bit, %s addr=%08lx", kind, fault->addr);
	} else if (fault->addr < NULL_BYTES) {
		describe_null(fault, text);
	} else if (fault->error & FAULT_PROTECTION) {
		describe_rights(fault, kind, text);
	} else {
		describe_absent(fault, kind, text);
	}
}

void fault_show_holders(const struct page_fault *fault,
			const struct trap_regs *r)
{
	const struct {
		const char *name;
		u32 value;
	} regs[] = {
		{ "EAX", r->eax }, { "EBX", r->ebx }, { "ECX", r->ecx },
		{ "EDX", r->edx }, { "ESI", r->esi }, { "EDI", r->edi },
		{ "EBP", r->ebp },
	};
	char kind[128];
	unsigned int i;

	if (!poison_at(fault->addr) || fault->error & FAULT_PROTECTION)
		return;
	for (i = 0; i < ARRAY_SIZE(regs); i++) {
		unsigned long value = regs[i].value;

		if (value < PAGE_OFFSET || arch_stack_addr(value, NULL) ||
		    arch_image_part(value) != IMAGE_NONE)
			continue;
		address_kind(value, kind, sizeof(kind));
		pr_emerg("%s: %s\n", regs[i].name, kind);
	}
}
