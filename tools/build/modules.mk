# SPDX-License-Identifier: MIT
#
# modules.mk - modules as targets: a folder's, our own, the archive of them
#
#   make modules M=DIR      the modules of a folder, built there
#   make modules            ours: examples/* and MODULE_FOLDERS, in $O/modules
#   make run M=DIR          a machine that has them all in /lib/modules
#
# A folder's Makefile is read by module.mk alone. Wants from the Makefile: O
# (build folder), Q (@ or nothing), and kernel.mk's MODULE_FOLDERS.

M ?=
MO ?= $(M)
INSTALL_MOD_PATH ?= $(O)/install
OWN_MODULES := $(patsubst %/Makefile,%,$(sort $(wildcard examples/*/Makefile))) \
	$(MODULE_FOLDERS)

MODULE_MAKE = +$(Q)$(MAKE) -f tools/build/module.mk V=$(V) DEBUG=$(DEBUG) \
	CLANG=$(CLANG) CROSS=$(CROSS)
FOLDER_MAKE = $(MODULE_MAKE) M=$(abspath $(M)) MO=$(abspath $(MO)) \
	KERNEL_ELF=$(wildcard $(O)/pagewright.debug)

.PHONY: modules modules_install folder-modules own-modules
modules: $(if $(M),folder-modules,own-modules) ## the modules of the folder M=DIR, or all of our own
folder-modules:
	$(FOLDER_MAKE) pw-modules
modules_install: ## copy M's below INSTALL_MOD_PATH/lib/modules
	$(if $(M),,$(error modules_install: which folder? M=DIR))
	$(FOLDER_MAKE) INSTALL_MOD_PATH=$(abspath $(INSTALL_MOD_PATH)) pw-install

# Against the kernel that they are for: a name that it does not export is an
# error.
OWN_GOALS := $(OWN_MODULES:%=own-modules/%)
.PHONY: $(OWN_GOALS)
own-modules: $(OWN_GOALS)
$(OWN_GOALS): own-modules/%: $(O)/pagewright.debug
	$(MODULE_MAKE) M=$(abspath $*) MO=$(abspath $(O)/modules/$*) \
		KERNEL_ELF=$(O)/pagewright.debug pw-modules

$(O)/pagewright.cpio: own-modules $(if $(M),folder-modules)
	$(Q)tools/build/mkarchive.sh $@ $(CROSS)objcopy \
		$(OWN_MODULES:%=$(O)/modules/%/*.ko) $(if $(M),$(MO)/*.ko)
