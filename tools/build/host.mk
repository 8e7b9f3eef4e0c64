# SPDX-License-Identifier: MIT
#
# host.mk - the hosted port: the same lib, core, mm and suites as a program
#
# One variant is a compiler and a width: gcc-m64, gcc-m32 (fast, for models and
# figures), san-m64, san-m32 (clang with ASan and UBSan) and tsan-m64 (clang
# with TSan, for hosted CPUs that run at the same time). The seam is the include
# path and the link line; no source knows which it is.

HOSTCC ?= gcc
CLANG ?= clang
# gcc's 32-bit libraries lie where clang does not look by itself.
GCC_LIB32 = $(dir $(shell $(HOSTCC) -print-file-name=libgcc.a))32

HOST_INC = -Iarch/host/include -Iinclude
HOST_FLAGS = -std=gnu11 -g -include include/config.h $(HOST_INC) $(WARN) \
	-ffreestanding -nostdinc -fno-strict-aliasing -fno-common -fPIC \
	-fno-builtin -DCONFIG_MM_DEBUG=1
# Only the backend sees libc. The 64-bit headers serve 32 bits too, but clang
# looks for the machine's part of them in a folder that only gcc-multilib makes.
BACKEND_FLAGS = -std=gnu11 -g -Iarch/host/include $(WARN) -fPIC \
	-idirafter /usr/include/x86_64-linux-gnu

HOST_CORE_SRC = $(wildcard lib/*.c core/*.c boot/*.c mm/*.c fs/*.c arch/host/*.c)
HOST_KERNEL_SRC = $(wildcard kernel/line_edit.c kernel/thread_memory.c \
	kernel/command.c kernel/command_words.c \
	kernel/command_output.c kernel/user_io.c \
	kernel/cmd_files.c kernel/cmd_copy.c kernel/cmd_names.c kernel/cmd_ps.c \
	drivers/bus/pci.c drivers/bus/pci_access.c \
	drivers/bus/pci_probe.c drivers/bus/pci_driver.c \
	drivers/bus/pci_managed.c \
	drivers/bus/pci_proc.c drivers/bus/pci_old.c drivers/bus/cmd_lspci.c \
	kernel/deferred.c kernel/workqueue.c kernel/module_elf.c \
	drivers/bus/dma_*.c \
	kernel/memmap_view.c drivers/video/fbcon.c \
	drivers/input/atkbd.c drivers/input/i8042.c \
	drivers/char/mem.c drivers/char/kmsg.c \
	drivers/bus/isa_dma.c \
	drivers/sound/sb16_dsp.c drivers/sound/sb16_play.c \
	drivers/highram/highram.c drivers/highram/allocator.c \
	drivers/ide/*.c drivers/floppy/*.c \
	drivers/grabber/buffer.c drivers/grabber/frames.c \
	drivers/grabber/fragments.c \
	drivers/store/store.c drivers/store/store_whole.c \
	drivers/store/store_disk.c)
HOST_SUITES = $(filter-out tests/suites/x86_%,$(wildcard tests/suites/*.c))

VARIANTS = gcc-m64 gcc-m32 san-m64 san-m32 tsan-m64 fuzz-m64
CC_gcc-m64 = $(HOSTCC) -m64 -O2
CC_gcc-m32 = $(HOSTCC) -m32 -O2
SAN = -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
# Each source is compiled once and runs for moments: that is half the work
# without the optimiser, whose own warnings the kernel's builds give. Fuzzers
# and models run for long.
CC_san-m64 = $(CLANG) -m64 $(SAN) -O0
CC_san-m32 = $(CLANG) -m32 $(SAN) -O0
# Volatile is how a source marks an access that other CPUs may race with
# (READ_ONCE(), this_cpu_*()): TSan is told of each (tests/host/tsan_marks.c).
TSAN = -fsanitize=thread -fno-omit-frame-pointer
CC_tsan-m64 = $(CLANG) -m64 $(TSAN) -O0 -mllvm -tsan-distinguish-volatile=1
CC_fuzz-m64 = $(CLANG) -m64 $(SAN) -O1 -fsanitize=fuzzer-no-link
LD_gcc-m64 = $(HOSTCC) -m64
LD_gcc-m32 = $(HOSTCC) -m32 -L$(GCC_LIB32)
LD_san-m64 = $(CLANG) -m64 $(SAN)
LD_san-m32 = $(CLANG) -m32 $(SAN) -L$(GCC_LIB32)
LD_tsan-m64 = $(CLANG) -m64 $(TSAN)
LD_fuzz-m64 = $(CLANG) -m64 $(SAN) -fsanitize=fuzzer
MORE_tsan-m64 = tests/host/tsan_marks.c
HOST_LIBS = -rdynamic -lpthread -ldl

# $(1) variant. Objects keep their path below build/host/VARIANT.
define host_variant
$(O)/host/$(1)/arch/host/backend.o: arch/host/backend.c
	$$(call say,CC,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(BACKEND_FLAGS) -MMD -MP -c -o $$@ $$<
$(O)/host/$(1)/%.o: %.c
	$$(call say,CC,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(HOST_FLAGS) -MMD -MP -c -o $$@ $$<
HOST_OBJ_$(1) = $$(patsubst %.c,$(O)/host/$(1)/%.o,$$(HOST_CORE_SRC) $$(HOST_KERNEL_SRC) $$(MORE_$(1)))
HOST_SUITE_OBJ_$(1) = $$(patsubst %.c,$(O)/host/$(1)/%.o,$$(HOST_SUITES))
$(O)/host/$(1)/pw-suites: $$(HOST_OBJ_$(1)) $$(HOST_SUITE_OBJ_$(1)) $(O)/host/$(1)/tests/host/host_boot.o $(O)/host/$(1)/tests/host/suites_main.o
	$$(call say,LD,$$@)
	$$(Q)$$(LD_$(1)) -o $$@ $$^ $$(HOST_LIBS)
endef
$(foreach v,$(VARIANTS),$(eval $(call host_variant,$(v))))

# Models of several CPUs: one file each, linked with all of the hosted port.
THREADS_MODELS = $(patsubst tests/models/%_threads.c,%,\
	$(wildcard tests/models/*_threads.c))
define threads_model
THREADS_OBJ_$(1) = $$(HOST_OBJ_$(1)) $(O)/host/$(1)/tests/models/threads.o \
	$(O)/host/$(1)/tests/host/host_boot.o
$(O)/host/$(1)/threads-%: $(O)/host/$(1)/tests/models/%_threads.o \
		$$(THREADS_OBJ_$(1))
	$$(call say,LD,$$@)
	$$(Q)$$(LD_$(1)) -o $$@ $$^ $$(HOST_LIBS)
.PRECIOUS: $(O)/host/$(1)/tests/models/%_threads.o $(O)/host/$(1)/threads-%
endef
$(foreach v,$(VARIANTS),$(eval $(call threads_model,$(v))))

# The map printer: the pure parts only, and libc for its files.
PW_MEMMAP_OBJ = $(patsubst %.c,$(O)/host/gcc-m64/%.o,boot/memmap.c \
	boot/boot_info.c lib/errno_text.c lib/vsnprintf.c lib/bitmap.c lib/string.c \
	lib/sort.c lib/parse.c \
	tests/host/pw-memmap-row.c)
$(O)/host/pw-memmap: tests/host/pw-memmap.c $(PW_MEMMAP_OBJ)
	$(call say,LD,$@)
	$(Q)$(HOSTCC) -std=gnu11 -O2 -g $(WARN) -o $@ $^

# Fuzz targets: one file each, linked with all of the hosted port.
FUZZERS = $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
$(O)/host/fuzz-m64/fuzz-%: $(O)/host/fuzz-m64/tests/fuzz/%_fuzz.o \
		$(HOST_OBJ_fuzz-m64) $(O)/host/fuzz-m64/tests/host/host_boot.o
	$(call say,LD,$@)
	$(Q)$(LD_fuzz-m64) -o $@ $^ $(HOST_LIBS)
# The module's file is made by what the suites make it with.
$(O)/host/fuzz-m64/fuzz-module: $(O)/host/fuzz-m64/tests/suites/module_file.o
# The buddy's is a model: its own small environment, and no machine.
BUDDY_FUZZ_OBJ = $(patsubst %.c,$(O)/host/fuzz-m64/%.o,tests/fuzz/buddy_fuzz.c \
	tests/models/model_env.c tests/models/geometry.c \
	tests/models/reference.c tests/models/buddy_check.c \
	tests/models/buddy_play.c mm/page_alloc.c mm/page_pcp.c mm/page_state.c \
	mm/page_bulk.c mm/page_split.c mm/page_ref.c \
	mm/page_why.c mm/page_trace.c mm/page_gfp.c \
	mm/page_mobility.c mm/zone.c mm/zone_mark.c \
	mm/zone_check.c mm/fault_inject.c lib/errno_text.c lib/vsnprintf.c \
	lib/bitmap.c lib/string.c lib/parse.c)
$(O)/host/fuzz-m64/fuzz-buddy: $(BUDDY_FUZZ_OBJ)
	$(call say,LD,$@)
	$(Q)$(LD_fuzz-m64) -o $@ $^ $(HOST_LIBS)
.PRECIOUS: $(O)/host/fuzz-m64/tests/fuzz/%.o $(O)/host/fuzz-m64/fuzz-%

-include $(shell find $(O)/host -name '*.d' 2>/dev/null)

.PHONY: check $(addprefix check-,$(VARIANTS))
$(addprefix check-,$(VARIANTS)): check-%: $(O)/host/%/pw-suites
	$(Q)tests/host/run_suites $* $< '$(GLOB)'

# The sanitized ones are the check; the plain ones are for models and figures.
# Under TSan only what runs on several CPUs says anything, but all suites run.
check: check-san-m64 check-san-m32 ## hosted suites under ASan and UBSan, 64 and 32 bits
.PHONY: check-tsan
check-tsan: check-tsan-m64 ## hosted suites under TSan
