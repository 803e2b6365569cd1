/* Huffman: lookup tables for skipping the symbols of a JPEG's blocks (ITU-T T.81, annexes C and F.2.2)
 * without decoding coefficients: how many bits a symbol has with its value, and how many coefficients it
 * covers. */
#ifndef MS_IMAGES_JPEG_HUFFMAN_H
#define MS_IMAGES_JPEG_HUFFMAN_H

#include "base/err.h"

#include <stdint.h>

enum {
    MS_HUFFMAN_PEEK = 16, /* bits to look up one symbol: the longest code */
    MS_HUFFMAN_RUN = 12,  /* bits to look up several AC symbols at once */
    MS_HUFFMAN_END = 128,
    MS_HUFFMAN_NONE = 255 /* no complete symbol */
};

typedef struct ms_huffman_symbol {
    uint8_t code_bits; /* 0: no such code, or no symbol of an 8-bit baseline JPEG */
    uint8_t value_bits;
    uint8_t skip; /* AC: coefficients covered; 0: end of block */
} ms_huffman_symbol;

/* The complete symbols at the beginning of MS_HUFFMAN_RUN bits. With k the next coefficient's number, below
 * 64, they fit the block if k + skip <= 64, or, with an end of block, k + skip < MS_HUFFMAN_END + 64. */
typedef struct ms_huffman_run {
    uint8_t bits; /* codes and values */
    uint8_t skip; /* coefficients, + MS_HUFFMAN_END with an end of block; or MS_HUFFMAN_NONE */
} ms_huffman_run;

typedef struct ms_huffman {
    ms_huffman_symbol symbols[1 << MS_HUFFMAN_PEEK];
    ms_huffman_run runs[1 << MS_HUFFMAN_RUN]; /* AC only */
} ms_huffman;

/* From a DHT segment's lists: bits[1..16], the number of codes of each length (bits[0] is unused), and their
 * symbols in order. MS_FORMAT for tables that libjpeg rejects or does not write: no prefix code, more than
 * 256 symbols, a symbol twice, a DC symbol above 15. Local. */
MS_MUST_CHECK ms_code ms_huffman_set(ms_huffman *table, const uint8_t bits[17], const uint8_t symbols[256],
                                     bool ac);

#endif
