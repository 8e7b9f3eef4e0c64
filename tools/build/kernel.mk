# SPDX-License-Identifier: MIT
#
# kernel.mk - from sources to $O/pagewright.elf (to boot) and
# $O/pagewright.debug (the same image with DWARF, for debuggers); both once more
# without the suites, as pagewright-small, for machines with no room for them
#
# Wants from the Makefile: O (build folder), Q (@ or nothing). Choices:
# CROSS (tool prefix), CLANG=1 (compile with clang; GNU ld links), DEBUG=1
# (CONFIG_MM_DEBUG), KERNEL_CFLAGS (more flags). The flags that modules share are
# in flags.mk.
#
# The image carries its own symbols and unwind rows. They are made from a link
# without them; only the suites lie behind them, and a second link finds out
# where. symtab.py --check proves that the third one moves nothing
# (docs/decisions/0007).

include tools/build/flags.mk
K := $O/kernel

# Not in the image: `make modules M=FOLDER` builds them.
MODULE_FOLDERS := drivers/scull drivers/sound

MODULE_C := $(sort $(filter-out %.mod.c,$(wildcard examples/*/*.c \
	$(MODULE_FOLDERS:=/*.c) tests/modules/*.c)))

# Of the tests, what is not the host's alone (host_*.c) goes into the image.
KERNEL_FOLDERS ?= lib core boot arch/x86/cpu arch/x86/mm mm fs kernel \
	$(sort $(filter-out $(MODULE_FOLDERS),$(wildcard drivers/*))) \
	tests/suites tests/bench tests/soak
KERNEL_C ?= $(filter-out arch/x86/cpu/asm-offsets.c tests/suites/host_% \
	tests/bench/host_%,$(sort $(wildcard $(KERNEL_FOLDERS:=/*.c))))
KERNEL_ASM ?= $(filter-out arch/x86/cpu/symtab_image.asm,$(sort \
	$(wildcard $(KERNEL_FOLDERS:=/*.asm))))
KERNEL_OBJS := $(KERNEL_C:%.c=$K/%.o) $(KERNEL_ASM:%.asm=$K/%.asm.o) \
	$K/test_modules.o

# The image's tables say how to unwind it; it spends no register on that.
KERNEL_FLAGS := $(CODE_FLAGS) -fomit-frame-pointer \
	-fasynchronous-unwind-tables $(WARNINGS) $(CODE_INCLUDES) -I$K \
	-include asm/debug_frame.h $(KERNEL_CFLAGS)
KERNEL_LD := $(CROSS)ld -m elf_i386 --no-warn-rwx-segments -z noexecstack \
	-z max-page-size=4096
NASM := nasm -f elf32 -g -F dwarf -i $K/

.PHONY: kernel
kernel: $O/pagewright.elf $O/pagewright-small.elf compile_commands.json

compile_commands.json: $K/flags tools/build/compdb.py $(KERNEL_C) $(MODULE_C)
	$Qpython3 tools/build/compdb.py $@ \
		'$(KERNEL_CC) $(KERNEL_FLAGS)' $(KERNEL_C) -- \
		'$(KERNEL_CC) $(MODULE_FLAGS)' $(MODULE_C)

# A change of the flags rebuilds everything. Suites are built for size: two
# thirds of the code, run once; what they test is built for speed.
$K/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(KERNEL_CC) $(KERNEL_FLAGS)' | cmp -s - $@ || \
		echo '$(KERNEL_CC) $(KERNEL_FLAGS)' >$@
FORCE:

$K/%.o: %.c $K/flags
	@mkdir -p $(@D)
	@echo "  CC      $<"
	$Q$(KERNEL_CC) $(KERNEL_FLAGS) $(if $(filter tests/suites/%,$<),-Os) \
		-MMD -MP -c $< -o $@

$K/%.asm.o: %.asm $K/asm-offsets.inc
	@mkdir -p $(@D)
	@echo "  NASM    $<"
	$Q$(NASM) -MD $(@:.o=.d) -MP $< -o $@

$K/asm-offsets.inc: arch/x86/cpu/asm-offsets.c $K/flags
	@mkdir -p $(@D)
	@echo "  GEN     $@"
	$Q$(KERNEL_CC) $(KERNEL_FLAGS) -g0 -MMD -MP -MT $@ -MF $@.d -S $< -o $@.s
	$Qsed -n 's/.*\.ascii[[:space:]]*">\([A-Z0-9_]*\) \$$*\([-0-9]*\)".*/\1 \2/p' $@.s | \
		awk '{ if ($$2 < 0) $$2 += 4294967296; \
			printf "%%define %s %.0f\n", $$1, $$2 }' >$@

# The test modules, for suites to load: a table of names and bytes. Each time
# they are made, and the table only if one of them came out differently.
TEST_MODULES := $(patsubst tests/modules/%.c,%,$(wildcard tests/modules/*.c))
$K/test_modules.asm: FORCE
	@mkdir -p $K/test_modules
	+$Q$(MAKE) -f tools/build/module.mk M=$(abspath tests/modules) \
		MO=$(abspath $K/test_modules) V=$(V) DEBUG=$(DEBUG) \
		CLANG=$(CLANG) CROSS=$(CROSS) pw-modules
	$Qtools/build/embed.sh $@ $(CROSS)objcopy \
		$(TEST_MODULES:%=$K/test_modules/%.ko)
$K/test_modules.o: $K/test_modules.asm
	$Q$(NASM) $< -o $@

$K/symtab_%.o: arch/x86/cpu/symtab_image.asm $K/symtab_%.bin
	$Q$(NASM) -DSYMTAB_FILE='"$K/symtab_$*.bin"' \
		$$(test ! -f $K/symtab_$*.bin.suites || \
		echo '-DSYMTAB_SUITES="$K/symtab_$*.bin.suites"') $< -o $@

$K/symtab_none.bin: tools/build/symtab.py
	@mkdir -p $(@D)
	$Qpython3 tools/build/symtab.py --empty $@

# A source that is gone relinks the image, as one that changes does.
$K/objects: FORCE
	@mkdir -p $(@D)
	@echo '$(KERNEL_OBJS)' | cmp -s - $@ || echo '$(KERNEL_OBJS)' >$@

# An image named $(1), of the objects $(2), laid out by $(3). Names of the parts
# before the tables are right from the first link on, those of the suites from
# the second.
define kernel_image
$K/$(1)_pass1.elf: $(2) $K/symtab_none.o $(3) $K/objects
	@echo "  LD      $$@"
	$$Q$$(KERNEL_LD) -T $(3) -o $$@ $(2) $K/symtab_none.o

$K/symtab_$(1)_sized.bin: $K/$(1)_pass1.elf tools/build/symtab.py
	$$Qpython3 tools/build/symtab.py $$< $$@

$K/$(1)_pass2.elf: $K/symtab_$(1)_sized.o
	@echo "  LD      $$@"
	$$Q$$(KERNEL_LD) -T $(3) -o $$@ $(2) $$<

$K/symtab_$(1).bin: $K/$(1)_pass2.elf
	@echo "  SYMTAB  $$@"
	$$Qpython3 tools/build/symtab.py $$< $$@

$O/$(1).debug: $K/symtab_$(1).o
	@echo "  LD      $$@"
	$$Q$$(KERNEL_LD) -T $(3) -Map=$K/$(1).map -o $$@.tmp $(2) $$<
	$$Qpython3 tools/build/symtab.py --check $$@.tmp $K/symtab_$(1).bin
	$$Qmv $$@.tmp $$@

$O/$(1).elf: $O/$(1).debug
	@echo "  STRIP   $$@"
	$$Q$$(CROSS)objcopy --strip-all -R .eh_frame -R .comment $$< $$@
endef
# The small one has no suites: nothing else may need them, or it does not link.
SMALL_OBJS := $(filter-out $K/tests/suites/% $K/test_modules.o,$(KERNEL_OBJS))
$(eval $(call kernel_image,pagewright,$(KERNEL_OBJS),linker.ld))
$(eval $(call kernel_image,pagewright-small,$(SMALL_OBJS),$K/small.ld))

# Loaders would take a segment without a section for one at address 0.
$K/small.ld: linker.ld
	$Qsed 's/^\t\(suites_[a-z]*\) PT_LOAD/\t\1 PT_NULL/' $< >$@

-include $(KERNEL_OBJS:.o=.d) $K/asm-offsets.inc.d
