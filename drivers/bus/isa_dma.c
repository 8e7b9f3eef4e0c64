/* SPDX-License-Identifier: MIT */
/*
 * isa_dma.c - the two 8237 DMA controllers of the PC
 *
 * The chips know 16 address bits; a page register per channel, outside of
 * them, gives the upper 8, and nothing carries from one into the other. On
 * the word channels all addresses and counts are in words, and bit 0 of the
 * page register is not used. 16-bit registers are written as two bytes through
 * a flip-flop that has to be cleared first.
 *
 * Emulators differ where a buffer is wrong (some run on past 64 KiB, some
 * stop), so isa_dma_check() refuses it on all alike.
 *
 * Sources: Intel 8237A data sheet; IBM PC AT Technical Reference, "DMA page
 * registers".
 *
 * Locking: dma_lock (irq-safe, LOCK_DMA) guards the registers and the table
 * of owners.
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/isa_dma.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/spinlock.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <asm/io.h>

#define SINGLE_MASK_SET 0x04

/* Where the registers of channels 0-3 and 4-7 are. */
struct dma_chip {
	u16 base; /* address and count registers */
	u16 stride; /* ports from one register to the next */
	u16 single_mask;
	u16 mode;
	u16 clear_ff;
};
static const struct dma_chip chips[2] = {
	{ 0x00, 1, 0x0a, 0x0b, 0x0c },
	{ 0xc0, 2, 0xd4, 0xd6, 0xd8 },
};
/* The order is IBM's. Channel 4 has no page register. */
static const u16 page_port[MAX_DMA_CHANNELS] = { 0x87, 0x83, 0x81, 0x82,
						 0x8f, 0x8b, 0x89, 0x8a };

static const char *channel_owner[MAX_DMA_CHANNELS] = {
	[DMA_CASCADE_CHANNEL] = "cascade",
};
static spinlock_t dma_lock = SPINLOCK_INIT("dma", LOCK_DMA);

static const struct dma_chip *chip_of(unsigned int chan)
{
	return &chips[chan / 4];
}

static bool is_word_channel(unsigned int chan)
{
	return chan >= 4;
}

static u16 address_port(unsigned int chan)
{
	const struct dma_chip *chip = chip_of(chan);

	return (u16)(chip->base + chan % 4 * 2 * chip->stride);
}

static u16 count_port(unsigned int chan)
{
	return (u16)(address_port(chan) + chip_of(chan)->stride);
}

/* --- who has which channel ---------------------------------------------- */

int request_dma(unsigned int chan, const char *name)
{
	unsigned long flags;
	int err = -EBUSY;

	if (chan >= MAX_DMA_CHANNELS || !name)
		return -EINVAL;
	flags = spin_lock_irqsave(&dma_lock);
	if (!channel_owner[chan]) {
		channel_owner[chan] = name;
		err = 0;
	}
	spin_unlock_irqrestore(&dma_lock, flags);
	return err;
}
EXPORT_SYMBOL(request_dma);

void free_dma(unsigned int chan)
{
	unsigned long flags;
	bool taken = false;

	if (chan < MAX_DMA_CHANNELS && chan != DMA_CASCADE_CHANNEL) {
		flags = spin_lock_irqsave(&dma_lock);
		taken = channel_owner[chan] != NULL;
		channel_owner[chan] = NULL;
		spin_unlock_irqrestore(&dma_lock, flags);
	}
	if (!taken)
		pr_warn("dma: free of channel %u, which is not taken, by %pS\n",
			chan, (void *)_RET_IP_);
}
EXPORT_SYMBOL(free_dma);

static void dma_show(struct seq_file *m)
{
	unsigned int chan;

	for (chan = 0; chan < MAX_DMA_CHANNELS; chan++) {
		if (channel_owner[chan])
			seq_printf(m, "%2u: %s\n", chan, channel_owner[chan]);
	}
}
PROC_FILE(dma, "dma", dma_show);

/* --- registers ---------------------------------------------------------- */

unsigned long claim_dma_lock(void)
{
	return spin_lock_irqsave(&dma_lock);
}
EXPORT_SYMBOL(claim_dma_lock);

void release_dma_lock(unsigned long flags)
{
	spin_unlock_irqrestore(&dma_lock, flags);
}
EXPORT_SYMBOL(release_dma_lock);

void enable_dma(unsigned int chan)
{
	lockdep_assert_held(&dma_lock);
	outb((u8)(chan % 4), chip_of(chan)->single_mask);
}
EXPORT_SYMBOL(enable_dma);

void disable_dma(unsigned int chan)
{
	lockdep_assert_held(&dma_lock);
	outb((u8)(chan % 4 | SINGLE_MASK_SET), chip_of(chan)->single_mask);
}
EXPORT_SYMBOL(disable_dma);

void clear_dma_ff(unsigned int chan)
{
	lockdep_assert_held(&dma_lock);
	outb(0, chip_of(chan)->clear_ff);
}
EXPORT_SYMBOL(clear_dma_ff);

void set_dma_mode(unsigned int chan, u8 mode)
{
	lockdep_assert_held(&dma_lock);
	outb((u8)(mode | chan % 4), chip_of(chan)->mode);
}
EXPORT_SYMBOL(set_dma_mode);

void set_dma_addr(unsigned int chan, phys_addr_t phys)
{
	u32 addr = (u32)phys;

	lockdep_assert_held(&dma_lock);
	if (is_word_channel(chan)) {
		outb((u8)(addr >> 16 & 0xfe), page_port[chan]);
		addr >>= 1;
	} else {
		outb((u8)(addr >> 16), page_port[chan]);
	}
	outb((u8)addr, address_port(chan));
	outb((u8)(addr >> 8), address_port(chan));
}
EXPORT_SYMBOL(set_dma_addr);

/* The register holds one less than the number of transfers. */
void set_dma_count(unsigned int chan, unsigned long bytes)
{
	unsigned long count = (is_word_channel(chan) ? bytes / 2 : bytes) - 1;

	lockdep_assert_held(&dma_lock);
	outb((u8)count, count_port(chan));
	outb((u8)(count >> 8), count_port(chan));
}
EXPORT_SYMBOL(set_dma_count);

unsigned long get_dma_residue(unsigned int chan)
{
	unsigned long count;

	lockdep_assert_held(&dma_lock);
	count = inb(count_port(chan));
	count |= (unsigned long)inb(count_port(chan)) << 8;
	count = (count + 1) & 0xffff; /* 0xffff: all moved */
	return is_word_channel(chan) ? count * 2 : count;
}
EXPORT_SYMBOL(get_dma_residue);

static u32 get_dma_addr(unsigned int chan)
{
	u32 addr = inb(address_port(chan));

	addr |= (u32)inb(address_port(chan)) << 8;
	if (is_word_channel(chan))
		addr <<= 1;
	return addr | (u32)inb(page_port[chan]) << 16;
}

/* --- transfers ---------------------------------------------------------- */

int isa_dma_check(unsigned int chan, phys_addr_t phys, unsigned long bytes)
{
	struct report_sites sites = { .at = _RET_IP_ };
	unsigned long line = ISA_DMA_MAX_BYTES(chan);

	if (chan >= MAX_DMA_CHANNELS || chan == DMA_CASCADE_CHANNEL || !bytes)
		return -EINVAL;
	if (is_word_channel(chan) && ((phys | bytes) & 1))
		return -EINVAL;
	if (bytes > line)
		return -E2BIG;
	if (phys >= ISA_DMA_LIMIT_PHYS || bytes > ISA_DMA_LIMIT_PHYS - phys) {
		mm_report("dma-limit", &sites, "phys=%#llx limit=16M chan=%u",
			  phys, chan);
		return -ERANGE;
	}
	if ((phys & (line - 1)) + bytes > line) {
		mm_report("dma-boundary", &sites, "phys=%#llx len=%lu %luK",
			  phys, bytes, line / 1024);
		return -EFAULT;
	}
	return 0;
}
EXPORT_SYMBOL(isa_dma_check);

int isa_dma_start(unsigned int chan, u8 mode, phys_addr_t phys,
		  unsigned long bytes)
{
	unsigned long flags;
	int err = isa_dma_check(chan, phys, bytes);

	if (err)
		return err;
	flags = claim_dma_lock();
	disable_dma(chan);
	clear_dma_ff(chan);
	set_dma_mode(chan, mode);
	set_dma_addr(chan, phys);
	set_dma_count(chan, bytes);
	clear_dma_ff(chan);
	if (get_dma_addr(chan) != (u32)phys ||
	    get_dma_residue(chan) != bytes % ISA_DMA_MAX_BYTES(chan))
		err = -EIO;
	else
		enable_dma(chan);
	release_dma_lock(flags);
	return err;
}
EXPORT_SYMBOL(isa_dma_start);

int isa_dma_buf_init(struct isa_dma_buf *buf, unsigned int chan, size_t bytes,
		     const char *name)
{
	int err;

	if (chan >= MAX_DMA_CHANNELS || !bytes ||
	    bytes > ISA_DMA_MAX_BYTES(chan))
		return -EINVAL;
	err = request_dma(chan, name);
	if (err)
		return err;
	buf->chan = chan;
	/* A block is aligned to its size, so up to one transfer's worth it
	 * cannot cross a line. */
	buf->order = get_order(bytes);
	buf->pages = alloc_pages(GFP_KERNEL | GFP_DMA, buf->order);
	if (!buf->pages) {
		err = -ENOMEM;
		goto out_free_channel;
	}
	page_set_owner(buf->pages, PAGE_OWNER_DMA);
	buf->va = page_address(buf->pages);
	buf->phys = page_to_phys(buf->pages);
	return 0;

out_free_channel:
	free_dma(chan);
	return err;
}
EXPORT_SYMBOL(isa_dma_buf_init);

void isa_dma_buf_free(struct isa_dma_buf *buf)
{
	unsigned long flags = claim_dma_lock();

	/* A transfer that never ended would write into the next owner's. */
	disable_dma(buf->chan);
	release_dma_lock(flags);
	__free_pages(buf->pages, buf->order);
	free_dma(buf->chan);
}
EXPORT_SYMBOL(isa_dma_buf_free);
