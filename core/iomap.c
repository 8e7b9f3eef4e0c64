/* SPDX-License-Identifier: MIT */
/*
 * iomap.c - device memory in bulk, and registers of either kind
 *
 * Locking: none; whose the device is keeps order.
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/iomap.h>
#include <kernel/util.h>

/* --- in bulk -------------------------------------------------------------- */

/* Bytes from @addr on up to the next aligned word, at most @count. */
static size_t to_next_word(const volatile void __iomem *addr, size_t count)
{
	return min((size_t)(-(__force unsigned long)addr % sizeof(u32)), count);
}

void memcpy_fromio(void *to, const volatile void __iomem *from, size_t count)
{
	size_t head = to_next_word(from, count);
	const volatile u8 __iomem *src = from;
	u8 *dst = to;

	for (count -= head; head; head--)
		*dst++ = readb(src++);
	for (; count >= sizeof(u32); count -= sizeof(u32)) {
		u32 word = readl(src);

		/* RAM takes it wherever it lies. */
		__builtin_memcpy(dst, &word, sizeof(word));
		src += sizeof(word);
		dst += sizeof(word);
	}
	while (count--)
		*dst++ = readb(src++);
}
EXPORT_SYMBOL(memcpy_fromio);

void memcpy_toio(volatile void __iomem *to, const void *from, size_t count)
{
	size_t head = to_next_word(to, count);
	volatile u8 __iomem *dst = to;
	const u8 *src = from;

	for (count -= head; head; head--)
		writeb(*src++, dst++);
	for (; count >= sizeof(u32); count -= sizeof(u32)) {
		u32 word;

		__builtin_memcpy(&word, src, sizeof(word));
		writel(word, dst);
		src += sizeof(word);
		dst += sizeof(word);
	}
	while (count--)
		writeb(*src++, dst++);
}
EXPORT_SYMBOL(memcpy_toio);

void memset_io(volatile void __iomem *addr, int value, size_t count)
{
	size_t head = to_next_word(addr, count);
	volatile u8 __iomem *dst = addr;
	u8 byte = (u8)value;

	for (count -= head; head; head--)
		writeb(byte, dst++);
	for (; count >= sizeof(u32); count -= sizeof(u32)) {
		writel(byte * 0x01010101u, dst);
		dst += sizeof(u32);
	}
	while (count--)
		writeb(byte, dst++);
}
EXPORT_SYMBOL(memset_io);

void __iowrite32_copy(void __iomem *to, const void *from, size_t count)
{
	u32 __iomem *dst = to;
	const u32 *src = from;

	while (count--)
		writel_relaxed(*src++, dst++);
}
EXPORT_SYMBOL_GPL(__iowrite32_copy);

void __ioread32_copy(void *to, const void __iomem *from, size_t count)
{
	const u32 __iomem *src = from;
	u32 *dst = to;

	while (count--)
		*dst++ = readl_relaxed(src++);
}
EXPORT_SYMBOL_GPL(__ioread32_copy);

int check_signature(const volatile void __iomem *addr,
		    const unsigned char *signature, int length)
{
	const volatile u8 __iomem *p = addr;

	while (length-- > 0) {
		if (readb(p++) != *signature++)
			return 0;
	}
	return 1;
}
EXPORT_SYMBOL(check_signature);

/* --- of either kind ------------------------------------------------------- */

void __iomem *ioport_map(unsigned long port, unsigned int nr)
{
	if (port > PIO_MASK || nr > PIO_MASK + 1 - port || !nr)
		return NULL;
	return (void __force __iomem *)(port + PIO_OFFSET);
}
EXPORT_SYMBOL(ioport_map);

/* Nothing was taken. */
void ioport_unmap(void __iomem *addr)
{
	(void)addr;
}
EXPORT_SYMBOL(ioport_unmap);

enum io_kind { IO_MEMORY, IO_PORT, IO_BAD };

static inline enum io_kind io_kind_of(const volatile void __iomem *addr)
{
	unsigned long cookie = (__force unsigned long)addr;

	if (likely(cookie >= PIO_RESERVED))
		return IO_MEMORY;
	return cookie - PIO_OFFSET <= PIO_MASK ? IO_PORT : IO_BAD;
}

static inline u16 io_port_of(const volatile void __iomem *addr)
{
	return (u16)((__force unsigned long)addr & PIO_MASK);
}

static noinline __cold void io_report(const volatile void __iomem *addr,
				      unsigned long site)
{
	const struct report_sites sites = { .at = site };

	mm_report("bad-io", &sites, "cookie=%#lx", (__force unsigned long)addr);
}

/* The two ways of one access, and none. What a big-endian device has is
 * swapped on either. */
#define IO_READ(name, type, memory, port)                    \
	unsigned int name(const volatile void __iomem *addr) \
	{                                                    \
		switch (io_kind_of(addr)) {                  \
		case IO_MEMORY: return (memory);             \
		case IO_PORT: return (port);                 \
		case IO_BAD: break;                          \
		}                                            \
		io_report(addr, _RET_IP_);                   \
		return (type)~0u;                            \
	}                                                    \
	EXPORT_SYMBOL(name)
IO_READ(ioread8, u8, readb(addr), inb(io_port_of(addr)));
IO_READ(ioread16, u16, readw(addr), inw(io_port_of(addr)));
IO_READ(ioread32, u32, readl(addr), inl(io_port_of(addr)));
IO_READ(ioread16be, u16, __builtin_bswap16(readw(addr)),
	__builtin_bswap16(inw(io_port_of(addr))));
IO_READ(ioread32be, u32, __builtin_bswap32(readl(addr)),
	__builtin_bswap32(inl(io_port_of(addr))));

#define IO_WRITE(name, type, memory, port)                          \
	void name(type value, volatile void __iomem *addr)          \
	{                                                           \
		switch (io_kind_of(addr)) {                         \
		case IO_MEMORY: memory(value, addr); break;         \
		case IO_PORT: port(value, io_port_of(addr)); break; \
		case IO_BAD: io_report(addr, _RET_IP_);             \
		}                                                   \
	}                                                           \
	EXPORT_SYMBOL(name)
#define SWAPPED_WRITEW(v, addr) writew(__builtin_bswap16(v), addr)
#define SWAPPED_WRITEL(v, addr) writel(__builtin_bswap32(v), addr)
#define SWAPPED_OUTW(v, port) outw(__builtin_bswap16(v), port)
#define SWAPPED_OUTL(v, port) outl(__builtin_bswap32(v), port)
IO_WRITE(iowrite8, u8, writeb, outb);
IO_WRITE(iowrite16, u16, writew, outw);
IO_WRITE(iowrite32, u32, writel, outl);
IO_WRITE(iowrite16be, u16, SWAPPED_WRITEW, SWAPPED_OUTW);
IO_WRITE(iowrite32be, u32, SWAPPED_WRITEL, SWAPPED_OUTL);

#define IO_REP(bits, b)                                                      \
	void ioread##bits##_rep(const volatile void __iomem *addr, void *to, \
				unsigned long count)                         \
	{                                                                    \
		switch (io_kind_of(addr)) {                                  \
		case IO_MEMORY: reads##b(addr, to, count); break;            \
		case IO_PORT: ins##b(io_port_of(addr), to, count); break;    \
		case IO_BAD: io_report(addr, _RET_IP_);                      \
		}                                                            \
	}                                                                    \
	EXPORT_SYMBOL(ioread##bits##_rep);                                   \
	void iowrite##bits##_rep(volatile void __iomem *addr,                \
				 const void *from, unsigned long count)      \
	{                                                                    \
		switch (io_kind_of(addr)) {                                  \
		case IO_MEMORY: writes##b(addr, from, count); break;         \
		case IO_PORT: outs##b(io_port_of(addr), from, count); break; \
		case IO_BAD: io_report(addr, _RET_IP_);                      \
		}                                                            \
	}                                                                    \
	EXPORT_SYMBOL(iowrite##bits##_rep)
IO_REP(8, b);
IO_REP(16, w);
IO_REP(32, l);
