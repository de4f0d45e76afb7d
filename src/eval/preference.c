#include "eval/preference.h"

#include "base/clock.h"
#include "codec/json.h"

#include <stdlib.h>

static const char *const migrations[] = {
    "CREATE TABLE preference("
    " id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, vote_set TEXT NOT NULL, item TEXT NOT NULL, names TEXT NOT NULL,"
    " answers TEXT NOT NULL, winner INTEGER NOT NULL, correction TEXT NOT NULL);",
};
const struct fl_store_tables fl_preference_tables = {"preference", migrations, FL_COUNT(migrations)};

static enum fl_code write_one(struct fl_db *db, void *arg, struct fl_err *err)
{
	const struct fl_preference *p = arg;
	return fl_db_run(db, err,
	                 "INSERT INTO preference(at_ms, vote_set, item, names, answers, winner, correction)"
	                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	                 "issssis", p->at_ms, p->set, p->item, p->names, p->answers, p->winner, p->correction);
}

enum fl_code fl_preference_add(struct fl_store *s, const struct fl_preference *p, struct fl_err *err)
{
	struct fl_preference copy = *p;
	return fl_store_write_wait(s, write_one, &copy, err);
}

enum fl_code fl_preferences(struct fl_db *db, struct fl_str set, bool (*each)(void *arg, const struct fl_preference *p),
                            void *arg, struct fl_err *err)
{
	struct fl_rows *rows;
	enum fl_code code;
	bool more;
	FL_TRY(fl_db_query(db, &rows, err,
	                   "SELECT id, at_ms, vote_set, item, names, answers, winner, correction FROM preference"
	                   " WHERE ?1 = '' OR vote_set = ?1 ORDER BY id",
	                   "s", set.n ? set : FL_S("")));
	while ((code = fl_rows_next(rows, &more, err)) == FL_OK && more) {
		struct fl_preference p = {.id = fl_rows_i64(rows, 0),
		                          .at_ms = fl_rows_i64(rows, 1),
		                          .set = fl_rows_str(rows, 2),
		                          .item = fl_rows_str(rows, 3),
		                          .names = fl_rows_str(rows, 4),
		                          .answers = fl_rows_str(rows, 5),
		                          .winner = fl_rows_i64(rows, 6),
		                          .correction = fl_rows_str(rows, 7)};
		if (!each(arg, &p))
			break;
	}
	fl_rows_end(rows);
	return code;
}

/* --- standing ----------------------------------------------------------------------------------------------------- */

struct counting {
	struct fl_standing *out;
	struct fl_arena *arena;
	double wins[FL_BT_THINGS * FL_BT_THINGS];
};

/* The number of a model, given on first sight; -1 past the limit. */
static ptrdiff_t number_of(struct counting *c, struct fl_str name)
{
	struct fl_standing *s = c->out;
	for (size_t i = 0; i < s->name.n; i++)
		if (fl_str_eq(s->name.p[i], name))
			return (ptrdiff_t)i;
	if (s->name.n == FL_BT_THINGS)
		return -1;
	FL_VEC_PUSH(&s->name, fl_arena_dup(c->arena, name));
	return (ptrdiff_t)s->name.n - 1;
}

static void beat(struct counting *c, ptrdiff_t a, ptrdiff_t b, double much)
{
	if (a >= 0 && b >= 0 && a != b)
		c->wins[a * FL_BT_THINGS + b] += much;
}

static bool count(void *arg, const struct fl_preference *p)
{
	struct counting *c = arg;
	struct fl_json_doc doc;
	ptrdiff_t who[FL_TRIAL_MODELS];
	size_t n = 0;
	bool all = true;
	if (fl_json_parse(&doc, c->arena, p->names, FL_JSON_LIMITS, NULL) != FL_OK)
		return true;
	const struct fl_json *root = fl_json_root(&doc);
	for (const struct fl_json *m = fl_json_first(root); m && n < FL_TRIAL_MODELS; m = fl_json_next(root, m)) {
		who[n] = number_of(c, fl_json_string(m, c->arena));
		all &= who[n++] >= 0;
	}
	c->out->votes++;
	c->out->left_out += !all;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			if (p->winner == FL_PREFERRED_NONE) {
				beat(c, who[i], who[j], 0.5);
				beat(c, who[j], who[i], 0.5);
			} else if ((size_t)p->winner == i) {
				beat(c, who[i], who[j], 1);
			} else if ((size_t)p->winner == j) {
				beat(c, who[j], who[i], 1);
			}
	return true;
}

enum fl_code fl_standing(struct fl_db *db, struct fl_str set, double confidence, struct fl_arena *a,
                         struct fl_standing *out, struct fl_err *err)
{
	struct counting *c = fl_alloc_zero(1, sizeof *c);
	*out = (struct fl_standing){0};
	c->out = out;
	c->arena = a;
	enum fl_code code = fl_preferences(db, set, count, c, err);
	size_t n = out->name.n;
	if (code == FL_OK && n > 0) {
		double *wins = FL_NEW_ARRAY(a, double, n *n);
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < n; j++)
				wins[i * n + j] = c->wins[i * FL_BT_THINGS + j];
		out->score = FL_NEW_ARRAY(a, struct fl_bt_score, n);
		fl_bradley_terry(wins, n, confidence, out->score);
	}
	free(c);
	return code;
}

/* --- labelled data ------------------------------------------------------------------------------------------------ */

struct labelling {
	struct fl_buf *out;
	size_t lines, left_out;
	bool full;
};

static bool label(void *arg, const struct fl_preference *p)
{
	struct labelling *l = arg;
	struct fl_arena a;
	struct fl_json_doc item, names, answers;
	struct fl_json_writer w;
	fl_arena_init(&a);
	bool read = fl_json_parse(&item, &a, p->item, FL_JSON_LIMITS, NULL) == FL_OK &&
	            fl_json_parse(&names, &a, p->names, FL_JSON_LIMITS, NULL) == FL_OK &&
	            fl_json_parse(&answers, &a, p->answers, FL_JSON_LIMITS, NULL) == FL_OK;
	bool won = p->winner >= 0;
	if (!read || (!won && !p->correction.n)) {
		l->left_out++;
		fl_arena_release(&a);
		return true;
	}
	const struct fl_json *best = won ? fl_json_at(fl_json_root(&answers), (size_t)p->winner) : NULL;
	const struct fl_json *root = fl_json_root(&item);
	fl_json_begin(&w, l->out, 0);
	fl_json_open(&w, '{');
	for (const struct fl_json *m = fl_json_first(root); m; m = fl_json_next(root, m)) {
		struct fl_str key = fl_json_key(m, &a);
		if (fl_str_is(key, "target") || fl_str_is(key, "preferred"))
			continue;
		fl_json_name_str(&w, key);
		fl_json_put_raw(&w, m->raw);
	}
	fl_json_member_str(&w, "target", p->correction.n ? p->correction : fl_json_string(best, &a));
	if (won)
		fl_json_member_str(&w, "preferred",
		                   fl_json_string(fl_json_at(fl_json_root(&names), (size_t)p->winner), &a));
	fl_json_close(&w);
	l->full |= !fl_json_done(&w) || !fl_buf_char(l->out, '\n');
	l->lines++;
	fl_arena_release(&a);
	return !l->full;
}

enum fl_code fl_preference_labels(struct fl_db *db, struct fl_str set, struct fl_buf *out, size_t *lines,
                                  size_t *left_out, struct fl_err *err)
{
	struct labelling l = {.out = out};
	FL_TRY(fl_preferences(db, set, label, &l, err));
	*lines = l.lines;
	*left_out = l.left_out;
	return l.full ? fl_err_set(err, FL_E_LIMIT, "the labelled data are larger than is accepted") : FL_OK;
}
