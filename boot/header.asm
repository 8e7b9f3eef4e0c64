; SPDX-License-Identifier: MIT
;
; header.asm - what a boot loader looks for in the first page of the file
;
; Both headers stand side by side (decision D11): multiboot2 for GRUB, and
; multiboot1 for QEMU's -kernel, which speaks nothing else. Both loaders go by
; the ELF program headers, so no addresses are given here.

%include "asm-offsets.inc"

HEADER_ARCH_I386	equ 0
MB1_FLAG_PAGE_ALIGN	equ 1	; modules on page boundaries
MB1_FLAG_MEMORY_INFO	equ 2	; the memory map, please
TAG_END			equ 0
TAG_INFORMATION_REQUEST	equ 1
TAG_MODULE_ALIGN	equ 6
TAG_OPTIONAL		equ 1	; a loader that lacks it may go on
INFO_MEMORY_MAP		equ 6

section .boot.header progbits alloc noexec nowrite align=8

mb2_header:
	dd MB2_HEADER_MAGIC
	dd HEADER_ARCH_I386
	dd mb2_header_end - mb2_header
	dd -(MB2_HEADER_MAGIC + HEADER_ARCH_I386 + (mb2_header_end - mb2_header))

.memory_map:
	dw TAG_INFORMATION_REQUEST, TAG_OPTIONAL
	dd .memory_map_end - .memory_map
	dd INFO_MEMORY_MAP
.memory_map_end:
	align 8, db 0
.module_align:
	dw TAG_MODULE_ALIGN, TAG_OPTIONAL
	dd 8
.end:
	dw TAG_END, 0
	dd 8
mb2_header_end:

	align 4, db 0
mb1_header:
	dd MB1_HEADER_MAGIC
	dd MB1_FLAG_PAGE_ALIGN | MB1_FLAG_MEMORY_INFO
	dd -(MB1_HEADER_MAGIC + (MB1_FLAG_PAGE_ALIGN | MB1_FLAG_MEMORY_INFO))

section .note.GNU-stack noalloc noexec nowrite progbits
