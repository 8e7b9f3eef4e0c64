# SPDX-License-Identifier: MIT
#
# test.mk - the tests as targets; what belongs to them is in tools/test
#
# Every target here can be run by itself. `make test` runs a chosen part of
# each and counts; `make test-full` runs all at the sizes that were promised.

MODELS = $(O)/models
FUZZ_SECONDS ?= 20
MODEL_OPS ?= 2000000
MODEL_SEEDS ?= 40
THREADS_OPS ?= 1000000
THREADS_TSAN_OPS ?= 200000

.PHONY: test test-full
test: ## everything that CI runs, counted
	@tools/test quick
test-full: ## every case at its full size (hours are allowed)
	@tools/test full
test test-full: export O := $(O)

.PHONY: bench test-bench
bench: kernel ## instructions per operation, beside Linux's
	$(Q)O=$(abspath $(O)) tests/bench/bench.py
test-bench: kernel ## the same figures twice, and none above its limit
	$(Q)O=$(abspath $(O)) tests/bench/twice.sh

PLANTED_THREADS = $(O)/host/tsan-m64/threads-slab $(O)/host/tsan-m64/threads-pages

.PHONY: maps models planted fuzz debug-kernel clang-kernel
maps: $(O)/host/pw-memmap ## firmware maps against the expected table
	$(Q)tests/host/e820_check.sh $<

$(MODELS)/%: tests/models/%.c $(wildcard mm/*.c include/mm/*.h lib/*.c tests/models/*)
	$(call say,MODEL,$@)
	$(Q)mkdir -p $(@D)
	$(Q)tests/models/build.sh $* $@

.PHONY: models-threads
models-threads: $(foreach v,san-m64 tsan-m64,$(THREADS_MODELS:%=$(O)/host/$(v)/threads-%)) ## allocators on 4 CPUs at the same time
	$(Q)tests/models/threads.sh $(O)/host $(THREADS_OPS) \
		$(THREADS_TSAN_OPS) $(THREADS_MODELS)

.PHONY: models-spin
models-spin: ## protocols without locks, every interleaving; planted flaws found
	$(Q)tests/models/spin/run $(MODELS)/spin

models: models-threads models-spin $(MODELS)/buddy_model $(MODELS)/buddy_exhaustive ## random, exhaustive and parallel models
	$(Q)timeout 300 $(MODELS)/buddy_model --ops $(MODEL_OPS) \
		--seeds $(MODEL_SEEDS) --maps tests/e820
	$(Q)timeout 300 $(MODELS)/buddy_exhaustive

planted: $(PLANTED_THREADS) ## planted faults must turn a test red
	$(Q)tests/models/planted.sh $(O)/planted
	$(Q)CC='$(CC_tsan-m64)' FLAGS='$(HOST_FLAGS)' LD='$(LD_tsan-m64)' \
		LIBS='$(HOST_LIBS)' tests/models/planted_threads.sh \
		$(O)/planted-threads $(O)/host/tsan-m64 $(THREADS_OBJ_tsan-m64)

fuzz: $(FUZZERS:%=$(O)/host/fuzz-m64/fuzz-%) ## FUZZ_SECONDS=20 for each target
	$(Q)tests/fuzz/run $(O)/host/fuzz-m64 $(FUZZ_SECONDS) $(FUZZERS)

debug-kernel: ## the debug build, in $(O)/debug
	$(Q)$(MAKE) kernel O=$(O)/debug DEBUG=1
clang-kernel: ## the kernel compiled with clang, in $(O)/clang
	$(Q)$(MAKE) kernel O=$(O)/clang CLANG=1

# How long to soak; the guest's seconds are longer than ours on a busy host.
SOAK_SECONDS ?= 300
.PHONY: soak
soak: kernel ## all allocators on 4 CPUs for SOAK_SECONDS=300, then count
	$(Q)O=$(abspath $(O)) tools/vm --kernel --cpus 4 --mem 1G \
		--timeout $$((120 + 12 * $(SOAK_SECONDS))) \
		--cmdline 'soak=$(SOAK_SECONDS)'

.PHONY: test-debug-boot test-debug-smp
# The self-tests of the debug build: VM_BUG_ON and lock ranks are on there.
test-debug-boot: DEBUG_CPUS = 1
test-debug-boot: debug-kernel ## the self-tests of the debug build
test-debug-smp: DEBUG_CPUS = 4
test-debug-smp: debug-kernel ## the same on 4 CPUs
test-debug-boot test-debug-smp:
	$(Q)O=$(abspath $(O))/debug tools/vm --kernel --timeout 170 \
		--cpus $(DEBUG_CPUS) --cmdline 'selftest' | \
		tee $(O)/debug/$@.log | \
		grep -aE '^ *not ok|^    # .*: .*:[0-9]+: |^# ktest:|mm: BUG|panic' | \
		grep -av 'expected: '

.PHONY: test-api
test-api: kernel ## every name of the driver interface, and modules that use them
	+$(Q)$(MAKE) O=$(O) M=tests/api MO=$(O)/api modules
	$(Q)O=$(abspath $(O)) tests/api/run $(O) $(CROSS)nm -- \
		$(KERNEL_CC) $(KERNEL_FLAGS) -DMODULE -Wno-missing-prototypes

.PHONY: test-robust
test-robust: kernel ## self-tests on debug caches, twice, and short of memory
	$(Q)O=$(abspath $(O)) tests/boot/robust.sh

.PHONY: gdb qemu qemu-gdb
qemu: run ## the same as run
gdb qemu-gdb: kernel ## QEMU stopped at the first instruction, gdb attached
	$(Q)tools/build/gdb.sh $(O)
