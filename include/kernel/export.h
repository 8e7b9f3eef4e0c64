/* SPDX-License-Identifier: MIT */
/*
 * export.h - what modules may use of the kernel
 *
 * The marks are a table (section exported_symbols) of names and addresses. A
 * per-CPU variable's address is a per-CPU address, as everywhere.
 */
#ifndef KERNEL_EXPORT_H
#define KERNEL_EXPORT_H

#include <kernel/compiler.h>
#include <kernel/types.h>

struct exported_symbol {
	const char *name;
	const void *address;
	bool gpl_only; /* for modules that say so of themselves */
};

#define __EXPORT(sym, gpl)                                            \
	static const struct exported_symbol exported_symbol_##sym = { \
		.name = #sym,                                         \
		.address = (const void *)&(sym),                      \
		.gpl_only = (gpl),                                    \
	};                                                            \
	SECTION_ENTRY(exported_symbols, const struct exported_symbol, \
		      exported_symbol_##sym)

/* Modules that ask for @sym get @fn, which keeps @sym's contract. */
#define EXPORT_SYMBOL_AS(sym, fn)                                     \
	static const struct exported_symbol exported_symbol_##sym = { \
		.name = #sym,                                         \
		.address = (const void *)&(fn),                       \
	};                                                            \
	SECTION_ENTRY(exported_symbols, const struct exported_symbol, \
		      exported_symbol_##sym)

#define EXPORT_SYMBOL(sym) __EXPORT(sym, false)
#define EXPORT_SYMBOL_GPL(sym) __EXPORT(sym, true)
#define EXPORT_PER_CPU_SYMBOL(sym) __EXPORT(sym, false)
#define EXPORT_PER_CPU_SYMBOL_GPL(sym) __EXPORT(sym, true)

DECLARE_SECTION_TABLE(exported_symbols, const struct exported_symbol);

#endif
