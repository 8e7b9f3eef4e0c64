/* SPDX-License-Identifier: MIT */
/*
 * soundcard.h - what can be asked of /dev/dsp: the Open Sound System's numbers
 *
 * Those that drivers here answer; names and values are OSS 3's, as Linux 6.1
 * has them. All arguments are pointers.
 */
#ifndef FS_SOUNDCARD_H
#define FS_SOUNDCARD_H

#include <fs/ioctl.h>

/* Forget what is queued, and be silent. */
#define SNDCTL_DSP_RESET _IO('P', 0)
/* Wait until all that is queued was heard. */
#define SNDCTL_DSP_SYNC _IO('P', 1)
/* Frames a second; what is set comes back. */
#define SNDCTL_DSP_SPEED _IOWR('P', 2, int)
#define SNDCTL_DSP_STEREO _IOWR('P', 3, int) /* 0 or 1 */
#define SNDCTL_DSP_GETBLKSIZE _IOWR('P', 4, int)
#define SNDCTL_DSP_SETFMT _IOWR('P', 5, int) /* AFMT_* */
#define SNDCTL_DSP_SAMPLESIZE SNDCTL_DSP_SETFMT
#define SNDCTL_DSP_CHANNELS _IOWR('P', 6, int)
/* Begin to play what is queued, however little. */
#define SNDCTL_DSP_POST _IO('P', 8)
/* 0xMMMMSSSS: at most M blocks of 2^S bytes. */
#define SNDCTL_DSP_SETFRAGMENT _IOWR('P', 10, int)
#define SNDCTL_DSP_GETFMTS _IOR('P', 11, int)
#define SNDCTL_DSP_GETOSPACE _IOR('P', 12, struct audio_buf_info)
#define SNDCTL_DSP_GETODELAY _IOR('P', 23, int) /* bytes not yet heard */

#define AFMT_QUERY 0x00 /* which is set? */
#define AFMT_U8 0x08
#define AFMT_S16_LE 0x10

typedef struct audio_buf_info {
	int fragments; /* whole blocks that can be written without waiting */
	int fragstotal;
	int fragsize; /* bytes of one */
	int bytes; /* that can be written without waiting */
} audio_buf_info;

#endif
