/* UTF-16 in pieces gives what it gives at once, and what a plain decoder gives. The first bytes: order, size
 * of a piece, room. */
#include "base/escape.h"
#include "fuzz.h"
#include "logs/decode/utf16.h"

#include <string.h>

static size_t decode(const uint8_t *data, size_t size, bool big_endian, size_t piece, size_t room,
                     uint8_t *to)
{
    ms_utf16 state = {.big_endian = big_endian};
    size_t made = 0;
    for (size_t at = 0; at < size;) {
        size_t nin = size - at < piece ? size - at : piece;
        size_t nout = room;
        ms_utf16_decode(&state, data + at, &nin, to + made, &nout);
        FUZZ_CHECK(nout <= room && (nin > 0 || nout > 0));
        at += nin;
        made += nout;
    }
    return made + ms_utf16_finish(&state, to + made);
}

/* Whole units, one at a time, the next one looked at where a pair may stand. */
static size_t plainly(const uint8_t *data, size_t size, bool big_endian, uint8_t *to)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};
    size_t made = 0;
    size_t high = big_endian ? 0 : 1;
    for (size_t at = 0; at + 1 < size; at += 2) {
        uint32_t rune = (uint32_t)data[at + high] << 8 | data[at + 1 - high];
        uint32_t next = at + 3 < size ? (uint32_t)data[at + 2 + high] << 8 | data[at + 3 - high] : 0;
        if (rune >> 10 == 0x36 && next >> 10 == 0x37) {
            rune = 0x10000 + ((rune & 0x3FF) << 10 | (next & 0x3FF));
            at += 2;
        } else if (rune >> 11 == 0x1B) {
            rune = 0xFFFD;
        }
        size_t more = 3;
        while (rune < least[more]) {
            more--;
        }
        for (size_t i = more; i > 0; i--, rune >>= 6) {
            to[made + i] = (uint8_t)(0x80 | (rune & 0x3F));
        }
        to[made] = (uint8_t)(lead[more] | rune);
        made += more + 1;
    }
    memcpy(to + made, "\xEF\xBF\xBD", size % 2 * 3);
    return made + size % 2 * 3;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool big_endian = fuzz_take(&data, &size) % 2 != 0;
    size_t piece = (size_t)fuzz_take(&data, &size) + 1;
    size_t room = (size_t)fuzz_take(&data, &size) + 6;
    size_t cap = size * 3 + 300;
    uint8_t *whole = malloc(cap);
    uint8_t *parts = malloc(cap);
    FUZZ_CHECK(whole && parts);
    size_t nwhole = decode(data, size, big_endian, size + 1, size * 3 + 6, whole);
    size_t nparts = decode(data, size, big_endian, piece, room, parts);
    FUZZ_CHECK(nwhole == nparts && memcmp(whole, parts, nwhole) == 0);
    nparts = plainly(data, size, big_endian, parts);
    FUZZ_CHECK(nwhole == nparts && memcmp(whole, parts, nwhole) == 0);
    FUZZ_CHECK(ms_utf8_valid(whole, nwhole));
    FUZZ_CHECK((nwhole == 0) == (size == 0));
    free(whole);
    free(parts);
    return 0;
}
