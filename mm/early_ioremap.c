/* SPDX-License-Identifier: MIT */
/*
 * early_ioremap.c - looking at physical memory before vmalloc() is up
 *
 * Slots of EARLY_MAP_PAGES pages each, in a window whose page table is there
 * from the start; so nothing is ever allocated. A slot is known by its address,
 * and remembers who took it until the boot is over.
 *
 * Locking: none. One CPU, at boot.
 */
#include <kernel/bug.h>
#include <kernel/printk.h>
#include <kernel/util.h>
#include <mm/early_ioremap.h>

#define SLOT_BYTES (EARLY_MAP_PAGES * PAGE_SIZE)

static struct early_maps early_live;

static unsigned long slot_va(unsigned int idx)
{
	return EARLY_MAP_START + idx * SLOT_BYTES;
}

/* Pages that [phys, phys + size) touches, in bytes. */
static unsigned long mapped_bytes(phys_addr_t phys, unsigned long size)
{
	return ALIGN((unsigned long)(phys % PAGE_SIZE) + size, PAGE_SIZE);
}

static int free_slot(const struct early_maps *maps)
{
	int i;

	for (i = 0; i < EARLY_MAP_SLOTS; i++) {
		if (!maps->slots[i].size)
			return i;
	}
	return -1;
}

/* Why the range cannot be mapped; NULL if it can, given a slot. */
static const char *objection(const struct early_maps *maps, phys_addr_t phys,
			     unsigned long size)
{
	phys_addr_t limit = arch_layout()->phys_limit;

	if (maps->closed)
		return "too late, ioremap() works";
	if (!size)
		return "size 0";
	if (phys >= limit || size > limit - phys)
		return "past the end of physical addresses";
	if (size > SLOT_BYTES || mapped_bytes(phys, size) > SLOT_BYTES)
		return "longer than a slot";
	if (free_slot(maps) < 0)
		return "all slots are taken";
	return NULL;
}

void *early_maps_map(struct early_maps *maps, phys_addr_t phys,
		     unsigned long size, enum pgprot prot, unsigned long site)
{
	const char *why = objection(maps, phys, size);
	int i = free_slot(maps);

	if (why) {
		pr_warn("early_ioremap: [%#llx+%#lx] refused: %s, caller=%pS\n",
			phys, size, why, (void *)site);
		return NULL;
	}
	/* Its table is there, and nothing is mapped in a free slot. */
	BUG_ON(kpt_map_phys(slot_va((unsigned int)i),
			    ALIGN_DOWN(phys, PAGE_SIZE),
			    mapped_bytes(phys, size), prot));
	maps->slots[i] = (struct early_slot){ phys, size, site };
	return (void *)(slot_va((unsigned int)i) +
			(unsigned long)(phys % PAGE_SIZE));
}

/* The slot whose mapping is at exactly this range, or NULL. */
static struct early_slot *slot_find(struct early_maps *maps, unsigned long addr,
				    unsigned long size)
{
	unsigned long idx = (addr - EARLY_MAP_START) / SLOT_BYTES;
	struct early_slot *slot;

	if (addr < EARLY_MAP_START || idx >= EARLY_MAP_SLOTS)
		return NULL;
	slot = &maps->slots[idx];
	if (!slot->size || slot->size != size ||
	    addr != slot_va((unsigned int)idx) +
			    (unsigned long)(slot->phys % PAGE_SIZE))
		return NULL;
	return slot;
}

void early_maps_unmap(struct early_maps *maps, unsigned long addr,
		      unsigned long size, unsigned long site)
{
	const struct report_sites sites = { .at = site };
	struct early_slot *slot = slot_find(maps, addr, size);
	unsigned long va = addr & PAGE_MASK, bytes;

	if (!slot) {
		mm_report("bad-early-iounmap", &sites, "addr=%#lx size=%#lx",
			  addr, size);
		return;
	}
	bytes = mapped_bytes(slot->phys, size);
	kpt_unmap(va, bytes);
	flush_tlb_kernel_range(va, va + bytes);
	slot->size = 0;
}

unsigned int early_maps_close(struct early_maps *maps)
{
	unsigned int i, nr = 0;

	maps->closed = true;
	for (i = 0; i < EARLY_MAP_SLOTS; i++) {
		const struct early_slot *slot = &maps->slots[i];
		const struct report_sites sites = {
			.alloc = slot->site,
			.at = _THIS_IP_,
		};

		if (!slot->size)
			continue;
		mm_report("early-ioremap-leak", &sites, "phys=%#llx size=%#lx",
			  slot->phys, slot->size);
		nr++;
	}
	return nr;
}

/* --- the live ones -------------------------------------------------------- */

void __iomem *early_ioremap(phys_addr_t phys, unsigned long size)
{
	return (void __force __iomem *)early_maps_map(
		&early_live, phys, size, PROT_KERNEL_NOCACHE, _RET_IP_);
}

void *early_memremap(phys_addr_t phys, unsigned long size)
{
	return early_maps_map(&early_live, phys, size, PROT_KERNEL, _RET_IP_);
}

void early_iounmap(volatile void __iomem *addr, unsigned long size)
{
	early_maps_unmap(&early_live, (__force unsigned long)addr, size,
			 _RET_IP_);
}

void early_memunmap(void *addr, unsigned long size)
{
	early_maps_unmap(&early_live, (unsigned long)addr, size, _RET_IP_);
}

void early_ioremap_close(void)
{
	early_maps_close(&early_live);
}
