/* SPDX-License-Identifier: MIT */
/*
 * module_symbols.c - names of what modules have, for traces and kallsyms
 *
 * A loaded module keeps the names of its functions and variables, behind its
 * constants: a table in rising order of addresses, then the texts. A name
 * reaches as far as the compiler said it does, or to the next one if it said
 * nothing.
 *
 * Callable from any exception: the list is read under RCU, and what is reached
 * from it stays as it is until a grace period after it has left the list. A
 * trace may come when a list is just being changed: list_add_rcu() and
 * list_del_rcu() keep it walkable.
 */
#include <kernel/module_loader.h>
#include <kernel/rculist.h>
#include <kernel/rcupdate.h>
#include <kernel/sort.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include "module_internal.h"

/* --- made when it is loaded ------------------------------------------------------ */

static bool is_wanted(const struct module_image *m, const char *name,
		      const struct elf32_sym *sym)
{
	enum module_region region = module_image_region(m, sym);
	unsigned int type = ELF_ST_TYPE(sym->st_info);

	return *name && region < MODULE_PERCPU &&
	       (type == STT_FUNC || type == STT_OBJECT || type == STT_NOTYPE);
}

u32 module_symbols_bytes(const struct module_image *m)
{
	struct elf32_sym sym;
	u32 i, bytes = 0;

	for (i = 1; i < m->nr_symbols; i++) {
		const char *name = module_image_symbol(m, i, &sym);

		if (is_wanted(m, name, &sym))
			bytes += (u32)(sizeof(struct module_symbol) +
				       strlen(name) + 1);
	}
	return bytes;
}

/* nm's letter: small for what no other file sees. */
static char symbol_letter(const struct module_image *m,
			  const struct elf32_sym *sym)
{
	static const char letters[] = { [MODULE_TEXT] = 't',
					[MODULE_RODATA] = 'r',
					[MODULE_DATA] = 'd',
					[MODULE_INIT_TEXT] = 't',
					[MODULE_INIT_DATA] = 'd' };
	char letter = letters[module_image_region(m, sym)];

	if (ELF_ST_BIND(sym->st_info) == STB_LOCAL)
		return letter;
	return (char)(letter - 'a' + 'A');
}

/* Of two names for one address that counts which stands last: the author's own,
 * not init_module. Big letters come first. */
static int symbol_compare(const void *a, const void *b)
{
	const struct module_symbol *sa = a, *sb = b;

	if (sa->addr == sb->addr)
		return sa->type - sb->type;
	return sa->addr > sb->addr ? 1 : -1;
}

void module_symbols_fill(struct loaded_module *lm, const struct module_image *m,
			 void *at)
{
	struct module_symbol *s = at;
	struct elf32_sym sym;
	char *text;
	u32 i, nr = 0;

	for (i = 1; i < m->nr_symbols; i++)
		nr += is_wanted(m, module_image_symbol(m, i, &sym), &sym);
	text = (char *)(s + nr);
	for (i = 1, nr = 0; i < m->nr_symbols; i++) {
		const char *name = module_image_symbol(m, i, &sym);
		size_t len = strlen(name) + 1;

		if (!is_wanted(m, name, &sym))
			continue;
		memcpy(text, name, len);
		s[nr++] = (struct module_symbol){
			.name = text,
			.addr = sym.st_value,
			.bytes = sym.st_size,
			.type = symbol_letter(m, &sym),
		};
		text += len;
	}
	heap_sort(s, nr, sizeof(*s), symbol_compare);
	lm->symbols = s;
	lm->nr_symbols = nr;
}

/* --- asked -------------------------------------------------------------------------- */

/* The region around @addr; NR_MODULE_REGIONS: none. Init's text is known as long
 * as the module is: its call sites are looked up when it is long gone, and no
 * other code is put there. Where its data was may be anything now. */
static enum module_region region_around(const struct loaded_module *lm,
					unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < MODULE_PERCPU; i++) {
		if (addr - lm->region[i].start >= lm->region[i].bytes)
			continue;
		if (i == MODULE_INIT_DATA && !READ_ONCE(lm->init_area.base))
			continue;
		return (enum module_region)i;
	}
	return NR_MODULE_REGIONS;
}

/* The last name at or below @addr, in its region. */
static bool symbol_around(const struct loaded_module *lm, unsigned long addr,
			  struct symbol_info *info)
{
	enum module_region region = region_around(lm, addr);
	unsigned long end;
	u32 low = 0, high = lm->nr_symbols;
	const struct module_symbol *s;

	if (region == NR_MODULE_REGIONS)
		return false;
	while (low < high) {
		u32 mid = (low + high) / 2;

		if (lm->symbols[mid].addr > addr)
			high = mid;
		else
			low = mid + 1;
	}
	if (!low || lm->symbols[low - 1].addr < lm->region[region].start)
		return false;
	s = &lm->symbols[low - 1];
	end = lm->region[region].start + lm->region[region].bytes;
	if (low < lm->nr_symbols)
		end = min(end, (unsigned long)s[1].addr);
	*info = (struct symbol_info){
		.name = s->name,
		.start = s->addr,
		.bytes = s->bytes ? s->bytes : end - s->addr,
		.module = lm->mod.name,
	};
	return true;
}

static bool modules_lookup(unsigned long addr, struct symbol_info *info)
{
	const struct loaded_module *lm;
	bool found = false;

	rcu_read_lock();
	list_for_each_entry_rcu(lm, &module_list, link)
	{
		found = symbol_around(lm, addr, info);
		if (found)
			break;
	}
	rcu_read_unlock();
	return found;
}

static bool modules_is_text(unsigned long addr)
{
	const struct loaded_module *lm;
	enum module_region region = NR_MODULE_REGIONS;
	bool found;

	rcu_read_lock();
	list_for_each_entry_rcu(lm, &module_list, link)
	{
		region = region_around(lm, addr);
		if (region == MODULE_TEXT || region == MODULE_INIT_TEXT)
			break;
	}
	/* The unwinder reads it. */
	found = region == MODULE_TEXT ||
		(region == MODULE_INIT_TEXT && READ_ONCE(lm->init_area.base));
	rcu_read_unlock();
	return found;
}

static void modules_list(char *buf, size_t size)
{
	const struct loaded_module *lm;
	int n = 0;

	buf[0] = '\0';
	rcu_read_lock();
	list_for_each_entry_rcu(lm, &module_list, link) n +=
		scnprintf(buf + n, size - (size_t)n, "%s%s%s", n ? " " : "",
			  lm->mod.name, lm->gpl ? "" : "(P)");
	rcu_read_unlock();
}

static const struct module_symbols module_symbols = {
	.lookup = modules_lookup,
	.is_text = modules_is_text,
	.list = modules_list,
};

void modules_init(void)
{
	symbols_set_modules(&module_symbols);
	module_files_init();
}
