/*
 * news_view.h - news of the catalogue as text and as fulcrum.models_news/1.
 *
 * Ownership: the buffer and the writer are the caller's. Threads: pure. Limits: the text shows FL_NEWS_SHOWN lines of each
 * kind and says how many there are; JSON has all. Failure: a full buffer cuts the text.
 */
#ifndef FL_NEWS_VIEW_H
#define FL_NEWS_VIEW_H

#include "choose/news.h"
#include "codec/json.h"

enum { FL_NEWS_SHOWN = 25 };

/* `tasks`: how many the state file has; SIZE_MAX = there is none. */
void fl_news_text(const struct fl_news *n, size_t tasks, struct fl_buf *out, size_t width);
void fl_news_json(const struct fl_news *n, size_t tasks, struct fl_json_writer *w);

#endif
