/* SPDX-License-Identifier: MIT */
/*
 * boot_archive.c - the boot loader's modules that are archives become files
 *
 * Each module that is a newc archive is unpacked into the root. Nothing of it is
 * needed afterwards, so its memory is given back, when all are unpacked: a
 * loader that is mistaken may have let two of them overlap.
 */
#define pr_fmt(fmt) "archive: " fmt
#include <fs/newc.h>
#include <kernel/bitmap.h>
#include <kernel/boot_info.h>
#include <kernel/printk.h>
#include <mm/mm_init.h>
#include <mm/page.h>
#include <asm/page.h>

#include "boot_archive.h"

/* What the kernel can read of @module; NULL, and a line, if that is not all. */
static const void *module_bytes(const struct boot_module *module)
{
	if (pfn_to_phys(max_low_pfn) >= module->end)
		return phys_to_virt(module->start);
	pr_err("[mem 0x%08x-0x%08x] %s: beyond the direct map; left out\n",
	       module->start, module->end - 1, module->string);
	return NULL;
}

/* Return: is it an archive, which nobody needs any more? */
static bool unpack_module(const struct boot_module *module)
{
	const void *archive = module_bytes(module);
	size_t bytes = module->end - module->start;
	struct newc_result result;

	if (!archive || !newc_is_archive(archive, bytes))
		return false;
	newc_unpack(NULL, archive, bytes, &result);
	pr_info("%s: %u files, %llu bytes unpacked, %u refused\n",
		module->string[0] ? module->string : "boot module",
		result.entries, result.bytes, result.refused);
	return true;
}

void boot_archive_unpack(const struct boot_info *bi)
{
	DECLARE_BITMAP(done, BOOT_MODULES) = { 0 };
	unsigned long nr_pages = 0;
	u32 i;

	for (i = 0; i < bi->nr_modules; i++) {
		if (unpack_module(&bi->modules[i]))
			__set_bit(i, done);
	}
	for_each_set_bit(i, done, BOOT_MODULES)
		nr_pages += mm_release_module(bi->modules[i].start,
					      bi->modules[i].end);
	if (nr_pages)
		pr_info("Freeing boot archive memory: %luK\n",
			nr_pages << (PAGE_SHIFT - 10));
}
