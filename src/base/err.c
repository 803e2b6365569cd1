#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *ms_code_text(ms_code code)
{
    static const char *const texts[] = {
#define X(name, text) [MS_##name] = (text),
        MS_CODES(X)
#undef X
    };
    return (unsigned)code < MS_CODE_COUNT ? texts[code] : "unknown code";
}

ms_code ms_err_set(ms_err *err, ms_code code, int sys_errno, const char *fmt, ...)
{
    if (!err) {
        return code;
    }
    err->code = code;
    err->sys_errno = sys_errno;
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(err->text, sizeof err->text, fmt, args);
    va_end(args);
    if (sys_errno != 0) {
        char reason[128];
        size_t used = strlen(err->text);
        (void)snprintf(err->text + used, sizeof err->text - used, ": %s",
                       strerror_r(sys_errno, reason, sizeof reason));
    }
    return code;
}

ms_code ms_err_prefix(ms_err *err, const char *fmt, ...)
{
    char old[sizeof err->text];
    memcpy(old, err->text, sizeof old);
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(err->text, sizeof err->text, fmt, args);
    va_end(args);
    size_t used = strlen(err->text);
    (void)snprintf(err->text + used, sizeof err->text - used, ": %s", old);
    return err->code;
}
