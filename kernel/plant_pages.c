/* SPDX-License-Identifier: MIT */
/*
 * plant_pages.c - pages that are used after they were freed
 *
 * Nobody looks for that unless page_poison=1 says so. A page whose buddy stays
 * allocated cannot merge, so it is the next one that a request gets.
 */
#include <kernel/errno.h>
#include <kernel/plant.h>
#include <kernel/printk.h>
#include <mm/page_alloc.h>
#include <mm/page_exact.h>
#include <mm/page_poison.h>

#define PLANT_OFFSET 16u

static noinline int plant_page_after_free(void)
{
	unsigned long block, again;

	if (!page_poisoning_enabled()) {
		console_printf("plant: only page_poison=1 on the command line "
			       "looks for it\n");
		return -EOPNOTSUPP;
	}
	block = __get_free_pages(GFP_KERNEL, 1);
	if (!block)
		return -ENOMEM;
	split_page(virt_to_page((void *)block), 1);
	free_page(block);
	*(u8 *)plant_hide((void *)(block + PLANT_OFFSET)) = 'B';
	again = __get_free_page(GFP_KERNEL);
	free_page(again);
	free_page(block + PAGE_SIZE);
	return 0;
}
PLANTED_BUG(page_after_free, "P36", "write to a freed page (page_poison=1)",
	    plant_page_after_free);
