/* SPDX-License-Identifier: MIT */
/* floppy.h - /dev/fd0: a disk in the first drive of an 82077AA. */
#ifndef DRIVERS_FLOPPY_H
#define DRIVERS_FLOPPY_H

/**
 * floppy_init - look for a drive; if there is one, /dev/fd0 is there from now on
 *
 * Says in one line what was found, or what is missing. The controller's channel,
 * its interrupt and the memory of a track are taken by the first who opens the
 * disk. Context: at start-up, when there are files; may sleep.
 */
void floppy_init(void);
/* /dev/fd0, which floppy_init() made, goes again. Nobody has it open. Context:
 * may sleep. */
void floppy_exit(void);

#endif
