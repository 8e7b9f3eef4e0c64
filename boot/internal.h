/* SPDX-License-Identifier: MIT */
/*
 * internal.h - the builder behind the parsers: one way to fill a boot_info
 *
 * Both parsers find the same facts in different places. What is done with a
 * fact (where it is kept, what happens when there is no room) stands once, in
 * boot_info.c. All of it is pure: no printing, no memory but the structure.
 */
#ifndef BOOT_INTERNAL_H
#define BOOT_INTERNAL_H

#include <kernel/boot_info.h>
#include <kernel/types.h>
#include <kernel/unaligned.h>

/* A map of 1 MiB has 43 thousand entries; the largest real ones have 200. */
#define BOOT_MMAP_BYTES_MAX (1u << 20)

/* Empty @bi and say who fills it. */
void boot_begin(struct boot_info *bi, enum boot_protocol protocol);

/* Settle where the memory map comes from. Return: 0 or -ENXIO. */
int boot_finish(struct boot_info *bi);

/* Count a problem; @value is kept for its first occurrence. */
void boot_note(struct boot_info *bi, enum boot_problem problem, u64 value);

/* Copy text up to a NUL, @len or the room in @dst; always terminated. */
void boot_copy_text(char *dst, size_t size, const u8 *text, size_t len);

/*
 * A command line comes byte by byte, for it may lie in pieces.
 * Invariant: bi->cmdline[0 .. used) are the first bytes of the line.
 */
struct boot_cmdline {
	struct boot_info *bi;
	u32 bytes; /* seen so far */
	u32 used; /* of bi->cmdline */
	char beyond; /* the first byte that did not fit; NUL if all did */
};

void boot_cmdline_put(struct boot_cmdline *line, char c);

/* Terminate the line; @cut: its end was not seen, so drop the last word. */
void boot_cmdline_end(struct boot_cmdline *line, bool cut);

void boot_add_mmap(struct boot_info *bi, u64 base, u64 length, u32 type);

/* Forget the map gathered so far: a defect makes all of it doubtful. */
void boot_drop_mmap(struct boot_info *bi);

void boot_set_meminfo(struct boot_info *bi, u32 lower_kib, u32 upper_kib);

/* List a module and reserve its bytes. Return: its entry, or NULL. */
struct boot_module *boot_add_module(struct boot_info *bi, u32 start, u32 end);
void boot_set_module_string(struct boot_info *bi, struct boot_module *mod,
			    const u8 *text, size_t len);

/* Keep [start, end), for the reason @kind; nothing if it is empty. */
void boot_add_range(struct boot_info *bi, phys_addr_t start, phys_addr_t end,
		    enum boot_range_kind kind);

/* Is @entsize that of an ELF section header, of either class? */
bool boot_section_size_ok(u32 entsize);

/*
 * Reserve the body of an ELF section if the loader placed it in spare RAM.
 * @header has @entsize bytes, which boot_section_size_ok().
 */
void boot_add_section(struct boot_info *bi, const u8 *header, u32 entsize);

#endif
