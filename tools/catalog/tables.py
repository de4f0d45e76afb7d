"""The two tables of August 2025: their prices as dated rows, their scores, and the tables themselves.

A price that was seen on 26 and 27 August 2025 and differs from the undated row of 2026 changed on an unknown day between:
it bills until 2025-08-28, the undated one from then on. A vendor's own price is taken to hold since the release, a host's
only since it was seen.
"""
from decimal import Decimal

from emit import Flow, Text
from facts import day, first_day, provider, source, sources
from models import claim
from names import own_provider
from prices import Atom
from sourcelist import rank

SEEN, LATER = "2025-08-26", "2025-08-28"
NOTE = "seen on 2025-08-26 and 27; changed on an unknown later day"
GONE = "seen on 2025-08-26 and 27; later prices of this host not seen"
DATED = ("models.dev-2025-08", "genai-prices-2025-08")

# Models of the tables that the first file of facts does not hold.
EXTRA = [
    {"id": "grok-3-mini", "name": "Grok 3 mini", "lab": "xai", "open_weights": False, "license_note": "proprietary"},
    {"id": "glm-4.5-air", "name": "GLM-4.5 Air", "lab": "zai", "open_weights": True, "license_note": "see source"},
    {"id": "minimax-m1", "name": "MiniMax M1", "lab": "minimax", "open_weights": True, "license_note": "see source"},
]
EXTRA_SENT = {"glm-4.5-air": "z-ai/glm-4.5-air", "minimax-m1": "minimax/minimax-m1"}


def shapes_only(facts):
    """Open models of which the facts hold nothing but the shape."""
    known = {m["id"] for m in facts["models"]}
    for a in facts["architectures"]:
        if a["model"] not in known and a["model"].startswith("qwen"):
            names = [a["source"]]
            yield {"id": a["model"], "name": a["name"], "lab": "alibaba", "open_weights": True, "license_note": "see source", "aliases": [],
                   "claims": {"context_tokens": [{"value": a["max_context"], "sources": names}],
                              "total_params_b": [{"value": a["published_total_b"], "sources": names}],
                              "active_params_b": [{"value": a["published_active_b"], "sources": names}]}}


def extra_models(facts, more):
    rows = {r["model"]: r for r in more["tables_2025_08"]}
    out = list(shapes_only(facts))
    for m in EXTRA:
        fact = rows[m["id"]]
        names = [s for s in fact["sources"] if s in DATED]
        aliases = [{"source": "openrouter", "id": EXTRA_SENT[m["id"]]}] if m["id"] in EXTRA_SENT else []
        out.append({**m, "aliases": aliases, "claims": {"context_tokens": [{"value": fact["context_tokens"], "sources": names}]}})
    return out


def price_names(fact):
    return [s for s in fact["sources"] if s in DATED] or [{"catalogue": "genai-prices"}[s] for s in fact["sources"] if s == "catalogue"]


def hosts_of(fact):
    """[(provider, {class: value}, sources, context, note, disputed)]"""
    out = []
    if "input_usd_per_mtok" in fact:
        who = provider(fact["host"]) if "host" in fact else own_provider(fact["lab"])
        rates = {"input": fact["input_usd_per_mtok"], "output": fact["output_usd_per_mtok"]}
        if "cached_input_usd_per_mtok" in fact:
            rates["cache_read"] = fact["cached_input_usd_per_mtok"]
        out.append((who, rates, price_names(fact), fact["context_tokens"] if "host" in fact else None, None))
    for h in fact.get("other_hosts", []):
        rates = {"input": h["input"], "output": h["output"]}
        if "cached" in h:
            rates["cache_read"] = h["cached"]
        name, _, mode = h["host"].partition(" (")
        note = "%s; the dated catalogues disagree on the day of the change" % mode.rstrip(")") if mode else None
        out.append((provider(name), rates, [h["source"]], h.get("context_tokens"), note))
    return out


# What the notes of the rows tell beside their figures: (model, provider): [(class, value, condition)].
BESIDE = {
    ("gemini-2.5-pro", "google"): [("cache_read", "0.625", {"above": 200000})],
    ("gemini-2.5-flash-lite", "google"): [("audio_input", "0.5", {})],
}
# DeepSeek's own API before V3.1: from the note of the row of R1-0528.
BEFORE = [("deepseek-r1-0528", "deepseek", {"input": "0.55", "output": "2.19", "cache_read": "0.14"}, "2025-05-28", "2025-08-21",
           "a discount window of 16:30 to 00:30 UTC is not held; V3.1 took its place")]


def released(model):
    """The day that ranks first."""
    found = sorted((min(rank(source(s)) for s in c["sources"]), c["value"]) for c in model["claims"].get("release_date", []))
    return found[0][1] if found else None


def holds(atoms, cls, when):
    found = [a for a in atoms if a.cls == cls and a.when == when and a.status in (None, "promo", "announced") and a.covers(SEEN)]
    return found[0] if found else None


def set_price(atoms, cls, value, when, start, names, fresh):
    """A price of that day; what the later row says begins afterwards."""
    now = holds(atoms, cls, when)
    if now and now.value == value:
        now.names += [n for n in names if n not in now.names]
        return False
    if now:
        if now.start and first_day(now.start) > SEEN:
            raise ValueError("a dated row contradicts the table")
        now.start = LATER
    if now and fresh:
        atoms.append(Atom(cls, value, when, start, LATER, None, None, names, NOTE))
    else:
        atoms.append(Atom(cls, value, when, start, LATER, None, None, names, NOTE if now else GONE))
    return True


def add_prices(models, offers, more):
    """Puts the tables' prices into the offers; returns {(model, provider): context as served then}."""
    by_id = {m["id"]: m for m in models}
    contexts = {}
    for fact in more["tables_2025_08"]:
        model = by_id[fact["model"]]
        if not hosts_of(fact):  # neither dated catalogue had a price
            for a in [a for atoms in offers[model["id"]].values() for a in atoms if not a.start and not a.end]:
                a.start, a.note = LATER, a.note or "in no catalogue of 26 and 27 August 2025"
        for who, rates, names, context, note in hosts_of(fact):
            atoms = offers.setdefault(model["id"], {}).setdefault(who, [])
            if note:
                atoms += [Atom(cls, Decimal(str(v)), {}, SEEN, LATER, "disputed", None, names, note) for cls, v in rates.items()]
                continue
            own = who == own_provider(model["lab"]) and not fact.get("price_conflict")
            start = (released(model) if own else None) or SEEN
            changed = [set_price(atoms, cls, Decimal(str(v)), {}, start, names, True) for cls, v in rates.items()]
            if any(changed[:2]):  # then nothing else of the later list is known to have held on that day
                for a in atoms:
                    if a.start is None and a.end is None and a.status in (None, "promo") and (a.when or a.cls not in rates):
                        a.start = LATER
            for cls, v, when in BESIDE.get((model["id"], who), []):
                set_price(atoms, cls, Decimal(v), when, start, names, True)
            if context:
                contexts[(model["id"], who)] = claim(context, [n for n in fact["sources"] if n in DATED][-1:] or names)
    for model, who, rates, start, end, note in BEFORE:
        offers[model].setdefault(who, []).extend(
            Atom(cls, Decimal(v), {}, start, end, None, None, list(DATED), note) for cls, v in rates.items())
    return contexts


def add_scores(scores, more):
    """Scores of the tables that the first file does not hold."""
    for fact in more["tables_2025_08"]:
        rows = scores.setdefault(fact["model"], [])
        variants = [(fact["livebench_variant"], fact["livebench"])] if "livebench" in fact else []
        variants += [(v["variant"], v["score"]) for v in fact.get("livebench_other_variants", [])]
        for variant, value in variants:
            release = fact["livebench_release"]
            if any(r["benchmark"] == "livebench" and r.get("release") == release and r.get("variant") == variant
                   and r["date"] == SEEN and "category" not in r for r in rows):
                continue
            row = Flow(benchmark="livebench", release=Text(release), variant=Text(variant), value=value, date=day(SEEN),
                       source=[s for s in fact["sources"] if s.startswith("livebench")][0])
            if "score" in fact.get("note", ""):
                row["note"] = Text(fact["note"])
            rows.append(row)


def tables(more):
    out = {}
    for key, title, is_open in (("leading-closed", "Leading closed models, August 2025", False),
                                ("leading-open", "Leading open-weight models, August 2025", True)):
        rows = []
        for fact in more["tables_2025_08"]:
            if fact["open"] != is_open:
                continue
            row = Flow(model=fact["model"])
            hosts = hosts_of(fact)
            if hosts:
                row["offer"] = hosts[0][0] + "/" + fact["model"]
            if "livebench_variant" in fact:
                row["variant"] = Text(fact["livebench_variant"])
            row["context"] = fact["context_tokens"]
            rows.append(row)
        out[key] = {"title": title, "date": day(SEEN), "benchmark": "livebench", "release": Text("2025-05-30"), "row": rows,
                    "source": sources(["models.dev-2025-08", "genai-prices-2025-08", "livebench-2025-08-26"])}
    return out
