/* SPDX-License-Identifier: MIT */
/*
 * asm/device_io.h - ports and memory-mapped registers (hosted)
 *
 * A device's registers are whatever frames a test put there. Behind the ports
 * is what a test plugs in (host/machine.h); else nothing: as on a PC, all ones
 * are read there, and writes go nowhere.
 */
#ifndef ASM_DEVICE_IO_H
#define ASM_DEVICE_IO_H

#include <kernel/types.h>

u32 host_port_in(u16 port, unsigned int bytes);
void host_port_out(u32 value, u16 port, unsigned int bytes);

#define MMIO_READ(name, type)                                      \
	static inline type name(const volatile void __iomem *addr) \
	{                                                          \
		return *(const volatile type __force *)addr;       \
	}
#define MMIO_WRITE(name, type)                                           \
	static inline void name(type value, volatile void __iomem *addr) \
	{                                                                \
		*(volatile type __force *)addr = value;                  \
	}

MMIO_READ(readb, u8)
MMIO_READ(readw, u16)
MMIO_READ(readl, u32)
MMIO_READ(readb_relaxed, u8)
MMIO_READ(readw_relaxed, u16)
MMIO_READ(readl_relaxed, u32)

MMIO_WRITE(writeb, u8)
MMIO_WRITE(writew, u16)
MMIO_WRITE(writel, u32)
MMIO_WRITE(writeb_relaxed, u8)
MMIO_WRITE(writew_relaxed, u16)
MMIO_WRITE(writel_relaxed, u32)

#undef MMIO_READ
#undef MMIO_WRITE

/* No bus here is too fast for a chip. */
static inline void io_delay(void)
{
}

#define PORT_IO(b, type)                                                   \
	static inline void out##b(type value, u16 port)                    \
	{                                                                  \
		host_port_out(value, port, sizeof(type));                  \
	}                                                                  \
	static inline type in##b(u16 port)                                 \
	{                                                                  \
		return (type)host_port_in(port, sizeof(type));             \
	}                                                                  \
	static inline void out##b##_p(type value, u16 port)                \
	{                                                                  \
		out##b(value, port);                                       \
	}                                                                  \
	static inline type in##b##_p(u16 port)                             \
	{                                                                  \
		return in##b(port);                                        \
	}                                                                  \
	static inline void outs##b(u16 port, const void *from,             \
				   unsigned long count)                    \
	{                                                                  \
		const type *p = from;                                      \
                                                                           \
		while (count--)                                            \
			out##b(*p++, port);                                \
	}                                                                  \
	static inline void ins##b(u16 port, void *to, unsigned long count) \
	{                                                                  \
		type *p = to;                                              \
                                                                           \
		while (count--)                                            \
			*p++ = in##b(port);                                \
	}

PORT_IO(b, u8)
PORT_IO(w, u16)
PORT_IO(l, u32)

#undef PORT_IO

#endif
