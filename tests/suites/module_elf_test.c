/* SPDX-License-Identifier: MIT */
/*
 * module_elf_test.c - what is believed of a module's file, and what is not
 *
 * File and regions end where a vmalloc area does, so that a byte too far meets
 * the guard page behind it; hosted, sanitizers watch as well.
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/module_elf.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

#include "module_file.h"

/* Larger regions come of spoilt sizes, and are not linked. */
#define ARENA_BYTES (4 * PAGE_SIZE)
/* Where the regions believe to be: each so far from the one before. */
#define REGION_STEP 0x1000000u
#define PRINTK_AT 0xc0123456u
#define KFREE_AT 0xc0654320u

struct bench {
	u8 file[MODULE_FILE_BYTES]; /* the sound one */
	size_t bytes;
	u8 *arena; /* of a file; ends at a guard page */
	u8 *region[NR_MODULE_REGIONS]; /* likewise */
	struct module_image image;
};

static void bench_free(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < NR_MODULE_REGIONS; i++)
		vfree(b->region[i]);
	vfree(b->arena);
	vfree(b);
}

static struct bench *bench_make(struct ktest *t)
{
	struct bench *b = vzalloc(sizeof(*b));
	unsigned int i;

	if (!KTEST_EXPECT_TRUE(t, b))
		return NULL;
	b->bytes = module_file_make(b->file, false);
	b->arena = vmalloc(PAGE_SIZE);
	for (i = 0; i < NR_MODULE_REGIONS; i++)
		b->region[i] = vmalloc(ARENA_BYTES);
	for (i = 0; i < NR_MODULE_REGIONS; i++) {
		if (!b->region[i] || !b->arena) {
			KTEST_FAIL(t, "no memory");
			bench_free(b);
			return NULL;
		}
	}
	return b;
}

static int resolve(void *ctx, const char *name, u32 *value, const char **why)
{
	(void)ctx;
	if (!strcmp(name, "forbidden")) {
		*why = "is not for this one";
		return -EACCES;
	}
	if (!strcmp(name, "over")) {
		*why = "is over";
		return -ENOENT;
	}
	if (strcmp(name, "printk") && strcmp(name, "kfree"))
		return -ENOENT;
	*value = strcmp(name, "kfree") ? PRINTK_AT : KFREE_AT;
	return 0;
}

/* All four steps, with the first @bytes of b->file. */
static int load(struct bench *b, size_t bytes)
{
	struct module_image *m = &b->image;
	u8 *at = b->arena + PAGE_SIZE - bytes;
	unsigned int i;
	int err;

	memcpy(at, b->file, bytes);
	err = module_image_parse(m, at, bytes);
	if (err)
		return err;
	for (i = 0; i < NR_MODULE_REGIONS; i++) {
		struct module_region_place *r = &m->region[i];

		if (r->bytes > ARENA_BYTES)
			return 0;
		r->at = b->region[i] + ARENA_BYTES - r->bytes;
		r->address = (i + 1) * REGION_STEP;
		memset(r->at, 0, r->bytes);
	}
	module_image_place(m);
	err = module_image_resolve(m, resolve, NULL);
	if (!err)
		err = module_image_relocate(m);
	return err;
}

static u32 word_of(const struct bench *b, enum module_region region,
		   unsigned int nr)
{
	u32 word;

	memcpy(&word, b->image.region[region].at + nr * sizeof(word),
	       sizeof(word));
	return word;
}

static void a_sound_file_is_laid_out_by_rights(struct ktest *t)
{
	struct bench *b = bench_make(t);
	const char *parm;

	if (!b)
		return;
	KTEST_EXPECT_EQ(t, load(b, b->bytes), 0);
	KTEST_EXPECT_STREQ(t, b->image.why, "");
	KTEST_EXPECT_EQ(t, b->image.region[MODULE_TEXT].bytes, 16);
	KTEST_EXPECT_EQ(t, b->image.region[MODULE_RODATA].bytes, 6);
	/* 8 of .data, up to 32 for .bss, and its 40. */
	KTEST_EXPECT_EQ(t, b->image.region[MODULE_DATA].bytes, 72);
	KTEST_EXPECT_EQ(t, b->image.region[MODULE_DATA].align, 32);
	KTEST_EXPECT_EQ(t, b->image.region[MODULE_INIT_TEXT].bytes, 8);
	KTEST_EXPECT_EQ(t, b->image.region[MODULE_INIT_DATA].bytes, 0);
	KTEST_EXPECT_EQ(t, b->image.region[MODULE_PERCPU].bytes, 8);
	KTEST_EXPECT_EQ(
		t, memcmp(b->image.region[MODULE_RODATA].at, "hello", 6), 0);
	KTEST_EXPECT_STREQ(t, module_image_info(&b->image, "name", NULL),
			   "sound");
	parm = module_image_info(&b->image, "parm", NULL);
	KTEST_EXPECT_STREQ(t, parm, "a:one");
	parm = module_image_info(&b->image, "parm", parm);
	KTEST_EXPECT_STREQ(t, parm, "b:two");
	KTEST_EXPECT_PTR_EQ(t, module_image_info(&b->image, "parm", parm),
			    NULL);
	bench_free(b);
}

static void relocations_get_the_addresses_of_their_symbols(struct ktest *t)
{
	const u32 text = (MODULE_TEXT + 1) * REGION_STEP;
	const u32 data = (MODULE_DATA + 1) * REGION_STEP;
	struct bench *b = bench_make(t);

	if (!b)
		return;
	KTEST_EXPECT_EQ(t, load(b, b->bytes), 0);
	KTEST_EXPECT_EQ(t, word_of(b, MODULE_TEXT, 0), data + 4);
	KTEST_EXPECT_EQ(t, word_of(b, MODULE_TEXT, 1),
			PRINTK_AT - 4 - (text + 4));
	KTEST_EXPECT_EQ(t, word_of(b, MODULE_TEXT, 2),
			KFREE_AT - 4 - (text + 8));
	KTEST_EXPECT_EQ(t, word_of(b, MODULE_TEXT, 3),
			(MODULE_PERCPU + 1) * REGION_STEP + 4);
	KTEST_EXPECT_EQ(t, word_of(b, MODULE_DATA, 0), data + 32);
	KTEST_EXPECT_EQ(t, module_image_find(&b->image, "init_module"),
			(MODULE_INIT_TEXT + 1) * REGION_STEP + 2);
	KTEST_EXPECT_EQ(t, module_image_find(&b->image, "cleanup_module"),
			text + 8);
	/* Not code, and not there. */
	KTEST_EXPECT_EQ(t, module_image_find(&b->image, "counter"), 0);
	KTEST_EXPECT_EQ(t, module_image_find(&b->image, "printk"), 0);
	bench_free(b);
}

static void a_file_cut_anywhere_is_refused(struct ktest *t)
{
	struct bench *b = bench_make(t);
	unsigned int first;
	size_t bytes;

	if (!b)
		return;
	for (first = 0; first < 2; first++) {
		b->bytes = module_file_make(b->file, first);
		KTEST_EXPECT_EQ(t, load(b, b->bytes), 0);
		/* Up to 3 bytes at the end are there for the alignment. */
		for (bytes = 0; bytes < b->bytes - 3; bytes++) {
			if (load(b, bytes) == -ENOEXEC && b->image.why[0])
				continue;
			KTEST_FAIL(t, "cut at %zu of %zu: not refused", bytes,
				   b->bytes);
		}
	}
	bench_free(b);
}

/* Refused with a sentence of one line, or loaded; but nothing else. */
static void expect_refused_or_harmless(struct ktest *t, struct bench *b,
				       const char *what, unsigned int at,
				       u32 value)
{
	int err = load(b, b->bytes);

	if (!err && !b->image.why[0])
		return;
	if ((err == -ENOEXEC || err == -ENOENT) && b->image.why[0] &&
	    !strchr(b->image.why, '\n'))
		return;
	KTEST_FAIL(t, "%s at %u set to %#x: %d '%s'", what, at, value, err,
		   b->image.why);
}

/* Set each field of @nr records at @p, described by their @widths, to each bad
 * value. */
static void spoil(struct ktest *t, struct bench *b, const char *what, u8 *p,
		  unsigned int nr, const u8 *widths)
{
	static const u32 values[] = { 0, 1, 0x7fffffff, 0x80000000,
				      0xffffffff };
	unsigned int i, v, at = 0;
	const u8 *width;
	u8 kept[4];

	for (i = 0; i < nr; i++) {
		for (width = widths; *width; at += *width++) {
			memcpy(kept, p + at, *width);
			for (v = 0; v < ARRAY_SIZE(values); v++) {
				memcpy(p + at, &values[v], *width);
				expect_refused_or_harmless(t, b, what, at,
							   values[v]);
			}
			memcpy(p + at, kept, *width);
		}
	}
}

static void every_field_can_be_anything(struct ktest *t)
{
	static const u8 ehdr[] = { 4, 1, 1, 1, 1, 4, 4, 2, 2, 4, 4,
				   4, 4, 4, 2, 2, 2, 2, 2, 2, 0 };
	static const u8 shdr[] = { 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 0 };
	static const u8 sym[] = { 4, 4, 4, 1, 1, 2, 0 };
	static const u8 rel[] = { 4, 4, 0 };
	struct bench *b = bench_make(t);

	if (!b)
		return;
	spoil(t, b, "header", b->file, 1, ehdr);
	spoil(t, b, "section", module_file_section(b->file, 0), NR_MF_SECTIONS,
	      shdr);
	spoil(t, b, "symbol", module_file_symbol(b->file, 0), NR_MF_SYMBOLS,
	      sym);
	spoil(t, b, "relocation of text",
	      module_file_rel(b->file, MF_REL_TEXT, 0), NR_MF_TEXT_RELS, rel);
	spoil(t, b, "relocation of data",
	      module_file_rel(b->file, MF_REL_DATA, 0), 1, rel);
	KTEST_EXPECT_EQ(t, load(b, b->bytes), 0);
	bench_free(b);
}

/* --- one thing wrong, and what is said ---------------------------------------- */

static void section_set(struct bench *b, unsigned int section, size_t field,
			u32 value)
{
	memcpy(module_file_section(b->file, section) + field, &value,
	       sizeof(value));
}
#define SECTION_SET(b, section, field, value) \
	section_set(b, section, offsetof(struct elf32_shdr, field), value)

static void symbol_set(struct bench *b, unsigned int symbol, u16 section)
{
	memcpy(module_file_symbol(b->file, symbol) +
		       offsetof(struct elf32_sym, st_shndx),
	       &section, sizeof(section));
}

static void rel_set(struct bench *b, u32 offset, u32 info)
{
	const struct elf32_rel rel = { offset, info };

	memcpy(module_file_rel(b->file, MF_REL_TEXT, 1), &rel, sizeof(rel));
}

/* A name in @file becomes another of the same length. */
static void rename(struct bench *b, const char *from, const char *to)
{
	size_t i, len = strlen(from);

	for (i = 0; i + len <= b->bytes; i++) {
		if (!memcmp(b->file + i, from, len))
			memcpy(b->file + i, to, len);
	}
}

static void spoil_magic(struct bench *b)
{
	b->file[0] = 0;
}
static void spoil_class(struct bench *b)
{
	b->file[ELF_CLASS_AT] = 2;
}
static void spoil_machine(struct bench *b)
{
	b->file[offsetof(struct elf32_ehdr, e_machine)] = 62;
}
static void spoil_type(struct bench *b)
{
	b->file[offsetof(struct elf32_ehdr, e_type)] = 2;
}
static void spoil_rights(struct bench *b)
{
	SECTION_SET(b, MF_TEXT, sh_flags,
		    SHF_ALLOC | SHF_EXECINSTR | SHF_WRITE);
}
static void spoil_align(struct bench *b)
{
	SECTION_SET(b, MF_DATA, sh_addralign, 24);
}
static void spoil_size(struct bench *b)
{
	SECTION_SET(b, MF_BSS, sh_size, 0xfffffff0);
}
static void spoil_overlap(struct bench *b)
{
	struct elf32_shdr text;

	memcpy(&text, module_file_section(b->file, MF_TEXT), sizeof(text));
	SECTION_SET(b, MF_DATA, sh_offset, text.sh_offset + 12);
}
static void spoil_on_header(struct bench *b)
{
	SECTION_SET(b, MF_DATA, sh_offset, 50);
}
static void spoil_table_name(struct bench *b)
{
	rename(b, ".rodata", "my_list");
}
static void spoil_entsize(struct bench *b)
{
	SECTION_SET(b, MF_REL_TEXT, sh_entsize, 12);
}
static void spoil_rela(struct bench *b)
{
	SECTION_SET(b, MF_REL_TEXT, sh_type, SHT_RELA);
}
static void spoil_no_symbols(struct bench *b)
{
	SECTION_SET(b, MF_SYMTAB, sh_type, SHT_PROGBITS);
}
static void spoil_common(struct bench *b)
{
	symbol_set(b, MF_SYM_BSS, SHN_COMMON);
}
static void spoil_no_section(struct bench *b)
{
	symbol_set(b, MF_SYM_BSS, 99);
}
static void spoil_not_loaded(struct bench *b)
{
	symbol_set(b, MF_SYM_LOCAL, MF_COMMENT);
}
static void spoil_rel_type(struct bench *b)
{
	rel_set(b, 4, MF_SYM_PRINTK << 8 | 10);
}
static void spoil_rel_offset(struct bench *b)
{
	rel_set(b, 13, MF_SYM_PRINTK << 8 | R_386_PC32);
}
static void spoil_rel_symbol(struct bench *b)
{
	rel_set(b, 4, NR_MF_SYMBOLS << 8 | R_386_PC32);
}
static void spoil_names(struct bench *b)
{
	rename(b, "printk", "prin\nt");
	rename(b, "kfree", "kfrex");
}
static void spoil_forbidden(struct bench *b)
{
	rename(b, "cleanup_module", "forbidden\0xxxx");
	symbol_set(b, MF_SYM_EXIT, SHN_UNDEF);
}
static void spoil_over(struct bench *b)
{
	rename(b, "printk", "over\0x");
	rename(b, "kfree", "kfrex");
}

static const struct {
	void (*spoil)(struct bench *b);
	int err;
	const char *why;
} wrongs[] = {
	{ spoil_magic, -ENOEXEC, "is no ELF file" },
	{ spoil_class, -ENOEXEC, "is no little-endian 32-bit ELF file" },
	{ spoil_machine, -ENOEXEC, "is for machine 62, not for i386" },
	{ spoil_type, -ENOEXEC, "has ELF type 2: no relocatable file" },
	{ spoil_rights, -ENOEXEC,
	  "section .text wants to be writable and executable" },
	{ spoil_align, -ENOEXEC,
	  "section .data has an alignment that is no power of two up to a "
	  "page" },
	{ spoil_size, -ENOEXEC,
	  "section .bss makes it larger than any module" },
	{ spoil_overlap, -ENOEXEC, "section .data lies on another one" },
	{ spoil_on_header, -ENOEXEC,
	  "section .data lies on the file's headers" },
	{ spoil_table_name, -ENOEXEC,
	  "section my_list is a table of the kernel's own image" },
	{ spoil_entsize, -ENOEXEC,
	  "section .rel.text is no table of 8-byte relocations" },
	{ spoil_rela, -ENOEXEC,
	  "section .rel.text has addends, as no i386 file has" },
	{ spoil_no_symbols, -ENOEXEC, "has no symbol table" },
	{ spoil_common, -ENOEXEC,
	  "symbol zeroes is common: compile with -fno-common" },
	{ spoil_no_section, -ENOEXEC, "symbol zeroes lies in no section" },
	{ spoil_not_loaded, -ENOEXEC,
	  "section .rel.text, relocation 0 names a symbol that is not "
	  "loaded" },
	{ spoil_rel_type, -ENOEXEC,
	  "section .rel.text, relocation 1 is of type 10, which is not "
	  "known" },
	{ spoil_rel_offset, -ENOEXEC,
	  "section .rel.text, relocation 1 is outside its section" },
	{ spoil_rel_symbol, -ENOEXEC,
	  "section .rel.text, relocation 1 names no symbol" },
	{ spoil_names, -ENOENT, "unknown symbols prin?t, kfrex" },
	{ spoil_forbidden, -EACCES, "symbol forbidden is not for this one" },
	{ spoil_over, -ENOENT, "symbol over is over" },
};

static void each_refusal_says_what_is_wrong(struct ktest *t)
{
	struct bench *b = bench_make(t);
	unsigned int i;

	if (!b)
		return;
	for (i = 0; i < ARRAY_SIZE(wrongs); i++) {
		b->bytes = module_file_make(b->file, false);
		wrongs[i].spoil(b);
		KTEST_EXPECT_EQ(t, load(b, b->bytes), wrongs[i].err);
		KTEST_EXPECT_STREQ(t, b->image.why, wrongs[i].why);
	}
	bench_free(b);
}

/* The symbols of a file that is larger than any sound one: all have one name. */
#define LONG_NAME 4096u
#define MOST_SYMBOLS 4200u
#define SHARED_BYTES                                                   \
	(MODULE_FILE_BYTES + MOST_SYMBOLS * sizeof(struct elf32_sym) + \
	 LONG_NAME)

static int parse_shared_name(struct bench *b, u8 *file, u32 nr_symbols)
{
	const u32 symbols_at = MODULE_FILE_BYTES;
	const u32 names_at =
		symbols_at + MOST_SYMBOLS * (u32)sizeof(struct elf32_sym);
	struct elf32_sym sym = { .st_shndx = SHN_ABS };
	struct elf32_shdr s;
	u32 i;

	memset(file, 0, SHARED_BYTES);
	module_file_make(file, false);
	memcpy(&s, module_file_section(file, MF_SYMTAB), sizeof(s));
	s.sh_offset = symbols_at;
	s.sh_size = nr_symbols * (u32)sizeof(sym);
	memcpy(module_file_section(file, MF_SYMTAB), &s, sizeof(s));
	memcpy(&s, module_file_section(file, MF_STRTAB), sizeof(s));
	s.sh_offset = names_at;
	s.sh_size = LONG_NAME;
	memcpy(module_file_section(file, MF_STRTAB), &s, sizeof(s));
	for (i = 1; i < nr_symbols; i++)
		memcpy(file + symbols_at + i * sizeof(sym), &sym, sizeof(sym));
	memset(file + names_at, 'n', LONG_NAME - 1);
	return module_image_parse(&b->image, file, SHARED_BYTES);
}

/* Each name is kept by itself: a short file could ask for more than 4 GiB. */
static void names_that_share_their_bytes_are_counted_each(struct ktest *t)
{
	const u32 fit = MODULE_MAX_BYTES / LONG_NAME + 1;
	struct bench *b = bench_make(t);
	u8 *file = vmalloc(SHARED_BYTES);

	if (b && KTEST_EXPECT_NOT_NULL(t, file)) {
		KTEST_EXPECT_EQ(t, parse_shared_name(b, file, fit), 0);
		KTEST_EXPECT_EQ(t, parse_shared_name(b, file, fit + 1),
				-ENOEXEC);
	}
	vfree(file);
	if (b)
		bench_free(b);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_sound_file_is_laid_out_by_rights),
	KTEST_CASE(relocations_get_the_addresses_of_their_symbols),
	KTEST_CASE(a_file_cut_anywhere_is_refused),
	KTEST_CASE(every_field_can_be_anything),
	KTEST_CASE(each_refusal_says_what_is_wrong),
	KTEST_CASE(names_that_share_their_bytes_are_counted_each),
};
KTEST_SUITE(module_elf, cases);
