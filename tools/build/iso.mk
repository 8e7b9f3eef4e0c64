# SPDX-License-Identifier: MIT
#
# iso.mk - the bootable image, `make run`, and the tests that start machines
#
# Wants from the Makefile: O (build folder), Q (@ or nothing), the variables of
# a run (MEM, CPUS, CPU, MACHINE, CMDLINE, GUI, KVM), those of its devices
# (DEVICES, DISK, FLOPPY, SOUND: tools/run), and the rule for
# $O/pagewright.elf. ARCHIVE is the boot archive to ship; empty: none.

ARCHIVE ?= $(O)/pagewright.cpio
ISO = $(O)/pagewright.iso

# tools/run and tools/vm read these from their environment, so that no shell
# reads what a person wrote into CMDLINE.
VM_TARGETS = run test-boot test-boot-full test-bochs test-bochs-full
$(VM_TARGETS): export O := $(abspath $(O))
run: export MEM := $(MEM)
run: export CPUS := $(CPUS)
run: export CPU := $(CPU)
run: export MACHINE := $(MACHINE)
run: export CMDLINE := $(CMDLINE)
run: export DEVICES := $(DEVICES)
run: export DISK := $(DISK)
run: export FLOPPY := $(FLOPPY)
run: export SOUND := $(SOUND)
run: export GUI := $(GUI)
run: export KVM := $(KVM)

.PHONY: iso
iso: $(ISO) ## the bootable image

# For whom GRUB finds no room for the whole one.
SMALL_GZ = $(O)/kernel/pagewright-small.gz
$(SMALL_GZ): $(O)/pagewright-small.elf
	$(Q)gzip -9n <$< >$@

$(ISO): $(O)/pagewright.elf $(SMALL_GZ) $(ARCHIVE) iso/grub.cfg \
		tools/build/mkiso.sh
	@echo "  ISO     $@"
	$(Q)tools/build/mkiso.sh $< $@ iso/grub.cfg $(SMALL_GZ) $(ARCHIVE)

.PHONY: run
run: $(ISO) ## boot the ISO in QEMU, console on this terminal (Ctrl-A X quits)
	$(Q)tools/run

.PHONY: test-boot test-boot-full
test-boot: $(ISO) ## machines: pairwise matrix, console session, bad input
	$(Q)tests/boot/run $(BOOT)

test-boot-full: $(ISO) ## machines: every case; goes on where it was stopped
	$(Q)tests/boot/run --full --resume

# A second machine; what cannot be installed is skipped.
.PHONY: test-bochs test-bochs-full
test-bochs: $(ISO) ## the ISO in Bochs, where its packages install
	-$(Q)tools/build/deps.sh bochs
	$(Q)tests/bochs/run

test-bochs-full: $(ISO) ## all suites in Bochs, and its disks whole
	-$(Q)tools/build/deps.sh bochs
	$(Q)tests/bochs/run --full
