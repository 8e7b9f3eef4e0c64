/* SPDX-License-Identifier: MIT */
/* linux/dma-direction.h - which way data goes, where drivers look. */
#ifndef LINUX_DMA_DIRECTION_H
#define LINUX_DMA_DIRECTION_H

#include <kernel/dma_mapping.h>

#endif
