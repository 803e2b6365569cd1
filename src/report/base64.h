/* Base64 for bytes that are not UTF-8 and have to go into JSON. */
#ifndef MS_REPORT_BASE64_H
#define MS_REPORT_BASE64_H

#include "base/bytes.h"

/* Appends n bytes in base64: the standard alphabet with padding, no line breaks (RFC 4648, section 4). Local.
 */
void ms_base64_append(ms_bytes *to, const void *data, size_t n);

#endif
