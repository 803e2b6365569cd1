/* JPEGs into gray without loss, from scan to scan and by libjpeg alone: the same verdict, the same picture.
 * What is made is taken apart by libjpeg once more: equal coefficients give equal bytes then. */
#include "fuzz.h"
#include "images/jpeg/jpeg_gray.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct made {
    ms_code code;
    bool taken;
    ms_gray_reply reply;
    uint8_t *data;
    size_t nbytes;
} made;

static int file_of(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    return fd;
}

static made convert(const uint8_t *data, size_t size, bool by_library)
{
    made it = {.code = MS_OK};
    ms_gray_request request = {.max_pixels = 1 << 20, .max_scans = 20};
    ms_gray_output output;
    ms_err err = {0};
    int in = file_of(data, size);
    int out = file_of(data, 0);
    FUZZ_CHECK(ms_gray_output_init(&output, out, &err) == MS_OK);
    it.code = ms_jpeg_gray(in, &output, &request, by_library, &it.reply, &it.taken, &err);
    ms_gray_output_end(&output, &it.reply);
    FUZZ_CHECK((it.code == MS_OK) == (err.code == MS_OK));
    if (it.code == MS_OK && it.taken) {
        it.nbytes = (size_t)output.nbytes;
        it.data = malloc(it.nbytes);
        FUZZ_CHECK(it.data && lseek(out, 0, SEEK_END) == (off_t)it.nbytes);
        FUZZ_CHECK(pread(out, it.data, it.nbytes, 0) == (ssize_t)it.nbytes);
    }
    ms_gray_output_fini(&output);
    (void)close(in);
    (void)close(out);
    return it;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    made fast = convert(data, size, false);
    made slow = convert(data, size, true);
    FUZZ_CHECK(fast.code == slow.code && fast.taken == slow.taken);
    if (fast.data) {
        FUZZ_CHECK(fast.reply.width == slow.reply.width && fast.reply.height == slow.reply.height);
        made again = convert(fast.data, fast.nbytes, true);
        made right = convert(slow.data, slow.nbytes, true);
        FUZZ_CHECK(again.code == MS_OK && right.code == MS_OK && again.nbytes == right.nbytes);
        FUZZ_CHECK(memcmp(again.data, right.data, right.nbytes) == 0);
        free(again.data);
        free(right.data);
    }
    free(fast.data);
    free(slow.data);
    return 0;
}
