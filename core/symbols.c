/* SPDX-License-Identifier: MIT */
/* symbols.c - names for addresses: what %pS, %ps and %pB print. */
#include <kernel/printk.h>
#include <kernel/suites.h>
#include <kernel/symbols.h>
#include <kernel/vsnprintf.h>
#include <asm/processor.h>

#define MODULES_SHOWN_BYTES 256u

static const struct module_symbols *module_symbols;

void symbols_set_modules(const struct module_symbols *modules)
{
	WRITE_ONCE(module_symbols, modules);
}

bool symbol_lookup(unsigned long addr, struct symbol_info *info)
{
	const struct module_symbols *modules = READ_ONCE(module_symbols);

	*info = (struct symbol_info){ .name = NULL };
	if (arch_symbol_lookup(addr, &info->name, &info->start, &info->bytes))
		return true;
	return modules && modules->lookup(addr, info);
}

bool module_text_address(unsigned long addr)
{
	const struct module_symbols *modules = READ_ONCE(module_symbols);

	return modules && modules->is_text(addr);
}

void print_modules(void)
{
	const struct module_symbols *modules = READ_ONCE(module_symbols);
	char names[MODULES_SHOWN_BYTES];

	if (!modules)
		return;
	modules->list(names, sizeof(names));
	if (names[0])
		pr_emerg("Modules linked in: %s\n", names);
}

static int symbolize(char *buf, size_t size, unsigned long addr,
		     enum symbol_style style)
{
	unsigned long inside = style == SYMBOL_RETURN ? addr - 1 : addr;
	struct symbol_info info;
	int n;

	if (!symbol_lookup(inside, &info)) {
		if (!suites_were_at(inside))
			return 0;
		return scnprintf(buf, size, "%#lx [suites, given back]", addr);
	}
	if (style != SYMBOL_NAME)
		n = scnprintf(buf, size, "%s+0x%lx/0x%lx", info.name,
			      addr - info.start, info.bytes);
	else
		n = scnprintf(buf, size, "%s", info.name);
	if (info.module)
		n += scnprintf(buf + n, size - (size_t)n, " [%s]", info.module);
	return n;
}

void symbols_init(void)
{
	vsnprintf_set_symbolizer(symbolize);
}
