/* SPDX-License-Identifier: MIT */
/*
 * module_list.c - the modules that there are, and what memory is whose
 *
 * Locking: see module.c.
 */
#include <kernel/module_loader.h>
#include <kernel/string.h>
#include <mm/slab.h>
#include "module_internal.h"

DEFINE_MUTEX(module_mutex);
LIST_HEAD(module_list);

static bool area_has(const struct module_area *a, const void *p, size_t bytes)
{
	size_t offset = (size_t)((const u8 *)p - a->base);

	return a->base && offset < a->bytes && bytes <= a->bytes - offset;
}

bool module_has(const struct loaded_module *lm, const void *p, size_t bytes)
{
	return area_has(&lm->core, p, bytes) ||
	       area_has(&lm->init_area, p, bytes);
}

bool module_keeps(const struct loaded_module *lm, const void *p, size_t bytes)
{
	return area_has(&lm->core, p, bytes);
}

bool module_keeps_text(const struct loaded_module *lm, const char *text)
{
	const struct module_area *a = &lm->core;
	size_t room;

	if (!area_has(a, text, 1))
		return false;
	room = a->bytes - (size_t)((const u8 *)text - a->base);
	return strnlen(text, room) < room;
}

/* Where the code of one that leaked was. Guarded by module_mutex; never freed:
 * nor is what it leaked. */
struct module_ghost {
	struct list_head link;
	unsigned long start, bytes;
};
static LIST_HEAD(ghosts);

static bool overlap(unsigned long a, unsigned long a_bytes, unsigned long b,
		    unsigned long b_bytes)
{
	return a < b + b_bytes && b < a + a_bytes;
}

bool module_code_was_at(const void *base, unsigned long bytes)
{
	unsigned long start = (unsigned long)base;
	const struct loaded_module *lm;
	const struct module_ghost *ghost;

	list_for_each_entry(lm, &module_list, link) {
		if (overlap(start, bytes, lm->region[MODULE_INIT_TEXT].start,
			    lm->region[MODULE_INIT_TEXT].bytes))
			return true;
	}
	list_for_each_entry(ghost, &ghosts, link) {
		if (overlap(start, bytes, ghost->start, ghost->bytes))
			return true;
	}
	return false;
}

static void remember_region(const struct loaded_module *lm,
			    enum module_region nr)
{
	struct module_ghost *ghost;

	if (!lm->region[nr].bytes)
		return;
	ghost = kmalloc(sizeof(*ghost), GFP_KERNEL);
	if (!ghost)
		return; /* a later leak may be told of the wrong module */
	ghost->start = lm->region[nr].start;
	ghost->bytes = lm->region[nr].bytes;
	list_add(&ghost->link, &ghosts);
}

void module_remember_code(const struct loaded_module *lm)
{
	remember_region(lm, MODULE_TEXT);
	remember_region(lm, MODULE_INIT_TEXT);
}

struct loaded_module *module_find(const char *name)
{
	struct loaded_module *lm;

	list_for_each_entry(lm, &module_list, link) {
		if (!strcmp(lm->mod.name, name))
			return lm;
	}
	return NULL;
}

bool module_next_name(unsigned int i, char *buf)
{
	struct loaded_module *lm;
	bool found = false;

	mutex_lock(&module_mutex);
	list_for_each_entry(lm, &module_list, link) {
		if (i--)
			continue;
		strscpy(buf, lm->mod.name, MODULE_NAME_LEN);
		found = true;
		break;
	}
	mutex_unlock(&module_mutex);
	return found;
}
