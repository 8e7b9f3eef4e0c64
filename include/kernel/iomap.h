/* SPDX-License-Identifier: MIT */
/*
 * iomap.h - registers in bulk, and drivers that do not care where they are
 *
 * Some devices have their registers at ports on one board and in memory on the
 * next. A driver keeps a cookie: what ioremap() gave, or ioport_map() for
 * ports; ioread8() and its kin tell the two apart by the value, as ports'
 * cookies lie where no kernel address is.
 */
#ifndef KERNEL_IOMAP_H
#define KERNEL_IOMAP_H

#include <kernel/types.h>
#include <asm/device_io.h>

/* A register without the plain forms' barrier to the compiler. */
#define __raw_readb(addr) readb_relaxed(addr)
#define __raw_readw(addr) readw_relaxed(addr)
#define __raw_readl(addr) readl_relaxed(addr)
#define __raw_writeb(value, addr) writeb_relaxed((value), (addr))
#define __raw_writew(value, addr) writew_relaxed((value), (addr))
#define __raw_writel(value, addr) writel_relaxed((value), (addr))

/*
 * @count values of one register, that of a queue: reads?() into memory,
 * writes?() from it.
 */
#define MMIO_STRING(b, type)                                                \
	static inline void reads##b(const volatile void __iomem *addr,      \
				    void *to, unsigned long count)          \
	{                                                                   \
		type *p = to;                                               \
                                                                            \
		while (count--)                                             \
			*p++ = read##b(addr);                               \
	}                                                                   \
	static inline void writes##b(volatile void __iomem *addr,           \
				     const void *from, unsigned long count) \
	{                                                                   \
		const type *p = from;                                       \
                                                                            \
		while (count--)                                             \
			write##b(*p++, addr);                               \
	}
MMIO_STRING(b, u8)
MMIO_STRING(w, u16)
MMIO_STRING(l, u32)
#undef MMIO_STRING

/**
 * memcpy_fromio, memcpy_toio, memset_io - device memory in bulk
 *
 * Any alignment. The device sees accesses of 32 bits at aligned addresses, and
 * of 8 at the ends: each byte once.
 * Context: any.
 */
void memcpy_fromio(void *to, const volatile void __iomem *from, size_t count);
void memcpy_toio(volatile void __iomem *to, const void *from, size_t count);
void memset_io(volatile void __iomem *addr, int value, size_t count);

/* @count words of 32 bits; both ends aligned to that. */
void __iowrite32_copy(void __iomem *to, const void *from, size_t count);
void __ioread32_copy(void *to, const void __iomem *from, size_t count);

/* Does device memory begin with these bytes? BIOS extensions do. */
int check_signature(const volatile void __iomem *addr,
		    const unsigned char *signature, int length);

/* Cookies of ports: those below PIO_RESERVED. */
#define PIO_OFFSET 0x10000ul
#define PIO_MASK 0x0fffful
#define PIO_RESERVED 0x40000ul

/**
 * ioport_map - a cookie for @nr ports from @port on
 * Return: for ioread8() and its kin; NULL if there are no such ports.
 */
void __iomem *ioport_map(unsigned long port, unsigned int nr);
void ioport_unmap(void __iomem *addr);

/**
 * ioread8, ioread16, ioread32 - read a register of either kind
 * ioread16be, ioread32be: of a device that is big-endian
 *
 * What is no cookie at all is reported (bad-io), and reads as all ones.
 * Context: any.
 */
unsigned int ioread8(const volatile void __iomem *addr);
unsigned int ioread16(const volatile void __iomem *addr);
unsigned int ioread16be(const volatile void __iomem *addr);
unsigned int ioread32(const volatile void __iomem *addr);
unsigned int ioread32be(const volatile void __iomem *addr);

void iowrite8(u8 value, volatile void __iomem *addr);
void iowrite16(u16 value, volatile void __iomem *addr);
void iowrite16be(u16 value, volatile void __iomem *addr);
void iowrite32(u32 value, volatile void __iomem *addr);
void iowrite32be(u32 value, volatile void __iomem *addr);

/* @count values of one register. */
void ioread8_rep(const volatile void __iomem *addr, void *to,
		 unsigned long count);
void ioread16_rep(const volatile void __iomem *addr, void *to,
		  unsigned long count);
void ioread32_rep(const volatile void __iomem *addr, void *to,
		  unsigned long count);
void iowrite8_rep(volatile void __iomem *addr, const void *from,
		  unsigned long count);
void iowrite16_rep(volatile void __iomem *addr, const void *from,
		   unsigned long count);
void iowrite32_rep(volatile void __iomem *addr, const void *from,
		   unsigned long count);

#endif
