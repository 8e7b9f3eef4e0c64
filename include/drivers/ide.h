/* SPDX-License-Identifier: MIT */
/*
 * ide.h - IDE disks: /dev/hda .. /dev/hdd
 *
 * A port is a cable with two drives, one of which works at a time. With a bus
 * master (PIIX and its like) it moves data by itself, from any pages below
 * 4 GiB; without one, or where memory cannot be mapped, the CPU does.
 */
#ifndef DRIVERS_IDE_H
#define DRIVERS_IDE_H

#include <kernel/types.h>

struct device;
struct ide_port;

/* What a drive says of itself, as far as it matters. */
struct ide_identity {
	char model[41];
	u64 sectors;
	bool lba48;
	bool dma;
	bool write_cache; /* is on, and can be flushed */
	u16 cylinders, heads, sectors_per_track; /* as it pretends */
};

#define IDE_IDENTITY_WORDS 256u

/**
 * ide_identity_parse - read what IDENTIFY DEVICE returned
 * Return: NULL; else why this is no drive that can be used. Pure.
 */
const char *ide_identity_parse(const u16 words[IDE_IDENTITY_WORDS],
			       struct ide_identity *id);

struct ide_port_desc {
	const char *name; /* "ide0"; stays the caller's */
	u16 command; /* eight ports */
	u16 control; /* one */
	u16 bus_master; /* eight; 0: there is none */
	unsigned int irq;
	struct device *dev; /* that masters the bus; NULL: there is none */
	int major; /* of the drives: minors 0 and 64 */
	char letter; /* of the first: 'a' for hda */
};

/**
 * ide_port_add - look for drives, and make disks of them
 * Return: the port; NULL: no drives, no memory, or somebody has the ports or the
 * interrupt (a line). Context: may sleep, for seconds if a drive does not answer.
 */
struct ide_port *ide_port_add(const struct ide_port_desc *desc);
void ide_port_remove(struct ide_port *port);

/* Events of a port: word in /proc/ide, meaning. */
#define IDE_STATS(X)                                         \
	X(DMA, "dma", "requests served by the bus master")   \
	X(SEGMENTS, "segments", "pieces of memory of those") \
	X(PIO, "pio", "requests served by the CPU")          \
	X(FLUSH, "flush", "caches written out")              \
	X(RETRY, "retry", "commands given again")            \
	X(LOST, "lost", "interrupts that did not come")      \
	X(RESET, "reset", "times the drives were reset")     \
	X(FAILED, "failed", "requests given up")
#define IDE_STAT_AS_ENUM(id, word, help) IDE_##id,
enum ide_stat { IDE_STATS(IDE_STAT_AS_ENUM) NR_IDE_STATS };
#undef IDE_STAT_AS_ENUM

unsigned long ide_port_stat(const struct ide_port *port, enum ide_stat item);

/* Find the machine's ports. Context: start-up, when /dev is there. */
void ide_init(void);

#endif
