# SPDX-License-Identifier: MIT
#
# flags.mk - how code that runs in the kernel is compiled: the image and modules
#
# Wants: CROSS, CLANG, DEBUG, KERNEL_CFLAGS as kernel.mk says. Paths are those
# of the project's folder, where every compiler is started.

CROSS ?= i686-linux-gnu-

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wundef -Wpointer-arith -Wwrite-strings

CODE_INCLUDES := -Iinclude -Iarch/x86/include -include config.h
# The kernel touches no floating point or vector register, ever; frames larger
# than a page are probed page by page, so that no call steps over a guard.
CODE_FLAGS := -std=gnu11 -O2 -g -ffreestanding -nostdinc -march=i686 \
	-mregparm=3 -mgeneral-regs-only -fstack-clash-protection \
	-fno-stack-protector -fno-pic -fno-pie -fno-common \
	-fno-strict-aliasing -fno-delete-null-pointer-checks -fwrapv \
	-fcf-protection=none
ifeq ($(DEBUG),1)
CODE_FLAGS += -DCONFIG_MM_DEBUG=1
endif
ifeq ($(CLANG),1)
KERNEL_CC := clang --target=i686-linux-gnu
CODE_FLAGS += -mstack-alignment=4
else
KERNEL_CC := $(CROSS)gcc
CODE_FLAGS += -mpreferred-stack-boundary=2 -fconserve-stack
endif

# Traces go through a module by its frame pointers (docs/modules.md).
MODULE_FLAGS := $(CODE_FLAGS) -fno-omit-frame-pointer \
	-fno-optimize-sibling-calls -fno-asynchronous-unwind-tables \
	$(CODE_INCLUDES) -DMODULE -D__KERNEL__
