/* SPDX-License-Identifier: MIT */
/*
 * module_link.c - symbols that go from the kernel to modules, and between them
 *
 * A name is looked for among the kernel's exports, then among those of every
 * module. Who gets one from a module uses that module until it is unloaded
 * itself; one use is enough however many names it takes.
 *
 * The kernel's marks are not sorted: some hundred names, looked through once
 * for each symbol of a module that is loaded.
 *
 * Locking: module_mutex, held by the callers.
 */
#define pr_fmt(fmt) "module: " fmt

#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <mm/slab.h>
#include <asm/processor.h>
#include "module_internal.h"

static const struct exported_symbol *kernel_export(const char *name)
{
	const struct exported_symbol *const *pos;

	for_each_section_entry(pos, exported_symbols) {
		if (!strcmp((*pos)->name, name))
			return *pos;
	}
	return NULL;
}

static const struct exported_symbol *
module_export(const struct loaded_module *lm, const char *name)
{
	u32 i;

	for (i = 0; i < lm->nr_exports; i++) {
		if (!strcmp(lm->exports[i]->name, name))
			return lm->exports[i];
	}
	return NULL;
}

/* The export of @name, and in *@owner the module that has it, or NULL. */
static const struct exported_symbol *
find_export(const char *name, const struct loaded_module *but,
	    struct loaded_module **owner)
{
	const struct exported_symbol *sym = kernel_export(name);
	struct loaded_module *lm;

	*owner = NULL;
	if (sym)
		return sym;
	list_for_each_entry(lm, &module_list, link) {
		sym = lm != but ? module_export(lm, name) : NULL;
		if (sym) {
			*owner = lm;
			return sym;
		}
	}
	return NULL;
}

/* --- who uses whom ----------------------------------------------------------- */

static bool uses_already(const struct loaded_module *user,
			 const struct loaded_module *source)
{
	const struct module_use *use;

	list_for_each_entry(use, &user->uses, in_user) {
		if (use->source == source)
			return true;
	}
	return false;
}

static int add_use(struct loaded_module *user, struct loaded_module *source,
		   const char **why)
{
	struct module_use *use;

	if (uses_already(user, source))
		return 0;
	*why = "is of a module that is coming or going";
	if (source->mod.state != MODULE_STATE_LIVE ||
	    !try_module_get(&source->mod))
		return -EBUSY;
	use = kmalloc(sizeof(*use), GFP_KERNEL);
	if (!use) {
		*why = "cannot be had: no memory";
		module_put(&source->mod);
		return -ENOMEM;
	}
	*use = (struct module_use){ .user = user, .source = source };
	list_add_tail(&use->in_user, &user->uses);
	list_add_tail(&use->in_source, &source->users);
	return 0;
}

void module_drop_uses(struct loaded_module *lm)
{
	struct module_use *use, *next;

	list_for_each_entry_safe(use, next, &lm->uses, in_user) {
		list_del(&use->in_user);
		list_del(&use->in_source);
		module_put(&use->source->mod);
		kfree(use);
	}
}

/*
 * What alloc_bootmem(), memblock_alloc() and their kin turn into
 * (linux/bootmem.h). No module can have them: the memory that they gave out
 * has another owner since the hand-over.
 */
static bool is_for_boot_only(const char *name)
{
	static const char *const names[] = {
		"bootmem_live",	   "boot_alloc", "boot_alloc_must",
		"boot_alloc_phys", "boot_add",	 "bootmem_reserve",
		"bootmem_free",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(name, names[i]))
			return true;
	}
	return false;
}

int module_resolve(void *ctx, const char *name, u32 *value, const char **why)
{
	const struct module_link *link = ctx;
	const struct exported_symbol *sym;
	struct loaded_module *owner;

	if (!strcmp(name, "__this_module")) {
		*value = (u32)(unsigned long)&link->lm->mod;
		return 0;
	}
	sym = find_export(name, link->lm, &owner);
	if (!sym) {
		if (is_for_boot_only(name))
			*why = "is of the boot-time allocator (alloc_bootmem,"
			       " memblock_alloc), which ends before modules"
			       " come";
		return -ENOENT;
	}
	if (sym->gpl_only && !link->gpl) {
		*why = "is for modules with a GPL licence only";
		return -EACCES;
	}
	*value = (u32)(unsigned long)sym->address;
	return owner ? add_use(link->lm, owner, why) : 0;
}

/* --- what a module offers ----------------------------------------------------- */

static bool export_is_sound(const struct loaded_module *lm, u32 i)
{
	const struct exported_symbol *sym = lm->exports[i];

	return module_keeps(lm, sym, sizeof(*sym)) &&
	       module_keeps_text(lm, sym->name) &&
	       (!module_has(lm, sym->address, 0) ||
		module_keeps(lm, sym->address, 0));
}

static bool is_exported_twice(const struct loaded_module *lm, u32 i)
{
	u32 j;

	for (j = 0; j < i; j++) {
		if (!strcmp(lm->exports[j]->name, lm->exports[i]->name))
			return true;
	}
	return false;
}

int module_check_exports(const struct loaded_module *lm)
{
	struct loaded_module *owner;
	u32 i;

	for (i = 0; i < lm->nr_exports; i++) {
		if (!export_is_sound(lm, i)) {
			pr_err("%s: section exported_symbols, entry %u points"
			       " outside the module, or to what is __init\n",
			       lm->mod.name, i);
			return -ENOEXEC;
		}
		if (!is_exported_twice(lm, i) &&
		    !find_export(lm->exports[i]->name, lm, &owner))
			continue;
		pr_err("%s: symbol %.48s is exported by %s already\n",
		       lm->mod.name, lm->exports[i]->name,
		       is_exported_twice(lm, i) ? "itself" :
		       owner			? owner->mod.name :
						  "the kernel");
		return -ENOEXEC;
	}
	return 0;
}
