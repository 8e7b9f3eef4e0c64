/* SPDX-License-Identifier: MIT */
/*
 * main.c - from the first C statement to the prompt, in order
 *
 *   console      so that whatever goes wrong can be said
 *   CPU tables   so that an exception ends in a sentence
 *   boot info    what the loader left, checked and copied
 *   memory       firmware map -> bootmem -> page tables -> zones -> slab ->
 *                vmalloc
 *   threads      the booting context becomes CPU 0's idle task, and a thread
 *                goes on:
 *   interrupts   timer and input
 *   buses        what PCI devices there are
 *   files        /, /dev, /proc, and what the boot archive has
 *   boot words   selftest=, bench=, run=; or the prompt
 */
#include <drivers/floppy.h>
#include <drivers/highram.h>
#include <drivers/ide.h>
#include <drivers/mem.h>
#include <fs/init.h>
#include <kernel/boot_info.h>
#include <kernel/bug.h>
#include <kernel/dma_mapping.h>
#include <kernel/errno.h>
#include <kernel/entropy.h>
#include <kernel/irq.h>
#include <kernel/keyboard.h>
#include <kernel/math64.h>
#include <kernel/memmap.h>
#include <kernel/memmap_words.h>
#include <kernel/module_loader.h>
#include <kernel/param.h>
#include <kernel/pci.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/record.h>
#include <kernel/sched.h>
#include <kernel/screen.h>
#include <kernel/shell.h>
#include <kernel/smp.h>
#include <kernel/symbols.h>
#include <kernel/thread.h>
#include <kernel/time.h>
#include <kernel/uart.h>
#include <kernel/vga_text.h>
#include <mm/addr.h>
#include <mm/bigphysarea.h>
#include <mm/boot_device.h>
#include <mm/early_ioremap.h>
#include <mm/fault_inject.h>
#include <mm/frame_map.h>
#include <mm/highmem.h>
#include <mm/memtest.h>
#include <mm/iomem.h>
#include <mm/mm_init.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/reclaim.h>
#include <mm/show.h>
#include <mm/slab.h>
#include <mm/user_space.h>
#include <mm/vmalloc.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <asm/setup.h>

#include "../boot/multiboot.h"
#include "boot_archive.h"
#include "suites_keep.h"

/* Parts of the image that arch_image_ranges() may name. */
#define MAX_IMAGE_RANGES 8u

static struct boot_info boot_info;
static struct memmap memmap;
/* Without what mem= hides. */
static struct memmap used_memmap;

static void print_problems(void)
{
	char line[192];
	unsigned int i;

	for (i = 0; boot_info_problem(&boot_info, i, line, sizeof(line)); i++)
		pr_warn("boot: %s\n", line);
}

/* A map, in Linux's wording; @who says so. */
static void print_map(const char *title, const char *who)
{
	u32 i;

	pr_info("%s physical RAM map:\n", title);
	for (i = 0; i < boot_info.nr_mmap; i++) {
		const struct boot_mmap_entry *e = &boot_info.mmap[i];
		const char *type = boot_mmap_type_name(e->type);

		if (!e->length)
			continue;
		if (type)
			pr_info("%s: [mem 0x%016llx-0x%016llx] %s\n", who,
				e->base, e->base + e->length - 1, type);
		else
			pr_info("%s: [mem 0x%016llx-0x%016llx] type %u\n", who,
				e->base, e->base + e->length - 1, e->type);
	}
}

/* What memmap= corrects; words that cannot be obeyed are left out. */
static void correct_map(u64 image_start, u64 image_end)
{
	int err = memmap_words_apply(&memmap_words_boot, &boot_info,
				     image_start, image_end);

	if (!err)
		print_map("user-defined", "user");
	else if (err == -EBUSY)
		pr_err("boot: memmap= refused: the kernel at [mem 0x%08llx-0x%08llx]"
		       " would not be RAM; the firmware's map stays\n",
		       image_start, image_end - 1);
	else if (err == -ENOSPC)
		pr_err("boot: memmap= refused: too many ranges; the firmware's"
		       " map stays\n");
}

/* From the firmware's map, as it is corrected, to runs of pages. */
static void read_map(u64 image_start, u64 image_end)
{
	char line[192];
	int err;

	if (boot_info.mmap_source == BOOT_MMAP_FROM_MEMINFO)
		pr_warn("boot: no memory map; using the basic memory size\n");
	print_map("BIOS-provided", "BIOS-e820");
	correct_map(image_start, image_end);
	err = memmap_sanitize(&memmap, boot_info.mmap, boot_info.nr_mmap,
			      arch_phys_bits());
	if (memmap_summary(&memmap, line, sizeof(line)))
		pr_notice("boot: %s\n", line);
	if (err)
		panic("mm: the memory map has no usable memory at all");
}

/* How mb1_parse() reaches what the loader left: through the boot mapping. */
static const void *boot_map(void *ctx, u64 phys, size_t len)
{
	(void)ctx;
	if (phys >= ARCH_BOOT_MAPPED_BYTES ||
	    len > ARCH_BOOT_MAPPED_BYTES - phys)
		return NULL;
	return phys_to_virt(phys);
}

static int parse_boot_info(u32 magic, u32 info_phys)
{
	static const struct mb1_reader reader = { .map = boot_map };

	if (magic == MB1_ENTRY_MAGIC)
		return mb1_parse(&boot_info, &reader, info_phys);
	if (info_phys >= ARCH_BOOT_MAPPED_BYTES)
		panic("boot: information block at %#x cannot be reached",
		      info_phys);
	return mb2_parse(&boot_info, phys_to_virt(info_phys),
			 (size_t)(ARCH_BOOT_MAPPED_BYTES - info_phys),
			 info_phys);
}

static void read_boot_info(u32 magic, u32 info_phys)
{
	int err = parse_boot_info(magic, info_phys);

	if (boot_info.loader[0])
		pr_info("Boot loader: %s\n", boot_info.loader);
	pr_info("Kernel command line: %s\n", boot_info.cmdline);
	print_problems();
	if (err)
		panic("boot: the boot loader said nothing about memory");
	params_parse(boot_info.cmdline);
}

/* For the page fault report: memory somebody has asked for is "heap". */
static void describe_fault(unsigned long addr, char *buf, size_t size)
{
	struct addr_info info;
	int n = 0;

	if (addr_classify(addr, &info) == ADDR_LOWMEM && info.has_page &&
	    (info.page_state == PAGE_ALLOCATED || info.page_state == PAGE_SLAB))
		n = scnprintf(buf, size, "heap ");
	addr_describe_line(buf + n, size - (size_t)n, addr);
}

/* For exceptions and backtraces: threads' stacks. */
static bool find_stack(unsigned long addr, struct arch_stack *stack)
{
	const struct task_struct *task = task_find_stack(addr);

	if (!task)
		return false;
	stack->start = (unsigned long)task->stack;
	stack->end = stack->start + task->stack_bytes;
	stack->owner = task->comm;
	return true;
}

static struct mm_kept_range kept_range(const struct arch_image_range *image)
{
	return (struct mm_kept_range){ image->start, image->end, image->name };
}

/* The firmware's map, and what of it the image keeps. */
static void ram_init(void)
{
	const struct arch_image_range suites = arch_suites_range();
	unsigned int nr_image, i;
	const struct arch_image_range *image = arch_image_ranges(&nr_image);
	struct mm_kept_range kept[MAX_IMAGE_RANGES];

	BUG_ON(nr_image >= MAX_IMAGE_RANGES);
	for (i = 0; i < nr_image; i++)
		kept[i] = kept_range(&image[i]);
	read_map(image[0].start, image[nr_image - 1].end);
	if (suites_keep(&memmap, &suites))
		kept[nr_image++] = kept_range(&suites);
	mm_boot(&boot_info, &memmap, kept, nr_image);
}

static void memory_init(void)
{
	ram_init();
	memtest_boot_low();
	/* Hidden RAM is not in the direct map: who takes it maps it. */
	used_memmap = memmap;
	memmap_clip(&used_memmap, mm_limit_pfn());
	arch_mm_init(&used_memmap);
	memtest_boot_high();
	boot_devices_init();
	/* Behind all who take what they need: it judges what is left. */
	bigphysarea_init();
	mm_init(&boot_info, &memmap);
	slab_init();
	vmalloc_init();
	iomem_init();
	smp_discover(&boot_info);
	early_ioremap_close();
	percpu_areas_init();
	live_reclaim_init();
	kmap_init();
	user_space_init();
	addr_add_window(ADDR_KMAP, KMAP_START, KMAP_END, "kmap");
	addr_add_window(ADDR_FIXMAP, FIXMAP_START, FIXMAP_END, "fixmap");
	arch_set_fault_describer(describe_fault);
}

static void boot_record(void)
{
	char loader[128];

	record("boot",
	       "\"version\":%d,\"kernel\":\"%s\",\"loader\":\"%s\","
	       "\"pages\":%lu",
	       RECORD_VERSION, PAGEWRIGHT_VERSION,
	       record_quote(loader, sizeof(loader), boot_info.loader),
	       totalram_pages());
	frame_map_record();
	mm_record_zones();
	mm_record_caches();
}

/* A name that was mistyped would be waited for in vain. */
static void tell_unmet_words(void)
{
	const char *unmet = slab_debug_unmet();

	if (unmet)
		pr_notice("slab: slab_debug=: no cache is called '%s' so far\n",
			  unmet);
}

/* Thread 1: start-up goes on where sleeping is allowed. */
static int init(void *data)
{
	(void)data;
	uart_input_init();
	boot_record();
	live_reclaim_start();
	system_running = true;
	smp_start();
	deferred_start();
	dma_mappings_init();
	pci_init();
	bochs_init();
	screen_start_loader();
	/* Without one there is the serial line. */
	(void)keyboard_init();
	fs_init();
	pci_proc_init();
	modules_init();
	mem_devices_init();
	ide_init();
	floppy_init();
	boot_archive_unpack(&boot_info);
	/* Not before: start-up cannot do without what it asks for. */
	fault_inject_arm_boot_plans();
	tell_unmet_words();
	pr_info("Boot took %lu us; type 'help'\n",
		(unsigned long)div_u64(time_ns(), 1000));
	console_sit();
	boot_words_run();
	console_loop();
	pr_info("End of input. Power down.\n");
	machine_end_judged();
}

void kernel_main(u32 magic, u32 info_phys)
{
	arch_early_init();
	symbols_init();
	uart_console_init();
	uart_records_init();
	arch_time_init();
	pr_notice("Pagewright version %s (%s) %s\n", PAGEWRIGHT_VERSION,
		  __VERSION__, CONFIG_MM_DEBUG ? "debug" : "product");
	vga_text_init();
	read_boot_info(magic, info_phys);
	arch_report_cpu();
	memory_init();
	highram_init();
	threads_init();
	random_init();
	deferred_init();
	arch_set_stack_finder(find_stack);
	arch_irq_init();
	threads_run(init);
}
