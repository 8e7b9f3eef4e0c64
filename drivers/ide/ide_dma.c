/* SPDX-License-Identifier: MIT */
/*
 * ide_dma.c - the bus master of a port
 *
 * A request's memory becomes a scatterlist, the list is mapped for the device,
 * and each mapped segment is a descriptor that the bus master fetches by itself:
 * high pages below 4 GiB go without a copy, those above through the DMA API's
 * bounce buffers. The queue's limits and the device's agree that no segment
 * crosses 64 KiB.
 *
 * Locking: the port's lock.
 */
#include <kernel/dma_mapping.h>
#include <mm/slab.h>
#include <asm/io.h>

#include "ide_internal.h"

bool ide_dma_init(struct ide_port *port)
{
	if (!port->desc.bus_master)
		return false;
	port->sg =
		kmalloc_array(IDE_MAX_SEGMENTS, sizeof(*port->sg), GFP_KERNEL);
	port->prd = dma_alloc_coherent(port->desc.dev, PAGE_SIZE,
				       &port->prd_address, GFP_KERNEL);
	if (port->sg && port->prd) {
		sg_init_table(port->sg, IDE_MAX_SEGMENTS);
		return true;
	}
	ide_dma_exit(port);
	return false;
}

void ide_dma_exit(struct ide_port *port)
{
	if (port->prd)
		dma_free_coherent(port->desc.dev, PAGE_SIZE, port->prd,
				  port->prd_address);
	kfree(port->sg);
	port->prd = NULL;
	port->sg = NULL;
}

static enum dma_data_direction direction(const struct request *rq)
{
	return rq_data_dir(rq) == WRITE ? DMA_TO_DEVICE : DMA_FROM_DEVICE;
}

static void table_fill(struct ide_port *port, unsigned int nr)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sg(port->sg, sg, nr, i)
	{
		port->prd[i] = (struct ide_prd){
			.address = (u32)sg_dma_address(sg),
			.bytes = (u16)sg_dma_len(sg),
			.flags = i == nr - 1 ? IDE_PRD_LAST : 0,
		};
	}
	port->stat[IDE_SEGMENTS] += nr;
}

bool ide_dma_map(struct ide_port *port)
{
	unsigned int nr;

	if (!port->sg)
		return false;
	port->nr_mapped = blk_rq_map_sg(port->rq->q, port->rq, port->sg);
	nr = dma_map_sg(port->desc.dev, port->sg, port->nr_mapped,
			direction(port->rq));
	if (!nr) {
		/* No memory to bounce with: the CPU needs none. */
		port->nr_mapped = 0;
		return false;
	}
	table_fill(port, nr);
	return true;
}

static u8 way_in(const struct ide_port *port)
{
	return rq_data_dir(port->rq) == WRITE ? 0 : BM_TO_MEMORY;
}

void ide_dma_prepare(struct ide_port *port)
{
	u16 bm = port->desc.bus_master;

	outb(way_in(port), bm + BM_COMMAND);
	outl((u32)port->prd_address, bm + BM_TABLE);
	outb(inb(bm + BM_STATUS) | BM_IRQ | BM_ERROR, bm + BM_STATUS);
}

void ide_dma_start(struct ide_port *port)
{
	outb(way_in(port) | BM_START, port->desc.bus_master + BM_COMMAND);
}

bool ide_dma_interrupted(const struct ide_port *port)
{
	return inb(port->desc.bus_master + BM_STATUS) & BM_IRQ;
}

bool ide_dma_stop(struct ide_port *port)
{
	u16 bm = port->desc.bus_master;
	u8 status;

	if (!port->nr_mapped)
		return true;
	status = inb(bm + BM_STATUS);
	outb(0, bm + BM_COMMAND);
	outb(status | BM_IRQ | BM_ERROR, bm + BM_STATUS);
	dma_unmap_sg(port->desc.dev, port->sg, port->nr_mapped,
		     direction(port->rq));
	port->nr_mapped = 0;
	return !(status & (BM_ACTIVE | BM_ERROR));
}
