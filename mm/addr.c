/* SPDX-License-Identifier: MIT */
/*
 * addr.c - the class of an address, and what is known about it
 *
 * Questions are asked from the narrow to the wide, and the first yes decides:
 * page 0; the vmalloc window, which has the per-CPU units, too; page records in
 * a window of their own; a stack the arch knows; a part of the kernel image; the
 * direct map; a kmap slot that is held; a window somebody made known; user
 * space. (Stacks may lie in the image, and the image in the direct map.)
 *
 * How this is safe in a page fault, whatever was interrupted: no lock is
 * taken. The area tree is read by vmap_space_find_lockless(), which checks
 * each pointer before it follows it and is bounded. Page tables are only read;
 * tables are never freed. Records of frames are read within mem_map only, at
 * most MAX_ORDER of them. What is read that way may be half an answer if
 * another context is just changing it; it is then a wrong word in a report,
 * never a fault.
 *
 * Locking: none; windows are added at start-up.
 */
#include <kernel/bug.h>
#include <kernel/percpu.h>
#include <kernel/suites.h>
#include <kernel/util.h>
#include <mm/addr.h>
#include <mm/bootmem.h>
#include <mm/highmem.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include <mm/zone.h>
#include <asm/processor.h>

/* A range outside the vmalloc window whose use never changes. */
struct addr_window {
	enum addr_class class;
	unsigned long start, end;
	const char *owner;
};

static struct addr_window addr_windows[ADDR_MAX_WINDOWS];
static unsigned int nr_addr_windows;
/* The slab allocator's answer about one of its pages; NULL until it is up. */
static bool (*addr_slab_describe)(unsigned long addr, struct page *head,
				  struct addr_slab *slab);

void addr_set_slab_describer(bool (*describe)(unsigned long addr,
					      struct page *head,
					      struct addr_slab *slab))
{
	addr_slab_describe = describe;
}

void addr_add_window(enum addr_class class, unsigned long start,
		     unsigned long end, const char *owner)
{
	BUG_ON(nr_addr_windows == ADDR_MAX_WINDOWS || start >= end);
	addr_windows[nr_addr_windows++] = (struct addr_window){
		.class = class,
		.start = start,
		.end = end,
		.owner = owner,
	};
}

#define ADDR_CLASS_AS_NAME(id, name, text) name,
#define ADDR_CLASS_AS_TEXT(id, name, text) text,

const char *addr_class_name(enum addr_class class)
{
	static const char *const names[] = { ADDR_CLASSES(ADDR_CLASS_AS_NAME) };

	return class < NR_ADDR_CLASSES ? names[class] : "?";
}

static const char *addr_class_text(enum addr_class class)
{
	static const char *const texts[] = { ADDR_CLASSES(ADDR_CLASS_AS_TEXT) };

	return texts[class];
}

/* --- the questions ------------------------------------------------------ */

/* Is @addr in [start, end)? One comparison, and no sum that could wrap. */
static bool addr_in(unsigned long addr, unsigned long start, unsigned long end)
{
	return addr - start < end - start;
}

/* high_memory is 0 before mm is up: then nothing is in the direct map yet. */
static bool addr_in_direct_map(unsigned long addr)
{
	return addr_in(addr, PAGE_OFFSET, (unsigned long)high_memory);
}

/*
 * What is known of frame @pfn, which lies behind the address. The zone is not
 * locked: a block that is being split or merged may show its old head, its new
 * one or none. Each is a record of mem_map, so reading them is safe.
 */
static void addr_frame(struct addr_info *info, pfn_t pfn)
{
	const struct zone *z;
	struct page *head;

	info->has_pfn = true;
	info->pfn = info->head_pfn = pfn;
	/* A device's frame, or a fault before there are records. */
	if (!mem_map || !pfn_valid(pfn))
		return;
	info->has_page = true;
	z = pfn_zone(pfn);
	head = page_head_of(z, pfn);
	if (!head)
		return;
	info->head_pfn = page_to_pfn(head);
	info->page_state = page_state(head);
	info->page_order = page_order(head);
	info->page_owner = page_owner(head);
}

/* Inside the stretch of all units: whose? */
static enum addr_class addr_in_units(unsigned long addr, struct addr_info *info)
{
	info->cpu = (unsigned int)((addr - info->start) / percpu_address_bytes);
	info->start += info->cpu * percpu_address_bytes;
	info->end = info->start + percpu_address_bytes;
	return ADDR_PERCPU;
}

/* Inside the vmalloc window: an area, its guard page, or a hole. */
static enum addr_class addr_in_window(unsigned long addr,
				      struct addr_info *info)
{
	struct vmap_seen seen;
	struct vm_info vm;
	phys_addr_t pa;

	if (!vm_window_seen(&vm_live_window, addr, &vm, &seen)) {
		info->below_end = seen.below_end;
		info->above_start = seen.above_start;
		return ADDR_NONE;
	}
	info->start = vm.start;
	info->end = vm.end;
	info->site = vm.site;
	info->freed = vm.state == VM_LAZY || vm.state == VM_PARKED;
	info->area = vm.kind == VM_KIND_STACK ? "stack" : vm_kind_word(vm.kind);
	/* The last page of an area is never mapped, in no state. */
	if (vm.end - addr <= PAGE_SIZE)
		return ADDR_GUARD;
	/* A freed area may be half unmapped, and shows nobody's frames. */
	if (!info->freed && kpt_lookup(addr, &pa))
		addr_frame(info, phys_to_pfn(pa));
	switch (vm.kind) {
	case VM_KIND_IOREMAP: return ADDR_IOREMAP;
	case VM_KIND_STACK:
		arch_stack_addr(addr, &info->owner);
		return ADDR_STACK;
	case VM_KIND_PERCPU: return addr_in_units(addr, info);
	default: return ADDR_VMALLOC;
	}
}

/* In the window of page records? A flat array is lowmem. */
static bool addr_in_records(unsigned long addr, struct addr_info *info)
{
	const struct arch_layout *layout = arch_layout();
	phys_addr_t pa;

	if (!addr_in(addr, layout->records_start, layout->records_end))
		return false;
	info->start = layout->records_start;
	info->end = layout->records_end;
	if (kpt_lookup(addr, &pa))
		addr_frame(info, phys_to_pfn(pa));
	return true;
}

/* A part of the kernel image, or NONE: the linker knows. */
static enum addr_class addr_in_image(unsigned long addr)
{
	static const enum addr_class classes[] = {
		[IMAGE_NONE] = ADDR_NONE,     [IMAGE_TEXT] = ADDR_TEXT,
		[IMAGE_RODATA] = ADDR_RODATA, [IMAGE_DATA] = ADDR_DATA,
		[IMAGE_BSS] = ADDR_BSS,	      [IMAGE_PERCPU] = ADDR_PERCPU_RAW,
	};

	return classes[arch_image_part(addr)];
}

/* The symbol around @addr, with its bounds if the table has them. */
static void addr_symbol(struct addr_info *info, unsigned long addr)
{
	unsigned long size = 0;

	if (!arch_symbol_lookup(addr, &info->symbol, &info->start, &size)) {
		info->symbol = NULL;
		info->start = 0;
		return;
	}
	info->end = info->start + size;
}

/* In the direct map and nothing narrower: the frame says it all, but for a
 * slab, whose objects only the slab allocator can tell apart. */
static enum addr_class addr_in_lowmem(unsigned long addr,
				      struct addr_info *info)
{
	info->start = addr & PAGE_MASK;
	info->end = info->start + PAGE_SIZE;
	if (info->page_state == PAGE_SLAB && addr_slab_describe)
		addr_slab_describe(addr, pfn_to_page(info->head_pfn),
				   &info->slab);
	return ADDR_LOWMEM;
}

/*
 * In none of the places with an order of their own. A held slot comes first:
 * it lies in a window that is known, too, but who holds it says more.
 */
static enum addr_class addr_in_windows(unsigned long addr,
				       struct addr_info *info)
{
	unsigned int i;
	pfn_t pfn;

	if (kmap_slot_owner(addr, &info->site, &pfn)) {
		info->start = addr & PAGE_MASK;
		info->end = info->start + PAGE_SIZE;
		addr_frame(info, pfn);
		return ADDR_KMAP;
	}
	for (i = 0; i < nr_addr_windows; i++) {
		const struct addr_window *w = &addr_windows[i];

		if (!addr_in(addr, w->start, w->end))
			continue;
		info->start = w->start;
		info->end = w->end;
		info->owner = w->owner;
		return w->class;
	}
	return addr < PAGE_OFFSET ? ADDR_USER : ADDR_NONE;
}

/* The questions, from the narrow to the wide; see the head of the file. */
static enum addr_class addr_decide(unsigned long addr, struct addr_info *info)
{
	enum addr_class class;

	if (addr < PAGE_SIZE) {
		info->end = PAGE_SIZE;
		return ADDR_NULL;
	}
	if (is_vmalloc_addr((const void *)addr))
		return addr_in_window(addr, info);
	if (addr_in_records(addr, info))
		return ADDR_RECORDS;
	/* Noted for stacks and the image as well. */
	if (addr_in_direct_map(addr))
		addr_frame(info, phys_to_pfn(virt_to_phys((void *)addr)));
	if (arch_stack_addr(addr, &info->owner))
		return ADDR_STACK;
	class = addr_in_image(addr);
	if (class != ADDR_NONE) {
		addr_symbol(info, addr);
		return class;
	}
	if (info->has_pfn)
		return addr_in_lowmem(addr, info);
	return addr_in_windows(addr, info);
}

enum addr_class addr_classify(unsigned long addr, struct addr_info *info)
{
	struct addr_info local;

	if (!info)
		info = &local;
	*info = (struct addr_info){ 0 };
	info->class = addr_decide(addr, info);
	return info->class;
}

/* --- in words ----------------------------------------------------------- */

/* The state in a reader's words. NONE is a hole here: a tail has its head's. */
static const char *addr_state_name(const struct addr_info *info)
{
	switch (info->page_state) {
	case PAGE_RESERVED: return "reserved";
	case PAGE_FREE: return "free";
	case PAGE_PCP: return "free (per-CPU list)";
	case PAGE_ALLOCATED: return "allocated";
	case PAGE_SLAB: return "slab";
	default: return "hole";
	}
}

static const char *addr_owner_name(enum page_owner owner)
{
#define PAGE_OWNER_AS_NAME(id, name, letter) name,
	static const char *const names[] = { PAGE_OWNERS(PAGE_OWNER_AS_NAME) };

	return owner < NR_PAGE_OWNERS ? names[owner] : "?";
}

/* "vmalloc area f8000000-f8003000 of foo+0x10/0x20": without its guard page,
 * which is nobody's to use. */
static void addr_put_area(struct seq_file *m, const struct addr_info *info)
{
	seq_printf(m, "%s area %lx-%lx of %pS%s", info->area, info->start,
		   info->end - PAGE_SIZE, (void *)info->site,
		   info->freed ? ", freed" : "");
}

/*
 * Running over the end of the area below faults here, and so does running
 * under the start of the one above: a stack does that. Name both.
 */
static void addr_put_guard(struct seq_file *m, const struct addr_info *info)
{
	struct addr_info above;

	seq_puts(m, "guard page behind ");
	addr_put_area(m, info);
	addr_classify(info->end, &above);
	/* Behind it may be a hole, or the end of the window. */
	if (!above.area || above.start != info->end)
		return;
	seq_puts(m, ", below ");
	addr_put_area(m, &above);
}

/* An object if it is one, else the frame, its state and owner. */
static void addr_put_lowmem(struct seq_file *m, unsigned long addr,
			    const struct addr_info *info)
{
	const struct addr_slab *slab = &info->slab;
	const char *owner;

	if (slab->cache) {
		seq_printf(m, "%s obj=%lx+%lu (%s", slab->cache, slab->object,
			   addr - slab->object,
			   slab->allocated ? "allocated" : "free");
		if (slab->free_site)
			seq_printf(m, ", given back by %pS",
				   (void *)slab->free_site);
		seq_putc(m, ')');
		return;
	}
	seq_printf(m, "lowmem pfn=%#lx %s", info->pfn, addr_state_name(info));
	owner = bootmem_owner_at(&bootmem_live,
				 virt_to_phys((const void *)addr));
	if (info->page_state == PAGE_RESERVED && owner)
		seq_printf(m, " at boot for %s", owner);
	if (info->page_state == PAGE_ALLOCATED)
		seq_printf(m, " order=%u owner=%s", info->page_order,
			   addr_owner_name(info->page_owner));
	if (suites_were_at(addr))
		seq_puts(m, ", given back by the suites at boot");
}

/* A stray pointer is often a little off: its neighbours say whose it was. */
static void addr_put_hole(struct seq_file *m, const struct addr_info *info)
{
	seq_puts(m, "hole");
	if (info->below_end)
		seq_printf(m, " above the area that ends at %lx",
			   info->below_end);
	if (info->above_start)
		seq_printf(m, "%s below the area at %lx",
			   info->below_end ? "," : "", info->above_start);
	if (!info->below_end && !info->above_start)
		seq_puts(m, " where nothing is mapped");
}

/* "kernel text kmalloc+0x10" */
static void addr_put_symbol(struct seq_file *m, unsigned long addr,
			    const struct addr_info *info)
{
	seq_printf(m, "kernel %s", addr_class_name(info->class));
	if (info->symbol)
		seq_printf(m, " %s+%#lx", info->symbol, addr - info->start);
}

/* " of preempt_count+0"; a dynamic one has no name. */
static void addr_put_variable(struct seq_file *m, unsigned long addr,
			      const char *symbol, unsigned long start)
{
	if (symbol)
		seq_printf(m, " of %s+%#lx", symbol, addr - start);
}

static void addr_put_percpu(struct seq_file *m, unsigned long addr,
			    const struct addr_info *info)
{
	unsigned long start, size, raw = addr - per_cpu_offset(info->cpu);
	const char *symbol = NULL;

	seq_printf(m, "percpu data of cpu %u", info->cpu);
	if (arch_symbol_lookup(raw, &symbol, &start, &size))
		addr_put_variable(m, raw, symbol, start);
}

/* Whose record it is. No zone holds its frame: the record is a hole's. */
static void addr_put_record(struct seq_file *m, unsigned long addr,
			    const struct addr_info *info)
{
	pfn_t pfn = (addr - info->start) / sizeof(struct page);
	bool hole = !pfn_valid(pfn) || !page_head_of(pfn_zone(pfn), pfn);

	seq_printf(m, "page record of pfn=%#lx%s", pfn, hole ? ", a hole" : "");
}

/* What @addr is, as part of a sentence. */
static void addr_put_what(struct seq_file *m, unsigned long addr,
			  const struct addr_info *info)
{
	switch (info->class) {
	case ADDR_NULL: seq_printf(m, "NULL pointer+%#lx", addr); break;
	case ADDR_GUARD: addr_put_guard(m, info); break;
	case ADDR_VMALLOC:
	case ADDR_IOREMAP: addr_put_area(m, info); break;
	case ADDR_LOWMEM: addr_put_lowmem(m, addr, info); break;
	case ADDR_TEXT:
	case ADDR_RODATA:
	case ADDR_DATA:
	case ADDR_BSS: addr_put_symbol(m, addr, info); break;
	case ADDR_PERCPU: addr_put_percpu(m, addr, info); break;
	case ADDR_PERCPU_RAW:
		seq_puts(m, "per-CPU address");
		addr_put_variable(m, addr, info->symbol, info->start);
		break;
	case ADDR_KMAP:
		if (info->has_pfn)
			seq_printf(m, "kmap slot of pfn=%#lx, held by %pS",
				   info->pfn, (void *)info->site);
		else
			seq_puts(m, "kmap slot that nobody holds");
		break;
	case ADDR_RECORDS: addr_put_record(m, addr, info); break;
	case ADDR_STACK:
		if (info->owner)
			seq_printf(m, "stack of %s", info->owner);
		else
			addr_put_area(m, info);
		break;
	case ADDR_NONE: addr_put_hole(m, info); break;
	default:
		seq_puts(m, addr_class_name(info->class));
		if (info->owner)
			seq_printf(m, " %s", info->owner);
		break;
	}
}

/* A fixed-size sink that always leaves room for the NUL. */
static void addr_sink(struct seq_file *m, char *buf, size_t size)
{
	*m = (struct seq_file){ .buf = buf, .size = size - 1 };
}

const char *addr_describe_line(char *buf, size_t size, unsigned long addr)
{
	struct addr_info info;
	struct seq_file m;

	addr_sink(&m, buf, size);
	addr_classify(addr, &info);
	addr_put_what(&m, addr, &info);
	buf[m.count] = '\0';
	return buf;
}

/* The vmalloc area that a frame serves, from the frame's record. */
static bool addr_frame_area(pfn_t pfn, struct vm_info *vm)
{
	const struct page *page = pfn_to_page(pfn);
	unsigned long owner = READ_ONCE(page->private);
	struct vmap_seen seen;

	if (page_owner(page) != PAGE_OWNER_VMALLOC ||
	    !addr_in_direct_map(owner) || !IS_ALIGNED(owner, sizeof(long)))
		return false;
	return vm_window_seen(&vm_live_window,
			      READ_ONCE(((struct vm_struct *)owner)->va.start),
			      vm, &seen) &&
	       (unsigned long)seen.area == owner;
}
static_assert(offsetof(struct vm_struct, va) == 0,
	      "page->private and the tree name the same address");

/* The sentences about the frame behind an address. */
static void addr_describe_frame(struct seq_file *m,
				const struct addr_info *info)
{
	struct vm_info vm;

	if (!info->has_page) {
		seq_printf(m, "Frame %#lx is no RAM of ours.\n", info->pfn);
		return;
	}
	seq_printf(m, "Frame %#lx, zone %s: %s", info->pfn,
		   pfn_zone(info->pfn)->name, addr_state_name(info));
	if (info->page_state == PAGE_ALLOCATED)
		seq_printf(m, ", owner %s", addr_owner_name(info->page_owner));
	if (info->page_order)
		seq_printf(m, ", in a block of 2^%u from frame %#lx",
			   info->page_order, info->head_pfn);
	seq_puts(m, ".\n");
	if (info->class == ADDR_LOWMEM && addr_frame_area(info->pfn, &vm))
		seq_printf(m, "It serves the vmalloc area %lx-%lx of %pS.\n",
			   vm.start, vm.end - PAGE_SIZE, (void *)vm.site);
}

void addr_describe(struct seq_file *m, unsigned long addr)
{
	struct addr_info info;

	addr_classify(addr, &info);
	seq_printf(m, "%lx lies in %s: ", addr, addr_class_text(info.class));
	addr_put_what(m, addr, &info);
	seq_puts(m, ".\n");
	if (info.class == ADDR_VMALLOC || info.class == ADDR_IOREMAP)
		seq_printf(m, "Page %lu of %lu, offset %#lx.\n",
			   (addr - info.start) >> PAGE_SHIFT,
			   ((info.end - info.start) >> PAGE_SHIFT) - 1,
			   addr & ~PAGE_MASK);
	if (info.has_pfn)
		addr_describe_frame(m, &info);
}

/* P14 to P18: the words of a report about an address that is no object. */
const char *addr_report_object(char *buf, size_t size, unsigned long addr)
{
	struct addr_info info;
	struct seq_file m;

	addr_sink(&m, buf, size);
	switch (addr_classify(addr, &info)) {
	case ADDR_STACK:
		seq_printf(&m, "stack task=%s addr=%#lx",
			   info.owner ? info.owner : "?", addr);
		break;
	case ADDR_VMALLOC:
	case ADDR_IOREMAP:
	case ADDR_GUARD:
		seq_printf(&m, "%s area=%#lx+%#lx addr=%#lx",
			   addr_class_name(info.class), info.start,
			   info.end - info.start - PAGE_SIZE, addr);
		break;
	case ADDR_TEXT:
	case ADDR_RODATA:
	case ADDR_DATA:
	case ADDR_BSS:
		seq_printf(&m, "kernel-image sym=%s addr=%#lx",
			   info.symbol ? info.symbol : "?", addr);
		break;
	case ADDR_LOWMEM:
		if (info.page_state == PAGE_RESERVED)
			seq_printf(&m, "reserved pfn=%#lx addr=%#lx", info.pfn,
				   addr);
		else
			seq_printf(&m, "lowmem pfn=%#lx %s addr=%#lx", info.pfn,
				   addr_state_name(&info), addr);
		break;
	default:
		seq_printf(&m, "%s addr=%#lx", addr_class_name(info.class),
			   addr);
		break;
	}
	buf[m.count] = '\0';
	return buf;
}
