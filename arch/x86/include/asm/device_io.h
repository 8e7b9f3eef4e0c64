/* SPDX-License-Identifier: MIT */
/*
 * asm/device_io.h - ports and memory-mapped registers (x86)
 *
 * Each access is one instruction of the width that the name says, since a
 * device may see a difference; so they are assembly, where the compiler can
 * neither join nor split them. b is 8 bits, w 16, l 32. The plain forms are
 * also barriers to the compiler: memory is as the program says when the device
 * is told. The _relaxed forms and the __raw ones keep their order among
 * themselves only. x86 is little-endian, as PCI is: nothing is ever swapped.
 *
 * Drivers include <asm/io.h> or <linux/io.h>, which have ioremap() too.
 */
#ifndef ASM_DEVICE_IO_H
#define ASM_DEVICE_IO_H

#include <kernel/types.h>

/* --- memory-mapped registers ---------------------------------------------- */

#define MMIO_READ(name, type, mov, reg, ...)                                 \
	static inline type name(const volatile void __iomem *addr)           \
	{                                                                    \
		type value;                                                  \
                                                                             \
		__asm__ volatile(mov " %1, %0"                               \
				 : reg(value)                                \
				 : "m"(*(const volatile type __force *)addr) \
				 : __VA_ARGS__);                             \
		return value;                                                \
	}
#define MMIO_WRITE(name, type, mov, reg, ...)                            \
	static inline void name(type value, volatile void __iomem *addr) \
	{                                                                \
		__asm__ volatile(mov " %1, %0"                           \
				 : "=m"(*(volatile type __force *)addr)  \
				 : reg(value)                            \
				 : __VA_ARGS__);                         \
	}

MMIO_READ(readb, u8, "movb", "=q", "memory")
MMIO_READ(readw, u16, "movw", "=r", "memory")
MMIO_READ(readl, u32, "movl", "=r", "memory")
MMIO_READ(readb_relaxed, u8, "movb", "=q", )
MMIO_READ(readw_relaxed, u16, "movw", "=r", )
MMIO_READ(readl_relaxed, u32, "movl", "=r", )

MMIO_WRITE(writeb, u8, "movb", "qi", "memory")
MMIO_WRITE(writew, u16, "movw", "ri", "memory")
MMIO_WRITE(writel, u32, "movl", "ri", "memory")
MMIO_WRITE(writeb_relaxed, u8, "movb", "qi", )
MMIO_WRITE(writew_relaxed, u16, "movw", "ri", )
MMIO_WRITE(writel_relaxed, u32, "movl", "ri", )

#undef MMIO_READ
#undef MMIO_WRITE

/* --- ports ---------------------------------------------------------------- */

/* A write to the POST port takes about a microsecond on the ISA bus. */
static inline void io_delay(void)
{
	__asm__ volatile("outb %%al, $0x80" : : : "memory");
}

/*
 * For each width: out and in; _p: with a pause for old chips behind it; outs
 * and ins: @count of them, from and to memory.
 */
#define PORT_IO(b, type, size)                                             \
	static inline void out##b(type value, u16 port)                    \
	{                                                                  \
		__asm__ volatile("out" #b " %" size "0, %w1"               \
				 :                                         \
				 : "a"(value), "Nd"(port)                  \
				 : "memory");                              \
	}                                                                  \
	static inline type in##b(u16 port)                                 \
	{                                                                  \
		type value;                                                \
                                                                           \
		__asm__ volatile("in" #b " %w1, %" size "0"                \
				 : "=a"(value)                             \
				 : "Nd"(port)                              \
				 : "memory");                              \
		return value;                                              \
	}                                                                  \
	static inline void out##b##_p(type value, u16 port)                \
	{                                                                  \
		out##b(value, port);                                       \
		io_delay();                                                \
	}                                                                  \
	static inline type in##b##_p(u16 port)                             \
	{                                                                  \
		type value = in##b(port);                                  \
                                                                           \
		io_delay();                                                \
		return value;                                              \
	}                                                                  \
	static inline void outs##b(u16 port, const void *from,             \
				   unsigned long count)                    \
	{                                                                  \
		__asm__ volatile("rep outs" #b                             \
				 : "+S"(from), "+c"(count)                 \
				 : "d"(port)                               \
				 : "memory");                              \
	}                                                                  \
	static inline void ins##b(u16 port, void *to, unsigned long count) \
	{                                                                  \
		__asm__ volatile("rep ins" #b                              \
				 : "+D"(to), "+c"(count)                   \
				 : "d"(port)                               \
				 : "memory");                              \
	}

PORT_IO(b, u8, "b")
PORT_IO(w, u16, "w")
PORT_IO(l, u32, "k")

#undef PORT_IO

#endif
