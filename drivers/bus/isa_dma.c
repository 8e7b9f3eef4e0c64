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
 * stop, some cut off what is above 24 bits), so it is refused here on all
 * alike. A channel keeps what it was told, and is unmasked only when mode,
 * address and count are known and go together.
 *
 * Each register is read back when it was written. The flip-flop is cleared
 * before: if the writer forgot to, the halves come back exchanged, or one of
 * them in the other register.
 *
 * Invariant: a channel is unmasked only if it has an owner and all of CHAN_*,
 * and [phys, phys + bytes) passes isa_dma_check().
 *
 * Sources: Intel 8237A data sheet; IBM PC AT Technical Reference, "DMA page
 * registers".
 *
 * Locking: dma_lock (irq-safe, LOCK_DMA) guards the registers and channels[].
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/isa_dma.h>
#include <kernel/module_holding.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/addr.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <asm/io.h>

#define SINGLE_MASK_SET 0x04
/* The mode register: what is in which bits. */
#define MODE_CHANNEL 0x03
#define MODE_TYPE 0x0c
#define MODE_TYPE_NONE 0x0c /* both directions: not allowed */
#define MODE_DOWNWARDS 0x20
#define MODE_BLOCK 0x80 /* and with bit 6: cascade */

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

#define OWNER_BYTES 64u /* longer names are shown cut */

/* What a channel knows of its transfer. */
#define CHAN_MODE BIT(0)
#define CHAN_ADDR BIT(1)
#define CHAN_COUNT BIT(2)
#define CHAN_ALL (CHAN_MODE | CHAN_ADDR | CHAN_COUNT)

struct dma_channel {
	const char *owner; /* NULL: nobody */
	phys_addr_t phys; /* with CHAN_ADDR */
	unsigned long bytes; /* with CHAN_COUNT */
	u8 known; /* CHAN_* */
	u8 refused; /* CHAN_* whose last value was, with a report */
};
static struct dma_channel channels[MAX_DMA_CHANNELS] = {
	[DMA_CASCADE_CHANNEL] = { .owner = "cascade" },
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
	if (!channels[chan].owner) {
		channels[chan] = (struct dma_channel){ .owner = name };
		err = 0;
	}
	spin_unlock_irqrestore(&dma_lock, flags);
	return err;
}
EXPORT_SYMBOL(request_dma);

static void mask_channel(unsigned int chan)
{
	outb((u8)(chan % 4 | SINGLE_MASK_SET), chip_of(chan)->single_mask);
}

void free_dma(unsigned int chan)
{
	unsigned long flags;
	bool taken = false;

	if (chan < MAX_DMA_CHANNELS && chan != DMA_CASCADE_CHANNEL) {
		flags = spin_lock_irqsave(&dma_lock);
		taken = channels[chan].owner != NULL;
		if (taken)
			mask_channel(chan);
		channels[chan] = (struct dma_channel){ .owner = NULL };
		spin_unlock_irqrestore(&dma_lock, flags);
	}
	if (!taken)
		pr_warn("dma: free of channel %u, which is not taken, by %pS\n",
			chan, (void *)_RET_IP_);
}
EXPORT_SYMBOL(free_dma);

/* The name is a driver's, and may go with it at once. Return: false: nobody. */
static bool owner_copy(unsigned int chan, char *name, size_t size)
{
	unsigned long flags = spin_lock_irqsave(&dma_lock);
	bool taken = channels[chan].owner;

	if (taken)
		strscpy(name, channels[chan].owner, size);
	spin_unlock_irqrestore(&dma_lock, flags);
	return taken;
}

static void dma_show(struct seq_file *m)
{
	char name[OWNER_BYTES];
	unsigned int chan;

	for (chan = 0; chan < MAX_DMA_CHANNELS; chan++)
		if (owner_copy(chan, name, sizeof(name)))
			seq_printf(m, "%2u: %s\n", chan, name);
}
PROC_FILE(dma, "dma", dma_show);

static void channels_find(struct module_search *search, const char *kind)
{
	unsigned long flags = spin_lock_irqsave(&dma_lock);
	const struct dma_channel *c;

	for (c = channels; c < channels + MAX_DMA_CHANNELS; c++) {
		if (module_search_has(search, c->owner))
			module_holding_found(search, kind, c, c->owner);
	}
	spin_unlock_irqrestore(&dma_lock, flags);
}
MODULE_HOLDING(dma_channels, "dma-channel", channels_find);

/* --- what a channel can do ---------------------------------------------- */

/* May its owner work with it? Reported if not. Lock held. */
static bool channel_usable(unsigned int chan, unsigned long site)
{
	struct report_sites sites = { .at = site };
	const char *why = "is not there";

	if (chan == DMA_CASCADE_CHANNEL)
		why = "is the cascade";
	else if (chan < MAX_DMA_CHANNELS)
		why = channels[chan].owner ? NULL : "is nobody's";
	if (why)
		mm_report("dma-channel", &sites, "chan=%u %s", chan, why);
	return !why;
}

/* Can @chan move so much? Neither this nor evenness is reported. */
static int length_check(unsigned int chan, unsigned long bytes)
{
	if (chan >= MAX_DMA_CHANNELS)
		return -ENXIO;
	if (chan == DMA_CASCADE_CHANNEL)
		return -EPERM;
	if (!bytes)
		return -EINVAL;
	return bytes > ISA_DMA_MAX_BYTES(chan) ? -E2BIG : 0;
}

static int count_check(unsigned int chan, unsigned long bytes)
{
	int err = length_check(chan, bytes);

	return !err && is_word_channel(chan) && (bytes & 1) ? -EDOM : err;
}

/*
 * @phys is above the limit. Is it memory at all? virt_to_phys() of an address
 * outside the direct map gives a place above all low memory: turned round it
 * says what was given.
 */
static void report_far(unsigned int chan, phys_addr_t phys, unsigned long site)
{
	struct report_sites sites = { .at = site };
	pfn_t pfn = phys_to_pfn(phys);
	enum addr_class class = ADDR_LOWMEM;

	if (pfn_valid(pfn) && PageHighMem(pfn_to_page(pfn))) {
		mm_report("dma-bad-address", &sites,
			  "highmem phys=%#llx chan=%u", phys, chan);
		return;
	}
	if (!pfn_valid(pfn) && phys < 0 - PAGE_OFFSET)
		class = addr_classify(PAGE_OFFSET + (unsigned long)phys, NULL);
	if (class == ADDR_VMALLOC || class == ADDR_STACK)
		mm_report("dma-bad-address", &sites, "%s phys=%#llx chan=%u",
			  addr_class_name(class), phys, chan);
	else
		mm_report("dma-limit", &sites, "phys=%#llx limit=16M chan=%u",
			  phys, chan);
}

static int limit_check(unsigned int chan, phys_addr_t phys, unsigned long bytes,
		       unsigned long site)
{
	if (phys < ISA_DMA_LIMIT_PHYS && bytes <= ISA_DMA_LIMIT_PHYS - phys)
		return 0;
	report_far(chan, phys, site);
	return -ERANGE;
}

static int boundary_check(unsigned int chan, phys_addr_t phys,
			  unsigned long bytes, unsigned long site)
{
	struct report_sites sites = { .at = site };
	unsigned long line = ISA_DMA_MAX_BYTES(chan);

	if ((phys & (line - 1)) + bytes <= line)
		return 0;
	mm_report("dma-boundary", &sites, "phys=%#llx len=%lu %luK", phys,
		  bytes, line / 1024);
	return -EFAULT;
}

static int transfer_check(unsigned int chan, phys_addr_t phys,
			  unsigned long bytes, unsigned long site)
{
	int err = count_check(chan, bytes);

	if (!err && is_word_channel(chan) && (phys & 1))
		err = -EDOM;
	if (!err)
		err = limit_check(chan, phys, bytes, site);
	if (!err)
		err = boundary_check(chan, phys, bytes, site);
	return err;
}

int isa_dma_check(unsigned int chan, phys_addr_t phys, unsigned long bytes)
{
	return transfer_check(chan, phys, bytes, _RET_IP_);
}
EXPORT_SYMBOL(isa_dma_check);

unsigned int isa_virt_to_bus(const volatile void *address)
{
	struct report_sites sites = { .at = _RET_IP_ };
	enum addr_class class = addr_classify((unsigned long)address, NULL);

	switch (class) {
	case ADDR_LOWMEM:
	case ADDR_RODATA:
	case ADDR_DATA:
	case ADDR_BSS: return (unsigned int)virt_to_phys(address);
	default: break;
	}
	mm_report("dma-bad-address", &sites, "%s addr=%#lx",
		  class == ADDR_KMAP ? "highmem" : addr_class_name(class),
		  (unsigned long)address);
	return ISA_DMA_BAD_ADDRESS;
}
EXPORT_SYMBOL(isa_virt_to_bus);

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

void clear_dma_ff(unsigned int chan)
{
	lockdep_assert_held(&dma_lock);
	if (channel_usable(chan, _RET_IP_))
		outb(0, chip_of(chan)->clear_ff);
}
EXPORT_SYMBOL(clear_dma_ff);

/* Is @what of a channel right? */
static void channel_learnt(struct dma_channel *c, u8 what, bool right)
{
	c->known &= (u8)~what;
	c->refused &= (u8)~what;
	*(right ? &c->known : &c->refused) |= what;
}

/* A 16-bit register, through the flip-flop. */
static void write_pair(u16 port, unsigned long value)
{
	outb((u8)value, port);
	outb((u8)(value >> 8), port);
}

static u32 read_pair(u16 port)
{
	u32 value = inb(port);

	return value | (u32)inb(port) << 8;
}

/* Does a register hold what was written? See the head of the file. */
static bool read_back(unsigned int chan, u16 port, const char *name,
		      u32 written, unsigned long site)
{
	struct report_sites sites = { .at = site };
	u32 found;

	outb(0, chip_of(chan)->clear_ff);
	found = read_pair(port);
	if (found == (written & 0xffff))
		return true;
	mm_report("dma-readback", &sites, "chan=%u %s found=%04x want=%04x",
		  chan, name, found, written & 0xffff);
	return false;
}

static bool page_set(unsigned int chan, u8 page, unsigned long site)
{
	struct report_sites sites = { .at = site };
	u8 found;

	if (is_word_channel(chan))
		page &= 0xfe;
	outb(page, page_port[chan]);
	found = inb(page_port[chan]);
	if (found == page)
		return true;
	mm_report("dma-readback", &sites, "chan=%u page found=%02x want=%02x",
		  chan, found, page);
	return false;
}

static int mode_set(unsigned int chan, u8 mode, unsigned long site)
{
	struct report_sites sites = { .at = site };
	bool right = !(mode & (MODE_CHANNEL | MODE_DOWNWARDS | MODE_BLOCK)) &&
		     (mode & MODE_TYPE) != MODE_TYPE_NONE;

	if (right)
		outb((u8)(mode | chan % 4), chip_of(chan)->mode);
	else
		mm_report("dma-mode", &sites, "mode=%#x chan=%u", mode, chan);
	channel_learnt(&channels[chan], CHAN_MODE, right);
	return right ? 0 : -EOPNOTSUPP;
}

/* @phys passed the checks that need no length. */
static int addr_set(unsigned int chan, phys_addr_t phys, unsigned long site)
{
	u32 addr = is_word_channel(chan) ? (u32)phys >> 1 : (u32)phys;
	bool right = page_set(chan, (u8)(phys >> 16), site);

	write_pair(address_port(chan), addr);
	if (!read_back(chan, address_port(chan), "address", addr, site))
		right = false;
	channels[chan].phys = phys;
	channel_learnt(&channels[chan], CHAN_ADDR, right);
	return right ? 0 : -EIO;
}

/* @bytes passed count_check(). The register holds one less than the number of
 * transfers. */
static int count_set(unsigned int chan, unsigned long bytes, unsigned long site)
{
	u32 last = (u32)(is_word_channel(chan) ? bytes / 2 : bytes) - 1;
	bool right;

	write_pair(count_port(chan), last);
	right = read_back(chan, count_port(chan), "count", last, site);
	channels[chan].bytes = bytes;
	channel_learnt(&channels[chan], CHAN_COUNT, right);
	return right ? 0 : -EIO;
}

void set_dma_mode(unsigned int chan, u8 mode)
{
	lockdep_assert_held(&dma_lock);
	if (channel_usable(chan, _RET_IP_))
		mode_set(chan, mode, _RET_IP_);
}
EXPORT_SYMBOL(set_dma_mode);

void set_dma_addr(unsigned int chan, phys_addr_t phys)
{
	struct report_sites sites = { .at = _RET_IP_ };

	lockdep_assert_held(&dma_lock);
	if (!channel_usable(chan, _RET_IP_))
		return;
	channel_learnt(&channels[chan], CHAN_ADDR, false);
	/* isa_virt_to_bus() reported it. */
	if (phys == ISA_DMA_BAD_ADDRESS)
		return;
	if (is_word_channel(chan) && (phys & 1))
		mm_report("dma-count", &sites, "phys=%#llx chan=%u odd", phys,
			  chan);
	else if (!limit_check(chan, phys, 1, _RET_IP_))
		addr_set(chan, phys, _RET_IP_);
}
EXPORT_SYMBOL(set_dma_addr);

void set_dma_page(unsigned int chan, u8 page)
{
	unsigned long line;
	struct dma_channel *c;

	lockdep_assert_held(&dma_lock);
	if (!channel_usable(chan, _RET_IP_))
		return;
	c = &channels[chan];
	line = ISA_DMA_MAX_BYTES(chan);
	c->phys = (c->phys & (line - 1)) | ((u32)page << 16 & ~(line - 1));
	if (!page_set(chan, page, _RET_IP_))
		channel_learnt(c, CHAN_ADDR, false);
}
EXPORT_SYMBOL(set_dma_page);

void set_dma_count(unsigned int chan, unsigned long bytes)
{
	struct report_sites sites = { .at = _RET_IP_ };

	lockdep_assert_held(&dma_lock);
	if (!channel_usable(chan, _RET_IP_))
		return;
	channel_learnt(&channels[chan], CHAN_COUNT, false);
	if (count_check(chan, bytes))
		mm_report("dma-count", &sites, "len=%lu chan=%u of 1 to %lu%s",
			  bytes, chan, ISA_DMA_MAX_BYTES(chan) + 0ul,
			  is_word_channel(chan) ? ", even" : "");
	else
		count_set(chan, bytes, _RET_IP_);
}
EXPORT_SYMBOL(set_dma_count);

void enable_dma(unsigned int chan)
{
	struct report_sites sites = { .at = _RET_IP_ };
	const struct dma_channel *c;

	lockdep_assert_held(&dma_lock);
	if (!channel_usable(chan, _RET_IP_))
		return;
	c = &channels[chan];
	/* Who did not disable it has it run meanwhile. */
	mask_channel(chan);
	if (c->refused) /* and reported when it was set */
		return;
	if (c->known != CHAN_ALL)
		mm_report("dma-state", &sites, "chan=%u enabled without%s%s%s",
			  chan, c->known & CHAN_MODE ? "" : " mode",
			  c->known & CHAN_ADDR ? "" : " address",
			  c->known & CHAN_COUNT ? "" : " count");
	else if (!transfer_check(chan, c->phys, c->bytes, _RET_IP_))
		outb((u8)(chan % 4), chip_of(chan)->single_mask);
}
EXPORT_SYMBOL(enable_dma);

void disable_dma(unsigned int chan)
{
	lockdep_assert_held(&dma_lock);
	if (channel_usable(chan, _RET_IP_))
		mask_channel(chan);
}
EXPORT_SYMBOL(disable_dma);

/*
 * The two halves are read one after the other while the counter may run. They
 * belong together if the upper half is the same before and after; it changes
 * once in 256 transfers, so a few tries suffice on any bus.
 */
static u32 read_count(unsigned int chan)
{
	u32 now = read_pair(count_port(chan)), before;
	unsigned int tries = 8;

	do {
		before = now;
		now = read_pair(count_port(chan));
	} while ((before ^ now) >> 8 && --tries);
	return now;
}

unsigned long get_dma_residue(unsigned int chan)
{
	unsigned long count;

	lockdep_assert_held(&dma_lock);
	if (!channel_usable(chan, _RET_IP_))
		return 0;
	count = (read_count(chan) + 1) & 0xffff; /* 0xffff: all moved */
	return is_word_channel(chan) ? count * 2 : count;
}
EXPORT_SYMBOL(get_dma_residue);

/* --- transfers ---------------------------------------------------------- */

/* Lock held; all but the owner is checked. */
static int program_channel(unsigned int chan, u8 mode, phys_addr_t phys,
			   unsigned long bytes, unsigned long site)
{
	int err;

	if (!channel_usable(chan, site))
		return -EACCES;
	mask_channel(chan);
	outb(0, chip_of(chan)->clear_ff);
	err = mode_set(chan, mode, site);
	if (!err)
		err = addr_set(chan, phys, site);
	if (!err)
		err = count_set(chan, bytes, site);
	if (!err)
		outb((u8)(chan % 4), chip_of(chan)->single_mask);
	return err;
}

int isa_dma_start(unsigned int chan, u8 mode, phys_addr_t phys,
		  unsigned long bytes)
{
	int err = transfer_check(chan, phys, bytes, _RET_IP_);
	unsigned long flags;

	if (err)
		return err;
	flags = claim_dma_lock();
	err = program_channel(chan, mode, phys, bytes, _RET_IP_);
	release_dma_lock(flags);
	return err;
}
EXPORT_SYMBOL(isa_dma_start);

int isa_dma_buf_init(struct isa_dma_buf *buf, unsigned int chan, size_t bytes,
		     const char *name)
{
	int err = length_check(chan, bytes);

	if (!err)
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
	/* First the channel: a transfer that never ended would write into the
	 * next owner's pages. */
	free_dma(buf->chan);
	__free_pages(buf->pages, buf->order);
}
EXPORT_SYMBOL(isa_dma_buf_free);
