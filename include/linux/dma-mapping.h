/* SPDX-License-Identifier: MIT */
/* linux/dma-mapping.h - memory for devices, where drivers look. */
#ifndef LINUX_DMA_MAPPING_H
#define LINUX_DMA_MAPPING_H

#include <kernel/dma_mapping.h>
#include <mm/scatterlist.h>

#endif
