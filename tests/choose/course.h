/*
 * course.h - what the tests let a race run on: a small known matrix, and the few lines that feed it.
 * Ownership: course_init/_release. Threads: one. Failure: aborts.
 */
#ifndef FL_COURSE_H
#define FL_COURSE_H

#include "base/rng.h"
#include "choose/race.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COURSE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COURSE_SANITIZED 1
#endif
#endif
/* Simulations are this many times shorter under the sanitizers. */
#ifdef COURSE_SANITIZED
enum { COURSE_FEWER = 10 };
#else
enum { COURSE_FEWER = 1 };
#endif

struct course {
	size_t arms, items;
	double *score, *cost, *latency; /* [arm * items + item] */
};
void course_init(struct course *c, size_t arms, size_t items);
void course_release(struct course *c);
/* Configuration for a goal: caps twice the largest cost, timeouts 10 s, no constraints, delta 0.05, finite. `arm` has
 * room for all arms and must outlive the call to fl_race_create. */
struct fl_race_config course_config(const struct course *c, enum fl_race_goal goal, struct fl_race_arm_config *arm);
struct fl_race *course_race(const struct fl_race_config *config);
/* Supplies one cell; order[position] is an item, NULL = as they are. */
void course_cell(const struct course *c, struct fl_race *r, const uint32_t *order, size_t arm, size_t position);
/* Supplies the wanted cells and advances; false when the race has ended. */
bool course_step(const struct course *c, struct fl_race *r, const uint32_t *order);
void course_run(const struct course *c, struct fl_race *r, const uint32_t *order);
/* Mean over all items of V * score - cost - w * latency. */
double course_utility(const struct course *c, const struct fl_race_config *config, size_t arm);
double course_mean(const double *track, const struct course *c, size_t arm);
/* Scores of `arms` candidates with success rates q[k] and a shared difficulty: on half of the items all of them share
 * one draw of luck. */
void course_draw(struct course *c, struct fl_rng *rng, const double *q);

#endif
