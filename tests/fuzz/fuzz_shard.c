/* A shard's JSON report as the merge reads it: refused in words, or whole. */
#include "fuzz.h"
#include "report/json_labels.h"
#include "report/shard_file.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static ms_code read_shard(ms__shard *shard, const char *path, ms_err *err)
{
    json_t *labels = NULL;
    json_t *label_ids = json_object();
    FUZZ_CHECK(ms__json_labels(&shard->keywords, &labels) == MS_OK);
    for (size_t i = 0; i < shard->keywords.count; i++) {
        const json_t *label = json_array_get(labels, i);
        FUZZ_CHECK(json_object_setn_new_nocheck(label_ids, json_string_value(label),
                                                json_string_length(label), json_integer((json_int_t)i)) == 0);
    }
    FUZZ_CHECK(json_object_size(label_ids) == shard->keywords.count || shard->keywords.count > 1);
    FUZZ_CHECK(strcmp(shard->path, path) == 0);
    ms_code code = ms__shard_read(shard, label_ids, err);
    json_decref(labels);
    json_decref(label_ids);
    return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    ms_err err = {0};
    ms__shard shard = {0};
    int fd = memfd_create("shard", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ms_code code = ms__shard_open(&shard, path, &err);
    FUZZ_CHECK(code == MS_OK || code == MS_USAGE || code == MS_FORMAT);
    if (code == MS_OK) {
        FUZZ_CHECK(shard.index >= 1 && shard.index <= shard.count && shard.options.count > 0);
        FUZZ_CHECK(shard.paths.count == 0 && shard.records.len == 0);
        code = read_shard(&shard, path, &err);
        FUZZ_CHECK(code == MS_OK || code == MS_FORMAT);
    }
    FUZZ_CHECK((code == MS_OK) == (err.text[0] == 0) &&
               (code == MS_OK || strstr(err.text, "/proc/self/fd/")));
    ms_reader reader = ms_reader_over(shard.records.data, code == MS_OK ? shard.records.len : 0);
    for (size_t i = 0; code == MS_OK && i < shard.paths.count; i++) {
        ms_record record;
        FUZZ_CHECK(ms_record_decode(&record, &reader) == MS_OK && record.entry == i);
    }
    FUZZ_CHECK(ms_reader_left(&reader) == 0);
    ms__shard_fini(&shard);
    (void)close(fd);
    return 0;
}
