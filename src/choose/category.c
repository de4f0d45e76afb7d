#include "choose/category.h"

#define USD(x) ((int64_t)((x)*1000000000))

const struct fl_category fl_categories[] = {
    {.name = "general",
     .about = "a bit of everything: questions, summaries, drafts",
     .tag = {{"general", 1}, {"instruction", 0.5}, {"language", 0.5}, {"reasoning", 0.3}, {"knowledge", 0.3}},
     .in_tokens = 1500,
     .out_tokens = 500,
     .value_nusd = USD(0.20),
     .thinking = FL_THINK_SOME,
     .thinking_why = "mixed work: a little thinking pays on the hard part of it"},
    {.name = "code",
     .about = "writing, changing and reviewing programs",
     .tag = {{"code", 1}, {"agents", 0.3}},
     .in_tokens = 4000,
     .out_tokens = 1000,
     .value_nusd = USD(1),
     .thinking = FL_THINK_DEEP,
     .thinking_why = "intricate code generation is work in several steps"},
    {.name = "web-search",
     .about = "questions about current events, answered from the live web",
     .tag = {{"web-search", 1}, {"agents", 0.6}, {"hallucination", 0.5}, {"knowledge", 0.3}, {"general", 0.3}},
     .in_tokens = 8000,
     .out_tokens = 600,
     .value_nusd = USD(0.20),
     .thinking = FL_THINK_SOME,
     .thinking_why = "it has to plan searches and weigh what they find",
     .user_waits = true,
     .missing =
         "no public score here measures searching itself; neighbours (agents, hallucination, knowledge) stand in"},
    {.name = "dialogue",
     .about = "conversation with people: support, coaching, companions",
     .tag = {{"dialogue", 1}, {"instruction", 0.3}, {"general", 0.3}},
     .in_tokens = 2000,
     .out_tokens = 250,
     .value_nusd = USD(0.05),
     .thinking = FL_THINK_NONE,
     .thinking_why = "somebody waits for every answer, and most turns are simple",
     .user_waits = true,
     .missing = "tone and feeling are measured by preferences of people alone, and those favour length and style"},
    {.name = "extraction",
     .about = "classification, data extraction, short answers out of one document",
     .tag = {{"extraction", 1}, {"instruction", 1}, {"data", 1}, {"language", 0.3}, {"general", 0.3}},
     .in_tokens = 1000,
     .out_tokens = 100,
     .value_nusd = USD(0.02),
     .thinking = FL_THINK_NONE,
     .thinking_why = "for classification, extraction and simple questions a reasoning model is overkill",
     .missing = "following instructions and data analysis stand in; most classification is easier than these tests"},
    {.name = "long-context",
     .about = "massive documents, whole codebases, extensive contracts",
     .tag = {{"long-context", 1}, {"reasoning", 0.3}},
     .in_tokens = 100000,
     .out_tokens = 800,
     .value_nusd = USD(0.50),
     .thinking = FL_THINK_SOME,
     .thinking_why = "synthesis over many places of a document takes some thought",
     .missing = "tests at 100k tokens saturate; say how much must be used well with --need effective_context=..."},
    {.name = "agents",
     .about = "open-ended work with tools in many steps",
     .tag = {{"agents", 1}, {"code", 0.3}},
     .in_tokens = 38400,
     .out_tokens = 2500,
     .value_nusd = USD(2),
     .thinking = FL_THINK_DEEP,
     .thinking_why = "small errors multiply over successive steps, so each step must be good"},
    {.name = "reasoning",
     .about = "problem-solving in several steps, planning, deep analysis",
     .tag = {{"reasoning", 1}, {"math", 0.5}, {"knowledge", 0.3}},
     .in_tokens = 1500,
     .out_tokens = 800,
     .value_nusd = USD(1),
     .thinking = FL_THINK_DEEP,
     .thinking_why = "complex problem-solving in several steps needs a dedicated reasoning model"},
    {.name = "math",
     .about = "calculation, proofs, quantitative problems",
     .tag = {{"math", 1}, {"reasoning", 0.5}},
     .in_tokens = 800,
     .out_tokens = 600,
     .value_nusd = USD(0.50),
     .thinking = FL_THINK_DEEP,
     .thinking_why = "mathematics is where thinking gains most"},
    {.name = "data",
     .about = "analysing tables, reports out of data",
     .tag = {{"data", 1}, {"code", 0.3}, {"reasoning", 0.3}},
     .in_tokens = 4000,
     .out_tokens = 600,
     .value_nusd = USD(0.30),
     .thinking = FL_THINK_SOME,
     .thinking_why = "structured reports and basic analysis at scale: the middle ground of a small reasoning model"},
    {.name = "vision",
     .about = "understanding images and documents as pictures",
     .tag = {{"vision", 1}, {"reasoning", 0.2}},
     .in_tokens = 2000,
     .out_tokens = 300,
     .value_nusd = USD(0.10),
     .thinking = FL_THINK_SOME,
     .thinking_why = "reading a picture and reasoning over it is moderate work",
     .missing = "one test of questions about images stands for all; audio and video are not scored"},
};
const size_t fl_category_count = FL_COUNT(fl_categories);

const struct fl_category *fl_category_find(struct fl_str name)
{
	for (size_t i = 0; i < fl_category_count; i++)
		if (fl_str_eq_nocase(name, fl_str_from(fl_categories[i].name)))
			return &fl_categories[i];
	return NULL;
}

const char *fl_category_near(struct fl_str name)
{
	const char *names[FL_COUNT(fl_categories)];
	for (size_t i = 0; i < fl_category_count; i++)
		names[i] = fl_categories[i].name;
	return fl_suggest(name, names, fl_category_count);
}

/* What LiveBench calls its categories, as tags. */
static const struct {
	const char *category, *tag;
} part[] = {
    {"coding", "code"},      {"agentic-coding", "agents"}, {"agentic-coding", "code"},
    {"mathematics", "math"}, {"data-analysis", "data"},    {"instruction-following", "instruction"},
};

static double tag_weight(const struct fl_category *k, struct fl_str tag)
{
	for (size_t i = 0; i < FL_CATEGORY_TAGS && k->tag[i].tag; i++)
		if (fl_str_is(tag, k->tag[i].tag))
			return k->tag[i].weight;
	return 0;
}

double fl_category_weight(const struct fl_category *k, const struct fl_catalog *c, const struct fl_score *s)
{
	double w = s->category.n ? tag_weight(k, s->category) : 0;
	for (size_t i = 0; i < FL_COUNT(part); i++)
		if (fl_str_is(s->category, part[i].category))
			w = FL_MAX(w, tag_weight(k, fl_str_from(part[i].tag)));
	if (s->category.n)
		return w;
	const struct fl_benchmark *b = fl_catalog_named(&c->benchmarks, sizeof *b, s->benchmark);
	bool whole = fl_str_is(s->benchmark, "livebench");
	for (size_t i = 0; b && i < b->tags.n; i++) {
		struct fl_str tag = ((const struct fl_str *)b->tags.p)[i];
		w = FL_MAX(w, tag_weight(k, tag) * (whole && !fl_str_is(tag, "general") ? 0.5 : 1));
	}
	return w;
}
