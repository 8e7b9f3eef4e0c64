; SPDX-License-Identifier: MIT
;
; symtab_image.asm - the symbol and unwind tables, as tools/build/symtab.py
; made them; arch/x86/cpu/symbols.c reads them
;
; Assembled twice: for the first link with an empty table, for the second with
; the real one. SYMTAB_FILE comes from kernel.mk.

section .symtab_image progbits alloc noexec nowrite align=4096
global symtab_image
symtab_image:
	incbin SYMTAB_FILE

section .note.GNU-stack noalloc noexec nowrite progbits
