; SPDX-License-Identifier: MIT
;
; trampoline.asm - the first instructions of a CPU that is brought up
;
; A start-up message makes a CPU begin in real mode at a page below 1 MiB. The
; part from trampoline_start to trampoline_end is copied there, with its words
; at the end filled in (smpboot.c). It turns on protected mode, PAE and paging
; with the boot CPU's own settings, on page tables that map the page it stands
; on beside the kernel, and leaves for ap_high.
;
; A CPU may be late: the kernel has given it up then, and perhaps uses what it
; had for another one. So before it touches anything the CPU claims its start,
; by its APIC id in one locked instruction; without the claim it sleeps.

%include "asm-offsets.inc"

CR0_PE			equ 1
MSR_EFER		equ 0xc0000080
EFER_NXE		equ 1 << 11

extern ap_main
extern ap_claim
extern ap_cr3
extern ap_stack

; --------------------------------------------------------------- the copied part
section .rodata progbits alloc noexec nowrite align=16

%define AT(label) (label - trampoline_start)

bits 16
; In: cs = the page's segment, interrupts off. Never returns.
global trampoline_start
trampoline_start:
	cli
	cld
	mov ax, cs
	mov ds, ax
	xor ebx, ebx
	mov bx, ax
	shl ebx, 4			; where this page lies
	o32 lgdt [AT(gdt_register)]
	mov eax, cr0
	or eax, CR0_PE
	mov cr0, eax
	jmp dword far [AT(protected_pointer)]

bits 32
protected:
	mov ax, 16
	mov ds, ax
	mov es, ax
	mov ss, ax
	mov fs, ax
	mov gs, ax
	mov eax, [ebx + AT(word_cr4)]
	mov cr4, eax
	mov eax, [ebx + AT(word_cr3)]
	mov cr3, eax
	cmp dword [ebx + AT(word_nx)], 0
	je .no_nx
	mov ecx, MSR_EFER
	rdmsr
	or eax, EFER_NXE
	wrmsr
.no_nx:
	mov eax, [ebx + AT(word_cr0)]
	mov cr0, eax
	mov eax, ap_high
	jmp eax

; Flat, and marked as used, so that nothing is written when they are loaded.
align 8
gdt:
	dq 0
	dq 0x00cf9b000000ffff
	dq 0x00cf93000000ffff
gdt_register:
	dw 3 * 8 - 1
	dd 0				; filled in: where gdt lies
protected_pointer:
	dd 0				; filled in: where protected lies
	dw 8

; Filled in by smpboot.c, in this order.
align 4
global trampoline_words
trampoline_words:
word_cr0:	dd 0
word_cr3:	dd 0
word_cr4:	dd 0
word_nx:	dd 0
global trampoline_end
trampoline_end:

; What is to be filled in elsewhere: offsets in the page.
global trampoline_gdt_at, trampoline_gdt, trampoline_pointer_at
global trampoline_protected
trampoline_gdt_at:	dd AT(gdt_register) + 2
trampoline_gdt:		dd AT(gdt)
trampoline_pointer_at:	dd AT(protected_pointer)
trampoline_protected:	dd AT(protected)

; ---------------------------------------------------------------- in the kernel
section .text progbits alloc exec nowrite align=16

; In: paging on, flat segments, no stack. Never returns.
ap_high:
	mov eax, [FIXMAP_LAPIC_ID]
	shr eax, 24
	mov ecx, AP_CLAIMED
	lock cmpxchg [ap_claim], ecx
	jne .too_late
	mov eax, [ap_cr3]
	mov cr3, eax			; the page it came from is gone
	mov esp, [ap_stack]
	push dword 0
	popfd				; no NT, no AC, no trap flag
	xor ebp, ebp
	push ebp			; return address 0: backtraces end here
	jmp ap_main
.too_late:
	cli
	hlt
	jmp .too_late

section .note.GNU-stack noalloc noexec nowrite progbits
