; SPDX-License-Identifier: MIT
;
; symtab_image.asm - the symbol and unwind tables, as tools/build/symtab.py
; made them; arch/x86/cpu/symbols.c reads them
;
; Assembled for each link: for the first one with an empty table. The suites have
; tables of their own, which go with them. SYMTAB_FILE and, if there are suites,
; SYMTAB_SUITES come from kernel.mk.

section .symtab_image progbits alloc noexec nowrite align=4096
global symtab_image
symtab_image:
	incbin SYMTAB_FILE

%ifdef SYMTAB_SUITES
section .symtab_suites progbits alloc noexec nowrite align=4
global symtab_suites
symtab_suites:
	incbin SYMTAB_SUITES
%endif

section .note.GNU-stack noalloc noexec nowrite progbits
