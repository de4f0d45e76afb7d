"""The catalogue in the main job: whose prices count, who is taken out by needs, what the certificate says of both."""
import json

from world import Answer, ticket_rule, ticket_task

CONFIG = "--config", "conf.yaml"


def vendor_task(w, up, models, **more):
    """A task whose models are vendors', all answered by a server of the test."""
    w.write("conf.yaml", {"providers": {v: {"key": "none", "url": up.url} for v in ("openai", "xai", "deepseek")}})
    task = ticket_task(up.url, 20, candidates={"models": models}, providers=None, **more)
    w.write("t.yaml", task)
    return task


def catalogued(w, model):
    r = w.ok("models", "show", model, "--json").json
    return r["models"][0]


def rates(w, model, provider):
    offer = next(o for o in catalogued(w, model)["offers"] if o["provider"] == provider)
    return offer, {p["class"]: p["rate_nusd_per_mtok"] for p in offer["prices"] if not p["when"] and p["status"] == "list"}


def test_a_model_of_a_vendor_is_priced_by_the_catalogue(w):
    up = w.serve(lambda q: Answer(text="x", input=15, output=400))
    vendor_task(w, up, ["openai/gpt-4.1"])
    _, rate = rates(w, "gpt-4.1", "openai")
    r = w.ok("eval", "t.yaml", *CONFIG, "--json").json
    assert r["candidates"][0]["cost_nusd"] == (15 * rate["input"] + 400 * rate["output"]) // 1000000 == 3230000, r


def test_a_stated_price_outranks_the_catalogue(w):
    up = w.serve(lambda q: Answer(text="x", input=20, output=100))
    vendor_task(w, up, ["openai/gpt-4.1"])
    config = json.loads(w.read("conf.yaml"))
    config["providers"]["openai"]["price"] = {"input": "7 USD/Mtok", "output": "9 USD/Mtok"}
    w.write("conf.yaml", config)
    assert w.ok("eval", "t.yaml", *CONFIG, "--json").json["candidates"][0]["cost_nusd"] == 20 * 7000 + 100 * 9000


def test_an_overlay_of_the_user_outranks_the_built_in_catalogue(w):
    up = w.serve(lambda q: Answer(text="x", input=20, output=100))
    vendor_task(w, up, ["openai/gpt-4.1"])
    import os
    os.mkdir(w.path("catalog"))
    w.write("catalog/mine.yaml", "models:\n  gpt-4.1:\n    offers:\n      openai:\n        prices:\n"
                                 "          - {input: 1, output: 2, source: https://example.com/contract}\n")
    assert w.ok("eval", "t.yaml", *CONFIG, "--json").json["candidates"][0]["cost_nusd"] == 20 * 1000 + 100 * 2000


def test_the_tier_that_was_served_decides_the_price(w):
    up = w.serve(lambda q: Answer(text="x", input=20, output=100, more={"service_tier": "flex"}))
    vendor_task(w, up, ["openai/o3"])
    r = w.ok("eval", "t.yaml", *CONFIG, "--json").json
    assert r["candidates"][0]["cost_nusd"] == 20 * 1000 + 100 * 4000, r  # 1 and 4 a million, not 2 and 8


def test_the_certificate_lists_the_rows_that_priced_the_race_with_their_days(w):
    up = w.serve(ticket_rule)
    vendor_task(w, up, ["openai/gpt-4.1", "deepseek/deepseek-v4-pro"])
    r = w.ok("balance", "t.yaml", *CONFIG, "--json").json
    assert [p["offer"] for p in r["prices"]] == ["openai/gpt-4.1", "deepseek/deepseek-v4-pro"], r["prices"]
    for offer in r["prices"]:
        assert offer["rows"] and all(row["source"] and row["checked"] for row in offer["rows"]), offer
    text = w.ok("balance", "t.yaml", *CONFIG).out
    assert "Price of openai/gpt-4.1: input $2.00" in " ".join(text.split()), text
    assert "Price of deepseek/deepseek-v4-pro" in w.read("report.html")


def test_needs_take_candidates_out_with_reason_source_and_relaxation(w):
    up = w.serve(ticket_rule)
    vendor_task(w, up, ["openai/gpt-5.4", "openai/gpt-4o-mini", "xai/grok-4.6"],
                needs={"context": "300k", "exclude": {"labs": ["xai"]}})
    r = w.ok("balance", "t.yaml", *CONFIG, "--json").json
    state = {c["name"]: c for c in r["candidates"]}
    assert state["openai/gpt-5.4"]["state"] == "chosen"
    mini, grok = state["openai/gpt-4o-mini"], state["xai/grok-4.6"]
    assert mini["state"] == grok["state"] == "removed" and mini["items"] == 0
    assert "wanted 300k, found 128k" in mini["reason"] and "2026" in mini["reason"], mini
    assert "context: 128k would bring it back" in mini["reason"]
    assert "xai" in grok["reason"]
    assert {q.model for q in up.requests} == {"gpt-5.4"}, "who is taken out is never called"
    dry = w.ok("balance", "t.yaml", *CONFIG, "--dry-run", "--json").json
    evaluated = w.ok("eval", "t.yaml", *CONFIG, "--json").json
    assert [x["name"] for x in evaluated["removed"]] == ["openai/gpt-4o-mini", "xai/grok-4.6"]
    assert [c["name"] for c in evaluated["candidates"]] == ["openai/gpt-5.4"]
    assert "Taken out: xai/grok-4.6; exclude.labs" in " ".join(w.ok("eval", "t.yaml", *CONFIG).out.split())
    assert [x["name"] for x in dry["removed"]] == ["openai/gpt-4o-mini", "xai/grok-4.6"]


def test_what_is_not_known_stays_and_is_told_unless_strict(w):
    up = w.serve(ticket_rule)
    vendor_task(w, up, ["openai/gpt-5.4", "deepseek/deepseek-v4-pro"], needs={"data": "no-training"})
    r = w.ok("eval", "t.yaml", *CONFIG)
    assert "deepseek/deepseek-v4-pro stays though not all is known of it: data" in " ".join(r.err.split()), r.err
    r = w.ok("balance", "t.yaml", *CONFIG, "--strict", "--json").json
    assert {c["name"]: c["state"] for c in r["candidates"]}["deepseek/deepseek-v4-pro"] == "removed"


def test_needs_that_nobody_meets_end_with_1_before_a_call(w):
    up = w.serve(ticket_rule)
    vendor_task(w, up, ["openai/gpt-5.4"], needs={"context": "50M"})
    e = w.ok("balance", "t.yaml", *CONFIG, "--json", status=1).error
    assert "openai/gpt-5.4" in e["message"] and "advise" in e["help"] and up.count() == 0


def test_answers_longer_than_the_model_gives_are_refused(w):
    up = w.serve(ticket_rule)
    vendor_task(w, up, ["openai/gpt-5.4"], max_output=200000)
    e = w.ok("eval", "t.yaml", *CONFIG, "--json", status=2).error
    assert "128000" in e["message"] + e["expected"], e


def test_a_server_of_ones_own_is_in_no_catalogue_and_breaks_no_need(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 10, needs={"data": "own-machines", "context": "1M"}))
    assert all(c["state"] != "removed" for c in w.ok("balance", "t.yaml", "--json").json["candidates"])


def test_an_overlay_that_contradicts_itself_prices_nothing_and_names_the_place(w):
    import os
    os.mkdir(w.path("catalog"))
    w.write("conf.yaml", "providers: {}\n")
    w.write("catalog/mine.yaml", "models:\n  gpt-4.1:\n    offers:\n      openai:\n        prices:\n"
                                 "          - {input: 1, output: 2, source: https://example.com/a}\n"
                                 "          - {input: 3, output: 4, source: https://example.com/b}\n")
    e = w.ok("cost", "gpt-4.1", "--in", "1k", "--out", "1", *CONFIG, "--json", status=2).error
    assert e["place"]["file"].endswith("catalog/mine.yaml") and e["place"]["line"] == 7, e
    assert "same conditions" in e["message"] and "models check" in e["help"]


def test_options_of_every_command_may_stand_between_two_words(w):
    assert w.ok("models", "--json", "show", "gpt-4.1").json["models"][0]["id"] == "gpt-4.1"
    assert w.ok("--json", "models", "--quiet", "show", "gpt-4.1").json["models"][0]["id"] == "gpt-4.1"


def test_output_that_cannot_be_written_is_a_failure(w):
    import subprocess
    import world
    with open("/dev/full", "wb") as full:
        r = subprocess.run([world.FULCRUM, "models", "--json"], stdout=full, stderr=subprocess.PIPE, env=w.environment(), check=False)
    assert r.returncode == 4 and b"cannot be written" in r.stderr


def test_a_model_is_priced_from_its_release_or_the_day_it_was_first_seen(w):
    for model, day in (("gpt-4.1", "2025-04-13"), ("glm-5.3", "1900-01-01")):
        e = w.ok("cost", model, "--in", "1k", "--out", "1", "--at", day, "--json", status=2).error
        assert "no row prices input on that day" in e["message"], e
    assert w.ok("models", "--as-of", "1900-01-01", "--json").json["models"] == []


def test_days_in_json_are_whole_and_say_how_exactly_they_are_known(w):
    import datetime
    for m in w.ok("models", "--gone", "--json").json["models"]:
        for name in ("released", "knowledge_cutoff", "retires"):
            if m.get(name):
                datetime.date.fromisoformat(m[name])
                assert m.get(f"{name}_known_to") in (None, "month", "year"), m


def test_kinds_and_names_that_do_not_exist_are_errors(w):
    for args in (["--input", "smell"], ["--lab", "nolab"], ["--score", "nobench"], ["--table", "notable"], ["--sort", "size"]):
        w.ok("models", *args, "--json", status=2)


def test_lists_fit_80_columns(w):
    for args in (["models"], ["models", "claude", "--history"], ["models", "--score", "arena-text"], ["models", "gpt-oss", "--offers"],
                 ["models", "show", "gpt-5.6-sol"], ["models", "show", "gpt-4.1", "o3"], ["models", "--table", "leading-open"]):
        for line in w.ok(*args).out.splitlines():
            assert len(line) <= 80, (args, line)


def test_stale_facts_are_told_before_anybody_relies_on_them(w):
    import os
    os.mkdir(w.path("catalog"))
    w.write("conf.yaml", "providers: {}\n")
    w.write("catalog/date.yaml", "compiled: 2199-01-01\n")
    assert "check them" not in w.ok("cost", "gpt-4.1", "--in", "1k", "--out", "1", *CONFIG).err
    w.write("catalog/date.yaml", "compiled: 2020-01-01\n")
    r = w.ok("cost", "gpt-4.1", "--in", "1k", "--out", "1", *CONFIG)
    assert "prices are of 2020-01-01" in r.err and "check them first" in r.err, r.err
    assert all(len(line) <= 80 for line in r.err.splitlines())
