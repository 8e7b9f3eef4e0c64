/* SPDX-License-Identifier: MIT */
/*
 * show_iomem.c - /proc/iomem: what the firmware said about each address
 *
 * Linux's words and shape: a line a range, the end inclusive, what was taken
 * before the hand-over indented below the RAM it lies in, with its owner: the
 * image's parts as on Linux, and beyond Linux page tables, the page array, what
 * the loader left, drivers' buffers, bad memory. Bytes, not pages: the file is
 * for comparing with the firmware's own map.
 *
 * Entries may come unsorted and overlap. A sweep goes from boundary to
 * boundary; where several entries speak, "usable" loses against all others and
 * the largest type number wins, as on Linux. Page 0 counts as reserved.
 *
 * Locking: none; what is read does not change after boot.
 *
 * Not here: resources of drivers, which will be lines of their own.
 */
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <mm/mm_init.h>
#include <mm/show.h>

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

/*
 * Who has what of this RAM, below it: bootmem's reserved ranges, which ascend.
 * A range that reaches beyond the RAM (a loader's data may) is cut to it.
 */
static void show_owners(struct seq_file *m, const struct iomem_piece *ram,
			const struct bootmem *bm)
{
	unsigned int i;

	for (i = 0; i < bm->reserved.nr; i++) {
		const struct bootmem_range *r = &bm->reserved.ranges[i];
		u64 first = max(r->start, ram->start);
		u64 last = min(r->end - 1, ram->last);

		if (first <= last)
			seq_printf(m, "  %08llx-%08llx : %s\n", first, last,
				   r->owner);
	}
}

void mm_show_iomem(struct seq_file *m, const struct boot_info *bi,
		   const struct bootmem *bm)
{
	struct iomem_piece range = range_at(bi, 0);

	/* The last range ends at 2^64 - 1, where nothing can be added. */
	for (;;) {
		if (range.known)
			seq_printf(m, "%08llx-%08llx : %s\n", range.start,
				   range.last, iomem_type_name(range.type));
		if (range.known && range.type == BOOT_MMAP_USABLE)
			show_owners(m, &range, bm);
		if (range.last == U64_MAX)
			return;
		range = range_at(bi, range.last + 1);
	}
}

static void iomem_show(struct seq_file *m)
{
	if (mm_boot_info())
		mm_show_iomem(m, mm_boot_info(), &bootmem_live);
}
PROC_FILE(iomem, "iomem", iomem_show);
