/* Suite of config/options.c: is the table sound? */
#include "config/config_internal.h"

#include "unit.h"

#include <ctype.h>
#include <string.h>

/* Every field that an option may set, with its type: b bool, u uint64_t, d double, t text, n names, e enum, s
 * shard.
 */
#define FIELD(member)                                                                                        \
    {                                                                                                        \
#member, offsetof(ms__parsed, member),                                                               \
            _Generic(((const ms__parsed *)NULL)->member,                                                     \
                bool: 'b',                                                                                   \
                uint64_t: 'u',                                                                               \
                double: 'd',                                                                                 \
                const char *: 't',                                                                           \
                ms_str_list: 'n',                                                                               \
                ms_shard: 's',                                                                               \
                unsigned: 'e')       \
    }

static const struct {
    const char *name;
    size_t offset;
    char type;
} fields[] = {
    FIELD(settings.command),
    FIELD(settings.keywords),
    FIELD(settings.keyword_files),
    FIELD(settings.and_keywords),
    FIELD(settings.not_keywords),
    FIELD(settings.invert),
    FIELD(settings.files_without_match),
    FIELD(settings.max_count),
    FIELD(settings.quiet),
    FIELD(settings.event_start),
    FIELD(settings.ignore_case),
    FIELD(settings.word),
    FIELD(settings.whole_line),
    FIELD(syntax),
    FIELD(settings.include),
    FIELD(settings.exclude),
    FIELD(settings.files_from),
    FIELD(settings.null_separated),
    FIELD(settings.follow),
    FIELD(settings.encoding),
    FIELD(settings.journal_fields),
    FIELD(settings.text),
    FIELD(settings.max_depth),
    FIELD(settings.shard),
    FIELD(settings.max_decompressed),
    FIELD(settings.max_ratio),
    FIELD(settings.memlimit_decompress),
    FIELD(view),
    FIELD(settings.files_with_matches),
    FIELD(before),
    FIELD(after),
    FIELD(around),
    FIELD(settings.max_line),
    FIELD(settings.max_listing),
    FIELD(settings.format),
    FIELD(settings.output),
    FIELD(settings.result),
    FIELD(settings.color),
    FIELD(settings.progress),
    FIELD(settings.grep_status),
    FIELD(settings.baseline),
    FIELD(settings.repeat),
    FIELD(settings.files),
    FIELD(settings.lines_a_file),
    FIELD(settings.inject),
    FIELD(settings.seed),
    FIELD(settings.style),
    FIELD(settings.gray_dir),
    FIELD(settings.formula),
    FIELD(settings.target),
    FIELD(settings.strip),
    FIELD(settings.image_memory),
    FIELD(settings.image_timeout),
    FIELD(settings.max_pixels),
    FIELD(settings.max_scans),
    FIELD(settings.count),
    FIELD(settings.megapixels),
    FIELD(settings.chunk_size),
    FIELD(settings.buffer_size),
    FIELD(settings.split_size),
    FIELD(settings.journal),
    FIELD(settings.resume),
    FIELD(settings.journal_every),
    FIELD(settings.stall_warning),
    FIELD(settings.no_steal),
    FIELD(settings.simulate),
    FIELD(settings.drop_cache),
};
#define NFIELDS (sizeof fields / sizeof fields[0])

static const char types[] = {
    [MS__KIND_FLAG] = 'b',     [MS__KIND_PICK] = 'e',   [MS__KIND_NUMBER] = 'u', [MS__KIND_SIZE] = 'u',
    [MS__KIND_FRACTION] = 'd', [MS__KIND_TEXT] = 't',   [MS__KIND_LIST] = 'n',   [MS__KIND_GLOBS] = 'n',
    [MS__KIND_KEYWORDS] = 'n', [MS__KIND_CHOICE] = 'e', [MS__KIND_SHARD] = 's',
};

TEST(kind_fits_field)
{
    for (size_t i = 0; i < ms__noptions; i++) {
        const ms__option *option = &ms__options[i];
        size_t f = 0;
        while (f < NFIELDS && fields[f].offset != option->offset) {
            f++;
        }
        ck_assert_msg(f < NFIELDS, "--%s points to no field", option->name);
        ck_assert_msg(types[option->kind] == fields[f].type, "--%s: wrong kind for %s", option->name,
                      fields[f].name);
    }
}

TEST(every_field_has_an_option)
{
    for (size_t f = 0; f < NFIELDS; f++) {
        size_t n = 0;
        bool candidates = true;
        bool apart = true; /* no command has two of them */
        unsigned seen = 0;
        for (size_t i = 0; i < ms__noptions; i++) {
            if (ms__options[i].offset == fields[f].offset) {
                n++;
                candidates = candidates && ms__options[i].kind == MS__KIND_PICK;
                apart = apart && (seen & ms__options[i].commands) == 0;
                seen |= ms__options[i].commands;
            }
        }
        ck_assert_msg(n == 1 || (n > 1 && (candidates || apart)), "%s is set by %zu options", fields[f].name,
                      n);
    }
}

TEST(no_command_takes_a_name_twice)
{
    for (size_t i = 0; i < ms__noptions; i++) {
        for (size_t k = i + 1; k < ms__noptions; k++) {
            const ms__option *a = &ms__options[i];
            const ms__option *b = &ms__options[k];
            bool together = (a->commands & b->commands) != 0;
            ck_assert_msg(!together || strcmp(a->name, b->name) != 0, "--%s twice", a->name);
            ck_assert_msg(!together || a->short_name == 0 || a->short_name != b->short_name, "-%c twice",
                          a->short_name);
        }
    }
}

TEST(rows_are_whole)
{
    for (size_t i = 0; i < ms__noptions; i++) {
        const ms__option *option = &ms__options[i];
        bool bare = option->kind == MS__KIND_FLAG || option->kind == MS__KIND_PICK;
        bool ranged = option->kind == MS__KIND_NUMBER || option->kind == MS__KIND_SIZE ||
                      option->kind == MS__KIND_FRACTION || option->kind == MS__KIND_SHARD;
        ck_assert_ptr_nonnull(option->name);
        ck_assert_ptr_nonnull(option->help);
        ck_assert_uint_ge(strlen(option->name), 2);
        ck_assert_uint_ne(option->commands, 0);
        ck_assert_msg(bare == (option->value == NULL), "--%s: value and kind", option->name);
        ck_assert_msg(ranged ? option->min < option->max : option->max == 0, "--%s: range", option->name);
        ck_assert_msg(option->kind == MS__KIND_FRACTION || option->parts == 0, "--%s: parts", option->name);
        ck_assert_msg((option->kind == MS__KIND_CHOICE) == (option->choices != NULL), "--%s", option->name);
        ck_assert_msg(!bare || !option->initial, "--%s: a default without a value", option->name);
        ck_assert_msg(option->short_name == 0 || isalnum(option->short_name), "-%c", option->short_name);
        ck_assert_int_lt(option->group, MS__GROUP_COUNT);
    }
    ck_assert_uint_gt(ms__noptions, 30);
}

TEST(defaults_are_accepted)
{
    for (size_t i = 0; i < ms__noptions; i++) {
        ms__parsed parsed = {0};
        ms_err err = {0};
        if (ms__options[i].initial) {
            ms_code code = ms__store(&parsed, &ms__options[i], ms__options[i].initial, &err);
            ck_assert_msg(code == MS_OK, "%s", err.text);
        }
        ms_settings_fini(&parsed.settings);
    }
}

/* A command's bit in ms__option.commands is its own. */
TEST(commands_have_bits)
{
    unsigned seen = 0;
    for (unsigned id = MS_COMMAND_NONE; id <= MS_COMMAND_MAN; id++) {
        ck_assert_uint_lt(id, 32);
        ck_assert_uint_eq(seen & MS__IN(id), 0);
        seen |= MS__IN(id);
    }
    for (size_t i = 0; i < ms__ncommands; i++) {
        ck_assert_uint_le((unsigned)ms__commands[i].id, MS_COMMAND_MAN);
    }
}

TEST(commands_are_whole)
{
    ck_assert_int_eq(ms__commands[0].id, MS_COMMAND_NONE);
    for (size_t i = 1; i < ms__ncommands; i++) {
        const ms__command *command = &ms__commands[i];
        char name[64] = "";
        for (size_t w = 0; command->words[w]; w++) {
            strcat(name, w == 0 ? "" : " ");
            strcat(name, command->words[w]);
        }
        ck_assert_str_eq(name, command->name);
        ck_assert_ptr_nonnull(command->help);
        ck_assert_uint_le(command->min_operands, command->max_operands);
        ck_assert(command->max_operands == SIZE_MAX || command->what);
    }
}
