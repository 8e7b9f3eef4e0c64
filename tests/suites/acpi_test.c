/* SPDX-License-Identifier: MIT */
/*
 * acpi_test.c - what the parser makes of good and of broken ACPI tables
 *
 * Tables are built byte by byte in a small array that plays the memory from
 * TABLES_PHYS on, so that each rule of the format can be broken on purpose.
 * Two more stretches play what a BIOS has: the word that says where the
 * extended BIOS data area lies, and that area. All else cannot be read.
 */
#include <kernel/acpi.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>

#define TABLES_PHYS 0xe0000u
#define TABLES_BYTES 8192u
#define RSDP_AT 0x40u /* places in the array */
#define RSDT_AT 0x100u
#define XSDT_AT 0x200u
#define OTHER_AT 0x300u
#define MADT_AT 0x400u
#define EBDA_PHYS 0x9fc00u
#define EBDA_BYTES 1024u
#define LAPIC_PHYS 0xfee00000u

/* Shared by all cases: suites run one after the other. */
static u8 tables[TABLES_BYTES], ebda[EBDA_BYTES], ebda_word[2];
static u32 tables_readable; /* bytes of @tables that can be read */
static u32 madt_bytes;
static struct acpi_info info;

/* --- memory --------------------------------------------------------------- */

static const void *piece(const u8 *bytes, u32 size, u64 start, u64 phys,
			 size_t len)
{
	if (phys < start || phys - start >= size || len > size - (phys - start))
		return NULL;
	return bytes + (phys - start);
}

static const void *map(void *ctx, u64 phys, size_t len)
{
	struct ktest *t = ctx;
	const void *p = piece(tables, tables_readable, TABLES_PHYS, phys, len);

	KTEST_EXPECT_TRUE(t, len > 0 && len <= ACPI_READ_BYTES);
	if (!p)
		p = piece(ebda_word, sizeof(ebda_word), 0x40e, phys, len);
	if (!p)
		p = piece(ebda, sizeof(ebda), EBDA_PHYS, phys, len);
	return p;
}

/* Parse, by the loader's copy of the root pointer or without one. */
static int parse(struct ktest *t, const u8 *rsdp, u32 bytes)
{
	const struct acpi_reader reader = { map, t };

	return acpi_parse(&info, &reader, rsdp, bytes);
}

static int parse_found(struct ktest *t)
{
	return parse(t, NULL, 0);
}

/* --- building ------------------------------------------------------------- */

static void put32(u8 *p, u32 value)
{
	memcpy(p, &value, sizeof(value));
}

/* Make @len bytes at @p add up to 0, by the one at @at. */
static void fix_sum(u8 *p, u32 len, u32 at)
{
	u8 sum = 0;
	u32 i;

	p[at] = 0;
	for (i = 0; i < len; i++)
		sum = (u8)(sum + p[i]);
	p[at] = (u8)-sum;
}

static void put_header(u8 *p, const char *signature, u32 bytes)
{
	memset(p, 0, 36);
	memcpy(p, signature, 4);
	put32(p + 4, bytes);
	p[8] = 1;
}

/* A root pointer of ACPI 1.0, or with @xsdt one of 2.0. */
static void put_rsdp(u8 *p, u32 rsdt, u32 xsdt)
{
	memset(p, 0, 36);
	memcpy(p, "RSD PTR ", 8);
	put32(p + 16, rsdt);
	if (xsdt) {
		p[15] = 2;
		put32(p + 20, 36);
		put32(p + 24, xsdt);
	}
	fix_sum(p, 20, 8);
	if (xsdt)
		fix_sum(p, 36, 32);
}

static void madt_sum(void)
{
	put32(tables + MADT_AT + 4, madt_bytes);
	fix_sum(tables + MADT_AT, madt_bytes, 9);
}

/* Append an entry and make the sum right again. */
static void madt_add(const u8 *entry, u32 bytes)
{
	memcpy(tables + MADT_AT + madt_bytes, entry, bytes);
	madt_bytes += bytes;
	madt_sum();
}

static void madt_add_cpu(u8 acpi_id, u8 apic_id, u8 flags)
{
	const u8 entry[8] = { 0, 8, acpi_id, apic_id, flags };

	madt_add(entry, sizeof(entry));
}

static void madt_add_ioapic(u8 id, u32 phys, u32 gsi_base)
{
	u8 entry[12] = { 1, 12, id };

	put32(entry + 4, phys);
	put32(entry + 8, gsi_base);
	madt_add(entry, sizeof(entry));
}

static void madt_add_override(u8 irq, u8 gsi, u8 flags)
{
	const u8 entry[10] = { 2, 10, 0, irq, gsi, 0, 0, 0, flags };

	madt_add(entry, sizeof(entry));
}

/* Lists with one table before the MADT; the MADT has no entry yet. */
static void build(void)
{
	memset(tables, 0, sizeof(tables));
	memset(ebda, 0, sizeof(ebda));
	memset(ebda_word, 0, sizeof(ebda_word));
	tables_readable = TABLES_BYTES;
	put_rsdp(tables + RSDP_AT, TABLES_PHYS + RSDT_AT, 0);
	put_header(tables + OTHER_AT, "FACP", 36);
	put_header(tables + RSDT_AT, "RSDT", 44);
	put32(tables + RSDT_AT + 36, TABLES_PHYS + OTHER_AT);
	put32(tables + RSDT_AT + 40, TABLES_PHYS + MADT_AT);
	fix_sum(tables + RSDT_AT, 44, 9);
	madt_bytes = 44;
	put_header(tables + MADT_AT, "APIC", madt_bytes);
	put32(tables + MADT_AT + 36, LAPIC_PHYS);
	put32(tables + MADT_AT + 40, 1);
	madt_sum();
}

/* The same, as QEMU has it: two CPUs, an IOAPIC, the PIT on input 2. */
static void build_usual(void)
{
	build();
	madt_add_cpu(0, 0, 1);
	madt_add_cpu(1, 1, 1);
	madt_add_ioapic(0, 0xfec00000u, 0);
	madt_add_override(0, 2, 0);
	madt_add_override(9, 9, 0xd);
}

/* An XSDT that leads to the same MADT, and a pointer to both lists. */
static void build_xsdt(void)
{
	put_rsdp(tables + RSDP_AT, TABLES_PHYS + RSDT_AT,
		 TABLES_PHYS + XSDT_AT);
	put_header(tables + XSDT_AT, "XSDT", 44);
	put32(tables + XSDT_AT + 36, TABLES_PHYS + MADT_AT);
	put32(tables + XSDT_AT + 40, 0);
	fix_sum(tables + XSDT_AT, 44, 9);
}

static bool noted(enum acpi_problem problem)
{
	return info.problems[problem].count;
}

static unsigned int nr_problems(void)
{
	char line[160];
	unsigned int i = 0;

	while (acpi_problem(&info, i, line, sizeof(line)))
		i++;
	return i;
}

/* --- good tables ---------------------------------------------------------- */

static void the_usual_tables_are_read(struct ktest *t)
{
	build_usual();
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_TRUE(t, info.found);
	KTEST_EXPECT_EQ(t, info.rsdp_phys, TABLES_PHYS + RSDP_AT);
	KTEST_EXPECT_EQ(t, info.root_phys, TABLES_PHYS + RSDT_AT);
	KTEST_EXPECT_EQ(t, info.madt_phys, TABLES_PHYS + MADT_AT);
	KTEST_EXPECT_EQ(t, info.lapic_phys, LAPIC_PHYS);
	KTEST_EXPECT_TRUE(t, info.has_8259);
	KTEST_ASSERT_EQ(t, info.nr_cpus, 2);
	KTEST_EXPECT_EQ(t, info.cpus[1].apic_id, 1);
	KTEST_ASSERT_EQ(t, info.nr_ioapics, 1);
	KTEST_EXPECT_EQ(t, info.ioapics[0].phys, 0xfec00000u);
	KTEST_EXPECT_EQ(t, info.nr_overrides, 2);
	KTEST_EXPECT_EQ(t, nr_problems(), 0);
}

static void a_line_goes_where_its_override_says(struct ktest *t)
{
	struct acpi_isa_route r;

	build_usual();
	madt_add_override(5, 5, 0xf);
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	r = acpi_isa_route(&info, 0);
	KTEST_EXPECT_EQ(t, r.gsi, 2);
	KTEST_EXPECT_FALSE(t, r.level || r.active_low);
	r = acpi_isa_route(&info, 5);
	KTEST_EXPECT_TRUE(t, r.level && r.active_low);
	r = acpi_isa_route(&info, 9);
	KTEST_EXPECT_TRUE(t, r.level && !r.active_low);
	r = acpi_isa_route(&info, 4);
	KTEST_EXPECT_EQ(t, r.gsi, 4);
	KTEST_EXPECT_FALSE(t, r.level || r.active_low);
}

static struct acpi_isa_route pci_route(unsigned int irq)
{
	struct acpi_isa_route r = acpi_isa_route(&info, irq);

	acpi_route_make_level(&r);
	return r;
}

static void a_pci_line_has_the_polarity_that_is_given(struct ktest *t)
{
	static const struct {
		u8 irq;
		u16 flags; /* 0xffff: no override */
		bool low;
	} lines[] = {
		{ 4, 0xffff, true }, { 5, 0x0, true },	{ 6, 0x1, false },
		{ 7, 0x5, false },   { 10, 0x7, true }, { 11, 0xd, false },
		{ 12, 0xf, true },   { 15, 0x4, true },
	};
	unsigned int i;

	build_usual();
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		if (lines[i].flags != 0xffff)
			madt_add_override(lines[i].irq, lines[i].irq,
					  lines[i].flags);
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		struct acpi_isa_route r = pci_route(lines[i].irq);

		KTEST_EXPECT_TRUE(t, r.level);
		if (r.active_low != lines[i].low)
			KTEST_FAIL(t, "line %u: flags %#x", lines[i].irq,
				   lines[i].flags);
	}
}

static void the_loaders_copy_of_the_root_pointer_goes_first(struct ktest *t)
{
	u8 copy[36];

	build_usual();
	memcpy(copy, tables + RSDP_AT, sizeof(copy));
	memset(tables + RSDP_AT, 0, 36);
	KTEST_EXPECT_EQ(t, parse_found(t), -ENOENT);
	KTEST_EXPECT_EQ(t, parse(t, copy, 20), 0);
	KTEST_EXPECT_EQ(t, info.rsdp_phys, 0);
	KTEST_EXPECT_EQ(t, nr_problems(), 0);
}

static void a_root_pointer_in_the_bios_data_area_is_found(struct ktest *t)
{
	build_usual();
	memcpy(ebda + EBDA_BYTES - 32, tables + RSDP_AT, 20);
	memset(tables + RSDP_AT, 0, 36);
	KTEST_EXPECT_EQ(t, parse_found(t), -ENOENT);
	ebda_word[0] = (u8)(EBDA_PHYS >> 4);
	ebda_word[1] = (u8)(EBDA_PHYS >> 12);
	KTEST_EXPECT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_EQ(t, info.rsdp_phys, EBDA_PHYS + EBDA_BYTES - 32);
}

static void the_wide_list_goes_first_the_narrow_one_stands_in(struct ktest *t)
{
	build_usual();
	build_xsdt();
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_EQ(t, info.root_phys, TABLES_PHYS + XSDT_AT);
	tables[XSDT_AT + 30]++;
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_EQ(t, info.root_phys, TABLES_PHYS + RSDT_AT);
	KTEST_EXPECT_TRUE(t, noted(ACPI_PROBLEM_ROOT_CHECKSUM));
	KTEST_EXPECT_EQ(t, info.nr_cpus, 2);
	/* A second half that is wrong costs the wide list only. */
	build_xsdt();
	tables[RSDP_AT + 33]++;
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_EQ(t, info.root_phys, TABLES_PHYS + RSDT_AT);
}

static void cpus_that_are_not_to_be_used_are_counted_only(struct ktest *t)
{
	const u8 x2apic_off[16] = { 9, 16, 0, 0, 7 };

	build();
	madt_add_cpu(0, 0, 1);
	madt_add_cpu(1, 1, 0);
	madt_add_cpu(2, 2, 2); /* could be plugged in later */
	madt_add(x2apic_off, sizeof(x2apic_off));
	madt_add_cpu(4, 4, 1);
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_EQ(t, info.nr_disabled, 3);
	KTEST_ASSERT_EQ(t, info.nr_cpus, 2);
	KTEST_EXPECT_EQ(t, info.cpus[1].apic_id, 4);
	KTEST_EXPECT_EQ(t, nr_problems(), 0);
}

static void all_ids_of_eight_bits_have_room(struct ktest *t)
{
	u32 i;

	build();
	for (i = 0; i < 255; i++)
		madt_add_cpu((u8)i, (u8)(254 - i), 1);
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_EQ(t, info.nr_cpus, 255);
	KTEST_EXPECT_EQ(t, info.cpus[0].apic_id, 254);
	KTEST_EXPECT_EQ(t, nr_problems(), 0);
}

static void other_kinds_of_entries_are_passed_over(struct ktest *t)
{
	const u8 strange[5] = { 0x7f, 5, 1, 2, 3 };
	const u8 nmi[6] = { 4, 6, ACPI_NMI_ALL_CPUS, 0, 0, 1 };

	build_usual();
	madt_add(strange, sizeof(strange));
	madt_add(nmi, sizeof(nmi));
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	KTEST_ASSERT_EQ(t, info.nr_nmis, 1);
	KTEST_EXPECT_EQ(t, info.nmis[0].lint, 1);
	KTEST_EXPECT_EQ(t, nr_problems(), 0);
}

/* --- broken ones ---------------------------------------------------------- */

static void without_acpi_there_is_nothing_to_complain_of(struct ktest *t)
{
	build_usual();
	memset(tables + RSDP_AT, 0, 36);
	KTEST_EXPECT_EQ(t, parse_found(t), -ENOENT);
	KTEST_EXPECT_FALSE(t, info.found);
	KTEST_EXPECT_EQ(t, nr_problems(), 0);
}

static void a_bad_root_pointer_is_named_and_the_next_one_taken(struct ktest *t)
{
	char line[160];

	build_usual();
	memcpy(tables + RSDP_AT + 0x40, tables + RSDP_AT, 20);
	tables[RSDP_AT + 12]++;
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_EQ(t, info.rsdp_phys, TABLES_PHYS + RSDP_AT + 0x40);
	KTEST_ASSERT_NE(t, acpi_problem(&info, 0, line, sizeof(line)), 0);
	KTEST_EXPECT_STREQ(t, line,
			   "root pointer at 0xe0040 has a wrong checksum or"
			   " length; ignored");
	/* So is the loader's. */
	KTEST_EXPECT_EQ(t, parse(t, tables + RSDP_AT, 20), 0);
	KTEST_EXPECT_EQ(t, parse(t, tables + RSDP_AT + 0x40, 19), 0);
	KTEST_EXPECT_EQ(t, info.problems[ACPI_PROBLEM_RSDP_BAD].count, 2);
}

static void any_wrong_byte_of_the_table_refuses_it(struct ktest *t)
{
	u32 i;

	build_usual();
	for (i = 0; i < madt_bytes; i++) {
		tables[MADT_AT + i] ^= 0x10;
		KTEST_EXPECT_TRUE(t, parse_found(t) < 0);
		KTEST_EXPECT_FALSE(t, info.found);
		KTEST_EXPECT_EQ(t, info.nr_cpus, 0);
		KTEST_EXPECT_GE(t, nr_problems(), 1);
		tables[MADT_AT + i] ^= 0x10;
	}
	KTEST_EXPECT_EQ(t, parse_found(t), 0);
}

static void any_wrong_byte_of_the_list_refuses_it(struct ktest *t)
{
	u32 i;

	build_usual();
	for (i = 0; i < 44; i++) {
		tables[RSDT_AT + i] ^= 0x10;
		KTEST_EXPECT_EQ(t, parse_found(t), -EINVAL);
		KTEST_EXPECT_GE(t, nr_problems(), 1);
		tables[RSDT_AT + i] ^= 0x10;
	}
}

static void impossible_lengths_are_refused(struct ktest *t)
{
	static const u32 madt_lengths[] = { 0, 43, 65537, U32_MAX };
	static const u32 rsdt_lengths[] = { 0, 35, 36 + 8192 + 1, U32_MAX };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(madt_lengths); i++) {
		build_usual();
		put32(tables + MADT_AT + 4, madt_lengths[i]);
		KTEST_EXPECT_EQ(t, parse_found(t), -EINVAL);
		KTEST_EXPECT_TRUE(t, noted(ACPI_PROBLEM_MADT_LENGTH));
	}
	for (i = 0; i < ARRAY_SIZE(rsdt_lengths); i++) {
		build_usual();
		put32(tables + RSDT_AT + 4, rsdt_lengths[i]);
		KTEST_EXPECT_EQ(t, parse_found(t), -EINVAL);
		KTEST_EXPECT_TRUE(t, noted(ACPI_PROBLEM_ROOT_LENGTH));
	}
}

/* What stands before it is kept: some CPUs are better than none. */
static void a_bad_entry_length_ends_the_walk(struct ktest *t)
{
	static const u8 lengths[] = { 0, 1, 9, 255 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		const u8 bad[8] = { 0, lengths[i], 5, 5, 1 };

		build_usual();
		madt_add(bad, sizeof(bad));
		KTEST_EXPECT_EQ(t, parse_found(t), 0);
		KTEST_EXPECT_EQ(t, info.nr_cpus, 2);
		KTEST_EXPECT_EQ(t,
				info.problems[ACPI_PROBLEM_ENTRY_LENGTH].value,
				lengths[i]);
	}
	/* Half a head. */
	build_usual();
	madt_add(lengths, 1);
	KTEST_EXPECT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_TRUE(t, noted(ACPI_PROBLEM_ENTRY_LENGTH));
}

static void entries_too_short_for_their_kind_are_left_out(struct ktest *t)
{
	static const u8 kinds[] = { 0, 1, 2, 4, 5, 9 };
	static const u8 needs[] = { 8, 12, 10, 6, 12, 16 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		u8 entry[16] = { kinds[i], (u8)(needs[i] - 1) };

		build_usual();
		madt_add(entry, needs[i] - 1u);
		madt_add_cpu(2, 2, 1);
		KTEST_EXPECT_EQ(t, parse_found(t), 0);
		KTEST_EXPECT_EQ(t, info.nr_cpus, 3);
		KTEST_EXPECT_EQ(t, info.nr_ioapics, 1);
		KTEST_EXPECT_EQ(t,
				info.problems[ACPI_PROBLEM_ENTRY_SHORT].value,
				kinds[i]);
	}
}

static void cpus_that_cannot_be_addressed_are_named(struct ktest *t)
{
	u8 x2apic[16] = { 9, 16 };

	build_usual();
	madt_add_cpu(2, 1, 1);
	madt_add_cpu(3, 255, 1);
	put32(x2apic + 4, 256);
	x2apic[8] = 1;
	madt_add(x2apic, sizeof(x2apic));
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_EQ(t, info.nr_cpus, 2);
	KTEST_EXPECT_EQ(t, info.problems[ACPI_PROBLEM_CPU_TWICE].value, 1);
	KTEST_EXPECT_EQ(t, info.problems[ACPI_PROBLEM_CPU_X2APIC].count, 2);
}

static void overrides_that_make_no_sense_are_refused(struct ktest *t)
{
	const u8 other_bus[10] = { 2, 10, 1, 3, 3 };

	build_usual();
	madt_add_override(16, 3, 0);
	madt_add_override(3, 3, 0x2);
	madt_add_override(3, 3, 0x8);
	madt_add_override(9, 10, 0);
	madt_add(other_bus, sizeof(other_bus));
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_EQ(t, info.nr_overrides, 2);
	KTEST_EXPECT_EQ(t, info.problems[ACPI_PROBLEM_OVERRIDE_BAD].count, 5);
	KTEST_EXPECT_EQ(t, acpi_isa_route(&info, 9).gsi, 9);
}

static void ioapics_beyond_the_room_or_nowhere_are_named(struct ktest *t)
{
	u32 i;

	build_usual();
	madt_add_ioapic(1, 0, 24);
	madt_add_ioapic(1, 0xfec00001u, 24);
	for (i = 1; i <= ACPI_IOAPICS; i++)
		madt_add_ioapic((u8)i, 0xfec00000u + i * 4096, 24 * i);
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_EQ(t, info.nr_ioapics, ACPI_IOAPICS);
	KTEST_EXPECT_EQ(t, info.problems[ACPI_PROBLEM_IOAPIC_ADDRESS].count, 2);
	KTEST_EXPECT_EQ(t, info.problems[ACPI_PROBLEM_IOAPIC_FULL].count, 1);
}

static void the_lapics_address_must_be_within_reach(struct ktest *t)
{
	u8 entry[12] = { 5, 12 };

	build_usual();
	put32(entry + 4, 0xfed00000u);
	madt_add(entry, sizeof(entry));
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_EQ(t, info.lapic_phys, 0xfed00000u);
	/* Above 4 GiB: the table's own holds. */
	build_usual();
	entry[8] = 1;
	madt_add(entry, sizeof(entry));
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_EQ(t, info.lapic_phys, LAPIC_PHYS);
	KTEST_EXPECT_TRUE(t, noted(ACPI_PROBLEM_LAPIC_ADDRESS));
	/* And without one at all there is no use in the table. */
	build_usual();
	put32(tables + MADT_AT + 36, 0);
	madt_sum();
	KTEST_EXPECT_EQ(t, parse_found(t), -EINVAL);
	KTEST_EXPECT_EQ(t, info.nr_cpus, 0);
}

static void nmi_inputs_are_two(struct ktest *t)
{
	u8 nmi[6] = { 4, 6, ACPI_NMI_ALL_CPUS, 0, 0, 2 };
	u32 i;

	build_usual();
	madt_add(nmi, sizeof(nmi));
	nmi[5] = 0;
	for (i = 0; i <= ACPI_NMIS; i++)
		madt_add(nmi, sizeof(nmi));
	KTEST_ASSERT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_EQ(t, info.nr_nmis, ACPI_NMIS);
	KTEST_EXPECT_EQ(t, info.problems[ACPI_PROBLEM_NMI_BAD].value, 2);
	KTEST_EXPECT_EQ(t, info.problems[ACPI_PROBLEM_NMI_FULL].count, 1);
}

static void a_machine_without_the_table_or_without_cpus(struct ktest *t)
{
	build_usual();
	memcpy(tables + MADT_AT, "CIPA", 4);
	KTEST_EXPECT_EQ(t, parse_found(t), -ENOENT);
	KTEST_EXPECT_EQ(t, info.problems[ACPI_PROBLEM_NO_MADT].value, 2);
	build();
	KTEST_EXPECT_EQ(t, parse_found(t), -EINVAL);
	KTEST_EXPECT_TRUE(t, noted(ACPI_PROBLEM_NO_CPUS));
}

/* Memory may end anywhere: nothing beyond is touched (asan, map()). */
static void memory_may_end_anywhere(struct ktest *t)
{
	u32 end = MADT_AT + 44 + 2 * 8 + 12 + 2 * 10, bytes;

	build_usual();
	for (bytes = 0; bytes < end; bytes++) {
		tables_readable = bytes;
		KTEST_EXPECT_TRUE(t, parse_found(t) < 0);
	}
	tables_readable = end;
	KTEST_EXPECT_EQ(t, parse_found(t), 0);
}

static void pointers_may_lead_anywhere(struct ktest *t)
{
	build_usual();
	put32(tables + RSDT_AT + 36, 0xfffffff0u);
	fix_sum(tables + RSDT_AT, 44, 9);
	KTEST_EXPECT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_EQ(t, info.problems[ACPI_PROBLEM_TABLE_UNREADABLE].value,
			0xfffffff0u);
	build_usual();
	build_xsdt();
	put32(tables + RSDP_AT + 24, 0xfffffffcu);
	put32(tables + RSDP_AT + 28, 0xffffffffu);
	fix_sum(tables + RSDP_AT, 36, 32);
	KTEST_EXPECT_EQ(t, parse_found(t), 0);
	KTEST_EXPECT_TRUE(t, noted(ACPI_PROBLEM_ROOT_UNREADABLE));
	build_usual();
	put_rsdp(tables + RSDP_AT, TABLES_PHYS + MADT_AT, 0);
	KTEST_EXPECT_EQ(t, parse_found(t), -EINVAL);
	KTEST_EXPECT_TRUE(t, noted(ACPI_PROBLEM_ROOT_SIGNATURE));
}

static const struct ktest_case cases[] = {
	KTEST_CASE(the_usual_tables_are_read),
	KTEST_CASE(a_line_goes_where_its_override_says),
	KTEST_CASE(a_pci_line_has_the_polarity_that_is_given),
	KTEST_CASE(the_loaders_copy_of_the_root_pointer_goes_first),
	KTEST_CASE(a_root_pointer_in_the_bios_data_area_is_found),
	KTEST_CASE(the_wide_list_goes_first_the_narrow_one_stands_in),
	KTEST_CASE(cpus_that_are_not_to_be_used_are_counted_only),
	KTEST_CASE(all_ids_of_eight_bits_have_room),
	KTEST_CASE(other_kinds_of_entries_are_passed_over),
	KTEST_CASE(without_acpi_there_is_nothing_to_complain_of),
	KTEST_CASE(a_bad_root_pointer_is_named_and_the_next_one_taken),
	KTEST_CASE(any_wrong_byte_of_the_table_refuses_it),
	KTEST_CASE(any_wrong_byte_of_the_list_refuses_it),
	KTEST_CASE(impossible_lengths_are_refused),
	KTEST_CASE(a_bad_entry_length_ends_the_walk),
	KTEST_CASE(entries_too_short_for_their_kind_are_left_out),
	KTEST_CASE(cpus_that_cannot_be_addressed_are_named),
	KTEST_CASE(overrides_that_make_no_sense_are_refused),
	KTEST_CASE(ioapics_beyond_the_room_or_nowhere_are_named),
	KTEST_CASE(the_lapics_address_must_be_within_reach),
	KTEST_CASE(nmi_inputs_are_two),
	KTEST_CASE(a_machine_without_the_table_or_without_cpus),
	KTEST_CASE(memory_may_end_anywhere),
	KTEST_CASE(pointers_may_lead_anywhere),
};
KTEST_SUITE(acpi, cases);
