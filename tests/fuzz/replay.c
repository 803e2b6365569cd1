/* Runs a fuzz target without libFuzzer: every file of its corpus, then mutations of them that a fixed seed
 * determines. replay CORPUS MUTATIONS [ONLY]: with ONLY, nothing but that mutation is run, and its bytes go
 * to standard output. */
#include "fuzz.h"

#include "chance.h"

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { MOST_FILES = 256, MOST_BYTES = 1 << 16, MUTANT_BYTES = 4096 };

typedef struct input {
    uint8_t *data;
    size_t n;
} input;

static volatile sig_atomic_t running; /* the mutation at hand, for the handler */

static void on_crash(int number)
{
    char text[64];
    int n = snprintf(text, sizeof text, "replay: signal %d in mutation %d\n", number, (int)running);
    ssize_t written = write(STDERR_FILENO, text, n > 0 ? (size_t)n : 0);
    (void)written;
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static bool read_file(const char *directory, const char *name, input *to)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "rb");
    to->data = malloc(MOST_BYTES);
    to->n = file && to->data ? fread(to->data, 1, MOST_BYTES, file) : 0;
    bool ok = file && to->data && !ferror(file);
    if (file) {
        (void)fclose(file);
    }
    return ok;
}

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Loads the corpus in the order of the names; the number of files, or 0. */
static size_t load(const char *directory, input *to)
{
    struct dirent **names = NULL;
    int n = scandir(directory, &names, is_file, alphasort);
    size_t loaded = 0;
    for (int i = 0; i < n; i++) {
        if (loaded < MOST_FILES && read_file(directory, names[i]->d_name, &to[loaded])) {
            loaded++;
        }
        free(names[i]);
    }
    free(names);
    return n > 0 && loaded == (size_t)n ? loaded : 0;
}

/* In a block of exactly its size, so that a sanitizer sees a read beyond it. */
static void run(const uint8_t *data, size_t n)
{
    uint8_t *exact = malloc(n > 0 ? n : 1);
    FUZZ_CHECK(exact);
    memcpy(exact, data, n);
    FUZZ_CHECK(LLVMFuzzerTestOneInput(exact, n) == 0);
    free(exact);
}

static void insert(input *at, size_t where, const uint8_t *data, size_t n)
{
    if (at->n + n <= MUTANT_BYTES) {
        memmove(at->data + where + n, at->data + where, at->n - where);
        memcpy(at->data + where, data, n);
        at->n += n;
    }
}

static void mutate_once(input *to, const input *other, chance *c)
{
    static const uint8_t telling[] = {0, 1, 0x7F, 0x80, 0xFF, '\n', '\r', ' ', '(', '\\', '=', '-', 'a', '_'};
    size_t where = chance_below(c, to->n + 1);
    size_t kind = chance_below(c, 7);
    uint8_t byte = telling[chance_below(c, sizeof telling)];
    if (kind == 0 && where < to->n) {
        to->data[where] ^= (uint8_t)(1U << chance_below(c, 8));
    } else if (kind == 1 && where < to->n) {
        to->data[where] = byte;
    } else if (kind == 2) {
        insert(to, where, &byte, 1);
    } else if (kind == 3 && where < to->n) {
        size_t n = 1 + chance_below(c, to->n - where);
        memmove(to->data + where, to->data + where + n, to->n - where - n);
        to->n -= n;
    } else if (kind == 4 && other->n > 0) {
        size_t from = chance_below(c, other->n);
        insert(to, where, other->data + from, 1 + chance_below(c, other->n - from));
    } else if (kind == 5) {
        to->n = where;
    } else if (where < to->n) {
        to->data[where] = (uint8_t)chance_next(c);
    }
}

static void mutate(input *to, const input *corpus, size_t ncorpus, uint64_t number)
{
    chance c = {number * 0x5851F42D4C957F2DU + 1};
    const input *from = &corpus[chance_below(&c, ncorpus)];
    to->n = from->n < MUTANT_BYTES ? from->n : MUTANT_BYTES;
    memcpy(to->data, from->data, to->n);
    for (size_t times = 1 + chance_below(&c, 6); times > 0; times--) {
        mutate_once(to, &corpus[chance_below(&c, ncorpus)], &c);
    }
}

int main(int argc, char **argv)
{
    static input corpus[MOST_FILES];
    static uint8_t buffer[MUTANT_BYTES];
    input mutant = {.data = buffer};
    size_t ncorpus = argc >= 3 ? load(argv[1], corpus) : 0;
    if (ncorpus == 0) {
        (void)fprintf(stderr, "usage: %s CORPUS MUTATIONS [ONLY]; the corpus must hold files\n", argv[0]);
        return EXIT_FAILURE;
    }
    (void)signal(SIGABRT, on_crash);
    (void)signal(SIGSEGV, on_crash);
    int from = argc > 3 ? atoi(argv[3]) : 0;
    int to = argc > 3 ? from + 1 : atoi(argv[2]);
    for (size_t i = 0; i < ncorpus && argc == 3; i++) {
        running = -1 - (int)i;
        run(corpus[i].data, corpus[i].n);
    }
    for (int number = from; number < to; number++) {
        running = number;
        mutate(&mutant, corpus, ncorpus, (uint64_t)number);
        if (argc > 3) {
            (void)fwrite(mutant.data, 1, mutant.n, stdout);
            (void)fflush(stdout);
        }
        run(mutant.data, mutant.n);
    }
    for (size_t i = 0; i < ncorpus; i++) {
        free(corpus[i].data);
    }
    return EXIT_SUCCESS;
}
