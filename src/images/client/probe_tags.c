/* Sizes from a TIFF's first directory and from the text at the head of a PNM. */
#include "images/client/client_internal.h"

#include <string.h>

enum { IMAGE_WIDTH = 256, IMAGE_LENGTH = 257, SHORT = 3, LONG = 4, LONG8 = 16, ENTRIES_MAX = 512 };

/* Where things are: TIFF 6.0, section 2, and BigTIFF, whose counts and offsets have 8 bytes. */
typedef struct layout {
    bool big_endian;
    bool big;
} layout;

static uint64_t number(const layout *how, const uint8_t *p, size_t n)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++) {
        value = value << 8 | p[how->big_endian ? i : n - 1 - i];
    }
    return value;
}

/* The value of an entry: it stands in the entry itself, at its beginning. */
static uint32_t entry_value(const layout *how, const uint8_t *entry)
{
    uint64_t type = number(how, entry + 2, 2);
    const uint8_t *at = entry + (how->big ? 12 : 8);
    uint64_t value = type == SHORT               ? number(how, at, 2)
                     : type == LONG              ? number(how, at, 4)
                     : type == LONG8 && how->big ? number(how, at, 8)
                                                 : 0;
    return value <= UINT32_MAX ? (uint32_t)value : 0;
}

void ms__probe_tiff(ms__source *source, ms_image_probe *probe)
{
    const uint8_t *p = ms__source_take(source, 0, 8);
    if (!p) {
        return;
    }
    layout how = {p[0] == 'M', p[2] == 43 || p[3] == 43};
    size_t offset_size = how.big ? 8 : 4, count_size = how.big ? 8 : 2, entry_size = how.big ? 20 : 12;
    p = ms__source_take(source, how.big ? 8 : 4, offset_size);
    uint64_t at = p ? number(&how, p, offset_size) : 0;
    p = at > 0 && at < INT64_MAX ? ms__source_take(source, at, count_size) : NULL;
    uint64_t count = p ? number(&how, p, count_size) : 0;
    at += count_size;
    for (uint64_t i = 0; i < count && i < ENTRIES_MAX && ms__source_step(source); i++, at += entry_size) {
        const uint8_t *entry = ms__source_take(source, at, entry_size);
        if (!entry || (probe->width > 0 && probe->height > 0)) {
            return;
        }
        uint64_t tag = number(&how, entry, 2);
        if (tag == IMAGE_WIDTH) {
            probe->width = entry_value(&how, entry);
        } else if (tag == IMAGE_LENGTH) {
            probe->height = entry_value(&how, entry);
        }
    }
}

/* The next byte of a text; 0 at its end. */
static uint8_t byte_at(ms__source *source, uint64_t at)
{
    const uint8_t *p = ms__source_step(source) ? ms__source_take(source, at, 1) : NULL;
    return p ? *p : 0;
}

/* The next word, blanks and comments before it skipped, into 12 bytes with NUL; longer ones are cut. */
static uint64_t next_word(ms__source *source, uint64_t at, char word[12])
{
    uint8_t c = 0;
    bool comment = false;
    while ((c = byte_at(source, at)) != 0 && (comment || c == '#' || strchr(" \t\n\v\f\r", c))) {
        comment = (comment || c == '#') && c != '\n';
        at++;
    }
    size_t n = 0;
    while ((c = byte_at(source, at)) != 0 && !strchr(" \t\n\v\f\r", c)) {
        if (n < 11) {
            word[n++] = (char)c;
        }
        at++;
    }
    word[n] = '\0';
    return at;
}

static uint32_t word_value(const char *word)
{
    uint64_t value = 0;
    for (; *word >= '0' && *word <= '9' && value <= UINT32_MAX; word++) {
        value = 10 * value + (uint64_t)(*word - '0');
    }
    return *word == '\0' && value <= UINT32_MAX ? (uint32_t)value : 0;
}

/* P7: lines of a name and a number, in any order, up to ENDHDR. */
static void probe_pam(ms__source *source, ms_image_probe *probe)
{
    char word[12], value[12];
    uint64_t at = next_word(source, 2, word);
    while (word[0] != '\0' && strcmp(word, "ENDHDR") != 0) {
        at = next_word(source, at, value);
        if (strcmp(word, "WIDTH") == 0) {
            probe->width = word_value(value);
        } else if (strcmp(word, "HEIGHT") == 0) {
            probe->height = word_value(value);
        }
        at = next_word(source, at, word);
    }
}

void ms__probe_pnm(ms__source *source, ms_image_probe *probe)
{
    if (byte_at(source, 1) == '7') {
        probe_pam(source, probe);
        return;
    }
    char word[12];
    uint64_t at = next_word(source, 2, word);
    probe->width = word_value(word);
    (void)next_word(source, at, word);
    probe->height = word_value(word);
}
