; SPDX-License-Identifier: MIT
;
; entry.asm - from the boot loader to kernel_main() in the high half
;
; Both protocols enter `start` alike: 32-bit protected mode without paging,
; flat segments, interrupts off,
; eax = the loader's magic, ebx = physical address of its information block.
; Here the CPU is asked whether it can do what the kernel is built on, and the
; memory whether it is there; the first page tables are made, and the code jumps
; to its linked address. Before any C code runs, CPU 0 gets its per-CPU data: a
; copy of the template, and fs with the base that leads to it.
;
; The first tables map physical [0, 1 GiB) in 2 MiB pages, twice: at 0, which
; this code stands on, and at PAGE_OFFSET, where the kernel is linked. Both go
; when arch_mm_init() has made the final ones. The two halves share one page
; directory, for PAE has one for each GiB.
;
; Not here: segments of our own, interrupt vectors (arch/x86/cpu/tables.c),
; rights of the final mapping (arch/x86/mm/direct_map.c).

%include "asm-offsets.inc"

COM1			equ 0x3f8
UART_LCR		equ 3
UART_LSR		equ 5
UART_LSR_THR_EMPTY	equ 0x20
UART_POLLS		equ 100000	; give up on a port that is not there
VGA_TEXT		equ 0xb8000
VGA_WHITE		equ 0x0f00
DEBUG_EXIT_PORT		equ 0xf4
DEBUG_EXIT_PANIC	equ 0x12	; as arch_machine_end(MACHINE_PANIC)

EFLAGS_ID		equ 1 << 21
CPUID_1_EDX_PAE		equ 1 << 6
CPUID_EXT_EDX_NX	equ 1 << 20
CPUID_EXT_MAX		equ 0x80000000
CPUID_EXT_FEATURES	equ 0x80000001
MSR_EFER		equ 0xc0000080
EFER_NXE		equ 1 << 11
CR0_WP			equ 1 << 16
CR0_PG			equ 1 << 31
CR4_PSE			equ 1 << 4
CR4_PAE			equ 1 << 5

PTE_PRESENT_RW		equ 3
PDE_LARGE		equ 1 << 7
LARGE_PAGE		equ 1 << 21
ENTRIES			equ 512
PAGE_BYTES		equ 4096

extern kernel_main
extern __bss_start
extern __bss_end
extern __suites_bss
extern __suites_end
extern __boot_end
extern __symbols_end
extern __start_percpu
extern __stop_percpu
extern __percpu_template
extern __percpu_boot

bits 32

; ----------------------------------------------------------------- low half
section .boot.text progbits alloc exec nowrite align=16

; In: eax, ebx as above. Never returns.
global start
start:
	cli
	cld
	mov esp, boot_low_stack_top
	mov esi, ebx
	mov edi, eax
	mov ebx, text_bad_magic
	cmp eax, MB2_ENTRY_MAGIC
	je .known_loader
	cmp eax, MB1_ENTRY_MAGIC
	jne refuse
.known_loader:
	call require_pae
	call require_image_ram
	call make_tables
	call enable_paging
	; The image is mapped where it is linked: leave the low half.
	mov eax, high_half
	jmp eax

; Out: returns if the CPU has PAE, else ends with a sentence.
; Clobbers: eax, ebx, ecx, edx.
require_pae:
	; A CPU without CPUID cannot flip EFLAGS.ID.
	pushfd
	pop eax
	mov ecx, eax
	xor eax, EFLAGS_ID
	push eax
	popfd
	pushfd
	pop eax
	push ecx
	popfd
	mov ebx, text_no_pae
	xor eax, ecx
	test eax, EFLAGS_ID
	jz refuse
	mov eax, 1
	cpuid
	mov ebx, text_no_pae
	test edx, CPUID_1_EDX_PAE
	jz refuse
	ret

; A loader may put the image where no RAM is: what it writes is lost, and what
; is read there is all ones. Each page behind the boot part, which evidently
; is there, is asked by writing to it; its old contents are put back. The suites
; behind it are not missed (kernel/suites.c).
; Out: returns if all of the image is RAM, else ends with a sentence.
; Clobbers: eax, ecx, edx.
require_image_ram:
	mov ecx, __boot_end
.next:
	mov eax, [ecx]
	mov edx, eax
	not edx
	mov [ecx], edx
	push eax			; an open bus keeps what it saw last
	cmp [ecx], edx
	pop eax
	mov [ecx], eax
	jne too_little
	add ecx, PAGE_BYTES
	cmp ecx, __symbols_end - PAGE_OFFSET
	jb .next
	ret

; Fill boot_pdpt and boot_pd. The loader need not have zeroed them.
; Clobbers: eax, ecx.
make_tables:
	mov eax, PTE_PRESENT_RW | PDE_LARGE
	xor ecx, ecx
.next:
	mov [boot_pd + ecx * 8], eax
	mov dword [boot_pd + ecx * 8 + 4], 0
	add eax, LARGE_PAGE
	inc ecx
	cmp ecx, ENTRIES
	jne .next
	; A pointer entry has no read/write bit: only "present".
	xor eax, eax
	mov ecx, 8
.clear:
	mov [boot_pdpt + ecx * 4 - 4], eax
	loop .clear
	mov dword [boot_pdpt], boot_pd + 1
	mov dword [boot_pdpt + (PAGE_OFFSET >> 30) * 8], boot_pd + 1
	ret

; Clobbers: eax, ebx, ecx, edx.
enable_paging:
	; PSE has no meaning under PAE, but some emulators want it (D1).
	mov eax, cr4
	or eax, CR4_PSE | CR4_PAE
	mov cr4, eax
	mov eax, CPUID_EXT_MAX
	cpuid
	cmp eax, CPUID_EXT_FEATURES
	jb .no_nx
	; Vendors' earliest CPUs answer with garbage below 0x8000....
	cmp eax, CPUID_EXT_MAX + 0xffff
	ja .no_nx
	mov eax, CPUID_EXT_FEATURES
	cpuid
	test edx, CPUID_EXT_EDX_NX
	jz .no_nx
	mov ecx, MSR_EFER
	rdmsr
	or eax, EFER_NXE
	wrmsr
.no_nx:
	mov eax, boot_pdpt
	mov cr3, eax
	mov eax, cr0
	or eax, CR0_PG | CR0_WP
	mov cr0, eax
	ret

; The sentence of mm/mm_init.c, for those who are told even earlier: the image
; alone does not fit. In: ecx = where RAM ends. Never returns.
too_little:
	mov esi, ecx
	call open_console
	mov ebx, text_need
	call say
	mov eax, __symbols_end - PAGE_OFFSET
	call say_kib
	mov ebx, text_have
	call say
	mov eax, esi
	call say_kib
	mov ebx, text_end
	call say
	jmp give_up

; Say the sentence at ebx, then end the machine.
refuse:
	call open_console
	call say
give_up:
	mov al, DEBUG_EXIT_PANIC
	out DEBUG_EXIT_PORT, al
.halt:
	hlt
	jmp .halt

; Out: edi = the cursor of say. Clobbers: al, dx.
open_console:
	mov dx, COM1 + UART_LCR
	mov al, 0x80			; divisor latch
	out dx, al
	mov dx, COM1
	mov al, 1			; 115200 baud
	out dx, al
	inc dx
	mov al, 0
	out dx, al
	mov dx, COM1 + UART_LCR
	mov al, 3			; 8 bits, no parity, 1 stop bit
	out dx, al
	mov edi, VGA_TEXT
	ret

; Say eax bytes as KiB in decimal. Clobbers and cursor: as say.
say_kib:
	shr eax, 10
	mov ecx, 10
	mov ebx, number_end
	mov byte [ebx], 0
.digit:
	xor edx, edx
	div ecx
	add dl, '0'
	dec ebx
	mov [ebx], dl
	test eax, eax
	jnz .digit
	; Fall through.

; Write the text at ebx, up to its 0, to COM1 and the screen.
; In and out: edi = cursor. Clobbers: eax, ebx, ecx, edx.
say:
.next:
	movzx eax, byte [ebx]
	inc ebx
	test al, al
	jz .done
	call put_serial
	cmp al, ' '
	jb .next
	or eax, VGA_WHITE
	mov [edi], ax
	add edi, 2
	jmp .next
.done:
	ret

; In: al. Clobbers: ah, ecx, edx.
put_serial:
	mov ah, al
	mov ecx, UART_POLLS
	mov dx, COM1 + UART_LSR
.wait:
	in al, dx
	test al, UART_LSR_THR_EMPTY
	jnz .ready
	loop .wait
.ready:
	mov al, ah
	mov dx, COM1
	out dx, al
	movzx eax, al
	ret

section .boot.rodata progbits alloc noexec nowrite align=4
text_bad_magic:
	db "pagewright: not started by a multiboot loader; please boot the"
	db " ISO, or use qemu -kernel", 13, 10, 0
text_no_pae:
	db "pagewright: this CPU is too old: the kernel needs PAE (Pentium Pro"
	db " or later)", 13, 10, 0
text_need:
	db "mm: need ", 0
text_have:
	db " KiB, have ", 0
text_end:
	db " KiB", 13, 10, 0

section .boot.bss nobits alloc noexec write align=4096
; Used again for CPUs that come up later (arch_trampoline_tables).
global boot_pd, boot_pdpt
boot_pd:
	resb 4096
boot_pdpt:
	resb 32
	resb 256
boot_low_stack_top:
	resb 10			; digits of a 32-bit number
number_end:
	resb 1

; ---------------------------------------------------------------- high half
section .text progbits alloc exec nowrite align=16

; In: edi = magic, esi = information block. The stack switches here.
high_half:
	mov ebx, edi
	mov edi, __bss_start
	mov ecx, __bss_end
	sub ecx, edi
	shr ecx, 2
	xor eax, eax
	rep stosd
	mov edi, __suites_bss		; where no RAM is, no suite runs
	mov ecx, __suites_end
	sub ecx, edi
	shr ecx, 2
	rep stosd
	mov esp, boot_stack_top
	push eax
	popfd				; no NT, no AC, no trap flag
	call boot_percpu
	mov eax, ebx			; -mregparm=3: eax, edx
	mov edx, esi
	xor ebp, ebp
	push ebp			; return address 0: backtraces end here
	jmp kernel_main

; CPU 0's per-CPU data until percpu_areas_init(): copy the template, which is
; whole pages, and load fs with a segment whose base makes up the difference
; between where it was linked and where the copy lies.
; Clobbers: eax, ecx, edi.
boot_percpu:
	push esi
	mov esi, __percpu_template
	mov edi, __percpu_boot
	mov ecx, __stop_percpu
	sub ecx, __start_percpu
	shr ecx, 2
	rep movsd
	pop esi
	mov eax, __percpu_boot
	sub eax, __start_percpu
	mov edi, boot_gdt_percpu
	mov [edi + 2], ax		; base, bits 0-15
	shr eax, 16
	mov [edi + 4], al		; bits 16-23
	mov [edi + 7], ah		; bits 24-31
	lgdt [boot_gdtr]
	mov eax, GDT_PERCPU * 8
	mov fs, eax
	ret

; Entries below GDT_PERCPU are not loaded from here: the loader's segments stay
; until boot_cpu_tables_init().
section .data progbits alloc noexec write align=8
boot_gdt:
	times GDT_PERCPU dq 0
boot_gdt_percpu:
	dq 0x00cf93000000ffff		; data, 4 GiB, base filled in above
boot_gdtr:
	dw $ - boot_gdt - 1
	dd boot_gdt

section .bss.boot_stack nobits alloc noexec write align=4096
; Unmapped by arch_mm_init(): an overflow ends in a sentence, not in .data.
global boot_stack_guard
boot_stack_guard:
	resb 4096
global boot_stack
boot_stack:
	resb BOOT_STACK_BYTES
global boot_stack_top
boot_stack_top:

section .note.GNU-stack noalloc noexec nowrite progbits
