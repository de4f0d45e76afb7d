/* Recordings in and out of the state file: `export` and `import`. */
#include "cli/commands.h"

#include "call/record.h"
#include "codec/json.h"
#include "eval/run.h"
#include "io/file.h"

enum { RECORDING_BYTES = 1 << 30 };

struct exporting {
	struct fl_store *store;
	struct fl_buf *out;
	struct fl_map seen; /* keys written, so that shared draws stand there once */
	struct fl_arena keys, scratch;
	size_t count;
	enum fl_code code;
	struct fl_err *err;
};

static bool export_cell(void *arg, const struct fl_run_cell *c)
{
	struct exporting *e = arg;
	for (size_t at = 0; at + FL_CELL_KEY <= c->keys.n && e->code == FL_OK; at += FL_CELL_KEY) {
		struct fl_str key = fl_str_sub(c->keys, at, at + FL_CELL_KEY);
		struct fl_exchange x;
		if (fl_map_get(&e->seen, key))
			continue;
		fl_map_put(&e->seen, fl_arena_dup(&e->keys, key), e);
		fl_arena_reset(&e->scratch);
		enum fl_code found = fl_exchange_read(e->store, (const uint8_t *)key.p, &e->scratch, &x, e->err);
		if (found == FL_E_NOT_FOUND)
			continue; /* the draw failed: there is nothing to keep */
		e->code = found;
		if (found == FL_OK && !fl_exchange_write(&x, e->out))
			e->code = fl_err_set(e->err, FL_E_LIMIT, "the recording is larger than 1 GiB");
		e->count += e->code == FL_OK;
	}
	return e->code == FL_OK;
}

static bool is_gzip(struct fl_str path)
{
	return fl_str_ends(path, FL_S(".gz"));
}

static void print_count(struct fl_cli *cli, const char *schema, const char *what, size_t n, size_t of)
{
	if (!cli->json) {
		fl_buf_printf(&cli->out, "%zu exchanges %s", n, what);
		if (of != n)
			fl_buf_printf(&cli->out, "; %zu were there already", of - n);
		fl_buf_z(&cli->out, ".\n");
		return;
	}
	struct fl_json_writer w;
	fl_json_begin(&w, &cli->out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "schema", fl_str_from(schema));
	fl_json_member_u64(&w, what, n);
	fl_json_member_u64(&w, "exchanges", of);
	fl_json_close(&w);
	if (fl_json_done(&w))
		fl_buf_char(&cli->out, '\n');
}

static enum fl_code run_export(struct fl_cli *cli, struct fl_err *err)
{
	struct fl_buf out;
	struct fl_str path = cli->argument.p[1];
	struct fl_loop *loop = fl_loop_create();
	struct exporting e = {.out = &out, .err = err};
	enum fl_code code = fl_cli_store(cli, loop, &e.store, err);
	if (code == FL_OK) {
		fl_buf_init(&out, RECORDING_BYTES);
		fl_map_init(&e.seen);
		fl_arena_init(&e.keys);
		fl_arena_init(&e.scratch);
		code = fl_run_cells(e.store, cli->argument.p[0], FL_S(""), false, 0, export_cell, &e, err);
		if (code == FL_OK)
			code = e.code;
		if (code == FL_OK && e.count == 0)
			code = fl_err_set(err, FL_E_NOT_FOUND, "run '%.*s' has no recorded exchange",
			                  FL_FMT(cli->argument.p[0]));
		if (code == FL_OK)
			code = (is_gzip(path) ? fl_file_write_gzip : fl_file_write)(fl_arena_dupz(&cli->arena, path),
			                                                            fl_buf_slice(&out), err);
		fl_map_release(&e.seen);
		fl_arena_release(&e.keys);
		fl_arena_release(&e.scratch);
		fl_buf_release(&out);
		fl_store_close(e.store);
	}
	fl_loop_destroy(loop);
	if (code == FL_OK)
		print_count(cli, "fulcrum.export/1", "written", e.count, e.count);
	return code;
}

static enum fl_code run_import(struct fl_cli *cli, struct fl_err *err)
{
	struct fl_store *store;
	struct fl_loop *loop = fl_loop_create();
	size_t added = 0, lines = 0;
	enum fl_code code = fl_cli_store(cli, loop, &store, err);
	if (code == FL_OK) {
		for (size_t i = 0; i < cli->argument.n && code == FL_OK; i++) {
			const char *path = fl_arena_dupz(&cli->arena, cli->argument.p[i]);
			struct fl_arena a;
			struct fl_str text;
			size_t one = 0, all = 0;
			fl_arena_init(&a);
			code = fl_file_read_gzip(path, RECORDING_BYTES, &a, &text, err);
			if (code == FL_OK)
				code = fl_exchange_import(store, text, path, &one, &all, err);
			fl_arena_release(&a);
			added += one;
			lines += all;
		}
		fl_store_close(store);
	}
	fl_loop_destroy(loop);
	if (code == FL_OK)
		print_count(cli, "fulcrum.import/1", "added", added, lines);
	return code;
}

const struct fl_command fl_cmd_export = {
    .name = "export",
    .summary = "write the exact requests and answers of a run to a file",
    .usage = "export RUN FILE.jsonl[.gz]",
    .text = "One exchange a line, as it was on the wire, with its times; no keys. `fulcrum import` reads it "
            "into another state file, where a run of the same task then needs no call.",
    .example = "fulcrum export ticket-triage-1 triage.jsonl.gz",
    .least = 2,
    .most = 2,
    .run = run_export,
};
const struct fl_command fl_cmd_import = {
    .name = "import",
    .summary = "read recorded exchanges into the state file",
    .usage = "import FILE.jsonl[.gz] ...",
    .text = "Exchanges that are there already are left as they are. A file with a bad line is refused whole.",
    .example = "fulcrum import examples/recordings/triage.jsonl.gz",
    .least = 1,
    .most = 100,
    .run = run_import,
};
