/* SPDX-License-Identifier: MIT */
/*
 * module_file.h - a small sound module as bytes, for suites and fuzzers to spoil
 */
#ifndef TESTS_MODULE_FILE_H
#define TESTS_MODULE_FILE_H

#include <kernel/elf.h>
#include <kernel/types.h>

enum module_file_section {
	MF_NULL,
	MF_TEXT,
	MF_REL_TEXT,
	MF_RODATA,
	MF_DATA,
	MF_REL_DATA,
	MF_BSS,
	MF_INIT_TEXT,
	MF_PERCPU,
	MF_MODINFO,
	MF_COMMENT,
	MF_SYMTAB,
	MF_STRTAB,
	MF_SHSTRTAB,
	NR_MF_SECTIONS
};

enum module_file_symbol {
	MF_SYM_NULL,
	MF_SYM_TEXT, /* of the section */
	MF_SYM_LOCAL,
	MF_SYM_INIT,
	MF_SYM_EXIT,
	MF_SYM_PRINTK, /* undefined */
	MF_SYM_KFREE, /* undefined */
	MF_SYM_WEAK, /* undefined, and may stay so */
	MF_SYM_ABS,
	MF_SYM_PERCPU,
	MF_SYM_BSS,
	NR_MF_SYMBOLS
};
#define MF_ABS_VALUE 0x1234u

/* Relocations of .text: at 0, 4, 8 and 12; of .data: at 0. */
enum { MF_REL_32, MF_REL_PC32, MF_REL_PLT32, MF_REL_PERCPU, NR_MF_TEXT_RELS };

#define MODULE_FILE_BYTES 2048u

/**
 * module_file_make - write the module to @buf of MODULE_FILE_BYTES
 * @table_first: the section table lies behind the header, not at the end
 * Return: how long it is.
 */
size_t module_file_make(u8 *buf, bool table_first);

/* Places in it. */
u8 *module_file_section(u8 *file, unsigned int section); /* its header */
u8 *module_file_symbol(u8 *file, unsigned int symbol);
u8 *module_file_rel(u8 *file, unsigned int section, unsigned int nr);

#endif
