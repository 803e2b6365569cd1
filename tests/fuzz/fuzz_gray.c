/* What goes between a rank and its worker: the first byte chooses request or reply. What is taken is
 * harmless, and comes out the same when it is sent on. */
#include "fuzz.h"
#include "images/protocol/worker_protocol.h"

#include "base/escape.h"

#include <string.h>

static void request(const uint8_t *data, size_t size)
{
    ms_gray_request got;
    ms_bytes again = {0};
    if (ms_gray_request_decode(&got, data, size) == MS_OK) {
        FUZZ_CHECK(got.formula <= MS_GRAY_LINEAR && got.target < MS_IMAGE_FORMAT_COUNT);
        FUZZ_CHECK(ms_gray_request_encode(&got, &again) == MS_OK);
        FUZZ_CHECK(again.len == size && memcmp(again.data, data, size) == 0);
    } else {
        FUZZ_CHECK(got.max_pixels == 0 && got.max_scans == 0 && !got.strip);
    }
    ms_bytes_fini(&again);
}

static void reply(const uint8_t *data, size_t size)
{
    ms_gray_reply got, same;
    ms_bytes again = {0};
    if (ms_gray_reply_decode(&got, data, size) != MS_OK) {
        FUZZ_CHECK(got.code == MS_OK && got.nbytes == 0 && got.text[0] == '\0');
        return;
    }
    char shown[sizeof got.text + 8];
    FUZZ_CHECK(memchr(got.text, 0, sizeof got.text));
    FUZZ_CHECK(strcmp(ms_escape_message_to(shown, sizeof shown, got.text, strlen(got.text)), got.text) == 0);
    FUZZ_CHECK((got.code == MS_OK) == (got.text[0] == '\0'));
    FUZZ_CHECK(got.code != MS_OK || (got.width > 0 && got.height > 0 && got.pages > 0 && got.nbytes > 0));
    FUZZ_CHECK(ms_gray_reply_encode(&got, &again) == MS_OK);
    FUZZ_CHECK(strlen(got.text) > sizeof got.text - 4 || /* may have been cut */
               (again.len == size && memcmp(again.data, data, size) == 0));
    FUZZ_CHECK(ms_gray_reply_decode(&same, again.data, again.len) == MS_OK);
    ms_bytes_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (fuzz_take(&data, &size) % 2 == 0) {
        request(data, size);
    } else {
        reply(data, size);
    }
    return 0;
}
