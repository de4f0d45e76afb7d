/*
 * models_text.h - models of the catalogue for people: lists, one model with its sources, several side by side, offers,
 * price histories.
 *
 * Ownership: the buffer is the caller's. Threads: pure. Failure: a full buffer cuts the text.
 */
#ifndef FL_MODELS_TEXT_H
#define FL_MODELS_TEXT_H

#include "present/models_json.h"

/* The list: one line a model. `history`: a sparkline of the input price. */
void fl_models_list(const struct fl_listing *l, const struct fl_models_view *v, bool history, struct fl_buf *out,
                    size_t width);
/* Every offer of each model of the list, what differs between hosts marked. */
void fl_models_offers(const struct fl_listing *l, const struct fl_models_view *v, struct fl_buf *out, size_t width);
/* One model: what is known, each with source and day, and where sources disagree. */
void fl_model_show(const struct fl_listing_row *row, const struct fl_models_view *v, struct fl_buf *out, size_t width);
/* Two to five models side by side. */
void fl_models_compare(const struct fl_listing *l, const struct fl_models_view *v, struct fl_buf *out, size_t width);
/* "over 200k: input $2.50, output $15.00, from 2026-07-01  [vendor-pages, 2026-11-01]". */
struct fl_str fl_price_row_text(const struct fl_catalog *c, const struct fl_price_row *row, struct fl_arena *a);
/* Appends "batch over 200k ": conditions, each with a space behind it. */
void fl_price_when_text(const struct fl_price_when *w, struct fl_buf *b, struct fl_arena *a);
/* The standard input price over time as block characters, with its first and last value: "$60.00 ██▃ $2.00". */
struct fl_str fl_rate_sparkline(const struct fl_rate_step *step, size_t steps, fl_date until, struct fl_arena *a);
/* "$1.25": a rate in dollars per million tokens, cents always shown; "?" when it is not known (-1). */
struct fl_str fl_show_rate(struct fl_arena *a, int64_t nusd_per_mtok);
/* "128k", "1.05M". */
struct fl_str fl_show_tokens(struct fl_arena *a, int64_t tokens);

#endif
