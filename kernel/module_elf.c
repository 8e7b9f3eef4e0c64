/* SPDX-License-Identifier: MIT */
/*
 * module_elf.c - a relocatable ELF32 file: checked, laid out, linked
 *
 * A file is believed nothing. Every offset and size is compared with what there
 * is before it is used, as `x <= size && y <= size - x`, which cannot wrap.
 * After module_image_parse() has returned 0 it holds:
 *
 *   E1  every section but one without bytes lies in the file, beside the header
 *       and the section table, and no two share a byte
 *   E2  tables of names end with a NUL, and every name begins in its table
 *   E3  a section that is loaded has one region, inside of which it lies
 *   E4  a symbol that is defined lies inside its section
 *   E5  the names of all symbols together have at most MODULE_MAX_BYTES
 *
 * Symbols are changed in the file itself: from resolve() on, st_value is an
 * address. E1 is why this cannot change anything else that was checked.
 *
 * What goes where: rights decide, and a name that begins with ".init." puts a
 * section where it is freed after init. Tables that the linker collects for the
 * kernel's own image (style: SECTION_ENTRY) would be read by nobody; they are
 * refused rather than ignored.
 *
 * Pure: no lock, no allocation, no call but to lib.
 */
#include <kernel/ctype.h>
#include <kernel/errno.h>
#include <kernel/module_elf.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <asm/page.h>

/* Names are cut to this in messages. */
#define NAME_SHOWN 48

/* One sentence, once, of printable characters: names come from the file. */
static int __printf(3, 4)
	refuse(struct module_image *m, int err, const char *fmt, ...)
{
	va_list args;
	char *p;

	va_start(args, fmt);
	vscnprintf(m->why, sizeof(m->why), fmt, args);
	va_end(args);
	for (p = m->why; *p; p++) {
		if (!isprint(*p))
			*p = '?';
	}
	return err;
}

/* --- reading the file ------------------------------------------------------ */

static bool fits(const struct module_image *m, u32 offset, u32 bytes)
{
	return offset <= m->size && bytes <= m->size - offset;
}

static void section_read(const struct module_image *m, u32 idx,
			 struct elf32_shdr *s)
{
	memcpy(s, m->bytes + m->sections_at + idx * sizeof(*s), sizeof(*s));
}

/* E2 makes the name end. */
static const char *section_name(const struct module_image *m,
				const struct elf32_shdr *s)
{
	return (const char *)m->bytes + m->names.sh_offset + s->sh_name;
}

static void symbol_read(const struct module_image *m, u32 idx,
			struct elf32_sym *sym)
{
	memcpy(sym, m->bytes + m->symbols.sh_offset + idx * sizeof(*sym),
	       sizeof(*sym));
}

const char *module_image_symbol(const struct module_image *m, u32 idx,
				struct elf32_sym *sym)
{
	symbol_read(m, idx, sym);
	return (const char *)m->bytes + m->symbol_names.sh_offset +
	       sym->st_name;
}

static void symbol_set_value(struct module_image *m, u32 idx, u32 value)
{
	memcpy(m->bytes + m->symbols.sh_offset +
		       idx * sizeof(struct elf32_sym) +
		       offsetof(struct elf32_sym, st_value),
	       &value, sizeof(value));
}

/* --- the header ------------------------------------------------------------ */

static int check_ident(struct module_image *m, const struct elf32_ehdr *h)
{
	if (memcmp(h->e_ident, ELF_MAGIC, 4))
		return refuse(m, -ENOEXEC, "is no ELF file");
	if (h->e_ident[ELF_CLASS_AT] != ELFCLASS32 ||
	    h->e_ident[ELF_DATA_AT] != ELFDATA2LSB ||
	    h->e_ident[ELF_VERSION_AT] != EV_CURRENT ||
	    h->e_version != EV_CURRENT)
		return refuse(m, -ENOEXEC,
			      "is no little-endian 32-bit ELF file");
	if (h->e_machine != EM_386)
		return refuse(m, -ENOEXEC, "is for machine %u, not for i386",
			      h->e_machine);
	if (h->e_type != ET_REL)
		return refuse(m, -ENOEXEC,
			      "has ELF type %u: no relocatable file",
			      h->e_type);
	return 0;
}

static int check_header(struct module_image *m)
{
	struct elf32_ehdr h;
	int err;

	if (m->size < sizeof(h))
		return refuse(m, -ENOEXEC, "has %u bytes: no room for a header",
			      m->size);
	memcpy(&h, m->bytes, sizeof(h));
	err = check_ident(m, &h);
	if (err)
		return err;
	if (h.e_ehsize != sizeof(h) ||
	    h.e_shentsize != sizeof(struct elf32_shdr))
		return refuse(m, -ENOEXEC,
			      "has headers of %u and section entries of %u "
			      "bytes",
			      h.e_ehsize, h.e_shentsize);
	if (h.e_shnum < 2 || h.e_shnum > MODULE_MAX_SECTIONS)
		return refuse(m, -ENOEXEC, "has %u sections, not 2 to %u",
			      h.e_shnum, MODULE_MAX_SECTIONS);
	if (h.e_shoff < sizeof(h) ||
	    !fits(m, h.e_shoff, h.e_shnum * (u32)sizeof(struct elf32_shdr)))
		return refuse(m, -ENOEXEC,
			      "ends before its section table at %u (%u bytes)",
			      h.e_shoff, m->size);
	if (!h.e_shstrndx || h.e_shstrndx >= h.e_shnum)
		return refuse(m, -ENOEXEC, "has its names in section %u of %u",
			      h.e_shstrndx, h.e_shnum);
	m->sections_at = h.e_shoff;
	m->nr_sections = h.e_shnum;
	section_read(m, h.e_shstrndx, &m->names);
	return 0;
}

/* --- sections -------------------------------------------------------------- */

static int section_refuse(struct module_image *m, const struct elf32_shdr *s,
			  const char *what)
{
	return refuse(m, -ENOEXEC, "section %.*s %s", NAME_SHOWN,
		      section_name(m, s), what);
}

static bool has_bytes(const struct elf32_shdr *s)
{
	return s->sh_type != SHT_NULL && s->sh_type != SHT_NOBITS && s->sh_size;
}

/* E2. @s lies in the file. */
static bool is_name_table(const struct module_image *m,
			  const struct elf32_shdr *s)
{
	return s->sh_type == SHT_STRTAB && s->sh_size &&
	       !m->bytes[s->sh_offset + s->sh_size - 1];
}

static int check_section_names(struct module_image *m)
{
	if (!fits(m, m->names.sh_offset, m->names.sh_size) ||
	    !is_name_table(m, &m->names))
		return refuse(m, -ENOEXEC,
			      "has a table of section names that is outside "
			      "the file, or does not end");
	return 0;
}

static bool overlap(u32 a, u32 a_bytes, u32 b, u32 b_bytes)
{
	return a < b + b_bytes && b < a + a_bytes;
}

/* E1. All sections up to @idx lie in the file, so no sum wraps. */
static int check_overlap(struct module_image *m, u32 idx,
			 const struct elf32_shdr *s)
{
	struct elf32_shdr other;
	u32 i;

	if (overlap(s->sh_offset, s->sh_size, 0, sizeof(struct elf32_ehdr)) ||
	    overlap(s->sh_offset, s->sh_size, m->sections_at,
		    m->nr_sections * (u32)sizeof(*s)))
		return section_refuse(m, s, "lies on the file's headers");
	for (i = 1; i < idx; i++) {
		section_read(m, i, &other);
		if (has_bytes(&other) &&
		    overlap(s->sh_offset, s->sh_size, other.sh_offset,
			    other.sh_size))
			return section_refuse(m, s, "lies on another one");
	}
	return 0;
}

static int check_place(struct module_image *m, u32 idx,
		       const struct elf32_shdr *s)
{
	if (s->sh_name >= m->names.sh_size)
		return refuse(m, -ENOEXEC,
			      "section %u has its name outside the table", idx);
	if (s->sh_type == SHT_NULL)
		return 0;
	if (s->sh_addralign & (s->sh_addralign - 1) ||
	    s->sh_addralign > PAGE_SIZE)
		return section_refuse(m, s,
				      "has an alignment that is no power of "
				      "two up to a page");
	if (!has_bytes(s))
		return 0;
	if (!fits(m, s->sh_offset, s->sh_size))
		return section_refuse(m, s, "reaches past the end of the file");
	return check_overlap(m, idx, s);
}

/* Two symbol tables, or a table of relocations that is out of shape. */
static int check_tables(struct module_image *m, const struct elf32_shdr *s,
			u32 *symtab_idx, u32 idx)
{
	if (s->sh_type == SHT_SYMTAB) {
		if (*symtab_idx)
			return section_refuse(m, s, "is a second symbol table");
		*symtab_idx = idx;
	}
	if (s->sh_type == SHT_REL &&
	    (s->sh_entsize != sizeof(struct elf32_rel) ||
	     s->sh_size % sizeof(struct elf32_rel)))
		return section_refuse(m, s,
				      "is no table of 8-byte relocations");
	return 0;
}

static int check_symbol_tables(struct module_image *m, u32 symtab_idx)
{
	struct elf32_shdr *s = &m->symbols;

	if (!symtab_idx)
		return refuse(m, -ENOEXEC, "has no symbol table");
	section_read(m, symtab_idx, s);
	if (s->sh_entsize != sizeof(struct elf32_sym) || !s->sh_size ||
	    s->sh_size % sizeof(struct elf32_sym))
		return section_refuse(m, s, "is no table of 16-byte symbols");
	if (!s->sh_link || s->sh_link >= m->nr_sections)
		return section_refuse(m, s, "has its names in no section");
	section_read(m, s->sh_link, &m->symbol_names);
	if (!is_name_table(m, &m->symbol_names))
		return section_refuse(m, &m->symbol_names,
				      "holds no names, or does not end");
	m->nr_symbols = s->sh_size / (u32)sizeof(struct elf32_sym);
	return 0;
}

/* --- what goes where ------------------------------------------------------- */

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* A name as SECTION_ENTRY() has them, that is none of those a module may use. */
static bool is_kernel_table(const char *name)
{
	static const char *const known[] = { "exported_symbols", "__param",
					     "percpu" };
	const char *p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (!strcmp(name, known[i]))
			return false;
	}
	for (p = name; isalnum(*p) || *p == '_'; p++)
		;
	return !*p && p != name;
}

/* Read by the loader from the file, or by debuggers: not loaded. */
static bool is_for_tools(const char *name)
{
	return !strcmp(name, ".modinfo") || begins(name, ".eh_frame") ||
	       begins(name, ".note");
}

static enum module_region region_of(const struct elf32_shdr *s,
				    const char *name)
{
	bool init = begins(name, ".init.");

	if (!(s->sh_flags & SHF_ALLOC) || s->sh_type == SHT_NULL ||
	    is_for_tools(name))
		return MODULE_NOWHERE;
	if (!strcmp(name, "percpu"))
		return MODULE_PERCPU;
	if (s->sh_flags & SHF_EXECINSTR)
		return init ? MODULE_INIT_TEXT : MODULE_TEXT;
	if (init)
		return MODULE_INIT_DATA;
	return s->sh_flags & SHF_WRITE ? MODULE_DATA : MODULE_RODATA;
}

static int check_loaded(struct module_image *m, const struct elf32_shdr *s)
{
	if (s->sh_type != SHT_PROGBITS && s->sh_type != SHT_NOBITS)
		return refuse(m, -ENOEXEC,
			      "section %.*s is of type %#x, which is not "
			      "loaded",
			      NAME_SHOWN, section_name(m, s), s->sh_type);
	if (s->sh_flags & SHF_WRITE && s->sh_flags & SHF_EXECINSTR)
		return section_refuse(m, s,
				      "wants to be writable and "
				      "executable");
	if (s->sh_flags & SHF_TLS)
		return section_refuse(m, s, "is thread-local");
	/* As the names that such a driver would use: module_resolve(). */
	if (!strcmp(section_name(m, s), "boot_devices"))
		return refuse(m, -ENOENT,
			      "section boot_devices is for drivers linked in:"
			      " they are asked at boot, before any module");
	if (is_kernel_table(section_name(m, s)))
		return section_refuse(m, s,
				      "is a table of the kernel's own "
				      "image");
	return 0;
}

/* E3. */
static int lay_out(struct module_image *m, u32 idx, const struct elf32_shdr *s)
{
	enum module_region nr = region_of(s, section_name(m, s));
	u32 align = max(s->sh_addralign, 1u), offset;
	struct module_region_place *r;
	int err;

	m->place[idx].region = (u8)nr;
	if (nr == MODULE_NOWHERE)
		return 0;
	err = check_loaded(m, s);
	if (err)
		return err;
	r = &m->region[nr];
	/* Below MODULE_MAX_BYTES, so this does not wrap. */
	offset = ALIGN(r->bytes, align);
	if (s->sh_size > MODULE_MAX_BYTES ||
	    offset > MODULE_MAX_BYTES - s->sh_size)
		return section_refuse(m, s, "makes it larger than any module");
	m->place[idx].offset = offset;
	r->bytes = offset + s->sh_size;
	r->align = max(r->align, align);
	return 0;
}

/* The loader's own section, if there is one. */
static int note_info(struct module_image *m, const struct elf32_shdr *s)
{
	if (strcmp(section_name(m, s), ".modinfo") || !has_bytes(s))
		return 0;
	if (m->info.sh_size)
		return section_refuse(m, s, "comes twice");
	if (m->bytes[s->sh_offset + s->sh_size - 1])
		return section_refuse(m, s, "does not end with a NUL");
	m->info = *s;
	return 0;
}

static int check_sections(struct module_image *m)
{
	u32 i, symtab_idx = 0;
	struct elf32_shdr s;
	int err = 0;

	for (i = 1; i < m->nr_sections && !err; i++) {
		section_read(m, i, &s);
		err = check_place(m, i, &s);
		if (!err)
			err = check_tables(m, &s, &symtab_idx, i);
		if (!err)
			err = lay_out(m, i, &s);
		if (!err)
			err = note_info(m, &s);
	}
	return err ? err : check_symbol_tables(m, symtab_idx);
}

/* --- symbols --------------------------------------------------------------- */

static int symbol_refuse(struct module_image *m, const char *name,
			 const char *what)
{
	return refuse(m, -ENOEXEC, "symbol %.*s %s", NAME_SHOWN, name, what);
}

/* E4. @name_bytes: of the names so far. Names may share their bytes in the file,
 * but each is kept by itself. */
static int check_symbol(struct module_image *m, u32 idx, u32 *name_bytes)
{
	struct elf32_sym sym;
	struct elf32_shdr s;
	const char *name;

	symbol_read(m, idx, &sym);
	if (sym.st_name >= m->symbol_names.sh_size)
		return refuse(m, -ENOEXEC,
			      "symbol %u has its name outside the table", idx);
	name = module_image_symbol(m, idx, &sym);
	*name_bytes += (u32)strlen(name) + 1;
	if (*name_bytes > MODULE_MAX_BYTES)
		return symbol_refuse(m, name,
				     "is one of more names than any module's");
	if (sym.st_shndx == SHN_UNDEF || sym.st_shndx == SHN_ABS)
		return 0;
	if (sym.st_shndx == SHN_COMMON)
		return symbol_refuse(m, name,
				     "is common: compile with -fno-common");
	if (sym.st_shndx >= m->nr_sections)
		return symbol_refuse(m, name, "lies in no section");
	if (m->place[sym.st_shndx].region == MODULE_NOWHERE)
		return 0;
	section_read(m, sym.st_shndx, &s);
	if (sym.st_value > s.sh_size || sym.st_size > s.sh_size - sym.st_value)
		return symbol_refuse(m, name, "lies outside its section");
	return 0;
}

static int check_symbols(struct module_image *m)
{
	u32 i, name_bytes = 0;
	int err = 0;

	for (i = 1; i < m->nr_symbols && !err; i++)
		err = check_symbol(m, i, &name_bytes);
	return err;
}

int module_image_parse(struct module_image *m, void *bytes, size_t size)
{
	int err;

	memset(m, 0, sizeof(*m));
	m->bytes = bytes;
	if (size > MODULE_MAX_BYTES)
		return refuse(m, -ENOEXEC, "has %zu bytes, more than any",
			      size);
	m->size = (u32)size;
	m->place[0].region = MODULE_NOWHERE;
	err = check_header(m);
	if (!err)
		err = check_section_names(m);
	if (!err)
		err = check_sections(m);
	if (!err)
		err = check_symbols(m);
	return err;
}

const char *module_image_info(const struct module_image *m, const char *key,
			      const char *after)
{
	const char *start = (const char *)m->bytes + m->info.sh_offset;
	const char *end = start + m->info.sh_size, *p;
	size_t len = strlen(key);

	for (p = after ? after + strlen(after) + 1 : start; p < end;
	     p += strlen(p) + 1) {
		if (!strncmp(p, key, len) && p[len] == '=')
			return p + len + 1;
	}
	return NULL;
}

/* --- into memory ----------------------------------------------------------- */

static u8 *section_at(const struct module_image *m, u32 idx)
{
	const struct module_place *p = &m->place[idx];

	return m->region[p->region].at + p->offset;
}

static u32 section_address(const struct module_image *m, u32 idx)
{
	const struct module_place *p = &m->place[idx];

	return m->region[p->region].address + p->offset;
}

void module_image_place(const struct module_image *m)
{
	struct elf32_shdr s;
	u32 i;

	for (i = 1; i < m->nr_sections; i++) {
		section_read(m, i, &s);
		if (m->place[i].region != MODULE_NOWHERE && has_bytes(&s))
			memcpy(section_at(m, i), m->bytes + s.sh_offset,
			       s.sh_size);
	}
}

/* The names that nobody has, for one line. */
struct missing {
	char names[MODULE_WHY_BYTES - 32];
	int used;
	unsigned int nr, shown;
};

static void missing_add(struct missing *missing, const char *name)
{
	int room = (int)sizeof(missing->names) - missing->used;
	int n;

	missing->nr++;
	n = (int)strnlen(name, NAME_SHOWN) + 2;
	if (missing->shown + 1 < missing->nr || n >= room)
		return;
	missing->used += scnprintf(missing->names + missing->used, (size_t)room,
				   "%s%.*s", missing->shown ? ", " : "",
				   NAME_SHOWN, name);
	missing->shown++;
}

static int missing_refuse(struct module_image *m, const struct missing *missing)
{
	if (missing->shown == missing->nr)
		return refuse(m, -ENOENT, "unknown symbol%s %s",
			      missing->nr == 1 ? "" : "s", missing->names);
	return refuse(m, -ENOENT, "unknown symbols %s and %u more",
		      missing->names, missing->nr - missing->shown);
}

static int resolve_one(struct module_image *m, u32 idx, module_resolver resolve,
		       void *ctx, struct missing *missing)
{
	struct elf32_sym sym;
	const char *name = module_image_symbol(m, idx, &sym), *why = NULL;
	u32 value = 0;
	int err;

	if (sym.st_shndx == SHN_ABS)
		return 0;
	if (sym.st_shndx != SHN_UNDEF) {
		if (m->place[sym.st_shndx].region != MODULE_NOWHERE)
			symbol_set_value(m, idx,
					 section_address(m, sym.st_shndx) +
						 sym.st_value);
		return 0;
	}
	err = resolve(ctx, name, &value, &why);
	if (err == -ENOENT && ELF_ST_BIND(sym.st_info) == STB_WEAK)
		err = 0;
	if (err == -ENOENT && !why)
		missing_add(missing, name);
	else if (err)
		return refuse(m, err, "symbol %.*s %s", NAME_SHOWN, name, why);
	symbol_set_value(m, idx, value);
	return 0;
}

int module_image_resolve(struct module_image *m, module_resolver resolve,
			 void *ctx)
{
	struct missing missing = { .nr = 0 };
	int err = 0;
	u32 i;

	for (i = 1; i < m->nr_symbols && !err; i++)
		err = resolve_one(m, i, resolve, ctx, &missing);
	if (!err && missing.nr)
		err = missing_refuse(m, &missing);
	return err;
}

/* --- relocations ----------------------------------------------------------- */

static int rel_refuse(struct module_image *m, const struct elf32_shdr *table,
		      u32 nr, const char *what)
{
	return refuse(m, -ENOEXEC, "section %.*s, relocation %u %s", NAME_SHOWN,
		      section_name(m, table), nr, what);
}

/* Which symbol, and is it one that has an address? */
static int rel_symbol(struct module_image *m, const struct elf32_shdr *table,
		      u32 nr, const struct elf32_rel *rel,
		      struct elf32_sym *sym)
{
	u32 idx = ELF32_R_SYM(rel->r_info);

	if (!idx || idx >= m->nr_symbols)
		return rel_refuse(m, table, nr, "names no symbol");
	module_image_symbol(m, idx, sym);
	if (sym->st_shndx != SHN_UNDEF && sym->st_shndx != SHN_ABS &&
	    m->place[sym->st_shndx].region == MODULE_NOWHERE)
		return rel_refuse(m, table, nr,
				  "names a symbol that is not loaded");
	return 0;
}

/* @bytes: of the section that is patched, at @at. */
static int rel_apply(struct module_image *m, const struct elf32_shdr *table,
		     u32 nr, u32 bytes)
{
	u32 type, value, offset;
	struct elf32_sym sym = { 0 };
	struct elf32_rel rel;
	u8 *at;
	int err;

	memcpy(&rel, m->bytes + table->sh_offset + nr * sizeof(rel),
	       sizeof(rel));
	type = ELF32_R_TYPE(rel.r_info);
	offset = rel.r_offset;
	if (type == R_386_NONE)
		return 0;
	if (type != R_386_32 && type != R_386_PC32 && type != R_386_PLT32)
		return refuse(m, -ENOEXEC,
			      "section %.*s, relocation %u is of type %u, "
			      "which is not known",
			      NAME_SHOWN, section_name(m, table), nr, type);
	if (bytes < sizeof(u32) || offset > bytes - sizeof(u32))
		return rel_refuse(m, table, nr, "is outside its section");
	err = rel_symbol(m, table, nr, &rel, &sym);
	if (err)
		return err;
	at = section_at(m, table->sh_info) + offset;
	memcpy(&value, at, sizeof(value));
	value += sym.st_value;
	if (type != R_386_32)
		value -= section_address(m, table->sh_info) + offset;
	memcpy(at, &value, sizeof(value));
	return 0;
}

/* One table, if it is about a section that was loaded. */
static int relocate_table(struct module_image *m,
			  const struct elf32_shdr *table)
{
	struct elf32_shdr target, link;
	u32 i;
	int err = 0;

	if (!table->sh_info || table->sh_info >= m->nr_sections)
		return section_refuse(m, table, "is about no section");
	if (m->place[table->sh_info].region == MODULE_NOWHERE)
		return 0;
	if (table->sh_type == SHT_RELA)
		return section_refuse(m, table,
				      "has addends, as no i386 file has");
	if (!table->sh_link || table->sh_link >= m->nr_sections)
		return section_refuse(m, table, "has no symbol table");
	section_read(m, table->sh_link, &link);
	if (link.sh_type != SHT_SYMTAB)
		return section_refuse(m, table, "has no symbol table");
	section_read(m, table->sh_info, &target);
	if (target.sh_type == SHT_NOBITS && table->sh_size)
		return section_refuse(m, table,
				      "is about a section without bytes");
	for (i = 0; i < table->sh_size / sizeof(struct elf32_rel) && !err; i++)
		err = rel_apply(m, table, i, target.sh_size);
	return err;
}

int module_image_relocate(struct module_image *m)
{
	struct elf32_shdr s;
	int err = 0;
	u32 i;

	for (i = 1; i < m->nr_sections && !err; i++) {
		section_read(m, i, &s);
		if (s.sh_type == SHT_REL || s.sh_type == SHT_RELA)
			err = relocate_table(m, &s);
	}
	return err;
}

/* --- looking things up ----------------------------------------------------- */

enum module_region module_image_region(const struct module_image *m,
				       const struct elf32_sym *sym)
{
	if (sym->st_shndx == SHN_UNDEF || sym->st_shndx >= m->nr_sections)
		return MODULE_NOWHERE;
	return (enum module_region)m->place[sym->st_shndx].region;
}

u32 module_image_find(const struct module_image *m, const char *name)
{
	enum module_region region;
	struct elf32_sym sym;
	u32 i;

	for (i = 1; i < m->nr_symbols; i++) {
		const char *is = module_image_symbol(m, i, &sym);

		region = module_image_region(m, &sym);
		if (ELF_ST_BIND(sym.st_info) != STB_LOCAL &&
		    (region == MODULE_TEXT || region == MODULE_INIT_TEXT) &&
		    !strcmp(is, name))
			return sym.st_value;
	}
	return 0;
}

u8 *module_image_section(const struct module_image *m, const char *name,
			 u32 *bytes)
{
	struct elf32_shdr s;
	u32 i;

	for (i = 1; i < m->nr_sections; i++) {
		section_read(m, i, &s);
		if (m->place[i].region != MODULE_NOWHERE &&
		    !strcmp(section_name(m, &s), name)) {
			*bytes = s.sh_size;
			return section_at(m, i);
		}
	}
	return NULL;
}
