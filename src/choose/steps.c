/* The six steps from a vague problem to a plan, each answered by the facts of this advice. */
#include "choose/advise_int.h"

#include "base/money.h"
#include "price/agent_loop.h"
#include "price/tune.h"

#include <math.h>

enum { RETRIEVED_TOKENS = 4000, TUNE_EXAMPLES = 500, TUNE_EPOCHS = 3 };

#define BECAUSE(v, s, ...) because(v, s, FL_SAY(v, __VA_ARGS__), (struct fl_str){0}, FL_DATE_NONE)
#define MONEY(v, nusd) FL_FMT(fl_advice_money((v)->arena, (double)(nusd) / 1e9))

static void because(struct fl_advice *v, int step, struct fl_str fact, struct fl_str source, fl_date date)
{
	FL_VEC_PUSH(&v->step[step].because, (struct fl_because){fact, source, date});
}

static void because_of(struct fl_advice *v, int step, struct fl_str fact, const struct fl_list *source, fl_date own)
{
	because(v, step, fact, fl_sources_text(source, v->arena, 2), fl_sourced_on(v->catalog, source, own));
}

static const struct fl_setting *won(const struct fl_advice *v)
{
	return &v->setting.p[v->verdict];
}

static struct fl_str share_text(struct fl_advice *v, const struct fl_setting *s)
{
	return FL_SAY(v, "%.0f %% +- %.0f", s->share * 100, 196 * s->share_error);
}

static void because_share(struct fl_advice *v, int step, const char *lead, const struct fl_setting *s)
{
	const struct fl_score *x = s->ability.newest;
	struct fl_str fact = FL_SAY(v, "%s%.*s: %.*s right, %.*s a call", lead, FL_FMT(s->name),
	                            FL_FMT(share_text(v, s)), MONEY(v, s->cost_nusd));
	if (x)
		because_of(v, step, fact, &x->source, x->date);
	else
		because(v, step, fact, FL_S(""), FL_DATE_NONE);
}

/* --- 1: open or closed -------------------------------------------------------------------------------------------- */

static const struct fl_setting *best_of(const struct fl_advice *v, bool open)
{
	const struct fl_setting *best = NULL;
	for (size_t i = 0; i < v->ranked; i++) {
		const struct fl_setting *s = &v->setting.p[i];
		if (s->open == open && (!best || s->share > best->share))
			best = s;
	}
	return best;
}

static void what_runs(struct fl_advice *v)
{
	size_t told = 0, fits = 0;
	const struct fl_catalog_model *last = NULL;
	for (size_t i = 0; i < v->setting.n; i++) {
		const struct fl_setting *s = &v->setting.p[i];
		if (!s->own || !s->fit.device || s->fit.fit.fits != FL_FIT_YES || s->offer.model == last)
			continue;
		last = s->offer.model;
		fits++;
		if (told++ < 3)
			because_of(v, 0,
			           FL_SAY(v, "%.*s fits on %.*s in %s%s", FL_FMT(s->offer.model->id),
			                  FL_FMT(s->fit.device->name), s->fit.want.quant->name,
			                  s->fit.fit.decode.known
			                      ? FL_SAY(v, ", %.0f to %.0f tokens a second", s->fit.fit.decode.low,
			                               s->fit.fit.decode.high)
			                            .p
			                      : ""),
			           &s->fit.device->source, s->fit.device->checked);
	}
	if (fits > 3)
		BECAUSE(v, 0, "%zu models fit on your devices in all; `fulcrum fit` lists them", fits);
}

static void what_open_needs(struct fl_advice *v, const struct fl_setting *open)
{
	struct fl_fit_model m = fl_fit_model_of(v->catalog, open->offer.model);
	const struct fl_quant *q = fl_quant_find(FL_S("q4_k_m"));
	if (m.parameters.total_b <= 0)
		return;
	struct fl_weight_bytes bytes = fl_weight_bytes(&m.parameters, q);
	BECAUSE(v, 0, "to run %.*s yourself: %.0f billion parameters, about %.0f GB of weights in %s alone",
	        FL_FMT(open->offer.model->id), m.parameters.total_b, (double)bytes.total / 1e9, q->name);
}

/* Why the other side has nobody to compare with. */
static struct fl_str one_side(struct fl_advice *v, bool open)
{
	const char *side = open ? "Open weights" : "Closed", *other = open ? "closed" : "open";
	bool met = false, maybe = false;
	for (size_t i = 0; i < v->setting.n; i++) {
		const struct fl_setting *s = &v->setting.p[i];
		maybe |= s->open != open;
		met |= s->open != open && !s->unknown;
	}
	if (won(v)->unknown && !maybe)
		return FL_SAY(v, "%s, if any: no %s model meets your needs, and of the others it is not known.", side,
		              other);
	if (met)
		return FL_SAY(v, "%s: the %s models that meet your needs cannot be compared or will not last.", side,
		              other);
	return FL_SAY(v, "%s: no %s model %s your needs.", side, other, maybe ? "is known to meet" : "meets");
}

static void open_or_closed(struct fl_advice *v)
{
	const struct fl_setting *open = best_of(v, true), *closed = best_of(v, false);
	struct fl_advice_step *s = &v->step[0];
	const struct fl_needs *n = &v->wish->needs;
	s->question = "Open weights or closed, and what can you run?";
	if (n->data == FL_DATA_OWN_MACHINES || n->devices.n)
		s->answer = FL_S("Open weights on your own machines: your needs let nothing leave them.");
	else if (n->open_weights)
		s->answer = FL_S("Open weights: you ask for them. A host's API saves running them yourself.");
	else if (!open || !closed)
		s->answer = one_side(v, open != NULL);
	else if (closed->share - open->share <= 1.96 * hypot(closed->share_error, open->share_error))
		s->answer =
		    FL_SAY(v,
		           "Either: on this evidence the best open and the best closed model cannot be told apart. "
		           "The verdict is %s.",
		           won(v)->open ? "open, through a host" : "closed");
	else
		s->answer =
		    FL_SAY(v, "Closed models lead by %.0f points here; %s.", (closed->share - open->share) * 100,
		           won(v)->open ? "yet at this worth an open one, through a host, is the better deal"
		                        : "open ones pay off where data or control decide");
	if (!v->met)
		BECAUSE(v, 0,
		        "no model is known to meet all your needs; %zu settings may, of which a fact is not known",
		        v->setting.n);
	if (closed)
		because_share(v, 0, "best closed: ", closed);
	if (open)
		because_share(v, 0, "best open: ", open);
	what_runs(v);
	if (open && !open->own)
		what_open_needs(v, open);
}

/* --- 2: how much reasoning ---------------------------------------------------------------------------------------- */

static void effort_ladder(struct fl_advice *v)
{
	for (int e = FL_EFFORT_PLAIN; e < FL_EFFORTS_ALL; e++)
		for (size_t i = 0; i < v->ranked; i++) {
			const struct fl_setting *s = &v->setting.p[i];
			if (s->offer.model != won(v)->offer.model || (int)s->effort != e || s->own != won(v)->own)
				continue;
			BECAUSE(v, 1, "%.*s: %.*s right, %.*s a call (%.1f times the tokens, %.*s)", FL_FMT(s->name),
			        FL_FMT(share_text(v, s)), MONEY(v, s->cost_nusd), s->tokens_times,
			        FL_FMT(s->tokens_basis));
		}
}

static bool thinks(const struct fl_setting *s)
{
	return fl_effort_thinks(s->effort) || (s->effort == FL_EFFORT_PLAIN && s->tokens_times > 1.5);
}

/* The best deal that answers at once; NULL = none is left. */
static const struct fl_setting *best_at_once(const struct fl_advice *v)
{
	for (size_t i = 0; i < v->ranked; i++)
		if (!thinks(&v->setting.p[i]))
			return &v->setting.p[i];
	return NULL;
}

/* The kind of task needs no thinking, yet the verdict thinks: what that takes and brings. */
static struct fl_str thinks_all_the_same(struct fl_advice *v)
{
	const struct fl_setting *s = won(v), *quick = best_at_once(v);
	struct fl_str level =
	    s->effort == FL_EFFORT_PLAIN ? FL_S("as it comes") : FL_SAY(v, "at level '%s'", fl_effort_words[s->effort]);
	struct fl_str time =
	    s->latency_s >= 0 ? FL_SAY(v, "about %.1f s a call", s->latency_s) : FL_S("for how long is not known");
	struct fl_str text =
	    FL_SAY(v, "None, as a rule, for %s: a model that answers at once. Yet the verdict thinks %.*s, %.*s: ",
	           v->category->name, FL_FMT(level), FL_FMT(time));
	if (!quick)
		return FL_SAY(v, "%.*snobody comparable is left that answers at once.", FL_FMT(text));
	double points = round((s->share - quick->share) * 100);
	struct fl_str apart = points == 0 ? FL_S("about as good as")
	                                  : FL_SAY(v, "%.0f point%s %s than", fabs(points),
	                                           fabs(points) == 1 ? "" : "s", points > 0 ? "better" : "worse");
	return FL_SAY(v, "%.*s%.*s %.*s, the best deal that answers at once.", FL_FMT(text), FL_FMT(apart),
	              FL_FMT(quick->name));
}

static void how_much_reasoning(struct fl_advice *v)
{
	static const char *const answer[] = {
	    [FL_THINK_NONE] = "None: a model that answers at once",
	    [FL_THINK_SOME] = "Some: the middle ground, a small reasoning model or a low level",
	    [FL_THINK_DEEP] = "Much: a dedicated reasoning model, at a level that pays",
	};
	struct fl_advice_step *s = &v->step[1];
	enum fl_effort e = won(v)->effort;
	bool needless = v->category->thinking == FL_THINK_NONE && thinks(won(v));
	s->question = "How much reasoning?";
	s->answer = FL_SAY(v, "%s for %s. The verdict %s.", answer[v->category->thinking], v->category->name,
	                   e == FL_EFFORT_NONE          ? "has its thinking switched off"
	                   : fl_effort_thinks(e)        ? FL_SAY(v, "thinks at level '%s'", fl_effort_words[e]).p
	                   : won(v)->tokens_times > 1.5 ? "thinks as it comes"
	                                                : "does not think");
	if (needless)
		s->answer = thinks_all_the_same(v);
	BECAUSE(v, 1, "%s", v->category->thinking_why);
	effort_ladder(v);
	if (needless && best_at_once(v))
		because_share(v, 1, "answers at once: ", best_at_once(v));
}

/* --- 3: key attributes -------------------------------------------------------------------------------------------- */

static void tell_claims(struct fl_advice *v)
{
	const struct fl_catalog_model *m = won(v)->offer.model;
	for (size_t i = 0; i < m->good_for.n; i++) {
		const struct fl_good_for *g = &((const struct fl_good_for *)m->good_for.p)[i];
		if (fl_str_is(g->task, v->category->name))
			because(v, 2, FL_SAY(v, "%.*s: %.*s", FL_FMT(m->id), FL_FMT(g->claim)), g->source, g->date);
	}
}

static void tell_context(struct fl_advice *v)
{
	const struct fl_list *evals = &won(v)->offer.model->context_evals;
	if (v->in_tokens < 30000 && !v->wish->needs.effective_context && !v->wish->needs.context)
		return;
	for (size_t i = 0; i < evals->n; i++) {
		const struct fl_context_eval *e = &((const struct fl_context_eval *)evals->p)[i];
		if (e->date != FL_DATE_NONE && e->date > v->wish->day)
			continue;
		struct fl_str fact =
		    e->is_length ? FL_SAY(v, "uses %.*s tokens well by %.*s",
		                          FL_FMT(fl_advice_tokens(v->arena, (int64_t)e->value)), FL_FMT(e->benchmark))
		                 : FL_SAY(v, "%.0f %% right at %.*s tokens by %.*s (%.*s)",
		                          (e->value > 1 ? e->value / 100 : e->value) * 100,
		                          FL_FMT(fl_advice_tokens(v->arena, e->length)), FL_FMT(e->benchmark),
		                          FL_FMT(e->variant));
		because_of(v, 2, fact, &e->source, e->date);
	}
}

static void tell_time(struct fl_advice *v)
{
	if (won(v)->latency_s >= 0)
		BECAUSE(v, 2, "%.*s takes about %.1f s a call", FL_FMT(won(v)->name), won(v)->latency_s);
	else
		BECAUSE(v, 2, "how fast %.*s answers at that level is not known", FL_FMT(won(v)->name));
}

static bool wants(const struct fl_list *l, const char *word)
{
	for (size_t i = 0; i < l->n; i++)
		if (fl_str_eq_nocase(((const struct fl_str *)l->p)[i], fl_str_from(word)))
			return true;
	return false;
}

static void key_attributes(struct fl_advice *v)
{
	struct fl_advice_step *s = &v->step[2];
	const struct fl_needs *n = &v->wish->needs;
	double value = (double)v->value_nusd / 1e9, cost = (double)won(v)->cost_nusd / 1e9;
	bool accuracy = !v->category->user_waits && (value >= 0.5 || value > 500 * cost);
	s->question = "Which attributes decide?";
	struct fl_str more = {0};
	if (wants(&n->inputs, "youtube"))
		more = FL_S(" Videos by their YouTube address: only Gemini on Google's own service reads them.");
	else if (n->inputs.n)
		more = FL_S(" The kinds of input narrow the choice most.");
	else if (v->in_tokens >= 30000 || n->effective_context)
		more = FL_S(" Long input: what counts is the context that it uses well, not the advertised one.");
	else if (v->searches)
		more = FL_S(" It has to search the web by itself, which costs by the search.");
	s->answer = FL_SAY(v, "%s%.*s",
	                   accuracy ? "Accuracy before cost: a wrong answer costs far more than a call."
	                            : "Speed and cost before the last points of accuracy.",
	                   FL_FMT(more));
	BECAUSE(v, 2, "a right answer is worth %.*s%s, a call costs %.*s", MONEY(v, v->value_nusd),
	        v->value_assumed ? " (assumed)" : "", MONEY(v, won(v)->cost_nusd));
	tell_time(v);
	tell_context(v);
	tell_claims(v);
}

/* --- 4: prompt, retrieval, evaluation ----------------------------------------------------------------------------- */

static void prompt_then_retrieval(struct fl_advice *v)
{
	struct fl_advice_step *s = &v->step[3];
	const struct fl_claim *knows = fl_claim_best(v->catalog, &won(v)->offer.model->knowledge);
	bool fresh = v->searches || v->wish->needs.knowledge_after != FL_DATE_NONE,
	     large = v->in_tokens > 5 * RETRIEVED_TOKENS;
	s->question = "Prompt, then retrieval, then evaluation?";
	s->answer =
	    FL_SAY(v, "A clear prompt first%s. Then measure on your own examples before you spend more on either.",
	           fresh   ? "; then retrieval or search, for what is newer than the model"
	           : large ? "; compare reading whole documents with retrieving the parts that matter"
	                   : "; retrieval only for knowledge that is private or newer than the model");
	if (knows)
		because_of(
		    v, 3,
		    FL_SAY(v, "%.*s knows the world up to %.*s", FL_FMT(won(v)->offer.model->id), FL_FMT(knows->text)),
		    &knows->source, knows->checked);
	else
		BECAUSE(v, 3, "the knowledge cutoff of %.*s is not known", FL_FMT(won(v)->offer.model->id));
	struct fl_scene x = fl_advice_scene(v);
	struct fl_str problem;
	int64_t cost;
	x.in_tokens = RETRIEVED_TOKENS;
	if (large && fl_setting_cost(v, won(v), &x, &cost, &problem))
		BECAUSE(v, 3, "%d retrieved tokens instead of %.*s: %.*s a call instead of %.*s", RETRIEVED_TOKENS,
		        FL_FMT(fl_advice_tokens(v->arena, v->in_tokens)), MONEY(v, cost), MONEY(v, won(v)->cost_nusd));
	BECAUSE(v, 3, "public scores are not your task: `fulcrum balance` measures the shortlist on your examples");
}

/* --- 5: fine-tuning ----------------------------------------------------------------------------------------------- */

struct tunable {
	const struct fl_catalog_model *model;
	const struct fl_tuning *how;
};

/* A row with a price for training that still takes jobs, cheapest first to train and to call. */
static struct tunable cheapest_tunable(const struct fl_advice *v)
{
	struct tunable best = {0};
	for (size_t i = 0; i < v->catalog->models.n; i++) {
		const struct fl_catalog_model *m = &((const struct fl_catalog_model *)v->catalog->models.p)[i];
		bool gone = fl_model_status_on(v->catalog, m, v->wish->day) >= FL_MODEL_DEPRECATED;
		for (size_t k = 0; k < m->tuning.n && !gone; k++) {
			const struct fl_tuning *t = &((const struct fl_tuning *)m->tuning.p)[k];
			if (t->closed || t->train_per_mtok < 0 || t->output_per_mtok < 0 || t->input_per_mtok < 0)
				continue;
			if (!best.how || t->output_per_mtok < best.how->output_per_mtok)
				best = (struct tunable){m, t};
		}
	}
	return best;
}

static void when_tuning_pays(struct fl_advice *v)
{
	struct tunable small = cheapest_tunable(v);
	struct fl_tune t;
	int64_t training, in, out;
	if (!small.how ||
	    !fl_tune_training((uint64_t)TUNE_EXAMPLES * (uint64_t)(v->in_tokens + v->out_tokens), TUNE_EPOCHS,
	                      small.how->train_per_mtok, &training) ||
	    !fl_money_line((uint64_t)v->in_tokens, small.how->input_per_mtok, &in) ||
	    !fl_money_line((uint64_t)v->out_tokens, small.how->output_per_mtok, &out) ||
	    !fl_tune_break_even(training, won(v)->cost_nusd, in + out, (double)v->wish->traffic_month, &t))
		return;
	struct fl_str fact =
	    t.pays ? FL_SAY(v,
	                    "%.*s tuned at %.*s on %d examples: %.*s once, then %.*s a call instead of %.*s: pays "
	                    "after %.0f calls%s",
	                    FL_FMT(small.model->id), FL_FMT(small.how->provider), TUNE_EXAMPLES, MONEY(v, training),
	                    MONEY(v, in + out), MONEY(v, won(v)->cost_nusd), ceil(t.calls),
	                    v->wish->traffic_month ? FL_SAY(v, ", %.1f months of your traffic", t.months).p : "")
	           : FL_SAY(v,
	                    "the cheapest model that is known to be tunable (%.*s at %.*s) would cost %.*s a call, "
	                    "more than the verdict's %.*s: no saving",
	                    FL_FMT(small.model->id), FL_FMT(small.how->provider), MONEY(v, in + out),
	                    MONEY(v, won(v)->cost_nusd));
	because_of(v, 4, fact, &small.how->source, small.how->checked);
}

static void tune_or_not(struct fl_advice *v)
{
	struct fl_advice_step *s = &v->step[4];
	const struct fl_catalog_model *m = won(v)->offer.model;
	bool narrow = v->category->thinking == FL_THINK_NONE && v->wish->traffic_month >= 100000;
	s->question = "Fine-tune or distil?";
	s->answer =
	    narrow ? FL_S("Perhaps later: a narrow task at this volume is what distilling into a small model is for, "
	                  "once a measured prompt is the bar to beat.")
	           : FL_S("Not yet: tuning changes behaviour (a format, a style, a trade's words), it adds no "
	                  "knowledge. First exhaust prompt and model.");
	bool told = false;
	for (size_t i = 0; i < m->tuning.n && !told; i++) {
		const struct fl_tuning *t = &((const struct fl_tuning *)m->tuning.p)[i];
		told = true;
		because_of(
		    v, 4,
		    FL_SAY(v, "%.*s at %.*s: %.*s", FL_FMT(m->id), FL_FMT(t->provider),
		           FL_FMT(t->closed ? (t->status.n ? t->status : FL_S("takes no new jobs")) : t->status)),
		    &t->source, t->checked);
	}
	if (won(v)->open)
		BECAUSE(v, 4, "the weights of %.*s are open: you can tune them yourself", FL_FMT(m->id));
	else if (!told)
		BECAUSE(v, 4, "no offer to tune %.*s is known", FL_FMT(m->id));
	when_tuning_pays(v);
	BECAUSE(v, 4, "reinforcement fine-tuning takes a few dozen examples, and an automatic grader that you trust");
}

/* --- 6: workflow or agent ----------------------------------------------------------------------------------------- */

static void loop_cost(struct fl_advice *v, uint64_t steps)
{
	struct fl_price p = fl_offer_price(v->catalog, won(v)->offer.offer);
	struct fl_served served = {.at_ms = v->wish->day * FL_DAY_MS + FL_DAY_MS / 2};
	struct fl_agent_cost with, without;
	uint64_t out = 200 + (uint64_t)FL_MIN(won(v)->thinking_tokens, INT64_C(2000));
	struct fl_agent_loop l = {.system = 2000, .growth = out + 300, .out = out, .calls = steps, .cached = true};
	if (won(v)->own || p.kind != FL_PRICE_TOKENS || !fl_agent_loop_cost(&l, &p, &served, &with))
		return;
	l.cached = false;
	if (!fl_agent_loop_cost(&l, &p, &served, &without))
		return;
	BECAUSE(v, 5,
	        "an agent of %llu steps with %.*s: %.*s with the prompt cache, %.*s without; twice the steps cost "
	        "up to four times as much",
	        (unsigned long long)steps, FL_FMT(won(v)->name), MONEY(v, with.receipt.total_nusd),
	        MONEY(v, without.receipt.total_nusd));
	if (steps == FL_AGENT_STEPS)
		BECAUSE(v, 5,
		        "guard rails: at most %.*s a task, at most %d steps, approval before what is dear or cannot be "
		        "undone",
		        MONEY(v, without.receipt.total_nusd * 2), 2 * FL_AGENT_STEPS);
}

static void workflow_or_agent(struct fl_advice *v)
{
	struct fl_advice_step *s = &v->step[5];
	bool agent = fl_str_is(fl_str_from(v->category->name), "agents");
	double step = 0.98;
	s->question = "Workflow or agent?";
	s->answer =
	    agent
	        ? FL_S(
	              "An agent, with hard limits: the path is not known beforehand, and a loop can spend without end.")
	        : FL_S("A workflow: known steps, known cost. An agent only where the path cannot be known beforehand.");
	BECAUSE(v, 5, "errors multiply: 20 steps, each right 98 times of 100, end right %.0f times of 100",
	        100 * pow(step, 20));
	loop_cost(v, FL_AGENT_STEPS);
	loop_cost(v, 5 * FL_AGENT_STEPS);
}

void fl_advice_steps(struct fl_advice *v)
{
	open_or_closed(v);
	how_much_reasoning(v);
	key_attributes(v);
	prompt_then_retrieval(v);
	tune_or_not(v);
	workflow_or_agent(v);
}
