/* SPDX-License-Identifier: MIT */
/*
 * module.c - the module loader: from a file to running code, and back
 *
 * In the steps of the driver books:
 *
 *   create_module   takes vmalloc space: one area for what stays, one for what
 *                   init alone needs; /proc/vmallocinfo names it as the caller
 *   init_module     copies the sections there, links them with the kernel and
 *                   other modules, gives each page its rights, and calls init
 *   delete_module   calls exit, asks every room what the module still holds,
 *                   and gives the areas back
 *
 * In an area text comes first, then constants, then data, each from a page of
 * its own, because pages have rights: no page is ever writable and executable
 * (text is written before it may run). When init has returned, its area goes.
 *
 * A file is checked by module_elf.c before a byte of it is used. Its tables of
 * exports and parameters are checked again when they are linked, since that is
 * when their pointers come to be. Whoever refuses says so in one line.
 *
 * A module is on the list from just before its init is called until just after
 * its exit was. Who needs it (module_use) or holds it (module_get) keeps it
 * there.
 *
 * Invariants, with module_mutex held:
 *   M1  no two modules on the list have the same name, or export the same name
 *   M2  each use is on two lists: of who uses, and of who is used; and counts
 *       as one holder of the latter
 *   M3  a module that has users is LIVE
 *
 * Locking: module_mutex guards the list and all that the invariants name; init
 * and exit functions run without it, so they may load modules. Readers of the
 * list (traces, from any context) are in an RCU section, and memory goes after
 * a grace period.
 */
#define pr_fmt(fmt) "module: " fmt

#include <kernel/ctype.h>
#include <kernel/errno.h>
#include <kernel/module_holding.h>
#include <kernel/module_loader.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/rculist.h>
#include <kernel/rcupdate.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/percpu.h>
#include <mm/set_memory.h>
#include <mm/slab.h>
#include <mm/slab_accounted.h>
#include <mm/vmalloc.h>
#include "module_internal.h"

/* --- what the file says of itself ------------------------------------------- */

static bool name_is_good(const char *name)
{
	const char *p;

	for (p = name; isalnum(*p) || *p == '_' || *p == '-'; p++)
		;
	return *name && !*p && p - name < (int)MODULE_NAME_LEN;
}

/* Linux's list. */
static bool license_is_gpl(const char *license)
{
	static const char *const gpl[] = {
		"GPL",		"GPL v2",	"GPL and additional rights",
		"Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"
	};
	unsigned int i;

	for (i = 0; license && i < ARRAY_SIZE(gpl); i++) {
		if (!strcmp(license, gpl[i]))
			return true;
	}
	return false;
}

static int read_info(struct loaded_module *lm, const struct module_image *m)
{
	const char *name = module_image_info(m, "name", NULL);
	const char *magic = module_image_info(m, "vermagic", NULL);

	if (!name || !name_is_good(name)) {
		pr_err("a file has no name of a module in .modinfo\n");
		return -ENOEXEC;
	}
	strscpy(lm->mod.name, name, sizeof(lm->mod.name));
	if (!magic || strcmp(magic, VERMAGIC_STRING)) {
		pr_err("%s: version magic '%.64s' should be '%s'\n", name,
		       magic ? magic : "", VERMAGIC_STRING);
		return -ENOEXEC;
	}
	lm->gpl = license_is_gpl(module_image_info(m, "license", NULL));
	return 0;
}

/* --- create_module: memory -------------------------------------------------- */

/* Regions [first, last] one behind the other, each on pages of its own. */
static unsigned long area_bytes(const struct module_image *m,
				enum module_region first,
				enum module_region last)
{
	unsigned long bytes = 0;
	unsigned int i;

	for (i = first; i <= last; i++)
		bytes += ALIGN((unsigned long)m->region[i].bytes, PAGE_SIZE);
	return bytes;
}

static void area_divide(struct loaded_module *lm, struct module_image *m,
			struct module_area *area, enum module_region first,
			enum module_region last)
{
	unsigned long offset = 0;
	unsigned int i;

	for (i = first; i <= last; i++) {
		struct module_region_place *r = &m->region[i];

		r->at = area->base + offset;
		r->address = (u32)(unsigned long)r->at;
		lm->region[i].start = (unsigned long)r->at;
		lm->region[i].bytes = r->bytes;
		offset += ALIGN((unsigned long)r->bytes, PAGE_SIZE);
	}
}

/* Addresses that will not do are held until better ones are found. */
static noinline int create_module(struct module_area *area, unsigned long bytes)
{
	u8 *held = NULL, *base;

	if (!bytes)
		return 0;
	for (;;) {
		base = vmalloc_module(bytes, (unsigned long)create_module);
		if (!base || !module_code_was_at(base, bytes))
			break;
		*(u8 **)base = held;
		held = base;
	}
	area->base = base;
	area->bytes = base ? bytes : 0;
	while (held) {
		base = held;
		held = *(u8 **)base;
		vfree_module(base);
	}
	return area->base ? 0 : -ENOMEM;
}

/* Per-CPU variables: their template is linked, then copied to each CPU. */
static int create_percpu(struct loaded_module *lm, struct module_image *m)
{
	struct module_region_place *r = &m->region[MODULE_PERCPU];

	if (!r->bytes)
		return 0;
	lm->percpu = __alloc_percpu(r->bytes, r->align);
	r->at = vzalloc(r->bytes);
	r->address = (u32)(unsigned long)lm->percpu;
	lm->region[MODULE_PERCPU].start = r->address;
	lm->region[MODULE_PERCPU].bytes = r->bytes;
	return lm->percpu && r->at ? 0 : -ENOMEM;
}

static int take_memory(struct loaded_module *lm, struct module_image *m)
{
	int err = create_module(&lm->core,
				area_bytes(m, MODULE_TEXT, MODULE_DATA));

	if (!err)
		err = create_module(
			&lm->init_area,
			area_bytes(m, MODULE_INIT_TEXT, MODULE_INIT_DATA));
	if (!err)
		err = create_percpu(lm, m);
	if (err) {
		pr_err("%s: no memory for it\n", lm->mod.name);
		return err;
	}
	area_divide(lm, m, &lm->core, MODULE_TEXT, MODULE_DATA);
	area_divide(lm, m, &lm->init_area, MODULE_INIT_TEXT, MODULE_INIT_DATA);
	return 0;
}

static void area_free(struct module_area *area)
{
	vfree_module(area->base);
	area->base = NULL;
	area->bytes = 0;
}

/* Whatever there is of it; it is on no list, and nobody can see it. */
static void module_free(struct loaded_module *lm)
{
	free_percpu(lm->percpu);
	area_free(&lm->init_area);
	area_free(&lm->core);
	kfree(lm->args);
	kfree(lm);
}

/* --- init_module: linking ---------------------------------------------------- */

static int protect_region(const struct loaded_module *lm, enum module_region nr,
			  bool executable)
{
	unsigned long start = lm->region[nr].start;
	int pages = (int)DIV_ROUND_UP(lm->region[nr].bytes, PAGE_SIZE);
	int err;

	if (!pages)
		return 0;
	err = set_memory_ro(start, pages);
	if (!err && executable)
		err = set_memory_x(start, pages);
	return err;
}

static int protect(const struct loaded_module *lm)
{
	int err = protect_region(lm, MODULE_TEXT, true);

	if (!err)
		err = protect_region(lm, MODULE_RODATA, false);
	if (!err)
		err = protect_region(lm, MODULE_INIT_TEXT, true);
	return err;
}

/* Tables that the loader reads: where they are, and how many entries. */
static void find_tables(struct loaded_module *lm, const struct module_image *m)
{
	u32 bytes;
	u8 *at = module_image_section(m, "exported_symbols", &bytes);

	if (at) {
		lm->exports = (const struct exported_symbol *const *)at;
		lm->nr_exports = bytes / (u32)sizeof(*lm->exports);
	}
	at = module_image_section(m, "__param", &bytes);
	if (at) {
		lm->params = (const struct kernel_param *)at;
		lm->nr_params = bytes / (u32)sizeof(*lm->params);
	}
	lm->init = (int (*)(void))(unsigned long)module_image_find(
		m, "init_module");
	lm->exit = (void (*)(void))(unsigned long)module_image_find(
		m, "cleanup_module");
}

static void percpu_fill(const struct loaded_module *lm,
			const struct module_image *m)
{
	unsigned int cpu;

	if (!lm->percpu)
		return;
	for_each_possible_cpu(cpu)
		memcpy((void __force *)per_cpu_ptr(lm->percpu, cpu),
		       m->region[MODULE_PERCPU].at,
		       m->region[MODULE_PERCPU].bytes);
}

/* rmmod calls it, when init's code is long gone. */
static int check_exit(const struct loaded_module *lm)
{
	if (!lm->exit || module_keeps(lm, (const void *)lm->exit, 1))
		return 0;
	pr_err("%s: its exit function is __init\n", lm->mod.name);
	return -ENOEXEC;
}

/* Addresses for symbols, symbols into sections. Mutex held. */
static int link_image(struct loaded_module *lm, struct module_image *m,
		      u32 names_at)
{
	struct module_link link = { .lm = lm, .gpl = lm->gpl };
	int err;

	module_image_place(m);
	err = module_image_resolve(m, module_resolve, &link);
	if (!err)
		err = module_image_relocate(m);
	if (err) {
		pr_err("%s: %s\n", lm->mod.name, m->why);
		return err;
	}
	find_tables(lm, m);
	module_symbols_fill(lm, m, m->region[MODULE_RODATA].at + names_at);
	percpu_fill(lm, m);
	err = check_exit(lm);
	if (!err)
		err = module_check_exports(lm);
	if (!err)
		err = module_check_params(lm);
	return err;
}

/* Make it of a file that was parsed, and put it on the list. Mutex held. */
static int form_module(struct loaded_module *lm, struct module_image *m)
{
	u32 names_at = ALIGN(m->region[MODULE_RODATA].bytes, sizeof(u64));
	int err;

	if (module_find(lm->mod.name)) {
		pr_err("%s: is loaded already\n", lm->mod.name);
		return -EEXIST;
	}
	m->region[MODULE_RODATA].bytes = names_at + module_symbols_bytes(m);
	err = take_memory(lm, m);
	if (!err)
		err = link_image(lm, m, names_at);
	if (!err)
		err = protect(lm);
	vfree(m->region[MODULE_PERCPU].at);
	if (err)
		return err;
	lm->mod.state = MODULE_STATE_COMING;
	list_add_tail_rcu(&lm->link, &module_list);
	return 0;
}

static struct loaded_module *module_new(const char *args)
{
	struct loaded_module *lm = kzalloc(sizeof(*lm), GFP_KERNEL);
	size_t len = strlen(args) + 1;

	if (!lm)
		return NULL;
	lm->args = kmalloc(len, GFP_KERNEL);
	if (!lm->args) {
		kfree(lm);
		return NULL;
	}
	memcpy(lm->args, args, len);
	lm->mod.state = MODULE_STATE_UNFORMED;
	module_ref_init(&lm->mod);
	INIT_LIST_HEAD(&lm->uses);
	INIT_LIST_HEAD(&lm->users);
	return lm;
}

/* --- in and out -------------------------------------------------------------- */

/*
 * Exit was called, or init failed. What would run its code later keeps its
 * memory where it is: freed text is never run. rmmod may try again.
 * Return: 0, or -EBUSY after a line for each.
 */
static int module_settle(struct loaded_module *lm)
{
	struct module_search search = {
		.module = lm->mod.name,
		.start = (unsigned long)lm->core.base,
		.bytes = lm->core.bytes,
		.init_start = lm->region[MODULE_INIT_TEXT].start,
		.init_bytes = lm->region[MODULE_INIT_TEXT].bytes,
		.quiet = lm->told,
	};

	/* Callbacks of RCU, and readers. */
	rcu_barrier();
	if (!module_search_all(&search))
		return 0;
	pr_err("%s: %u things point into it: its memory stays\n", lm->mod.name,
	       search.nr);
	/* From here on another rmmod may have it. */
	mutex_lock(&module_mutex);
	lm->told = lm->stuck = true;
	mutex_unlock(&module_mutex);
	return -EBUSY;
}

/* Off the list, and its memory back. What it held is lost. */
static void module_remove(struct loaded_module *lm)
{
	bool leaked;

	/* Types of its own may be at work in a file, and give memory back. */
	module_files_remove(lm);
	module_free_params(lm);
	leaked = module_report_leaks(lm);
	mutex_lock(&module_mutex);
	if (leaked)
		module_remember_code(lm);
	module_drop_uses(lm);
	list_del_rcu(&lm->link);
	mutex_unlock(&module_mutex);
	synchronize_rcu();
	module_free(lm);
	vm_unmap_aliases();
}

static int module_finish(struct loaded_module *lm)
{
	int err = module_settle(lm);

	if (!err)
		module_remove(lm);
	return err;
}

/* It is out of its module. A walker of traces may just be looking at it. */
static void init_area_free(struct module_area *area)
{
	if (!area->base)
		return;
	synchronize_rcu();
	area_free(area);
	/* Freeing is lazy; a translation that may execute is not to linger. */
	vm_unmap_aliases();
}

/* Init has returned well. From the unlocking on rmmod may have it. */
static void module_live(struct loaded_module *lm)
{
	struct module_area init_area = lm->init_area;

	mutex_lock(&module_mutex);
	WRITE_ONCE(lm->init_area.base, NULL);
	WRITE_ONCE(lm->mod.state, MODULE_STATE_LIVE);
	mutex_unlock(&module_mutex);
	init_area_free(&init_area);
}

static int call_init(struct loaded_module *lm)
{
	unsigned int before = preempt_count();
	int ret = lm->init ? lm->init() : 0;

	context_check_balance(before, "init", (unsigned long)lm->init);
	if (ret > 0)
		pr_warn("%s: init returned %d, which is neither 0 nor an error;"
			" it is loaded\n",
			lm->mod.name, ret);
	if (ret < 0)
		pr_err("%s: not loaded: init returned %d\n", lm->mod.name, ret);
	return min(ret, 0);
}

static void call_exit(struct loaded_module *lm)
{
	unsigned int before = preempt_count();

	lm->exit();
	context_check_balance(before, "exit", (unsigned long)lm->exit);
}

/* Parameters and init. It is on the list, COMING. */
static int module_begin(struct loaded_module *lm)
{
	int err = module_set_params(lm);
	bool held;

	if (!err)
		err = module_files_make(lm);
	if (!err)
		err = call_init(lm);
	if (!err) {
		module_live(lm);
		return 0;
	}
	mutex_lock(&module_mutex);
	WRITE_ONCE(lm->mod.state, MODULE_STATE_GOING);
	lm->exited = true;
	/* Who holds it already is not waited for, but its memory stays. */
	held = !module_ref_close(&lm->mod);
	if (held)
		pr_err("%s: is held (%d): its memory stays\n", lm->mod.name,
		       module_refcount(&lm->mod));
	/* From the unlocking on another rmmod may have it. */
	lm->stuck = held;
	mutex_unlock(&module_mutex);
	if (!held)
		(void)module_finish(lm);
	return err;
}

/* @m is only memory to work with. */
static int load_with(struct module_image *m, struct loaded_module *lm,
		     void *image, size_t bytes)
{
	int err = module_image_parse(m, image, bytes);

	if (err) {
		const char *name = module_image_info(m, "name", NULL);

		pr_err("%s: %s\n", name && name_is_good(name) ? name : "file",
		       m->why);
		return err;
	}
	err = read_info(lm, m);
	if (err)
		return err;
	mutex_lock(&module_mutex);
	err = form_module(lm, m);
	if (err)
		module_drop_uses(lm);
	mutex_unlock(&module_mutex);
	return err;
}

int module_load(void *image, size_t bytes, const char *args)
{
	struct loaded_module *lm;
	struct module_image *m;
	int err = -ENOMEM;

	might_sleep();
	m = kmalloc(sizeof(*m), GFP_KERNEL);
	lm = module_new(args);
	if (m && lm) {
		/* Two first modules must not make two tables. */
		mutex_lock(&module_mutex);
		err = accounted_start();
		mutex_unlock(&module_mutex);
	}
	if (!err)
		err = load_with(m, lm, image, bytes);
	kfree(m);
	if (!err)
		return module_begin(lm);
	if (lm)
		module_free(lm);
	return err;
}

static int may_unload(struct loaded_module *lm)
{
	/* A second try, when what pointed into it may be gone. */
	if (lm->stuck && module_ref_close(&lm->mod)) {
		lm->stuck = false;
		return 0;
	}
	if (lm->mod.state != MODULE_STATE_LIVE) {
		pr_err("%s: is just %s\n", lm->mod.name,
		       lm->mod.state == MODULE_STATE_COMING ? "coming" :
							      "going");
		return -EBUSY;
	}
	if (!list_empty(&lm->users)) {
		pr_err("%s: is used by %s\n", lm->mod.name,
		       list_first_entry(&lm->users, struct module_use,
					in_source)
			       ->user->mod.name);
		return -EWOULDBLOCK;
	}
	if (module_is_permanent(lm)) {
		pr_err("%s: has no exit function and stays\n", lm->mod.name);
		return -EBUSY;
	}
	if (!module_ref_close(&lm->mod)) {
		pr_err("%s: is in use (%d)\n", lm->mod.name,
		       module_refcount(&lm->mod));
		return -EWOULDBLOCK;
	}
	WRITE_ONCE(lm->mod.state, MODULE_STATE_GOING);
	return 0;
}

int module_unload(const char *name)
{
	struct loaded_module *lm;
	int err = -ENOENT;

	might_sleep();
	mutex_lock(&module_mutex);
	lm = module_find(name);
	if (lm)
		err = may_unload(lm);
	else
		pr_err("%.60s: is not loaded\n", name);
	mutex_unlock(&module_mutex);
	if (err)
		return err;
	/* GOING: it is ours alone. */
	if (lm->exit && !lm->exited)
		call_exit(lm);
	lm->exited = true;
	return module_finish(lm);
}
