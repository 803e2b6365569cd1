/* The whole scanner on fixed strings against a slow one that is plainly right. The first bytes choose options
 * and keywords, the rest is the file. */
#include "fuzz.h"
#include "logs/text/mixed_text.h"
#include "logs_reference.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST_TEXT = 4096 };

typedef struct choice {
    ms_keywords keywords;
    ms_scan_options options;
    uint8_t roles[4];
} choice;

#define EVENT_START "^[a-m]"

static bool begins_event(const uint8_t *line, size_t n)
{
    return n > 0 && line[0] >= 'a' && line[0] <= 'm';
}

/* What decides which lines count, and what is shown with them. */
static void choose_condition(choice *to, const uint8_t **data, size_t *size)
{
    uint8_t flags = fuzz_take(data, size);
    to->options.invert = (flags & 1) != 0;
    to->options.max_count = flags >> 1 & 3U;
    if ((flags & 8) != 0) {
        to->options.event_start = EVENT_START;
        to->options.before = to->options.after = 0;
    }
    if ((flags & 16) != 0) {
        for (size_t i = 0; i < sizeof to->roles; i++) {
            to->roles[i] = (uint8_t)(1U + fuzz_take(data, size) % 7U);
        }
        to->options.roles = to->roles;
    }
}

static void choose(choice *to, const uint8_t **data, size_t *size)
{
    uint8_t flags = fuzz_take(data, size);
    uint8_t context = fuzz_take(data, size);
    *to = (choice){0};
    to->keywords.ignore_case = (flags & 1) != 0;
    to->keywords.word = (flags & 2) != 0;
    to->options.lines = (flags & 4) != 0;
    to->options.files_with_matches = (flags & 8) != 0;
    to->options.before = context & 3U;
    to->options.after = context >> 2 & 3U;
    to->options.buffer_size = 64 + (size_t)fuzz_take(data, size) * (1U + (flags >> 4 & 3U));
    to->options.max_line = 1 + (size_t)fuzz_take(data, size);
    choose_condition(to, data, size);
    for (unsigned n = 1 + (flags >> 6); n > 0; n--) {
        uint8_t name[16] = {0};
        size_t len = 1 + fuzz_take(data, size) % sizeof name;
        for (size_t i = 0; i < len; i++) {
            uint8_t byte = fuzz_take(data, size);
            byte = to->keywords.ignore_case ? byte & 0x7F : byte; /* the reference folds few other letters */
            name[i] = byte == '\n' ? ' ' : byte;
        }
        ms_str_list_push(&to->keywords.list, name, len);
        FUZZ_CHECK(ms_str_list_check(&to->keywords.list) == MS_OK);
    }
    FUZZ_CHECK(ms_keywords_unique(&to->keywords) == MS_OK);
}

static bool begins_with(const uint8_t *data, size_t size, const char *magic)
{
    size_t n = strlen(magic);
    return size >= n && memcmp(data, magic, n) == 0;
}

/* Is some of it UTF-16, with a mark or without? */
static bool is_wide(const uint8_t *data, size_t size)
{
    ms_mixed mixed;
    size_t mark = ms_mixed_begin(&mixed, data, size);
    if (mixed.encoding == MS_ENCODING_BYTES) {
        (void)ms_mixed_bytes(&mixed, data + mark, size - mark, true, &mark);
    }
    return mixed.encoding != MS_ENCODING_BYTES;
}

/* Compares unless the file is stored in a way that makes its text another. */
static void compare(const choice *c, ms_scanner *scanner, const char *path, const uint8_t *data, size_t size)
{
    ms_err err = {0};
    transcript got = {0};
    ms_bytes want = {0};
    reference ref = {.keywords = &c->keywords, .options = &c->options, .is_event = begins_event};
    ms_code code = transcript_scan(&got, scanner, path, size, &err);
    bool encoded = is_wide(data, size) || ms_codec_of(data, size) != MS_CODEC_NONE;
    FUZZ_CHECK(code == MS_OK || (code == MS_FORMAT && size >= 2));
    if (code == MS_OK && !encoded) {
        ref.start = begins_with(data, size, "\xEF\xBB\xBF") ? 3 : 0;
        FUZZ_CHECK(reference_expect(&want, &ref, data + ref.start, size - ref.start) == MS_OK);
        if (want.len != got.text.len || memcmp(want.data, got.text.data, want.len) != 0) {
            (void)fprintf(stderr, "expected:\n%s\ngot:\n%s\n", (char *)want.data, (char *)got.text.data);
            abort();
        }
    }
    ms_bytes_fini(&want);
    transcript_fini(&got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    choice c;
    ms_err err = {0};
    ms_matcher *matcher = NULL;
    ms_scanner *scanner = NULL;
    char path[64];
    choose(&c, &data, &size);
    size = size < MOST_TEXT ? size : MOST_TEXT;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && (size == 0 || write(fd, data, size) == (ssize_t)size));
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    FUZZ_CHECK(ms_matcher_new(&matcher, &c.keywords, NULL, &err) == MS_OK);
    FUZZ_CHECK(ms_scanner_new(&scanner, matcher, &c.options, &err) == MS_OK);
    compare(&c, scanner, path, data, size);
    compare(&c, scanner, path, data, size); /* and again: no state is left */
    ms_scanner_free(scanner);
    ms_matcher_free(matcher);
    ms_keywords_fini(&c.keywords);
    (void)close(fd);
    return 0;
}
