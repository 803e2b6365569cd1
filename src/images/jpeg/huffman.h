/* Huffman: tables for walking over the symbols of a JPEG's blocks (ITU-T T.81, annexes C and F.2.2) without
 * taking the coefficients out: how many bits a symbol has with its value, and how many coefficients it stands
 * for. */
#ifndef MS_IMAGES_JPEG_HUFFMAN_H
#define MS_IMAGES_JPEG_HUFFMAN_H

#include "base/err.h"

#include <stdint.h>

enum {
    MS_HUFFMAN_PEEK = 16, /* bits by which one symbol is looked up: no code is longer */
    MS_HUFFMAN_RUN = 12,  /* bits by which several AC symbols are looked up at once */
    MS_HUFFMAN_END = 128,
    MS_HUFFMAN_NONE = 255 /* not even one symbol */
};

/* One symbol. */
typedef struct ms_huffman_symbol {
    uint8_t code_bits; /* 0: no such code, or a symbol that a baseline JPEG of 8 bits has no use for */
    uint8_t value_bits;
    uint8_t skip; /* AC: coefficients it stands for, 0 at the end of the block */
} ms_huffman_symbol;

/* The symbols that begin a run of bits. Added to a coefficient's number below 64, skip tells whether the run
 * may be taken whole: the sum is 64 at most, or, if it ends the block, MS_HUFFMAN_END and 63 more at most. */
typedef struct ms_huffman_run {
    uint8_t bits; /* codes and values */
    uint8_t
        skip; /* coefficients; MS_HUFFMAN_END more if the last symbol ends the block; or MS_HUFFMAN_NONE */
} ms_huffman_run;

typedef struct ms_huffman {
    ms_huffman_symbol symbols[1 << MS_HUFFMAN_PEEK];
    ms_huffman_run runs[1 << MS_HUFFMAN_RUN]; /* of AC */
} ms_huffman;

/* From a DHT segment's lists: bits[1..16] codes of each length (bits[0] is not used), and their symbols in
 * order. MS_FORMAT for what is no prefix code, more than 256 symbols, one that is there twice, or a DC
 * symbol above 15: libjpeg takes no such table, or writes none. Local. */
MS_MUST_CHECK ms_code ms_huffman_set(ms_huffman *table, const uint8_t bits[17], const uint8_t symbols[256],
                                     bool ac);

#endif
