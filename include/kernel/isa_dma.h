/* SPDX-License-Identifier: MIT */
/*
 * isa_dma.h - the PC's two 8237 DMA controllers, and buffers they can reach
 *
 * Channels 0-3 move bytes, 5-7 move 16-bit words, 4 joins the two chips. The
 * controller has 24 address bits and counts within one page of 64 KiB (bytes)
 * or 128 KiB (words): a buffer above 16 MiB or across such a line would be
 * read and written elsewhere. So every transfer is checked before it is
 * programmed, and read back afterwards.
 *
 * Order of a transfer: claim_dma_lock, disable_dma, clear_dma_ff,
 * set_dma_mode, set_dma_addr, set_dma_count, enable_dma, release_dma_lock; or
 * isa_dma_start(), which does all of it. A buffer comes from
 * isa_dma_buf_init(), with its channel, or is a block of GFP_DMA pages: blocks
 * are aligned to their size, so one of up to ISA_DMA_MAX_BYTES() crosses no
 * line.
 */
#ifndef KERNEL_ISA_DMA_H
#define KERNEL_ISA_DMA_H

#include <kernel/types.h>
#include <mm/page.h>

#define MAX_DMA_CHANNELS 8
#define DMA_CASCADE_CHANNEL 4

/*
 * Mode register, without the channel bits: 8237A data sheet, mode register.
 * One of a direction and a pace, and perhaps DMA_AUTOINIT: at the end the
 * controller begins again at the start.
 *
 * Single: one byte or word, then the bus is free. Demand: for as long as the
 * device wants more. Not allowed: block transfers, which stop the refresh of a
 * PC's memory; downwards, which nothing here checks; cascade, which is channel
 * 4's.
 */
#define DMA_MODE_READ 0x44 /* device to memory, single transfers */
#define DMA_MODE_WRITE 0x48 /* memory to device */
#define DMA_MODE_VERIFY 0x40 /* the addresses run, no data moves */
#define DMA_MODE_CASCADE 0xc0
#define DMA_MODE_READ_DEMAND 0x04
#define DMA_MODE_WRITE_DEMAND 0x08
#define DMA_AUTOINIT 0x10

/* The most one transfer moves. */
#define ISA_DMA_MAX_BYTES(chan) ((chan) < 4 ? KIB(64) : KIB(128))
#define ISA_DMA_LIMIT_PHYS 0x1000000ull /* 24 address bits */
/* What isa_virt_to_bus() says of memory that has none. */
#define ISA_DMA_BAD_ADDRESS 0xffffffffu

/**
 * request_dma - take a channel
 * @name: shown in /proc/dma; must stay valid
 *
 * Return: 0; -EINVAL for a channel above 7; -EBUSY if it is taken (channel 4
 * always is, by "cascade").
 * Context: any.
 */
int __must_check request_dma(unsigned int chan, const char *name);

/**
 * free_dma - give a channel back; one line if it was not taken
 *
 * It is disabled: what it was programmed for is nobody's any more.
 * Context: any, not under claim_dma_lock().
 */
void free_dma(unsigned int chan);

/**
 * claim_dma_lock - hold the controllers' registers, which all channels share
 *
 * Return: what release_dma_lock() wants.
 * Context: any; interrupts stay off until release_dma_lock().
 */
unsigned long claim_dma_lock(void);
void release_dma_lock(unsigned long flags);

/*
 * The steps; none returns anything. What cannot be done is refused with a
 * report, and enable_dma() then leaves the channel masked: no transfer begins
 * until the refused step was done right.
 *
 *   dma-channel      a channel that nobody has, that is not there, or 4
 *   dma-mode         see DMA_MODE_*
 *   dma-bad-address  high memory, or what virt_to_phys() makes of an address
 *                    outside the direct map (vmalloc, stack)
 *   dma-limit        above 16 MiB
 *   dma-boundary     across a line of 64 KiB (128 KiB)
 *   dma-count        0, too long, or odd on a word channel; an odd address
 *   dma-readback     the controller does not hold what was written: a
 *                    forgotten clear_dma_ff(), a running transfer
 *   dma-state        enabled before mode, address and count are known
 *
 * Context: any, under claim_dma_lock().
 */
void enable_dma(unsigned int chan);
void disable_dma(unsigned int chan);
void clear_dma_ff(unsigned int chan);
void set_dma_mode(unsigned int chan, u8 mode);
void set_dma_addr(unsigned int chan, phys_addr_t phys);
/* Bits 16-23 of the address alone; bit 0 means nothing on a word channel. */
void set_dma_page(unsigned int chan, u8 page);
void set_dma_count(unsigned int chan, unsigned long bytes);

/**
 * get_dma_residue - how much of the transfer is left
 *
 * The counter runs from length - 1 to -1 within 16 bits. So a transfer of the
 * full ISA_DMA_MAX_BYTES() that has not moved anything looks like a complete
 * one: ask only after the device has said that it is done.
 *
 * Return: bytes not yet moved; 0 if complete, or of full size and not begun.
 * Context: any, under claim_dma_lock() and after clear_dma_ff().
 */
unsigned long get_dma_residue(unsigned int chan);

/**
 * isa_virt_to_bus - where a controller finds what lies at @address
 *
 * Only memory of the direct map lies in one piece for a device.
 * Return: its bus address; ISA_DMA_BAD_ADDRESS for any other, reported as
 * dma-bad-address. It may be above 16 MiB: set_dma_addr() refuses it then.
 * Context: any.
 */
unsigned int isa_virt_to_bus(const volatile void *address);

/**
 * isa_dma_check - can @chan move @bytes at @phys?
 *
 * Return: 0; -ENXIO: there is no such channel; -EPERM: channel 4; -EINVAL:
 * length 0; -E2BIG: longer than one transfer; -EDOM: an odd address or length
 * on a word channel. Reported: -ERANGE: not below 16 MiB (dma-limit,
 * dma-bad-address); -EFAULT: crosses a 64 KiB (128 KiB) line (dma-boundary).
 * Context: any.
 */
int __must_check isa_dma_check(unsigned int chan, phys_addr_t phys,
			       unsigned long bytes);

/**
 * isa_dma_start - check, program, read back, go
 * @mode: one of DMA_MODE_*, perhaps with DMA_AUTOINIT
 *
 * Return: 0; isa_dma_check()'s errors; and, with a report, -EACCES: nobody has
 * @chan; -EOPNOTSUPP: not a mode for a device; -EIO: the controller does not
 * hold what was written. On error no transfer begins.
 * Context: any.
 */
int __must_check isa_dma_start(unsigned int chan, u8 mode, phys_addr_t phys,
			       unsigned long bytes);

/* A channel with a window in the DMA zone that it can reach whole. */
struct isa_dma_buf {
	unsigned int chan;
	unsigned int order;
	struct page *pages;
	void *va;
	phys_addr_t phys;
};

/**
 * isa_dma_buf_init - take a channel and a window of at least @bytes
 * @name: as for request_dma()
 *
 * Return: 0; -ENXIO, -EPERM, -EINVAL and -E2BIG as isa_dma_check(); -EBUSY: the
 * channel is taken; -ENOMEM. On error nothing is held.
 * Context: may sleep.
 */
int __must_check isa_dma_buf_init(struct isa_dma_buf *buf, unsigned int chan,
				  size_t bytes, const char *name);

/**
 * isa_dma_buf_free - disable the channel, give it and the window back
 * @buf: of isa_dma_buf_init(); stop the device first
 *
 * Context: any.
 */
void isa_dma_buf_free(struct isa_dma_buf *buf);

#endif
