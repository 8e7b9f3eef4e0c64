/* SPDX-License-Identifier: MIT */
/* proc_text.c - room for the text of one file of /proc: suites run in turn */
#include "proc_text.h"

char proc_text_room[PROC_TEXT_BYTES];
struct seq_file proc_text_sink;
