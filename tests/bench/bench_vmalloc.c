/* SPDX-License-Identifier: MIT */
/* bench_vmalloc.c - rows of vmalloc and ioremap. */
#include "mm_bench.h"

#define VM_PAIR(name, pages)                               \
	static void name(unsigned int n)                   \
	{                                                  \
		while (n--) {                              \
			void *p = vmalloc((pages)*4096ul); \
			if (!p) {                          \
				failures++;                \
				return;                    \
			}                                  \
			bench_use(p);                      \
			vfree(p);                          \
			if (!(n & 15))                     \
				bench_yield();             \
		}                                          \
	}
VM_PAIR(vm_1, 1)
VM_PAIR(vm_16, 16)
VM_PAIR(vm_256, 256)

#define IO_PAIR(name, pages)                                                 \
	static void name(unsigned int n)                                     \
	{                                                                    \
		while (n--) {                                                \
			void __iomem *p =                                    \
				ioremap(BENCH_IOREMAP_PHYS, (pages)*4096ul); \
			if (!p) {                                            \
				failures++;                                  \
				return;                                      \
			}                                                    \
			bench_use(p);                                        \
			iounmap(p);                                          \
			if (!(n & 15))                                       \
				bench_yield();                               \
		}                                                            \
	}
IO_PAIR(io_1, 1)
IO_PAIR(io_16, 16)

bool bench_vmalloc(void)
{
	pair("vmalloc_pair_pages", 1, 512, vm_1);
	pair("vmalloc_pair_pages", 16, 256, vm_16);
	pair("vmalloc_pair_pages", 256, 128, vm_256);
	pair("ioremap_pair_pages", 1, 256, io_1);
	pair("ioremap_pair_pages", 16, 256, io_16);
	return true;
}
