/* SPDX-License-Identifier: MIT */
/*
 * boot_info.c - filling struct boot_info, whatever the loader's format
 *
 * Every list in the structure has a fixed capacity, and every list has a rule
 * for what happens beyond it. The rules share one aim: memory may be lost, but
 * memory in use must never look free.
 *
 *   map       a usable entry gives way to a reserved one, the smallest first
 *   modules   not listed, but their bytes are kept like those of the others
 *   ranges    the nearest range grows until it covers the new one as well
 *   command   cut behind a whole word, so that no half option is obeyed
 *
 * Invariants:
 *   B1  a reserved map entry is dropped only when no stored one is usable, and
 *       from then on no usable entry is ever stored
 *   B2  ranges[i].start < ranges[i].end, and each end lies below 2^52
 *
 * Locking and context: none needed, any.
 *
 * Not here: what the bytes mean (mb1_parse.c, mb2_parse.c), and what is wrong
 * with a map's contents (memmap.c).
 */
#include <kernel/boot_info.h>
#include <kernel/ctype.h>
#include <kernel/errno.h>
#include <kernel/parse.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>

#include "internal.h"

/* No x86 CPU has a physical address with more bits. */
#define BOOT_PHYS_END (1ull << 52)
#define BOOT_PAGE_SHIFT 12

/* Base memory ends here at the latest: the video hole follows. */
#define MEM_LOWER_MAX_KIB 640u
/*
 * The figure counts RAM from 1 MiB up to the first hole, and the last GiB
 * below 4 GiB always has one: devices, APICs, the firmware's ROM.
 */
#define MEM_UPPER_MAX_KIB (3u * 1024 * 1024 - 1024)

/* ELF, "Section header": the few numbers that matter here. */
#define ELF32_SECTION_BYTES 40
#define ELF64_SECTION_BYTES 64
#define ELF_SECTION_TYPE 4 /* offset, both classes */
#define ELF_SECTION_FLAGS 8 /* offset, both classes; low half for 64 bits */
#define SHT_SYMTAB 2
#define SHT_STRTAB 3
#define SHT_NOBITS 8
#define SHF_ALLOC 2

/* Indexed like boot_info.problems and boot_range.kind: one list makes both. */
static const char *const problem_text[NR_BOOT_PROBLEMS] = {
#define PROBLEM_TEXT(id, text) [BOOT_PROBLEM_##id] = text,
	BOOT_PROBLEMS(PROBLEM_TEXT)
};

static const char *const range_name[NR_BOOT_RANGE_KINDS] = {
#define RANGE_NAME(id, name) [BOOT_RANGE_##id] = name,
	BOOT_RANGE_KINDS(RANGE_NAME)
};

void boot_begin(struct boot_info *bi, enum boot_protocol protocol)
{
	memset(bi, 0, sizeof(*bi));
	bi->protocol = protocol;
}

void boot_note(struct boot_info *bi, enum boot_problem problem, u64 value)
{
	struct boot_problem_note *note = &bi->problems[problem];

	/* The first figure is the one to look for: later ones may follow. */
	if (note->count == 0)
		note->value = value;
	if (note->count != U32_MAX)
		note->count++;
}

void boot_copy_text(char *dst, size_t size, const u8 *text, size_t len)
{
	size_t i;

	/* The bound comes before the byte: text[len] may not exist. */
	for (i = 0; i + 1 < size && i < len && text[i]; i++)
		dst[i] = (char)text[i];
	dst[i] = '\0';
}

/* --- command line ------------------------------------------------------ */

void boot_cmdline_put(struct boot_cmdline *line, char c)
{
	/* Beyond the room bytes are only counted, for the sentence. */
	if (line->bytes < BOOT_CMDLINE_BYTES - 1)
		line->bi->cmdline[line->used++] = c;
	else if (line->bytes == BOOT_CMDLINE_BYTES - 1)
		line->beyond = c;
	line->bytes++;
}

/*
 * Where the last word ends that is certainly whole: white space comes behind
 * it, and no quotation is open. The words are those that the options' parser
 * will find.
 */
static u32 cmdline_whole_bytes(const struct boot_cmdline *line)
{
	const char *text = line->bi->cmdline;
	char none[1];
	struct cmdline_word word = { .buf = none, .size = 0 };
	const char *behind = text;
	u32 whole = 0;

	for (;;) {
		behind = cmdline_next(behind, &word);
		if (!behind || word.unterminated)
			return whole;
		if (*behind == '\0' && !isspace((unsigned char)line->beyond))
			return whole;
		whole = (u32)(behind - text);
	}
}

void boot_cmdline_end(struct boot_cmdline *line, bool cut)
{
	struct boot_info *bi = line->bi;

	bi->cmdline_bytes = line->bytes;
	bi->cmdline[line->used] = '\0';
	if (line->bytes > line->used) {
		boot_note(bi, BOOT_PROBLEM_CMDLINE_LONG, line->bytes);
		cut = true;
	}
	if (cut)
		bi->cmdline[cmdline_whole_bytes(line)] = '\0';
}

/* --- memory map -------------------------------------------------------- */

/* The usable entry that would be missed least; NULL if none is usable. */
static struct boot_mmap_entry *mmap_smallest_usable(struct boot_info *bi)
{
	struct boot_mmap_entry *found = NULL;
	u32 i;

	for (i = 0; i < bi->nr_mmap; i++) {
		struct boot_mmap_entry *e = &bi->mmap[i];

		if (e->type != BOOT_MMAP_USABLE)
			continue;
		/* Among equals the first: the result must not vary. */
		if (!found || e->length < found->length)
			found = e;
	}
	return found;
}

/* Keep B1: make room by giving up usable memory, or drop the new entry. */
static void mmap_add_to_full(struct boot_info *bi,
			     const struct boot_mmap_entry *e)
{
	struct boot_mmap_entry *victim;
	u64 lost;

	/* It says nothing, so nothing is lost with it. */
	if (e->length == 0)
		return;
	victim = mmap_smallest_usable(bi);
	lost = victim ? victim->length : 0;
	/* More RAM for less is a fair exchange; less for more is not. */
	if (e->type == BOOT_MMAP_USABLE && e->length <= lost)
		victim = NULL;
	if (!victim && e->type == BOOT_MMAP_USABLE)
		lost = e->length;
	boot_note(bi, BOOT_PROBLEM_MMAP_FULL, lost);
	if (victim)
		*victim = *e;
}

void boot_add_mmap(struct boot_info *bi, u64 base, u64 length, u32 type)
{
	struct boot_mmap_entry e = {
		.base = base,
		.length = length,
		.type = type,
	};

	bi->nr_mmap_reported++;
	if (bi->nr_mmap == BOOT_MMAP_ENTRIES)
		mmap_add_to_full(bi, &e);
	else
		bi->mmap[bi->nr_mmap++] = e;
}

/*
 * The counts go too: what is said about a map that is not used would only
 * confuse.
 */
void boot_drop_mmap(struct boot_info *bi)
{
	bi->nr_mmap = 0;
	bi->nr_mmap_reported = 0;
	bi->problems[BOOT_PROBLEM_MMAP_FULL].count = 0;
}

void boot_set_meminfo(struct boot_info *bi, u32 lower_kib, u32 upper_kib)
{
	bi->meminfo_present = true;
	bi->mem_lower_kib = lower_kib;
	bi->mem_upper_kib = upper_kib;
}

/* Build a map from the basic memory size, which must not claim too much. */
static void mmap_from_meminfo(struct boot_info *bi)
{
	u32 lower_kib = min(bi->mem_lower_kib, MEM_LOWER_MAX_KIB);
	u32 upper_kib = min(bi->mem_upper_kib, MEM_UPPER_MAX_KIB);

	/* Both are 0 too when the loader gave no such size. */
	if (lower_kib == 0 && upper_kib == 0)
		return;
	if (lower_kib != bi->mem_lower_kib)
		boot_note(bi, BOOT_PROBLEM_MEMINFO_CLAMPED, bi->mem_lower_kib);
	if (upper_kib != bi->mem_upper_kib)
		boot_note(bi, BOOT_PROBLEM_MEMINFO_CLAMPED, bi->mem_upper_kib);
	boot_note(bi, BOOT_PROBLEM_MMAP_FALLBACK, lower_kib + upper_kib);
	if (lower_kib)
		boot_add_mmap(bi, 0, (u64)lower_kib << 10, BOOT_MMAP_USABLE);
	if (upper_kib)
		boot_add_mmap(bi, MIB(1), (u64)upper_kib << 10,
			      BOOT_MMAP_USABLE);
	/* Nothing is known of reserved memory now: hence the warning. */
	bi->mmap_source = BOOT_MMAP_FROM_MEMINFO;
}

int boot_finish(struct boot_info *bi)
{
	if (bi->nr_mmap) {
		bi->mmap_source = BOOT_MMAP_FROM_FIRMWARE;
		return 0;
	}
	mmap_from_meminfo(bi);
	if (bi->nr_mmap)
		return 0;
	boot_note(bi, BOOT_PROBLEM_NO_MEMORY, 0);
	return -ENXIO;
}

/* --- ranges, modules, sections ----------------------------------------- */

/* How many bytes lie between two ranges; 0 if they touch or overlap. */
static u64 range_gap(const struct boot_range *r, phys_addr_t start,
		     phys_addr_t end)
{
	if (start > r->end)
		return start - r->end;
	if (r->start > end)
		return r->start - end;
	return 0;
}

/* Memory is kept by whole frames: a gap inside one frame is no gap. */
static bool range_is_neighbour(const struct boot_range *r, phys_addr_t start,
			       phys_addr_t end)
{
	u64 r_last = (r->end - 1) >> BOOT_PAGE_SHIFT;
	u64 last = (end - 1) >> BOOT_PAGE_SHIFT;

	return (start >> BOOT_PAGE_SHIFT) <= r_last + 1 &&
	       (r->start >> BOOT_PAGE_SHIFT) <= last + 1;
}

/* The range that grows least when it has to cover another one. */
static struct boot_range *range_nearest(struct boot_info *bi, phys_addr_t start,
					phys_addr_t end)
{
	struct boot_range *found = &bi->ranges[0];
	u32 i;

	for (i = 1; i < bi->nr_ranges; i++) {
		struct boot_range *r = &bi->ranges[i];

		if (range_gap(r, start, end) < range_gap(found, start, end))
			found = r;
	}
	return found;
}

static void range_widen(struct boot_range *r, phys_addr_t start,
			phys_addr_t end)
{
	r->start = min(r->start, start);
	r->end = max(r->end, end);
}

void boot_add_range(struct boot_info *bi, phys_addr_t start, phys_addr_t end,
		    enum boot_range_kind kind)
{
	u32 i;

	/* B2; a range whose end wrapped around fails the test behind. */
	end = min(end, BOOT_PHYS_END);
	if (start >= end)
		return;
	for (i = 0; i < bi->nr_ranges; i++) {
		struct boot_range *r = &bi->ranges[i];

		if (r->kind == kind && range_is_neighbour(r, start, end)) {
			range_widen(r, start, end);
			return;
		}
	}
	if (bi->nr_ranges == BOOT_RANGES) {
		boot_note(bi, BOOT_PROBLEM_RANGE_FULL, end);
		range_widen(range_nearest(bi, start, end), start, end);
		return;
	}
	bi->ranges[bi->nr_ranges++] = (struct boot_range){
		.start = start,
		.end = end,
		.kind = kind,
	};
}

struct boot_module *boot_add_module(struct boot_info *bi, u32 start, u32 end)
{
	struct boot_module *mod;

	bi->nr_modules_reported++;
	if (end < start) {
		boot_note(bi, BOOT_PROBLEM_MODULE_RANGE, start);
		return NULL;
	}
	/* Listed or not, its bytes are kept. */
	boot_add_range(bi, start, end, BOOT_RANGE_MODULE);
	if (bi->nr_modules == BOOT_MODULES) {
		boot_note(bi, BOOT_PROBLEM_MODULE_FULL, start);
		return NULL;
	}
	mod = &bi->modules[bi->nr_modules++];
	mod->start = start;
	mod->end = end;
	return mod;
}

void boot_set_module_string(struct boot_info *bi, struct boot_module *mod,
			    const u8 *text, size_t len)
{
	boot_copy_text(mod->string, sizeof(mod->string), text, len);
	/* Nothing breaks, but an option at the end may be gone: say so. */
	if (strnlen((const char *)text, len) >= sizeof(mod->string))
		boot_note(bi, BOOT_PROBLEM_MODULE_STRING,
			  sizeof(mod->string) - 1);
}

bool boot_section_size_ok(u32 entsize)
{
	return entsize == ELF32_SECTION_BYTES || entsize == ELF64_SECTION_BYTES;
}

/*
 * A section that belongs to the running image (SHF_ALLOC) lies where the
 * linker put it. One that does not has address 0 in the file; a loader that
 * brought it along wrote there where it is now.
 */
void boot_add_section(struct boot_info *bi, const u8 *header, u32 entsize)
{
	u32 type = get_unaligned_le32(header + ELF_SECTION_TYPE);
	bool symbols = type == SHT_SYMTAB || type == SHT_STRTAB;
	u64 addr, size;

	/* The classes differ in the width of flags, address and size. */
	if (entsize == ELF64_SECTION_BYTES) {
		addr = get_unaligned_le64(header + 16);
		size = get_unaligned_le64(header + 32);
	} else {
		addr = get_unaligned_le32(header + 12);
		size = get_unaligned_le32(header + 20);
	}
	if (type == SHT_NOBITS || addr == 0 || size == 0 ||
	    get_unaligned_le32(header + ELF_SECTION_FLAGS) & SHF_ALLOC)
		return;
	if (addr >= BOOT_PHYS_END || size > BOOT_PHYS_END - addr) {
		boot_note(bi, BOOT_PROBLEM_SECTION_RANGE, addr);
		return;
	}
	boot_add_range(bi, addr, addr + size,
		       symbols ? BOOT_RANGE_SYMBOLS : BOOT_RANGE_SECTION);
}

/* --- words ------------------------------------------------------------- */

/* The @i-th kind that occurred; NULL if there are not so many. */
static const struct boot_problem_note *problem_find(const struct boot_info *bi,
						    unsigned int i)
{
	const struct boot_problem_note *note = bi->problems;
	const struct boot_problem_note *end = note + NR_BOOT_PROBLEMS;

	for (; note < end; note++)
		if (note->count && i-- == 0)
			return note;
	return NULL;
}

int boot_info_problem(const struct boot_info *bi, unsigned int i, char *buf,
		      size_t size)
{
	const struct boot_problem_note *note = problem_find(bi, i);
	size_t len;

	if (size == 0)
		return 0;
	buf[0] = '\0';
	if (!note)
		return 0;
	/* A sentence without a figure leaves the argument unused. */
	snprintf(buf, size, problem_text[note - bi->problems], note->value);
	len = strnlen(buf, size);
	if (note->count > 1)
		snprintf(buf + len, size - len, " (%u times)", note->count);
	return (int)strnlen(buf, size);
}

const char *boot_range_name(u32 kind)
{
	return kind < NR_BOOT_RANGE_KINDS ? range_name[kind] : "boot loader";
}

const char *boot_mmap_type_name(u32 type)
{
	static const char *const name[] = {
		[BOOT_MMAP_USABLE] = "usable",
		[BOOT_MMAP_RESERVED] = "reserved",
		[BOOT_MMAP_ACPI_DATA] = "ACPI data",
		[BOOT_MMAP_ACPI_NVS] = "ACPI NVS",
		[BOOT_MMAP_UNUSABLE] = "unusable",
	};

	return type < ARRAY_SIZE(name) ? name[type] : NULL;
}
