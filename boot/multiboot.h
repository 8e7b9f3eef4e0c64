/* SPDX-License-Identifier: MIT */
/*
 * multiboot.h - numbers of the Multiboot Specification, versions 1 and 2
 *
 * Section numbers are those of version 0.6.96 (multiboot1) and version 2.0
 * (multiboot2). All fields are little-endian. The parsers read fields by
 * offset, for a block may start and end anywhere.
 */
#ifndef BOOT_MULTIBOOT_H
#define BOOT_MULTIBOOT_H

/* Multiboot1, 3.1.2: magic of the header, and 3.2: eax at entry. */
#define MB1_HEADER_MAGIC 0x1badb002u
#define MB1_ENTRY_MAGIC 0x2badb002u

/* Multiboot1, 3.3: flags that say which fields of the block are valid. */
#define MB1_FLAG_MEMINFO 0x0001u
#define MB1_FLAG_CMDLINE 0x0004u
#define MB1_FLAG_MODULES 0x0008u
#define MB1_FLAG_ELF 0x0020u
#define MB1_FLAG_MMAP 0x0040u
#define MB1_FLAG_LOADER_NAME 0x0200u
#define MB1_FLAG_FRAMEBUFFER 0x1000u

/* Multiboot1, 3.3: byte offsets in the information block. */
enum mb1_info_offset {
	MB1_INFO_FLAGS = 0,
	MB1_INFO_MEM_LOWER = 4, /* KiB from 0 */
	MB1_INFO_MEM_UPPER = 8, /* KiB from 1 MiB */
	MB1_INFO_CMDLINE = 16,
	MB1_INFO_MODS_COUNT = 20,
	MB1_INFO_MODS_ADDR = 24,
	MB1_INFO_ELF_NUM = 28,
	MB1_INFO_ELF_SIZE = 32,
	MB1_INFO_ELF_ADDR = 36,
	MB1_INFO_MMAP_LENGTH = 44,
	MB1_INFO_MMAP_ADDR = 48,
	MB1_INFO_LOADER_NAME = 64,
	MB1_INFO_BYTES = 88, /* all that a loader without graphics fills in */
	MB1_INFO_FB_ADDR = 88, /* 64 bits */
	MB1_INFO_FB_PITCH = 96,
	MB1_INFO_FB_WIDTH = 100,
	MB1_INFO_FB_HEIGHT = 104,
	MB1_INFO_FB_BPP = 108, /* 8 bits */
	MB1_INFO_FB_TYPE = 109, /* 8 bits */
	MB1_INFO_FULL_BYTES = 116,
};

/* Multiboot1, 3.3: an entry of the module list. */
enum mb1_module_offset {
	MB1_MODULE_START = 0,
	MB1_MODULE_END = 4, /* exclusive */
	MB1_MODULE_STRING = 8,
	MB1_MODULE_BYTES = 16,
};

/* Multiboot1, 3.3: a map entry; the size does not count itself. */
enum mb1_mmap_offset {
	MB1_MMAP_SIZE = 0,
	MB1_MMAP_BASE = 4, /* 64 bits */
	MB1_MMAP_LENGTH = 12, /* 64 bits */
	MB1_MMAP_TYPE = 20,
	MB1_MMAP_BYTES = 24,
	MB1_MMAP_SIZE_BYTES = 4,
};

/* Multiboot2, 3.1.2: magic of the header, and 3.3: eax at entry. */
#define MB2_HEADER_MAGIC 0xe85250d6u
#define MB2_ENTRY_MAGIC 0x36d76289u

/* Multiboot2, 3.6.1 and 3.6.2: the block's header, and a tag's. */
enum mb2_header_offset {
	MB2_INFO_TOTAL_SIZE = 0,
	MB2_INFO_BYTES = 8, /* total size, reserved */
	MB2_TAG_TYPE = 0,
	MB2_TAG_SIZE = 4, /* header included, padding not */
	MB2_TAG_BYTES = 8,
	MB2_TAG_ALIGN = 8,
};

/* Multiboot2, 3.6.3 to 3.6.23: tag types that are understood. */
enum mb2_tag_type {
	MB2_TAG_END = 0,
	MB2_TAG_CMDLINE = 1,
	MB2_TAG_LOADER_NAME = 2,
	MB2_TAG_MODULE = 3,
	MB2_TAG_MEMINFO = 4,
	MB2_TAG_MMAP = 6,
	MB2_TAG_FRAMEBUFFER = 8,
	MB2_TAG_ELF = 9,
	MB2_TAG_RSDP_V1 = 14,
	MB2_TAG_RSDP_V2 = 15,
	MB2_TAG_LOAD_BASE = 21,
	NR_MB2_TAGS,
};

/* Byte offsets in the tags, from the tag's first byte. */
enum mb2_tag_offset {
	MB2_STRING = 8, /* command line, loader name */

	MB2_MODULE_START = 8,
	MB2_MODULE_END = 12, /* exclusive */
	MB2_MODULE_STRING = 16,

	MB2_MEMINFO_LOWER = 8,
	MB2_MEMINFO_UPPER = 12,
	MB2_MEMINFO_BYTES = 16,

	MB2_MMAP_ENTRY_SIZE = 8,
	MB2_MMAP_ENTRIES = 16,

	MB2_FB_ADDR = 8, /* 64 bits */
	MB2_FB_PITCH = 16,
	MB2_FB_WIDTH = 20,
	MB2_FB_HEIGHT = 24,
	MB2_FB_BPP = 28, /* 8 bits */
	MB2_FB_TYPE = 29, /* 8 bits */
	MB2_FB_BYTES = 30,

	/* 16-bit fields in the text, 32-bit ones in GRUB, which is obeyed. */
	MB2_ELF_NUM = 8,
	MB2_ELF_ENTSIZE = 12,
	MB2_ELF_HEADERS = 20,

	MB2_RSDP = 8,

	MB2_LOAD_BASE = 8,
	MB2_LOAD_BASE_BYTES = 12,
};

/* Multiboot2, 3.6.8: an entry of the memory map. */
enum mb2_mmap_offset {
	MB2_ENTRY_BASE = 0, /* 64 bits */
	MB2_ENTRY_LENGTH = 8, /* 64 bits */
	MB2_ENTRY_TYPE = 16,
	MB2_ENTRY_BYTES = 24,
};

/*
 * The entry size may grow in later versions of either specification, in steps
 * of 8 (of 4 for multiboot1). It has not in twenty years, so a much larger one
 * is rubbish.
 */
#define MB_ENTRY_BYTES_MAX 128

/* ACPI 5.2.5.3: bytes of the root pointer, first version and later ones. */
#define ACPI_RSDP_V1_BYTES 20
#define ACPI_RSDP_V2_BYTES 36

#endif
