/* SPDX-License-Identifier: MIT */
/*
 * acpi.c - from ACPI's root pointer to the CPUs and interrupt inputs
 *
 * The loader's copy of the root pointer is believed first; without one, or
 * with a bad one, it is looked for where a BIOS puts it: the first KiB of the
 * extended BIOS data area, then 0xe0000 .. 0xfffff, on 16-byte boundaries
 * (5.2.5.1). Of its two lists of tables the XSDT goes first, the RSDT second:
 * if the first has no sound MADT, the second may.
 *
 * A list or table counts only as a whole, with its checksum; within the MADT
 * one bad entry is left out, and only a bad length, behind which nothing can
 * be found, ends the walk. What was read up to there is kept: a machine with
 * fewer CPUs is better than none.
 *
 * Locking and context: none needed, any.
 */
#include <kernel/acpi.h>
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>

#include "internal.h"

#define RSDP_V1_BYTES 20u
#define RSDP_V2_BYTES 36u
#define RSDP_REVISION 15u
#define RSDP_RSDT 16u
#define RSDP_LENGTH 20u
#define RSDP_XSDT 24u

#define BDA_EBDA_SEGMENT 0x40eu
#define EBDA_SEARCH_BYTES 1024u
#define LOW_MEMORY_END 0xa0000u
#define BIOS_START 0xe0000u
#define BIOS_END 0x100000u
#define RSDP_STEP 16u

/* The header that all tables have. */
#define TABLE_HEADER_BYTES 36u
#define TABLE_SIGNATURE_BYTES 4u
#define TABLE_LENGTH 4u

/* Far more than any list (machines have some 40 tables) or MADT (2 KiB for
 * 255 CPUs) has, and still quick to sum up. */
#define ROOT_BYTES_MAX (TABLE_HEADER_BYTES + 8u * 1024u)
#define MADT_BYTES_MAX (64u << 10)

#define MADT_LAPIC 36u
#define MADT_FLAGS 40u
#define MADT_FLAG_8259 BIT(0)
#define MADT_ENTRIES 44u

enum madt_type {
	MADT_CPU = 0,
	MADT_IOAPIC = 1,
	MADT_OVERRIDE = 2,
	MADT_LAPIC_NMI = 4,
	MADT_LAPIC_ADDRESS = 5,
	MADT_X2APIC = 9,
};
#define MADT_ENTRY_BYTES_MAX 16u /* of the types above */
#define MADT_CPU_ENABLED BIT(0)

#define NR_ISA_LINES 16u
#define APIC_ID_ALL 0xffu /* the address of all CPUs, not of one */
#define PAGE_BYTES 4096u

static const char *const problem_text[NR_ACPI_PROBLEMS] = {
#define ACPI_PROBLEM_TEXT(id, text) [ACPI_PROBLEM_##id] = (text),
	ACPI_PROBLEMS(ACPI_PROBLEM_TEXT)
#undef ACPI_PROBLEM_TEXT
};

/* The lists that a root pointer names; 0: it does not. */
struct acpi_root {
	u64 xsdt;
	u32 rsdt;
};

struct acpi_parser {
	struct acpi_info *info;
	const struct acpi_reader *reader;
};

static void acpi_note(struct acpi_info *info, enum acpi_problem problem,
		      u64 value)
{
	struct acpi_problem_note *note = &info->problems[problem];

	if (!note->count++)
		note->value = value;
}

/* --- bytes ---------------------------------------------------------------- */

/* All of @len bytes, or false. */
static bool acpi_read(const struct acpi_reader *reader, u64 phys, u8 *dst,
		      u32 len)
{
	const void *src;
	u32 n;

	if (phys + len < phys)
		return false;
	for (; len; len -= n, phys += n, dst += n) {
		n = min(len, (u32)ACPI_READ_BYTES);
		src = reader->map(reader->ctx, phys, n);
		if (!src)
			return false;
		memcpy(dst, src, n);
	}
	return true;
}

static u8 sum_bytes(const u8 *p, u32 len)
{
	u8 sum = 0;

	while (len--)
		sum = (u8)(sum + *p++);
	return sum;
}

/* Do the @len bytes at @phys add up to 0? Not if they cannot be read. */
static bool acpi_sum_ok(const struct acpi_reader *reader, u64 phys, u32 len)
{
	u8 chunk[ACPI_READ_BYTES], sum = 0;
	u32 n;

	for (; len; len -= n, phys += n) {
		n = min(len, (u32)sizeof(chunk));
		if (!acpi_read(reader, phys, chunk, n))
			return false;
		sum = (u8)(sum + sum_bytes(chunk, n));
	}
	return sum == 0;
}

/* --- the root pointer ----------------------------------------------------- */

static bool rsdp_is_here(const u8 *p)
{
	return !memcmp(p, "RSD PTR ", 8);
}

/* Of revision 2 on there is a second half with a checksum over both; a longer
 * one than we know of is no reason to do without the first half. */
static bool rsdp_parse(const u8 *p, u32 bytes, struct acpi_root *root)
{
	*root = (struct acpi_root){ 0, 0 };
	if (bytes < RSDP_V1_BYTES || !rsdp_is_here(p) ||
	    sum_bytes(p, RSDP_V1_BYTES))
		return false;
	root->rsdt = get_unaligned_le32(p + RSDP_RSDT);
	if (p[RSDP_REVISION] < 2)
		return true;
	if (bytes >= RSDP_V2_BYTES &&
	    get_unaligned_le32(p + RSDP_LENGTH) == RSDP_V2_BYTES &&
	    !sum_bytes(p, RSDP_V2_BYTES))
		root->xsdt = get_unaligned_le64(p + RSDP_XSDT);
	return root->rsdt || root->xsdt;
}

/* Look on 16-byte boundaries of [start, end). */
static bool rsdp_search(struct acpi_parser *ap, u32 start, u32 end,
			struct acpi_root *root)
{
	u8 bytes[RSDP_V2_BYTES];
	u32 phys;

	for (phys = start; phys + RSDP_STEP <= end; phys += RSDP_STEP) {
		u32 len = min(end - phys, RSDP_V2_BYTES);

		if (!acpi_read(ap->reader, phys, bytes, RSDP_STEP) ||
		    !rsdp_is_here(bytes) ||
		    !acpi_read(ap->reader, phys, bytes, len))
			continue;
		if (rsdp_parse(bytes, len, root)) {
			ap->info->rsdp_phys = phys;
			return true;
		}
		acpi_note(ap->info, ACPI_PROBLEM_RSDP_BAD, phys);
	}
	return false;
}

static bool rsdp_find(struct acpi_parser *ap, struct acpi_root *root)
{
	u8 segment[2];
	u32 ebda = 0;

	if (acpi_read(ap->reader, BDA_EBDA_SEGMENT, segment, sizeof(segment)))
		ebda = get_unaligned_le16(segment) << 4;
	if (ebda >= PAGE_BYTES && ebda < LOW_MEMORY_END &&
	    rsdp_search(ap, ebda, ebda + EBDA_SEARCH_BYTES, root))
		return true;
	return rsdp_search(ap, BIOS_START, BIOS_END, root);
}

/* --- entries of the MADT -------------------------------------------------- */

static void madt_add_cpu(struct acpi_info *info, u32 acpi_id, u32 apic_id)
{
	u32 i;

	if (apic_id >= APIC_ID_ALL) {
		acpi_note(info, ACPI_PROBLEM_CPU_X2APIC, apic_id);
		return;
	}
	for (i = 0; i < info->nr_cpus; i++) {
		if (info->cpus[i].apic_id == apic_id) {
			acpi_note(info, ACPI_PROBLEM_CPU_TWICE, apic_id);
			return;
		}
	}
	/* Ids differ and have 8 bits: there is room for all. */
	info->cpus[info->nr_cpus++] =
		(struct acpi_cpu){ (u8)acpi_id, (u8)apic_id };
}
static_assert(ACPI_CPUS >= APIC_ID_ALL, "madt_add_cpu: room for each id");

static void madt_cpu(struct acpi_info *info, const u8 *entry)
{
	if (get_unaligned_le32(entry + 4) & MADT_CPU_ENABLED)
		madt_add_cpu(info, entry[2], entry[3]);
	else
		info->nr_disabled++;
}

static void madt_x2apic(struct acpi_info *info, const u8 *entry)
{
	if (get_unaligned_le32(entry + 8) & MADT_CPU_ENABLED)
		madt_add_cpu(info, get_unaligned_le32(entry + 12),
			     get_unaligned_le32(entry + 4));
	else
		info->nr_disabled++;
}

static void madt_ioapic(struct acpi_info *info, const u8 *entry)
{
	struct acpi_ioapic ioapic = {
		.id = entry[2],
		.phys = get_unaligned_le32(entry + 4),
		.gsi_base = get_unaligned_le32(entry + 8),
	};

	if (!ioapic.phys || ioapic.phys % 1024)
		acpi_note(info, ACPI_PROBLEM_IOAPIC_ADDRESS, ioapic.phys);
	else if (info->nr_ioapics == ACPI_IOAPICS)
		acpi_note(info, ACPI_PROBLEM_IOAPIC_FULL, ioapic.phys);
	else
		info->ioapics[info->nr_ioapics++] = ioapic;
}

/* Two of the four values of either field mean nothing. */
static bool inti_flags_ok(u32 flags)
{
	u32 polarity = flags & ACPI_POLARITY_MASK;
	u32 trigger = flags & ACPI_TRIGGER_MASK;

	return polarity != 2 && trigger != 8;
}

static const struct acpi_override *override_find(const struct acpi_info *info,
						 u32 irq)
{
	u32 i;

	for (i = 0; i < info->nr_overrides; i++)
		if (info->overrides[i].irq == irq)
			return &info->overrides[i];
	return NULL;
}

/* Bus 0 is ISA; there is no other. */
static void madt_override(struct acpi_info *info, const u8 *entry)
{
	struct acpi_override o = {
		.irq = entry[3],
		.gsi = get_unaligned_le32(entry + 4),
		.flags = get_unaligned_le16(entry + 8),
	};

	if (entry[2] || o.irq >= NR_ISA_LINES || !inti_flags_ok(o.flags) ||
	    override_find(info, o.irq))
		acpi_note(info, ACPI_PROBLEM_OVERRIDE_BAD, o.irq);
	else
		info->overrides[info->nr_overrides++] = o;
}
static_assert(ACPI_OVERRIDES >= NR_ISA_LINES, "room for one each");

static void madt_lapic_nmi(struct acpi_info *info, const u8 *entry)
{
	struct acpi_lapic_nmi nmi = {
		.acpi_cpu = entry[2],
		.lint = entry[5],
		.flags = get_unaligned_le16(entry + 3),
	};

	if (nmi.lint > 1 || !inti_flags_ok(nmi.flags))
		acpi_note(info, ACPI_PROBLEM_NMI_BAD, nmi.lint);
	else if (info->nr_nmis == ACPI_NMIS)
		acpi_note(info, ACPI_PROBLEM_NMI_FULL, ACPI_NMIS);
	else
		info->nmis[info->nr_nmis++] = nmi;
}

static bool lapic_address_ok(u64 phys)
{
	return phys && phys % PAGE_BYTES == 0 && phys <= U32_MAX;
}

/* 64 bits wide, but its registers must be within reach all the same. */
static void madt_lapic_address(struct acpi_info *info, const u8 *entry)
{
	u64 phys = get_unaligned_le64(entry + 4);

	if (lapic_address_ok(phys))
		info->lapic_phys = (u32)phys;
	else
		acpi_note(info, ACPI_PROBLEM_LAPIC_ADDRESS, phys);
}

static const struct madt_kind {
	u8 type;
	u8 bytes; /* at least */
	void (*parse)(struct acpi_info *info, const u8 *entry);
} madt_kinds[] = {
	{ MADT_CPU, 8, madt_cpu },
	{ MADT_IOAPIC, 12, madt_ioapic },
	{ MADT_OVERRIDE, 10, madt_override },
	{ MADT_LAPIC_NMI, 6, madt_lapic_nmi },
	{ MADT_LAPIC_ADDRESS, 12, madt_lapic_address },
	{ MADT_X2APIC, 16, madt_x2apic },
};

/* One entry of @bytes; kinds that are not wanted here are passed over. */
static void madt_entry(struct acpi_info *info, const u8 *entry, u32 bytes)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(madt_kinds); i++) {
		const struct madt_kind *kind = &madt_kinds[i];

		if (entry[0] != kind->type)
			continue;
		if (bytes < kind->bytes)
			acpi_note(info, ACPI_PROBLEM_ENTRY_SHORT, kind->type);
		else
			kind->parse(info, entry);
	}
}

/* [@phys, @end): the entries of a table whose checksum was right. */
static void madt_entries(struct acpi_parser *ap, u64 phys, u64 end)
{
	u8 entry[MADT_ENTRY_BYTES_MAX];

	while (phys < end) {
		u32 room = (u32)(end - phys), bytes = room;

		/* It was readable when it was summed up. */
		if (room >= 2 && acpi_read(ap->reader, phys, entry, 2))
			bytes = entry[1];
		if (room < 2 || bytes < 2 || bytes > room ||
		    !acpi_read(ap->reader, phys, entry,
			       min(bytes, MADT_ENTRY_BYTES_MAX))) {
			acpi_note(ap->info, ACPI_PROBLEM_ENTRY_LENGTH, bytes);
			return;
		}
		madt_entry(ap->info, entry, bytes);
		phys += bytes;
	}
}

/* --- tables --------------------------------------------------------------- */

/* Forget what a table said that is not believed after all. */
static void madt_forget(struct acpi_info *info)
{
	info->nr_cpus = info->nr_disabled = 0;
	info->nr_ioapics = info->nr_overrides = info->nr_nmis = 0;
}

/* Return: true if the MADT at @phys is sound and of use. */
static bool madt_parse(struct acpi_parser *ap, u64 phys)
{
	struct acpi_info *info = ap->info;
	u8 head[MADT_ENTRIES];
	u32 bytes;

	if (!acpi_read(ap->reader, phys, head, sizeof(head))) {
		acpi_note(info, ACPI_PROBLEM_TABLE_UNREADABLE, phys);
		return false;
	}
	bytes = get_unaligned_le32(head + TABLE_LENGTH);
	if (bytes < MADT_ENTRIES || bytes > MADT_BYTES_MAX) {
		acpi_note(info, ACPI_PROBLEM_MADT_LENGTH, bytes);
		return false;
	}
	if (!acpi_sum_ok(ap->reader, phys, bytes)) {
		acpi_note(info, ACPI_PROBLEM_MADT_CHECKSUM, phys);
		return false;
	}
	madt_forget(info);
	info->madt_phys = phys;
	info->lapic_phys = get_unaligned_le32(head + MADT_LAPIC);
	info->has_8259 = get_unaligned_le32(head + MADT_FLAGS) & MADT_FLAG_8259;
	madt_entries(ap, phys + MADT_ENTRIES, phys + bytes);
	if (!lapic_address_ok(info->lapic_phys)) {
		acpi_note(info, ACPI_PROBLEM_LAPIC_ADDRESS, info->lapic_phys);
		return false;
	}
	if (!info->nr_cpus)
		acpi_note(info, ACPI_PROBLEM_NO_CPUS, 0);
	return info->nr_cpus;
}

/* Length of the list at @phys if it can be believed, else 0. */
static u32 root_bytes(struct acpi_parser *ap, u64 phys, const char *signature)
{
	u8 head[TABLE_HEADER_BYTES];
	u32 bytes;

	if (!acpi_read(ap->reader, phys, head, sizeof(head))) {
		acpi_note(ap->info, ACPI_PROBLEM_ROOT_UNREADABLE, phys);
		return 0;
	}
	if (memcmp(head, signature, TABLE_SIGNATURE_BYTES)) {
		acpi_note(ap->info, ACPI_PROBLEM_ROOT_SIGNATURE, phys);
		return 0;
	}
	bytes = get_unaligned_le32(head + TABLE_LENGTH);
	if (bytes < TABLE_HEADER_BYTES || bytes > ROOT_BYTES_MAX) {
		acpi_note(ap->info, ACPI_PROBLEM_ROOT_LENGTH, bytes);
		return 0;
	}
	if (!acpi_sum_ok(ap->reader, phys, bytes)) {
		acpi_note(ap->info, ACPI_PROBLEM_ROOT_CHECKSUM, phys);
		return 0;
	}
	return bytes;
}

/* The table that entry @i of a list names: false if it cannot be read. */
static bool root_entry(struct acpi_parser *ap, u64 phys, u32 width, u32 i,
		       u64 *table, u8 *signature)
{
	u8 pointer[8] = { 0 };

	if (!acpi_read(ap->reader, phys + TABLE_HEADER_BYTES + (u64)i * width,
		       pointer, width))
		return false;
	*table = get_unaligned_le64(pointer);
	if (acpi_read(ap->reader, *table, signature, TABLE_SIGNATURE_BYTES))
		return true;
	acpi_note(ap->info, ACPI_PROBLEM_TABLE_UNREADABLE, *table);
	return false;
}

/* Look for a sound MADT in the list at @phys, whose entries are @width wide. */
static bool root_parse(struct acpi_parser *ap, u64 phys, const char *name,
		       u32 width)
{
	u32 bytes = root_bytes(ap, phys, name);
	u32 nr = bytes ? (bytes - TABLE_HEADER_BYTES) / width : 0;
	u8 signature[TABLE_SIGNATURE_BYTES];
	bool seen = false;
	u64 table;
	u32 i;

	for (i = 0; i < nr; i++) {
		if (!root_entry(ap, phys, width, i, &table, signature) ||
		    memcmp(signature, "APIC", sizeof(signature)))
			continue;
		seen = true;
		if (madt_parse(ap, table)) {
			ap->info->root_phys = phys;
			return true;
		}
	}
	if (bytes && !seen)
		acpi_note(ap->info, ACPI_PROBLEM_NO_MADT, nr);
	return false;
}

int acpi_parse(struct acpi_info *info, const struct acpi_reader *reader,
	       const u8 *rsdp, u32 rsdp_bytes)
{
	struct acpi_parser ap = { info, reader };
	struct acpi_root root;

	memset(info, 0, sizeof(*info));
	if (rsdp_bytes && !rsdp_parse(rsdp, rsdp_bytes, &root)) {
		acpi_note(info, ACPI_PROBLEM_RSDP_BAD, 0);
		rsdp_bytes = 0;
	}
	if (!rsdp_bytes && !rsdp_find(&ap, &root))
		return -ENOENT;
	if (root.xsdt)
		info->found = root_parse(&ap, root.xsdt, "XSDT", 8);
	if (!info->found && root.rsdt)
		info->found = root_parse(&ap, root.rsdt, "RSDT", 4);
	if (info->found)
		return 0;
	madt_forget(info);
	return info->madt_phys || !info->problems[ACPI_PROBLEM_NO_MADT].count ?
		       -EINVAL :
		       -ENOENT;
}

struct acpi_isa_route acpi_isa_route(const struct acpi_info *info,
				     unsigned int irq)
{
	const struct acpi_override *o = override_find(info, irq);
	struct acpi_isa_route route = { .gsi = irq };

	if (!o)
		return route;
	route.gsi = o->gsi;
	/* "As the bus says" is edge and high on ISA. */
	route.level = (o->flags & ACPI_TRIGGER_MASK) == ACPI_TRIGGER_LEVEL;
	route.active_low = (o->flags & ACPI_POLARITY_MASK) == ACPI_POLARITY_LOW;
	route.polarity_given = o->flags & ACPI_POLARITY_MASK;
	return route;
}

void acpi_route_make_level(struct acpi_isa_route *route)
{
	if (!route->level && !route->polarity_given)
		route->active_low = true;
	route->level = true;
}

int acpi_problem(const struct acpi_info *info, unsigned int i, char *buf,
		 size_t size)
{
	unsigned int kind;
	int n;

	if (size == 0)
		return 0;
	buf[0] = '\0';
	for (kind = 0; kind < NR_ACPI_PROBLEMS; kind++) {
		const struct acpi_problem_note *note = &info->problems[kind];

		if (!note->count || i-- > 0)
			continue;
		n = scnprintf(buf, size, problem_text[kind], note->value);
		if (note->count > 1)
			n += scnprintf(buf + n, size - (size_t)n, " (%u times)",
				       note->count);
		return n;
	}
	return 0;
}
