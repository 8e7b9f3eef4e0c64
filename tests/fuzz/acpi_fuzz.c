/* SPDX-License-Identifier: MIT */
/*
 * acpi_fuzz.c - libFuzzer target: any bytes as ACPI tables
 *
 * The input is memory from TABLES_PHYS on. An odd first byte wraps what follows
 * it into lists and a table with right checksums, so that the fuzzer can get at
 * the entries; an even one leaves all to chance, from the root pointer on.
 */
#include <kernel/acpi.h>
#include <kernel/errno.h>
#include <kernel/string.h>

#include "boot_info_sound.h"

#define TABLES_PHYS 0xe0000u
#define TABLES_BYTES 8192u
#define RSDT_AT 0x100u
#define MADT_AT 0x200u
#define MADT_ENTRIES 44u

static u8 tables[TABLES_BYTES];
static u32 tables_readable;

static const void *map(void *ctx, u64 phys, size_t len)
{
	(void)ctx;
	FUZZ_REQUIRE(len > 0 && len <= ACPI_READ_BYTES);
	if (phys < TABLES_PHYS || phys - TABLES_PHYS > tables_readable ||
	    len > tables_readable - (phys - TABLES_PHYS))
		return NULL;
	return tables + (phys - TABLES_PHYS);
}

static void fix_sum(u8 *p, u32 len, u32 at)
{
	u8 sum = 0;
	u32 i;

	p[at] = 0;
	for (i = 0; i < len; i++)
		sum = (u8)(sum + p[i]);
	p[at] = (u8)-sum;
}

static void put32(u8 *p, u32 value)
{
	memcpy(p, &value, sizeof(value));
}

/* @data as the MADT behind its header, all else sound. */
static void wrap(const u8 *data, size_t size)
{
	u32 bytes = MADT_ENTRIES - 8 + (u32)size;

	memcpy(tables, "RSD PTR ", 8);
	put32(tables + 16, TABLES_PHYS + RSDT_AT);
	fix_sum(tables, 20, 8);
	memcpy(tables + RSDT_AT, "RSDT", 4);
	put32(tables + RSDT_AT + 4, 40);
	put32(tables + RSDT_AT + 36, TABLES_PHYS + MADT_AT);
	fix_sum(tables + RSDT_AT, 40, 9);
	memcpy(tables + MADT_AT, "APIC", 4);
	put32(tables + MADT_AT + 4, bytes);
	memcpy(tables + MADT_AT + MADT_ENTRIES - 8, data, size);
	fix_sum(tables + MADT_AT, bytes, 9);
	tables_readable = MADT_AT + bytes;
}

/* What must hold whatever the input was. */
static void info_sound(const struct acpi_info *info, int err)
{
	char line[160];
	unsigned int i, irq;

	FUZZ_REQUIRE(info->found == !err);
	FUZZ_REQUIRE(!err || err == -ENOENT || err == -EINVAL);
	FUZZ_REQUIRE(err || (info->nr_cpus && info->lapic_phys));
	FUZZ_REQUIRE(!err || !info->nr_cpus);
	FUZZ_REQUIRE(info->nr_cpus <= ACPI_CPUS);
	FUZZ_REQUIRE(info->nr_ioapics <= ACPI_IOAPICS);
	FUZZ_REQUIRE(info->nr_overrides <= ACPI_OVERRIDES);
	FUZZ_REQUIRE(info->nr_nmis <= ACPI_NMIS);
	for (irq = 0; irq < 16; irq++)
		(void)acpi_isa_route(info, irq);
	for (i = 0; acpi_problem(info, i, line, sizeof(line)); i++)
		FUZZ_REQUIRE(strnlen(line, sizeof(line)) < sizeof(line) - 1);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct acpi_info info;
	const struct acpi_reader reader = { map, NULL };
	bool wrapped = size && data[0] & 1;

	if (size > TABLES_BYTES - MADT_AT - MADT_ENTRIES)
		return 0;
	memset(tables, 0, sizeof(tables));
	if (wrapped) {
		wrap(data + 1, size - 1);
		info_sound(&info, acpi_parse(&info, &reader, NULL, 0));
		return 0;
	}
	memcpy(tables, data, size);
	tables_readable = (u32)size;
	info_sound(&info, acpi_parse(&info, &reader, data,
				     size < 36 ? (u32)size : 36));
	return 0;
}
