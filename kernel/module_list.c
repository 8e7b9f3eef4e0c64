/* SPDX-License-Identifier: MIT */
/*
 * module_list.c - the modules that there are, and what memory is whose
 *
 * Locking: see module.c.
 */
#include <kernel/module_loader.h>
#include <kernel/string.h>
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

bool module_has_text(const struct loaded_module *lm, const char *text)
{
	const struct module_area *a = &lm->core;
	size_t room;

	if (!area_has(a, text, 1))
		a = &lm->init_area;
	if (!area_has(a, text, 1))
		return false;
	room = a->bytes - (size_t)((const u8 *)text - a->base);
	return strnlen(text, room) < room;
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
