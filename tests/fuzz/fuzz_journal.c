/* A journal's file: whatever its bytes, reading ends, and what is handed on lies within what was read. */
#include "fuzz_frames.h"
#include "result/store/journal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ms_code see(void *user, const ms_journal_file *file, const uint8_t *record, size_t nrecord)
{
    uint64_t *sum = user;
    for (size_t i = 0; i < file->path.len; i++) {
        *sum += (uint8_t)file->path.data[i];
    }
    for (size_t i = 0; i < nrecord; i++) {
        *sum += record[i];
    }
    return MS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char dir[] = "/tmp/ms-fuzz-journal-XXXXXX";
    char path[64];
    ms_str_list settings = {0};
    ms_journal_summary summary;
    uint64_t sum = 0;
    FUZZ_CHECK(mkdtemp(dir) != NULL);
    (void)snprintf(path, sizeof path, "%s/0002-000000.journal", dir);
    ms_bytes bytes = {0};
    fuzz_frames(data, size, &bytes);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    FUZZ_CHECK(fd >= 0 && write(fd, bytes.data, bytes.len) == (ssize_t)bytes.len && close(fd) == 0);
    ms_str_list_push(&settings, "a=1", 3);
    FUZZ_CHECK(ms_str_list_check(&settings) == MS_OK);
    ms_code code = ms_journal_read(dir, &settings, see, &sum, &summary, NULL);
    FUZZ_CHECK(code == MS_OK || code == MS_USAGE);
    FUZZ_CHECK(summary.last_attempt == 2 && summary.nframes + summary.ndamaged <= bytes.len + 1);
    ms_str_list_fini(&settings);
    ms_bytes_fini(&bytes);
    FUZZ_CHECK(unlink(path) == 0 && rmdir(dir) == 0);
    return 0;
}
