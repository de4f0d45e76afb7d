#include "price/agent_loop.h"

struct state {
	const struct fl_agent_loop *loop;
	const struct fl_price *price;
	const struct fl_served *served;
	struct fl_agent_cost *cost;
	uint64_t context; /* of the next call */
	uint64_t held;    /* of it, what the cache holds */
};

/* One call over the whole context; `kept`: its new part goes into the cache. */
static bool call(struct state *s, bool kept, uint64_t out)
{
	struct fl_agent_cost *c = s->cost;
	uint64_t read = s->loop->cached ? s->held : 0, fresh = s->context - read;
	uint64_t written = s->loop->cached && kept ? fresh : 0;
	struct fl_usage u = fl_usage_text(fresh - written, read, written, out);
	if (__builtin_add_overflow(c->input, s->context, &c->input) ||
	    __builtin_add_overflow(c->output, out, &c->output))
		return fl_tally_fail(&c->receipt, "more tokens than fit 64 bits");
	c->cache_read += read;
	c->cache_write += written;
	c->longest = FL_MAX(c->longest, s->context);
	return fl_tally_add(&c->receipt, s->price, s->served, &u, 1);
}

static bool compact(struct state *s)
{
	s->cost->compactions++;
	if (!call(s, false, s->loop->summary))
		return false;
	s->context = s->loop->system + s->loop->summary;
	s->held = 0;
	return true;
}

bool fl_agent_loop_cost(const struct fl_agent_loop *l, const struct fl_price *p, const struct fl_served *served,
                        struct fl_agent_cost *out)
{
	struct state s = {.loop = l, .price = p, .served = served, .cost = out, .context = l->system};
	memset(out, 0, sizeof *out);
	fl_tally_init(&out->receipt);
	if (l->calls > FL_AGENT_CALLS)
		return fl_tally_fail(&out->receipt, "more calls than are looked at one by one");
	if (l->compact_at && l->system + l->summary + l->growth > l->compact_at)
		return fl_tally_fail(&out->receipt, "a summary and one step are already longer than the compaction");
	for (uint64_t t = 0; t < l->calls; t++) {
		if (l->compact_at && s.context > l->compact_at && !compact(&s))
			return false;
		if (!call(&s, true, l->out))
			return false;
		s.held = s.context;
		if (__builtin_add_overflow(s.context, l->growth, &s.context))
			return fl_tally_fail(&out->receipt, "more tokens than fit 64 bits");
	}
	return true;
}
