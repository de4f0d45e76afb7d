"""Reading answers out and grading them, from the file to the score."""
from world import Answer, ticket_task


def graded(w, cases, grade, **more):
    """cases: (item, what the model says, expected score). Runs them all and compares each score."""
    data = [{"id": f"n{i}", "q": f"n{i}", **item} for i, (item, _, _) in enumerate(cases)]
    said = {f"n{i}": text for i, (_, text, _) in enumerate(cases)}
    up = w.serve(lambda q: Answer(text=said[q.text]))
    task = ticket_task(up.url, models=["mid"], data=data, prompt="{{ q }}", grade=grade, **more)
    w.write("t.yaml", task)
    run = w.ok("eval", "t.yaml", "--json").json["run"]
    cells = w.ok("show", run, "--json").json["cells"]
    got = {c["item"]: c for c in cells}
    for i, (item, text, score) in enumerate(cases):
        c = got[f"n{i}"]
        assert abs(c["score"] - score) < 1e-6, f"{item} said {text!r}: {c['score']}, not {score}; {c['grades']}"
    return got


def test_match_with_what_it_ignores_and_several_accepted_values(w):
    graded(w, [({"label": "Red"}, "Red", 1), ({"label": "Red"}, "red", 1), ({"label": "Red"}, " R E D ", 0),
               ({"label": "Red"}, "  red\n", 1), ({"label": "Red"}, "red.", 0), ({"label": ["a", "b"]}, "B", 1),
               ({"label": ["a", "b"]}, "c", 0), ({"label": 5}, "5", 1), ({"label": True}, "true", 1),
               ({"label": "STRASSE"}, "straße", 1), ({"label": "é"}, "É", 1)],
           [{"match": {"field": "label", "ignore": ["case", "space"]}}])


def test_match_ignores_punctuation_when_asked(w):
    graded(w, [({"label": "yes"}, "Yes!", 1), ({"label": "it's"}, "its", 1), ({"label": "yes"}, "yes no", 0)],
           [{"match": {"field": "label", "ignore": ["case", "punctuation"]}}])


def test_match_is_exact_unless_told_otherwise(w):
    graded(w, [({"label": "a"}, "a", 1), ({"label": "a"}, "A", 0)], [{"match": {"field": "label"}}])


def test_contains(w):
    graded(w, [({"label": "cat"}, "the Cat sat", 1), ({"label": ["dog", "cat"]}, "a cat", 1), ({"label": "dog"}, "a cat", 0)],
           [{"contains": {"field": "label", "ignore": ["case"]}}])


def test_regex_by_pattern_and_by_field(w):
    graded(w, [({}, "order 12345 done", 1), ({}, "order x", 0)], [{"regex": {"pattern": r"\b\d{5}\b"}}])
    graded(w, [({"re": "^a+$"}, "aaa", 1), ({"re": "^a+$"}, "aab", 0)], [{"regex": {"field": "re"}}])


def test_numbers_in_the_forms_that_people_write(w):
    cases = [("1234.5", "The total is 1,234.5", 1), ("0.12", "12 %", 1), ("0.75", "3/4", 1), ("-3", "minus: -3", 1),
             ("1000000", "1,000,000", 1), ("1e3", "1000", 1), ("42", "first 41, then 42", 1), ("42", "42 of them, not 7", 0),
             ("5", "no number", 0), ("3.14", "$3.14", 1), ("1,234", "1234", 1), ("2", "2.0", 1), ("7", "7.", 1)]
    graded(w, [({"label": want}, said, score) for want, said, score in cases], [{"number": {"field": "label"}}])


def test_numbers_within_a_tolerance(w):
    graded(w, [({"label": "100"}, "104", 1), ({"label": "100"}, "106", 0), ({"label": "100"}, "95", 1)],
           [{"number": {"field": "label", "absolute": 5}}])
    graded(w, [({"label": "200"}, "203", 1), ({"label": "200"}, "205", 0)], [{"number": {"field": "label", "relative": "2%"}}])


def test_choice_takes_the_last_choice_that_is_named(w):
    graded(w, [({"label": "spam"}, "It is spam.", 1), ({"label": "spam"}, "It is not spam", 0), ({"label": "ham"}, "spam? no: Ham", 1),
               ({"label": "not spam"}, "I say not spam", 1), ({"label": "ham"}, "shame", 0)],
           [{"choice": {"field": "label", "among": ["spam", "ham", "not spam"]}}])


def test_json_by_pointer_and_as_a_whole(w):
    graded(w, [({"label": 5}, '{"total": 5}', 1), ({"label": 5}, '```json\n{"total": 5.0}\n```', 1),
               ({"label": 5}, 'Sure: {"total": 6}', 0), ({"label": 5}, "{}", 0), ({"label": "x"}, '{"total": "x"}', 1),
               ({"label": 5}, "five", 0)], [{"json": {"field": "label", "pointer": "/total"}}])
    graded(w, [({"label": {"a": 1, "b": [2, 3]}}, '{"b":[2,3],"a":1}', 1), ({"label": {"a": 1}}, '{"a":1,"b":2}', 0),
               ({"label": [1, 2]}, "[2,1]", 0)], [{"json": {"field": "label"}}])


def test_a_template_may_say_what_is_expected(w):
    graded(w, [({"a": "x", "b": "y"}, "x-y", 1), ({"a": "x", "b": "y"}, "xy", 0)], [{"match": {"value": "{{ a }}-{{ b }}"}}])


def test_the_score_is_the_weighted_mean_of_all_graders(w):
    graded(w, [({"label": "a"}, "a 1", 0.25), ({"label": "a"}, "a", 1), ({"label": "a"}, "b", 0)],
           [{"match": {"field": "label", "weight": 3}}, {"contains": {"field": "label"}}])


def test_an_item_may_carry_its_own_grade(w):
    graded(w, [({"label": "a"}, "a", 1), ({"label": "a", "grade": [{"contains": {"value": "zz"}}]}, "fizz", 1),
               ({"label": "a", "grade": [{"contains": {"value": "zz"}}]}, "a", 0)], [{"match": {"field": "label"}}])


def test_inspects_names_make_prompt_and_grade_optional(w):
    up = w.serve(lambda q: Answer(text="4" if q.text == "2+2?" else "x"))
    w.write("d.jsonl", '{"input":"2+2?","target":"4"}\n{"input":"3+3?","target":["6","six"]}\n')
    w.write("t.yaml", ticket_task(up.url, models=["mid"], data="d.jsonl", prompt=None, grade=None))
    c = w.ok("eval", "t.yaml", "--json").json["candidates"][0]
    assert c["score"] == 0.5 and {q.text for q in up.requests} == {"2+2?", "3+3?"}


def test_promptfoos_expected_column_grades(w):
    up = w.serve(lambda q: Answer(text="Hello World 42"))
    w.write("d.csv", "text,__expected\na,Hello World 42\nb,equals: Hello World 42\nc,contains: World\nd,contains: world\n"
            "e,icontains: world\nf,regex: [0-9]+$\ng,regex: ^[0-9]\nh,other\n")
    w.write("t.yaml", ticket_task(up.url, models=["mid"], data="d.csv", prompt="{{ text }}", grade=None))
    run = w.ok("eval", "t.yaml", "--json").json["run"]
    scores = [c["score"] for c in w.ok("show", run, "--json").json["cells"]]
    assert scores == [1, 1, 1, 0, 1, 1, 0, 0], scores


def test_an_answer_is_read_out_before_it_is_graded(w):
    match = [{"match": {"field": "label"}}]
    for answer, said, want in (("number", "first 1, then 1,234.50 in all", "1234.5"), ({"choice": ["yes", "no"]}, "Well, YES.", "yes"),
                               ({"regex": r"answer:\s*(\w+)"}, "the answer: blue, I think", "blue"),
                               ({"json": "/a/0"}, '```\n{"a":["z"]}\n```', "z"), ("code", "so:\n```py\nx = 1\n```\n", "x = 1"),
                               ("text", "  spaced  ", "spaced")):
        got = graded(w, [({"label": want}, said, 1)], match, answer=answer, task=f"t{abs(hash(str(answer)))}")
        assert got["n0"]["answer"] == want


def test_csv_fields_are_variables_with_quotes_bom_and_line_ends_of_any_kind(w):
    up = w.serve(lambda q: Answer(text="ok"))
    w.write("d.csv", '\ufefftext,label\r\n"a, ""b""\nsecond",ok\r\nplain,ok\r\n')
    w.write("t.yaml", ticket_task(up.url, models=["mid"], data="d.csv", prompt="{{ text }}"))
    w.ok("eval", "t.yaml")
    assert {q.text for q in up.requests} == {'a, "b"\nsecond', "plain"}


def test_grading_again_needs_no_call(w):
    up = w.serve(lambda q: Answer(text="RED"))
    task = ticket_task(up.url, models=["mid"], data=[{"label": "red"}], prompt="x", grade=[{"match": {"field": "label"}}])
    w.write("t.yaml", task)
    assert w.ok("eval", "t.yaml", "--json").json["candidates"][0]["score"] == 0
    w.write("t.yaml", {**task, "grade": [{"match": {"field": "label", "ignore": ["case"]}}]})
    assert w.ok("eval", "t.yaml", "--json").json["candidates"][0]["score"] == 1
    assert up.count() == 1


def test_clusters_widen_the_interval(w):
    def rule(q):
        return Answer(text="a" if int(q.text) % 10 < 7 else "b")

    up = w.serve(rule)
    data = [{"n": i // 6, "label": "a"} for i in range(240)]
    w.write("t.yaml", ticket_task(up.url, models=["mid"], task="plain", data=data, prompt="{{ n }}"))
    plain = w.ok("eval", "t.yaml", "--json").json["candidates"][0]["score_interval"]
    w.write("t.yaml", ticket_task(up.url, models=["mid"], task="clustered", prompt="{{ n }}",
                                  data=[{**d, "cluster": f"c{d['n']}"} for d in data]))
    clustered = w.ok("eval", "t.yaml", "--json").json["candidates"][0]["score_interval"]
    assert clustered[1] - clustered[0] > 1.8 * (plain[1] - plain[0]), (plain, clustered)
