/* SPDX-License-Identifier: MIT */
/* module_internal.h - between the files of the module loader */
#ifndef KERNEL_MODULE_INTERNAL_H
#define KERNEL_MODULE_INTERNAL_H

#include <kernel/list.h>
#include <kernel/module.h>
#include <kernel/module_elf.h>
#include <kernel/mutex.h>
#include <kernel/symbols.h>

/* A name in a module, for traces and /proc/kallsyms. */
struct module_symbol {
	const char *name;
	u32 addr;
	u32 bytes;
	char type; /* nm's letter */
};

/* @user calls what @source exports. Guarded by module_mutex. */
struct module_use {
	struct list_head in_user, in_source;
	struct loaded_module *user, *source;
	struct proc_dir_entry *holder; /* the user in the source's holders/ */
};

/* Pages in the vmalloc window: those that stay, and those for init. */
struct module_area {
	u8 *base; /* NULL: there is none, or not any more */
	unsigned long bytes; /* whole pages */
};

/* Its directory of /sys/module. NULL: not yet, or not any more. */
struct module_files {
	struct proc_dir_entry *dir, *holders;
	struct module_file *all; /* what each file shows */
};

/* A module as the loader has it. */
struct loaded_module {
	struct module mod; /* what others know of it */
	struct list_head link; /* in the list of all; written under the mutex,
				* read under RCU */
	struct module_area core, init_area;
	/* From the file. [] of addresses, for asking whose an address is. */
	struct {
		unsigned long start, bytes;
	} region[NR_MODULE_REGIONS];
	void __percpu *percpu;
	char *args; /* the caller's words, cut up */
	int (*init)(void);
	void (*exit)(void);
	bool gpl; /* by its licence */
	/* Guarded by module_mutex. */
	bool exited; /* exit was called, or never will be: init failed */
	bool told; /* what points into it was named */
	bool stuck; /* but something points into it: rmmod may try again */

	const struct exported_symbol *const *exports;
	u32 nr_exports;
	const struct kernel_param *params;
	u32 nr_params;
	struct module_symbol *symbols; /* rising addresses */
	u32 nr_symbols;

	struct module_files files;

	struct list_head uses; /* module_use.in_user: whom it needs */
	struct list_head users; /* module_use.in_source: who needs it */
};

extern struct mutex module_mutex;
/* Of struct loaded_module. Guarded by module_mutex; readers under RCU. */
extern struct list_head module_list;

static inline bool module_is_permanent(const struct loaded_module *lm)
{
	return lm->init && !lm->exit;
}

/* Do @bytes from @p lie in its memory? Init's counts while it is there. */
bool module_has(const struct loaded_module *lm, const void *p, size_t bytes);
/* Do they, as long as it is loaded? */
bool module_keeps(const struct loaded_module *lm, const void *p, size_t bytes);
/* Does a text that begins there end there, and stay? */
bool module_keeps_text(const struct loaded_module *lm, const char *text);

/*
 * A call site stands for one place in one module, as long as memory remembers
 * it: so code is not put where init's code of a loaded module was, or code of
 * one that went without giving all memory back. module_mutex is held.
 */
bool module_code_was_at(const void *base, unsigned long bytes);
/* @lm leaks memory, and goes. */
void module_remember_code(const struct loaded_module *lm);

/* The module of that name; module_mutex is held. */
struct loaded_module *module_find(const char *name);

/* module_link.c: symbols that others define. */
struct module_link {
	struct loaded_module *lm;
	bool gpl;
};
int module_resolve(void *ctx, const char *name, u32 *value, const char **why);
/* Are the module's own exports sound, and nobody else's? Return: 0, or -ENOEXEC
 * after a line. */
int __must_check module_check_exports(const struct loaded_module *lm);
/* It needs nobody any more. */
void module_drop_uses(struct loaded_module *lm);

/* module_param.c. Return: 0, or an error after a line. */
int __must_check module_check_params(const struct loaded_module *lm);
int __must_check module_set_params(struct loaded_module *lm);
void module_free_params(struct loaded_module *lm);

/* What @kp's file in /sys/module has: @buffer is of a page, @text a line as it
 * was written. Return: bytes; 0; an error. */
bool module_param_has_file(const struct loaded_module *lm,
			   const struct kernel_param *kp);
int module_param_read(const struct kernel_param *kp, char *buffer);
int module_param_write(const struct loaded_module *lm,
		       const struct kernel_param *kp, const char *text);

/* module_files.c: /sys/module. Init has not been called yet. Return: 0, or an
 * error after a line, and nothing is there. May sleep. */
int __must_check module_files_make(struct loaded_module *lm);
/* Nobody uses them any more when it returns. module_mutex is not held. */
void module_files_remove(struct loaded_module *lm);
/* Context: boot, once. */
void module_files_init(void);

/* module_leaks.c. Is that an address of its code, init's included? */
bool module_has_site(const struct loaded_module *lm, unsigned long site);
/* Memory that it has not given back: one line each. Return: lines. */
unsigned int module_report_leaks(const struct loaded_module *lm);

/* module_symbols.c. Bytes that the names of @m take in its RODATA. */
u32 module_symbols_bytes(const struct module_image *m);
/* Fill in the names at @at, where they have their address already. */
void module_symbols_fill(struct loaded_module *lm, const struct module_image *m,
			 void *at);

#endif
