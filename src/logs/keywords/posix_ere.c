/* One pass with a stack of groups. Each alternative knows what its last byte must be, a word byte or not, so
 * that \< and \> become \b only where that is exact, and whether it can match on a line at all: a^b cannot.
 */
#include "logs/keywords/posix_ere.h"

#include "logs/keywords/posix_bracket.h"
#include "logs/keywords/regex_tokens.h"

#include <ctype.h>
#include <string.h>

enum { MOST_BYTES = 16000 /* Hyperscan refuses longer ones */, MOST_GROUPS = 200, MOST_LOOKED_INTO = 8 };

#define NEVER "\\n\\n"     /* no line has a newline */
#define REPEAT_MAX 32767UL /* RE_DUP_MAX */

/* What was read: an operand of a quantifier. */
typedef struct atom {
    size_t start; /* offset in the translation */
    bool nonempty;
    bool assertion;    /* matches no bytes, however often */
    ms_byte_kind kind; /* of its last byte */
} atom;

typedef struct group {
    atom opening;       /* only its start */
    size_t alternative; /* offset in the translation */
    size_t nlive;       /* alternatives that can match, before this one */
    bool dead;          /* this alternative matches no line */
    bool nonempty, all_nonempty;
    bool preceded;         /* bytes must precede the group */
    bool begun;            /* '^' has been read */
    bool ended, all_ended; /* '$' has been read */
    bool asserts;          /* only assertions so far */
    ms_byte_kind last, all_last;
} group;

typedef struct translation {
    ms_bytes *to;
    ms_str from;
    size_t at;
    bool modes; /* (?i) and the like: alternatives depend on each other, so none is dropped */
    size_t depth;
    group groups[MOST_GROUPS + 1];
} translation;

typedef struct quantifier {
    size_t length;          /* 0: none */
    unsigned long min, max; /* max: ULONG_MAX for none */
} quantifier;

static group *top(translation *t)
{
    return &t->groups[t->depth];
}

static void put(translation *t, const char *data, size_t n)
{
    ms_bytes_append(t->to, data, n);
}

static void put_text(translation *t, const char *text)
{
    put(t, text, strlen(text));
}

/* Puts `text` at an offset of the translation. */
static void insert(translation *t, size_t at, const char *text)
{
    size_t n = strlen(text);
    put(t, text, n);
    if (ms_bytes_check(t->to) == MS_OK) {
        memmove(t->to->data + at + n, t->to->data + at, t->to->len - n - at);
        memcpy(t->to->data + at, text, n);
    }
}

static void cut(translation *t, size_t len)
{
    if (ms_bytes_check(t->to) == MS_OK) {
        ms_bytes_cut(t->to, len);
    }
}

/* Reads digits; `none` without any. */
static unsigned long number_at(const char **p, unsigned long none)
{
    unsigned long value = isdigit((unsigned char)**p) ? 0 : none;
    for (; isdigit((unsigned char)**p); ++*p) {
        value = value > REPEAT_MAX ? value : value * 10 + (unsigned long)(**p - '0');
    }
    return value;
}

static quantifier quantifier_at(ms_str regex, size_t at)
{
    quantifier q = {0};
    const char *p = regex.data + at;
    if (at < regex.len && *p != 0 && strchr("*+?", *p)) {
        q = (quantifier){1, *p == '+', *p == '?' ? 1 : REPEAT_MAX + 1};
    } else if (at < regex.len && *p == '{') {
        const char *next = p + 1;
        bool digits = isdigit((unsigned char)*next);
        q.min = number_at(&next, 0);
        q.max = q.min;
        if (*next == ',') {
            next++;
            digits = true;
            q.max = number_at(&next, REPEAT_MAX + 1);
        }
        q.length = digits && *next == '}' ? (size_t)(next - p) + 1 : 0;
    }
    return q;
}

/* Is this group opening one of PCRE's, (?:...) or (?i) or (*UTF8)? Without, '?' and '*' have no operand. */
static bool is_pcre_group(const char *p)
{
    if (p[1] == '*') {
        size_t n = strspn(p + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
        return n > 1 && p[2 + n] != 0 && strchr("):=", p[2 + n]);
    }
    if (p[1] != '?' || p[2] == 0) {
        return false;
    }
    size_t n = strspn(p + 2, "imsxnJUX-^");
    return strchr(":#=!<>|P'R&+-(C", p[2]) || isdigit((unsigned char)p[2]) ||
           (n > 0 && (p[2 + n] == ')' || p[2 + n] == ':'));
}

/* \x{41}, \p{L}: an escape with its argument. */
static size_t token_length(ms_str regex, size_t at)
{
    const char *p = regex.data + at;
    if (*p == '[') {
        return ms_posix_bracket_length(p, regex.len - at);
    }
    size_t n = ms_regex_token_length(regex, at);
    if (*p == '\\' && n == 2 && strchr("xpPogkN", p[1]) && p[2] == '{') {
        const char *end = strchr(p, '}');
        n = end ? (size_t)(end - p) + 1 : n;
    }
    return n;
}

static ms_byte_kind kind_of(const char *p, size_t n)
{
    if (*p == '[') {
        return ms_posix_bracket_kind(p, n);
    }
    if (*p == '\\' && n == 2) {
        return ms_escape_kind(p[1]);
    }
    return n == 1 && *p != '.' ? ms_byte_kind_of(*p) : MS_KIND_MIXED;
}

static size_t group_end(ms_str regex, size_t at)
{
    size_t depth = 0;
    do {
        depth += regex.data[at] == '(' ? 1 : 0;
        depth -= regex.data[at] == ')' ? 1 : 0;
        at += token_length(regex, at);
    } while (at < regex.len && depth > 0);
    return at;
}

/* The kind of byte that must come next; MS_KIND_MIXED when that is not obvious. */
static ms_byte_kind next_kind(ms_str regex, size_t at, unsigned depth)
{
    while (at < regex.len && depth < MOST_LOOKED_INTO) {
        const char *p = regex.data + at;
        size_t n = token_length(regex, at);
        if (*p == '$') {
            return MS_KIND_OTHER;
        }
        if (*p == ')' && quantifier_at(regex, at + 1).length == 0) {
            at++;
            continue;
        }
        if (*p == '\\' && strchr("<>", p[1])) {
            at += 2;
            continue;
        }
        if (strchr("^|)*+?", *p) || (*p == '\\' && strchr("bBAZzG`'", p[1]))) {
            return MS_KIND_MIXED;
        }
        ms_byte_kind kind = kind_of(p, n);
        if (*p == '(') {
            size_t end = group_end(regex, at);
            size_t from = at + (strncmp(p, "(?:", 3) == 0 ? 3 : 1);
            if (p[1] == '?' && p[2] != ':') {
                return MS_KIND_MIXED;
            }
            kind = next_kind(regex, from, depth + 1);
            for (size_t bar = ms_alternative_end((ms_str){regex.data, end - 1}, from); bar < end - 1;
                 bar = ms_alternative_end((ms_str){regex.data, end - 1}, bar + 1)) {
                kind = next_kind(regex, bar + 1, depth + 1) == kind ? kind : MS_KIND_MIXED;
            }
            n = end - at;
        }
        quantifier q = quantifier_at(regex, at + n);
        if (q.length == 0 || q.min > 0 || kind == MS_KIND_MIXED) {
            return kind;
        }
        return next_kind(regex, at + n + q.length, depth + 1) == kind ? kind : MS_KIND_MIXED;
    }
    return MS_KIND_MIXED;
}

static void start_alternative(group *g, size_t at)
{
    g->alternative = at;
    g->dead = g->nonempty = g->begun = g->ended = false;
    g->asserts = true;
    g->last = MS_KIND_MIXED;
}

/* Takes an alternative that matches no line out. `last`: no other follows. */
static void end_alternative(translation *t, bool last)
{
    group *g = top(t);
    if (g->dead && !t->modes) {
        cut(t, g->alternative);
        if (last && g->nlive > 0) {
            cut(t, g->alternative - 1);
        } else if (last) {
            put_text(t, NEVER);
            g->all_nonempty = g->all_ended = true;
            g->all_last = MS_KIND_MIXED;
        }
    } else {
        g->all_nonempty = (g->nlive == 0 || g->all_nonempty) && g->nonempty;
        g->all_ended = (g->nlive == 0 || g->all_ended) && g->ended;
        g->all_last = g->nlive == 0 || g->all_last == g->last ? g->last : MS_KIND_MIXED;
        g->nlive++;
        put(t, "|", last ? 0 : 1);
    }
    start_alternative(g, t->to->len);
}

static void put_quantifier(translation *t, quantifier q)
{
    const char *typed = t->from.data + t->at;
    bool lower = typed[0] == '{' && typed[1] == ',';
    put(t, typed, 1);
    put(t, "0", lower ? 1 : 0);
    put(t, typed + 1, q.length - 1);
}

/* Applies all quantifiers that follow an atom: Hyperscan takes one, and none that repeats zero times. */
static void repeat(translation *t, atom *a)
{
    bool repeated = false;
    bool lazy = false;
    quantifier q;
    while ((q = quantifier_at(t->from, t->at)).length > 0) {
        const char *typed = t->from.data + t->at;
        if (q.max < q.min) {
            put_quantifier(t, q); /* refused */
        } else if (q.max == 0) {
            cut(t, a->start);
            put_text(t, "(?:)");
            *a = (atom){.start = a->start, .kind = MS_KIND_MIXED};
            repeated = false;
        } else if (repeated && !lazy && *typed == '?') {
            put(t, typed, 1);
            lazy = true;
        } else {
            insert(t, a->start, repeated ? "(?:" : "");
            put_text(t, repeated ? ")" : "");
            put_quantifier(t, q);
            a->nonempty = a->nonempty && q.min > 0;
            repeated = true;
            lazy = false;
        }
        t->at += q.length;
    }
}

/* Notes what the alternative is, now that this atom belongs to it. */
static void note_atom(translation *t, const atom *a)
{
    group *g = top(t);
    if (a->assertion) {
        return;
    }
    g->asserts = false;
    g->dead = g->dead || (g->ended && a->nonempty);
    g->last = a->nonempty || g->last == a->kind ? a->kind : MS_KIND_MIXED;
    g->nonempty = g->nonempty || a->nonempty;
}

/* An assertion is no operand: a quantifier after it is read as one at the beginning. */
static void finish_atom(translation *t, atom a)
{
    if (!a.assertion) {
        repeat(t, &a);
    }
    note_atom(t, &a);
}

static void put_begin(translation *t)
{
    group *g = top(t);
    atom a = {.start = t->to->len, .assertion = true, .kind = MS_KIND_MIXED};
    g->dead = g->dead || g->nonempty || g->preceded;
    if (!g->asserts) {
        put_text(t, "^");
    } else if (!g->begun) {
        insert(t, g->alternative, "^");
    }
    g->last = g->asserts ? MS_KIND_OTHER : MS_KIND_MIXED;
    g->begun = true;
    finish_atom(t, a);
}

static void put_end(translation *t)
{
    group *g = top(t);
    atom a = {.start = t->to->len, .assertion = true, .kind = MS_KIND_MIXED};
    put_text(t, "$");
    g->ended = true;
    finish_atom(t, a);
}

/* \< and \>: as \b where the characters before and after can be of one kind only, otherwise with a lookahead
 * or lookbehind. */
static void put_word_edge(translation *t, bool start)
{
    group *g = top(t);
    ms_byte_kind inside = start ? next_kind(t->from, t->at, 0) : g->last;
    ms_byte_kind outside = start ? g->last : next_kind(t->from, t->at, 0);
    atom a = {.start = t->to->len, .assertion = true, .kind = MS_KIND_MIXED};
    bool never = inside == MS_KIND_OTHER || outside == MS_KIND_WORD;
    bool known = (never && !t->modes) || inside == MS_KIND_WORD || outside == MS_KIND_OTHER;
    g->dead = g->dead || (never && !t->modes);
    put_text(t, known ? "\\b" : start ? "\\b(?=\\w)" : "\\b(?<=\\w)");
    finish_atom(t, a);
}

static void put_escape(translation *t, size_t n)
{
    const char *p = t->from.data + t->at;
    t->at += n;
    if (n == 2 && (p[1] == '<' || p[1] == '>')) {
        put_word_edge(t, p[1] == '<');
    } else if (n == 2 && p[1] == '`') {
        put_begin(t);
    } else if (n == 2 && p[1] == '\'') {
        put_end(t);
    } else {
        bool assertion = n == 2 && strchr("bBAzZG", p[1]);
        bool mixed = assertion || strchr("QEK123456789", p[1]) || p[1] == 0;
        atom a = {.start = t->to->len, .assertion = assertion, .nonempty = !mixed, .kind = kind_of(p, n)};
        put(t, p, n);
        finish_atom(t, a);
    }
}

/* A group, a comment or a mode, without its contents. */
static void open_group(translation *t, size_t n)
{
    const char *p = t->from.data + t->at;
    if (n > 1) {
        put(t, p, n); /* (?#...) */
        t->at += n;
        return;
    }
    size_t length = 1;
    if (is_pcre_group(p)) {
        length += 1 + strspn(p + 2, p[1] == '?' ? "imsxnJUX-^:#=!<>|P'R&+" : "");
    }
    const group *outer = top(t);
    bool preceded = outer->preceded || outer->nonempty;
    t->depth++;
    *top(t) = (group){.opening.start = t->to->len, .preceded = preceded};
    put(t, p, length);
    t->at += length;
    start_alternative(top(t), t->to->len);
}

static void close_group(translation *t)
{
    t->at++;
    end_alternative(t, true);
    const group *g = top(t);
    atom a = {.start = g->opening.start, .nonempty = g->all_nonempty, .kind = g->all_last};
    bool ended = g->all_ended;
    put_text(t, ")");
    t->depth--;
    quantifier q = quantifier_at(t->from, t->at);
    finish_atom(t, a);
    top(t)->ended = top(t)->ended || (ended && (q.length == 0 || q.min > 0));
}

static void put_token(translation *t)
{
    const char *p = t->from.data + t->at;
    size_t n = token_length(t->from, t->at);
    quantifier q = quantifier_at(t->from, t->at);
    if (q.length > 0) {
        t->at += q.length; /* without an operand */
    } else if (*p == '\\') {
        put_escape(t, n);
    } else if (*p == '(') {
        open_group(t, n);
    } else if (*p == ')' && t->depth > 0) {
        close_group(t);
    } else if (*p == '|') {
        t->at++;
        end_alternative(t, false);
    } else if (*p == '^' || *p == '$') {
        t->at++;
        (*p == '^' ? put_begin : put_end)(t);
    } else {
        atom a = {.start = t->to->len, .nonempty = true, .kind = kind_of(p, n)};
        t->at += n;
        if (*p == '[') {
            ms_posix_bracket_put(t->to, p, n);
        } else {
            put(t, "\\", *p == ')' || *p == '{' ? 1 : 0);
            put(t, p, n);
        }
        finish_atom(t, a);
    }
}

/* (?x) and \Q change what all that follows means; (?i) may be for the next alternative too. */
static bool is_translatable(translation *t)
{
    size_t ngroups = 0;
    for (size_t at = 0; at < t->from.len; at += token_length(t->from, at)) {
        const char *p = t->from.data + at;
        if (*p == '(') {
            ngroups++;
            size_t n = p[1] == '?' ? strspn(p + 2, "imsxnJUX-^") : 0;
            t->modes = t->modes || (n > 0 && p[2 + n] == ')');
            if (n > 0 && memchr(p + 2, 'x', n)) {
                return false;
            }
        }
        if (*p == '\\' && (p[1] == 'Q' || p[1] == 'E')) {
            return false;
        }
    }
    return t->from.len <= MOST_BYTES && ngroups <= MOST_GROUPS;
}

void ms_posix_ere_translate(ms_bytes *to, ms_str regex)
{
    translation t = {.to = to, .from = regex};
    size_t begin = to->len;
    if (!is_translatable(&t)) {
        ms_bytes_append(to, regex.data, regex.len);
        return;
    }
    start_alternative(top(&t), to->len);
    while (t.at < regex.len) {
        put_token(&t);
    }
    if (t.depth == 0) {
        end_alternative(&t, true);
    }
    if (to->len == begin) {
        ms_bytes_append(to, "(?:)", 4);
    }
}
