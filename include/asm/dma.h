/* SPDX-License-Identifier: MIT */
/* asm/dma.h - the ISA DMA controllers, where drivers look. */
#ifndef ASM_DMA_H
#define ASM_DMA_H

#include <kernel/isa_dma.h>

#endif
