"""Budgets: what may be spent never is exceeded, whatever the server does."""
from world import Answer, ticket_rule, ticket_task


def worst(w, task, item=1):
    w.write("worst.yaml", task)
    return w.ok("balance", "worst.yaml", "--dry-run", "--json").json["candidates"][0]["worst_case_item_nusd"]


def test_held_and_spent_stay_within_the_budget_with_64_calls_in_flight(w):
    most = [0]

    def rule(request):
        if request.number % 16 == 0:
            spent, held = w.money()
            most[0] = max(most[0], spent + held)
        return Answer(text="x", input=30, output=100, delay_s=0.01)

    up = w.serve(rule)
    task = ticket_task(up.url, 400, models=["large"], lab={"concurrency": 64}, max_output=100, budget="1.2 USD")
    w.write("t.yaml", task)
    r = w.ok("eval", "t.yaml", "--json", status=3).json
    budget = 1200000000
    spent, held = w.money()
    assert up.most_at_once > 32, up.most_at_once
    assert held == 0 and spent <= budget and most[0] <= budget, (spent, held, most)
    assert r["stopped"] == "budget" and r["spent"]["cost_nusd"] == spent
    assert budget - spent < 64 * 2 * 10 ** 7, "it stopped long before the money was gone"


def test_a_budget_too_small_for_one_call_ends_with_3_and_sends_nothing(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 5, budget="0.000001 USD"))
    for command in ("eval", "balance"):
        r = w.ok(command, "t.yaml", "--json", status=3)
        assert r.json["schema"], r.out
    assert up.count() == 0 and w.money() == (0, 0)


def test_a_race_that_runs_out_of_money_names_the_best_so_far_with_its_bound(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 300, value={"right": "0.01 USD"}, max_output=20, budget="0.03 USD"))
    r = w.ok("balance", "t.yaml", "--json", status=3).json
    assert r["decision"]["state"] == "best-so-far" and r["decision"]["stopped"] == "budget"
    assert r["decision"]["regret_bound_nusd"] > 0 and w.money()[0] <= 30000000
    calls = up.count()
    w.write("t.yaml", ticket_task(up.url, 300, value={"right": "0.01 USD"}, max_output=20, budget="5 USD"))
    r = w.ok("balance", "t.yaml", "--json").json
    assert r["decision"]["state"] == "certified"
    assert len({q.key for q in up.requests}) == up.count() > calls, "a raised budget goes on and pays nothing twice"


def test_the_option_budget_overrides_the_file(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 30))
    w.ok("balance", "t.yaml", "--budget", "0.000001", status=3)
    assert up.count() == 0
    w.ok("balance", "t.yaml", "--budget", "none")
    assert up.count() > 0


def test_usage_above_its_hold_is_charged_flagged_and_stops_the_run(w):
    def rule(request):
        return Answer(text="x", output=100000 if request.number == 30 else 5)

    up = w.serve(rule)
    w.write("t.yaml", ticket_task(up.url, 200, models=["mid"], lab={"concurrency": 4}, max_output=50, budget="2 USD"))
    r = w.ok("eval", "t.yaml", "--json", status=3).json
    assert r["stopped"] == "over_hold"
    assert 30 <= up.count() <= 34, f"{up.count()} calls: it went on sending"
    rows = w.query("SELECT cost_nusd, hold_nusd, flags FROM ledger WHERE flags = 'over_hold'")
    assert len(rows) == 1 and rows[0][0] == 20 * 4000 + 100000 * 8000 > rows[0][1]
    spent = w.money()[0]
    assert spent == r["spent"]["cost_nusd"] >= rows[0][0]


def test_usage_above_its_hold_stops_a_race_too(w):
    up = w.serve(lambda q: Answer(text="x", output=100000 if q.number == 30 else 5))
    w.write("t.yaml", ticket_task(up.url, 200, models=["mid", "small"], lab={"concurrency": 4}, max_output=50, budget="2 USD"))
    r = w.run("balance", "t.yaml", "--json")
    assert r.status == 3, (r.status, r.out, r.err)
    assert 30 <= up.count() <= 34
    assert w.query("SELECT COUNT(*) FROM ledger WHERE flags = 'over_hold'") == [(1,)]


def test_calls_that_wait_for_money_go_on_when_holds_are_settled(w):
    up = w.serve(lambda q: Answer(text="x", input=20, output=5))
    task = ticket_task(up.url, 50, models=["large"], max_output=1000, lab={"concurrency": 32})
    hold = worst(w, task) // 2
    w.write("t.yaml", {**task, "budget": f"{hold * 3} USD".replace(str(hold * 3), f"{hold * 3 / 1e9:.9f}")})
    w.ok("eval", "t.yaml")
    assert up.count() == 50 and up.most_at_once <= 3, "holds of three worst cases at most"


def test_a_lost_answer_is_charged_its_whole_hold(w):
    up = w.serve(lambda q: Answer(text="x", drop=q.number == 3))
    w.write("t.yaml", ticket_task(up.url, 5, models=["mid"], lab={"concurrency": 1}, max_output=50))
    r = w.ok("eval", "t.yaml", "--json").json
    rows = w.query("SELECT cost_nusd, hold_nusd, flags, code FROM ledger ORDER BY rowid")
    assert [row[2] for row in rows] == ["", "", "unreported", "", "", ""], rows
    assert rows[2][0] == rows[2][1] > rows[0][0]
    assert r["spent"]["cost_nusd"] == w.money()[0] and up.count() == 6


def test_an_answer_without_usage_costs_its_worst_case(w):
    up = w.serve(lambda q: Answer(text="x", usage=False))
    w.write("t.yaml", ticket_task(up.url, 2, models=["mid"], max_output=50))
    r = w.ok("eval", "t.yaml", "--json").json
    rows = w.query("SELECT cost_nusd, hold_nusd FROM ledger")
    assert all(c == h > 0 for c, h in rows) and r["spent"]["cost_nusd"] == sum(c for c, _ in rows)


def test_models_without_a_known_price_run_only_with_budget_none(w):
    up = w.serve(ticket_rule)
    w.write("conf.yaml", {"providers": {"openai": {"key": "none", "url": up.url}}})
    task = ticket_task(up.url, 5, candidates={"models": ["openai/gpt-of-nobody"]}, providers=None)
    w.write("t.yaml", task)
    e = w.ok("eval", "t.yaml", "--config", "conf.yaml", "--json", status=2).error
    assert "price" in e["message"] and "budget: none" in e["help"]
    assert up.count() == 0
    w.write("t.yaml", {**task, "budget": "none"})
    r = w.ok("eval", "t.yaml", "--config", "conf.yaml", "--json").json
    assert r["candidates"][0]["cost_nusd"] is None and r["spent"]["cost_nusd"] is None


def test_a_server_of_ones_own_without_a_price_is_free_and_the_certificate_says_so(w):
    up = w.serve(ticket_rule)
    task = ticket_task(up.url, 20, budget=None, value={"right": "1 USD"})
    task["providers"]["lab"] = {"url": up.url}
    w.write("t.yaml", task)
    r = w.ok("balance", "t.yaml", "--json").json
    assert r["spent"]["cost_nusd"] == 0 and any("free" in a for a in r["assumptions"])


def test_per_second_prices_charge_what_the_server_computed_and_hold_the_timeout(w):
    def rule(request):
        a = Answer(text="x")
        body = ('{"choices":[{"index":0,"message":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,'
                '"completion_tokens":1,"total_tokens":6},"timings":{"prompt_ms":100,"predicted_ms":150}}')
        a.raw = body.encode()
        return a

    up = w.serve(rule)
    task = ticket_task(up.url, 3, models=["mid"], timeout="2s")
    task["providers"]["lab"] = {"url": up.url, "price": {"second": "3.60 USD/hour"}}
    w.write("t.yaml", task)
    r = w.ok("eval", "t.yaml", "--json").json
    assert r["candidates"][0]["cost_nusd"] == 250000, "a quarter of a second at a tenth of a cent"
    assert w.query("SELECT DISTINCT hold_nusd FROM ledger") == [(2000000,)]


def test_a_tight_budget_holds_through_kills_with_64_calls_in_flight(w):
    budget = 3000000000
    up = w.serve(lambda q: Answer(text="x", input=30, output=100, delay_s=0.02))
    w.write("t.yaml", ticket_task(up.url, 600, models=["large"], lab={"concurrency": 64}, max_output=100, budget="3 USD"))
    for _ in range(3):
        before = up.count()
        p = w.start("eval", "t.yaml", "--json")
        up.wait_for(before + 10)
        p.kill()
        p.communicate()
        up.wait_until_quiet()
        spent, held = w.money()
        assert spent + held <= budget and held > 0, (spent, held)
    r = w.ok("eval", "t.yaml", "--json", status=3).json
    spent, held = w.money()
    assert held == 0 and spent <= budget and r["stopped"] == "budget"
    lost = w.query("SELECT COALESCE(SUM(cost_nusd), 0) FROM ledger WHERE flags = 'lost'")[0][0]
    assert lost > 0 and w.query("SELECT spent_nusd, lost_nusd FROM budget") == [(spent, lost)]
    worst = w.query("SELECT MAX(hold_nusd) FROM ledger")[0][0]
    assert budget - spent < worst, "it stopped although one more call had room"
