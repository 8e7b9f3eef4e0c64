/* SPDX-License-Identifier: MIT */
/* linux/dmapool.h - where drivers expect dma_pool_create() and its like. */
#ifndef LINUX_DMAPOOL_H
#define LINUX_DMAPOOL_H

#include <mm/dmapool.h>

#endif
