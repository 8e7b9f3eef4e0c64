/* SPDX-License-Identifier: MIT */
/*
 * iomem.c - what the firmware said about each address, as resources
 *
 * The tree behind /proc/iomem begins with the firmware's ranges, and below RAM
 * what was taken of it before the hand-over, with its owner: the image's parts
 * as on Linux, and beyond Linux page tables, the page array, what the loader
 * left, drivers' buffers, bad memory. Bytes, not pages: the file is for
 * comparing with the firmware's own map. Drivers' claims come beside them.
 *
 * Entries may come unsorted and overlap. A sweep goes from boundary to
 * boundary; where several entries speak, "usable" loses against all others and
 * the largest type number wins, as on Linux. Page 0 counts as reserved.
 *
 * Nobody can claim what is busy: RAM, ACPI's tables, all that is reserved in
 * the first MiB. Elsewhere "Reserved" often means that devices are there, so
 * drivers may, as on Linux. So they may where mem= has hidden RAM: there the
 * range is told in two lines.
 *
 * Locking: none of its own. The firmware's part does not change after boot;
 * during start-up, what was kept for it goes (boot_release.c).
 */
#include <kernel/ioport.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <mm/check.h>
#include <mm/iomem.h>
#include <mm/mm_init.h>

/* What holds from an address on, up to @last inclusive. */
struct iomem_piece {
	bool known; /* some entry speaks of it */
	u32 type;
	u64 start;
	u64 last;
};

static const char *iomem_type_name(u32 type)
{
	switch (type) {
	case BOOT_MMAP_USABLE: return "System RAM";
	case BOOT_MMAP_RESERVED: return "Reserved";
	case BOOT_MMAP_ACPI_DATA: return "ACPI Tables";
	case BOOT_MMAP_ACPI_NVS: return "ACPI Non-volatile Storage";
	case BOOT_MMAP_UNUSABLE: return "Unusable memory";
	default: return "Unknown E820 type";
	}
}

/*
 * Note in @piece what an entry of @type over [first, last] says. The piece
 * begins at piece->start; it ends before the first entry that starts above,
 * or with the first one that covers it and ends.
 */
static void piece_consider(struct iomem_piece *piece, u64 first, u64 last,
			   u32 type)
{
	if (last < piece->start)
		return;
	if (first > piece->start) {
		piece->last = min(piece->last, first - 1);
		return;
	}
	piece->last = min(piece->last, last);
	if (!piece->known || piece->type == BOOT_MMAP_USABLE ||
	    (type != BOOT_MMAP_USABLE && type > piece->type))
		piece->type = type;
	piece->known = true;
}

/* What all entries together say from @start on. Each call asks all of them. */
static struct iomem_piece piece_at(const struct boot_info *bi, u64 start)
{
	struct iomem_piece piece = { .start = start, .last = U64_MAX };
	unsigned int i;

	piece_consider(&piece, 0, PAGE_SIZE - 1, BOOT_MMAP_RESERVED);
	for (i = 0; i < bi->nr_mmap; i++) {
		const struct boot_mmap_entry *e = &bi->mmap[i];
		u64 last = e->base + (e->length - 1);

		if (e->length == 0)
			continue;
		if (last < e->base)
			last = U64_MAX;
		piece_consider(&piece, e->base, last, e->type);
	}
	return piece;
}

/* Two stretches that nobody speaks of are alike, whatever their type says. */
static bool pieces_alike(const struct iomem_piece *a,
			 const struct iomem_piece *b)
{
	return a->known == b->known && (!a->known || a->type == b->type);
}

/* The whole range that begins at @start, however many entries made it. */
static struct iomem_piece range_at(const struct boot_info *bi, u64 start)
{
	struct iomem_piece range = piece_at(bi, start);

	while (range.last != U64_MAX) {
		struct iomem_piece next = piece_at(bi, range.last + 1);

		if (!pieces_alike(&range, &next))
			break;
		range.last = next.last;
	}
	return range;
}

/* Is all of the range somebody's, so that no driver can claim it? */
static bool range_is_busy(const struct iomem_piece *range, phys_addr_t limit)
{
	if (range->type == BOOT_MMAP_USABLE)
		return range->start < limit;
	return range->type != BOOT_MMAP_RESERVED || range->last < MIB(1);
}

static struct resource *iomem_new(u64 start, u64 last, const char *name,
				  unsigned long flags)
{
	struct resource *res = resource_alloc();

	if (!res) {
		pr_warn("iomem: no memory to show %s at %#llx\n", name, start);
		return NULL;
	}
	res->start = start;
	res->end = last;
	res->name = name;
	res->flags = flags;
	return res;
}

/*
 * Who has what of this RAM, below it: bootmem's reserved ranges, which ascend.
 * A range that reaches beyond the RAM (a loader's data may) is cut to it.
 * @owner: only his; NULL: everybody's.
 */
static void iomem_add_owners(struct resource *ram, const struct bootmem *bm,
			     const char *owner)
{
	unsigned int i;

	for (i = 0; i < bm->reserved.nr; i++) {
		const struct bootmem_range *r = &bm->reserved.ranges[i];
		u64 first = max(r->start, ram->start);
		u64 last = min(r->end - 1, ram->end);
		struct resource *res;

		if (first > last || (owner && strcmp(r->owner, owner)))
			continue;
		res = iomem_new(first, last, r->owner, ram->flags);
		if (res && request_resource(ram, res))
			resource_free(res);
	}
}

static void iomem_add(struct resource *root, const struct iomem_piece *range,
		      const struct bootmem *bm, phys_addr_t limit)
{
	bool ram = range->type == BOOT_MMAP_USABLE;
	unsigned long flags = ram ? IORESOURCE_SYSTEM_RAM : IORESOURCE_MEM;
	struct resource *res;

	if (range_is_busy(range, limit))
		flags |= IORESOURCE_BUSY;
	res = iomem_new(range->start, range->last, iomem_type_name(range->type),
			flags);
	if (!res)
		return;
	/* Around what a driver has claimed already. */
	if (insert_resource(root, res))
		resource_free(res);
	else if (ram)
		iomem_add_owners(res, bm, NULL);
}

/* In two, if the end of the RAM that is used lies in it. */
static void iomem_add_cut(struct resource *root, struct iomem_piece *range,
			  const struct bootmem *bm, phys_addr_t limit)
{
	if (range->type == BOOT_MMAP_USABLE && range->start < limit &&
	    range->last >= limit) {
		struct iomem_piece used = *range;

		used.last = limit - 1;
		iomem_add(root, &used, bm, limit);
		range->start = limit;
	}
	iomem_add(root, range, bm, limit);
}

void mm_iomem_build(struct resource *root, const struct boot_info *bi,
		    const struct bootmem *bm, phys_addr_t limit)
{
	struct iomem_piece range = range_at(bi, 0);

	/* The last range ends at 2^64 - 1, where nothing can be added. */
	for (;;) {
		u64 last = range.last;

		if (range.known)
			iomem_add_cut(root, &range, bm, limit);
		if (last == U64_MAX)
			return;
		range = range_at(bi, last + 1);
	}
}

static void iomem_remove_owner(struct resource *ram, const char *owner)
{
	struct resource *res, *next;

	for (res = ram->child; res; res = next) {
		next = res->sibling;
		if (strcmp(res->name, owner) == 0 && !release_resource(res))
			resource_free(res);
	}
}

void mm_iomem_update(struct resource *root, const struct bootmem *bm,
		     const char *owner)
{
	struct resource *ram;

	for (ram = root->child; ram; ram = ram->sibling) {
		if (!(ram->flags & IORESOURCE_SYSRAM))
			continue;
		iomem_remove_owner(ram, owner);
		iomem_add_owners(ram, bm, owner);
	}
}

static int check_resources(void)
{
	return resource_check(&iomem_resource) +
	       resource_check(&ioport_resource);
}
MM_CHECK(resource, "resource", check_resources);
