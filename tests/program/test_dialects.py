"""Wire formats: the same task through OpenAI's, Anthropic's and Google's, whole and streamed; images and PDFs as input."""
import base64
import time

from world import Answer, provider, ticket_rule, ticket_task

DIALECTS = ("openai", "anthropic", "gemini")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
PDF = b"%PDF-1.7\n" + b"x" * 500
OTHERS = {"a.jpg": b"\xff\xd8\xff\xe0....", "a.gif": b"GIF89a....", "a.webp": b"RIFF\0\0\0\0WEBPVP8 "}


def run(w, server, dialect, n=3, lab=None, models=("mid",), **more):
    w.write("t.yaml", ticket_task(server.url, n, models, lab={"dialect": dialect, **(lab or {})}, **more))
    return w.run("eval", "t.yaml", "--json")


def refused(w, status=2, **more):
    w.write("t.yaml", ticket_task("http://127.0.0.1:1/v1", more.pop("n", 3), ("mid",), **more))
    return w.ok("balance", "t.yaml", "--dry-run", "--json", status=status).error


def with_files(*names):
    return [{"id": f"i{i + 1}", "text": f"ticket {i + 1}", "label": "bug", "file": name} for i, name in enumerate(names)]


# --- text -------------------------------------------------------------------------------------------------------------

def test_every_dialect_gives_the_same_scores_and_costs_whole_and_streamed(w):
    seen = set()
    for dialect in DIALECTS:
        for stream in (False, True):
            s = w.serve(ticket_rule)
            w.state = w.path(f"{dialect}{stream}/fulcrum.db")
            r = run(w, s, dialect, 20, {"stream": stream}, models=("small", "large"))
            assert r.status == 0, r.out + r.err
            assert {q.dialect for q in s.requests} == {dialect} and {q.streams for q in s.requests} == {stream}
            seen.add(str([(c["name"], c["score"], c["cost_nusd"] if "cost_nusd" in c else c.get("cost"))
                          for c in r.json["candidates"]]))
    assert len(seen) == 1, seen


def test_each_dialect_has_its_own_path_headers_and_members(w):
    prompt = [{"system": "Be brief."}, {"user": "{{ text }} label {{ label }}"}]
    for dialect, path, header in (("anthropic", "/v1/messages", "x-api-key"),
                                  ("gemini", "/v1/models/mid:generateContent", "x-goog-api-key")):
        s = w.serve(ticket_rule)
        w.state = w.path(dialect + "/fulcrum.db")
        w.write("fulcrum.yaml", {"providers": {"lab": {**provider(s.url), "dialect": dialect, "key": "env:LAB_KEY"}}})
        w.write("t.yaml", ticket_task(s.url, 1, ("mid",), prompt=prompt, max_output=50, providers=None))
        w.ok("--config", w.path("fulcrum.yaml"), "eval", "t.yaml", env={"LAB_KEY": "secret-key-1234"})
        q = s.requests[0]
        assert q.path == path and q.headers[header] == "secret-key-1234" and "authorization" not in q.headers
        assert (q.headers.get("anthropic-version") == "2023-06-01") == (dialect == "anthropic")
        if dialect == "anthropic":
            assert q.json == {"model": "mid", "system": "Be brief.", "max_tokens": 50,
                              "messages": [{"role": "user", "content": q.text}]}
        else:
            assert q.json["systemInstruction"] == {"parts": [{"text": "Be brief."}]}
            assert q.json["generationConfig"]["maxOutputTokens"] == 50
        assert b"secret-key-1234" not in open(w.state, "rb").read()


def test_a_stream_without_its_end_is_no_answer_in_any_dialect(w):
    for dialect in DIALECTS:
        s = w.serve(lambda q: Answer(text="bug", done=False))
        w.state = w.path(dialect + "/fulcrum.db")
        r = run(w, s, dialect, 1, {"stream": True})
        assert r.status == 4 and "the stream ended without" in r.error["message"], r.out
        assert w.query("SELECT COUNT(*) FROM cell")[0][0] == 0


def test_thinking_is_priced_and_asked_for_by_effort(w):
    for dialect in ("anthropic", "gemini"):
        s = w.serve(lambda q: Answer(text="bug", thinking="hm", thought=100))
        w.state = w.path(dialect + "/fulcrum.db")
        w.write("t.yaml", ticket_task(s.url, 2, lab={"dialect": dialect, "effort": ["low"]},
                                      candidates={"models": ["lab/mid"], "effort": ["low"]}))
        w.ok("eval", "t.yaml")
        q = s.requests[0].json
        if dialect == "anthropic":
            assert q["thinking"] and q["max_tokens"] == 8192
        else:
            assert q["generationConfig"]["thinkingConfig"]
        assert w.money() == (2 * (20 * 4000 + 105 * 8000), 0)


def test_what_params_and_levers_both_say_is_refused_before_anything_is_spent(w):
    e = refused(w, lab={"dialect": "anthropic", "effort": ["low"]}, params={"thinking": {"type": "enabled"}},
                candidates={"models": ["lab/mid"], "effort": ["low"]})
    assert e["code"] == "unsupported" and "'type' of thinking" in e["message"] and e["place"]["line"] >= 1, e
    e = refused(w, lab={"dialect": "gemini"}, params={"candidateCount": 3})
    assert "several answers" in e["message"], e


def test_an_unknown_dialect_lists_those_that_are_known(w):
    e = refused(w, lab={"dialect": "grpc"})
    assert e["expected"] == "openai, anthropic, gemini", e


# --- another attempt --------------------------------------------------------------------------------------------------

def test_a_wait_in_the_body_is_waited_for(w):
    def rule(q):
        details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1.2s"}]
        return Answer(status=429, error={"message": "slow", "details": details}) if q.number == 1 else ticket_rule(q)
    s = w.serve(rule)
    begun = time.monotonic()
    assert run(w, s, "gemini", 1).status == 0
    assert s.count() == 2 and time.monotonic() - begun >= 1.2


def test_a_wait_that_does_not_fit_into_the_deadline_ends_the_call(w):
    in_an_hour = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 3600))
    s = w.serve(lambda q: Answer(status=429, headers={"Retry-After": in_an_hour}))
    run(w, s, "anthropic", 1)
    assert s.count() == 1


def test_a_server_can_forbid_another_attempt_and_can_ask_for_one(w):
    s = w.serve(lambda q: Answer(status=503, headers={"x-should-retry": "false"}))
    run(w, s, "anthropic", 1)
    assert s.count() == 1
    w.state = w.path("asked/fulcrum.db")
    s = w.serve(lambda q: Answer(status=400, headers={"x-should-retry": "true"}) if q.number == 1 else ticket_rule(q))
    assert run(w, s, "openai", 1).status == 0 and s.count() == 2


# --- images and PDFs --------------------------------------------------------------------------------------------------

def test_files_reach_the_model_byte_for_byte_in_every_dialect(w):
    files = {"a.png": PNG, "a.pdf": PDF, **OTHERS}
    for name, content in files.items():
        w.write(name, content)
    for dialect in DIALECTS:
        s = w.serve(lambda q: Answer(text="bug"))
        w.state = w.path(dialect + "/fulcrum.db")
        r = run(w, s, dialect, data=with_files(*files), attach="{{ file }}", budget="none")
        assert r.status == 0, r.out
        got = [b for q in sorted(s.requests, key=lambda q: q.text) for _, b in q.attachments]
        assert sorted(got) == sorted(files.values())
        kinds = {k for q in s.requests for k, _ in q.attachments}
        assert kinds == {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"}
        assert all("label" in q.text for q in s.requests)


def test_several_files_none_and_addresses_go_with_an_item(w):
    w.write("a.png", PNG)
    data = with_files("a.png", "")
    for i in data:
        i["also"] = "https://pictures.example/b.jpg"
    for dialect in DIALECTS:
        s = w.serve(lambda q: Answer(text="bug"))
        w.state = w.path(dialect + "/fulcrum.db")
        assert run(w, s, dialect, data=data, attach=["{{ file }}", "{{ also }}"]).status == 0
        first, second = sorted(s.requests, key=lambda q: q.text)
        assert [b for _, b in first.attachments] == [PNG, "https://pictures.example/b.jpg"]
        assert [b for _, b in second.attachments] == ["https://pictures.example/b.jpg"]


def test_an_item_without_files_is_sent_as_plain_text(w):
    s = w.serve(lambda q: Answer(text="bug"))
    assert run(w, s, "openai", data=with_files("", ""), attach="{{ file }}").status == 0
    assert all(isinstance(q.json["messages"][0]["content"], str) for q in s.requests)


def test_a_call_is_named_by_the_content_of_its_files_not_by_their_names(w):
    w.write("a.png", PNG)
    s = w.serve(lambda q: Answer(text="bug"))
    assert run(w, s, "anthropic", data=with_files("a.png"), attach="{{ file }}").status == 0
    w.write("moved.png", PNG)
    assert run(w, s, "anthropic", data=with_files("moved.png"), attach="{{ file }}").status == 0
    assert s.count() == 1
    w.write("moved.png", PNG + b"!")
    assert run(w, s, "anthropic", data=with_files("moved.png"), attach="{{ file }}").status == 0
    assert s.count() == 2


def test_what_is_wrong_with_a_file_is_said_with_its_item_before_any_provider(w):
    w.write("a.png", PNG)
    w.write("a.tiff", b"II*\0....")
    w.write("a.txt", b"hello world, this is text")
    w.write("empty.png", b"")
    w.write("big.png", PNG + b"\0" * (20 << 20))
    rows = [("gone.png", "cannot be read", None), ("a.tiff", "no image and no PDF", "a TIFF image"),
            ("a.txt", "no image and no PDF", "begins with 68 65"), ("empty.png", "no image", "an empty file"),
            ("big.png", "larger than", "bytes"), ("ftp://x.example/a.png", "neither a path", "ftp://"),
            ("http://", "", None)]
    for name, message, found in rows:
        w.write("d.jsonl", "".join('{"id":"%s","text":"t","label":"bug","file":"%s"}\n' % (i, f)
                                   for i, f in (("good", "a.png"), ("wrong", name))))
        e = refused(w, status=2, data="d.jsonl", attach="{{ file }}", candidates={"models": ["nobody/knows"]})
        assert message in e["message"] and "'wrong'" in e["message"], e
        assert found is None or found in e["found"], e
        assert e["place"]["file"], e


def test_files_that_do_not_fit_into_one_request_are_refused(w):
    w.write("a.png", PNG + b"\0" * (15 << 20))
    e = refused(w, data=with_files("a.png"), attach=["{{ file }}", "{{ file }}"])
    assert "do not fit" in e["message"] and "'i1'" in e["message"], e


def test_a_template_that_names_no_field_is_placed_in_the_task_file(w):
    e = refused(w, data=with_files("a.png"), attach="{{ fiel }}")
    assert "fiel" in e["message"] and e["place"]["file"].endswith("t.yaml"), e


def test_a_prompt_without_a_message_of_the_user_takes_no_files(w):
    w.write("a.png", PNG)
    e = refused(w, data=with_files("a.png"), attach="{{ file }}", prompt=[{"system": "{{ text }}"}])
    assert "message of the user" in e["message"], e


def test_a_pdf_by_address_is_refused_where_the_dialect_cannot_say_it(w):
    data = with_files("https://papers.example/a.pdf")
    e = refused(w, data=data, attach="{{ file }}", budget="none")
    assert e["code"] == "unsupported" and "PDF" in e["message"] and "path" in e["help"], e
    for dialect in ("anthropic", "gemini"):
        s = w.serve(lambda q: Answer(text="bug"))
        w.state = w.path(dialect + "/fulcrum.db")
        assert run(w, s, dialect, data=data, attach="{{ file }}", budget="none").status == 0
        assert [b for _, b in s.requests[0].attachments] == ["https://papers.example/a.pdf"]


def test_a_pdf_whose_cost_has_no_bound_needs_budget_none(w):
    w.write("a.pdf", PDF)
    e = refused(w, data=with_files("a.pdf"), attach="{{ file }}")
    assert e["code"] == "unsupported" and "budget: none" in e["help"], e


def test_the_hold_of_an_image_covers_what_it_is_billed_and_not_its_bytes(w):
    w.write("a.png", PNG + b"\0" * 1000000)
    s = w.serve(lambda q: Answer(text="bug", input=16000))
    r = run(w, s, "anthropic", data=with_files("a.png"), attach="{{ file }}", budget="0.2 USD")
    assert r.status == 0, r.out
    assert w.money() == (16000 * 4000 + 5 * 8000, 0)
    assert not w.query("SELECT COUNT(*) FROM ledger WHERE flags LIKE '%over_hold%'")[0][0]


def test_an_image_for_a_model_that_takes_none_is_refused_with_the_source(w):
    w.write("a.png", PNG)
    e = refused(w, data=with_files("a.png"), attach="{{ file }}", candidates={"models": ["deepseek/deepseek-v4-pro"]})
    assert e["code"] == "unsupported" and "takes no images" in e["message"] and "text" in e["found"], e


# --- what is kept and shown -------------------------------------------------------------------------------------------

def test_recorded_calls_of_every_dialect_are_exported_and_imported(w):
    w.write("a.png", PNG)
    for dialect in DIALECTS:
        s = w.serve(lambda q: Answer(text="bug", thinking="hm"))
        w.state = w.path(dialect + "/fulcrum.db")
        more = {"data": with_files("a.png", ""), "attach": "{{ file }}"}
        assert run(w, s, dialect, lab={"stream": True}, **more).status == 0 and s.count() == 2
        w.ok("export", "tickets-1", w.path(dialect + ".jsonl"))
        w.state = w.path(dialect + "-again/fulcrum.db")
        w.ok("import", w.path(dialect + ".jsonl"))
        assert run(w, s, dialect, lab={"stream": True}, **more).status == 0 and s.count() == 2


def test_a_dry_run_tells_files_by_their_length(w):
    w.write("a.png", PNG + b"\0" * 100000)
    w.write("t.yaml", ticket_task("http://127.0.0.1:1/v1", 1, ("mid",), data=with_files("a.png"), attach="{{ file }}"))
    out = w.ok("balance", "t.yaml", "--dry-run").out
    assert "characters)" in out and "ticket 1 label bug" in out and len(out) < 2000, out
    whole = w.ok("balance", "t.yaml", "--dry-run", "--json").json["candidates"][0]["request"]
    url = whole["messages"][0]["content"][0]["image_url"]["url"]
    assert base64.b64decode(url.partition(",")[2]) == PNG + b"\0" * 100000
