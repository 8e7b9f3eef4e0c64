/* SPDX-License-Identifier: MIT */
/*
 * mm_init.h - from a memory map to zones that hand out pages
 *
 * The live machine, in this order, on the boot CPU:
 *   params_parse()                    mem= is known
 *   memmap_sanitize()                 the firmware's map is believable
 *   mm_boot(bi, map, kept, n)         bootmem works; page tables may be made
 *   the arch completes the direct map
 *   mm_init(bi, map)                  alloc_pages() works, bootmem is closed
 *
 * Each step of mm_init() is a function on objects, so that tests do the same
 * with private ones: plan, build, hand over, count.
 */
#ifndef MM_MM_INIT_H
#define MM_MM_INIT_H

#include <kernel/boot_info.h>
#include <kernel/memmap.h>
#include <mm/bootmem.h>
#include <mm/zone.h>

/*
 * Owner names with a meaning: /proc/iomem shows those that begin with
 * "Kernel ", and the "Memory:" line counts them.
 */
#define MM_OWNER_CODE "Kernel code"
#define MM_OWNER_RODATA "Kernel rodata"
#define MM_OWNER_DATA "Kernel data"
#define MM_OWNER_INIT "Kernel init"
#define MM_OWNER_BSS "Kernel bss"
#define MM_OWNER_PAGE0 "page 0"
#define MM_OWNER_MEM_MAP "mem_map"
#define MM_OWNER_PAGEBLOCKS "pageblock types"

/* RAM that is in use before mm starts. */
struct mm_kept_range {
	phys_addr_t start;
	phys_addr_t end; /* exclusive */
	const char *owner; /* one of the above, or the arch's own word */
};

/**
 * mm_boot - fill bootmem_live: RAM, and what in it is taken
 * @bi: the loader's ranges are reserved under their names
 * @map: sanitised; RAM above mem= is left out
 * @kept: the kernel image's parts, and what else the arch keeps
 *
 * Page 0 is kept back. Then page tables come from bootmem. Stops the machine
 * if part of the kernel image is not RAM although mem= does not hide it.
 * @bi, @map must live for ever: /proc/iomem and the self-tests read them.
 * Context: boot, once.
 */
void mm_boot(const struct boot_info *bi, const struct memmap *map,
	     const struct mm_kept_range *kept, unsigned int nr_kept);

/**
 * mm_init - make the zones and hand all free memory to the buddy
 *
 * Needs the whole direct map. Sets mem_map, max_pfn, max_low_pfn, high_memory
 * and mm_node; prints zones, sizes and the conservation line; page tables come
 * from the buddy afterwards. With too little RAM it says "mm: need N KiB, have
 * M KiB" and stops the machine.
 * Context: boot, once, after mm_boot().
 */
void mm_init(const struct boot_info *bi, const struct memmap *map);

/* With all that is taken by now: would mm_init() come through? Takes nothing.
 * Context: boot, after arch_mm_init(), before mm_init(). */
bool mm_init_has_room(void);

/* What mm_boot() was given; NULL before. */
const struct boot_info *mm_boot_info(void);
const struct memmap *mm_firmware_map(void);

/*
 * The first frame that is not used even if it is RAM: the CPU's width, mem=,
 * or no room for its record.
 */
pfn_t mm_limit_pfn(void);

/* What mm_boot() will use of @map: below this frame, by the CPU and mem=, which
 * cannot be below @image, the end of what must stay. After params_parse(). */
pfn_t mm_boot_top_pfn(const struct memmap *map, phys_addr_t image);

/* Did the loader place [start, end) in RAM, clear of the kernel's image? */
bool mm_boot_range_sound(phys_addr_t start, phys_addr_t end);

/*
 * Besides image and page array: stacks, first slabs, console, one boot
 * archive. Below it the kernel would come up only to fail its first command.
 */
#define MM_MIN_FREE_KIB 1024ul

/* Where zones end, and how much must be left. */
struct mm_limits {
	pfn_t dma_end;
	pfn_t low_end; /* end of the direct map; >= dma_end */
	unsigned long min_free_kib; /* MM_MIN_FREE_KIB, less for a test */
	unsigned long
		records_room; /* addresses for records in sections, bytes */
};

/* Zones and the page array, as computed from the RAM there is. */
struct mm_plan {
	pfn_t zone_start[NR_ZONES];
	pfn_t zone_end[NR_ZONES]; /* exclusive; equal: the zone is empty */
	pfn_t max_pfn;
	pfn_t max_low_pfn;
	unsigned long map_bytes; /* low memory for records, whole pages */
	/* Flat: 0. In sections: addresses of the array, records in a piece of
	 * map_bytes (page_records.h). */
	unsigned long window_bytes;
	unsigned long need_kib;
	unsigned long have_kib;
	pfn_t no_record_pages; /* RAM above max_pfn: no room for records */
};

/**
 * mm_plan_make - compute zones and the size of the page array
 * @plan: filled in, also when an error is returned
 * @bm: RAM and what is taken; no page array yet
 *
 * The array may take half of the free low memory. Where it would take more (a
 * little RAM low, some far up) it is laid out in sections, as far as
 * @limits->records_room goes; if that brings nothing, or not enough, RAM at the
 * top is left unused.
 * Return: 0; -ENOMEM if have_kib is less than need_kib.
 */
int __must_check mm_plan_make(struct mm_plan *plan, const struct bootmem *bm,
			      const struct mm_limits *limits);

/* Bytes that mm_node_build() wants for the types of all pageblocks. */
unsigned long mm_plan_types_bytes(const struct mm_plan *plan);

/**
 * mm_node_build - make the three zones of @node, all holes
 * @map: zeroed records of the frames [0, plan->max_pfn); those of frames
 *	without RAM need not be writable
 * @types: zeroed, mm_plan_types_bytes() of them, for as long as @node lives;
 *	NULL if no zone has more than ZONE_OWN_PAGEBLOCKS pageblocks
 */
void mm_node_build(struct mm_node *node, struct page *map, u8 *types,
		   const struct mm_plan *plan);

/**
 * mm_hand_over - give free RAM to the buddy, mark reserved RAM, close @bm
 *
 * O(ranges + blocks); reserved frames are marked one by one. RAM outside the
 * zones of @node is left alone.
 */
void mm_hand_over(struct mm_node *node, struct bootmem *bm);

/**
 * mm_release_range - give what start-up has kept to the buddy after all
 * @start, @end: whole pages in it that are RAM and reserved for @owner go,
 *	others stay
 *
 * The bytes are free, and may be anybody's, on return.
 * Return: pages given.
 * Context: start-up, after mm_hand_over(), while nobody else looks at @bm.
 */
unsigned long mm_release_range(struct mm_node *node, struct bootmem *bm,
			       phys_addr_t start, phys_addr_t end,
			       const char *owner);

/* The same of the live machine, for a module of the boot loader; /proc/iomem
 * says it, too. */
unsigned long mm_release_module(phys_addr_t start, phys_addr_t end);

/* The firmware's RAM, accounted for: in frames, each from its own source. */
struct mm_conservation {
	u64 ram; /* the firmware map, every usable page */
	u64 reserved; /* bootmem: kept by address */
	u64 boot; /* bootmem: allocated */
	u64 buddy; /* the zones' counters */
	u64 ignored; /* the firmware map above what is used */
};

/**
 * mm_conservation_count - fill in @c
 * @limit_pfn: frames from here on are not used
 */
void mm_conservation_count(struct mm_conservation *c, const struct memmap *map,
			   const struct bootmem *bm, const struct mm_node *node,
			   pfn_t limit_pfn);

/* Does every page of RAM have exactly one owner? */
bool mm_conservation_holds(const struct mm_conservation *c);

/* Text of the conservation line, without newline. Return: its length. */
#define MM_CONSERVATION_BYTES 192 /* five numbers of 20 digits fit */
int mm_conservation_format(const struct mm_conservation *c, char *buf,
			   size_t size);

/* Count the live machine, print the line and the owners; panic if it fails. */
void mm_conservation_check(const struct memmap *map);

#endif
