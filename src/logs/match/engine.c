#include "logs/match/engine.h"

#include "logs/compile/compile.h"
#include "logs/match/char_match.h"
#include "logs/prefilter/required.h"

void ms_engine_fini(ms_engine *engine)
{
    ms_byte_runs_fini(&engine->byte_runs);
    ms_use_tree_fini(&engine->use_tree);
    ms_verifier_fini(&engine->verifier);
    ms_compiled_fini(&engine->block);
    ms_compiled_fini(&engine->confirm);
    ms_compiled_fini(&engine->wide);
    ms_keywords_fini(&engine->required);
    *engine = (ms_engine){0};
}

static bool is_filtered(const ms_engine *engine)
{
    return engine->required.list.count > 0;
}

const ms_compiled *ms_engine_expressions(const ms_engine *engine)
{
    return is_filtered(engine) ? &engine->confirm : &engine->block;
}

static ms_code analyze_literals(ms_engine *engine, ms_err *err)
{
    ms_code code = ms_byte_runs_init(&engine->byte_runs, &engine->block.literals, &engine->verifier);
    if (code == MS_OK) {
        code = ms_use_tree_init(&engine->use_tree, &engine->block.literals, &engine->verifier);
    }
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for the keywords");
}

static ms_code compile_literals(ms_engine *engine, const ms_keywords *keywords, ms_err *err)
{
    MS_TRY(ms_verifier_init(&engine->verifier, keywords, err));
    return ms_compile_literals(&engine->block, &engine->verifier, true, err);
}

static ms_code compile_expressions(ms_engine *engine, const ms_keywords *keywords, ms_err *err)
{
    MS_TRY(ms_char_matcher_check(keywords, err));
    MS_TRY(ms_compile_regexes(&engine->block, keywords, MS_PATTERN_EXACT, HS_MODE_BLOCK, err));
    MS_TRY(ms_required_choose(&engine->required, keywords, err));
    if (engine->required.list.count == 0) {
        return MS_OK;
    }
    engine->confirm = engine->block;
    engine->block = (ms_compiled){0};
    ms_code code = compile_literals(engine, &engine->required, err);
    ms_bytes_fini(&engine->required.sample);
    return code;
}

ms_code ms_engine_compile(ms_engine *engine, const ms_keywords *keywords, ms_err *err)
{
    ms_code code = MS_OK;
    if (keywords->regex) {
        MS_TRY_OR(fini, compile_expressions(engine, keywords, err));
    } else {
        MS_TRY_OR(fini, compile_literals(engine, keywords, err));
        MS_TRY_OR(fini, analyze_literals(engine, err));
    }
    return MS_OK;
fini:
    ms_engine_fini(engine);
    return code;
}

ms_code ms_engine_widen(ms_engine *engine, const ms_keywords *keywords, hs_scratch_t **scratch, ms_err *err)
{
    ms_compiled *wide = &engine->wide;
    if (wide->traits) {
        return MS_OK;
    }
    MS_TRY(
        ms_compile_later(wide, &engine->wide_refused, keywords, MS_PATTERN_CANDIDATES, HS_MODE_BLOCK, err));
    return !wide->db || hs_alloc_scratch(wide->db, scratch) == HS_SUCCESS
               ? MS_OK
               : ms_err_set(err, MS_NOMEM, 0, "out of memory for the keywords");
}

ms_code ms_engine_drop_qgram_filter(ms_engine *engine, hs_scratch_t **scratch, ms_err *err)
{
    ms_compiled block = {0};
    ms_byte_runs byte_runs = {0};
    ms_use_tree use_tree = {0};
    bool filtered = is_filtered(engine);
    ms_code code = ms_compile_literals(&block, &engine->verifier, false, err);
    if (code == MS_OK &&
        ((!filtered && (ms_byte_runs_init(&byte_runs, &block.literals, &engine->verifier) != MS_OK ||
                        ms_use_tree_init(&use_tree, &block.literals, &engine->verifier) != MS_OK)) ||
         hs_alloc_scratch(block.db, scratch) != HS_SUCCESS)) {
        code = ms_err_set(err, MS_NOMEM, 0, "out of memory for the keywords");
    }
    if (code != MS_OK) {
        ms_byte_runs_fini(&byte_runs);
        ms_use_tree_fini(&use_tree);
        ms_compiled_fini(&block);
        return code;
    }
    ms_compiled_fini(&engine->block);
    ms_byte_runs_fini(&engine->byte_runs);
    ms_use_tree_fini(&engine->use_tree);
    engine->block = block;
    engine->byte_runs = byte_runs;
    engine->use_tree = use_tree;
    return MS_OK;
}

static ms_code put_compiled(const ms_compiled *compiled, ms_bytes *to, ms_err *err)
{
    ms_bytes bytes = {0};
    bool present = compiled->db || compiled->literals.stride > 0 || compiled->ntraits > 0;
    ms_code code = present ? ms_compiled_encode(compiled, &bytes, err) : MS_OK;
    ms_bytes_put_blob(to, bytes.data, bytes.len);
    if (code == MS_OK && ms_bytes_check(to) != MS_OK) {
        code = ms_err_set(err, MS_NOMEM, 0, "out of memory for the compiled keywords");
    }
    ms_bytes_fini(&bytes);
    return code;
}

ms_code ms_engine_encode(const ms_engine *engine, ms_bytes *to, ms_err *err)
{
    ms_bytes strings = {0};
    ms_code code = ms_str_list_encode(&engine->required.list, &strings);
    ms_bytes_put_u8(to, is_filtered(engine) ? 1 : 0);
    ms_bytes_put_blob(to, strings.data, strings.len);
    ms_bytes_fini(&strings);
    if (code != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the compiled keywords");
    }
    MS_TRY(put_compiled(&engine->block, to, err));
    return put_compiled(&engine->confirm, to, err);
}

/* There are required strings exactly when the expressions are filtered. */
static ms_code read_required(ms_engine *engine, bool filtered, ms_reader *reader)
{
    size_t n = 0;
    const uint8_t *data = ms_reader_blob(reader, &n);
    ms_reader strings = ms_reader_over(data, n);
    ms_code code = reader->failed ? MS_FORMAT : ms_str_list_decode(&engine->required.list, &strings);
    const ms_str_list *list = &engine->required.list;
    bool good = code == MS_OK && ms_reader_left(&strings) == 0 && (list->count > 0) == filtered;
    return good || code == MS_NOMEM ? code : MS_FORMAT;
}

static ms_code read_engine(ms_engine *engine, const ms_keywords *keywords, ms_reader *reader, ms_err *err)
{
    uint8_t filtered = ms_reader_u8(reader);
    ms_code code =
        filtered > (keywords->regex ? 1 : 0) ? MS_FORMAT : read_required(engine, filtered > 0, reader);
    size_t nblock = 0;
    size_t nconfirm = 0;
    const uint8_t *block = ms_reader_blob(reader, &nblock);
    const uint8_t *confirm = ms_reader_blob(reader, &nconfirm);
    if (code != MS_OK || reader->failed || ms_reader_left(reader) > 0 || (nconfirm > 0) != (filtered > 0)) {
        return ms_err_set(err, code == MS_NOMEM ? MS_NOMEM : MS_FORMAT, 0,
                          "the compiled keywords are damaged");
    }
    engine->required.ignore_case = keywords->ignore_case;
    const ms_keywords *searched = filtered ? &engine->required : keywords;
    if (!searched->regex) {
        MS_TRY(ms_verifier_init(&engine->verifier, searched, err));
    }
    MS_TRY(ms_compiled_decode(&engine->block, searched, engine->verifier.variants, block, nblock, err));
    if (filtered) {
        MS_TRY(ms_compiled_decode(&engine->confirm, keywords, NULL, confirm, nconfirm, err));
    }
    return keywords->regex ? MS_OK : analyze_literals(engine, err);
}

ms_code ms_engine_decode(ms_engine *engine, const ms_keywords *keywords, const void *data, size_t n,
                         ms_err *err)
{
    ms_reader reader = ms_reader_over(data, n);
    ms_code code = read_engine(engine, keywords, &reader, err);
    if (code != MS_OK) {
        ms_engine_fini(engine);
    }
    return code;
}
