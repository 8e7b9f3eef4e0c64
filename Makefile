# SPDX-License-Identifier: MIT
#
# Pagewright: targets only; the rules are in tools/build/*.mk.
#
#   make run     build, boot the ISO in QEMU, console on this terminal
#   make test    everything that CI runs
#   make help    all targets and variables

SHELL = /bin/bash
.SHELLFLAGS = -o pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:

O ?= build
V ?= 0
MEM ?= 256M
CPUS ?= 1
CPU ?= max
MACHINE ?= pc
CMDLINE ?=
GUI ?= 0
KVM ?= 0
DEBUG ?= 0

Q = $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' '$(1)' '$(2)')

WARN = -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wvla -Wundef \
	-Wpointer-arith -Wwrite-strings -Wredundant-decls -Wnested-externs

# The packages are looked at before anything is built, and installed if they
# are missing (design: both README commands work on a bare Debian 12).
HOST_GOALS = test test-full check check-% maps models planted fuzz lint bench
ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),all)),)
DEPS = build $(if $(filter $(HOST_GOALS),$(MAKECMDGOALS)),test)
$(shell tools/build/deps.sh $(DEPS) >&2)
ifneq ($(.SHELLSTATUS),0)
$(error packages are missing, see above)
endif
endif

.PHONY: all
all: kernel iso ## the kernel and the ISO

-include tools/build/kernel.mk
include tools/build/host.mk
-include tools/build/modules.mk
-include tools/build/iso.mk
-include tools/build/lint.mk
-include tools/build/test.mk
-include tools/build/docs.mk
-include tools/build/bench.mk

.PHONY: clean help
clean: ## remove build products; with M=DIR, those of the folder's modules
	$(if $(M),$(FOLDER_MAKE) pw-clean,$(Q)rm -rf $(O))

help: ## this list
	@tools/build/help.sh $(MAKEFILE_LIST)
