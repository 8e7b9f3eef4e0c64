/* SPDX-License-Identifier: MIT */
/*
 * kallsyms.c - all names of the image and of modules, and their addresses
 *
 * /proc/kallsyms has Linux's format. The image's table does not know which of
 * its names are local to a file; they are shown as global ones, with the letter
 * of their part of the image.
 *
 * Locking: module_mutex for modules; the image's names do not change.
 */
#include <kernel/module_loader.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <asm/processor.h>
#include "module_internal.h"

static char image_letter(unsigned long addr)
{
	switch (arch_image_part(addr)) {
	case IMAGE_TEXT: return 'T';
	case IMAGE_RODATA: return 'R';
	case IMAGE_BSS: return 'B';
	default: return 'D';
	}
}

/* Init's names are kept for reports when its code is gone. */
static bool is_there(const struct loaded_module *lm,
		     const struct module_symbol *s)
{
	return module_has(lm, (const void *)(unsigned long)s->addr, 0);
}

static void module_show(struct seq_file *m, const struct loaded_module *lm)
{
	const struct module_symbol *s;

	for (s = lm->symbols; s < lm->symbols + lm->nr_symbols; s++) {
		if (is_there(lm, s))
			seq_printf(m, "%08x %c %s\t[%s]\n", s->addr, s->type,
				   s->name, lm->mod.name);
	}
}

static void kallsyms_show(struct seq_file *m)
{
	struct arch_symbol_cursor cursor = { .nr = 0 };
	const struct loaded_module *lm;

	while (arch_symbol_next(&cursor))
		seq_printf(m, "%08lx %c %s\n", cursor.addr,
			   image_letter(cursor.addr), cursor.name);
	mutex_lock(&module_mutex);
	list_for_each_entry(lm, &module_list, link)
		module_show(m, lm);
	mutex_unlock(&module_mutex);
}
PROC_FILE(kallsyms, "kallsyms", kallsyms_show);

static unsigned long module_symbol(const struct loaded_module *lm,
				   const char *name)
{
	const struct module_symbol *s;

	for (s = lm->symbols; s < lm->symbols + lm->nr_symbols; s++) {
		if (is_there(lm, s) && !strcmp(s->name, name))
			return s->addr;
	}
	return 0;
}

/* Of the module that is named before the colon, if there is one. */
static unsigned long modules_symbol(const char *name)
{
	const char *colon = strchr(name, ':');
	const struct loaded_module *lm;
	unsigned long addr = 0;

	mutex_lock(&module_mutex);
	list_for_each_entry(lm, &module_list, link) {
		size_t len = strlen(lm->mod.name);

		if (!colon)
			addr = module_symbol(lm, name);
		else if (len == (size_t)(colon - name) &&
			 !memcmp(lm->mod.name, name, len))
			addr = module_symbol(lm, colon + 1);
		if (addr)
			break;
	}
	mutex_unlock(&module_mutex);
	return addr;
}

unsigned long kallsyms_lookup_name(const char *name)
{
	struct arch_symbol_cursor cursor = { .nr = 0 };

	while (arch_symbol_next(&cursor)) {
		if (!strcmp(cursor.name, name))
			return cursor.addr;
	}
	return modules_symbol(name);
}
