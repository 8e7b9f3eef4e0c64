/* SPDX-License-Identifier: MIT */
/*
 * mb2_parse.c - the multiboot2 information block: one walk over its tags
 *
 * The block is one piece of memory: total size, then tags of 8 bytes or more,
 * each padded to 8, up to an end tag (Multiboot2, 3.6). Nothing in it points
 * elsewhere, so one upper bound holds for every read: the smaller of what the
 * block claims and what the caller says is readable.
 *
 * The walk stops at a tag that cannot be believed (smaller than its header,
 * past the end), for there is no telling where the next one starts; what came
 * before stands. A tag that is well delimited but has unsound contents is
 * refused alone. Unknown types are skipped in silence, as the specification
 * wants.
 *
 * Invariants of the walk:
 *   T1  pos <= end: nothing outside [block, block + end) is read
 *   T2  a handler sees a tag whose size is at least its handler's min_bytes
 *   T3  each step moves on by at least 8 bytes, so the walk ends
 *
 * Locking and context: none needed, any.
 *
 * Not here: finding the block in memory and mapping it (arch), and what the
 * map's contents are worth (memmap.c).
 */
#include <kernel/boot_info.h>
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/util.h>

#include "internal.h"
#include "multiboot.h"

/* Return true if the tag was taken; a refused one may come again, sound. */
typedef bool (*mb2_handler_fn)(struct boot_info *bi, const u8 *tag, u32 size);

struct mb2_handler {
	mb2_handler_fn parse; /* NULL: a type that is skipped */
	u32 min_bytes;
	bool many; /* may come more than once */
};

/* Length of the text at @offset; a missing NUL is noted. */
static u32 mb2_text_bytes(struct boot_info *bi, const u8 *tag, u32 size,
			  u32 offset)
{
	u32 room = size - offset;
	u32 len = (u32)strnlen((const char *)tag + offset, room);

	if (len == room)
		boot_note(bi, BOOT_PROBLEM_STRING_END,
			  get_unaligned_le32(tag + MB2_TAG_TYPE));
	return len;
}

/* 3.6.5: boot command line. An empty one is as good as none. */
static bool mb2_cmdline(struct boot_info *bi, const u8 *tag, u32 size)
{
	struct boot_cmdline line = { .bi = bi };
	u32 len = mb2_text_bytes(bi, tag, size, MB2_STRING);
	u32 i;

	for (i = 0; i < len; i++)
		boot_cmdline_put(&line, (char)tag[MB2_STRING + i]);
	boot_cmdline_end(&line, false);
	return true;
}

/* 3.6.9: the loader's name, for the log. */
static bool mb2_loader_name(struct boot_info *bi, const u8 *tag, u32 size)
{
	u32 len = mb2_text_bytes(bi, tag, size, MB2_STRING);

	boot_copy_text(bi->loader, sizeof(bi->loader), tag + MB2_STRING, len);
	return true;
}

/* 3.6.6: a module. The list may be full, or the range upside down. */
static bool mb2_module(struct boot_info *bi, const u8 *tag, u32 size)
{
	struct boot_module *mod;
	u32 len = mb2_text_bytes(bi, tag, size, MB2_MODULE_STRING);

	mod = boot_add_module(bi, get_unaligned_le32(tag + MB2_MODULE_START),
			      get_unaligned_le32(tag + MB2_MODULE_END));
	if (!mod)
		return false;
	boot_set_module_string(bi, mod, tag + MB2_MODULE_STRING, len);
	return true;
}

/* 3.6.3: basic memory size, needed only when the map is missing. */
static bool mb2_meminfo(struct boot_info *bi, const u8 *tag, u32 size)
{
	(void)size;
	boot_set_meminfo(bi, get_unaligned_le32(tag + MB2_MEMINFO_LOWER),
			 get_unaligned_le32(tag + MB2_MEMINFO_UPPER));
	return true;
}

/*
 * An entry must hold the three fields and keep the next one aligned; anything
 * else would be read at the wrong places and look like memory.
 */
static bool mb2_mmap_size_ok(struct boot_info *bi, u32 bytes, u32 entsize)
{
	if (entsize < MB2_ENTRY_BYTES || entsize % 8 != 0 ||
	    entsize > MB_ENTRY_BYTES_MAX) {
		boot_note(bi, BOOT_PROBLEM_MMAP_ENTRY_SIZE, entsize);
		return false;
	}
	if (bytes > BOOT_MMAP_BYTES_MAX) {
		boot_note(bi, BOOT_PROBLEM_MMAP_SIZE, bytes);
		return false;
	}
	return true;
}

/*
 * 3.6.8: the memory map. Entries are taken as they are; what they are worth is
 * judged later. A map without entries is no map.
 */
static bool mb2_mmap(struct boot_info *bi, const u8 *tag, u32 size)
{
	u32 bytes = size - MB2_MMAP_ENTRIES;
	u32 entsize = get_unaligned_le32(tag + MB2_MMAP_ENTRY_SIZE);
	const u8 *entry = tag + MB2_MMAP_ENTRIES;

	if (!mb2_mmap_size_ok(bi, bytes, entsize))
		return false;
	if (bytes < entsize)
		boot_note(bi, BOOT_PROBLEM_MMAP_EMPTY, 0);
	for (; bytes >= entsize; bytes -= entsize, entry += entsize)
		boot_add_mmap(bi, get_unaligned_le64(entry + MB2_ENTRY_BASE),
			      get_unaligned_le64(entry + MB2_ENTRY_LENGTH),
			      get_unaligned_le32(entry + MB2_ENTRY_TYPE));
	if (bytes)
		boot_note(bi, BOOT_PROBLEM_MMAP_TAIL, bytes);
	return bi->nr_mmap != 0;
}

/* 3.6.12: the frame buffer as it stands; text mode is a type of it. */
static bool mb2_framebuffer(struct boot_info *bi, const u8 *tag, u32 size)
{
	(void)size;
	bi->framebuffer = (struct boot_framebuffer){
		.present = true,
		.type = tag[MB2_FB_TYPE],
		.bits_per_pixel = tag[MB2_FB_BPP],
		.width = get_unaligned_le32(tag + MB2_FB_WIDTH),
		.height = get_unaligned_le32(tag + MB2_FB_HEIGHT),
		.pitch = get_unaligned_le32(tag + MB2_FB_PITCH),
		.addr = get_unaligned_le64(tag + MB2_FB_ADDR),
	};
	return true;
}

/*
 * 3.6.7: the kernel's section headers, all of them; boot_add_section() picks
 * those whose bodies lie in spare memory.
 */
static bool mb2_elf_sections(struct boot_info *bi, const u8 *tag, u32 size)
{
	u32 nr = get_unaligned_le32(tag + MB2_ELF_NUM);
	u32 entsize = get_unaligned_le32(tag + MB2_ELF_ENTSIZE);
	u32 room = size - MB2_ELF_HEADERS;
	u32 i;

	if (nr == 0)
		return true;
	if (!boot_section_size_ok(entsize)) {
		boot_note(bi, BOOT_PROBLEM_SECTION_TABLE, entsize);
		return false;
	}
	/* What is there is still true, so it is kept. */
	if (nr > room / entsize) {
		boot_note(bi, BOOT_PROBLEM_TAG_SHORT, MB2_TAG_ELF);
		nr = room / entsize;
	}
	for (i = 0; i < nr; i++)
		boot_add_section(bi, tag + MB2_ELF_HEADERS + i * entsize,
				 entsize);
	return true;
}

/* 3.6.16: a copy of the ACPI 1.0 root pointer. */
static bool mb2_rsdp_v1(struct boot_info *bi, const u8 *tag, u32 size)
{
	(void)size;
	if (bi->rsdp_bytes > ACPI_RSDP_V1_BYTES)
		return true;
	memcpy(bi->rsdp, tag + MB2_RSDP, ACPI_RSDP_V1_BYTES);
	bi->rsdp_bytes = ACPI_RSDP_V1_BYTES;
	return true;
}

/* 3.6.17: of ACPI 2.0; it has all that the first one has, and wins over it. */
static bool mb2_rsdp_v2(struct boot_info *bi, const u8 *tag, u32 size)
{
	(void)size;
	memcpy(bi->rsdp, tag + MB2_RSDP, ACPI_RSDP_V2_BYTES);
	bi->rsdp_bytes = ACPI_RSDP_V2_BYTES;
	return true;
}

/* 3.6.23: where the image was put. */
static bool mb2_load_base(struct boot_info *bi, const u8 *tag, u32 size)
{
	(void)size;
	bi->load_base = get_unaligned_le32(tag + MB2_LOAD_BASE);
	bi->load_base_present = true;
	return true;
}

static const struct mb2_handler mb2_handlers[NR_MB2_TAGS] = {
	[MB2_TAG_CMDLINE] = { mb2_cmdline, MB2_STRING, false },
	[MB2_TAG_LOADER_NAME] = { mb2_loader_name, MB2_STRING, false },
	[MB2_TAG_MODULE] = { mb2_module, MB2_MODULE_STRING, true },
	[MB2_TAG_MEMINFO] = { mb2_meminfo, MB2_MEMINFO_BYTES, false },
	[MB2_TAG_MMAP] = { mb2_mmap, MB2_MMAP_ENTRIES, false },
	[MB2_TAG_FRAMEBUFFER] = { mb2_framebuffer, MB2_FB_BYTES, false },
	[MB2_TAG_ELF] = { mb2_elf_sections, MB2_ELF_HEADERS, false },
	[MB2_TAG_RSDP_V1] = { mb2_rsdp_v1, MB2_RSDP + ACPI_RSDP_V1_BYTES,
			      false },
	[MB2_TAG_RSDP_V2] = { mb2_rsdp_v2, MB2_RSDP + ACPI_RSDP_V2_BYTES,
			      false },
	[MB2_TAG_LOAD_BASE] = { mb2_load_base, MB2_LOAD_BASE_BYTES, false },
};
static_assert(NR_MB2_TAGS <= 32, "the set of types seen is one u32");
static_assert(ACPI_RSDP_V2_BYTES == BOOT_RSDP_BYTES, "either version fits");

/* @taken: types accepted before, one bit each. */
static void mb2_tag(struct boot_info *bi, const u8 *tag, u32 size, u32 *taken)
{
	u32 type = get_unaligned_le32(tag + MB2_TAG_TYPE);
	const struct mb2_handler *h;

	if (type >= NR_MB2_TAGS || !mb2_handlers[type].parse) {
		bi->nr_tags_unknown++;
		return;
	}
	h = &mb2_handlers[type];
	/* A refused tag is not in the set: a sound one may follow it. */
	if (*taken & (1u << type) && !h->many) {
		boot_note(bi, BOOT_PROBLEM_TAG_TWICE, type);
		return;
	}
	if (size < h->min_bytes) {
		boot_note(bi, BOOT_PROBLEM_TAG_SHORT, type);
		return;
	}
	bi->nr_tags++;
	if (h->parse(bi, tag, size))
		*taken |= 1u << type;
}

/* From tag to tag up to the end tag; @end is the bound of T1. */
static void mb2_walk(struct boot_info *bi, const u8 *block, u32 end)
{
	u32 pos = MB2_INFO_BYTES;
	u32 taken = 0;
	u32 type, size;

	while (end - pos >= MB2_TAG_BYTES) {
		type = get_unaligned_le32(block + pos + MB2_TAG_TYPE);
		size = get_unaligned_le32(block + pos + MB2_TAG_SIZE);
		if (size < MB2_TAG_BYTES) {
			boot_note(bi, BOOT_PROBLEM_TAG_SIZE, size);
			return;
		}
		/* Whatever its size: nothing is believed behind it. */
		if (type == MB2_TAG_END)
			return;
		if (size > end - pos) {
			boot_note(bi, BOOT_PROBLEM_TAG_PAST_END, size);
			return;
		}
		mb2_tag(bi, block + pos, size, &taken);
		/* The last tag's padding may be missing; see T1. */
		size = min(end - pos, ALIGN(size, MB2_TAG_ALIGN));
		pos += size;
	}
	boot_note(bi, BOOT_PROBLEM_NO_END_TAG, end);
}

int mb2_parse(struct boot_info *bi, const void *info, size_t avail_bytes,
	      u64 info_phys)
{
	const u8 *block = info;
	u32 end;

	boot_begin(bi, BOOT_PROTOCOL_MULTIBOOT2);
	if (avail_bytes < MB2_INFO_BYTES) {
		boot_note(bi, BOOT_PROBLEM_BLOCK_UNREADABLE, info_phys);
		return -EINVAL;
	}
	end = get_unaligned_le32(block + MB2_INFO_TOTAL_SIZE);
	if (end < MB2_INFO_BYTES + MB2_TAG_BYTES) {
		boot_note(bi, BOOT_PROBLEM_BLOCK_SIZE, end);
		return -EINVAL;
	}
	/* A size beyond all memory must not reserve all memory either. */
	if (end > avail_bytes) {
		boot_note(bi, BOOT_PROBLEM_BLOCK_CUT, end);
		end = (u32)avail_bytes;
	}
	boot_add_range(bi, info_phys, info_phys + end, BOOT_RANGE_INFO);
	mb2_walk(bi, block, end);
	return boot_finish(bi);
}
