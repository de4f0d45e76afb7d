#!/usr/bin/env python3
"""The committed catalogue against the files of facts that it was filled from: nothing lost, nothing made up.

Prints TAP. Skips where the facts are absent (FULCRUM_SHARED, else ../shared beside the repository).
"""
import datetime
import filecmp
import os
import subprocess
import sys
import tempfile
from decimal import Decimal

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOL = os.path.join(ROOT, "tools", "catalog")
SHARED = os.environ.get("FULCRUM_SHARED") or os.path.join(ROOT, "..", "shared")
FACTS = [os.path.join(SHARED, "facts", name) for name in ("catalogue_facts.json", "catalogue_facts_more.json")]
sys.path.insert(0, TOOL)

import corrections  # noqa: E402
import facts as words  # noqa: E402
import read  # noqa: E402

NEVER = ("cancelled", "disputed")


# --- reading the catalogue ---------------------------------------------------------------------------------------------

def listed(x):
    return x if isinstance(x, list) else [x]


def first(text, otherwise):
    return words.first_day(text) if text else otherwise


def covers(row, day):
    return first(row.get("from"), "0000") <= day < first(row.get("to"), "9999")


def bills(row):
    return row.get("status") not in NEVER


def offer(c, name):
    who, _, model = name.partition("/")
    return c["models"][model]["offers"][who]["prices"]


def price(c, name, cls, day, **when):
    """Rate of the plain row (or the one under exactly these conditions); rows with dates stand above those without."""
    found = [r for r in offer(c, name) if cls in r and bills(r) and r.get("when", {}) == when and covers(r, day)]
    found.sort(key=lambda r: ("from" in r, "to" in r))
    return Decimal(found[-1][cls]) if found else None


def score(c, model, benchmark, release, variant, date=None):
    found = [r for r in c["models"][model]["scores"] if r["benchmark"] == benchmark and r.get("release") == release
             and r.get("variant") == variant and "category" not in r and date in (None, r["date"])]
    return Decimal(found[0]["value"]) if found else None


def run_cost(c, model, variant):
    return [Decimal(r["total"].split()[0]) for r in c["models"][model]["run_costs"]
            if r["benchmark"] == "aider-polyglot" and r["variant"] == variant][0]


# --- the tests: each yields what is wrong -------------------------------------------------------------------------------

def days_of_august_2022():
    day = datetime.date(2022, 8, 1)
    while day.month == 8:
        yield day.isoformat()
        day += datetime.timedelta(1)


def gpt_3_cost_600_times_flash_lite_on_every_day_of_august_2022(c, f, m):
    lite = price(c, "google/gemini-2.5-flash-lite", "input", "2025-08-26")
    for day in days_of_august_2022():
        if price(c, "openai/gpt-3-text-davinci-002", "input", day) != 600 * lite:
            yield day
    if price(c, "openai/gpt-3-text-davinci-002", "input", "2022-09-01") != 200 * lite:
        yield "200 times from 1 September on"


def gpt_4_5_costs_750_times_flash_lite_with_a_similar_score_then(c, f, m):
    gpt, lite = "openai/gpt-4.5-preview", "google/gemini-2.5-flash-lite"
    for cls, times in (("input", 750), ("output", 375)):
        if price(c, gpt, cls, "2025-06-20") != times * price(c, lite, cls, "2025-06-20"):
            yield cls
    found = (score(c, "gpt-4.5-preview", "livebench", "2025-05-30", "gpt-4.5-preview-2025-02-27", "2025-08-26"),
             score(c, "gemini-2.5-flash-lite", "livebench", "2025-05-30", "gemini-2.5-flash-lite-preview-06-17-highthinking", "2025-08-26"))
    if found != (Decimal("58.65"), Decimal("57.53")):
        yield "scores %s and %s" % found


def near(got, wanted):
    return abs(got - Decimal(wanted)) < Decimal("0.06")


def r1_costs_about_a_27th_of_o1(c, f, m):
    for cls, times in (("input", "27.3"), ("output", "27.4")):
        got = price(c, "openai/o1", cls, "2025-03-01") / price(c, "deepseek/deepseek-r1", cls, "2025-03-01")
        if not near(got, times):
            yield "%s: %s" % (cls, got)
    if not near(run_cost(c, "o1", "o1-2024-12-17 (high)") / run_cost(c, "deepseek-r1", "DeepSeek R1"), "34.4"):
        yield "the Aider runs"


def o1_costs_six_times_gpt_4o_and_o3_pro_ten_times_o3(c, f, m):
    for a, b, times in (("o1", "gpt-4o", 6), ("o3-pro", "o3", 10)):
        for cls in ("input", "output"):
            if price(c, "openai/" + a, cls, "2025-08-26") != times * price(c, "openai/" + b, cls, "2025-08-26"):
                yield "%s %s" % (a, cls)
    pro = run_cost(c, "o3-pro", "o3-pro (high)")
    for variant, times in (("o3", "10.6"), ("o3 (high)", "6.9")):
        if not near(pro / run_cost(c, "o3", variant), times):
            yield "Aider runs of o3-pro and " + variant


def system_costs_span_a_factor_of_millions(c, f, m):
    low = (1000 * price(c, "google/gemini-2.5-flash-lite", "input", "2026-11-24")
           + 200 * price(c, "google/gemini-2.5-flash-lite", "output", "2026-11-24")) / 1000000
    high = 10 * 20 * (100000 * price(c, "openai/gpt-5.5-pro", "input", "2026-11-24")
                      + 20000 * price(c, "openai/gpt-5.5-pro", "output", "2026-11-24")) / 1000000
    if (low, high) != (Decimal("0.00018"), Decimal(1320)):
        yield "%s and %s" % (low, high)
    runs = [Decimal(r["total"].split()[0]) for model in c["models"].values() for r in model.get("run_costs", [])
            if r["benchmark"] == "aa-intelligence-index"]
    if round(max(runs) / min(runs)) != 494:
        yield "one suite spans %s" % (max(runs) / min(runs))


def the_45_rows_of_august_2025_come_out_with_prices_and_scores_of_that_day(c, f, m):
    shown = [(t, r) for t in ("leading-closed", "leading-open") for r in c["tables"][t]["row"]]
    if len(shown) != 45 or [r["model"] for _, r in shown] != [r["model"] for o in (False, True) for r in m["tables_2025_08"] if r["open"] == o]:
        yield "rows or their order"
    facts = {r["model"]: r for r in m["tables_2025_08"]}
    for _, row in shown:
        fact = facts[row["model"]]
        for key, cls in (("input_usd_per_mtok", "input"), ("output_usd_per_mtok", "output"), ("cached_input_usd_per_mtok", "cache_read")):
            got = price(c, row["offer"], cls, "2025-08-26") if key in fact else None
            if key in fact and got != Decimal(str(fact[key])):
                yield "%s %s: %s, wanted %s" % (row["offer"], cls, got, fact[key])
        for h in fact.get("other_hosts", []):
            if " (" not in h["host"]:
                for key in ("input", "output"):
                    got = price(c, "%s/%s" % (words.provider(h["host"]), row["model"]), key, "2025-08-26")
                    if got != Decimal(str(h[key])):
                        yield "%s at %s, %s: %s, wanted %s" % (row["model"], h["host"], key, got, h[key])
        if "livebench" in fact:
            got = score(c, row["model"], "livebench", fact["livebench_release"], row["variant"], "2025-08-26")
            if got != Decimal(str(fact["livebench"])):
                yield "score of %s: %s" % (row["model"], got)


def every_model_of_the_facts_is_there(c, f, m):
    missing = [x["id"] for x in f["models"] if x["id"] not in c["models"]]
    yield from missing
    if len(f["models"]) != 169 or len(c["models"]) < 172:
        yield "%d models of %d" % (len(c["models"]), len(f["models"]))


def sought(fact):
    """Conditions, first day and last day that a fact's row must bill (None = any), and its status."""
    start, end = words.first_day(fact.get("valid_from")), words.first_day(fact.get("valid_to"))
    last = (datetime.date.fromisoformat(end) - datetime.timedelta(1)).isoformat() if end else None
    return words.conditions(fact.get("when")), start, last, (fact.get("status") or "").split(",")[0]


def holds_fact(row, cls, fact, when, start, last, status):
    return (cls in row and Decimal(row[cls]) == Decimal(str(fact["usd"])) and same(row.get("when", {}), when)
            and (start is None or covers(row, start)) and (last is None or covers(row, last))
            and (not status or row.get("status") == status)
            and {words.source(s) for s in fact["sources"]} <= set(listed(row["source"])))


def same(shown, wanted):
    return {k: str(v) for k, v in wanted.items()} == {k: v for k, v in shown.items() if v != "true"} | (
        {"fine_tuned": "True"} if shown.get("fine_tuned") == "true" else {})


def named(fact, cls):
    """The fact stands in a list of corrections with its reason."""
    who, value = words.provider(fact["provider"]), Decimal(str(fact["usd"]))
    return any((d[0], d[1], d[2], Decimal(d[3])) == (fact["model"], who, cls, value) for d in corrections.DISPUTED)


def every_price_of_the_facts_is_a_row_or_a_named_correction(c, f, m):
    count = 0
    for fact in f["prices"]:
        if fact["provider"] == "aa-median-of-hosts":
            shown = c["models"][fact["model"]]["market"][0][fact["unit"]]
            if Decimal(shown.split()[0]) != Decimal(str(fact["usd"])):
                yield "median of %s" % fact["model"]
            count += 1
            continue
        cls, who = words.CLASSES[fact["unit"]], words.provider(fact["provider"])
        rows = offer(c, "%s/%s" % (who, fact["model"]))
        tiers, start, last, status = sought(fact)
        for when in tiers:
            found = [r for r in rows if holds_fact(r, cls, fact, when, start, last, status)]
            disputed = [r for r in found if r.get("status") == "disputed"]
            if not found or (disputed == found and not named(fact, cls)):
                yield "%s/%s %s %s %s" % (who, fact["model"], cls, fact["usd"], when)
        count += 1
    if count != 1826:
        yield "%d facts" % count


def every_correction_is_used_and_never_bills(c, f, m):
    for model, who, cls, value, when, end, source, why in corrections.DISPUTED:
        found = [r for r in offer(c, "%s/%s" % (who, model)) if cls in r and Decimal(r[cls]) == Decimal(value)
                 and same(r.get("when", {}), when) and source in listed(r["source"]) and r.get("status") == "disputed"]
        if not found or found[0].get("note") != why:
            yield "%s/%s %s" % (who, model, cls)
    for model, name, value, source in corrections.DOUBTED:
        key = CLAIMS[name]
        if not any(x["source"] == "doubted" and same_value(x["value"], value) for x in claims_of(c, model, key)):
            yield "%s %s" % (model, name)


def known_errors_of_the_sources_do_not_reach_a_user(c, f, m):
    day = "2026-11-24"
    wanted = [
        ("google/gemini-2.5-pro", "input", {"tier": "priority"}, None),
        ("mistral/codestral-2508", "input", {}, "0.3"), ("mistral/codestral-2508", "output", {}, "0.9"),
        ("openai/gpt-4o", "input", {"snapshot": "gpt-4o-2024-05-13"}, "5"),
        ("openai/gpt-4o", "output", {"snapshot": "gpt-4o-2024-05-13"}, "15"),
        ("mistral/mistral-medium-2604", "input", {}, "1.5"), ("mistral/mistral-large-2512", "output", {}, "1.5"),
        ("openai/o3", "input", {}, "2"), ("xai/grok-4.5", "input", {"above": "200000"}, "4"),
        ("anthropic/claude-sonnet-5", "input", {}, "2"), ("anthropic/claude-3-haiku", "cache_write_1h", {}, "0.5"),
        ("openai/gpt-4.1-nano", "cache_read", {}, "0.025"), ("deepseek/deepseek-v4-pro", "input", {}, "0.66"),
    ]
    for name, cls, when, value in wanted:
        got = price(c, name, cls, day, **when)
        if got != (Decimal(value) if value else None):
            yield "%s %s: %s" % (name, cls, got)
    if price(c, "openai/o3", "cache_read", "2025-06-01") != Decimal("2.5"):
        yield "cache of o3 before 10 June 2025"
    priority = [r for r in offer(c, "google/gemini-2.5-pro") if r.get("when") == {"tier": "priority"} and "factor" in r]
    if not priority or priority[0]["factor"] != "1.8":
        yield "priority of Gemini 2.5 Pro"
    if any(r for model in ("gpt-5.6-luna", "gpt-5.6-terra") for r in offer(c, "openrouter/" + model) if r.get("status") != "promo"):
        yield "promotions at OpenRouter"
    for name, value in (("mistral-large-latest", "mistral-large-2512"), ("codestral-latest", "codestral-2508")):
        if not any(a["name"] == name and "to" not in a for a in c["models"][value]["aliases"]):
            yield name


CLAIMS = {"context_tokens": "context", "release_date": "released", "max_output_tokens": "max_output", "modalities_in": "inputs",
          "modalities_out": "outputs", "tools": "tools", "structured_output": "structured_output", "logprobs": "logprobs",
          "knowledge_cutoff": "knowledge", "temperature": "temperature", "reasoning": "reasons", "total_params_b": "total_params_b",
          "active_params_b": "active_params_b", "commercial_use": "commercial", "max_input_tokens": "max_input",
          "prompt_cache_min_tokens": "cache_least", "access": "access", "openness_index": "openness"}


def claims_of(c, model, key):
    held = c["models"][model].get(key, [])
    return listed(held)


def same_value(shown, value):
    if isinstance(value, bool):
        return shown == ("yes" if value else "no")
    if isinstance(value, list):
        return sorted(shown) == sorted(value)
    if isinstance(value, (int, Decimal)):
        return abs(Decimal(shown) - Decimal(str(value))) <= Decimal("0.005")
    return shown == value


def every_claim_of_the_facts_is_kept_with_its_sources(c, f, m):
    for model in f["models"]:
        served = [x for o in c["models"][model["id"]].get("offers", {}).values() for key in ("context", "max_output")
                  for x in listed(o.get(key, []))]
        for name, key in CLAIMS.items():
            held = claims_of(c, model["id"], key) + (served if key in ("context", "max_output") else [])
            held += claims_of(c, model["id"], "max_input") if key == "context" else []
            for fact in model["claims"].get(name, []):
                shown = [x for x in held if same_value(x["value"], fact["value"])]
                have = {s for x in shown for s in listed(x["source"])}
                for s in fact["sources"]:
                    if words.source(s) not in have and "doubted" not in have:
                        yield "%s %s %s by %s" % (model["id"], name, fact["value"], s)


def walk(tree, path=""):
    if isinstance(tree, dict):
        yield path, tree
        for key, value in tree.items():
            yield from walk(value, path + "." + key)
    elif isinstance(tree, list):
        for i, value in enumerate(tree):
            yield from walk(value, "%s[%d]" % (path, i))


def every_value_names_a_known_source(c, f, m):
    for path, node in walk(c):
        for s in listed(node.get("source", [])):
            if s not in c["sources"] and not s.startswith("http"):
                yield "%s: %s" % (path, s)
        if "value" in node and "source" not in node:
            yield path + ": no source"
    for model in c["models"].values():
        for o in model.get("offers", {}).values():
            yield from ("a price of %s has no source" % model["name"] for r in o.get("prices", []) if "source" not in r)


def measurements_are_all_there(c, f, m):
    models = c["models"]
    for name, key in (("performance", "speed"), ("cost_to_run", "run_costs")):
        got = sum(len(x.get(key, [])) for x in models.values())
        if got != len(f[name]):
            yield "%s: %d of %d" % (key, got, len(f[name]))
    out = len([1 for x in corrections.EXCLUDED if x[2] == "AA-LCR"])
    if sum(len(x.get("context_evals", [])) for x in models.values()) != len(f["context_eval"]) - out:
        yield "context_evals"
    wanted = sum(len(b.get("scores", [])) or 1 + len(b.get("categories", {})) for b in f["benchmarks"]) - out
    got = sum(len(x.get("scores", [])) for x in models.values())
    if not wanted <= got <= wanted + 10:
        yield "scores: %d, wanted %d" % (got, wanted)
    for x in models.values():
        for row in x.get("scores", []) + x.get("context_evals", []):
            if row["benchmark"] not in c["benchmarks"]:
                yield row["benchmark"]


def lists_of_the_second_file_are_all_there(c, f, m):
    wanted = [("plans", len(m["subscription_plans"])), ("media", len(m["media"])), ("searches", len(m["web_search_offers"]))]
    for key, n in wanted:
        if len(c[key]) != n:
            yield "%s: %d of %d" % (key, len(c[key]), n)
    if len(c["policies"]) < len(f["data_policies"]) + len(m["data_policies"]):
        yield "policies"
    if sum(len(lab.get("trust", [])) for lab in c["labs"].values()) != len(m["trust_records"]):
        yield "trust records"
    for cutoff in m["knowledge_cutoffs_missing"]:
        if "knowledge_cutoff" in cutoff and "knowledge" not in c["models"][cutoff["model"]]:
            yield "knowledge of " + cutoff["model"]


def the_tool_writes_the_same_text_twice(c, f, m):
    with tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b:
        for out in (a, b):
            subprocess.run([sys.executable, os.path.join(TOOL, "build.py")] + FACTS + [out], check=True)
        yield from (n for n in sorted(os.listdir(a)) if not filecmp.cmp(os.path.join(a, n), os.path.join(b, n), False))


TESTS = [gpt_3_cost_600_times_flash_lite_on_every_day_of_august_2022, gpt_4_5_costs_750_times_flash_lite_with_a_similar_score_then,
         r1_costs_about_a_27th_of_o1, o1_costs_six_times_gpt_4o_and_o3_pro_ten_times_o3, system_costs_span_a_factor_of_millions,
         the_45_rows_of_august_2025_come_out_with_prices_and_scores_of_that_day, every_model_of_the_facts_is_there,
         every_price_of_the_facts_is_a_row_or_a_named_correction, every_correction_is_used_and_never_bills,
         known_errors_of_the_sources_do_not_reach_a_user, every_claim_of_the_facts_is_kept_with_its_sources,
         every_value_names_a_known_source, measurements_are_all_there, lists_of_the_second_file_are_all_there,
         the_tool_writes_the_same_text_twice]


def main():
    print("1..%d" % len(TESTS))
    if not all(os.path.exists(p) for p in FACTS):
        for i, test in enumerate(TESTS):
            print("ok %d - %s # SKIP the files of facts are not here" % (i + 1, test.__name__))
        return 0
    c = read.catalogue(os.path.join(ROOT, "data", "catalog"))
    f, m = (words.load(p) for p in FACTS)
    failed = 0
    for i, test in enumerate(TESTS):
        faults = list(test(c, f, m))
        failed += bool(faults)
        print("%s %d - %s" % ("not ok" if faults else "ok", i + 1, test.__name__))
        for fault in faults[:20]:
            print("# " + str(fault))
        if len(faults) > 20:
            print("# and %d more" % (len(faults) - 20))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
