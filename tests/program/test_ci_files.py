"""What continuous integration reads: JUnit XML and a Markdown summary of evaluations and choices."""
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET

from upstream import Answer
from world import provider, ticket_rule, ticket_task

HOSTILE = "</failure>]]>&lt;\x00\x1b[31m\u202e|a|\n# h `x` <b>@all</b> [l](https://evil.example) www.evil.example \ufffe\uffff\u0085"


def read_junit(w, name):
    """Suites by name; as two parsers see them."""
    if shutil.which("xmllint"):
        r = subprocess.run(["xmllint", "--noout", w.path(name)], capture_output=True, text=True)
        assert r.returncode == 0 and not r.stderr, r.stderr
    root = ET.parse(w.path(name)).getroot()
    assert root.tag == "testsuites"
    for suite in root:
        cases = suite.findall("testcase")
        assert len(cases) == int(suite.get("tests"))
        assert sum(c.find("failure") is not None for c in cases) == int(suite.get("failures"))
        assert sum(c.find("error") is not None for c in cases) == int(suite.get("errors"))
    return {suite.get("name"): suite for suite in root}


def properties(suite):
    return {p.get("name"): p.get("value") for p in suite.find("properties")}


def table(markdown):
    """Rows of the one table, cells as written; every row has as many."""
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in markdown.splitlines() if line.startswith("|")]
    assert rows and len({len(r) for r in rows}) == 1, markdown
    return [[c.strip() for c in r] for r in rows]


def test_an_evaluation_is_a_suite_a_candidate_and_a_case_an_item(w):
    server = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(server.url, n=40, **{"pass": "80%"}))
    r = w.ok("eval", "t.yaml", "--json", "--junit", "j.xml", "--summary", "s.md", "--cells", "c.jsonl", status=1).json
    suites = read_junit(w, "j.xml")
    assert len(suites) == 3
    for c in r["candidates"]:
        suite = suites[f"tickets: {c['name']}"]
        cases = {case.get("name"): case for case in suite.findall("testcase")}
        assert set(cases) == {"score"} | {f"i{i}" for i in range(1, 41)}
        wrong = sum(case.find("failure") is not None for name, case in cases.items() if name != "score")
        assert wrong == round((1 - c["score"]) * 40)
        assert (cases["score"].find("failure") is not None) == (c["score"] < 0.8)
        assert abs(float(properties(suite)["score"]) - c["score"]) < 1e-5
        assert int(properties(suite)["cost_nusd_per_item"]) == c["cost_nusd"]
        assert all(float(case.get("time")) >= 0 for name, case in cases.items() if name != "score")
    failure = next(f for s in suites.values() for f in s.iter("failure") if f.get("type") == "match")
    assert "expected: " in failure.text and "answer: " in failure.text
    rows = table(w.read("s.md"))
    assert [row[0] for row in rows[2:]] == [c["name"] for c in r["candidates"]]
    assert "under the bar of 80" in w.read("s.md")


def test_a_failure_of_the_server_is_an_error_and_not_a_failed_test(w):
    def rule(request):
        return Answer(status=400, error={"message": "no <such> \"thing\" & more"}) if "ticket 7 " in request.text else ticket_rule(request)
    server = w.serve(rule)
    w.write("t.yaml", ticket_task(server.url, n=10, models=("large",)))
    w.ok("eval", "t.yaml", "--junit", "j.xml")
    suite = read_junit(w, "j.xml")["tickets: lab/large"]
    bad = [c for c in suite.findall("testcase") if c.find("error") is not None]
    assert [c.get("name") for c in bad] == ["i7"] and suite.get("errors") == "1"
    assert bad[0].find("error").get("type") and "no <such> \"thing\" & more" in bad[0].find("error").get("message")


def test_hostile_names_and_answers_stay_text(w):
    server = w.serve(lambda request: Answer(text=HOSTILE))
    task = ticket_task(server.url, n=2, models=("large",))
    task["task"] = "a|b <i> `c` @all www.evil.example"
    task["data"] = [{"id": f"item{i} {HOSTILE[1:].replace(chr(0), '')}", "text": f"ticket {i}", "label": HOSTILE.replace("\x00", "") + "x"}
                    for i in (1, 2)]
    w.write("t.yaml", task)
    w.ok("eval", "t.yaml", "--junit", "j.xml", "--summary", "s.md")
    suite = next(iter(read_junit(w, "j.xml").values()))
    assert suite.get("name").startswith("a|b <i> `c` @all www.evil.example: ")
    text = w.read("j.xml")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\u202e]", text)
    assert "]]>&lt;" in next(suite.iter("failure")).text
    summary = w.read("s.md")
    assert len(table(summary)) == 3 and "@" not in summary and "www." not in summary and "<i>" not in summary
    assert "a\\|b &lt;i\\>" in summary


def test_a_choice_is_one_case_that_fails_when_nothing_is_good_enough(w):
    server = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(server.url, n=60, within="2 points"))
    r = w.ok("balance", "t.yaml", "--json", "--junit", "j.xml", "--summary", "s.md").json
    suite = read_junit(w, "j.xml")["tickets: balance"]
    assert suite.get("tests") == "1" and suite.get("failures") == "0" and suite.get("errors") == "0"
    assert properties(suite)["candidate"] == r["decision"]["candidate"]
    assert r["decision"]["statement"] in suite.find("testcase").find("system-out").text
    rows = table(w.read("s.md"))
    assert [row[1] for row in rows[2:]].count("chosen") == 1 and len(rows) == 5
    w.ok("balance", "t.yaml", "--floor", "99.9%", "--junit", "none.xml", "--summary", "none.md", status=1)
    suite = read_junit(w, "none.xml")["tickets: balance"]
    assert suite.get("failures") == "1" and suite.find("testcase").find("failure").get("message")
    w.ok("balance", "t.yaml", "--budget", "0.000001 USD", "--junit", "stop.xml", state=w.path("other.db"), status=3)
    assert read_junit(w, "stop.xml")["tickets: balance"].get("errors") == "1"


def test_a_matrix_is_told_too(w):
    w.write("m.csv", "item,config,score\n" + "".join(f"{i},{c},{s}\n" for i in range(30) for c, s in (("a", 1), ("b", i % 2))))
    w.ok("eval", "--matrix", "m.csv", "--junit", "e.xml", "--summary", "e.md")
    assert set(read_junit(w, "e.xml")) == {"m.csv: a", "m.csv: b"} and len(table(w.read("e.md"))) == 4
    w.ok("balance", "--matrix", "m.csv", "--value", "1", "--junit", "b.xml", "--summary", "b.md")
    assert properties(read_junit(w, "b.xml")["m.csv: balance"])["candidate"] == "a"


def test_a_place_that_cannot_be_written_is_told_before_anything_is_sent(w):
    server = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(server.url, n=5))
    for command in ("eval", "balance"):
        for option in ("--junit", "--summary"):
            w.ok(command, "t.yaml", option, "nowhere/file", status=2)
    assert not server.requests


def test_items_over_the_limit_are_counted_and_left_out(w):
    limit = next(x["most"] for x in w.ok("limits", "--json").json["limits"] if x["what"] == "items of all suites")
    server = w.serve(lambda request: Answer(text="billing"))
    n = limit + 1
    w.write("items.jsonl", "".join('{"label":"billing"}\n' for _ in range(n)))
    w.write("t.yaml", {"task": "many", "data": "items.jsonl", "prompt": "one word", "grade": [{"match": {"field": "label"}}],
                       "candidates": {"models": ["lab/small"]}, "budget": "10 USD", "providers": {"lab": provider(server.url)}})
    w.ok("eval", "t.yaml", "--junit", "j.xml", timeout_s=300)
    suite = read_junit(w, "j.xml")["many: lab/small"]
    assert int(suite.get("tests")) == limit + 1 and properties(suite)["cases_left_out"] == "1"
