/* The lines of a log set, made in memory, for the suites of demo/. */
#ifndef TESTS_UNIT_DEMO_DEMO_TEXT_H
#define TESTS_UNIT_DEMO_DEMO_TEXT_H

#include "demo/demo_internal.h"

/* All lines of a file of the set, and a NUL after them, filled `block` bytes at a time. The caller's to fini.
 */
ms_bytes lines_bytes(const ms_demo_logs_options *options, uint64_t index, bool injected, size_t block);
/* Lines of `text` (each ends with '\n', the whole with a NUL) that hold `phrase`; NULL counts them all. */
size_t lines_with(const ms_bytes *text, const char *phrase);

#endif
