/* SPDX-License-Identifier: MIT */
/*
 * module.h - what a loadable module says of itself, and holding one
 *
 * A module is a relocatable file that is put into the running kernel: insmod
 * calls its init function, rmmod its exit function. In between it lives, and
 * whoever keeps a pointer into it holds it with try_module_get(), so that rmmod
 * says no. How files become modules is told in kernel/module.c.
 *
 * THIS_MODULE is NULL in the kernel's own image: all calls here take that, and
 * the kernel can always be held.
 */
#ifndef KERNEL_MODULE_H
#define KERNEL_MODULE_H

#include <kernel/export.h>
#include <kernel/init.h>
#include <kernel/moduleparam.h>
#include <kernel/types.h>

/* With the NUL; as on Linux (i386). */
#define MODULE_NAME_LEN 60u

enum module_state {
	MODULE_STATE_LIVE, /* init has returned 0 */
	MODULE_STATE_COMING, /* init runs */
	MODULE_STATE_GOING, /* exit runs, or init failed */
	MODULE_STATE_UNFORMED, /* being put together: nobody sees it */
};

struct module {
	/* Written by the loader under its mutex, read by anybody. */
	enum module_state state;
	char name[MODULE_NAME_LEN];
	/* 1 as long as it is not being unloaded, and 1 for each holder. */
	atomic_t refcnt;
};

#ifdef MODULE
/* Made by the loader, one for each module that it loads. */
extern struct module __this_module;
#define THIS_MODULE (&__this_module)
#else
#define THIS_MODULE ((struct module *)NULL)
#endif

/**
 * try_module_get - hold @module if it lives, or just begins
 * @module: NULL is the kernel itself
 *
 * Who comes by a pointer into the module has to hold it before the first call,
 * and may find that it is on its way out.
 * Return: whether it is held. Context: any.
 */
bool try_module_get(struct module *module);

/* One more, for who holds it already. Context: any. */
void __module_get(struct module *module);

/* Let go. One more than were held is reported (module-refcount) and is not
 * counted. Context: any. */
void module_put(struct module *module);

/* How many hold it. */
int module_refcount(const struct module *module);

static inline bool module_is_live(const struct module *module)
{
	return READ_ONCE(module->state) != MODULE_STATE_GOING;
}

static inline const char *module_name(const struct module *module)
{
	return module ? module->name : "kernel";
}

/*
 * For the loader (kernel/module.c).
 */
void module_ref_init(struct module *module);
/* From now on nobody can hold it. Return: false if somebody does. */
bool __must_check module_ref_close(struct module *module);

/* --- what a module says of itself ----------------------------------------- */

#define MODULE_INFO(tag, info) __MODULE_INFO(tag, tag, info)
/* "GPL", "Dual MIT/GPL", ... open the symbols of EXPORT_SYMBOL_GPL(). */
#define MODULE_LICENSE(text) MODULE_INFO(license, text)
#define MODULE_AUTHOR(text) MODULE_INFO(author, text)
#define MODULE_DESCRIPTION(text) MODULE_INFO(description, text)
#define MODULE_VERSION(text) MODULE_INFO(version, text)
#define MODULE_ALIAS(text) MODULE_INFO(alias, text)
#define MODULE_SOFTDEP(text) MODULE_INFO(softdep, text)
#define MODULE_FIRMWARE(text) MODULE_INFO(firmware, text)
#define MODULE_IMPORT_NS(text) MODULE_INFO(import_ns, #text)
/* For user-space tools that look for drivers; there are none here. */
#define MODULE_DEVICE_TABLE(type, name)                                      \
	static __typeof__(name) __mod_##type##_##name##_table __maybe_unused \
		__attribute__((alias(#name)))

/*
 * A module must fit the kernel it is loaded into: structures and calling
 * convention are those of one version and one kind of build.
 */
#define VERMAGIC_DEBUG_1 "debug "
#define VERMAGIC_DEBUG_0 ""
#define __VERMAGIC_CAT(a, b) a##b
#define __VERMAGIC_DEBUG(n) __VERMAGIC_CAT(VERMAGIC_DEBUG_, n)
#define VERMAGIC_STRING                                          \
	PAGEWRIGHT_VERSION "-pagewright SMP preempt mod_unload " \
			   "686 regparm3 " __VERMAGIC_DEBUG(CONFIG_MM_DEBUG)

#ifdef MODULE
/* The functions that insmod and rmmod call; a module without an exit function
 * stays for ever. */
#define module_init(fn)                                         \
	static inline initcall_t __maybe_unused __init_is(void) \
	{                                                       \
		return fn;                                      \
	}                                                       \
	int init_module(void) __attribute__((alias(#fn)))
#define module_exit(fn)                                         \
	static inline exitcall_t __maybe_unused __exit_is(void) \
	{                                                       \
		return fn;                                      \
	}                                                       \
	void cleanup_module(void) __attribute__((alias(#fn)))
int init_module(void);
void cleanup_module(void);
#endif

#endif
