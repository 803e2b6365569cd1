#include "images/formats/gray_output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

ms_code ms_gray_output_init(ms_gray_output *output, int fd, ms_err *err)
{
    *output = (ms_gray_output){.fd = fd, .state = XXH3_createState()};
    if (!output->state || XXH3_128bits_reset(output->state) != XXH_OK) {
        ms_gray_output_fini(output);
        return ms_err_set(err, MS_NOMEM, 0, "out of memory");
    }
    return MS_OK;
}

void ms_gray_output_fini(ms_gray_output *output)
{
    (void)XXH3_freeState(output->state); /* accepts NULL */
    ms_bytes_fini(&output->insert);
    *output = (ms_gray_output){0};
}

static ms_code write_all(ms_gray_output *output, const uint8_t *data, size_t n)
{
    while (n > 0 && output->err.code == MS_OK) {
        ssize_t done = write(output->fd, data, n);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return ms_err_set(&output->err, MS_IO, done < 0 ? errno : ENOSPC, "cannot write the output");
        }
        (void)XXH3_128bits_update(output->state, data, (size_t)done); /* fails only without data */
        output->nbytes += (uint64_t)done;
        data += done;
        n -= (size_t)done;
    }
    return output->err.code;
}

ms_code ms_gray_output_write(ms_gray_output *output, const void *data, size_t n)
{
    const uint8_t *at = data;
    if (output->insert.len > 0 && output->insert_at - output->nbytes <= n) {
        size_t before = (size_t)(output->insert_at - output->nbytes);
        if (write_all(output, at, before) != MS_OK ||
            write_all(output, output->insert.data, output->insert.len) != MS_OK) {
            return output->err.code;
        }
        ms_bytes_fini(&output->insert);
        at += before;
        n -= before;
    }
    return write_all(output, at, n);
}

ms_code ms_gray_output_restart(ms_gray_output *output)
{
    output->nbytes = 0;
    (void)XXH3_128bits_reset(output->state); /* fails only without a state */
    return ftruncate(output->fd, 0) == 0 && lseek(output->fd, 0, SEEK_SET) == 0 ? MS_OK : MS_IO;
}

void ms_gray_output_end(ms_gray_output *output, ms_gray_reply *reply)
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(output->state));
    memcpy(reply->hash, canonical.digest, sizeof reply->hash);
    reply->nbytes = output->nbytes;
}
