/* The worker's own small parsers: the first byte chooses one. Nothing outside is touched (sanitizers), they
 * end, and what they say is possible. */
#include "fuzz.h"
#include "images/formats/bmp_header.h"
#include "images/formats/exif_block.h"
#include "images/formats/exif_tiff.h"
#include "images/formats/gif_blocks.h"
#include "images/formats/pnm_text.h"
#include "images/formats/tiff_tags.h"
#include "images/formats/webp_chunks.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void exif_block(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    FUZZ_CHECK(copy);
    memcpy(copy, data, size);
    unsigned before = ms_exif_orientation(copy, size);
    size_t n = ms_exif_drop_thumbnail(copy, size);
    FUZZ_CHECK(n <= size && before >= 1 && before <= 8);
    ms_exif_set_orientation(copy, n, 7);
    unsigned after = ms_exif_orientation(copy, n);
    FUZZ_CHECK(after == 7 || after == 1);
    FUZZ_CHECK(n == 0 || ms_exif_drop_thumbnail(copy, n) <= n);
    free(copy);
}

static void bitmap(int fd, size_t size)
{
    ms_bmp_header head;
    ms_err err = {0};
    if (ms_bmp_header_read(&head, fd, &err) != MS_OK) {
        return;
    }
    FUZZ_CHECK(head.width > 0 && head.height > 0 && head.pixels_at + head.nbytes == size);
    uint64_t pixels = (uint64_t)head.width * head.height;
    if (head.compression != 0 && pixels <= 1 << 16) {
        uint8_t *coded = malloc((size_t)head.nbytes + 1);
        uint8_t *to = calloc((size_t)pixels, 1);
        FUZZ_CHECK(coded && to && pread(fd, coded, (size_t)head.nbytes, (off_t)head.pixels_at) >= 0);
        ms_code code = ms_bmp_decode_rle(&head, coded, to, &err);
        FUZZ_CHECK(code == MS_OK || code == MS_FORMAT);
        free(coded);
        free(to);
    }
}

static void tiff(int fd, const uint8_t *data, size_t size)
{
    ms_bytes block = {0}, file = {0};
    FUZZ_CHECK(ms_tiff_pages(fd) <= 1 << 20);
    (void)ms_tiff_tag(fd, MS_TIFF_BITS_PER_SAMPLE, 1);
    FUZZ_CHECK(ms_exif_from_tiff(fd, &block) == MS_OK);
    FUZZ_CHECK(block.len == 0 || ms_exif_drop_thumbnail(block.data, block.len) == block.len);
    ms_bytes_append(&file, data, size);
    FUZZ_CHECK(ms_bytes_check(&file) == MS_OK);
    FUZZ_CHECK(ms_exif_into_tiff(&file, &block) == MS_OK && file.len >= size);
    ms_bytes_fini(&block);
    ms_bytes_fini(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned which = fuzz_take(&data, &size) % 6;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    switch (which) {
    case 0:
        exif_block(data, size);
        break;
    case 1:
        bitmap(fd, size);
        break;
    case 2:
        (void)ms_webp_is_lossless(fd);
        FUZZ_CHECK(ms_webp_pixels(fd) <= (uint64_t)1 << 48);
        break;
    case 3:
        tiff(fd, data, size);
        break;
    case 4:
        FUZZ_CHECK(ms_gif_frames(fd) <= size);
        break;
    default:
        (void)ms_pnm_is_complete(fd, size);
        break;
    }
    (void)close(fd);
    return 0;
}
