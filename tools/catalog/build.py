#!/usr/bin/env python3
"""Fills the catalogue from two files of facts: one YAML file a lab, and the lists beside them.

usage: build.py FACTS.json MORE.json OUT_DIR

The files are meant to be kept by hand afterwards; running the tool again on the same facts writes the same text.
"""
import os
import sys

import changes
import emit
import extras
import hardware
import models
import names
import policies
import prices
import rules
import scores
import sourcelist
import tables
from facts import day, load, reword, sources

KEPT = "Kept by hand: add a row, date it, name its source. tools/catalog/build.py filled this file from facts of November 2026."


class Catalogue:
    """All that the files are made of."""

    def __init__(self, facts, more):
        sourcelist.read(facts, more)
        self.facts, self.more = facts, more
        self.models = facts["models"] + tables.extra_models(facts, more)
        self.changes = changes.of(facts, more)
        self.architectures = hardware.architectures(facts, more)
        self.offers = prices.offers_of(facts)
        self.contexts = tables.add_prices(self.models, self.offers, more)
        self.scores = scores.scores(facts)
        tables.add_scores(self.scores, more)
        self.parts = {"tuning": extras.tuning(more), "market": scores.market(facts), "context_evals": scores.context_evals(facts),
                      "speed": scores.speed(facts), "run_costs": scores.run_costs(facts), "good_for": changes.good_for()}

    def model(self, m):
        out, limits = models.build(m, self.changes.get(m["id"], {}), self.architectures)
        offers = self.offers_of(m, limits)
        others = names.aliases(m, {who: o.get("model", m["id"]) for who, o in offers.items()})
        if others:
            out["aliases"] = others
        for key in ("tuning", "market", "scores", "context_evals", "speed", "run_costs", "good_for"):
            found = self.scores.get(m["id"]) if key == "scores" else self.parts[key].get(m["id"])
            if found:
                out[key] = found if isinstance(found, list) else [found]
        if offers:
            out["offers"] = offers
        return out

    def offers_of(self, m, limits):
        out = {}
        found = self.offers.get(m["id"], {})
        for who in sorted(set(found) | set(limits), key=lambda w: (w != names.own_provider(m["lab"]), w == "openrouter", w)):
            offer = {}
            sent = names.sent(m, who)
            if sent != m["id"]:
                offer["model"] = emit.Text(sent)
            for key in ("context", "max_output"):
                claims = limits.get(who, {}).get(key)
                then = self.contexts.get((m["id"], who)) if key == "context" else None
                if claims is None and then is not None:
                    claims = then
                if claims is not None:
                    offer[key] = claims
            atoms = found.get(who, [])
            factors = rules.apply(m["id"], who, atoms, m["claims"]) if atoms else []
            rows = prices.rows_of(atoms)
            if rows:
                offer["prices"] = self.placed(m["id"], who, rows, factors)
            self.served(m, who, offer)
            out[who] = offer
        return out

    def placed(self, model, who, rows, factors):
        """Billing rows, then factors, then what never bills."""
        rows = changes.evidence(model, who, rows)
        live = [r for r in rows if r.get("status") not in ("cancelled", "disputed")]
        return live + factors + [r for r in rows if r.get("status") in ("cancelled", "disputed")]

    def served(self, m, who, offer):
        for c in m["claims"].get("expiration_date", []):
            if who == "openrouter" and "openrouter" in c["sources"]:
                offer["to"] = day(c["value"])
        if who == "perplexity":
            offer["to"] = day("2026-09-27")
            offer["note"] = emit.Text("the chat completions API for it ended on 27 Sep 2026; the Agent API took its place")


# Words of the facts on devices -> keys of sources.yaml.
DEVICE_SOURCES = {"catalogue": "vendor-spec", "public phone comparison data": "phone-comparison"}


def with_sources(rows):
    for row in rows:
        names = row["source"] if isinstance(row["source"], list) else [row["source"]]
        row["source"] = sources([DEVICE_SOURCES.get(n, n) for n in names])
        if "note" in row:
            row["note"] = emit.Text(reword(row["note"]))
    return rows


def devices(facts, more):
    found, rents = hardware.devices(facts, more), hardware.rentals(facts, more)
    with_sources(found.values())
    return {"devices": found, "rentals": with_sources(rents)}


def lab_files(c):
    trust = extras.trust(c.more)
    for lab in names.FILES:
        name, country, url = names.LABS[lab]
        entry = {"name": emit.Text(name), "country": country, "url": url}
        if trust.get(lab):
            entry["trust"] = trust[lab]
        found = {m["id"]: c.model(m) for m in c.models if m["lab"] == lab}
        yield lab, "%s: the lab, its models and who offers them.\n%s" % (name, KEPT), {"labs": {lab: entry}, "models": found}
    tools = {}
    for lab, (name, country, url) in names.LABS.items():
        if lab not in names.FILES:
            tools[lab] = {"name": emit.Text(name), "country": country, "url": url, "trust": trust[lab]}
    yield "tools", "Makers of tools, for their records of trust.\n" + KEPT, {"labs": tools}


def list_files(c):
    yield ("sources", "Where facts are from, best rank first.\n%s\n%s" % (sourcelist.RANKS, KEPT),
           {"compiled": day(c.more["meta"]["compiled"]), "sources": sourcelist.tree()})
    yield ("providers", "Who serves models by an API, what they do with data, and their search tools.\n" + KEPT,
           {"providers": names.providers(), "policies": policies.policies(c.facts, c.more), "searches": extras.searches(c.more)})
    yield "plans", "Subscriptions.\n" + KEPT, {"plans": extras.plans(c.more)}
    yield ("devices", "Hardware that models run on, and what renting it costs.\n" + KEPT,
           devices(c.facts, c.more))
    yield ("benchmarks", "What scores are of. Tags are the task categories and industries that a benchmark speaks for: code, reasoning, math,\n"
           "data, language, instruction, dialogue, extraction, long-context, agents, web-search, vision, knowledge,\n"
           "hallucination, finance, legal, medical, general.\n" + KEPT, {"benchmarks": scores.benchmarks()})
    yield "media", "What images, audio, video and documents take and cost.\n" + KEPT, {"media": extras.media(c.facts, c.more)}
    yield "tables", "Lists of models that somebody published.\n" + KEPT, {"tables": tables.tables(c.more)}
    yield "calendars", "Hours in which prices differ.\n" + KEPT, {"calendars": extras.calendars()}


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__.strip())
    c = Catalogue(load(sys.argv[1]), load(sys.argv[2]))
    os.makedirs(sys.argv[3], exist_ok=True)
    for name, comment, tree in list(lab_files(c)) + list(list_files(c)):
        with open(os.path.join(sys.argv[3], name + ".yaml"), "w", encoding="utf-8") as f:
            f.write(emit.document(comment, tree))


if __name__ == "__main__":
    main()
