/* SPDX-License-Identifier: MIT */
/*
 * acpi.h - what ACPI says about CPUs and interrupts
 *
 * The firmware's tables lead from a root pointer (RSDP) over a list of tables
 * (XSDT or RSDT) to the one that is wanted here, the MADT ("APIC"). The parser
 * is pure: it reads physical memory through the caller's reader only, fills in
 * a struct acpi_info and prints nothing. All lengths and checksums are checked
 * and every loop is bounded. What was wrong is counted by kind; the caller
 * prints one line for each kind through acpi_problem().
 *
 * Advanced Configuration and Power Interface, 5.2: RSDP 5.2.5, RSDT 5.2.7,
 * XSDT 5.2.8, MADT 5.2.12.
 *
 * Locking: none. Filled once by the boot CPU, read-only afterwards.
 */
#ifndef KERNEL_ACPI_H
#define KERNEL_ACPI_H

#include <kernel/types.h>

/* Capacities; what lies beyond is noted and left out. */
#define ACPI_CPUS 256 /* all that an APIC id of 8 bits can name */
#define ACPI_IOAPICS 8
#define ACPI_OVERRIDES 16 /* one for each ISA line */
#define ACPI_NMIS 16

/* No read is longer than this. */
#define ACPI_READ_BYTES 128

struct acpi_ioapic {
	u8 id;
	u32 phys;
	u32 gsi_base; /* global number of its first input */
};

/* MPS INTI flags: as the bus says (0), or not. */
#define ACPI_POLARITY_MASK 0x3u
#define ACPI_POLARITY_HIGH 0x1u
#define ACPI_POLARITY_LOW 0x3u
#define ACPI_TRIGGER_MASK 0xcu
#define ACPI_TRIGGER_EDGE 0x4u
#define ACPI_TRIGGER_LEVEL 0xcu

/* An ISA line that does not have its own number as global number. */
struct acpi_override {
	u8 irq;
	u32 gsi;
	u16 flags; /* ACPI_POLARITY_*, ACPI_TRIGGER_* */
};

#define ACPI_NMI_ALL_CPUS 0xffu

/* A LINT input of CPUs that brings NMIs. */
struct acpi_lapic_nmi {
	u8 acpi_cpu; /* ACPI's number of the CPU; ACPI_NMI_ALL_CPUS */
	u8 lint; /* 0 or 1 */
	u16 flags;
};

struct acpi_cpu {
	u8 acpi_id; /* ACPI's number */
	u8 apic_id;
};

/*
 * What can be wrong: identifier, sentence. "%llu" and "%#llx" stand for the
 * value noted at the first occurrence; a sentence has at most one of them.
 */
#define ACPI_PROBLEMS(X)                                                      \
	X(RSDP_BAD, "root pointer at %#llx has a wrong checksum or length;"   \
		    " ignored")                                               \
	X(ROOT_UNREADABLE, "list of tables at %#llx cannot be read")          \
	X(ROOT_SIGNATURE, "list of tables at %#llx has another name")         \
	X(ROOT_LENGTH,                                                        \
	  "list of tables with a length of %llu bytes is refused")            \
	X(ROOT_CHECKSUM, "list of tables at %#llx has a wrong checksum;"      \
			 " refused")                                          \
	X(TABLE_UNREADABLE, "table at %#llx cannot be read; passed over")     \
	X(NO_MADT, "no APIC table among %llu tables")                         \
	X(MADT_LENGTH, "APIC table with a length of %llu bytes is refused")   \
	X(MADT_CHECKSUM, "APIC table at %#llx has a wrong checksum; refused") \
	X(ENTRY_LENGTH, "APIC table has an entry of %llu bytes; it and all"   \
			" behind it are ignored")                             \
	X(ENTRY_SHORT,                                                        \
	  "APIC table has an entry of type %llu that is too short"            \
	  " for its contents; ignored")                                       \
	X(CPU_TWICE, "CPU with APIC id %llu is listed twice; the first one"   \
		     " holds")                                                \
	X(CPU_X2APIC, "CPU with APIC id %llu needs x2APIC mode; left out")    \
	X(IOAPIC_FULL, "more IOAPICs than fit; the one at %#llx is left out") \
	X(IOAPIC_ADDRESS, "IOAPIC at address %#llx is refused")               \
	X(OVERRIDE_BAD, "override of interrupt %llu is refused")              \
	X(NMI_BAD, "NMI input %llu is no LINT input; ignored")                \
	X(NMI_FULL, "more than %llu NMI inputs; the rest is ignored")         \
	X(LAPIC_ADDRESS, "local APIC address %#llx is refused")               \
	X(NO_CPUS, "APIC table lists no CPU that may be used")

#define ACPI_PROBLEM_ENUM(id, text) ACPI_PROBLEM_##id,
enum acpi_problem { ACPI_PROBLEMS(ACPI_PROBLEM_ENUM) NR_ACPI_PROBLEMS };
#undef ACPI_PROBLEM_ENUM

struct acpi_problem_note {
	u32 count; /* occurrences; 0 means that it did not happen */
	u64 value; /* the figure of the first one */
};

struct acpi_info {
	u64 rsdp_phys; /* 0: the loader's copy, or none */
	u64 root_phys; /* of the list that was used */
	u64 madt_phys;
	bool found; /* a sound MADT: what follows is filled in */

	u32 lapic_phys;
	bool has_8259; /* there are 8259s as well: mask them */
	struct acpi_cpu cpus[ACPI_CPUS]; /* that may be used, as listed */
	u32 nr_cpus;
	u32 nr_disabled; /* listed, but not there or not to be used */
	struct acpi_ioapic ioapics[ACPI_IOAPICS];
	u32 nr_ioapics;
	struct acpi_override overrides[ACPI_OVERRIDES];
	u32 nr_overrides;
	struct acpi_lapic_nmi nmis[ACPI_NMIS];
	u32 nr_nmis;

	struct acpi_problem_note problems[NR_ACPI_PROBLEMS];
};

/* How acpi_parse() reaches physical memory. */
struct acpi_reader {
	/*
	 * The @len bytes (1 .. ACPI_READ_BYTES) at @phys, or NULL if not all
	 * of them can be read. Valid until the next call.
	 */
	const void *(*map)(void *ctx, u64 phys, size_t len);
	void *ctx;
};

/**
 * acpi_parse - find and read the MADT
 * @info: filled in, all of it, also when an error is returned
 * @rsdp: the loader's copy of the root pointer
 * @rsdp_bytes: its size; 0: there is none, look for it where a BIOS puts it
 *
 * Return: 0 if info->found; -ENOENT if there is no ACPI, or no MADT in it;
 * -EINVAL if there is one but it cannot be believed. Every defect is noted in
 * info->problems.
 * Context: any; reads and writes nothing but its arguments.
 */
int __must_check acpi_parse(struct acpi_info *info,
			    const struct acpi_reader *reader, const u8 *rsdp,
			    u32 rsdp_bytes);

/**
 * acpi_problem - put what was wrong into words
 * @i: 0 for the first kind that occurred, 1 for the second, ...
 * @buf: receives one sentence without newline, always NUL-terminated
 *
 * Return: length of the sentence; 0 if fewer than @i + 1 kinds occurred.
 */
int acpi_problem(const struct acpi_info *info, unsigned int i, char *buf,
		 size_t size);

/* Where an ISA line arrives, and how. */
struct acpi_isa_route {
	u32 gsi;
	bool level;
	bool active_low;
	bool polarity_given; /* an override says it, and not "as the bus" */
};

/* By the overrides; without one, its own number, edge and high. */
struct acpi_isa_route acpi_isa_route(const struct acpi_info *info,
				     unsigned int irq);
/* A PCI device has the line: it sends levels, whatever was meant for ISA cards,
 * low ones unless ACPI gives the polarity. A line that is one already stays. */
void acpi_route_make_level(struct acpi_isa_route *route);

#endif
