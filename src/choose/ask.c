/*
 * The questions that would most reduce doubt. Each open point is tried: could its answer change the verdict? A need that
 * nobody stated is put to the verdict's own offer; a figure that is assumed counts when the winner changes within a factor
 * of ten. Those that could change it come first, else the order of the table below.
 */
#include "choose/advise_int.h"

#include <math.h>

enum { NEAR_TIMES = 10 };

static bool near_break(const struct fl_advice *v, enum fl_break_kind kind, struct fl_str *text)
{
	for (size_t i = 0; i < v->sensitivity.n; i++) {
		const struct fl_break *b = &v->sensitivity.p[i];
		if (b->kind != kind || !b->changes || b->now <= 0 || fabs(log(b->at / b->now)) > log(NEAR_TIMES))
			continue;
		*text = b->text;
		return true;
	}
	return false;
}

/* What one more need would do to the verdict. */
static bool would_fall(struct fl_advice *v, void (*demand)(struct fl_needs *n), struct fl_str *text)
{
	struct fl_needs n = v->wish->needs;
	struct fl_findings f = {0};
	const struct fl_setting *s = &v->setting.p[v->verdict];
	*text = FL_S("the verdict runs on your own machines");
	if (s->own)
		return false;
	demand(&n);
	fl_needs_check(v->catalog, &n, &s->offer, v->wish->day, v->arena, &f);
	bool falls = f.broken > 0;
	*text = f.p.n > s->unknown
	            ? FL_SAY(v, "%.*s: %.*s", FL_FMT(s->offer.id), FL_FMT(fl_finding_text(&f.p.p[f.p.n - 1], v->arena)))
	            : FL_S("the verdict would stand");
	fl_findings_release(&f);
	return falls;
}

static void no_training(struct fl_needs *n)
{
	n->data = FL_DATA_NO_TRAINING;
}
static void own_machines(struct fl_needs *n)
{
	n->data = FL_DATA_OWN_MACHINES;
}
static void in_the_eu(struct fl_needs *n)
{
	static struct fl_str eu = {"eu", 2};
	n->region = (struct fl_list){.p = &eu, .n = 1};
}
static void at_once(struct fl_needs *n)
{
	n->first_token_ms = 3000;
}

static bool ask_examples(struct fl_advice *v, struct fl_question *q)
{
	size_t tied = 0;
	const struct fl_setting *s = &v->setting.p[v->verdict];
	for (size_t i = 0; i < v->ranked; i++)
		tied += v->setting.p[i].tie == s->tie && v->setting.p[i].offer.model != s->offer.model;
	if (s->own_items >= 200)
		return false;
	q->question = FL_S("How do the shortlist's models answer 50 to 200 examples of yours?");
	q->why = FL_SAY(v, "%zu other settings cannot be told from the verdict by public scores", tied);
	q->option = FL_S("fulcrum balance on the task file; --matrix FILE for results that you have");
	q->changes = tied > 0;
	return true;
}

static bool ask_value(struct fl_advice *v, struct fl_question *q)
{
	q->question = FL_S("What is a right answer worth, or how much time does it save?");
	q->option = FL_S("--value USD, or --wage 40 --saved 2 --lost 6");
	q->why = FL_S("no worth within ten times of the assumed one changes the verdict");
	q->changes = near_break(v, FL_BREAK_VALUE, &q->why);
	return v->value_assumed;
}

static bool ask_lengths(struct fl_advice *v, struct fl_question *q)
{
	q->question = FL_S("How many tokens does a call read and write?");
	q->option = FL_S("--in TOKENS --out TOKENS");
	q->why = FL_S("no lengths within ten times of the assumed ones change the verdict");
	q->changes = near_break(v, FL_BREAK_OUTPUT, &q->why) || near_break(v, FL_BREAK_INPUT, &q->why);
	return v->lengths_assumed;
}

static bool ask_data(struct fl_advice *v, struct fl_question *q)
{
	q->question = FL_S("May the provider keep what you send, or train on it?");
	q->option = FL_S("--need data=no-training, zero-retention or own-machines");
	q->changes = would_fall(v, no_training, &q->why);
	if (!q->changes)
		q->changes = would_fall(v, own_machines, &q->why);
	return v->wish->needs.data == FL_DATA_ANYWHERE;
}

static bool ask_region(struct fl_advice *v, struct fl_question *q)
{
	q->question = FL_S("Must calls be processed in a certain region?");
	q->option = FL_S("--need region=eu");
	q->changes = would_fall(v, in_the_eu, &q->why);
	return !v->wish->needs.region.n && v->wish->needs.data != FL_DATA_OWN_MACHINES;
}

static bool ask_waiting(struct fl_advice *v, struct fl_question *q)
{
	q->question = FL_S("Does somebody wait for each answer, and how long may it take?");
	q->option = FL_S("--need first_token=3s, or --waiting 50% with --wage");
	q->changes = would_fall(v, at_once, &q->why);
	return v->wish->needs.first_token_ms < 0 && v->wish->pay.waiting_ppm == 0;
}

static bool ask_devices(struct fl_advice *v, struct fl_question *q)
{
	q->question = FL_S("On which machines of yours may it run?");
	q->option = FL_S("--device rtx-4090 (`fulcrum fit` knows the names)");
	q->why = FL_S("whether a model fits is not known without it");
	q->changes = true;
	return v->wish->needs.data == FL_DATA_OWN_MACHINES && !v->wish->device.n && !v->wish->needs.devices.n;
}

static bool ask_traffic(struct fl_advice *v, struct fl_question *q)
{
	q->question = FL_S("How many calls a month?");
	q->option = FL_S("--traffic 50000");
	q->why = FL_S("it decides whether tuning, batch prices or own hardware pay, and what a month costs");
	q->changes = false;
	return v->wish->traffic_month == 0;
}

static bool ask_category(struct fl_advice *v, struct fl_question *q)
{
	q->question = FL_S("What kind of task is it?");
	q->option = FL_S("--category code, extraction, dialogue, agents, ...");
	q->why = FL_S("other kinds have other scores: the best at code is not the best at conversation");
	q->changes = true;
	return v->wish->category == NULL;
}

void fl_advice_ask(struct fl_advice *v)
{
	static bool (*const ask[])(struct fl_advice *, struct fl_question *) = {
	    ask_category, ask_examples, ask_devices, ask_value,   ask_data,
	    ask_lengths,  ask_waiting,  ask_region,  ask_traffic,
	};
	struct fl_question open[FL_COUNT(ask)];
	size_t n = 0;
	for (size_t i = 0; i < FL_COUNT(ask); i++) {
		struct fl_question q = {0};
		if (ask[i](v, &q))
			open[n++] = q;
	}
	for (int changes = 1; changes >= 0; changes--)
		for (size_t i = 0; i < n && v->asks < FL_ADVICE_ASKS; i++)
			if (open[i].changes == (bool)changes)
				v->ask[v->asks++] = open[i];
}
