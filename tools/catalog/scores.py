"""Measurements: scores, contexts, speed, cost of runs; and what each benchmark speaks for."""
from decimal import Decimal

from corrections import EXCLUDED
from emit import Flow, Text
from facts import day, slug, sources
from sourcelist import stood

# key: name, unit, scale, tags, more
AA = "https://artificialanalysis.ai"
BENCHMARKS = {
    "livebench": ("LiveBench", "percent", 100, ["reasoning", "code", "math", "data", "language", "instruction", "general"],
                  {"url": "https://livebench.ai",
                   "note": "average of the means of its categories; releases are not comparable with each other"}),
    "aider-polyglot": ("Aider polyglot", "percent", 100, ["code"],
                       {"url": "https://aider.chat/docs/leaderboards/", "note": "pass rate after two tries; the release is Aider's version"}),
    "arena-text": ("Arena, text", "elo", 0, ["dialogue", "general"],
                   {"url": "https://arena.ai/leaderboard/text", "note": "preferences of people; ratings move with the field"}),
    "aa-intelligence-index": ("Artificial Analysis Intelligence Index", "index", 100, ["general", "reasoning"],
                              {"url": AA, "note": "re-based several times: versions are not comparable"}),
    "aa-coding-index": ("Artificial Analysis Coding Index", "index", 100, ["code"], {"url": AA}),
    "aa-agentic-index": ("Artificial Analysis Agentic Index", "index", 100, ["agents"], {"url": AA}),
    "aa-gpqa": ("GPQA Diamond, by Artificial Analysis", "share", 1, ["reasoning", "knowledge"], {"url": AA}),
    "aa-gdpval": ("GDPval, normalized, by Artificial Analysis", "share", 1, ["agents", "general"], {"url": AA}),
    "aa-hle": ("Humanity's Last Exam, by Artificial Analysis", "share", 1, ["reasoning", "knowledge"], {"url": AA}),
    "aa-scicode": ("SciCode, by Artificial Analysis", "share", 1, ["code"], {"url": AA}),
    "aa-lcr": ("Long Context Reasoning, by Artificial Analysis", "share", 1, ["long-context", "reasoning"],
               {"url": AA, "note": "documents of about 100,000 tokens; saturates at 0.65 to 0.75; 0 where the window does not hold them"}),
    "aa-ifbench": ("IFBench, by Artificial Analysis", "share", 1, ["instruction"], {"url": AA}),
    "aa-tau2": ("tau2-Bench Telecom, by Artificial Analysis", "share", 1, ["agents", "dialogue"], {"url": AA}),
    "aa-terminal-bench-hard": ("Terminal-Bench Hard, by Artificial Analysis", "share", 1, ["agents", "code"], {"url": AA}),
    "aa-omniscience": ("AA-Omniscience Index", "index", 100, ["knowledge", "hallucination"],
                       {"url": AA, "note": "right answers count up, wrong ones down: -100 to 100"}),
    "aa-omniscience-accuracy": ("AA-Omniscience, accuracy", "share", 1, ["knowledge"], {"url": AA}),
    "aa-omniscience-non-hallucination": ("AA-Omniscience, abstains rather than errs", "share", 1, ["hallucination"], {"url": AA}),
    "aa-mmmu-pro": ("MMMU-Pro, by Artificial Analysis", "share", 1, ["vision", "reasoning"], {"url": AA}),
    "aa-agents-index": ("Artificial Analysis Coding Agent Index", "percent", 100, ["agents", "code"], {"url": AA + "/agents/coding-agents"}),
    "aa-agents-swe-atlas-qna": ("SWE-Atlas Codebase QnA, by Artificial Analysis", "percent", 100, ["agents", "code"],
                                {"url": AA + "/agents/coding-agents"}),
    "aa-agents-swe-bench-pro": ("SWE-Bench Pro, by Artificial Analysis", "percent", 100, ["agents", "code"],
                                {"url": AA + "/agents/coding-agents"}),
    "aa-agents-terminal-bench": ("Terminal-Bench, by Artificial Analysis", "percent", 100, ["agents", "code"],
                                 {"url": AA + "/agents/coding-agents"}),
    "scicode": ("SciCode", "percent", 100, ["code"], {}),
    "swe-bench-pro": ("SWE-Bench Pro", "percent", 100, ["agents", "code"], {"url": "https://labs.scale.com/leaderboard/swe_bench_pro_public"}),
    "swe-bench-verified": ("SWE-Bench Verified", "percent", 100, ["agents", "code"], {"url": "https://www.swebench.com"}),
    "swe-atlas-qna": ("SWE-Atlas Codebase QnA", "percent", 100, ["agents", "code"], {"url": "https://labs.scale.com/leaderboard/sweatlas-qna"}),
    "swe-atlas-refactoring": ("SWE-Atlas Refactoring", "percent", 100, ["agents", "code"],
                              {"url": "https://labs.scale.com/leaderboard/sweatlas-refactoring"}),
    "swe-atlas-tests": ("SWE-Atlas Test Writing", "percent", 100, ["agents", "code"], {"url": "https://labs.scale.com/leaderboard/sweatlas-tw"}),
    "terminal-bench": ("Terminal-Bench", "percent", 100, ["agents", "code"], {"url": "https://www.tbench.ai"}),
    "terminal-bench-hard": ("Terminal-Bench Hard", "percent", 100, ["agents", "code"], {}),
    "nolima": ("NoLiMa", "share", 1, ["long-context"],
               {"url": "https://github.com/adobe-research/NoLiMa", "note": "length up to which 85 % of the base score are held"}),
    "ruler": ("RULER", "share", 1, ["long-context"],
              {"url": "https://github.com/NVIDIA/RULER", "note": "length up to which the score stays above that of Llama-2-7B at 4k"}),
    "mrcr-v2-8-needle": ("OpenAI-MRCR v2, 8 needles", "share", 1, ["long-context"], {"note": "match ratio"}),
}
# LiveBench's categories speak for tasks of their own.
LIVEBENCH = {"Reasoning": ("reasoning", "reasoning"), "Coding": ("coding", "code"), "Agentic Coding": ("agentic-coding", "agents"),
             "Mathematics": ("mathematics", "math"), "Data Analysis": ("data-analysis", "data"), "Language": ("language", "language"),
             "IF": ("instruction-following", "instruction")}
METRICS = {"gdpval_normalized": "aa-gdpval", "aa_lcr": "aa-lcr"}
NAMES = {
    "Artificial Analysis Coding Index": "aa-coding-index", "Artificial Analysis coding_index": "aa-coding-index",
    "Artificial Analysis agentic_index": "aa-agentic-index", "Artificial Analysis intelligence_index": "aa-intelligence-index",
    "Artificial Analysis Coding Agent Index": "aa-agents-index", "SciCode": "scicode", "Aider Polyglot": "aider-polyglot",
    "Aider polyglot": "aider-polyglot", "LiveBench": "livebench", "SWE-Bench Pro": "swe-bench-pro",
    "SWE-Atlas Codebase QnA": "swe-atlas-qna", "SWE-Atlas Refactoring": "swe-atlas-refactoring",
    "SWE-Atlas Test Writing": "swe-atlas-tests", "Terminal-Bench": "terminal-bench", "Terminal Bench 2.0": "terminal-bench",
    "Terminal-Bench Hard": "terminal-bench-hard", "SWE-Bench Verified": "swe-bench-verified", "Arena text": "arena-text",
}
AGENTS = {"swe-atlas-qna": "aa-agents-swe-atlas-qna", "swe-bench-pro": "aa-agents-swe-bench-pro",
          "terminal-bench": "aa-agents-terminal-bench"}
# Pages of the labs themselves: what they say of their own models.
OWN_PAGES = {"anthropic": "anthropic.com", "deepseek": "deepseek-ai/", "zai": "zai-org/", "moonshot": "moonshotai/", "alibaba": "Qwen/",
             "minimax": "MiniMaxAI/", "mistral": "mistralai", "openai": "openai.com", "google": "deepmind", "nvidia": "nvidia/"}


def benchmarks():
    out = {}
    for key, (name, unit, scale, tags, more) in BENCHMARKS.items():
        out[key] = {"name": Text(name), "unit": unit, "scale": scale, "tags": tags, **more}
    return out


def release_of(fact):
    version = fact.get("version")
    if version and version.startswith("later than"):
        return "after v4.1"
    if fact["benchmark"] == "Terminal Bench 2.0":
        return "2.0"
    return version


def score(key, fact, value, category=None):
    """One row; the day of the source where the fact has none."""
    row = Flow(benchmark=key)
    if release_of(fact):
        row["release"] = Text(release_of(fact))
    if category:
        row["category"] = category
    if fact.get("variant"):
        row["variant"] = Text(fact["variant"])
    harness = fact.get("harness") or (fact["edit_format"] + " edits" if "edit_format" in fact else None)
    if harness:
        row["harness"] = Text(harness)
    row["value"] = value
    half = fact.get("ci95", fact.get("ci95_halfwidth_wilson"))
    if half is not None and not category:
        row["low"], row["high"] = value - half, value + half
    if "n" in fact:
        row["n"] = fact["n"]
    if fact.get("secondary"):
        row["secondary"] = True
    row["date"] = day(fact.get("date") or stood(sources(fact["source"])))
    row["source"] = sources([fact["source"]] + ([fact["origin"]] if "origin" in fact else []))
    return row


def bounded(row):
    """An interval does not leave the scale."""
    if "low" in row and BENCHMARKS[row["benchmark"]][2]:
        row["low"], row["high"] = max(row["low"], 0), min(row["high"], BENCHMARKS[row["benchmark"]][2])
    return row


def suite(fact):
    out = []
    for metric, value in fact["scores"].items():
        if (fact["model"], fact["variant"], "AA-LCR") in EXCLUDED and metric == "aa_lcr":
            continue
        row = score(METRICS.get(metric, "aa-" + slug(metric)), fact, value)
        if fact["estimated"] and metric == "intelligence_index":
            row["estimated"] = True
        out.append(row)
    return out


def scores(facts):
    """{model: [row]}"""
    labs = {m["id"]: m["lab"] for m in facts["models"]}
    out = {}
    for fact in facts["benchmarks"]:
        rows = out.setdefault(fact["model"], [])
        if "scores" in fact:
            rows += suite(fact)
            continue
        key = NAMES[fact["benchmark"]]
        if "artificialanalysis.ai/agents" in fact.get("origin", ""):
            key = AGENTS.get(key, key)
        row = bounded(score(key, fact, fact["score"]))
        if OWN_PAGES.get(labs[fact["model"]], "://") in fact.get("origin", "") or fact.get("variant") == "vendor-reported":
            row["self_reported"] = True
        if fact.get("missing_tasks"):
            row["note"] = Text("%d tasks are missing" % fact["missing_tasks"])
        rows.append(row)
        for name, value in fact.get("categories", {}).items():
            rows.append(score(key, fact, value, LIVEBENCH[name][0]))
    return out


CONTEXT = {"NoLiMa": "nolima", "RULER": "ruler", "OpenAI-MRCR v2, 8 needles": "mrcr-v2-8-needle", "AA-LCR": "aa-lcr"}


def context_evals(facts):
    out = {}
    for fact in facts["context_eval"]:
        if (fact["model"], fact.get("variant"), fact["benchmark"]) in EXCLUDED:
            continue
        row, value = Flow(benchmark=CONTEXT[fact["benchmark"]]), fact["value"]
        effective = fact["metric"].startswith("effective length")
        row["metric"] = "effective length" if effective else "share correct" if row["benchmark"] == "aa-lcr" else "match ratio"
        if fact.get("variant"):
            row["variant"] = Text(fact["variant"])
        if effective:
            row["value"] = int(str(value).lstrip("<>"))
            row["is_length"] = True
            if str(value).startswith(">"):
                row["more"] = True
            if str(value).startswith("<"):
                row["less"] = True
        else:
            row["length"] = 1000000 if "1M" in fact["metric"] else 100000
            row["value"] = Decimal(str(value)) / 100 if "%" in fact["metric"] else value
        if "secondary" in fact.get("note", ""):
            row["secondary"] = True
        row["date"] = day(fact["date"])
        row["source"] = sources(fact["source"])
        if fact.get("note"):
            head, _, tail = fact["note"].partition("secondary sources")
            row["note"] = Text("; ".join(x for x in (head.strip(), "secondary sources" + tail) if x))
        out.setdefault(fact["model"], []).append(row)
    return out


SPEED = [("output_tok_s_p50", "tokens_per_s"), ("output_tok_s_p05", "tokens_per_s_p05"), ("output_tok_s_p95", "tokens_per_s_p95"),
         ("ttft_s", "first_token_s"), ("ttft_s_p95", "first_token_s_p95"), ("first_answer_token_s", "first_answer_s"), ("e2e_s", "whole_s")]
COST = [("usd_total", "total"), ("usd_input", "input"), ("usd_output", "output"), ("usd_reasoning", "reasoning")]


def speed(facts):
    out = {}
    for fact in facts["performance"]:
        row = Flow(variant=Text(fact["variant"]))
        row.update((to, fact[key]) for key, to in SPEED if fact.get(key))
        row["date"], row["source"] = day(fact["date"]), sources(fact["source"])
        out.setdefault(fact["model"], []).append(row)
    return out


def money(usd, unit=""):
    text = format(Decimal(str(usd)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text + " USD" + unit


def run_costs(facts):
    out = {}
    for fact in facts["cost_to_run"]:
        aider = fact["benchmark"].startswith("Aider")
        row = Flow(benchmark="aider-polyglot" if aider else "aa-intelligence-index", variant=Text(fact["variant"]))
        row.update((to, money(fact[key])) for key, to in COST if key in fact)
        row.update((key, fact[key]) for key in ("input_tokens", "output_tokens", "seconds_per_case") if fact.get(key))
        row["date"], row["source"] = day(fact["date"]), sources(fact["source"])
        out.setdefault(fact["model"], []).append(row)
    return out


def market(facts):
    out = {}
    for fact in facts["prices"]:
        if fact["provider"] == "aa-median-of-hosts":
            row = out.setdefault(fact["model"], Flow())
            row[fact["unit"]] = money(fact["usd"], "/Mtok")
    for row in out.values():
        row["date"], row["source"] = day("2026-07-10"), "artificial-analysis"
    return out
