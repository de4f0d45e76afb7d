"""cost: every worked number of the formulas comes out of the command line, and wrong input is told what is wrong."""
import glob
import json
import math
import os
import re
import shlex

from world import Skip

USUAL = ["--price", "in=3,out=15,cache_read=0.30,cache_write=3.75"]
DAY = ["--at", "2026-11-24"]


def cost(w, *args, status=0):
    r = w.ok("cost", *args, "--json", status=status).json
    if status:
        return r["error"]
    assert r["schema"] == "fulcrum.cost/1", r
    if r["total_nusd"] is not None:
        assert sum(line["amount_nusd"] for line in r["lines"]) == r["total_nusd"], r
    return r


def close(a, b, within=1e-9):
    assert abs(a - b) <= within * max(1, abs(b)), (a, b)


# --- one call ---------------------------------------------------------------------------------------------------------

def test_a_call_costs_what_the_algebra_says(w):
    for args, nusd in ((["--in", "1500", "--out", "400"], 10500000),
                       (["--in", "1500", "--out", "400", "--reasoning", "2000"], 40500000),
                       (["--in", "10k", "--cache-read", "8k", "--out", "500"], 15900000),
                       (["--in", "10k", "--cache-write", "8k", "--out", "500"], 43500000)):
        assert cost(w, *USUAL, *args)["total_nusd"] == nusd
    assert cost(w, "--price", "in=3,out=15,batch=0.5", "--tier", "batch", "--in", "1500", "--out", "400")["total_nusd"] == 5250000


def test_a_context_tier_prices_the_whole_request(w):
    band = ["--price", "in=1.25,out=10", "--above", "200k,in=2.50,out=15", "--out", "1000", "--in"]
    below, above = cost(w, "cliff", *band, "200000"), cost(w, "cliff", *band, "200001")
    assert below["total_nusd"] == 260000000 and below["threshold_tokens"] is None and below["next_threshold_tokens"] == 200000
    assert above["total_nusd"] == 515002500 and above["trim_tokens"] == 1 and above["trimmed_nusd"] == 260000000
    assert above["saving_nusd"] == 255002500 and above["threshold_tokens"] == 200000
    model = cost(w, "cliff", "gemini-2.5-pro", *DAY, "--in", "200001", "--out", "1000")
    assert model["total_nusd"] == 515002500 and model["offer"] == "google/gemini-2.5-pro"


# --- the formulas -----------------------------------------------------------------------------------------------------

def test_a_cache_pays_from_the_second_or_third_use(w):
    r = cost(w, "cache", "--write", "1.25", "--read", "0.1")
    close(r["break_even_uses"], 1.15 / 0.9)
    assert r["pays"] == "from use 2 on" and r["total_nusd"] is None and r["lines"] == []
    r = cost(w, "cache", "--write", "2", "--read", "0.1")
    close(r["break_even_uses"], 1.9 / 0.9)
    assert r["pays"] == "from use 3 on"
    assert cost(w, "cache", "--write", "1", "--read", "0.5")["pays"] == "always"
    assert cost(w, "cache", "--write", "1.25", "--read", "1")["pays"] == "never"
    r = cost(w, "cache", *USUAL, "--prefix", "10k", "--uses", "10")
    assert r["total_nusd"] == 37500000 + 9 * 3000000 and r["uncached_nusd"] == 300000000
    assert r["saving_nusd"] == r["uncached_nusd"] - r["total_nusd"] and len(r["lifetimes"]) == 1


def test_retries_cost_their_attempts(w):
    r = cost(w, "retry", "--cost", "0.0105", "--fail", "10%", "--retries", "3", "--billed", "40%")
    close(r["attempts"], 1.111)
    close(r["p_ok"], 0.9999)
    assert r["total_nusd"] == 10965570
    assert cost(w, "retry", *USUAL, "--in", "1500", "--out", "400", "--fail", "0.1", "--retries", "3", "--billed", "0.4")["total_nusd"] == 10965570


def test_an_agents_session_is_quadratic_and_the_cache_saves_most_of_it(w):
    args = ["agent", *USUAL, "--system", "2000", "--growth", "500", "--out", "200", "--calls", "20"]
    r = cost(w, *args)
    assert r["input_tokens"] == 135000 and r["uncached_nusd"] == 465000000
    assert (r["cache_read_tokens"], r["cache_write_tokens"], r["cached_nusd"]) == (123500, 11500, 140175000)
    close(r["cached_share"], 0.3014516129)
    assert r["total_nusd"] == 140175000 and cost(w, *args, "--no-cache")["total_nusd"] == 465000000
    assert [way["way"] for way in r["ways"]] == ["no cache", "cache"]
    r = cost(w, *args, "--calls", "200", "--compact-at", "20k")
    assert r["compactions"] > 0 and [way["longest_tokens"] for way in r["ways"][2:]] == [20500, 20500]
    assert r["ways"][3]["total_nusd"] < r["ways"][1]["total_nusd"] < r["ways"][0]["total_nusd"]


def test_a_measured_session_gives_the_measured_ratios(w):
    for rates, share in (("cache_read=1.25", 0.594), ("cache_read=0.25,cache_write=3.125", 0.293), ("cache_read=0.25", 0.270)):
        r = cost(w, "agent", "--price", "in=2.5,out=10," + rates, "--measured", "38.4k,4060,970", "--calls", "12")
        assert abs(r["cached_share"] - share) < 0.0015, (rates, r["cached_share"])


def test_a_cascade_costs_what_its_stages_are_reached(w):
    r = cost(w, "cascade", "--stage", "0.0005,0.0002,0.3", "--stage", "0.0105")
    assert r["total_nusd"] == 3850000
    close(r["break_even_escalation"], 1 - 0.0007 / 0.0105)
    r = cost(w, "cascade", "--stage", "0.0002,40%", "--stage", "0.001,25%", "--stage", "0.01")
    assert r["total_nusd"] == 1600000 and [s["reached"] for s in r["stages"]] == [1, 0.4, 0.1]
    assert cost(w, "cascade", "--stage", "0.0005,0.0002,0.3", "--stage", "0.0105,0,0")["total_nusd"] == 3850000
    r = cost(w, "cascade", "--stage", "0.02,30%", "--stage", "0.0105")
    assert r["break_even_escalation"] is None and r["saving_nusd"] < 0


def test_votes_have_three_prices(w):
    for how, nusd in (("parameter", 45000000), ("separate", 108000000), ("staggered", 53550000)):
        r = cost(w, "votes", *USUAL, "--prefix", "3000", "--out", "300", "--samples", "8", "--how", how)
        assert r["total_nusd"] == nusd
        assert {way["how"]: way["total_nusd"] for way in r["ways"]} == {"parameter": 45000000, "separate": 108000000, "staggered": 53550000}
    r = cost(w, "votes", *USUAL, "--prefix", "3000", "--out", "300", "--samples", "5", "--right", "60%")
    close(r["majority"], 0.68256)
    assert abs(r["stopping_nusd"] - r["stopping_samples"] * 13500000) <= 1


def test_the_best_of_n_pays_its_judge(w):
    r = cost(w, "best", "--cost", "0.01", "--judge-cost", "0.001", "--samples", "8")
    assert r["total_nusd"] == 80000000 + 8000000 and r["verdicts"] == 8
    r = cost(w, "best", "--cost", "0.01", "--judge-cost", "0.001", "--samples", "8", "--judge", "pairwise")
    assert r["total_nusd"] == 80000000 + 28000000 and r["verdicts"] == 28


def test_layers_read_the_answers_before_them(w):
    r = cost(w, "moa", "--price", "in=3,out=15", "--prefix", "1000", "--layer", "300,200", "--layer", "400")
    first = 2 * 1000 * 3000 + 500 * 15000
    second = 1500 * 3000 + 400 * 15000
    assert [line["amount_nusd"] for line in r["lines"]] == [first, second]


def test_a_cached_document_wins_after_its_questions(w):
    r = cost(w, "context", *USUAL, "--document", "50k", "--retrieved", "6000", "--questions", "58")
    assert r["break_even_questions"] == 57.5 and r["pays"] == "from question 58 on"
    ways = {way["way"]: way["total_nusd"] for way in r["ways"]}
    assert r["cheapest"] == "document, cached" and ways["document, cached"] < ways["retrieval"]
    r = cost(w, "context", *USUAL, "--document", "50k", "--retrieved", "6000", "--questions", "57")
    assert r["cheapest"] == "retrieval"
    r = cost(w, "context", *USUAL, "--document", "50k", "--retrieved", "5000")
    assert r["pays"] == "never" and r["break_even_questions"] is None


def test_dollars_a_success_and_the_price_of_errors(w):
    r = cost(w, "success", "small=80%,0.001", "large=95%,0.005")
    assert r["best"] == "small" and r["success_nusd"] == 1250000
    r = cost(w, "success", "small=80%,0.001", "large=95%,0.005", "--loss", "0.05")
    assert r["best"] == "large" and r["total_nusd"] == 7500000


def test_hardware_of_ones_own_against_an_interface(w):
    r = cost(w, "selfhost", "--gpu-hour", "2.5", "--throughput", "2500", "--prefill", "20000", "--price", "in=0.15,out=0.60",
             "--in", "1500", "--out", "400", "--utilisation", "50%")
    assert r["total_nusd"] == 555555556
    close(r["break_even_tokens_a_day"], 100e6)
    close(r["capacity_tokens_a_day"], 216e6)
    assert round(r["break_even_utilisation"], 3) == 0.463
    close(r["query_gpu_s"], 0.235)
    assert r["query_nusd"] == 326389 and r["api_query_nusd"] == 465000
    assert round(r["break_even_queries_a_day"]) == 129032 and round(r["capacity_queries_a_day"]) == 367660
    r = cost(w, "selfhost", "--gpu-hour", "2.5", "--throughput", "2500", "--price", "in=1,out=1", "--spare", "1", "--power", "0.20",
             "--watts", "700", "--staff", "1000")
    assert [line["class"] for line in r["lines"]] == ["gpu", "idle", "redundancy", "power", "staff"]
    r = cost(w, "selfhost", "--model", "llama-3.1-8b", "--device", "h100", *DAY)
    assert r["tokens_per_s"] > 100 and r["offer"].endswith("/llama-3.1-8b")


def test_chances_behind_samples(w):
    r = cost(w, "odds", "--pass", "10,3,2", "--majority", "5,60%", "--wins", "4,0")
    assert round(r["pass_at_k"], 6) == 0.533333
    close(r["majority"], 0.68256)
    close(r["first_better"], 0.96875)
    close(cost(w, "odds", "--wins", "3,0")["first_better"], 0.9375)
    close(cost(w, "odds", "--wins", "5,1")["first_better"], 0.9375)


def test_small_errors_multiply(w):
    r = cost(w, "chain", "--steps", "20", "--reliability", "99%")
    close(r["reliability"], 0.99 ** 20)
    assert r["total_nusd"] is None
    r = cost(w, "chain", "--steps", "20", "--reliability", "95%", "--cost", "0.001", "--stronger", "3:99.9%:0.02")
    close(r["reliability_stronger"], 0.95 ** 19 * 0.999)
    assert r["total_nusd"] == 39000000 and r["plain_nusd"] == 20000000
    close(r["points_per_usd"], (0.95 ** 19 * 0.999 - 0.95 ** 20) * 100 / 0.019)


def test_the_rule_of_thumb_of_pay(w):
    r = cost(w, "value", "small=81%,0.0004,1.2", "large=93%,0.0105,4", "--wage", "40", "--saved", "2min", "--lost", "6min")
    assert r["best"] == "large" and r["value_nusd"] == round(40 * 480 / 3600 * 1e9)
    assert r["break_even_nusd"] == round(0.0101 / 0.12 * 1e9)
    close(r["break_even_pay_s"], 0.0101 / 0.12 / 40 * 3600, 1e-6)
    assert abs(r["break_even_wage_nusd"] - 0.0101 / (480 / 3600 * 0.12) * 1e9) < 2
    assert [(way["best_from_nusd"], way["best_to_nusd"]) for way in r["ways"]] == [(0, r["break_even_nusd"]), (r["break_even_nusd"], None)]
    r = cost(w, "value", "small=81%,0.0004", "large=93%,0.0105", "--value", "0.05")
    assert r["best"] == "small"
    assert cost(w, "value", "a=90%,0.01", "b=80%,0.02")["step"].startswith("never")


def test_a_ladder_of_effort_says_what_the_next_point_costs(w):
    r = cost(w, "think", "gpt-5.6-sol", "--point", "200")
    runs = [step["run_nusd"] for step in r["ladder"]]
    assert runs == sorted(runs) and len(runs) == 6 and r["effort"] == "GPT-5.6 Sol (high)"
    assert round(r["ladder"][-1]["run_nusd"] / 1e9) == 2824 and round(r["ladder"][0]["run_nusd"] / 1e9) == 242
    points = [step["point_nusd"] for step in r["ladder"][1:]]
    assert points == sorted(points), "each further point is dearer"


def test_a_month_beside_subscriptions(w):
    r = cost(w, "monthly", "gpt-6-luna", *DAY, "--traffic", "50k/month", "--in", "1500", "--out", "400", "--cache-share", "60%")
    assert r["total_nusd"] == 50000 * (600 * 100 + 900 * 10 + 400 * 500)
    plus = next(p for p in r["plans"] if p["plan"] == "ChatGPT Plus")
    close(plus["overtaken_at_calls"], 20 / 0.000269)
    assert plus["cheaper"] == "calls"


def test_training_pays_after_what_the_calls_save(w):
    r = cost(w, "tune", *USUAL, "--train", "150", "--in", "3000", "--tuned-in", "400", "--out", "100", "--tuned-price", "in=3,out=15",
             "--traffic", "50000")
    assert r["saving_nusd"] == 2600 * 3000 and r["break_even_calls"] == math.ceil(150e9 / 7800000)
    r = cost(w, "tune", *USUAL, "--train", "150", "--in", "300", "--out", "100", "--tuned-price", "in=6,out=30")
    assert r["break_even_calls"] is None and r["saving_nusd"] < 0


def test_the_levers_span_seven_million_times(w):
    r = cost(w, "levers", "gemini-2.5-flash-lite", "gpt-5.5-pro", *DAY, "--in", "1k,100k", "--out", "200,20k", "--reasoning", "0",
             "--samples", "1,10", "--steps", "1,20", "--report", "levers.html")
    assert r["cheapest_nusd"] == 180000 and r["dearest_nusd"] == 1320 * 10 ** 9
    close(r["spread"], 1320 / 0.00018)
    assert len(r["corners"]) == 16 and r["samples_spread"] == 10 and r["steps_spread"] == 20
    page = w.read("levers.html")
    assert page.startswith("<!doctype html>") and page.rstrip().endswith("</html>") and "$1320.00" in page
    assert "http" not in re.sub(r"http-equiv", "", page), "the page loads nothing"
    usual = cost(w, "levers", "--in", "2k", "--out", "400", *DAY)
    models = [c["model"] for c in usual["corners"]]
    assert len(set(models)) == 3 and all(models.count(m) in (4, 12) for m in models), "4 without settings of thinking"


def test_well_known_ratios_of_prices_hold_in_the_catalogue(w):
    def rate(model, day, side):
        args = ["--in", "1M", "--out", "0"] if side == "in" else ["--in", "0", "--out", "1M"]
        return cost(w, model, *args, "--at", day)["total_nusd"]

    lite = rate("gemini-2.5-flash-lite", "2025-08-26", "in")
    assert rate("gpt-3-text-davinci-002", "2022-08-15", "in") == 600 * lite
    assert rate("gpt-3-text-davinci-002", "2022-09-01", "in") == 200 * lite
    assert rate("gpt-4.5-preview", "2025-06-01", "in") == 750 * lite
    lite_out = rate("gemini-2.5-flash-lite", "2025-08-26", "out")
    assert rate("gpt-4.5-preview", "2025-06-01", "out") == 375 * lite_out
    assert round(rate("o1", "2025-03-01", "in") / rate("deepseek-r1", "2025-03-01", "in"), 1) == 27.3
    assert round(rate("o1", "2025-03-01", "out") / rate("deepseek-r1", "2025-03-01", "out"), 1) == 27.4
    assert rate("o3-pro", "2025-08-26", "in") == 10 * rate("o3", "2025-08-26", "in")
    assert rate("o1", "2025-03-01", "out") == 6 * rate("gpt-4o", "2025-03-01", "out")


def test_what_is_not_cached_saves_nothing(w):
    for args, why in ((["claude-opus-4.5", *DAY, "--prefix", "100"], "shorter"), (["claude-opus-4.5", *DAY, "--prefix", "4095"], "shorter"),
                      (["--price", "in=3,out=15"], "cache_read"), (["--price", "in=3,out=15,cache_write=3.75"], "cache_read")):
        r = cost(w, "cache", *args)
        assert r["saving_nusd"] == 0 and r["total_nusd"] == r["uncached_nusd"] > 0 and r["lifetimes"] == [], r
        assert r["break_even_uses"] is None and r["pays"].startswith("not cached") and why in r["pays"], r
    r = cost(w, "cache", "claude-opus-4.5", *DAY, "--prefix", "4096")
    assert r["saving_nusd"] > 0 and [x["lifetime"] for x in r["lifetimes"]] == ["5 minutes", "1 hour"]


def test_a_cache_whose_writing_is_not_billed_has_no_stated_lifetime(w):
    r = cost(w, "cache", "--price", "in=3,out=15,cache_read=0.30")
    assert [x["lifetime"] for x in r["lifetimes"]] == ["automatic"] and r["pays"] == "always" and r["saving_nusd"] > 0


def test_a_score_is_paired_with_the_thinking_that_it_took(w):
    args = ["value", "gpt-5.6-luna", "gpt-5.6-sol", *DAY, "--in", "1500", "--out", "400", "--value", "1"]
    r = cost(w, *args)
    told = {m[1]: (m[2], m[3]) for m in (re.match(r"(\S+): its score(?: at effort (\w+))?, with (\d+) tokens of thinking", a) for a in r["assumptions"]) if m}
    assert set(told) == {way["name"] for way in r["ways"]} == {"openai/gpt-5.6-luna", "openai/gpt-5.6-sol"}, r["assumptions"]
    for way in r["ways"]:
        effort, tokens = told[way["name"]]
        assert effort == "max" and int(tokens) > 2000, told
        assert way["cost_nusd"] == cost(w, way["name"], *DAY, "--in", "1500", "--out", "400", "--reasoning", tokens)["total_nusd"]
    plain = cost(w, *args, "--reasoning", "0")
    for way, best in zip(plain["ways"], r["ways"]):
        assert way["cost_nusd"] < best["cost_nusd"] and way["score"] <= best["score"]
        assert way["cost_nusd"] == cost(w, way["name"], *DAY, "--in", "1500", "--out", "400")["total_nusd"]


def test_what_is_over_a_models_window_is_said(w):
    over = {"context": ["--in", "40M", "--out", "1"], "longest answer": ["--in", "1", "--out", "4M"]}
    for limit, call in over.items():
        for form in ([], ["monthly", "--traffic", "9"], ["cliff"], ["best", "--samples", "2"], ["retry", "--fail", "1%"], ["levers"],
                     ["chain", "--steps", "2", "--reliability", "9%"]):
            r = cost(w, *form[:1], "gpt-6-luna", *form[1:], *DAY, *call)
            assert any(limit in a and "gpt-6-luna" in a for a in r["assumptions"]), (form, limit, r["assumptions"])
    for args in (["agent", "gpt-6-luna", "--system", "30M", "--growth", "2", "--out", "1", "--calls", "2"],
                 ["votes", "gpt-6-luna", "--prefix", "30M", "--out", "1", "--samples", "2"],
                 ["context", "gpt-6-luna", "--document", "30M", "--retrieved", "9"], ["cache", "gpt-6-luna", "--prefix", "30M"],
                 ["value", "gpt-5.6-luna", "gpt-5.6-sol", "--in", "30M", "--out", "1"], ["moa", "--prefix", "30M", "--layer", "gpt-6-luna=9"],
                 ["cascade", "--stage", "gpt-6-luna,9%", "--stage", "1", "--in", "30M", "--out", "1"],
                 ["tune", "gpt-4.1-mini", "--train", "1", "--in", "30M", "--out", "1"]):
        assert any("context" in a and "30,00" in a for a in cost(w, *args, *DAY)["assumptions"]), args
    assert not any("over" in a for a in cost(w, "gpt-6-luna", *DAY, "--in", "100k", "--out", "1k")["assumptions"])


def test_levers_leave_out_thinking_of_models_that_do_not_think(w):
    r = cost(w, "levers", "gpt-4.1-mini", "gpt-5.6-sol", *DAY, "--in", "1k", "--out", "100")
    thinking = {(c["model"], c["reasoning_tokens"]) for c in r["corners"]}
    assert {n for m, n in thinking if m == "openai/gpt-4.1-mini"} == {0} and {n for m, n in thinking if m == "openai/gpt-5.6-sol"} == {0, 2000, 20000}
    assert any("do not think" in a for a in r["assumptions"]), r["assumptions"]
    e = cost(w, "levers", "gpt-4.1-mini", *DAY, "--in", "1k", "--out", "100", "--reasoning", "2000", status=2)
    assert "does not think" in e["message"], e


# --- how answers are told ---------------------------------------------------------------------------------------------

def test_a_bare_time_is_in_minutes_and_a_unit_is_heeded(w):
    way = ["value", "small=81%,0.0004", "large=93%,0.0105", "--wage", "40"]
    for saved, lost in (("2", "6"), ("2min", "6min"), ("120s", "360 s")):
        assert cost(w, *way, "--saved", saved, "--lost", lost)["value_nusd"] == round(40 * 480 / 3600 * 1e9), (saved, lost)
    assert w.ok("cost", "value", "--help").out.count("minutes") == 2


def test_a_member_keeps_its_name_when_it_is_null(w):
    for args, name in ((["value", "a=90%,0.01", "b=80%,0.02"], "break_even_nusd"),
                       (["cliff", *USUAL, "--in", "1", "--out", "1"], "threshold_tokens"),
                       (["cliff", *USUAL, "--in", "1", "--out", "1"], "next_threshold_tokens"),
                       (["votes", *USUAL, "--prefix", "1", "--out", "1", "--samples", "3", "--right", "60%", "--how", "parameter"], "stopping_nusd")):
        r = cost(w, *args)
        assert name in r and r[name] is None, r
        assert name.rsplit("_", 1)[0] not in r, r


def test_a_call_without_an_amount_is_refused_and_a_free_one_has_a_total(w):
    for args in (["gpt-6-luna"], ["gpt-6-luna", "--samples", "3"], USUAL):
        e = cost(w, *args, status=2)
        assert "--in" in e["message"] and "--out" in e["message"], e
    assert cost(w, *USUAL, "--out", "10")["total_nusd"] == 150000
    assert "total" in w.ok("cost", *USUAL, "--in", "0", "--out", "0").out


def test_a_large_negative_number_keeps_its_sign(w):
    args = ["chain", "--steps", "3", "--reliability", "95%", "--cost", "0.001", "--stronger", "3:10%:0.0011"]
    points = round(cost(w, *args)["points_per_usd"])
    assert points < -10000
    assert f"{points:,}" in w.ok("cost", *args).out


def test_a_share_of_the_input_is_exact(w):
    r = cost(w, "monthly", *USUAL, "--traffic", "1000", "--in", "100", "--out", "0", "--cache-share", "29%")
    assert [line["units"] for line in r["lines"] if line["class"] == "cache_read"] == [29000]


def test_no_line_is_wider_than_80_columns(w):
    huge = ["--price", "in=3,out=15,cache_read=0.30,cache_write=3.75,cache_write_1h=6,reasoning=15"]
    for args in (["claude-opus-4.5", *DAY, "--tier", "batch", "--in", "100M", "--cache-read", "30M", "--cache-write", "20M", "--out", "10M"],
                 ["gemini-2.5-pro", *DAY, "--tier", "batch", "--in", "250001", "--cache-read", "200k", "--out", "65536", "--reasoning", "1000"],
                 [*huge, "--in", "123456789012345", "--cache-read", "12345678901234", "--cache-write", "1234567890123", "--out", "12345678901234",
                  "--cache-write-1h", "1234567890123", "--reasoning", "1234567890123"],
                 ["agent", *huge, "--system", "12345678901", "--growth", "1234567890", "--out", "123456789", "--calls", "20"],
                 ["levers", "gemini-2.5-flash-lite", "gpt-5.5-pro", *DAY, "--in", "100k", "--out", "20k", "--samples", "1000", "--steps", "10000"],
                 ["monthly", "gpt-5.5-pro", *DAY, "--in", "250k", "--out", "20k", "--reasoning", "100k", "--traffic", "10M", "--cache-share", "33.3%"],
                 ["cascade", "--stage", "123456.789012345,123.000000001,30%", "--stage", "1234567.000000001"],
                 ["best", "--cost", "123456.789012345", "--judge-cost", "1234.567890123", "--samples", "1000"],
                 ["value", "a=81.1234567%,123456.789012345,123456", "b=93.1234567%,1234567.890123456,1234567", "--value", "12345678.901234567"]):
        text = w.ok("cost", *args).out
        for row in text.splitlines():
            assert len(row) <= 80, (args, row)
        for name in re.findall(r"^(\S+)  ", text, re.M):
            assert "..." not in name or args[0] == "levers", (args, text)


# --- wrong input ------------------------------------------------------------------------------------------------------

def test_wrong_input_is_told_what_is_wrong(w):
    for args, words in (
            (["gpt-55", "--in", "1", "--out", "1"], ["gpt-5.5"]),
            ([*USUAL, "--in", "-5", "--out", "1"], ["negative"]),
            ([*USUAL, "--in", "1e16", "--out", "1"], ["10^15"]),
            (["gpt-4.5-preview", "--in", "1", "--out", "1", "--at", "2019-01-01"], ["2019-01-01"]),
            (["gpt-oss-120b", "--in", "1", "--out", "1"], ["several providers", "groq/gpt-oss-120b"]),
            ([*USUAL, "gpt-6-luna", "--in", "1", "--out", "1"], ["instead of a model"]),
            (["gpt-6-luna", "--tier", "tea", "--in", "1", "--out", "1"], ["tea"]),
            (["agent", *USUAL, "--system", "1"], ["--growth"]),
            (["agent", *USUAL, "--system", "1", "--growth", "1", "--out", "2", "--calls", "1"], ["longer"]),
            (["agent", *USUAL, "--system", "1", "--growth", "1", "--out", "1", "--calls", "100001"], ["100000"]),
            (["agent", *USUAL, "--system", "1k", "--growth", "1k", "--out", "1", "--calls", "9", "--compact-at", "2k"], ["compaction"]),
            (["agent", *USUAL, "--measured", "1,2,3", "--calls", "9"], ["unique"]),
            (["votes", *USUAL, "--prefix", "1", "--out", "1", "--samples", "10001"], ["10000"]),
            (["votes", *USUAL, "--prefix", "1", "--out", "1", "--samples", "5", "--how", "twice"], ["staggered"]),
            (["cascade", "--stage", "0.1"], ["two stages"]),
            (["cascade", "--stage", "0.1", "--stage", "0.2"], ["ESCALATE"]),
            (["cascade", "--stage", "0.1,130%", "--stage", "0.2"], ["130%"]),
            (["cascade", "--stage", "0.1,30%", "--stage", "0.2,0,10%"], ["goes on to nothing"]),
            (["cascade", *["--stage", "0.1,10%"] * 16, "--stage", "1"], ["16"]),
            (["retry", "--cost", "1", "--fail", "2"], ["fail"]),
            (["retry", "--fail", "10%"], ["model"]),
            (["retry", "gpt-6-luna", "--cost", "1", "--fail", "10%"], ["--cost"]),
            (["chain", "--steps", "3", "--reliability", "90%", "--cost", "1", "--stronger", "4:99%:1"], ["one of the steps"]),
            (["odds"], ["--pass"]),
            (["odds", "--pass", "3,4,1"], ["at most N"]),
            (["value", "a=90%,1", "b"], ["'b'"]),
            (["value", "a=90%", "b=80%,1"], ["name=score"]),
            (["success", "a=190%,1"], ["190%"]),
            (["levers", "gpt-6-luna", "--in", "1,2,3", "--out", "1,2"], ["--out"]),
            (["levers", "gpt-6-luna", "--in", ",".join(["1"] * 17), "--out", "1"], ["sixteen"]),
            (["levers", "--in", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", "--out", "1", "--reasoning",
              "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", "--samples", "1,2,3,4,5,6"], ["4096"]),
            (["think", "gpt-6-luna"], ["measured"]),
            (["selfhost", "--gpu-hour", "1"], ["--throughput"]),
            (["selfhost", "--gpu-hour", "1", "--throughput", "1", "--utilisation", "0"], ["utilisation"]),
            (["selfhost", "--model", "llama-3.1-8b", "--device", "h1000"], ["h100"]),
            (["selfhost", "--model", "gpt-6-luna", "--device", "h100"], ["not published"]),
            (["selfhost", "--model", "deepseek-v3", "--device", "rtx-4090"], ["fit"]),
            (["tune", *USUAL, "--in", "1", "--out", "1"], ["--train"]),
            (["monthly", *USUAL, "--in", "1", "--out", "1", "--traffic", "many"], ["traffic"]),
            (["best", "--cost", "1", "--samples", "2", "--judge-cost", "1", "--judge-out", "nan"], ["--judge-cost", "--judge-out"]),
            (["best", "--cost", "1", "--samples", "2", "--judge-cost", "1", "--in", "5"], ["--cost", "--in"]),
            (["cache", "--write", "1.25", "--read", "0.1", "--prefix", "abc"], ["--write", "--prefix"]),
            (["cache", "gpt-6-luna", "--write", "1.25", "--read", "0.1"], ["--write", "a model"]),
            (["cache", "--read", "0.1"], ["--read", "--write"]),
            (["retry", "--cost", ".01", "--in", "1000", "--fail", "1%"], ["--cost", "--in"]),
            (["agent", *USUAL, "--measured", "38.4k,4060,970", "--calls", "12", "--system", "9k"], ["--measured", "--system"]),
            (["agent", *USUAL, "--system", "9", "--growth", "9", "--out", "9", "--calls", "2", "--summary", "9"], ["--summary", "--compact-at"]),
            (["groq/gpt-oss-120b", "--offer", "fireworks/gpt-oss-120b", "--in", "1", "--out", "1"], ["groq/gpt-oss-120b", "fireworks/gpt-oss-120b"]),
            ([*USUAL, "--offer", "groq/gpt-oss-120b", "--in", "1", "--out", "1"], ["--price", "--offer"]),
            (["tune", *USUAL, "--train", "150", "--epochs", "abc", "--in", "1", "--out", "1"], ["--train", "--epochs"]),
            (["--price", "in=3,out=15,in=4", "--in", "1", "--out", "1"], ["'in' twice"]),
            (["--price", "in=3,out=15,batch=.5,batch=.4", "--in", "1", "--out", "1"], ["'batch' twice"]),
            (["--price", "in=3,out=15,input=4", "--in", "1", "--out", "1"], ["'input' twice"]),
            (["value", "a=90%,1", "b=80%,1", "--value", "1", "--saved", "3", "--wage", "4"], ["--value", "--saved"]),
            (["value", "a=90%,1", "b=80%,1", "--saved", "3"], ["--saved", "--wage"]),
            (["value", "a=90%,1", "b=80%,1", "--in", "3"], ["--in", "no model"]),
            (["cascade", "--stage", "1,9%", "--stage", "2", "--in", "3"], ["--in", "no stage is a model"]),
            (["chain", "--steps", "3", "--reliability", "90%", "--out", "3"], ["--out", "no model"]),
            (["selfhost", "--gpu-hour", "1", "--throughput", "9", "--quant", "f16", *USUAL], ["--quant", "stated"]),
            (["selfhost", "--gpu-hour", "1", "--throughput", "9", "--watts", "7", *USUAL], ["--watts", "--power"])):
        e = cost(w, *args, status=2)
        said = " ".join(str(e.get(k, "")) for k in ("message", "found", "expected", "help"))
        for word in words:
            assert word in said, (args, said)


def test_amounts_that_do_not_fit_are_refused(w):
    for args in ([*USUAL, "--in", "1e15", "--out", "1e15"],
                 ["agent", *USUAL, "--system", "1e15", "--growth", "1e15", "--out", "1e15", "--calls", "100"],
                 ["retry", "--cost", "9000000000", "--fail", "50%", "--retries", "9"],
                 ["cascade", "--stage", "9000000000,100%", "--stage", "9000000000"],
                 ["monthly", *USUAL, "--traffic", "1e15", "--in", "1e6", "--out", "1"]):
        e = cost(w, *args, status=2)
        assert "64 bits" in e["message"] or "does not fit" in e["message"], e


def test_two_rows_that_both_apply_are_an_error(w):
    os.makedirs(w.path("conf/catalog"))
    w.write("conf/catalog/mine.yaml", """
models:
  twice:
    name: Twice
    lab: openai
    offers:
      openai:
        prices:
          - {input: 1, output: 2, source: https://example.org/a}
          - {input: 2, output: 4, when: {tier: batch}, source: https://example.org/a}
          - {input: 3, output: 6, when: {above: 100}, source: https://example.org/a}
""")
    e = w.ok("cost", "twice", "--config", "conf/fulcrum.yaml", "--tier", "batch", "--in", "1k", "--out", "1", "--json", status=2).error
    assert "two rows" in e["message"], e


# --- what help and manual promise -------------------------------------------------------------------------------------

def commands(w):
    text = w.ok("--help").out
    return re.findall(r"^  (cost(?: [a-z]+)?)  +\S", text, re.M)


def test_every_example_of_the_help_runs_within_80_columns(w):
    seen = 0
    for command in commands(w):
        if command == "cost exchange":
            continue
        text = w.ok(*command.split(), "--help").out
        for line in text[text.index("\nExample:"):].splitlines():
            if not line.startswith("  fulcrum cost"):
                continue
            r = w.ok(*shlex.split(line.strip())[1:])
            seen += 1
            assert r.out and "NaN" not in r.out and "nan" not in r.out, r.out
            for row in r.out.splitlines():
                assert len(row) <= 80, (line, row)
    assert seen >= 30, seen


def test_every_example_gives_json_that_adds_up(w):
    for command in commands(w):
        if command == "cost exchange":
            continue
        text = w.ok(*command.split(), "--help").out
        for line in text[text.index("\nExample:"):].splitlines():
            if line.startswith("  fulcrum cost"):
                cost(w, *shlex.split(line.strip())[2:])


def test_what_the_document_shows_is_what_the_program_prints(w):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "cost.md")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    blocks = re.findall(r"```console\n\$ fulcrum (.*?)\n(.*?)```", text, re.S)
    assert len(blocks) >= 18, len(blocks)
    for command, shown in blocks:
        assert w.ok(*shlex.split(command)).out == shown, command


# --- the hold's bound -------------------------------------------------------------------------------------------------

A_MESSAGE = 16  # tokens that a hold allows for each message beside its bytes
PREAMBLE = 1300  # tokens: no vendor's own text in front of a prompt was longer in any recording
OTHER_THAN_TEXT = re.compile(r'"(image|image_url|images|input_image|input_file|file|file_id|file_data|inline_data|inlineData|fileData|'
                             r'fileUri|input_audio|audio|video|document)"')
KEPT_ELSEWHERE = ("previous_response_id", "conversation", "mcp_servers", "cachedContent", "container", "web_search_options",
                  "plugins", "prompt")
# Who puts text of its own in front of a prompt without tools, and bills it: the bytes of the request do not show it.
PREAMBLES = {"azure": "grok-", "cohere": "", "xai": "grok-", "openrouter": "", "snowflake": "claude-", "groq": "meta-llama/llama-guard"}


def recorded():
    shared = os.environ.get("FULCRUM_SHARED") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared")
    files = sorted(glob.glob(os.path.join(shared, "wire", "*.jsonl")))
    if not files:
        raise Skip("the recorded traffic is not there")
    return files


def is_function(tool):
    """A function of the caller's: what it is stands in the request."""
    return (isinstance(tool, dict) and tool.get("type", "function") in ("function", "custom")
            and not any(re.search("[sS]earch|[eE]xecution|[uU]rl_?[cC]ontext|[mM]aps|computer", key) for key in tool))


def text_requests(lines):
    """(id, exchange, bytes, messages, with tools) of requests that hold all that the model reads."""
    for line in lines:
        x = json.loads(line)
        body = x["request"].get("body")
        raw = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        try:
            body = json.loads(raw)
        except ValueError:
            continue
        if not isinstance(body, dict) or OTHER_THAN_TEXT.search(raw) or any(body.get(key) for key in KEPT_ELSEWHERE):
            continue
        tools = body.get("tools") or (body.get("toolConfig") or {}).get("tools") or []
        if not all(is_function(tool) for tool in tools) or str(body.get("model")).startswith(("compound", "groq/compound")):
            continue
        messages = body.get("messages") or body.get("contents") or body.get("input") or []
        yield x, len(raw.encode()), len(messages) if isinstance(messages, list) else 1, bool(tools)


def test_no_recorded_prompt_of_text_has_more_tokens_than_a_hold_allows(w):
    kept = beyond = 0
    for path in recorded():
        with open(path, encoding="utf-8") as f:
            lines = f.read().splitlines()
        usage = {x["id"]: x["usage"] for x in w.ok("cost", "exchange", path, "--json").json["exchanges"] if x.get("usage")}
        for x, size, messages, tools in text_requests(lines):
            u = usage.get(x["id"]) or {}
            reported = sum(v for k, v in u.items() if isinstance(v, int) and k not in ("output", "reasoning", "audio_output", "image_output", "video_output"))
            bound = size + A_MESSAGE * messages
            if reported <= bound:
                kept += reported > 0
                continue
            beyond += 1
            model = str(json.loads(x["request"]["body"] if isinstance(x["request"]["body"], str) else json.dumps(x["request"]["body"])).get("model"))
            known = PREAMBLES.get(x["provider"])
            assert tools or (known is not None and model.removeprefix("x-ai/").startswith(known)), (x["id"], reported, bound)
            assert reported <= bound + PREAMBLE, (x["id"], reported, bound)
    assert kept > 1000 and beyond < kept / 8, (kept, beyond)
