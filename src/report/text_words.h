/* Human-readable numbers and wrapped paragraphs; private to the text report. */
#ifndef MS_REPORT_TEXT_WORDS_H
#define MS_REPORT_TEXT_WORDS_H

#include "report/sink.h"

enum { MS_WORDS_SIZE = 32, MS_WORDS_COLUMNS = 100 };

/* "999 B", "1.2 kB", "3.4 GB": powers of 1000. Returns `to`, of MS_WORDS_SIZE bytes. Local. */
const char *ms_words_bytes(char *to, uint64_t nbytes);
/* "12.345 s", "1.234 ms", "5.6 us"; "-" when negative or not finite. Returns `to`, as above. */
const char *ms_words_seconds(char *to, double seconds);
/* Columns of a C string of UTF-8, one a code point. */
size_t ms_words_width(const char *text);
/* Writes the text escaped and its words wrapped at MS_WORDS_COLUMNS; each '\n' in it ends a line. Local. */
void ms_words_wrap(ms_sink *sink, const char *text);

#endif
