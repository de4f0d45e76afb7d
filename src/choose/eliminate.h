/*
 * eliminate.h - which needs an offer breaks, by the facts of the catalogue: each with what was wanted and found, the
 * source and its day, and the smallest relaxation of that need that brings the offer back.
 *
 * A fact that is not known is its own state: neither met nor broken. Lenient users keep such an offer and are told,
 * strict ones lose it. Cost is not decided by facts of an offer alone: advise.h and the race decide it.
 *
 * How each need is decided:
 *   data               the provider's policy for this model, else for its API in general; "opt-out" breaks no-training,
 *                      zero retention on request counts as unknown until it is agreed; own-machines breaks every host
 *   region             the offer's own, the provider's places of processing, or a residency that it promises; cities and
 *                      members of the EU count for "eu"; what is to be chosen or agreed with the provider is unknown
 *   inputs             what the model takes, or a rule of how it is billed; youtube: the host that reads such addresses
 *   effective_context  a length test (NoLiMa, RULER, ...) that reaches the length, or a score test at that length or beyond
 *                      with a share of at least FL_CONTEXT_SHARE; broken when all tests fall short
 *   first_token        the fastest variant measured, its first token of the answer
 *   devices            fit/ says whether weights and context fit (own.h); a host's API breaks it
 *
 * An offer of the provider FL_OWN_PROVIDER is the user's own machine: nothing leaves it, and its speed is fit's, not that
 * of public measurements.
 *
 * Ownership: texts live in the arena. Threads: pure. Failure: none.
 */
#ifndef FL_ELIMINATE_H
#define FL_ELIMINATE_H

#include "base/vec.h"
#include "catalog/catalog.h"
#include "task/needs.h"

#define FL_CONTEXT_SHARE 0.6

enum fl_need_state { FL_NEED_MET, FL_NEED_UNKNOWN, FL_NEED_BROKEN };

struct fl_finding {
	enum fl_need_state state;
	struct fl_str need, wanted, found, source;
	fl_date date;
	struct fl_str relax; /* "context: 128k", or a sentence where no other value of the need would do */
};
struct fl_findings {
	FL_VEC(struct fl_finding) p; /* broken and unknown ones, in the order of the needs; the caller releases it */
	size_t broken, unknown;
};

/* Appends what is broken and what is unknown of an offer on that day. */
void fl_needs_check(const struct fl_catalog *c, const struct fl_needs *needs, const struct fl_offer_ref *offer,
                    fl_date day, struct fl_arena *a, struct fl_findings *out);
void fl_findings_release(struct fl_findings *f);
/* The policy row that holds for plain calls of the model at the provider; NULL = not known. */
const struct fl_policy *fl_policy_for(const struct fl_catalog *c, struct fl_str provider, struct fl_str model);
/* "no tokens" ... one sentence: "context: wanted 200k, found 128k (litellm, 2026-08-01)". */
struct fl_str fl_finding_text(const struct fl_finding *f, struct fl_arena *a);

/* A time that is not under what was found, in three digits: relaxing a need to it brings the candidate back. */
double fl_relaxed_seconds(double seconds);

#endif
