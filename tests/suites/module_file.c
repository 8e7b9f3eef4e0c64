/* SPDX-License-Identifier: MIT */
/* module_file.c - a small sound module as bytes */
#include <kernel/string.h>
#include <kernel/util.h>

#include "module_file.h"

static const char modinfo[] = "license=GPL\0name=sound\0parm=a:one\0parm=b:two";

static const struct {
	const char *name;
	u32 type, flags, size, align;
} sections[NR_MF_SECTIONS] = {
	[MF_NULL] = { "", SHT_NULL, 0, 0, 0 },
	[MF_TEXT] = { ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 16,
		      16 },
	[MF_REL_TEXT] = { ".rel.text", SHT_REL, 0,
			  NR_MF_TEXT_RELS * sizeof(struct elf32_rel), 4 },
	[MF_RODATA] = { ".rodata", SHT_PROGBITS, SHF_ALLOC, 6, 1 },
	[MF_DATA] = { ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8, 4 },
	[MF_REL_DATA] = { ".rel.data", SHT_REL, 0, sizeof(struct elf32_rel),
			  4 },
	[MF_BSS] = { ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 40, 32 },
	[MF_INIT_TEXT] = { ".init.text", SHT_PROGBITS,
			   SHF_ALLOC | SHF_EXECINSTR, 8, 1 },
	[MF_PERCPU] = { "percpu", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8, 4 },
	[MF_MODINFO] = { ".modinfo", SHT_PROGBITS, SHF_ALLOC, sizeof(modinfo),
			 1 },
	[MF_COMMENT] = { ".comment", SHT_PROGBITS, 0, 5, 1 },
	[MF_SYMTAB] = { ".symtab", SHT_SYMTAB, 0,
			NR_MF_SYMBOLS * sizeof(struct elf32_sym), 4 },
	[MF_STRTAB] = { ".strtab", SHT_STRTAB, 0, 0, 1 },
	[MF_SHSTRTAB] = { ".shstrtab", SHT_STRTAB, 0, 0, 1 },
};

static const struct {
	const char *name;
	u32 value, size;
	u8 bind, type;
	u16 section;
} symbols[NR_MF_SYMBOLS] = {
	[MF_SYM_TEXT] = { "", 0, 0, STB_LOCAL, 3, MF_TEXT },
	[MF_SYM_LOCAL] = { "local", 4, 4, STB_LOCAL, STT_OBJECT, MF_DATA },
	[MF_SYM_INIT] = { "init_module", 2, 6, STB_GLOBAL, STT_FUNC,
			  MF_INIT_TEXT },
	[MF_SYM_EXIT] = { "cleanup_module", 8, 8, STB_GLOBAL, STT_FUNC,
			  MF_TEXT },
	[MF_SYM_PRINTK] = { "printk", 0, 0, STB_GLOBAL, STT_NOTYPE, SHN_UNDEF },
	[MF_SYM_KFREE] = { "kfree", 0, 0, STB_GLOBAL, STT_NOTYPE, SHN_UNDEF },
	[MF_SYM_WEAK] = { "perhaps", 0, 0, STB_WEAK, STT_NOTYPE, SHN_UNDEF },
	[MF_SYM_ABS] = { "absolute", MF_ABS_VALUE, 0, STB_GLOBAL, STT_NOTYPE,
			 SHN_ABS },
	[MF_SYM_PERCPU] = { "counter", 4, 4, STB_GLOBAL, STT_OBJECT,
			    MF_PERCPU },
	[MF_SYM_BSS] = { "zeroes", 0, 40, STB_GLOBAL, STT_OBJECT, MF_BSS },
};

static const struct elf32_rel text_rels[NR_MF_TEXT_RELS] = {
	[MF_REL_32] = { 0, MF_SYM_LOCAL << 8 | R_386_32 },
	[MF_REL_PC32] = { 4, MF_SYM_PRINTK << 8 | R_386_PC32 },
	[MF_REL_PLT32] = { 8, MF_SYM_KFREE << 8 | R_386_PLT32 },
	[MF_REL_PERCPU] = { 12, MF_SYM_PERCPU << 8 | R_386_32 },
};
static const struct elf32_rel data_rel = { 0, MF_SYM_BSS << 8 | R_386_32 };

u8 *module_file_section(u8 *file, unsigned int section)
{
	struct elf32_ehdr h;

	memcpy(&h, file, sizeof(h));
	return file + h.e_shoff + section * sizeof(struct elf32_shdr);
}

static u8 *section_bytes(u8 *file, unsigned int section)
{
	struct elf32_shdr s;

	memcpy(&s, module_file_section(file, section), sizeof(s));
	return file + s.sh_offset;
}

u8 *module_file_symbol(u8 *file, unsigned int symbol)
{
	return section_bytes(file, MF_SYMTAB) +
	       symbol * sizeof(struct elf32_sym);
}

u8 *module_file_rel(u8 *file, unsigned int section, unsigned int nr)
{
	return section_bytes(file, section) + nr * sizeof(struct elf32_rel);
}

/* @name behind the names so far. Return: where it begins. */
static u32 add_name(u8 *table, u32 *bytes, const char *name)
{
	u32 at = *bytes;

	memcpy(table + at, name, strlen(name) + 1);
	*bytes += (u32)strlen(name) + 1;
	return at;
}

static void put_symbols(u8 *symtab, u8 *strtab, u32 *names)
{
	unsigned int i;

	for (i = 0; i < NR_MF_SYMBOLS; i++) {
		const struct elf32_sym sym = {
			.st_name = symbols[i].name && *symbols[i].name ?
					   add_name(strtab, names,
						    symbols[i].name) :
					   0,
			.st_value = symbols[i].value,
			.st_size = symbols[i].size,
			.st_info = (u8)(symbols[i].bind << 4 | symbols[i].type),
			.st_shndx = symbols[i].section,
		};

		memcpy(symtab + i * sizeof(sym), &sym, sizeof(sym));
	}
}

static struct elf32_shdr section_header(unsigned int i, u32 offset)
{
	struct elf32_shdr s = {
		.sh_type = sections[i].type,
		.sh_flags = sections[i].flags,
		.sh_offset = offset,
		.sh_size = sections[i].size,
		.sh_addralign = sections[i].align,
	};

	if (s.sh_type == SHT_REL) {
		s.sh_entsize = sizeof(struct elf32_rel);
		s.sh_link = MF_SYMTAB;
		s.sh_info = i - 1;
	} else if (s.sh_type == SHT_SYMTAB) {
		s.sh_entsize = sizeof(struct elf32_sym);
		s.sh_link = MF_STRTAB;
		s.sh_info = MF_SYM_INIT;
	}
	return s;
}

static void put_contents(u8 *at, unsigned int i)
{
	static const u32 addends[4] = { 0, (u32)-4, (u32)-4, 0 };

	switch (i) {
	case MF_TEXT: memcpy(at, addends, sizeof(addends)); break;
	case MF_REL_TEXT: memcpy(at, text_rels, sizeof(text_rels)); break;
	case MF_REL_DATA: memcpy(at, &data_rel, sizeof(data_rel)); break;
	case MF_RODATA: memcpy(at, "hello", 6); break;
	case MF_MODINFO: memcpy(at, modinfo, sizeof(modinfo)); break;
	case MF_PERCPU: memset(at, 7, 8); break;
	default: break;
	}
}

/* Everything but the headers, from @at on. Return: the end. */
static u32 put_sections(u8 *buf, u32 at, struct elf32_shdr *shdr)
{
	u32 names = 1, section_names = 1;
	unsigned int i;

	for (i = 0; i < NR_MF_SECTIONS; i++) {
		at = ALIGN(at, 4u);
		shdr[i] = section_header(i, i ? at : 0);
		put_contents(buf + at, i);
		if (i == MF_STRTAB) {
			put_symbols(buf + shdr[MF_SYMTAB].sh_offset, buf + at,
				    &names);
			shdr[i].sh_size = names;
		}
		if (shdr[i].sh_type != SHT_NOBITS)
			at += shdr[i].sh_size;
	}
	for (i = 1; i < NR_MF_SECTIONS; i++)
		shdr[i].sh_name = add_name(buf + shdr[MF_SHSTRTAB].sh_offset,
					   &section_names, sections[i].name);
	shdr[MF_SHSTRTAB].sh_size = section_names;
	return ALIGN(at + section_names, 4u);
}

size_t module_file_make(u8 *buf, bool table_first)
{
	struct elf32_shdr shdr[NR_MF_SECTIONS];
	struct elf32_ehdr h = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_REL,
		.e_machine = EM_386,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(h),
		.e_shentsize = sizeof(shdr[0]),
		.e_shnum = NR_MF_SECTIONS,
		.e_shstrndx = MF_SHSTRTAB,
	};
	u32 end;

	memset(buf, 0, MODULE_FILE_BYTES);
	end = put_sections(
		buf, (u32)sizeof(h) + (table_first ? (u32)sizeof(shdr) : 0),
		shdr);
	h.e_shoff = table_first ? (u32)sizeof(h) : end;
	memcpy(buf, &h, sizeof(h));
	memcpy(buf + h.e_shoff, shdr, sizeof(shdr));
	return table_first ? end : end + sizeof(shdr);
}
