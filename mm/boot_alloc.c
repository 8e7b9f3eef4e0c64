/* SPDX-License-Identifier: MIT */
/*
 * boot_alloc.c - what drivers are told when boot memory is asked for
 *
 * The engine (bootmem.c) is silent when nothing fits, since its own users ask
 * again elsewhere. A driver does not, so the refusal is put into words here:
 * one line that names the owner, or for the books' calls, whose users never
 * look at what they got, the end of the machine in one sentence.
 *
 * Locking: none. Context: boot.
 */
#define pr_fmt(fmt) "bootmem: " fmt
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <asm/pgtable.h>
#include <mm/boot_alloc.h>

/* Without a limit of its own a request may have all of the direct map. */
static struct bootmem_request request_limited(const struct bootmem_request *req)
{
	struct bootmem_request limited = *req;
	phys_addr_t end = arch_layout()->lowmem_limit;

	if (req->max == BOOTMEM_ANY || req->max > end)
		limited.max = end;
	return limited;
}

/* What nothing fits means, for a line that stands alone. */
static void say_no_room(const struct bootmem_request *req)
{
	pr_err("%s: no room for %llu bytes below %#llx, aligned to %llu\n",
	       req->owner, req->size_bytes, req->max,
	       req->align_bytes ? req->align_bytes : BOOTMEM_DEFAULT_ALIGN);
}

static int boot_try_alloc(struct bootmem *bm, const struct bootmem_request *req,
			  unsigned long site, phys_addr_t *pa)
{
	struct bootmem_request limited = request_limited(req);
	int err = bootmem_try_alloc(bm, &limited, site, pa);

	if (err == -ENOMEM)
		say_no_room(&limited);
	return err;
}

static void *boot_zeroed(phys_addr_t pa, u64 size_bytes)
{
	return memset(phys_to_virt(pa), 0, (size_t)size_bytes);
}

void *boot_alloc(struct bootmem *bm, const struct bootmem_request *req)
{
	phys_addr_t pa;

	if (boot_try_alloc(bm, req, _RET_IP_, &pa))
		return NULL;
	return boot_zeroed(pa, req->size_bytes);
}

void *boot_alloc_must(struct bootmem *bm, const struct bootmem_request *req)
{
	phys_addr_t pa;
	int err = boot_try_alloc(bm, req, _RET_IP_, &pa);

	if (err == -ENOMEM || err == -ENOSPC)
		panic("bootmem: %s cannot do without %llu bytes", req->owner,
		      req->size_bytes);
	return err ? NULL : boot_zeroed(pa, req->size_bytes);
}

phys_addr_t boot_alloc_phys(struct bootmem *bm,
			    const struct bootmem_request *req)
{
	phys_addr_t pa;

	return boot_try_alloc(bm, req, _RET_IP_, &pa) ? 0 : pa;
}

int boot_add(const struct bootmem *bm, phys_addr_t start, u64 size_bytes,
	     const char *owner)
{
	phys_addr_t end = start + size_bytes;

	if (end > start && bootmem_is_ram(bm, start, end))
		return 0;
	pr_err("%s: %llu bytes at %#llx are not in the memory map, and not"
	       " added: say memmap=%llu@%#llx\n",
	       owner, size_bytes, start, size_bytes, start);
	return -EINVAL;
}
