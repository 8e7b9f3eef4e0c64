/* SPDX-License-Identifier: MIT */
/*
 * mb1_parse.c - the multiboot1 information block and all that it points to
 *
 * The block is a fixed structure whose fields are valid by flag (Multiboot1,
 * 3.3). Most of them are 32-bit physical addresses of something else: strings,
 * the module list, the map, section headers. The parser follows them through
 * the caller's reader only, a few bytes at a time, so that a wild pointer is
 * an answer of NULL and not a fault.
 *
 * Whatever has no bound of its own gets one here: a string ends after
 * MB1_TEXT_BYTES_MAX, a module list after MB1_MODULES_MAX entries, a map after
 * BOOT_MMAP_BYTES_MAX. A list that cannot be read to its end keeps what was
 * read, except for the map: there a missing entry could have said "reserved",
 * so all of it is refused and the basic memory size takes its place.
 *
 * The kernel's file name. Many loaders put it in front of the command line,
 * where it would be an unknown option. The first word (up to white space) is
 * dropped if
 *   - the loader calls itself "qemu": QEMU's -kernel always puts the file name
 *     there, whatever it looks like; or
 *   - it has a '/' or a '.' and no '=': a path. No option looks like that.
 *
 * Locking and context: none needed, any.
 */
#include <kernel/boot_info.h>
#include <kernel/ctype.h>
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/util.h>

#include "internal.h"
#include "multiboot.h"

#define MB1_TEXT_BYTES_MAX (256u << 10) /* four times the longest seen */
#define MB1_MODULES_MAX 4096u /* far more than are listed, still quick */
#define MB1_SECTIONS_MAX 0xff00u /* ELF reserves the indices above */

static_assert(MB1_READ_BYTES > BOOT_MODULE_STRING_BYTES,
	      "one chunk tells whether a module string is too long");
static_assert((MB1_READ_BYTES & (MB1_READ_BYTES - 1)) == 0,
	      "chunks are aligned by a mask");

/*
 * As much of @len bytes at @phys as one chunk holds and the reader can reach:
 * the readable part may end anywhere, so a refusal is tried again with half.
 * Return: bytes copied, 0 if not even the first one is readable.
 */
static u32 mb1_read_some(const struct mb1_reader *reader, u64 phys, u8 *dst,
			 u32 len)
{
	u32 room = MB1_READ_BYTES - (u32)(phys & (MB1_READ_BYTES - 1));
	const void *src;

	for (len = min(len, room); len; len /= 2) {
		src = reader->map(reader->ctx, phys, len);
		if (!src)
			continue;
		memcpy(dst, src, len);
		return len;
	}
	return 0;
}

/* All of @len bytes, chunk by chunk. Return: false if one was refused. */
static bool mb1_read(const struct mb1_reader *reader, u64 phys, u8 *dst,
		     u32 len)
{
	u32 got;

	for (; len; len -= got, phys += got, dst += got) {
		got = mb1_read_some(reader, phys, dst, len);
		if (got == 0)
			return false;
	}
	return true;
}

/*
 * Text up to a NUL or @size bytes. Return: its length; @size if there was no
 * NUL. *@readable is cleared when the memory ended before the text.
 */
static u32 mb1_read_text(const struct mb1_reader *reader, u64 phys, u8 *dst,
			 u32 size, bool *readable)
{
	u32 len = 0;
	u32 got, text;

	while (len < size) {
		got = mb1_read_some(reader, phys + len, dst + len, size - len);
		if (got == 0) {
			*readable = false;
			break;
		}
		/* The NUL may lie anywhere in the chunk, or in a later one. */
		text = (u32)strnlen((const char *)dst + len, got);
		len += text;
		if (text < got)
			break;
	}
	return len;
}

/* Return: true if the whole line went through, up to its NUL. */
static bool mb1_stream_cmdline(const struct mb1_reader *reader, u32 phys,
			       struct boot_cmdline *line)
{
	u8 chunk[MB1_READ_BYTES];
	u32 got, i;

	while (line->bytes < MB1_TEXT_BYTES_MAX) {
		got = mb1_read_some(reader, (u64)phys + line->bytes, chunk,
				    sizeof(chunk));
		if (got == 0)
			return false;
		for (i = 0; i < got; i++) {
			if (chunk[i] == '\0')
				return true;
			boot_cmdline_put(line, (char)chunk[i]);
		}
	}
	return false;
}

/* Is the first word of the line, @len bytes, the kernel's file name? */
static bool mb1_is_file_name(const struct boot_info *bi, u32 len)
{
	const char *word = bi->cmdline;

	if (strcmp(bi->loader, "qemu") == 0)
		return true;
	if (memchr(word, '=', len))
		return false;
	return memchr(word, '/', len) || memchr(word, '.', len);
}

/* Move the rest of the line to its start; the head of this file says when. */
static void mb1_drop_file_name(struct boot_info *bi)
{
	char *line = bi->cmdline;
	u32 len = 0;

	const char *rest;

	while (line[len] && !isspace((unsigned char)line[len]))
		len++;
	if (!mb1_is_file_name(bi, len))
		return;
	rest = skip_spaces(line + len);
	memmove(line, rest, strlen(rest) + 1);
}

/* The loader's name must be known before: it decides about the file name. */
static void mb1_cmdline(struct boot_info *bi, const struct mb1_reader *reader,
			const u8 *block)
{
	u32 phys = get_unaligned_le32(block + MB1_INFO_CMDLINE);
	struct boot_cmdline line = { .bi = bi };
	bool whole = mb1_stream_cmdline(reader, phys, &line);

	if (!whole)
		boot_note(bi, BOOT_PROBLEM_CMDLINE_UNREADABLE, phys);
	/* A word whose end was not seen may be half an option. */
	boot_cmdline_end(&line, !whole);
	boot_add_range(bi, phys, (u64)phys + line.bytes + 1,
		       BOOT_RANGE_CMDLINE);
	mb1_drop_file_name(bi);
}

static void mb1_loader_name(struct boot_info *bi,
			    const struct mb1_reader *reader, const u8 *block)
{
	u8 name[BOOT_LOADER_BYTES];
	bool readable = true;
	u32 len = mb1_read_text(
		reader, get_unaligned_le32(block + MB1_INFO_LOADER_NAME), name,
		sizeof(name), &readable);

	/* A name cut short is still a name; nothing hangs on it. */
	boot_copy_text(bi->loader, sizeof(bi->loader), name, len);
}

static void mb1_module_string(struct boot_info *bi,
			      const struct mb1_reader *reader, u32 phys,
			      struct boot_module *mod)
{
	u8 text[MB1_READ_BYTES];
	bool readable = true;
	u32 len;

	/* A module without a string is allowed; 0 stands for none. */
	if (phys == 0)
		return;
	len = mb1_read_text(reader, phys, text, sizeof(text), &readable);
	if (!readable)
		boot_note(bi, BOOT_PROBLEM_MODULE_UNREADABLE, phys);
	boot_add_range(bi, phys, (u64)phys + len + 1, BOOT_RANGE_MODULE_LIST);
	if (mod)
		boot_set_module_string(bi, mod, text, len);
}

/*
 * The list, its strings and the modules themselves: three kinds of memory to
 * keep. A string is kept even when its module is refused.
 */
static void mb1_modules(struct boot_info *bi, const struct mb1_reader *reader,
			const u8 *block)
{
	u32 nr = get_unaligned_le32(block + MB1_INFO_MODS_COUNT);
	u64 list = get_unaligned_le32(block + MB1_INFO_MODS_ADDR);
	u64 phys = list;
	u8 entry[MB1_MODULE_BYTES];
	struct boot_module *mod;

	if (nr > MB1_MODULES_MAX) {
		boot_note(bi, BOOT_PROBLEM_MODULE_COUNT, nr);
		nr = MB1_MODULES_MAX;
	}
	/* @phys ends behind the last entry read: so much is reserved. */
	for (; nr; nr--, phys += sizeof(entry)) {
		if (!mb1_read(reader, phys, entry, sizeof(entry))) {
			boot_note(bi, BOOT_PROBLEM_MODULE_UNREADABLE, list);
			break;
		}
		mod = boot_add_module(
			bi, get_unaligned_le32(entry + MB1_MODULE_START),
			get_unaligned_le32(entry + MB1_MODULE_END));
		mb1_module_string(bi, reader,
				  get_unaligned_le32(entry + MB1_MODULE_STRING),
				  mod);
	}
	boot_add_range(bi, list, phys, BOOT_RANGE_MODULE_LIST);
}

/* The header table lies in memory of its own here, so it is kept as well. */
static void mb1_elf_sections(struct boot_info *bi,
			     const struct mb1_reader *reader, const u8 *block)
{
	u32 nr = get_unaligned_le32(block + MB1_INFO_ELF_NUM);
	u32 entsize = get_unaligned_le32(block + MB1_INFO_ELF_SIZE);
	u64 phys = get_unaligned_le32(block + MB1_INFO_ELF_ADDR);
	u8 header[MB1_READ_BYTES];

	/* No sections are no defect. */
	if (nr == 0)
		return;
	if (!boot_section_size_ok(entsize) || nr > MB1_SECTIONS_MAX) {
		boot_note(bi, BOOT_PROBLEM_SECTION_TABLE, entsize);
		return;
	}
	boot_add_range(bi, phys, phys + (u64)nr * entsize, BOOT_RANGE_SYMBOLS);
	for (; nr; nr--, phys += entsize) {
		if (!mb1_read(reader, phys, header, entsize)) {
			boot_note(bi, BOOT_PROBLEM_SECTION_UNREADABLE, phys);
			return;
		}
		boot_add_section(bi, header, entsize);
	}
}

/*
 * One entry at @phys, of which @room bytes belong to the map.
 * Return: bytes it takes, its size field included; 0 if the map ends or must
 * be refused, and then *@sound tells which.
 */
static u32 mb1_mmap_entry(struct boot_info *bi, const struct mb1_reader *reader,
			  u64 phys, u32 room, bool *sound)
{
	u8 entry[MB1_MMAP_BYTES];
	u32 size;

	if (room < MB1_MMAP_BYTES) {
		boot_note(bi, BOOT_PROBLEM_MMAP_TAIL, room);
		return 0;
	}
	if (!mb1_read(reader, phys, entry, sizeof(entry))) {
		boot_note(bi, BOOT_PROBLEM_MMAP_UNREADABLE, phys);
		*sound = false;
		return 0;
	}
	size = get_unaligned_le32(entry + MB1_MMAP_SIZE);
	if (size < MB1_MMAP_BYTES - MB1_MMAP_SIZE_BYTES || size % 4 != 0 ||
	    size > MB_ENTRY_BYTES_MAX) {
		boot_note(bi, BOOT_PROBLEM_MMAP_ENTRY_SIZE, size);
		*sound = false;
		return 0;
	}
	boot_add_mmap(bi, get_unaligned_le64(entry + MB1_MMAP_BASE),
		      get_unaligned_le64(entry + MB1_MMAP_LENGTH),
		      get_unaligned_le32(entry + MB1_MMAP_TYPE));
	/* Fields of a later version may be missing in the last entry. */
	return min(room, size + (u32)MB1_MMAP_SIZE_BYTES);
}

/*
 * Entries have their size in front of them, each its own. One defect refuses
 * the whole map, for what lies behind it cannot be found.
 */
static void mb1_mmap(struct boot_info *bi, const struct mb1_reader *reader,
		     const u8 *block)
{
	u32 room = get_unaligned_le32(block + MB1_INFO_MMAP_LENGTH);
	u64 phys = get_unaligned_le32(block + MB1_INFO_MMAP_ADDR);
	bool sound = true;
	u32 step;

	if (room > BOOT_MMAP_BYTES_MAX) {
		boot_note(bi, BOOT_PROBLEM_MMAP_SIZE, room);
		return;
	}
	if (room == 0)
		boot_note(bi, BOOT_PROBLEM_MMAP_EMPTY, 0);
	boot_add_range(bi, phys, phys + room, BOOT_RANGE_MMAP);
	for (; room; room -= step, phys += step) {
		step = mb1_mmap_entry(bi, reader, phys, room, &sound);
		if (step == 0)
			break;
	}
	if (!sound)
		boot_drop_mmap(bi);
}

/* These fields lie behind what every loader fills in, so read them apart. */
static void mb1_framebuffer(struct boot_info *bi,
			    const struct mb1_reader *reader, u32 info_phys)
{
	u8 full[MB1_INFO_FULL_BYTES];

	if (!mb1_read(reader, info_phys, full, sizeof(full))) {
		boot_note(bi, BOOT_PROBLEM_BLOCK_CUT, sizeof(full));
		return;
	}
	bi->framebuffer = (struct boot_framebuffer){
		.present = true,
		.type = full[MB1_INFO_FB_TYPE],
		.bits_per_pixel = full[MB1_INFO_FB_BPP],
		.width = get_unaligned_le32(full + MB1_INFO_FB_WIDTH),
		.height = get_unaligned_le32(full + MB1_INFO_FB_HEIGHT),
		.pitch = get_unaligned_le32(full + MB1_INFO_FB_PITCH),
		.addr = get_unaligned_le64(full + MB1_INFO_FB_ADDR),
	};
}

/* What each flag brings; the loader's name first, for mb1_cmdline(). */
static const struct mb1_field {
	u32 flag;
	void (*parse)(struct boot_info *bi, const struct mb1_reader *reader,
		      const u8 *block);
} mb1_fields[] = {
	{ MB1_FLAG_LOADER_NAME, mb1_loader_name },
	{ MB1_FLAG_CMDLINE, mb1_cmdline },
	{ MB1_FLAG_MODULES, mb1_modules },
	{ MB1_FLAG_ELF, mb1_elf_sections },
	{ MB1_FLAG_MMAP, mb1_mmap },
};

int mb1_parse(struct boot_info *bi, const struct mb1_reader *reader,
	      u32 info_phys)
{
	u8 block[MB1_INFO_BYTES];
	u32 flags, i;

	boot_begin(bi, BOOT_PROTOCOL_MULTIBOOT1);
	if (!mb1_read(reader, info_phys, block, sizeof(block))) {
		boot_note(bi, BOOT_PROBLEM_BLOCK_UNREADABLE, info_phys);
		return -EINVAL;
	}
	/* The long form: whether the loader has it is not said anywhere. */
	boot_add_range(bi, info_phys, (u64)info_phys + MB1_INFO_FULL_BYTES,
		       BOOT_RANGE_INFO);
	flags = get_unaligned_le32(block + MB1_INFO_FLAGS);
	for (i = 0; i < ARRAY_SIZE(mb1_fields); i++)
		if (flags & mb1_fields[i].flag)
			mb1_fields[i].parse(bi, reader, block);
	if (flags & MB1_FLAG_MEMINFO)
		boot_set_meminfo(
			bi, get_unaligned_le32(block + MB1_INFO_MEM_LOWER),
			get_unaligned_le32(block + MB1_INFO_MEM_UPPER));
	if (flags & MB1_FLAG_FRAMEBUFFER)
		mb1_framebuffer(bi, reader, info_phys);
	bi->nr_tags = flags;
	return boot_finish(bi);
}
