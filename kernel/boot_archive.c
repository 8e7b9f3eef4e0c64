/* SPDX-License-Identifier: MIT */
/*
 * boot_archive.c - the boot loader's modules that are archives become files
 *
 * Each module that is a newc archive is unpacked into the root. Nothing of it is
 * needed afterwards.
 */
#define pr_fmt(fmt) "archive: " fmt
#include <fs/newc.h>
#include <kernel/boot_info.h>
#include <kernel/printk.h>
#include <mm/page.h>
#include <asm/page.h>

#include "boot_archive.h"

static void unpack_module(const struct boot_module *module)
{
	size_t bytes = module->end - module->start;
	struct newc_result result;
	const void *archive;

	if (pfn_to_phys(max_low_pfn) < module->end) {
		pr_err("[mem 0x%08x-0x%08x] %s: beyond the direct map;"
		       " left out\n",
		       module->start, module->end - 1, module->string);
		return;
	}
	archive = phys_to_virt(module->start);
	if (!newc_is_archive(archive, bytes))
		return;
	newc_unpack(NULL, archive, bytes, &result);
	pr_info("%s: %u files, %llu bytes unpacked, %u refused\n",
		module->string[0] ? module->string : "boot module",
		result.entries, result.bytes, result.refused);
}

void boot_archive_unpack(const struct boot_info *bi)
{
	u32 i;

	for (i = 0; i < bi->nr_modules; i++)
		unpack_module(&bi->modules[i]);
}
