/* SPDX-License-Identifier: MIT */
/*
 * boot_device.c - the oldest way to get memory: from mem_start to mem_end
 *
 * Before there was an allocator for boot time, start-up kept two numbers, the
 * begin and the end of free memory, and handed them from driver to driver:
 *
 *	mem_start = grabber_init(mem_start, mem_end);
 *
 * A driver that wanted a large buffer took it from the bottom and returned a
 * higher mem_start. Here the two numbers are the longest free run of bytes
 * between 1 MiB and the end of the DMA zone, as kernel addresses, which they
 * were then: a pointer to the byte, and PAGE_OFFSET away from the physical
 * address that a device wants.
 *
 *	|BIOS| image, loader's data |######......................| end of DMA
 *	                            ^     ^                      ^
 *	                    mem_start     the answer       mem_end
 *
 * While a driver is asked, the whole run is its own in bootmem: so it can call
 * alloc_bootmem(), too, and gets other memory. What it does not keep is given
 * back afterwards. The next driver's run begins where this one's keep ends.
 *
 * Addresses are compared as unsigned: a kernel address as a long is negative,
 * and an answer of 0 must mean "nothing".
 *
 * Locking: none. Context: boot.
 */
#define pr_fmt(fmt) "boot device: " fmt
#include <kernel/bug.h>
#include <kernel/printk.h>
#include <asm/pgtable.h>
#include <mm/boot_device.h>

/* Bytes [start, end); none if they are equal. */
struct boot_room {
	phys_addr_t start;
	phys_addr_t end;
};

static struct boot_room longest_room(const struct bootmem *bm)
{
	struct boot_room best = { 0, 0 };
	struct bootmem_cursor c;
	struct bootmem_span span;

	bootmem_cursor_init(&c, bm, 1);
	while (bootmem_next_span(&c, &span)) {
		phys_addr_t start = max(span.start, BOOT_DEVICE_MEMORY_START);
		phys_addr_t end = min(span.end, arch_layout()->dma_limit);

		if (!span.reserved && start < end &&
		    end - start > best.end - best.start)
			best = (struct boot_room){ start, end };
	}
	return best;
}

/* Ask the driver. Return: how many bytes of @room it keeps. */
static u64 ask_device(const struct boot_device *dev,
		      const struct boot_room *room)
{
	unsigned long start = (unsigned long)phys_to_virt(room->start);
	unsigned long end = start + (unsigned long)(room->end - room->start);
	unsigned long answer =
		(unsigned long)dev->start_end((long)start, (long)end);

	if (answer <= start)
		return 0;
	if (answer > end) {
		pr_err("%s: wants %lu KiB from %#llx on, %lu KiB are free"
		       " there: nothing kept\n",
		       dev->name, (answer - start) / 1024, room->start,
		       (end - start) / 1024);
		return 0;
	}
	return answer - start;
}

static void start_end_init(struct bootmem *bm, const struct boot_device *dev)
{
	struct boot_room room = longest_room(bm);
	struct bootmem_request all = {
		.size_bytes = room.end - room.start,
		.align_bytes = 1,
		.min = room.start,
		.max = room.end,
		.owner = dev->name,
	};
	u64 kept;

	if (room.start == room.end) {
		/* No error: perhaps nobody has asked for the device. */
		pr_info("%s: no free memory from 1 MiB to %#llx: not called\n",
			dev->name, arch_layout()->dma_limit);
		return;
	}
	if (!bootmem_alloc(bm, &all))
		return;
	kept = ask_device(dev, &room);
	/* The end of one range is cut off, or all of it: that needs no room. */
	if (kept < all.size_bytes)
		BUG_ON(bootmem_free(bm, room.start + kept,
				    all.size_bytes - kept));
	if (kept)
		pr_info("%s: keeps [mem 0x%08llx-0x%08llx]\n", dev->name,
			room.start, room.start + kept - 1);
}

void boot_device_init(struct bootmem *bm, const struct boot_device *dev)
{
	if (dev->start_end)
		start_end_init(bm, dev);
	else
		dev->init();
}

void boot_devices_init(void)
{
	const struct boot_device *const *pos;

	for_each_section_entry(pos, boot_devices)
		boot_device_init(&bootmem_live, *pos);
}
