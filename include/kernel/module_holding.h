/* SPDX-License-Identifier: MIT */
/*
 * module_holding.h - what still points into a module that is to go
 *
 * A timer that is set, a handler of an interrupt, a thread: each would run a
 * module's code after that is gone. Every room that keeps pointers of others
 * puts a function into the table with MODULE_HOLDING(), which looks through what
 * it keeps and names what points into the module; the linker collects the table
 * (section module_holdings). While there is one, the module's memory stays.
 */
#ifndef KERNEL_MODULE_HOLDING_H
#define KERNEL_MODULE_HOLDING_H

#include <kernel/compiler.h>
#include <kernel/types.h>

/* A search for what points into one module. */
struct module_search {
	const char *module; /* its name */
	unsigned long start, bytes; /* its memory */
	/* Where its init's code was: only call sites may lie there. */
	unsigned long init_start, init_bytes;
	unsigned int nr; /* found so far */
	bool quiet; /* count only */
};

struct module_holding_table {
	const char *kind; /* "timer" */
	/* Calls module_holding_found() for each. May hold a lock of its room
	 * meanwhile; must not sleep with one. */
	void (*each)(struct module_search *search, const char *kind);
};

#define MODULE_HOLDING(id, holding_kind, each_fn)                         \
	static const struct module_holding_table module_holding_##id = {  \
		.kind = holding_kind,                                     \
		.each = each_fn,                                          \
	};                                                                \
	SECTION_ENTRY(module_holdings, const struct module_holding_table, \
		      module_holding_##id)

DECLARE_SECTION_TABLE(module_holdings, const struct module_holding_table);

/* Does @p point into the module? A function's address will do as well. */
static inline bool module_search_has(const struct module_search *search,
				     const volatile void *p)
{
	return (unsigned long)p - search->start < search->bytes;
}

/* Is call site @site the module's? Of its init, too, whose code is gone, and whose
 * addresses nobody else's has. */
static inline bool module_search_has_site(const struct module_search *search,
					  unsigned long site)
{
	return site - search->start < search->bytes ||
	       site - search->init_start < search->init_bytes;
}

/**
 * module_holding_found - report one: module-leak KIND obj=.. module=..
 * @code: the function that would be called, or what else the module has there
 * Context: any.
 */
void module_holding_found(struct module_search *search, const char *kind,
			  const volatile void *object,
			  const volatile void *code);

/* Ask all rooms. Return: how many were found. Context: may sleep. */
unsigned int module_search_all(struct module_search *search);

#endif
