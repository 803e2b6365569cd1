/* For fuzz targets over frames: a file whose checksums are right, whatever is in the frames, as otherwise no
 * mutation would come further than a checksum. */
#ifndef FUZZ_FRAMES_H
#define FUZZ_FRAMES_H

#include "fuzz.h"
#include "result/store/frame.h"

/* The file that `data` stands for. A first byte of 0: the rest as it is; else blobs, each of which is a
 * frame's content. */
static inline void fuzz_frames(const uint8_t *data, size_t size, ms_bytes *file)
{
    if (size == 0 || data[0] == 0) {
        if (size > 0) {
            ms_bytes_append(file, data + 1, size - 1);
        }
        FUZZ_CHECK(ms_bytes_check(file) == MS_OK);
        return;
    }
    ms_reader reader = ms_reader_over(data + 1, size - 1);
    while (ms_reader_left(&reader) > 0) {
        size_t n = 0;
        const uint8_t *content = ms_reader_blob(&reader, &n);
        if (n > 0) {
            size_t at = ms_frame_begin(file, (ms_frame_kind)content[0]);
            ms_bytes_append(file, content + 1, n - 1);
            FUZZ_CHECK(ms_frame_end(file, at) == MS_OK);
        }
    }
}

#endif
