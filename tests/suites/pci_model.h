/* SPDX-License-Identifier: MIT */
/*
 * pci_model.h - PCI buses that are a table in memory
 *
 * A test says which functions there are and what their registers hold; the
 * model answers as chips do: a base address register keeps the bits of its mask
 * only, a place without a function reads as ones. It hangs at a host of its own,
 * of domain 1, with its own trees of ports and memory, beside the machine's.
 */
#ifndef TESTS_PCI_MODEL_H
#define TESTS_PCI_MODEL_H

#include <kernel/ktest.h>
#include <kernel/pci.h>

#define PCI_MODEL_FUNCTIONS 24u
#define PCI_MODEL_DOMAIN 1
/* A vendor that no machine has a device of. */
#define PCI_MODEL_VENDOR 0xfeedu

struct pci_model_function {
	u8 bus, devfn;
	bool gone; /* pulled out */
	u8 config[PCI_CFG_SPACE_SIZE];
	/* Bits that a register of 32 bits keeps, for all from BAR 0 up to the
	 * end of the header; 0: as it was made. */
	u32 kept[PCI_STD_HEADER_SIZEOF / 4];
};

struct pci_model {
	struct pci_host host;
	struct resource io, mem, ram;
	struct pci_model_function functions[PCI_MODEL_FUNCTIONS];
	unsigned int nr;
	/* Base address registers given ones while their device would have
	 * answered there. */
	unsigned int sized_while_decoding;
	unsigned int reads_of_nothing; /* config reads of empty places */
};
extern struct pci_model pci_model;

/* No function yet. */
void pci_model_reset(void);

/* A function with an id; header type 0, decoding ports and memory. */
struct pci_model_function *pci_model_add(u8 bus, unsigned int slot,
					 unsigned int func, u16 device);
/* The same, a bridge that leads to buses first..last. */
struct pci_model_function *pci_model_bridge(u8 bus, unsigned int slot, u8 first,
					    u8 last);

void pci_model_byte(struct pci_model_function *f, int where, u8 value);
void pci_model_word(struct pci_model_function *f, int where, u16 value);
void pci_model_dword(struct pci_model_function *f, int where, u32 value);
u32 pci_model_get(const struct pci_model_function *f, int where);

/* Walk its buses; a case goes on if that succeeds. */
#define PCI_MODEL_OPEN(t) KTEST_ASSERT_EQ(t, pci_host_add(&pci_model.host), 0)
/* Cases end with it: all is gone, and nothing is left in the trees. */
void pci_model_close(struct ktest *t);

/* What was found: how many, and who is there. No reference is the caller's; the
 * host keeps devices as long as a case runs. */
unsigned int pci_model_count(void);
struct pci_dev *pci_model_at(unsigned int bus, unsigned int slot,
			     unsigned int func);

/* Base address register @i: what it holds, and that it is @length long (a power
 * of two). */
void pci_model_bar(struct pci_model_function *f, int i, u32 value, u32 length);

/* As the hardware does it: at any width. */
u32 pci_model_read(u8 bus, unsigned int devfn, int where, int size);
void pci_model_write(u8 bus, unsigned int devfn, int where, int size,
		     u32 value);

#endif
