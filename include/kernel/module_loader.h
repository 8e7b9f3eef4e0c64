/* SPDX-License-Identifier: MIT */
/*
 * module_loader.h - putting modules in and taking them out
 *
 * What insmod and rmmod do. See kernel/module.c for how.
 */
#ifndef KERNEL_MODULE_LOADER_H
#define KERNEL_MODULE_LOADER_H

#include <kernel/module.h>
#include <kernel/types.h>

/**
 * module_load - make a module of a file, and call its init function
 * @image: the file; it is changed; the caller's again on return
 * @bytes: of it
 * @args: "name=value ..." for the module's parameters; "" for none
 *
 * A refusal is one line that names the module, what of it, and why; nothing is
 * left behind then.
 * Return: 0; -ENOEXEC for a file that is no module for this kernel, -ENOENT
 * for symbols that nobody has, -EEXIST if one of that name is loaded, -EBUSY if
 * it needs one that is only coming, -EINVAL or -ERANGE for a parameter, -ENOMEM;
 * else what the init function returned.
 * Context: may sleep.
 */
int __must_check module_load(void *image, size_t bytes, const char *args);

/**
 * module_unload - call a module's exit function, and give its memory back
 *
 * What it still holds is reported, one line for each (module-leak). If that may
 * run its code later, the memory stays for ever.
 * Return: 0; -ENOENT if there is none of that name; -EWOULDBLOCK if others use
 * it or hold it; -EBUSY if it is coming or going, or has no exit function. One
 * line says which.
 * Context: may sleep.
 */
int __must_check module_unload(const char *name);

/**
 * module_next_name - the names of the modules, for completion
 * @i: 0, 1, ...
 * Return: whether there is one; it is copied to @buf of MODULE_NAME_LEN bytes.
 * Context: may sleep.
 */
bool module_next_name(unsigned int i, char *buf);

/**
 * kallsyms_lookup_name - the address of a function or variable by its name
 * @name: of the image; or MODULE:NAME, or a name of any module
 * Return: 0 if there is none. Context: may sleep.
 */
unsigned long kallsyms_lookup_name(const char *name);

/* Make modules' names known to traces, and make /sys/module. Context: boot,
 * once; fs_init() was before. */
void modules_init(void);

#endif
