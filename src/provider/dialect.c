#include "provider/dialect.h"

static const struct fl_dialect *const dialects[] = {&fl_dialect_openai, &fl_dialect_anthropic, &fl_dialect_gemini};

const struct fl_dialect *fl_dialect_find(struct fl_str name)
{
	for (size_t i = 0; i < FL_COUNT(dialects); i++)
		if (fl_str_is(name, dialects[i]->name))
			return dialects[i];
	return fl_str_is(name, fl_dialect_app.name) ? &fl_dialect_app : NULL;
}

const char *const *fl_dialect_names(void)
{
	static const char *names[FL_COUNT(dialects) + 1];
	for (size_t i = 0; i < FL_COUNT(dialects); i++)
		names[i] = dialects[i]->name;
	return names;
}

bool fl_url_has_version(struct fl_str url)
{
	size_t from = url.n;
	while (from > 0 && url.p[from - 1] != '/')
		from--;
	struct fl_str last = fl_str_sub(url, from, url.n);
	return last.n > 1 && last.p[0] == 'v' && last.p[1] >= '0' && last.p[1] <= '9';
}

uint64_t fl_thinking_budget(const struct fl_chat *chat)
{
	static const struct {
		const char *word;
		uint64_t percent;
	} share[] = {{"minimal", 10}, {"low", 20}, {"medium", 50}, {"high", 80}, {"xhigh", 95}, {"max", 95}};
	uint64_t tokens = 0;
	for (size_t i = 0; i < FL_COUNT(share); i++)
		if (fl_str_is(chat->effort, share[i].word))
			tokens =
			    chat->max_output / 100 * share[i].percent + chat->max_output % 100 * share[i].percent / 100;
	if (tokens == 0)
		return 0;
	tokens = FL_MAX(tokens, chat->budget_least);
	if (chat->budget_most)
		tokens = FL_MIN(tokens, chat->budget_most);
	return chat->max_output > 1 ? FL_MIN(tokens, chat->max_output - 1) : 1;
}

static const char *const outcome_name[FL_OUTCOMES] = {"ok",         "refused", "truncated", "filtered",
                                                      "unparsable", "failed",  "input_cut"};

const char *fl_outcome_name(enum fl_outcome o)
{
	FL_ASSERT(o < FL_OUTCOMES);
	return outcome_name[o];
}

enum fl_outcome fl_outcome_of(struct fl_str name)
{
	int o = 0;
	while (o < FL_OUTCOMES && !fl_str_is(name, outcome_name[o]))
		o++;
	return (enum fl_outcome)o;
}
