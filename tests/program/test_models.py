"""models import and models news: overlays that check, history that stays, news that name the tasks they concern."""
import datetime
import os
import sqlite3

from world import Answer, ticket_task

CONFIG = "--config", "conf.yaml"
DAY = "2026-11-24"


def litellm(**models):
    """Rows of LiteLLM's list: name -> (provider, input, output) in dollars per token."""
    return {name.replace("__", "/").replace("_", "-"): {"litellm_provider": p, "mode": "chat", "input_cost_per_token": i,
                                                        "output_cost_per_token": o} for name, (p, i, o) in models.items()}


def rates(w, model, provider, *more):
    """Standard list rates of an offer by class, of the rows that hold."""
    m = w.ok("models", "show", model, "--json", *CONFIG, *more).json["models"][0]
    offer = next(o for o in m["offers"] if o["provider"] == provider)
    return {p["class"]: p["rate_nusd_per_mtok"] for p in offer["prices"] if not p["when"]}


def test_an_imported_price_bills_from_its_day_and_the_old_one_before(w):
    w.write("conf.yaml", {})
    w.write("list.json", {"gpt-4.1": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1.5e-6,
                                      "output_cost_per_token": 8e-6}})
    before = rates(w, "gpt-4.1", "openai", "--as-of", DAY)
    r = w.ok("models", "import", "list.json", "--as-of", DAY, "--json", *CONFIG).json
    assert r["schema"] == "fulcrum.models_import/1" and r["counts"]["price"] == 1, r
    change = next(i for i in r["items"] if i["what"] == "price")
    assert change["offer"] == "openai/gpt-4.1" and change["from_nusd"] == before["input"], change
    assert change["to_nusd"] == 1500000000 and change["from"] == DAY and change["pointer"] == "/gpt-4.1", change
    assert r["written"].endswith("catalog/litellm.yaml") and os.path.exists(w.path("catalog/litellm.yaml"))
    w.ok("models", "check", "catalog/litellm.yaml")
    assert rates(w, "gpt-4.1", "openai", "--as-of", DAY) == {**before, "input": 1500000000}
    assert rates(w, "gpt-4.1", "openai", "--as-of", "2026-11-23") == before


def test_importing_the_same_list_again_changes_nothing(w):
    w.write("conf.yaml", {})
    w.write("list.json", litellm(gpt_4_x=("openai", 1e-6, 3e-6), groq__zebra_9=("groq", 2e-7, 4e-7)))
    assert w.ok("models", "import", "list.json", "--as-of", DAY, "--json", *CONFIG).json["counts"]["new_model"] == 2
    first = w.read("catalog/litellm.yaml")
    again = w.ok("models", "import", "list.json", "--as-of", DAY, "--json", *CONFIG).json
    assert again["written"] is None and again["counts"]["unchanged"] == 2, again
    assert w.read("catalog/litellm.yaml") == first


def test_a_renewed_overlay_keeps_models_and_history_of_earlier_imports(w):
    w.write("conf.yaml", {})
    w.write("a.json", litellm(groq__zebra_9=("groq", 2e-7, 4e-7), groq__yak_2=("groq", 1e-7, 1e-7)))
    w.write("b.json", litellm(groq__zebra_9=("groq", 3e-7, 4e-7)))
    w.ok("models", "import", "a.json", "--as-of", "2026-10-01", *CONFIG)
    w.ok("models", "import", "b.json", "--as-of", DAY, *CONFIG)
    assert rates(w, "yak-2", "groq", "--as-of", DAY)["input"] == 100000000
    assert rates(w, "zebra-9", "groq", "--as-of", DAY)["input"] == 300000000
    assert rates(w, "zebra-9", "groq", "--as-of", "2026-11-01")["input"] == 200000000


def test_doubtful_prices_wait_for_accept_and_impossible_ones_for_nobody(w):
    w.write("conf.yaml", {})
    w.write("list.json", {**litellm(groq__zebra_9=("groq", 0, 0)), **litellm(groq__yak_2=("groq", 0.3, 0.6))})
    r = w.ok("models", "import", "list.json", "--as-of", DAY, "--json", *CONFIG).json
    assert r["written"] is None and r["counts"]["doubt"] == 1 and r["counts"]["refused"] == 1, r
    assert not os.path.exists(w.path("catalog/litellm.yaml"))
    r = w.ok("models", "import", "list.json", "--as-of", DAY, "--accept", "--json", *CONFIG).json
    assert r["counts"]["new_model"] == 1 and r["counts"]["refused"] == 1, r


def test_a_malformed_list_writes_nothing_and_names_its_place(w):
    w.write("conf.yaml", {})
    for text, line in ((b'{"a": {"litellm_provider": "openai", "mode"', 1),
                       (b'{"a":\n{"litellm_provider": "openai", "mode": "chat",\n"input_cost_per_token": "x"}}', 3),
                       (b"[" * 100000, 1), (b"\xff\xfe{}", 1), (b"", 1)):
        w.write("list.json", text)
        r = w.run("models", "import", "list.json", *CONFIG)
        assert r.status == 2 and f"list.json:{line}" in r.err, r
        assert not os.path.exists(w.path("catalog")), text


def test_files_of_the_users_own_are_never_overwritten(w):
    w.write("conf.yaml", {})
    os.mkdir(w.path("catalog"))
    w.write("catalog/litellm.yaml", "models: {}\n")
    w.write("list.json", litellm(groq__zebra_9=("groq", 2e-7, 4e-7)))
    r = w.run("models", "import", "list.json", *CONFIG)
    assert r.status == 2 and "--to" in r.err and w.read("catalog/litellm.yaml") == "models: {}\n", r
    assert w.run("models", "import", "list.json", "--to", "../x.yaml", *CONFIG).status == 2
    w.ok("models", "import", "list.json", "--to", "mine", *CONFIG)
    assert os.path.exists(w.path("catalog/mine.yaml")) and len(os.listdir(w.path("catalog"))) == 2


def test_all_four_formats_are_known_by_their_shape(w):
    w.write("conf.yaml", {})
    lists = {
        "litellm": litellm(groq__zebra_1=("groq", 2e-7, 4e-7)),
        "models.dev": {"groq": {"models": {"zebra-2": {"cost": {"input": 0.2, "output": 0.4}}}}},
        "genai-prices": [{"id": "groq", "models": [{"id": "zebra-3", "prices": {"input_mtok": 0.2, "output_mtok": 0.4}}]}],
        "openrouter": {"data": [{"id": "x/zebra-4", "pricing": {"prompt": "0.0000002", "completion": "0.0000004"}}]},
    }
    for name, content in lists.items():
        w.write("list.json", content)
        r = w.ok("models", "import", "list.json", "--as-of", DAY, "--json", *CONFIG).json
        assert r["files"][0]["format"] == name and r["counts"]["new_model"] == 1, r
        w.ok("models", "check", f"catalog/{name}.yaml")
    assert sorted(os.listdir(w.path("catalog"))) == sorted(f"{n}.yaml" for n in lists)


def test_news_make_no_state_file_and_tell_what_is_announced(w):
    w.write("conf.yaml", {})
    r = w.ok("models", "news", "--since", "2026-08-01", "--until", "2026-09-01", "--json", *CONFIG).json
    assert r["schema"] == "fulcrum.models_news/1" and r["tasks"] is None and not os.path.exists(w.state), r
    for e in r["entries"]:
        day = datetime.date.fromisoformat(e["date"])
        assert (e["kind"] == "announced") == (day > datetime.date(2026, 9, 1)), e
        assert day > datetime.date(2026, 8, 1), e
        if e["what"] in ("dearer", "cheaper"):
            assert (e["to_nusd"] > e["from_nusd"]) == (e["what"] == "dearer"), e
    assert {"dearer", "cheaper", "new", "announced"} <= {e["kind"] for e in r["entries"]}


def test_news_against_a_file_are_what_it_changes(w):
    w.write("conf.yaml", {})
    w.write("mine.yaml", "models:\n  gpt-4.1:\n    offers:\n      openai:\n        prices:\n"
                         "          - {input: 5, output: 8, source: https://example.com}\n"
                         "  zebra:\n    lab: openai\n    offers:\n      openai: {prices: [{input: 1, output: 2, source: https://example.com}]}\n")
    r = w.ok("models", "news", "--against", "mine.yaml", "--json", *CONFIG).json
    found = {(e["kind"], e["model"], e["class"]) for e in r["entries"]}
    assert found == {("dearer", "gpt-4.1", "input"), ("new", "zebra", None), ("offered", "zebra", "input")}, found


def overlay(days_ago):
    """luna gets dearer, and sol, cheaper than luna and as good, comes out."""
    day = (datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=days_ago)).isoformat()
    score = [{"benchmark": "livebench", "release": "r", "value": 70, "source": "https://example.com"}]
    return {"models": {
        "luna-x": {"lab": "openai", "scores": score, "offers": {"openai": {"prices": [
            {"input": 1, "output": 2, "to": day, "source": "https://example.com"},
            {"input": 3, "output": 2, "from": day, "source": "https://example.com"}]}}},
        "sol-x": {"lab": "openai", "scores": score, "released": {"value": day, "source": "https://example.com"},
                  "offers": {"openai": {"prices": [{"input": 0.5, "output": 2, "source": "https://example.com"}]}}},
        "worse-x": {"lab": "openai", "released": {"value": day, "source": "https://example.com"},
                    "scores": [{**score[0], "value": 60}],
                    "offers": {"openai": {"prices": [{"input": 0.5, "output": 2, "source": "https://example.com"}]}}}}}


def test_news_name_the_tasks_they_concern_and_how_to_choose_again(w):
    up = w.serve(lambda q: Answer(text=q.text.split()[-1], input=20, output=5))
    w.write("conf.yaml", {"providers": {"openai": {"key": "none", "url": up.url}}})
    os.mkdir(w.path("catalog"))
    w.write("catalog/mine.yaml", overlay(3))
    w.write("t.yaml", ticket_task(up.url, 12, candidates={"models": ["openai/luna-x", "openai/gpt-4.1"]}, providers=None))
    race = w.ok("balance", "t.yaml", *CONFIG, "--json").json
    assert {c["name"]: c["state"] for c in race["candidates"]}["openai/luna-x"] == "chosen", race["candidates"]
    days = ("--since", "2026-10-25", "--until", "2026-11-24")
    r = w.ok("models", "news", "--json", *days, *CONFIG).json
    assert r["tasks"] == 1, r
    chosen = next(c for c in r["concerns"] if c["chosen"])
    assert chosen["offer"] == "openai/luna-x" and r["entries"][chosen["entry"]]["kind"] == "dearer", chosen
    assert chosen["command"] == "fulcrum balance t.yaml", chosen
    newcomers = [c["offer"] for c in r["concerns"] if c["newcomer"]]
    assert newcomers == ["openai/sol-x"], r["concerns"]
    text = w.ok("models", "news", *days, *CONFIG).out
    assert "to choose again: fulcrum balance t.yaml" in " ".join(text.split()), text


def test_a_state_file_of_an_older_program_still_gives_news(w):
    os.makedirs(os.path.dirname(w.state))
    db = sqlite3.connect(w.state)
    db.execute("CREATE TABLE run(name TEXT PRIMARY KEY, task TEXT)")
    db.commit()
    db.close()
    w.write("conf.yaml", {})
    assert w.ok("models", "news", "--json", *CONFIG).json["tasks"] == 0


def test_wrong_options_of_import_and_news_are_refused(w):
    w.write("conf.yaml", {})
    w.write("list.json", litellm(groq__zebra_9=("groq", 2e-7, 4e-7)))
    for arguments in (("import",), ("import", "list.json", "--format", "csv"), ("import", "none.json"),
                      ("import", "list.json", "--as-of", "soon"), ("news", "--since", "2026-11-02", "--until", "2026-11-01"),
                      ("news", "--since", "2026-11-02", "--against", "x.yaml"), ("news", "x.yaml")):
        r = w.run("models", *arguments, *CONFIG)
        assert r.status in (2, 4), (arguments, r)
    assert not os.path.exists(w.path("catalog"))


def test_a_page_shows_prices_over_time_and_loads_nothing(w):
    w.write("conf.yaml", {})
    w.ok("models", "show", "gemini-4-argon", "--report", "page.html", *CONFIG)
    page = w.read("page.html")
    assert "google/gemini-4-argon" in page and "announced" in page and page.count("<svg") == 1, page[:500]
    assert "http://" not in page and "https://" not in page and "default-src 'none'" in page
    w.ok("models", "gemini", "--history", "--report", "all.html", *CONFIG)
    assert w.read("all.html").count("<svg") > 3
    assert w.run("models", "--report", "all.html", *CONFIG).status == 2
    assert w.run("models", "show", "gpt-4.1", "--report", "no/such/folder/x.html", *CONFIG).status in (2, 4)
