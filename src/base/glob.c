#include "base/glob.h"

#include "base/escape.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_OPS = 1 << 16, MAX_DEPTH = 32 };

typedef enum op_kind {
    OP_CHAR,     /* the character a */
    OP_ANY,      /* any character but '/' */
    OP_ANYTHING, /* any character */
    OP_CLASS,    /* one of the a ranges that follow; b: none of them. Never '/' */
    OP_RANGE,    /* a..b */
    OP_SPLIT,    /* continues at a and at b */
    OP_JUMP,     /* continues at a */
    OP_MATCH
} op_kind;

struct ms_glob_op {
    op_kind kind;
    uint32_t a, b;
};

typedef struct compiling {
    const uint8_t *at; /* the rest of the pattern, which ends with NUL */
    const uint8_t *end;
    ms_glob *glob;
    uint32_t cap;
    unsigned depth; /* of braces */
    bool at_start;  /* of a path component */
    ms_err *err;
} compiling;

void ms_glob_fini(ms_glob *glob)
{
    free(glob->ops);
    free(glob->marks);
    *glob = (ms_glob){0};
}

/* The next character; an invalid byte is one above all of Unicode. */
static uint32_t next_char(const uint8_t **at, const uint8_t *end)
{
    uint32_t rune = 0;
    size_t n = ms_utf8_decode(*at, (size_t)(end - *at), &rune);
    rune = n > 0 ? rune : UINT32_C(0x110000) + **at;
    *at += n > 0 ? n : 1;
    return rune;
}

static ms_code put(compiling *c, op_kind kind, uint32_t a, uint32_t b)
{
    ms_glob *glob = c->glob;
    if (glob->nops == MAX_OPS) {
        return ms_err_set(c->err, MS_USAGE, 0, "too long");
    }
    if (glob->nops == c->cap) {
        uint32_t cap = c->cap > 0 ? 2 * c->cap : 32;
        ms_glob_op *ops = reallocarray(glob->ops, cap, sizeof *ops);
        if (!ops) {
            return ms_err_set(c->err, MS_NOMEM, 0, "out of memory for a glob");
        }
        glob->ops = ops;
        c->cap = cap;
    }
    glob->ops[glob->nops++] = (ms_glob_op){kind, a, b};
    return MS_OK;
}

/* Any number of characters, at least `least` (0 or 1). */
static ms_code put_many(compiling *c, op_kind kind, unsigned least)
{
    if (least > 0) {
        MS_TRY(put(c, kind, 0, 0));
    }
    uint32_t loop = c->glob->nops;
    MS_TRY(put(c, OP_SPLIT, loop + 1, loop + 3));
    MS_TRY(put(c, kind, 0, 0));
    return put(c, OP_JUMP, loop, 0);
}

/* The directories of a leading or inner "**" and '/': none, or any characters and a slash. */
static ms_code put_directories(compiling *c)
{
    uint32_t split = c->glob->nops;
    MS_TRY(put(c, OP_SPLIT, split + 1, 0));
    MS_TRY(put_many(c, OP_ANYTHING, 0));
    MS_TRY(put(c, OP_CHAR, '/', 0));
    c->glob->ops[split].b = c->glob->nops;
    return MS_OK;
}

static ms_code read_stars(compiling *c)
{
    size_t n = 0;
    bool first = c->glob->nops == 0;
    bool at_start = c->at_start;
    for (; *c->at == '*'; c->at++) {
        n++;
    }
    bool ends = c->at == c->end || (c->depth > 0 && (*c->at == ',' || *c->at == '}'));
    c->at_start = false;
    if (n == 2 && at_start && c->at < c->end && *c->at == '/') {
        c->at++;
        c->at_start = true;
        return put_directories(c);
    }
    if (n == 2 && at_start && ends) {
        return put_many(c, OP_ANYTHING, first ? 0 : 1);
    }
    return put_many(c, OP_ANY, 0);
}

static const struct {
    const char *name;
    struct {
        unsigned char low, high;
    } ranges[4];
} posix_classes[] = {
    {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
    {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
    {"blank", {{' ', ' '}, {'\t', '\t'}}},
    {"cntrl", {{1, 31}, {127, 127}}},
    {"digit", {{'0', '9'}}},
    {"graph", {{'!', '~'}}},
    {"lower", {{'a', 'z'}}},
    {"print", {{' ', '~'}}},
    {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
    {"space", {{' ', ' '}, {'\t', '\r'}}},
    {"upper", {{'A', 'Z'}}},
    {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
};

/* "[:name:]" at c->at: *ranges is how many were put; 0: it is none. */
static ms_code read_posix_class(compiling *c, uint32_t *ranges)
{
    *ranges = 0;
    for (size_t i = 0; i < sizeof posix_classes / sizeof posix_classes[0]; i++) {
        size_t n = strlen(posix_classes[i].name);
        if (strncmp((const char *)c->at, "[:", 2) != 0 ||
            strncmp((const char *)c->at + 2, posix_classes[i].name, n) != 0 ||
            strncmp((const char *)c->at + 2 + n, ":]", 2) != 0) {
            continue;
        }
        c->at += n + 4;
        for (size_t k = 0; k < 4 && posix_classes[i].ranges[k].low > 0; k++) {
            MS_TRY(put(c, OP_RANGE, posix_classes[i].ranges[k].low, posix_classes[i].ranges[k].high));
            ++*ranges;
        }
    }
    return MS_OK;
}

/* A character of a class, '\' being before one that is meant itself. */
static uint32_t class_char(compiling *c)
{
    c->at += *c->at == '\\' && c->at + 1 < c->end ? 1 : 0;
    return next_char(&c->at, c->end);
}

/* One character or range of a class. */
static ms_code read_class_item(compiling *c)
{
    uint32_t low = class_char(c);
    uint32_t high = low;
    if (c->at[0] == '-' && c->at + 1 < c->end && c->at[1] != ']') {
        c->at++;
        high = class_char(c);
    }
    return low <= high ? put(c, OP_RANGE, low, high)
                       : ms_err_set(c->err, MS_USAGE, 0, "a range is in the wrong order");
}

/* After the '['. */
static ms_code read_class(compiling *c)
{
    uint32_t begin = c->glob->nops;
    bool negated = *c->at == '!' || *c->at == '^';
    c->at += negated ? 1 : 0;
    MS_TRY(put(c, OP_CLASS, 0, negated));
    for (const uint8_t *first = c->at; c->at < c->end && (*c->at != ']' || c->at == first);) {
        uint32_t nranges = 0;
        MS_TRY(read_posix_class(c, &nranges));
        if (nranges == 0) {
            MS_TRY(read_class_item(c));
        }
    }
    if (c->at == c->end) {
        return ms_err_set(c->err, MS_USAGE, 0, "'[' without ']'");
    }
    c->at++;
    c->glob->ops[begin].a = c->glob->nops - begin - 1;
    return MS_OK;
}

static ms_code read_braces(compiling *c);

/* One element of the pattern. */
static ms_code read_one(compiling *c)
{
    bool at_start = c->at_start;
    switch (*c->at) {
    case '*':
        return read_stars(c);
    case '{':
        c->at++;
        return read_braces(c);
    case '}':
        return ms_err_set(c->err, MS_USAGE, 0, "'}' without '{'");
    default:
        break;
    }
    c->at_start = false;
    if (*c->at == '?' || *c->at == '[') {
        bool any = *c->at++ == '?';
        return any ? put(c, OP_ANY, 0, 0) : read_class(c);
    }
    if (*c->at == '\\' && ++c->at == c->end) {
        return ms_err_set(c->err, MS_USAGE, 0, "ends with a backslash");
    }
    uint32_t rune = next_char(&c->at, c->end);
    c->at_start = rune == '/';
    return rune == '/' && at_start && c->glob->nops > 0 ? MS_OK : put(c, OP_CHAR, rune, 0);
}

/* After the '{': a split before each alternative, a jump to the end after it. */
static ms_code read_braces(compiling *c)
{
    bool at_start = c->at_start;
    bool ends_at_start = false;
    uint32_t jumps = 0; /* the last one, which leads to the one before it; 0: none */
    if (++c->depth > MAX_DEPTH) {
        return ms_err_set(c->err, MS_USAGE, 0, "too many nested '{'");
    }
    for (bool more = true; more;) {
        uint32_t split = c->glob->nops;
        MS_TRY(put(c, OP_SPLIT, split + 1, 0));
        c->at_start = at_start;
        while (c->at < c->end && *c->at != ',' && *c->at != '}') {
            MS_TRY(read_one(c));
        }
        if (c->at == c->end) {
            return ms_err_set(c->err, MS_USAGE, 0, "'{' without '}'");
        }
        more = *c->at++ == ',';
        ends_at_start = ends_at_start || c->at_start;
        MS_TRY(put(c, OP_JUMP, jumps, 0));
        jumps = c->glob->nops - 1;
        c->glob->ops[split].b = more ? c->glob->nops : split + 1;
    }
    for (uint32_t next = 0; jumps > 0; jumps = next) {
        next = c->glob->ops[jumps].a;
        c->glob->ops[jumps].a = c->glob->nops;
    }
    c->at_start = ends_at_start;
    c->depth--;
    return MS_OK;
}

/* Sets what the slashes of the pattern say, and takes them off its ends. */
static void read_slashes(compiling *c)
{
    const uint8_t *begin = c->at;
    while (begin[0] == '.' && begin[1] == '/') {
        begin += 2;
        begin += strspn((const char *)begin, "/");
        c->glob->is_path = true;
    }
    c->glob->is_absolute = begin == c->at && *begin == '/';
    c->glob->is_path = c->glob->is_path || c->glob->is_absolute;
    begin += strspn((const char *)begin, "/");
    const uint8_t *end = begin + strlen((const char *)begin);
    while (end > begin && end[-1] == '/' && !(end - begin > 1 && end[-2] == '\\')) {
        end--;
        c->glob->is_directory = true;
    }
    const uint8_t *slash = memrchr(begin, '/', (size_t)(end - begin));
    const uint8_t *last = slash ? slash + 1 : begin;
    c->glob->is_path = c->glob->is_path || slash;
    c->glob->ends_literally = strcspn((const char *)last, "*?[{\\") >= (size_t)(end - last);
    c->at = begin;
    c->end = end;
}

static ms_code compile(compiling *c)
{
    read_slashes(c);
    while (c->at < c->end) {
        MS_TRY(read_one(c));
    }
    MS_TRY(put(c, OP_MATCH, 0, 0));
    c->glob->marks = calloc(c->glob->nops, 4 * sizeof *c->glob->marks);
    return c->glob->marks ? MS_OK : ms_err_set(c->err, MS_NOMEM, 0, "out of memory for a glob");
}

ms_code ms_glob_init(ms_glob *glob, const char *pattern, ms_err *err)
{
    *glob = (ms_glob){0};
    compiling c = {.at = (const uint8_t *)pattern, .glob = glob, .at_start = true, .err = err};
    ms_code code = compile(&c);
    if (code != MS_OK) {
        ms_glob_fini(glob);
    }
    return code;
}

/* Operations that wait for the next character. */
typedef struct threads {
    uint32_t *list;
    uint32_t n;
} threads;

/* Adds operation `pc`, or those that it leads to without a character; `seen` has `step` for those that are
 * there. `stack`: scratch. */
static void add(const ms_glob *glob, threads *to, uint32_t pc, uint32_t *seen, uint32_t step, uint32_t *stack)
{
    uint32_t n = 0;
    stack[n++] = pc;
    seen[pc] = step;
    while (n > 0) {
        pc = stack[--n];
        const ms_glob_op *op = &glob->ops[pc];
        if (op->kind != OP_SPLIT && op->kind != OP_JUMP) {
            to->list[to->n++] = pc;
            continue;
        }
        if (seen[op->a] != step) {
            seen[op->a] = step;
            stack[n++] = op->a;
        }
        if (op->kind == OP_SPLIT && seen[op->b] != step) {
            seen[op->b] = step;
            stack[n++] = op->b;
        }
    }
}

static bool in_class(const ms_glob_op *op, uint32_t rune)
{
    bool found = false;
    for (uint32_t i = 1; i <= op->a && !found; i++) {
        found = rune >= op[i].a && rune <= op[i].b;
    }
    return rune != '/' && found == (op->b == 0);
}

/* Does the operation take this character? *next: where it continues. */
static bool takes(const ms_glob *glob, uint32_t pc, uint32_t rune, uint32_t *next)
{
    const ms_glob_op *op = &glob->ops[pc];
    *next = pc + 1 + (op->kind == OP_CLASS ? op->a : 0);
    return (op->kind == OP_CHAR && rune == op->a) || (op->kind == OP_ANY && rune != '/') ||
           op->kind == OP_ANYTHING || (op->kind == OP_CLASS && in_class(op, rune));
}

bool ms_glob_matches(ms_glob *glob, const char *name, size_t n)
{
    const uint8_t *at = (const uint8_t *)name;
    const uint8_t *end = at + n;
    uint32_t *seen = glob->marks + 2 * glob->nops;
    uint32_t *stack = glob->marks + 3 * glob->nops;
    threads now = {.list = glob->marks};
    threads then = {.list = glob->marks + glob->nops};
    uint32_t step = 1;
    memset(seen, 0, glob->nops * sizeof *seen);
    add(glob, &now, 0, seen, step, stack);
    while (at < end && now.n > 0) {
        uint32_t rune = next_char(&at, end);
        step++;
        then.n = 0;
        for (uint32_t i = 0; i < now.n; i++) {
            uint32_t next = 0;
            if (takes(glob, now.list[i], rune, &next) && seen[next] != step) {
                add(glob, &then, next, seen, step, stack);
            }
        }
        threads swapped = now;
        now = then;
        then = swapped;
    }
    bool matches = false;
    for (uint32_t i = 0; i < now.n; i++) {
        matches = matches || glob->ops[now.list[i]].kind == OP_MATCH;
    }
    return at == end && matches;
}
