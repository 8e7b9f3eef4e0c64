/* SPDX-License-Identifier: MIT */
/* memmap_live.h - `memmap live`: the picture on the screen, kept up to date. */
#ifndef KERNEL_MEMMAP_LIVE_H
#define KERNEL_MEMMAP_LIVE_H

/* Its words, from "live" on. Return: as a command's run(). */
int memmap_live(int argc, char **argv);

#endif
