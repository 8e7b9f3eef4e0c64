/* SPDX-License-Identifier: MIT */
/*
 * module_elf.h - a module's file, from bytes that nobody vouches for
 *
 * Four steps, each of which may refuse, and none of which executes or allocates
 * anything:
 *
 *	module_image_parse()     look at every field; decide what goes where
 *	(the caller finds memory for the regions)
 *	module_image_place()     copy the sections there
 *	module_image_resolve()   give every symbol its address
 *	module_image_relocate()  patch the addresses into the sections
 *
 * A refusal leaves one sentence in why. Addresses are those of a 32-bit
 * machine; where the code is written to may be elsewhere, so all of it runs
 * hosted as well.
 */
#ifndef KERNEL_MODULE_ELF_H
#define KERNEL_MODULE_ELF_H

#include <kernel/elf.h>
#include <kernel/types.h>

/* A module has some 20 sections, and as many again with debug information. */
#define MODULE_MAX_SECTIONS 512u
/* What one file, and what all regions together, may have. */
#define MODULE_MAX_BYTES (16u << 20)
#define MODULE_WHY_BYTES 256u

/* Memory with one kind of rights and one end of life. */
enum module_region {
	MODULE_TEXT, /* read, execute */
	MODULE_RODATA, /* read */
	MODULE_DATA, /* read, write */
	MODULE_INIT_TEXT, /* the same again, until init has returned */
	MODULE_INIT_DATA,
	MODULE_PERCPU, /* the template of its per-CPU variables */
	NR_MODULE_REGIONS,
	MODULE_NOWHERE = NR_MODULE_REGIONS, /* not loaded */
};

/* Where a section lies. */
struct module_place {
	u8 region; /* enum module_region */
	u32 offset;
};

struct module_region_place {
	/* Set by module_image_parse(). */
	u32 bytes;
	u32 align;
	/* Set by the caller before module_image_place(). */
	u8 *at; /* where its bytes go */
	u32 address; /* what its code believes that to be */
};

struct module_image {
	u8 *bytes; /* the file; module_image_resolve() changes its symbols */
	u32 size;
	u32 sections_at; /* offset of the section table */
	u32 nr_sections;
	u32 nr_symbols;
	struct elf32_shdr names; /* of sections */
	struct elf32_shdr symbols, symbol_names;
	struct elf32_shdr info; /* .modinfo; sh_size 0: there is none */
	struct module_place place[MODULE_MAX_SECTIONS];
	struct module_region_place region[NR_MODULE_REGIONS];
	char why[MODULE_WHY_BYTES]; /* "" so far */
};

/**
 * module_image_parse - check a file, and lay its sections out
 * @bytes: the file; stays the caller's, must stay as long as @m is used
 *
 * Return: 0; -ENOEXEC after a sentence in @m->why.
 * Context: any.
 */
int __must_check module_image_parse(struct module_image *m, void *bytes,
				    size_t size);

/**
 * module_image_info - the text behind "@key=" in .modinfo
 * @after: a text that this returned: look behind it; NULL: from the start
 * Return: the text; NULL if there is none.
 */
const char *module_image_info(const struct module_image *m, const char *key,
			      const char *after);

/* Copy all that is loaded to where the regions lie. Their memory is zeroed. */
void module_image_place(const struct module_image *m);

/* Find what the module does not define itself. Return: 0 and *@value; -ENOENT
 * if nobody has it; -ENOENT with a reason in *@why, or any other error with one,
 * ends it. */
typedef int (*module_resolver)(void *ctx, const char *name, u32 *value,
			       const char **why);

/**
 * module_image_resolve - turn the values of all symbols into addresses
 *
 * Return: 0; -ENOENT, with all the names that are missing in @m->why; what
 * @resolve returned; -ENOEXEC.
 */
int __must_check module_image_resolve(struct module_image *m,
				      module_resolver resolve, void *ctx);

/* Patch the sections. Return: 0; -ENOEXEC after a sentence in @m->why. */
int __must_check module_image_relocate(struct module_image *m);

/* The symbol with number @idx, below nr_symbols. Return: its name. */
const char *module_image_symbol(const struct module_image *m, u32 idx,
				struct elf32_sym *sym);

/* Is @sym in memory, and where? NR_MODULE_REGIONS: no. */
enum module_region module_image_region(const struct module_image *m,
				       const struct elf32_sym *sym);

/**
 * module_image_find - the address of a function that the module defines
 * Return: 0 if there is no global symbol @name in its code.
 */
u32 module_image_find(const struct module_image *m, const char *name);

/**
 * module_image_section - where a section was placed
 * @bytes: its size
 * Return: its bytes; NULL if there is none of that name, or it is not loaded.
 */
u8 *module_image_section(const struct module_image *m, const char *name,
			 u32 *bytes);

#endif
