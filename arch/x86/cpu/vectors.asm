; SPDX-License-Identifier: MIT
;
; vectors.asm - the first instructions of every exception and interrupt
;
; All of them build the same struct trap_regs and call trap_dispatch(regs).
; The kernel is the only thing that runs, so segments stay as they are. The
; double fault comes in as a task of its own, with a stack of its own.
;
; Backtraces recognise trap_return and double_fault_return and step over to
; the interrupted code; no other unwind rows are needed here.

%include "asm-offsets.inc"

NR_VECTORS		equ NR_TRAP_VECTORS
; Exceptions with which the CPU pushes an error code: 8, 10-14, 17, 21, 29, 30.
HAS_ERROR_CODE		equ 0x60227d00

extern trap_dispatch
extern double_fault_main

bits 32
section .text progbits alloc exec nowrite align=16

; In: the CPU's frame. Interrupts off, all registers the interrupted code's.
%macro vector 1
vector_%1:
%if %1 >= 32 || ((HAS_ERROR_CODE >> %1) & 1) == 0
	push dword 0
%endif
	push dword %1
	jmp trap_common
%endmacro

%assign i 0
%rep NR_VECTORS
	vector i
%assign i i + 1
%endrep

; In: vector and error code pushed. Restores every register and returns to the
; interrupted code.
align 16
trap_common:
	pushad
	cld
; What was interrupted may be a copy from a user. A NOP of three bytes, until
; smap.c makes it clac.
clac_site:
	db 0x8d, 0x76, 0x00		; lea esi, [esi + 0]
	mov eax, esp
	call trap_dispatch
global trap_return
trap_return:
	popad
	add esp, 8
	iretd

; In: the state of the double-fault TSS; the interrupted state lies in the
; other TSS. Never returns.
global double_fault_entry
double_fault_entry:
	call double_fault_main
global double_fault_return
double_fault_return:
	hlt
	jmp double_fault_return

; smap.c: where, and which of clac and stac.
section smap_sites progbits alloc noexec nowrite align=4
	dd clac_site, SMAP_CLAC

section .rodata progbits alloc noexec nowrite align=4
; Where each vector begins, for the IDT.
global vector_entries
vector_entries:
%assign i 0
%rep NR_VECTORS
	dd vector_ %+ i
%assign i i + 1
%endrep

section .note.GNU-stack noalloc noexec nowrite progbits
