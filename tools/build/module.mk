# SPDX-License-Identifier: MIT
#
# module.mk - `make -C KERNEL M=DIR modules`: a folder's modules
#
# Started by the Makefile with M (the folder, absolute), MO (where the results
# go; M itself unless told otherwise), and the kernel's choices (DEBUG, ...).
# It reads DIR/Kbuild or DIR/Makefile as Linux does, with KERNELRELEASE set:
#
#   obj-m           := scull.o            modules to build
#   scull-objs      := main.o sub/async.o what one is made of (or scull-y);
#                                         without it, of scull.c
#   ccflags-y, EXTRA_CFLAGS, CFLAGS, CFLAGS_main.o   more flags for the compiler
#   KBUILD_EXTRA_SYMBOLS                  Module.symvers of modules it uses
#
# Compilers run in the kernel's folder; $(src), $(obj) and $(PWD) are DIR. Needs
# headers only; KERNEL_ELF, a kernel that was built, is asked for its exports.

.SUFFIXES:
.DELETE_ON_ERROR:
.PHONY: pw-modules pw-clean pw-install
pw-modules:

include tools/build/flags.mk

# Before the folder's own file is read: it may use these names.
PW_ELF := $(KERNEL_ELF)
PW_SAY := $(if $(filter 1,$(V)),,@)
PW_DIR := $(M)
PW_OUT := $(MO)
PW_INSTALL := $(INSTALL_MOD_PATH)
PW_CC := $(KERNEL_CC)
PW_LD := $(CROSS)ld -m elf_i386 -r
PW_NM := $(CROSS)nm
PW_ROOT := $(CURDIR)
# Our own modules are held to the kernel's warnings, but for what every driver
# does: a charp's default is a `char *`, operations ignore some of their
# arguments, and device memory is counted off from a `void __iomem *`. A
# reader's are only warned. Linux does not look at the signs of what pointers
# point to, and nor do drivers.
PW_OWN := $(filter $(PW_ROOT)/%,$(PW_DIR)/)
PW_WARN := $(if $(PW_OWN),$(filter-out -Wwrite-strings -Wpointer-arith, \
	$(WARNINGS)) -Wno-unused-parameter,-Wall) -Wno-pointer-sign
PW_FLAGS := $(MODULE_FLAGS) $(PW_WARN)
PW_MORE = $(ccflags-y) $(EXTRA_CFLAGS) $(CFLAGS)

# The folder's names are its own: what the kernel was told with DEBUG=0 or 1
# would stand before a driver's "DEBUG = y", and CFLAGS may be the environment's.
ifneq ($(filter 0 1,$(DEBUG)),)
override undefine DEBUG
endif
CFLAGS :=

KERNELRELEASE := 6.1.0-pagewright
src := $(PW_DIR)
obj := $(PW_DIR)
PWD := $(PW_DIR)
export KERNELRELEASE PWD
include $(firstword $(wildcard $(PW_DIR)/Kbuild $(PW_DIR)/Makefile) \
	$(PW_DIR)/Makefile)

PW_NAMES := $(patsubst %.o,%,$(filter %.o,$(obj-m)))
PW_BAD := $(filter-out %.o,$(obj-m))
$(if $(PW_BAD),$(error obj-m: $(PW_BAD): only NAME.o is built here))
# What one module is made of.
pw_objs = $(or $(strip $($(1)-objs) $($(1)-y)),$(1).o)
PW_OBJS := $(sort $(foreach n,$(PW_NAMES),$(call pw_objs,$(n))))
PW_KO := $(PW_NAMES:%=$(PW_OUT)/%.ko)
PW_MADE := $(PW_KO) $(addprefix $(PW_OUT)/,$(PW_OBJS) $(PW_OBJS:=.d) \
	$(PW_NAMES:=.mod.c) $(PW_NAMES:=.mod.o) $(PW_NAMES:=.mod.o.d) \
	Module.symvers .flags)

pw-modules: $(PW_KO)

# A word as C has them: a-b.o makes the module a_b.
pw_word = $(subst -,_,$(notdir $(1)))
PW_COMPILE = $(PW_CC) $(PW_FLAGS) $(PW_MORE) \
	$(CFLAGS_$(patsubst $(PW_OUT)/%,%,$@)) \
	-DKBUILD_MODNAME='"$(PW_MODNAME)"' \
	-DKBUILD_BASENAME='"$(call pw_word,$(basename $@))"' \
	-MMD -MP -MF $@.d -c $< -o $@

$(PW_OUT)/.flags: pw-force
	@mkdir -p $(@D)
	@echo '$(PW_CC) $(PW_FLAGS) $(PW_MORE)' | \
		cmp -s - $@ || \
		echo '$(PW_CC) $(PW_FLAGS) $(PW_MORE)' >$@
.PHONY: pw-force

$(addprefix $(PW_OUT)/,$(PW_OBJS)): $(PW_OUT)/%.o: $(PW_DIR)/%.c \
		$(PW_OUT)/.flags
	@mkdir -p $(@D)
	@echo "  CC [M]  $@"
	$(PW_SAY)$(PW_COMPILE)

# Which names a module takes from which other one: for modinfo's "depends".
$(PW_OUT)/Module.symvers: $(addprefix $(PW_OUT)/,$(PW_OBJS)) \
		tools/build/modpost.py $(KBUILD_EXTRA_SYMBOLS)
	@echo "  MODPOST $@"
	$(PW_SAY)python3 tools/build/modpost.py --nm $(PW_NM) --out $(PW_OUT) \
		$(if $(PW_OWN),--strict) \
		$(addprefix --kernel ,$(PW_ELF)) \
		$(addprefix --symvers ,$(KBUILD_EXTRA_SYMBOLS)) \
		$(foreach n,$(PW_NAMES),$(call pw_word,$(n))=$(subst \
		$() ,$(pw_comma),$(strip $(addprefix \
		$(PW_OUT)/,$(call pw_objs,$(n))))))
pw_comma := ,

define pw_module
$(addprefix $(PW_OUT)/,$(call pw_objs,$(1)) $(1).mod.o): \
	PW_MODNAME = $(call pw_word,$(1))
$(PW_OUT)/$(1).mod.o: $(PW_OUT)/Module.symvers
	$$(PW_SAY)$$(PW_CC) $$(PW_FLAGS) -DKBUILD_MODNAME='"$(call \
		pw_word,$(1))"' -MMD -MP -MF $$@.d \
		-c $(PW_OUT)/$(call pw_word,$(1)).mod.c -o $$@
$(PW_OUT)/$(1).ko: $(addprefix $(PW_OUT)/,$(call pw_objs,$(1)) $(1).mod.o)
	@echo "  LD [M]  $$@"
	$$(PW_SAY)$$(PW_LD) -o $$@ $$^
endef
$(foreach n,$(PW_NAMES),$(eval $(call pw_module,$(n))))

pw-clean:
	$(PW_SAY)rm -f $(PW_MADE) \
		$(foreach n,$(PW_NAMES),$(PW_OUT)/$(call pw_word,$(n)).mod.c)

pw-install: pw-modules
	$(PW_SAY)mkdir -p $(PW_INSTALL)/lib/modules/$(KERNELRELEASE)
	$(PW_SAY)cp $(PW_KO) $(PW_INSTALL)/lib/modules/$(KERNELRELEASE)/

-include $(addprefix $(PW_OUT)/,$(PW_OBJS:=.d) $(PW_NAMES:=.mod.o.d))
