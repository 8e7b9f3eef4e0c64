/* SPDX-License-Identifier: MIT */
/*
 * symbols.h - names for addresses
 *
 * Of the image by the table that it carries, of modules by whoever loads them:
 * the loader lies above, and makes itself known with symbols_set_modules().
 */
#ifndef KERNEL_SYMBOLS_H
#define KERNEL_SYMBOLS_H

#include <kernel/types.h>

/* From now on %pS and %ps print names. First thing at start-up. */
void symbols_init(void);

/* A name and what it stands for. */
struct symbol_info {
	const char *name;
	unsigned long start, bytes;
	const char *module; /* NULL: the image */
};

/* What the loader knows. Each is called in any context, for any address. */
struct module_symbols {
	bool (*lookup)(unsigned long addr, struct symbol_info *info);
	bool (*is_text)(unsigned long addr);
	/* "a(P) b", cut to @size; "" if none is loaded. */
	void (*list)(char *buf, size_t size);
};
void symbols_set_modules(const struct module_symbols *modules);

/* The symbol around @addr, of the image or a module. Context: any. */
bool symbol_lookup(unsigned long addr, struct symbol_info *info);

/* Is @addr code of a module? Such code keeps frame pointers (the unwinder).
 * Context: any. */
bool module_text_address(unsigned long addr);

/* "Modules linked in: ..." for a report, if there are any. Context: any. */
void print_modules(void);

#endif
