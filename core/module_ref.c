/* SPDX-License-Identifier: MIT */
/*
 * module_ref.c - holding a module, so that it is not unloaded
 *
 * One counter decides. It is 1 as long as the module may be held, and one more
 * for each holder; rmmod takes that 1 away, which succeeds only if nothing else
 * is left, and 0 is never raised again. So who holds and who unloads settle it
 * by one atomic step, without a lock.
 *
 * Callable from any context. This room knows nothing of the loader: files,
 * timers and whoever else lies below it hold modules, too.
 */
#include <kernel/atomic.h>
#include <kernel/bug.h>
#include <kernel/module.h>

#define REF_LOADER 1

void module_ref_init(struct module *module)
{
	atomic_set(&module->refcnt, REF_LOADER);
}

bool try_module_get(struct module *module)
{
	if (!module)
		return true;
	return module_is_live(module) &&
	       atomic_fetch_add_unless(&module->refcnt, 1, 0) != 0;
}
EXPORT_SYMBOL(try_module_get);

void __module_get(struct module *module)
{
	if (!module)
		return;
	if (WARN_ON_ONCE(!atomic_fetch_add_unless(&module->refcnt, 1, 0)))
		return;
}
EXPORT_SYMBOL(__module_get);

/* The loader's own 1 is not the caller's to give back. */
static bool module_put_one(struct module *module)
{
	int refs = atomic_read(&module->refcnt);

	while (refs > REF_LOADER) {
		if (atomic_try_cmpxchg(&module->refcnt, &refs, refs - 1))
			return true;
	}
	return false;
}

void module_put(struct module *module)
{
	struct report_sites sites = { .at = _RET_IP_ };

	if (module && !module_put_one(module))
		mm_report("module-refcount", &sites,
			  "module=%s put without a get", module->name);
}
EXPORT_SYMBOL(module_put);

int module_refcount(const struct module *module)
{
	int refs = atomic_read(&module->refcnt);

	return refs ? refs - REF_LOADER : 0;
}
EXPORT_SYMBOL(module_refcount);

bool module_ref_close(struct module *module)
{
	int all = REF_LOADER;

	/* It may have been closed before: then @all is what was there. */
	return atomic_try_cmpxchg(&module->refcnt, &all, 0) || !all;
}
