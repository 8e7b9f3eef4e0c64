/* SPDX-License-Identifier: MIT */
/* linux/soundcard.h - what /dev/dsp can be asked, where programs look. */
#ifndef LINUX_SOUNDCARD_H
#define LINUX_SOUNDCARD_H

#include <fs/soundcard.h>

#endif
