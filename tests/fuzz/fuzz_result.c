/* A result file: refused in words, or whole; what was read joins to an run_result and is written again the
 * same.
 */
#include "fuzz_frames.h"
#include "result/store/result_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static ms_code append(void *user, const void *data, size_t n)
{
    ms_bytes_append(user, data, n);
    return ms_bytes_check(user);
}

static void check_joined(ms_result *result, const ms_bytes *file)
{
    ms_err err = {0};
    ms_run_result run_result = {0};
    ms_bytes again = {0};
    size_t n = result->run_result.paths.count;
    char digest[33];
    memcpy(digest, result->run_result.merged.digest, sizeof digest);
    ms_code code = ms_result_join(result, 1, &run_result, &err);
    FUZZ_CHECK((code == MS_OK) == (result->info.shards <= 1) && (code == MS_OK || code == MS_USAGE));
    if (code == MS_OK) {
        FUZZ_CHECK(run_result.merged.nentries == n && strcmp(run_result.merged.digest, digest) == 0);
        FUZZ_CHECK(ms_result_write(&result->info, &run_result, append, &again) == MS_OK);
        FUZZ_CHECK(again.len == file->len && memcmp(again.data, file->data, file->len) == 0);
    }
    ms_bytes_fini(&again);
    ms_run_result_fini(&run_result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    ms_err err = {0};
    ms_result result = {0};
    ms_bytes bytes = {0};
    fuzz_frames(data, size, &bytes);
    int fd = memfd_create("result", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && write(fd, bytes.data, bytes.len) == (ssize_t)bytes.len);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ms_code code = ms_result_read(&result, path, &err);
    FUZZ_CHECK(code == MS_OK || code == MS_USAGE || code == MS_FORMAT);
    FUZZ_CHECK((code == MS_OK) == (err.text[0] == 0) && (code == MS_OK || strstr(err.text, path)));
    if (code == MS_OK) {
        check_joined(&result, &bytes);
    }
    ms_result_fini(&result);
    ms_bytes_fini(&bytes);
    (void)close(fd);
    return 0;
}
