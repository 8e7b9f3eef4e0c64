# SPDX-License-Identifier: MIT
#
# docs.mk - documents that a machine vouches for (tools/docs.py)
#
# Wants from the Makefile: O (build folder), Q (@ or nothing), and the rule for
# $O/pagewright.elf.

docs test-docs: export O := $(abspath $(O))

.PHONY: docs test-docs
docs: $(O)/pagewright.elf ## fill the documents' blocks from a boot
	$(Q)tools/docs.py --write

test-docs: $(O)/pagewright.elf ## compare the documents with a boot
	$(Q)tools/docs.py --check
