"""`cost exchange`: recorded calls, decoded and priced by what was served."""
import glob
import json
import os

from world import Skip

SHARED = os.environ.get("FULCRUM_SHARED") or os.path.join(os.path.dirname(__file__), "..", "..", "..", "shared")
CLASSES = {"input_uncached": "input", "output_text": "output", "output_reasoning": "reasoning", "cache_write": "cache_write_5m",
           "tool_use_input": "tool_prompt", "input_audio": "audio_input", "input_image": "image_input",
           "output_audio": "audio_output"}


def recordings(name="*"):
    files = sorted(glob.glob(os.path.join(SHARED, "wire", f"{name}.jsonl")))
    if not files:
        raise Skip("no recorded traffic beside the project")
    return files


def exchanges(w, file):
    r = w.ok("cost", "exchange", file, "--json", timeout_s=120).json
    assert r["schema"] == "fulcrum.exchange/1"
    with open(file, encoding="utf-8") as f:
        expected = {x["id"]: x.get("expect") or {} for x in map(json.loads, f)}
    assert len(r["exchanges"]) == len(expected)
    return [(e, expected[e["id"]]) for e in r["exchanges"]]


def test_usage_of_all_recorded_traffic_is_taken_apart_as_expected(w):
    compared = 0
    for file in recordings():
        for e, expect in exchanges(w, file):
            if "disjoint" not in expect or expect.get("disjoint_ambiguous"):
                continue
            compared += 1
            want = {}
            for name, units in expect["disjoint"].items():
                name = CLASSES.get(name, name)
                want[name] = want.get(name, 0) + units
            got = e["usage"] or {}
            assert all(got.get(k, 0) == v for k, v in want.items()), (e["id"], got, want)
            assert e["total_nusd"] is None or e["total_nusd"] == sum(line["amount_nusd"] for line in e["lines"]), e
            assert not e["estimated"], e
            assert e["total_nusd"] is not None or any(p.startswith("not priced") for p in e["problems"]), e
    assert compared > 1700


def test_xai_calls_cost_what_xai_says_that_they_cost(w):
    """xAI reports each call's price in its answer: ours is the same to the nano-dollar."""
    compared = 0
    for e, expect in exchanges(w, recordings("xai")[0]):
        ticks = (expect.get("cost") or {}).get("cost_in_usd_ticks")  # 10^-10 USD
        made_up = ticks == 123456
        if ticks and e["total_nusd"] is not None and not made_up:
            compared += 1
            assert abs(e["total_nusd"] * 10 - ticks) <= 10 * len(e["lines"]), e
    assert compared >= 30


def call(model="gpt-4.1", usage=None, **more):
    body = {"id": "r1", "object": "chat.completion", "model": model, "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hello"}}],
        "usage": usage or {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}, **more}
    return {"id": "one", "endpoint": "https://api.openai.com/v1/chat/completions", "recorded_at": "2026-03-01T10:00:00Z",
            "request": {"body": json.dumps({"model": model, "messages": []})},
            "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}}


def priced(w, *calls):
    w.write("calls.jsonl", "".join(json.dumps(c) + "\n" for c in calls))
    return w.ok("cost", "exchange", "calls.jsonl", "--json").json["exchanges"]


def test_the_tier_the_snapshot_and_the_day_that_were_served_decide(w):
    plain, flex, old, snapshot = priced(w, call(), call("o3", service_tier="flex"),
                                        {**call("o3"), "recorded_at": "2025-05-01T00:00:00Z"}, call("gpt-4o-2024-05-13"))
    assert plain["offer"] == "openai/gpt-4.1" and plain["total_nusd"] == 1000 * 2000 + 100 * 8000
    assert flex["total_nusd"] == 1000 * 1000 + 100 * 4000
    assert old["total_nusd"] == 1000 * 10000 + 100 * 40000
    assert snapshot["total_nusd"] == 1000 * 5000 + 100 * 15000


def test_what_does_not_add_up_is_flagged_on_the_receipt(w):
    e, = priced(w, call(usage={"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15,
                               "prompt_tokens_details": {"cached_tokens": 50}}))
    assert e["problems"], e
    text = w.ok("cost", "exchange", "calls.jsonl").out
    assert "1 with figures that do not add up" in " ".join(text.split()), text


def test_an_unknown_model_decodes_and_is_never_free(w):
    e, = priced(w, call("gpt-of-nobody"))
    assert e["text"] == "hello" and e["usage"]["input"] == 1000
    assert e["total_nusd"] is None and e["offer"] is None and "gpt-of-nobody" in e["problems"][-1]


def test_a_har_file_of_a_browser_is_read(w):
    one = call()
    w.write("session.har", {"log": {"version": "1.2", "entries": [
        {"startedDateTime": "2026-03-01T10:00:00.000Z",
         "request": {"method": "POST", "url": one["endpoint"], "postData": {"text": one["request"]["body"]}},
         "response": {"status": 200, "content": {"mimeType": "application/json", "text": one["response"]["body"]}}},
        {"startedDateTime": "2026-03-01T10:00:01.000Z", "request": {"method": "GET", "url": "https://example.com/logo.png"},
         "response": {"status": 200, "content": {"mimeType": "image/png", "text": ""}}}]}})
    r = w.ok("cost", "exchange", "session.har", "--json").json
    assert len(r["exchanges"]) == 1 and r["passed_over"] == 1 and r["total_nusd"] == 2800000


def test_a_line_that_is_no_exchange_is_named_with_its_place(w):
    w.write("calls.jsonl", json.dumps(call()) + "\n{\"id\": 7\n")
    e = w.ok("cost", "exchange", "calls.jsonl", "--json", status=2).error
    assert e["place"]["file"] == "calls.jsonl" and e["place"]["line"] == 2, e


def test_an_answer_without_usage_is_an_estimate_and_says_so(w):
    one = call()
    body = json.loads(one["response"]["body"])
    del body["usage"]
    body["choices"][0]["message"]["content"] = "x" * 400
    one["response"]["body"] = json.dumps(body)
    e, = priced(w, one)
    size = len(one["request"]["body"])
    assert e["usage"] is None and e["estimated"] and any("estimated" in p for p in e["problems"]), e
    assert e["total_nusd"] == -(-size // 4) * 2000 + 100 * 8000
    assert "~$" in w.ok("cost", "exchange", "calls.jsonl").out


def test_a_cost_that_the_answer_itself_tells_is_compared(w):
    agrees = call(usage={"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100, "cost": 0.0028})
    differs = call(usage={"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100, "cost": 0.004})
    one, two = priced(w, agrees, differs)
    assert one["reported_nusd"] == one["total_nusd"] == 2800000 and one["problems"] == []
    assert two["reported_nusd"] == 4000000 and any("itself says" in p for p in two["problems"])


def test_calls_without_a_date_say_whose_prices_they_got(w):
    one = call()
    del one["recorded_at"]
    w.write("calls.jsonl", json.dumps(one) + "\n")
    e, = w.ok("cost", "exchange", "calls.jsonl", "--at", "2026-01-05", "--json").json["exchanges"]
    assert (e["dated"], e["priced_on"]) == (False, "2026-01-05")
    assert "without a date" in w.ok("cost", "exchange", "calls.jsonl").out


def test_a_file_of_which_nothing_is_priced_has_no_total(w):
    w.write("calls.jsonl", json.dumps(call("gpt-of-nobody")) + "\n")
    assert w.ok("cost", "exchange", "calls.jsonl", "--json").json["total_nusd"] is None
    assert "$" not in w.ok("cost", "exchange", "calls.jsonl").out


def test_searches_of_google_are_lines_by_prompt_up_to_gemini_2_and_by_query_since(w):
    def gemini(model):
        body = {"modelVersion": model, "candidates": [{
            "content": {"parts": [{"text": "hi"}]}, "finishReason": "STOP",
            "groundingMetadata": {"webSearchQueries": ["a", "b", "c"]}}],
            "usageMetadata": {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}}
        return {"id": model, "endpoint": f"https://generativelanguage.googleapis.com/v1beta/models/{model}:generateContent",
                "recorded_at": "2026-11-01T00:00:00Z", "request": {"body": "{}"},
                "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}}
    old, new = priced(w, gemini("gemini-2.5-flash"), gemini("gemini-3.6-flash"))
    for e, searches in ((old, 1), (new, 3)):
        line = next(x for x in e["lines"] if x["class"] == "search")
        assert line["units"] == searches and "search" not in e["usage"], e
        assert e["total_nusd"] == sum(x["amount_nusd"] for x in e["lines"])
        assert any("free" in p for p in e["problems"])
