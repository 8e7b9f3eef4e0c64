/* SPDX-License-Identifier: MIT */
/* early_hook.c - wants to move the start of free memory, as drivers once did */
#include <linux/bootmem.h>
#include <linux/module.h>

static long early_hook_start(long mem_start, long mem_end)
{
	return mem_start + 4096 < mem_end ? mem_start + 4096 : mem_start;
}
BOOT_DEVICE_START_END(early_hook, "early_hook", early_hook_start);

MODULE_LICENSE("GPL");
