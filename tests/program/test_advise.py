"""Advice: needs, verdicts, and the task file that it ends with, all offline on the catalogue that the program carries."""
import json
import os
import pty
import re
import select
import shutil
import subprocess
import time

import world

NOVEMBER = ("--as-of", "2026-11-24")


def advise(w, *args, status=0):
    r = w.ok("advise", "--json", *NOVEMBER, *args, status=status)
    d = r.json
    assert d["schema"] == "fulcrum.advise/1"
    return d


def check_shape(d):
    for name in ("verdict", "alternatives", "ties", "removed", "unknown", "steps", "sensitivity", "ask_next", "task_file"):
        assert name in d, name
    v = d["verdict"]
    assert v["model"] and v["offer"].startswith(v["provider"] + "/") and isinstance(v["cost_nusd"], int)
    assert 0 <= v["quality"]["interval"][0] <= v["quality"]["share"] <= v["quality"]["interval"][1] <= 1
    assert [s["step"] for s in d["steps"]] == [1, 2, 3, 4, 5, 6]
    for s in d["steps"]:
        assert s["question"].endswith("?") and s["answer"] and s["because"], s
        assert all(set(b) == {"fact", "source", "date"} and b["fact"] for b in s["because"])
    for r in d["removed"]:
        assert {"candidate", "need", "wanted", "found", "source", "date", "relax"} <= set(r), r
    broken = [r["needs_broken"] for r in d["removed"]]
    assert broken == sorted(broken), "near misses first"
    assert len(d["ask_next"]) <= 5 and all(q["question"] and q["why"] for q in d["ask_next"])
    names = {c["name"] for c in d["candidates"]}
    assert len(names) == len(d["candidates"])


def task(**more):
    return {"task": "tickets", "data": world.items(5), "prompt": "{{ text }}", "grade": [{"match": {"field": "label"}}],
            "candidates": ["openai/gpt-5.6-luna"], "budget": "1 USD", **more}


def removed(d, candidate):
    return [r for r in d["removed"] if r["candidate"] == candidate]


def test_the_answer_has_the_members_that_scripts_rely_on(w):
    d = advise(w, "--category", "code", "--need", "tools", "--top", "500")
    check_shape(d)
    assert d["verdict"]["name"] in {c["name"] for c in d["candidates"]}
    assert any(d["verdict"]["name"] in group for group in d["ties"])
    assert 3 <= len({s["setting"].split("@")[0] for s in d["shortlist"]}) <= 6


def test_private_data_on_an_own_24_gb_card_gives_an_open_model_that_fits(w):
    d = advise(w, "--category", "extraction", "--need", "data=own-machines", "--device", "rtx-4090")
    check_shape(d)
    assert d["verdict"]["provider"] == "own" and d["verdict"]["open_weights"]
    fit = d["verdict"]["fit"]
    assert fit["device"] == "rtx-4090" and fit["total_bytes"] <= fit["available_bytes"] <= 24e9
    r = removed(d, "own/llama-3.1-405b")
    assert [x["need"] for x in r] == ["devices"] and "GB" in r[0]["found"]
    assert removed(d, "openai/gpt-5.6-luna")[0]["need"] == "data"
    assert "llama-server/" in d["task_file"]


def test_a_long_document_removes_what_loses_the_thread_before_it(w):
    d = advise(w, "--category", "long-context", "--need", "effective_context=60k")
    r = removed(d, "openai/gpt-4o")
    assert len(r) == 1 and r[0]["need"] == "effective_context"
    assert (r[0]["wanted"], r[0]["found"], r[0]["source"], r[0]["date"]) == ("60k", "8k by NoLiMa", "nolima", "2025-05-05")
    assert r[0]["relax"] == "effective_context: 8k"
    assert not removed(advise(w, "--category", "long-context", "--need", r[0]["relax"].replace(": ", "=")), "openai/gpt-4o")


def test_videos_on_youtube_are_for_gemini(w):
    d = advise(w, "--category", "vision", "--need", "inputs=video,youtube")
    assert d["verdict"]["lab"] == d["verdict"]["provider"] == "google" and "gemini" in d["verdict"]["model"]
    assert "YouTube" in d["steps"][2]["answer"]


def test_cheap_classification_at_volume_is_cheap_and_counts_the_month(w):
    d = advise(w, "--category", "extraction", "--traffic", "5000000/month", "--in", "600", "--out", "10", "--value", "0.002")
    v = d["verdict"]
    assert v["month_nusd"] == v["cost_nusd"] * 5000000 and v["month_nusd"] < 1500 * 10 ** 9
    assert "traffic: 5000000/month" in d["task_file"] and "right: 0.002 USD" in d["task_file"]


def test_a_lab_that_is_out_is_out_at_every_host(w):
    d = advise(w, "--category", "general", "--need", "exclude.labs=xai", "--top", "1000")
    assert not any(c["lab"] == "xai" for c in d["candidates"])
    assert all(r["relax"] == "exclude.labs without xai" for r in d["removed"] if "grok" in r["candidate"])


def test_europe_is_met_by_what_is_promised_and_priced_there(w):
    d = advise(w, "--category", "code", "--need", "region=eu", "--need", "data=no-training", "--strict", "--top", "1000")
    assert {c["provider"] for c in d["candidates"]} <= {"openai", "azure", "mistral", "bedrock", "vertex", "google"}
    here = next(c for c in d["candidates"] if c["model"] == "gpt-5.6-luna" and c["effort"] == "none")
    there = next(c for c in advise(w, "--category", "code", "--top", "1000")["candidates"]
                 if c["offer"] == here["offer"] and c["effort"] == "none")
    assert here["cost_nusd"] > there["cost_nusd"], "regional endpoints cost more"


def test_options_stand_over_the_task_file_and_its_needs_are_taken(w):
    w.write("t.yaml", task(category="extraction", traffic="50000/month", needs={"context": "16k", "data": "no-training"}))
    d = advise(w, "t.yaml", "--need", "data=anywhere", "--need", "exclude.labs=openai")
    assert d["category"] == "extraction" and d["traffic_month"] == 50000
    assert "exclude: {labs: openai}" in d["task_file"] and re.search('context: "?16k', d["task_file"])
    assert "data: anywhere" in d["task_file"] and d["verdict"]["lab"] != "openai"
    assert advise(w, "t.yaml", "--traffic", "7")["traffic_month"] == 7


def test_the_task_file_passes_a_dry_run(w):
    cases = [(), ("--category", "extraction", "--value", "0.02"), ("--category", "code", "--need", "data=no-training"),
             ("--category", "dialogue", "--wage", "30", "--saved", "2", "--lost", "5", "--waiting", "50%"),
             ("--category", "data", "--need", "data=own-machines", "--device", "m4-max"),
             ("--category", "agents", "--need", "exclude.lab_countries=CN", "--need", "certificates=SOC 2")]
    for i, args in enumerate(cases):
        w.ok("advise", *args, "--task-file", f"race{i}.yaml")
        r = w.ok("balance", f"race{i}.yaml", "--dry-run")
        assert "Nothing was sent." in r.out
        assert len(set(re.findall(r"^(\S+/\S+)$", r.out, re.M))) >= 3, r.out


def test_a_task_files_own_data_go_into_the_new_one(w):
    w.write("t.yaml", task())
    w.ok("advise", "t.yaml", "--task-file", "race.yaml")
    assert w.ok("balance", "race.yaml", "--dry-run").out.count("POST") >= 3


def test_a_wrong_word_of_a_need_names_the_nearest(w):
    for need, said in (("contxt=5k", "context"), ("exclude.labs=xia", "xai"), ("inputs=imgae", "image"),
                       ("data=no-traning", "no-training"), ("fine_tuning=lroa", "lora"), ("exclude.lab=xai", "labs")):
        r = w.run("advise", "--need", need)
        assert r.status == 2 and f"did you mean '{said}'" in r.err, (need, r.err)
    r = w.run("advise", "--category", "extracton")
    assert r.status == 2 and "did you mean 'extraction'" in r.err
    assert w.run("advise", "--device", "rtx-4091").status == 2
    assert w.run("advise", "--budget", "5").status == 2, "a month's budget needs the month's traffic"
    assert w.run("advise", "--saved", "2").status == 2, "minutes need a pay"


def test_nobody_left_exits_with_1_and_tells_the_nearest(w):
    d = advise(w, "--need", "context=500M", "--strict", status=1)
    assert d["verdict"] is None and d["removed"] and d["removed"][0]["relax"]
    text = w.run("advise", "--need", "context=500M", "--strict")
    assert text.status == 1 and text.out.startswith("No model of the catalogue meets all needs.")


def test_when_a_need_of_all_that_are_left_is_not_known_that_is_said_and_exits_with_1(w):
    for need, word in (("context=100M", "context"), ("p95=1ms", "p95")):
        d = advise(w, "--need", need, status=1)
        v = d["verdict"]
        assert v["needs_not_known"] == [word] and v["unknown_facts"] > 0
        assert "known to meet all needs" in v["statement"] and f"though its {word} is not known" in v["statement"]
        assert "nothing else meets" not in d["steps"][0]["answer"]
        assert any("no model is known to meet all" in b["fact"] for b in d["steps"][0]["because"])
        text = w.run("advise", *NOVEMBER, "--need", need)
        assert text.status == 1 and text.out.startswith("No model of the catalogue is known to meet all needs.")
        assert "kept, though not all is known" in text.out
    d = advise(w, "--need", "context=16k")
    assert d["verdict"]["needs_not_known"] == [] and "not known" not in d["verdict"]["statement"]


def test_a_more_capable_model_is_not_said_to_pay_only_above_a_worth_that_is_exceeded(w):
    for value in ("1", "0.1"):
        d = advise(w, "--value", value)
        text = " ".join(w.ok("advise", *NOVEMBER, "--value", value).out.split("\n\n")[0].split())
        stronger = next(a for a in d["alternatives"] if a["kind"] == "more capable")["name"]
        above = re.search(re.escape(stronger) + r" is worth its price where a right answer is worth more than \$([\d.]+\d)", text)
        tie = re.search(re.escape(stronger) + r" would be worth its price from \$([\d.]+\d) .* here one is worth \$([\d.]+\d)", text)
        assert bool(above) != bool(tie), text
        if above:
            assert float(above[1]) >= float(value)
        else:
            assert float(tie[1]) < float(value) == float(tie[2]) and "cannot tell the two apart, so the tie rule" in text
        assert bool(tie) == (value == "1"), "both are met"


def test_thinking_where_none_is_needed_is_told_with_what_it_takes(w):
    seen = 0
    for category in ("extraction", "dialogue"):
        for more in ((), ("--in", "800", "--out", "20"), ("--value", "1")):
            d = advise(w, "--category", category, *more)
            answer = d["steps"][1]["answer"]
            thinks = d["verdict"]["effort"] not in (None, "none") or d["verdict"]["tokens_times"] > 1.5
            assert ("None, as a rule" in answer) == thinks, answer
            if thinks:
                seconds = d["verdict"]["latency_s"]
                assert ("for how long is not known" if seconds is None else f"about {seconds:.1f} s a call") in answer
                assert any("answers at once: " in b["fact"] for b in d["steps"][1]["because"])
                seen += 1
    assert seen, "no such case is left in the catalogue"


def test_a_months_traffic_may_be_a_bare_multiple(w):
    for text, calls in (("1M", 1000000), ("50k", 50000), ("50k/month", 50000), ("1234", 1234), ("2 k", 2000)):
        assert advise(w, "--traffic", text)["traffic_month"] == calls
    for text in ("1X", "5/day", "1m"):
        assert w.run("advise", "--traffic", text).status == 2, text


def test_options_that_need_or_exclude_another_name_both(w):
    w.write("m.csv", "item,config,score\nq,openai/gpt-5.4-nano,1\n")
    for first, second, args in (("cluster", "matrix", ("--cluster", "c")), ("wage", "saved", ("--wage", "40")),
                                ("budget", "traffic", ("--budget", "5")),
                                ("strict", "lenient", ("--strict", "--lenient")),
                                ("in", "context", ("--in", "5k", "--context", "6k")),
                                ("value", "saved", ("--value", "1", "--wage", "40", "--saved", "2")),
                                ("value", "lost", ("--value", "1", "--wage", "40", "--lost", "2"))):
        r = w.run("advise", *args)
        assert r.status == 2 and f"--{first}" in r.err and f"--{second}" in r.err, (args, r.err)
    assert w.run("advise", "--saved", "2").status == 2
    w.ok("advise", "--matrix", "m.csv")
    w.ok("advise", "--value", "1", "--wage", "40", "--waiting", "50%")


def test_time_is_in_minutes_unless_it_has_a_unit(w):
    worth = [advise(w, "--wage", "60", "--saved", saved, "--lost", lost)["value_nusd"]
             for saved, lost in (("2", "0.5"), ("2min", "30s"), ("120s", "0.5"), ("2", "30 seconds"))]
    assert worth == [2500000000] * 4, worth
    text = " ".join(w.ok("advise", "--help").out.split())
    assert text.count("a bare number is in minutes") == 2


def test_the_examples_of_the_help_work_from_the_root(w):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    shutil.copytree(os.path.join(root, "examples"), w.path("examples"))
    examples = re.findall(r"^ *fulcrum (advise -.*|advise examples.*)$", w.ok("advise", "--help").out, re.M)
    assert len(examples) == 3, examples
    for line in examples:
        w.ok(*line.split())
    assert "Nothing was sent." in w.ok("balance", "examples/race.yaml", "--dry-run").out


def test_strict_takes_out_what_is_not_known(w):
    lenient = advise(w, "--category", "code", "--need", "data=no-training", "--top", "1000")
    strict = advise(w, "--category", "code", "--need", "data=no-training", "--strict", "--top", "1000")
    doubtful = {c["offer"] for c in lenient["candidates"] if c["unknown_facts"]}
    assert doubtful and not doubtful & {c["offer"] for c in strict["candidates"]}
    assert lenient["verdict"]["unknown_facts"] == 0
    assert any(r["state"] == "unknown" and r["found"] == "not known" for r in strict["removed"])


def test_own_results_outrank_public_scores(w):
    rows = ["item,config,score"] + [f"q{i},openai/gpt-5.4-nano@high,{int(i % 50 != 0)}" for i in range(500)]
    w.write("m.csv", "\n".join(rows) + "\n")
    d = advise(w, "--category", "extraction", "--matrix", "m.csv")
    q = d["verdict"]["quality"]
    assert d["verdict"]["name"] == "openai/gpt-5.4-nano@high" and q["own_items"] == 500 and q["own_share"] == 0.98
    assert abs(q["share"] - 0.98) < 20 / 520
    assert "500 results" in d["verdict"]["statement"] and "96 %" in d["verdict"]["statement"]


def test_the_newest_run_of_the_task_counts_as_own_results(w):
    server = w.serve(world.ticket_rule)
    w.write("mine.yaml", world.ticket_task(server.url, n=30, models=("mid",)))
    w.ok("eval", "mine.yaml", "--quiet")
    w.write("t.yaml", task(data=world.items(30)))
    d = advise(w, "t.yaml")
    assert any("the run tickets-" in a for a in d["assumptions"]), d["assumptions"]


def test_the_break_even_of_the_worth_holds_on_both_sides(w):
    d = advise(w, "--category", "code", "--value", "1")
    breaks = [b for b in d["sensitivity"] if b["parameter"] == "value_nusd"]
    assert breaks
    for b in breaks:
        near, far = (0.998, 1.002) if b["direction"] == "above" else (1.002, 0.998)
        assert advise(w, "--category", "code", "--value", f"{b['at'] * near / 1e9:.9f}")["verdict"]["name"] == d["verdict"]["name"]
        assert advise(w, "--category", "code", "--value", f"{b['at'] * far / 1e9:.9f}")["verdict"]["name"] != d["verdict"]["name"]


def test_announced_prices_are_told_before_their_day(w):
    d = advise(w, "--category", "code")
    news = [b for b in d["sensitivity"] if b["parameter"] == "announced_price"]
    argon = [b for b in news if b["candidate"] == "google/gemini-4-argon"]
    assert len(argon) == 1 and argon[0]["date"] == "2026-12-01" and "doubles" in argon[0]["text"]


def test_text_keeps_to_80_columns_and_begins_with_the_verdict(w):
    r = w.ok("advise", "--category", "code", "--need", "data=no-training")
    body, task = r.out.split("\nMeasure it\n")
    assert not [line for line in r.out.split("\n") if len(line) > 80]
    assert re.match(r"\w[\w.-]*/\S+: about \d", r.out)
    for title in ("What would change it", "Taken for granted", "Trust", "Removed", "Six steps", "Ask next"):
        assert f"\n{title}\n" in body
    assert "fulcrum balance" in task


def test_the_page_loads_nothing_and_escapes(w):
    w.ok("advise", "--category", "vision", "--need", "inputs=image", "--report", "advice.html")
    page = w.read("advice.html")
    assert page.startswith("<!doctype html>") and "default-src 'none'" in page
    assert not re.search(r"(src|href)=", page)
    assert "<script>alert" not in page and page.count("<section") == page.count("</section>") >= 5


def test_asking_is_for_terminals(w):
    r = w.run("advise", "--ask")
    assert r.status == 2 and "terminal" in r.err


def test_on_a_terminal_it_asks_and_a_wrong_answer_again(w):
    main, child = pty.openpty()
    p = subprocess.Popen([world.FULCRUM, "--state", w.state, "advise", "--json", "--ask"], cwd=w.dir, env=w.environment(),
                         stdin=child, stdout=subprocess.PIPE, stderr=child)
    os.close(child)
    w.started.append(p)
    os.write(main, b"extracton\nextraction\n50000\n\n\n\nno-training\n\n\n\n\n\n")
    out, shown, until = b"", b"", time.monotonic() + 30
    while time.monotonic() < until:
        ready, _, _ = select.select([main, p.stdout], [], [], 0.2)
        try:
            shown += os.read(main, 65536) if main in ready else b""
        except OSError:
            pass
        part = os.read(p.stdout.fileno(), 65536) if p.stdout in ready else b""
        out += part
        if p.stdout in ready and not part:
            break
    p.wait(timeout=10)
    os.close(main)
    d = json.loads(out)
    assert d["category"] == "extraction" and d["traffic_month"] == 50000
    assert b"What kind of task?" in shown and shown.count(b"What kind of task?") == 2
    assert "data: no-training" in d["task_file"]


def test_every_need_is_explained_in_the_manual(w):
    """docs/advise.md has every word of the table of needs."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    with open(os.path.join(root, "docs", "advise.md"), encoding="utf-8") as f:
        text = f.read()
    said = w.run("advise", "--need", "nonsense=1").err
    words = re.search(r"expected: one of (.*)", said).group(1).split(", ")
    assert len(words) >= 20
    missing = [word for word in words if f"`{word}`" not in text and f"`{word}." not in text]
    assert not missing, missing


def test_the_relaxation_of_a_need_really_brings_the_candidate_back(w):
    for need in ("context=300k", "first_token=1s", "effective_context=60k"):
        key = need.split("=")[0]
        r = w.ok("advise", "--category", "code", "--need", need, "--json").json
        tried = {}
        for x in r["removed"]:
            if x["need"] == key and x["needs_broken"] == 1 and x["relax"].startswith(key + ": "):
                tried.setdefault(x["relax"].split(": ")[1], x["candidate"])
        assert tried, need
        for value, candidate in list(tried.items())[:6]:
            again = w.ok("advise", "--category", "code", "--need", f"{key}={value}", "--json").json
            assert not any(x["candidate"] == candidate and x["need"] == key for x in again["removed"]), (need, value, candidate)
