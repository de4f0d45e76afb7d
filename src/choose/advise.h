/*
 * advise.h - which model for a kind of task, before anything is paid: hard needs take out, public scores and prices rank,
 * and every step says on what it rests and what would change it.
 *
 *   offers of the day ─ eliminate.h ─┬─ removed, near misses first
 *   (own machines: own.h)            └─ settings: model@effort at its best host
 *                                          quality.h   expected share of right answers, with its error
 *                                          task_cost.c price x lengths x thinking, seconds
 *                                       utility.c      U = value x share - cost - worth of waiting; ties; the verdict
 *                                       sensitivity.c  where the verdict changes, announced prices
 *                                       steps.c ask.c  the six steps; the questions that matter most
 *                                       shortlist.c    a task file for `balance`
 *
 * What counts how much:
 *   - A setting without linked public scores is not named as verdict while one with scores is left; it is listed, and the
 *     newest go into the task file. The same holds for one that is deprecated or ends within FL_LEAVING_DAYS. One of which
 *     it is not known whether it meets a hard need is named only when no other is left, and that is said.
 *   - Two settings tie when the 95 % interval of their difference in utility contains 0 (errors of the shares taken as
 *     independent, costs as exact). Of those that tie with the best and are at most FL_CHEAPER_WITHIN below it, the cheapest
 *     that was measured by FL_TESTS_LEAST tests is named (a wide interval is no merit); with `prefer`, the cheapest of the preferred kind.
 *   - A model's host is the one of which most needed facts are known, of these the cheapest; a reseller only where nobody
 *     serves the model directly, for its list prices are often those of a while.
 *   - Results of one's own outrank: with n items the share is (n own + FL_OWN_PRIOR public) / (n + FL_OWN_PRIOR), and a
 *     measured cost replaces the computed one.
 *
 * Ownership: everything lives in the arena or the catalogue; fl_advice_release frees the lists. Threads: pure. Limits:
 * none of its own. Failure: NOT_FOUND for an unknown lab or device, INVALID for an unknown kind of input, CHECK when
 * nobody is known to meet all needs, or nobody can be ranked: the advice is filled all the same, with what was removed, what is not known and, where
 * somebody may meet them, whom that would name.
 */
#ifndef FL_ADVISE_H
#define FL_ADVISE_H

#include "base/vec.h"
#include "choose/eliminate.h"
#include "choose/own.h"
#include "choose/quality.h"
#include "choose/thinking.h"
#include "choose/worth.h"
#include "price/offer_price.h"

enum { FL_OWN_PRIOR = 20, FL_TESTS_LEAST = 2, FL_LEAVING_DAYS = 90, FL_AGENT_STEPS = 20 };
#define FL_CHEAPER_WITHIN 0.05 /* the cheaper alternative is at most so much worse */
#define FL_STRONGER_BY 0.03    /* the more capable one at least so much better */

/* What the user measured of one setting. */
struct fl_own_result {
	struct fl_str config; /* offer or model, [@effort]; settings that vote are passed over */
	size_t items;
	double share;      /* mean score */
	int64_t cost_nusd; /* mean of an item, -1 = not known */
};

enum fl_prefer { FL_PREFER_ANY, FL_PREFER_OPEN, FL_PREFER_CLOSED };

struct fl_advise_wish {
	const struct fl_category *category; /* NULL: general, said */
	struct fl_needs needs;
	const struct fl_yaml *needs_tree; /* the same as it was written, for the task file; NULL = none */
	int64_t traffic_month;            /* 0 = not given */
	int64_t in_tokens, out_tokens;    /* of a call, -1 = not given */
	int64_t value_nusd;               /* of a right answer, -1 = not given */
	struct fl_pay pay;                /* wage 0 = not given; decides the value where that is not stated */
	int64_t budget_month_nusd;        /* -1 = none */
	struct fl_list device;            /* struct fl_str: may run on these too */
	enum fl_prefer prefer;
	bool strict;
	const struct fl_own_result *own;
	size_t owns;
	struct fl_str own_from; /* where they are from: a file, a run */
	fl_date day;
	const struct fl_yaml
	    *task; /* the task file as a tree, NULL = none: the task file of the advice is it, changed */
};
/* Nothing given. */
void fl_advise_wish_init(struct fl_advise_wish *w);

/* A model at a level of effort at the host that serves it best here. */
struct fl_setting {
	struct fl_str name; /* provider/model[@effort] */
	struct fl_offer_ref offer;
	enum fl_effort effort;
	bool own; /* on the user's machine */
	struct fl_own_fit fit;
	bool open;            /* weights can be had */
	size_t other_hosts;   /* that meet the needs too */
	size_t unknown;       /* needs of which a fact is not known */
	struct fl_str leaves; /* why it will not last; empty = it does, as far as is known */

	bool known; /* has a share: scores of its own, own results, or a predecessor's */
	struct fl_ability ability;
	double share, share_error;
	size_t own_items; /* of own results; 0 = none */
	double own_share;
	bool measured; /* its share is its own, not a predecessor's */

	bool priced;
	int64_t cost_nusd; /* of a call */
	bool cost_is_own;  /* measured by the user */
	struct fl_str cost_problem;
	double tokens_times;        /* output tokens relative to a model that does not think */
	struct fl_str tokens_basis; /* where that is from */
	int64_t thinking_tokens;
	double token_factor; /* of its tokenizer; 1 = not known to differ */
	double latency_s;    /* of a call; < 0 = not known */
	double utility_usd;
	size_t tie; /* group 1, 2, ...; 0 = not ranked */
};

struct fl_removal {
	struct fl_str candidate;
	struct fl_finding finding;
	size_t broken; /* needs that this candidate breaks in all: 1 = a near miss */
	double share;  /* of its model, for the order; < 0 = not known */
};
struct fl_unknown_fact {
	struct fl_str candidate;
	struct fl_finding finding;
};

enum fl_break_kind { FL_BREAK_VALUE, FL_BREAK_WAGE, FL_BREAK_OUTPUT, FL_BREAK_INPUT, FL_BREAK_TRAFFIC, FL_BREAK_PRICE };
extern const char *const fl_break_words[]; /* value_nusd, wage_nusd_per_hour, output_tokens, ... */
/* Where another setting wins. */
struct fl_break {
	enum fl_break_kind kind;
	double now, at; /* in the parameter's unit: USD, USD an hour, tokens, calls a month; a day for PRICE */
	size_t winner;  /* beyond it */
	bool changes;   /* the verdict changes; an announced price may leave it */
	struct fl_str text, source;
};

struct fl_because {
	struct fl_str fact, source;
	fl_date date;
};
struct fl_advice_step {
	const char *question;
	struct fl_str answer;
	FL_VEC(struct fl_because) because;
};
enum { FL_ADVICE_STEPS = 6, FL_ADVICE_ASKS = 5 };
struct fl_question {
	struct fl_str question, why, option; /* the option that answers it */
	bool changes;                        /* an answer could change the verdict */
};

/* A candidate of the task file. */
struct fl_listed {
	size_t setting;
	struct fl_str model; /* as the task file names it: a vendor that the program can call, or OpenRouter */
	struct fl_str effort;
	const char *why;
};

struct fl_advice {
	const struct fl_catalog *catalog;
	const struct fl_advise_wish *wish;
	const struct fl_category *category;
	struct fl_qualities quality;
	struct fl_arena *arena;
	int64_t in_tokens, out_tokens, value_nusd;
	double wait_usd_per_s;
	bool value_assumed, lengths_assumed, searches;
	size_t offers, models;                       /* looked at */
	double usual_first_s[2], usual_tokens_per_s; /* medians: without and with thinking, see task_cost.c */
	struct fl_suite suite;                       /* by which thinking is measured */

	/* Ranked ones first, best utility first; then those in doubt: without scores or ending soon;
	 * a need not known; then those without price. */
	FL_VEC(struct fl_setting) setting;
	size_t ranked;
	size_t met;                           /* settings that are known to meet all needs */
	ptrdiff_t verdict, cheaper, stronger; /* -1 = none */
	FL_VEC(struct fl_removal) removed;    /* near misses first */
	size_t removed_candidates;
	FL_VEC(struct fl_unknown_fact) unknown;
	FL_VEC(struct fl_break) sensitivity;
	struct fl_advice_step step[FL_ADVICE_STEPS];
	struct fl_question ask[FL_ADVICE_ASKS];
	size_t asks;
	FL_VEC(struct fl_str) assumption;
	FL_VEC(struct fl_listed) shortlist; /* of the task file */
	struct fl_str task_file;
	struct fl_providers *providers;  /* while the shortlist is made: what its names will mean */
	FL_VEC(struct fl_str) task_note; /* what the task file had to leave out */
};

/* The whole. On CHECK the advice is filled and to be released too; on other failures it is empty. */
enum fl_code fl_advise(const struct fl_catalog *c, const struct fl_advise_wish *w, struct fl_arena *a,
                       struct fl_advice *out, struct fl_err *err) FL_MUST_USE;
void fl_advice_release(struct fl_advice *v);
/* Half the width of the 95 % interval of the difference in utility: within it, two settings tie. */
double fl_utility_margin(const struct fl_setting *x, const struct fl_setting *y, double value_usd);
/* The needs of which it is not known whether the setting meets them, each once. */
size_t fl_advice_not_known(const struct fl_advice *v, const struct fl_setting *s, struct fl_str *need, size_t most);
/* The month's cost of a setting at the wish's traffic; -1 without traffic, price, or beyond all bounds. */
int64_t fl_advice_month(const struct fl_advice *v, const struct fl_setting *s);

#endif
