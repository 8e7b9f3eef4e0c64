/* SPDX-License-Identifier: MIT */
/*
 * acpi_read.c - reaching ACPI's tables, and saying what was wrong with them
 *
 * The tables lie where the firmware liked: in reserved memory, which the direct
 * map leaves out, mostly at the end of low RAM; some below 1 MiB. What has a
 * mapping is read there; for the rest a window of two pages goes along, in a
 * slot of early_ioremap(): it is RAM, to be cached as such, and all of it is
 * read before the system runs.
 *
 * Locking: none. Context: boot.
 */
#define pr_fmt(fmt) "ACPI: " fmt

#include <kernel/acpi.h>
#include <kernel/boot_info.h>
#include <kernel/printk.h>
#include <kernel/smp.h>
#include <mm/early_ioremap.h>
#include <asm/pgtable.h>

/* A read touches two pages at most. */
static_assert(ACPI_READ_BYTES <= PAGE_SIZE, "the window is long enough");

struct acpi_window {
	phys_addr_t start; /* page-aligned */
	unsigned long bytes;
	u8 *va; /* NULL: nothing is mapped */
};

static void window_close(struct acpi_window *w)
{
	if (w->va)
		early_memunmap(w->va, w->bytes);
	w->va = NULL;
}

/* Is the page of @phys in the direct map, at its place? */
static bool page_is_direct(u64 phys)
{
	phys_addr_t pa;

	return phys < arch_layout()->lowmem_limit &&
	       kpt_lookup((unsigned long)phys_to_virt(phys), &pa) && pa == phys;
}

static const void *acpi_map(void *ctx, u64 phys, size_t len)
{
	struct acpi_window *w = ctx;
	u64 limit = arch_layout()->phys_limit;

	if (phys >= limit || len > limit - phys)
		return NULL;
	if (page_is_direct(phys) && page_is_direct(phys + len - 1))
		return phys_to_virt(phys);
	if (!w->va || phys < w->start || phys + len > w->start + w->bytes) {
		window_close(w);
		w->start = ALIGN_DOWN(phys, PAGE_SIZE);
		w->bytes = (unsigned long)(ALIGN(phys + len, PAGE_SIZE) -
					   w->start);
		w->va = early_memremap(w->start, w->bytes);
		if (!w->va)
			return NULL;
	}
	return w->va + (phys - w->start);
}

static void acpi_log(const struct acpi_info *info)
{
	char line[160];
	unsigned int i;

	for (i = 0; acpi_problem(info, i, line, sizeof(line)); i++)
		pr_warn("%s\n", line);
	if (!info->found)
		return;
	pr_info("MADT at %#llx: %u CPUs, %u not to be used, %u IOAPICs,"
		" %u overrides\n",
		info->madt_phys, info->nr_cpus, info->nr_disabled,
		info->nr_ioapics, info->nr_overrides);
}

void acpi_read(struct acpi_info *info, const struct boot_info *bi)
{
	struct acpi_window window = { 0 };
	const struct acpi_reader reader = { acpi_map, &window };

	if (acpi_parse(info, &reader, bi->rsdp, bi->rsdp_bytes))
		pr_info("no CPUs known from ACPI\n");
	window_close(&window);
	acpi_log(info);
}
