/* libvips appends what libraries say to one buffer, a line each: the reason may stand in any of them. */
#include "images/vips/picture.h"

#include "base/escape.h"

#include <stdio.h>
#include <string.h>

enum { REASON_MAX = 180 }; /* bytes shown; a reply has 200 */

/* Follows from what another line says. */
static bool is_consequence(const char *line, size_t n)
{
    static const char *const signs[] = {"bad seek", "error in tile", "unable to write to target"};
    bool found = false;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        found = found || memmem(line, n, signs[i], strlen(signs[i])) != NULL;
    }
    return found;
}

/* Adds a line that is not part of the text yet. */
static void add_line(char *text, size_t size, const char *line, size_t n)
{
    char shown[REASON_MAX];
    if (n >= 2 && line[0] == ':') { /* without a domain */
        line += 2;
        n -= 2;
    }
    (void)ms_escape_to(shown, sizeof shown, line, n);
    size_t used = strlen(text);
    if (shown[0] != '\0' && strstr(text, shown) == NULL) {
        (void)snprintf(text + used, size - used, "%s%s", used > 0 ? "; " : "", shown);
    }
}

static void add_lines(char *text, size_t size, const char *reason, bool consequences)
{
    for (const char *line = reason; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        if (is_consequence(line, n) == consequences) {
            add_line(text, size, line, n);
        }
        line += n + (line[n] == '\n' ? 1 : 0);
    }
}

ms_code ms_picture_error(ms_err *err, const char *what)
{
    static const char *const signs[] = {"out of memory", "unable to allocate", "Insufficient memory",
                                        "memory allocation"};
    const char *reason = vips_error_buffer();
    char text[REASON_MAX] = "";
    bool no_memory = false;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        no_memory = no_memory || strstr(reason, signs[i]) != NULL;
    }
    add_lines(text, sizeof text, reason, false);
    if (text[0] == '\0') {
        add_lines(text, sizeof text, reason, true);
    }
    vips_error_clear();
    return ms_err_set(err, no_memory ? MS_NOMEM : MS_FORMAT, 0, "%s: %s", what,
                      text[0] ? text : "damaged, or of a kind that libvips cannot read");
}
