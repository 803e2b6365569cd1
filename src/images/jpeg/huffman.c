#include "images/jpeg/huffman.h"

#include <string.h>

enum {
    BLOCK = 64,
    DC_BITS_MAX = 11, /* T.81, tables F.1 and F.2: what 8 bits a sample can give */
    AC_BITS_MAX = 10,
    DC_SYMBOL_MAX = 15 /* libjpeg rejects tables with others */
};

static ms_huffman_symbol symbol_of(uint8_t symbol, unsigned length, bool ac)
{
    unsigned size = ac ? symbol & 15U : symbol;
    unsigned zeros = ac ? symbol >> 4 : 0;
    bool known = ac ? size <= AC_BITS_MAX && (size > 0 || zeros == 0 || zeros == 15) : size <= DC_BITS_MAX;
    if (!known) {
        return (ms_huffman_symbol){0};
    }
    bool is_end = ac && symbol == 0;
    return (ms_huffman_symbol){(uint8_t)length, (uint8_t)size, (uint8_t)(is_end ? 0 : zeros + 1)};
}

/* As many symbols as are complete in the prefix; the first one's value may extend beyond it. */
static ms_huffman_run run_of(const ms_huffman *table, unsigned prefix)
{
    unsigned bits = 0;
    unsigned skip = 0;
    while (skip < MS_HUFFMAN_END && bits < MS_HUFFMAN_RUN) {
        unsigned left = MS_HUFFMAN_RUN - bits;
        unsigned peek = (prefix & ((1U << left) - 1)) << (MS_HUFFMAN_PEEK - left);
        ms_huffman_symbol next = table->symbols[peek];
        unsigned whole = next.code_bits + (bits > 0 ? next.value_bits : 0U);
        if (next.code_bits == 0 || whole > left || skip + next.skip > BLOCK) {
            break;
        }
        bits += next.code_bits + (unsigned)next.value_bits;
        skip += next.skip > 0 ? next.skip : (unsigned)MS_HUFFMAN_END;
    }
    return (ms_huffman_run){(uint8_t)bits, (uint8_t)(bits > 0 ? skip : MS_HUFFMAN_NONE)};
}

ms_code ms_huffman_set(ms_huffman *table, const uint8_t bits[17], const uint8_t symbols[256], bool ac)
{
    size_t at = 0;  /* the next code, left-aligned in MS_HUFFMAN_PEEK bits */
    unsigned n = 0; /* symbols so far */
    bool seen[256] = {false};
    memset(table->symbols, 0, sizeof table->symbols);
    for (unsigned length = 1; length <= MS_HUFFMAN_PEEK; length++) {
        size_t span = (size_t)1 << (MS_HUFFMAN_PEEK - length);
        for (unsigned i = 0; i < bits[length]; i++, n++, at += span) {
            if (n >= 256 || at + span > sizeof table->symbols / sizeof *table->symbols ||
                (!ac && symbols[n] > DC_SYMBOL_MAX) || seen[symbols[n]]) {
                return MS_FORMAT;
            }
            seen[symbols[n]] = true;
            ms_huffman_symbol symbol = symbol_of(symbols[n], length, ac);
            for (size_t j = 0; j < span; j++) {
                table->symbols[at + j] = symbol;
            }
        }
    }
    for (unsigned prefix = 0; ac && prefix < sizeof table->runs / sizeof *table->runs; prefix++) {
        table->runs[prefix] = run_of(table, prefix);
    }
    return MS_OK;
}
