/* SPDX-License-Identifier: MIT */
/* symbols.c - names for addresses: what %pS and %ps print. */
#include <kernel/symbols.h>
#include <kernel/vsnprintf.h>
#include <asm/processor.h>

static int symbolize(char *buf, size_t size, unsigned long addr,
		     bool with_offset)
{
	unsigned long start, bytes;
	const char *name;

	if (!arch_symbol_lookup(addr, &name, &start, &bytes))
		return 0;
	if (!with_offset)
		return scnprintf(buf, size, "%s", name);
	return scnprintf(buf, size, "%s+0x%lx/0x%lx", name, addr - start,
			 bytes);
}

void symbols_init(void)
{
	vsnprintf_set_symbolizer(symbolize);
}
