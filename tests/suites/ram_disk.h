/* SPDX-License-Identifier: MIT */
/*
 * ram_disk.h - a disk in memory that a test is the master of
 *
 * It serves a request at once, or keeps those it has started until it is told;
 * it writes down what it was asked, and fails where the test says.
 */
#ifndef SUITES_RAM_DISK_H
#define SUITES_RAM_DISK_H

#include <fs/blkdev.h>
#include <kernel/ktest.h>

#define RAM_DISK_MAJOR 241
#define RAM_DISK_SECTORS 256u
#define RAM_DISK_LOG 64u
#define RAM_DISK_FINE (~(sector_t)0)

/* What came: one request. */
struct ram_request {
	sector_t sector;
	unsigned int sectors;
	enum req_op op;
	unsigned int nr_bios;
	unsigned short nr_segments;
};

struct ram_disk {
	struct gendisk *disk;
	struct request_queue *queue;
	u8 *data;
	bool hold; /* requests wait for ram_disk_serve() */
	unsigned int at_once; /* requests that it starts */
	sector_t bad; /* requests with it fail; RAM_DISK_FINE: none */
	bool broken; /* all fail */
	struct request *held[BLKDEV_MAX_RQ];
	unsigned int nr_held;
	unsigned int nr_log;
	struct ram_request log[RAM_DISK_LOG];
};

/* Driver and disk "ramtest", /dev/ramtest. Return: false: the case failed. */
bool ram_disk_make(struct ktest *t, struct ram_disk *d);
/* The same, but not added yet. */
bool ram_disk_make_hidden(struct ktest *t, struct ram_disk *d);
void ram_disk_free(struct ram_disk *d);

/* Another disk on the same queue, not added yet; its end is the caller's. NULL:
 * no memory. */
struct gendisk *ram_disk_beside(struct ram_disk *d, int minor,
				const char *name);

/* End the requests that are held, the first first; then those that come by it,
 * until there is none. */
void ram_disk_serve(struct ram_disk *d);

/* Sector @sector has what ram_disk_fill() put there. */
void ram_disk_fill(struct ram_disk *d);
u8 ram_disk_byte(sector_t sector);

#endif
