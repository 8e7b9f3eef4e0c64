# SPDX-License-Identifier: MIT
#
# docs.mk - documents that a machine vouches for (tools/docs.py)
#
# Wants from the Makefile: O (build folder), Q (@ or nothing), and the rules for
# $O/pagewright.elf and the ISO: one document compares the two.

docs test-docs: export O := $(abspath $(O))

.PHONY: docs test-docs
docs: $(O)/pagewright.elf $(O)/pagewright.iso ## fill the documents' blocks from a boot
	$(Q)tools/docs.py --write

test-docs: $(O)/pagewright.elf $(O)/pagewright.iso ## compare the documents with a boot
	$(Q)tools/docs.py --check

.PHONY: picture
picture: export O := $(abspath $(O))
picture: $(O)/pagewright.elf ## docs/pictures: a busy machine's screen, and its records
	$(Q)tools/build/pictures.py docs/pictures
