; SPDX-License-Identifier: MIT
;
; switch.asm - from one thread's stack to another's, and into it unseen
;
; A context is a stack pointer (asm/switch.h). Below it lies what a C function
; must preserve, in the order of the pops here, and where to go on:
;
;	edi esi ebx ebp return-address
;
; Backtraces know this frame (switch.c) and the stub's (unwind.c).

bits 32
section .text progbits alloc exec nowrite align=16

extern preempt_schedule

; In: eax = struct task_context *from, edx = const struct task_context *to;
; interrupts off. Returns on the other stack, to where that one called from.
; Clobbers: eax, ecx, edx, as a C function.
global task_context_switch
task_context_switch:
	push ebp
	push ebx
	push esi
	push edi
	mov [eax], esp
	mov esp, [edx]
	pop edi
	pop esi
	pop ebx
	pop ebp
	ret

; Called in the middle of C functions that count on no register being touched.
; In and out: nothing. Clobbers: flags.
align 16
global preempt_schedule_stub
preempt_schedule_stub:
	push eax
	push ecx
	push edx
	call preempt_schedule
global preempt_schedule_return
preempt_schedule_return:
	pop edx
	pop ecx
	pop eax
	ret

section .note.GNU-stack noalloc noexec nowrite progbits
