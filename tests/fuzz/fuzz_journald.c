/* Systemd journals: whatever the bytes, the lines end, each with a newline and within the limit, and are the
 * same in pieces of any size. The first byte of the input says how it is read; the rest is the file. With bit
 * 7 the hashes of DATA objects are made right first, so that more of them is looked at. */
#include "base/bytes.h"
#include "fuzz.h"
#include "logs/journald/journald_internal.h"

#include <string.h>

enum { FIELDS = 1, GROWN = 2, REPAIR = 0x80, LIMIT = 1 << 20 };

static ms_code read_bytes(void *self, uint64_t offset, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    const ms_bytes *file = self;
    (void)err;
    FUZZ_CHECK(offset <= file->len);
    *n = file->len - offset < cap ? (size_t)(file->len - offset) : cap;
    if (*n > 0) {
        memcpy(buf, file->data + offset, *n);
    }
    return MS_OK;
}

static void add(ms_bytes *to, const void *data, size_t n)
{
    ms_bytes_append(to, data, n);
    FUZZ_CHECK(ms_bytes_check(to) == MS_OK);
}

static ms_bytes read_all(ms_bytes *file, uint8_t how, size_t step)
{
    ms_journald_options options = {.limits = {.max_decompressed = LIMIT, .max_window = 8 << 20},
                                   .fields = (how & FIELDS) != 0};
    ms_journald *journal = NULL;
    ms_bytes text = {0};
    ms_err err = {0};
    uint8_t buf[4096];
    size_t n = 1;
    ms_code code =
        ms_journald_open(&journal, read_bytes, file, file->len, (how & GROWN) != 0, &options, &err);
    FUZZ_CHECK(code == MS_OK);
    while (code == MS_OK && n > 0) {
        code = ms_journald_read(journal, buf, step, &n, &err);
        FUZZ_CHECK(n <= step && (n == 0 || code == MS_OK));
        add(&text, buf, n);
    }
    FUZZ_CHECK(code == MS_OK || code == MS_FORMAT || code == MS_LIMIT);
    FUZZ_CHECK(text.len <= LIMIT);
    FUZZ_CHECK(text.len == 0 || text.len == LIMIT || text.data[text.len - 1] == '\n');
    add(&text, err.text, strlen(err.text) + 1);
    ms_journald_close(journal);
    return text;
}

/* Sets the hash of each DATA object that is stored as it is, as far as the chain of objects goes. */
static void repair(ms_bytes *file)
{
    uint8_t *h = file->data;
    if (file->len < MS__JHEADER_MIN) {
        return;
    }
    uint64_t at = ms__journald_u64(h + 88);
    uint64_t head = (h[12] & 16) != 0 ? 72 : 64;
    while (at < file->len && file->len - at > head) {
        uint64_t size = ms__journald_u64(h + at + 8);
        if (size < 16 || size > file->len - at) {
            return;
        }
        if (h[at] == MS__JDATA && h[at + 1] == 0 && size > head) {
            const uint8_t *payload = h + at + head;
            size_t n = (size_t)(size - head);
            ms_bytes_set_u64(file, at + 16,
                             (h[12] & 4) != 0 ? ms__journald_siphash(payload, n, h + 24)
                                              : ms__journald_jenkins(payload, n));
        }
        at += (size + 7) / 8 * 8;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t how = fuzz_take(&data, &size);
    ms_bytes file = {0};
    add(&file, data, size);
    if ((how & REPAIR) != 0) {
        repair(&file);
    }
    ms_bytes one = read_all(&file, how, 1 + (how & 0x7C));
    ms_bytes other = read_all(&file, how, 4096);
    FUZZ_CHECK(one.len == other.len && memcmp(one.data, other.data, one.len) == 0);
    ms_bytes_fini(&one);
    ms_bytes_fini(&other);
    ms_bytes_fini(&file);
    return 0;
}
