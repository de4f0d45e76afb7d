"""What runs on which hardware, through the whole program: golden cases, shapes of the facts, what is said of the rest."""
import json
import os
import struct

from world import Skip


def fit(w, *args, status=0):
    return w.ok("fit", *args, "--json", status=status).json


def row(w, *args):
    answer = fit(w, *args)
    assert answer["schema"] == "fulcrum.fit/1" and len(answer["rows"]) == 1, answer
    return answer["rows"][0]


def facts(name="catalogue_facts.json"):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    shared = os.environ.get("FULCRUM_SHARED", os.path.join(root, "..", "shared"))
    path = os.path.join(shared, "facts", name)
    if not os.path.exists(path):
        raise Skip("the facts that the catalogue was filled from are not here")
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def test_golden_cases_fit_or_do_not(w):
    cases = [
        (False, "llama-3.3-70b", "--device", "rtx-4090", "--count", "2", "--quant", "q4_k_m"),
        (True, "llama-3.3-70b", "--device", "a100", "--quant", "Q4_K_M"),
        (True, "gpt-oss-120b", "--device", "h100", "--context", "131072"),
        (True, "gpt-oss-20b", "--device", "rtx-5080", "--context", "4096"),
        (False, "gpt-oss-20b", "--device", "rtx-5080", "--context", "128k"),
        (True, "gemma-3-27b", "--device", "4090", "--quant", "q4_k_m", "--context", "32768"),
        (False, "kimi-k2", "--device", "h200", "--count", "8", "--quant", "fp8"),
        (True, "kimi-k2", "--device", "h100", "--count", "16", "--quant", "fp8"),
        (True, "deepseek-r1", "--device", "h200", "--count", "8", "--quant", "fp8"),
        (False, "deepseek-r1", "--device", "h100", "--count", "8", "--quant", "fp8"),
    ]
    for fits, *args in cases:
        r = row(w, *args)
        assert r["fits"] is fits, (args, r)
        assert r["total_bytes"] == r["weights_bytes"] + r["kv_bytes"] + r["overhead_bytes"], r
        assert r["fits"] is (r["total_bytes"] <= r["available_bytes"]), r
        assert r["overhead_bytes"] == sum(r["overhead_terms"].values()) <= r["count"] * 1500000000, r
        assert r["available_bytes"] == r["memory_bytes"] * 9 // 10, r


def test_sizes_and_speeds_are_the_worked_ones(w):
    r = row(w, "llama-3.3-70b", "--device", "h100", "--quant", "q4_k_m", "--context", "8192")
    assert round(r["weights_bytes"] / 1e9, 2) == 43.12 and r["kv_bytes"] == 327680 * 8192, r
    r = row(w, "llama-3.1-8b", "--device", "h100", "--quant", "f16", "--context", "8192")
    assert r["weights_bytes"] == 16060000000 and r["max_sequences"] == 52, r
    r = row(w, "llama-3.1-8b", "--device", "h100", "--quant", "f16", "--context", "2048")
    low, high = r["decode_tokens_per_s"]
    assert low < 143.6 < high and low > 100 and high < 170, r
    low, high = r["prefill_tokens_per_s"]
    assert low < 30791 < high and r["limiting"] == "bandwidth", r
    r = row(w, "llama-3.1-8b", "--device", "rtx-4090", "--quant", "q4_k_m", "--context", "256")
    assert r["decode_tokens_per_s"][1] < 205, r
    half = row(w, "llama-3.1-8b", "--device", "h100", "--quant", "f16", "--context", "8192", "--kv", "q8")
    assert half["kv_bytes"] * 2 == 131072 * 8192, half


def test_the_catalogue_holds_every_shape_of_the_facts(w):
    known = {m["id"] for m in w.ok("models", "--open", "--json").json["models"]}
    seen = 0
    for fact in facts()["architectures"]:
        if fact["model"] not in known:
            continue
        seen += 1
        context = min(fact["max_context"], 32768)
        r = row(w, fact["model"], "--device", "gb300", "--count", "64", "--context", str(context))
        expected = fact["kv_bytes_per_token_bf16"] * context + fact["kv_constant_bytes_bf16"]
        assert abs(r["kv_bytes"] / expected - 1) < 0.002, (fact["model"], r["kv_bytes"], expected)
        total = fact.get("computed_total_b") or fact["published_total_b"]
        assert abs(r["parameters_b"] / total - 1) < 0.002, (fact["model"], r["parameters_b"], total)
    assert seen >= 30, seen


def test_every_device_of_the_facts_is_known_by_its_name(w):
    for fact in facts()["devices"]:
        memory = [] if fact.get("mem_gb") else ["--memory", "64GB"]
        r = row(w, "gemma-3n-e2b", "--device", fact["name"], "--quant", "q4_k_m", *memory)
        assert r["memory_bytes"] == fact.get("mem_gb", 64) * 10 ** 9, (fact, r)


def test_phones_boards_and_unified_memory_leave_to_models_what_they_do(w):
    for fact in facts("catalogue_facts_more.json")["devices_mobile"]:
        if "memory_gb" not in fact:
            continue
        r = row(w, "gemma-3n-e2b", "--device", fact["name"], "--quant", "q4_k_m")
        assert r["available_bytes"] == min(fact["usable_gb_for_models"] * 10 ** 9, r["memory_bytes"] * 9 // 10), (fact, r)
        assert (r["decode_tokens_per_s"] is not None) or "bandwidth_gb_s" not in fact or r["fits"] is not True, r
    r = row(w, "llama-3.3-70b", "--device", "m4-max", "--quant", "q4_k_m")
    assert r["available_bytes"] == 96 * 10 ** 9 and r["fits"] is True, r
    r = row(w, "llama-3.3-70b", "--device", "m4-max", "--memory", "64GB", "--quant", "q4_k_m")
    assert r["available_bytes"] == 48 * 10 ** 9, r


def test_what_would_fit_is_named(w):
    args = ["llama-3.3-70b", "--device", "rtx-4090", "--count", "2", "--context", "8192"]
    r = row(w, *args, "--quant", "q4_k_m")
    near = r["nearest"]
    assert r["fits"] is False and r["limiting"] == "memory" and r["decode_tokens_per_s"] is None, r
    assert row(w, *args, "--quant", near["quant"])["fits"] is True
    args[4] = str(near["count"])
    assert row(w, *args, "--quant", "q4_k_m")["fits"] is True
    args[2], args[4] = near["device"], "2"
    assert row(w, *args, "--quant", "q4_k_m")["fits"] is True
    text = w.ok("fit", *args[:2], "rtx-4090", "--count", "2", "--quant", "q4_k_m").out
    assert "does not fit" in text and "It would fit: in " + near["quant"] in text, text


def test_the_widest_format_that_fits_is_taken_when_none_is_asked_for(w):
    assert row(w, "llama-3.1-8b", "--device", "rtx-4090")["quant"] == "f16"
    assert row(w, "llama-3.3-70b", "--device", "h100")["quant"] == "q6_k"
    assert row(w, "gpt-oss-120b", "--device", "h100")["quant"] == "mxfp4"


def test_a_model_without_a_shape_has_its_cache_as_an_interval(w):
    r = row(w, "command-a", "--device", "h200", "--quant", "q4_k_m")
    assert r["kv_bytes"] is None and r["total_bytes"] is None, r
    low, high = r["kv_bytes_interval"]
    assert 0 < low < high and any("layers are not known" in a for a in r["assumptions"]), r
    near = row(w, "command-a", "--memory", str(r["total_bytes_interval"][0] // 9 * 10 + 20) + "B", "--quant", "q4_k_m")
    assert near["fits"] is None and near["nearest"], near


def test_what_cannot_be_run_is_said(w):
    for args, code, words in [
        (["gpt-5"], "invalid_input", "weights are not published"),
        (["lama-3.1-8b"], "not_found", "llama-3.1-8b"),
        (["llama-3.1-8b", "--device", "h101"], "not_found", "h100-sxm"),
        (["llama-3.1-8b", "--device", "desktop-ddr5"], "invalid_input", "--memory"),
        (["llama-3.1-8b", "--quant", "q4_k_n"], "usage", "q4_k_m"),
        (["llama-3.1-8b", "--kv", "q2"], "usage", "f16 or q8"),
        (["llama-3.1-8b", "--context", "0"], "usage", "context"),
        (["llama-3.1-8b", "--count", "9999"], "usage", "4096"),
        (["llama-3.1-8b", "--sequences", "999999999"], "usage", "100000"),
        (["llama-3.1-8b", "--memory", "24 parsecs"], "usage", "24GB"),
        (["llama-3.1-8b", "--memory", "24GB", "--bandwidth", "fast"], "usage", "GB/s"),
        (["--gguf", "/nowhere.gguf"], "not_found", "/nowhere.gguf"),
    ]:
        error = fit(w, *args, status=2)["error"]
        assert error["code"] == code and words in json.dumps(error), (args, error)


def test_all_open_models_are_listed_what_fits_first(w):
    rows = fit(w, "--device", "rtx-4090", "--context", "16k")["rows"]
    order = [{True: 0, None: 1, False: 2}[r["fits"]] for r in rows]
    assert len(rows) > 50 and order == sorted(order) and order[0] == 0 and order[-1] == 2, order
    text = w.ok("fit", "--device", "rtx-4090", "--context", "16k").out
    assert "models do not fit" in text and all(len(line) <= 80 for line in text.splitlines()), text
    assert text.count("bandwidth") == order.count(0), text


def test_without_a_device_this_machine_is_looked_at(w):
    r = row(w, "gemma-3n-e2b", "--quant", "q4_k_m")
    assert r["memory_bytes"] > 0 and 0 < r["available_bytes"] < r["memory_bytes"] and r["device"], r


def text_of(value):
    return struct.pack("<Q", len(value)) + value.encode()


def number(key, value):
    return text_of(key) + struct.pack("<II", 4, value)


def test_a_gguf_file_is_measured_to_the_byte(w):
    names = {"block_count": 32, "embedding_length": 4096, "attention.head_count": 32, "attention.head_count_kv": 8,
             "context_length": 131072}
    entries = [text_of("general.architecture") + struct.pack("<I", 8) + text_of("llama")]
    entries += [number("llama." + key, value) for key, value in names.items()]
    tensor = text_of("output.weight") + struct.pack("<IQQIQ", 2, 4096, 1000000, 12, 0)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(entries)) + b"".join(entries) + tensor
    with open(w.path("m.gguf"), "wb") as f:
        f.write(head)
        f.truncate(len(head) + 31 + 4096 * 1000000 // 256 * 144)
    r = row(w, "--gguf", w.path("m.gguf"), "--device", "h100", "--context", "131072")
    assert r["weights_bytes"] == 4096 * 1000000 // 256 * 144 and r["kv_bytes"] == 131072 * 131072 and r["fits"] is True, r
    with open(w.path("cut.gguf"), "wb") as f:
        f.write(head[:-3])
    error = fit(w, "--gguf", w.path("cut.gguf"), "--device", "h100", status=2)["error"]
    assert error["place"]["file"].endswith("cut.gguf") and "incomplete" in error["help"], error
