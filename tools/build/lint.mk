# SPDX-License-Identifier: MIT
#
# lint.mk - what a machine can say about the source
#
# Wants from the Makefile: O (build folder), Q (@ or nothing).

lint: export O := $(abspath $(O))

.PHONY: lint
lint: ## format, floors, licences, sparse, cppcheck, clang-tidy
	$(Q)tools/lint/lint.py $(LINT)

# Includes, and then calls: those are read off the objects.
.PHONY: layers
layers: kernel ## who may include and call whom
	$(Q)tools/layers.py --objects $(O)/kernel

.PHONY: metrics
metrics: ## function lengths, comment share, assertions of mm/
	$(Q)tools/metrics.py
