/* SPDX-License-Identifier: MIT */
/*
 * show_test.c - the files of /proc that show zones and the firmware's map
 *
 * Formats are compared to the byte: free(1), vmstat(8) and others parse them.
 */
#include <kernel/ioport.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/iomem.h>
#include <mm/show.h>
#include "private_machine.h"
#include "proc_text.h"

#define U BOOT_MMAP_USABLE

/* Frames 64 .. 127 in Normal, 3 usable ones in DMA, none high. */
static struct private_machine *toy_new(struct ktest *t)
{
	static const struct boot_mmap_entry map[] = {
		{ 0, 0x4000, U },
		{ 0x40000, 0x40000, U },
	};
	const struct mm_limits limits = { .dma_end = 64, .low_end = 256 };
	struct private_machine *pm =
		private_machine_new(t, map, ARRAY_SIZE(map), &limits, ~0ul);

	if (!pm || private_machine_hand_over(t, pm))
		return pm;
	private_machine_free(pm);
	return NULL;
}

static void buddyinfo_has_eleven_columns_for_zones_with_ram(struct ktest *t)
{
	struct private_machine *pm = toy_new(t);

	if (!pm)
		return;
	mm_show_buddyinfo(text_begin(), &pm->node);
	KTEST_EXPECT_STREQ(
		t, text_end(t),
		"Node 0, zone      DMA      1      1      0      0      0"
		"      0      0      0      0      0      0 \n"
		"Node 0, zone   Normal      0      0      0      0      0"
		"      0      1      0      0      0      0 \n");
	private_machine_free(pm);
}

static void
zoneinfo_tells_node_figures_once_and_empty_zones_briefly(struct ktest *t)
{
	struct private_machine *pm = toy_new(t);
	const char *text, *second;

	if (!pm)
		return;
	mm_show_zoneinfo(text_begin(), &pm->node);
	text = text_end(t);
	KTEST_EXPECT_PTR_EQ(t,
			    strstr(text, "Node 0, zone      DMA\n"
					 "  per-node stats\n"
					 "      nr_inactive_anon 0\n"),
			    text);
	second = strstr(text, "Node 0, zone   Normal\n"
			      "  pages free     64\n"
			      "        boost    0\n"
			      "        min      0\n"
			      "        low      0\n"
			      "        high     0\n"
			      "        spanned  64\n"
			      "        present  64\n"
			      "        managed  64\n"
			      "        cma      0\n"
			      "        protection: (0, 0, 0, 0)\n"
			      "      nr_free_pages 64\n");
	KTEST_ASSERT_NOT_NULL(t, second);
	KTEST_EXPECT_NOT_NULL(t, strstr(second, "  pagesets\n"
						"    cpu: 0\n"
						"              count: 0\n"
						"              high:  0\n"
						"              batch: 0\n"
						"  vm stats threshold: 0\n"));
	KTEST_EXPECT_NOT_NULL(t, strstr(second, "  node_unreclaimable:  0\n"
						"  start_pfn:           64\n"));
	/* High has no RAM: nothing behind its last line. */
	second = strstr(text, "Node 0, zone  HighMem\n  pages free     0\n");
	KTEST_ASSERT_NOT_NULL(t, second);
	second = strstr(second, "protection");
	KTEST_EXPECT_STREQ(t, second, "protection: (0, 0, 0, 0)\n");
	private_machine_free(pm);
}

/* Does @line read "Name:" padded to 16, a number of 8 and " kB"? */
static bool meminfo_line_is_sound(const char *line, size_t len)
{
	const char *colon = strchr(line, ':');
	size_t i;

	if (len != 16 + 8 + 3 || !colon || colon >= line + 16)
		return false;
	for (i = (size_t)(colon - line) + 1; line[i] == ' '; i++)
		;
	while (line[i] >= '0' && line[i] <= '9')
		i++;
	return i == 16 + 8 && strncmp(line + i, " kB", 3) == 0;
}

static void meminfo_lines_keep_linuxs_columns_and_order(struct ktest *t)
{
	static const char *const order[] = {
		"MemTotal:",	 "MemFree:",	"MemAvailable:", "Buffers:",
		"Cached:",	 "SwapCached:", "HighTotal:",	 "HighFree:",
		"LowTotal:",	 "LowFree:",	"SwapTotal:",	 "SwapFree:",
		"Shmem:",	 "Slab:",	"SReclaimable:", "SUnreclaim:",
		"KernelStack:",	 "PageTables:", "VmallocTotal:", "VmallocUsed:",
		"VmallocChunk:", "Percpu:",
	};
	const char *text = text_of(t, "meminfo");
	const char *line, *end;
	unsigned int i;

	for (line = text; *line; line = end + 1) {
		end = strchr(line, '\n');
		KTEST_ASSERT_NOT_NULL(t, end);
		KTEST_EXPECT_TRUE(
			t, meminfo_line_is_sound(line, (size_t)(end - line)));
	}
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		text = strstr(text, order[i]);
		KTEST_ASSERT_NOT_NULL(t, text);
	}
}

static void vmstat_has_the_names_that_readers_want(struct ktest *t)
{
	static const char *const names[] = {
		"\nnr_slab_reclaimable ",
		"\nnr_slab_unreclaimable ",
		"\nnr_kernel_stack ",
		"\npgpgin ",
		"\npgpgout ",
		"\npswpin ",
		"\npswpout ",
		"\npgalloc_dma ",
		"\npgalloc_normal ",
		"\npgalloc_high ",
		"\npgfree ",
		"\npgfault ",
		"\npgmajfault ",
		"\nallocstall_normal ",
		"\nslabs_scanned ",
	};
	const char *text = text_of(t, "vmstat");
	unsigned int i;

	KTEST_EXPECT_PTR_EQ(t, strstr(text, "nr_free_pages "), text);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		KTEST_EXPECT_NOT_NULL(t, strstr(text, names[i]));
}

static unsigned long forty_two(void)
{
	return 42;
}

static void a_figure_is_0_until_its_room_registers(struct ktest *t)
{
	const unsigned long before = mm_usage(MM_USAGE_SLABS_SCANNED);

	if (before) {
		ktest_skip(t, "this machine has shrinkers");
		return;
	}
	mm_usage_register(MM_USAGE_SLABS_SCANNED, forty_two);
	KTEST_EXPECT_NOT_NULL(t,
			      strstr(text_of(t, "vmstat"), "slabs_scanned 42"));
	mm_usage_register(MM_USAGE_SLABS_SCANNED, NULL);
	KTEST_EXPECT_EQ(t, mm_usage(MM_USAGE_SLABS_SCANNED), 0);
	KTEST_EXPECT_EQ(t, mm_usage(NR_MM_USAGES), 0);
}

/* What is in @root goes back to the store. */
static void tree_free(struct resource *root)
{
	while (root->child) {
		struct resource *res = root->child;

		remove_resource(res);
		resource_free(res);
	}
}

static void iomem_sorts_cuts_and_names_the_firmwares_entries(struct ktest *t)
{
	static const struct boot_mmap_entry map[] = {
		{ 0x100000, 0x700000, U },
		{ 0xfffc0000, 0x40000, BOOT_MMAP_RESERVED },
		{ 0, 0x9fc00, U },
		{ 0x9fc00, 0x400, BOOT_MMAP_RESERVED },
		{ 0x7f0000, 0x8000, BOOT_MMAP_ACPI_DATA },
		{ 0x7f8000, 0x8000, BOOT_MMAP_ACPI_NVS },
		{ 0x800000, 0, BOOT_MMAP_RESERVED },
		{ 0x900000, 0x1000, 20 },
		{ 0x400000, 0x1000, 0 }, /* no type at all, inside RAM */
		{ 0x100000000, 0x1000, U },
		{ 0x100001000, 0x1000, U },
		{ 0xffffffffffff0000, 0x20000, BOOT_MMAP_UNUSABLE },
	};
	const struct mm_limits limits = { .dma_end = 0x200, .low_end = 0x400 };
	struct private_machine *pm =
		private_machine_new(t, map, ARRAY_SIZE(map), &limits, ~0ul);
	struct resource root = { .end = U64_MAX, .flags = IORESOURCE_MEM };

	if (!pm)
		return;
	KTEST_EXPECT_EQ(
		t, bootmem_reserve(&pm->bm, 0x110000, 0x120000, MM_OWNER_CODE),
		0);
	KTEST_EXPECT_EQ(
		t, bootmem_reserve(&pm->bm, 0x120000, 0x123000, MM_OWNER_BSS),
		0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&pm->bm, 0x130000, 0x130001, "x"),
			0);
	/* Over the end of one RAM and the begin of the next. */
	KTEST_EXPECT_EQ(
		t, bootmem_reserve(&pm->bm, 0x3ff000, 0x402000, "across"), 0);
	mm_iomem_build(&root, &pm->bi, &pm->bm, U64_MAX);
	KTEST_EXPECT_EQ(t, resource_check(&root), 0);
	resource_show(text_begin(), &root);
	KTEST_EXPECT_STREQ(t, text_end(t),
			   "00000000-00000fff : Reserved\n"
			   "00001000-0009fbff : System RAM\n"
			   "0009fc00-0009ffff : Reserved\n"
			   "00100000-003fffff : System RAM\n"
			   "  00110000-0011ffff : Kernel code\n"
			   "  00120000-00122fff : Kernel bss\n"
			   "  00130000-00130000 : x\n"
			   "  003ff000-003fffff : across\n"
			   "00400000-00400fff : Unknown E820 type\n"
			   "00401000-007effff : System RAM\n"
			   "  00401000-00401fff : across\n"
			   "007f0000-007f7fff : ACPI Tables\n"
			   "007f8000-007fffff : ACPI Non-volatile Storage\n"
			   "00900000-00900fff : Unknown E820 type\n"
			   "fffc0000-ffffffff : Reserved\n"
			   "100000000-100001fff : System RAM\n"
			   "ffffffffffff0000-ffffffffffffffff : Unusable"
			   " memory\n");
	tree_free(&root);
	private_machine_free(pm);
}

static const struct ktest_case show_cases[] = {
	KTEST_CASE(buddyinfo_has_eleven_columns_for_zones_with_ram),
	KTEST_CASE(zoneinfo_tells_node_figures_once_and_empty_zones_briefly),
	KTEST_CASE(meminfo_lines_keep_linuxs_columns_and_order),
	KTEST_CASE(vmstat_has_the_names_that_readers_want),
	KTEST_CASE(a_figure_is_0_until_its_room_registers),
	KTEST_CASE(iomem_sorts_cuts_and_names_the_firmwares_entries),
};
KTEST_SUITE(show, show_cases);
