/* Names and lines for people: no harmful character is left, and the bytes can be read back. */
#include "base/escape.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static uint8_t from_hex(const uint8_t *p)
{
    const char digits[] = {(char)p[0], (char)p[1], 0};
    return (uint8_t)strtoul(digits, NULL, 16);
}

static void check(const ms_bytes *shown, const uint8_t *data, size_t size, bool tab, bool exact)
{
    size_t n = 0;
    uint32_t rune = 0;
    for (size_t at = 0; at < shown->len;) {
        size_t len = ms_utf8_decode(shown->data + at, shown->len - at, &rune);
        FUZZ_CHECK(len > 0 && ((tab && rune == '\t') || !ms_rune_is_harmful(rune)));
        at += len;
    }
    for (size_t at = 0; exact && at < shown->len; n++) {
        const uint8_t *p = shown->data + at;
        bool hex = p[0] == '\\' && p[1] == 'x';
        uint8_t c = p[0] != '\\'  ? p[0]
                    : hex         ? from_hex(p + 2)
                    : p[1] == 't' ? '\t'
                    : p[1] == 'n' ? '\n'
                    : p[1] == 'r' ? '\r'
                                  : p[1];
        FUZZ_CHECK(n < size && c == data[n]);
        at += p[0] != '\\' ? 1 : hex ? 4 : 2;
    }
    FUZZ_CHECK(!exact || n == size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ms_bytes shown = {0};
    for (int mode = MS_ESCAPE_NAME; mode <= MS_ESCAPE_MESSAGE; mode++) {
        ms_bytes_clear(&shown);
        ms_escape_append(&shown, data, size, (ms_escape_mode)mode);
        check(&shown, data, size, mode == MS_ESCAPE_LINE, mode != MS_ESCAPE_MESSAGE);
    }
    ms_bytes_clear(&shown);
    ms_escape_append_also(&shown, data, size, ";!");
    check(&shown, data, size, false, true);
    FUZZ_CHECK(shown.len == 0 ||
               (!memchr(shown.data, ';', shown.len) && !memchr(shown.data, '!', shown.len)));
    char text[64];
    FUZZ_CHECK(strlen(ms_escape_to(text, sizeof text, data, size)) < sizeof text);
    ms_bytes_fini(&shown);
    return 0;
}
