"""What the second file of facts and vendors' notices change of single models, as further claims with their own source."""
from emit import Flow, Text
from facts import day
from models import claim

OPENAI_OCTOBER = ["o1", "o3-mini", "o4-mini", "gpt-3.5-turbo", "gpt-4", "gpt-4-turbo", "gpt-4.1-nano"]
OPENAI_JANUARY = ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini"]
GPT_5 = ["gpt-5", "gpt-5-mini", "gpt-5-nano"]
MAY_SHUT = "LiteLLM's deprecation_date: earliest day on which the vendor may shut it down"

# (models, parameter, values, sources, day, note): what a model answers with an error, as its users report it.
ISSUES = "https://github.com/"
REFUSED = [
    (["gpt-6.1-sol", "gpt-6.2-astra", "gpt-6.2-sol"], "effort", ["none", "minimal"], ["price-rules"], "2026-11-23", None),
    (["gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-5.1", "gpt-5.2", "gpt-5.4", "gpt-5.5", "gpt-5.6-sol", "gpt-5.6-terra", "gpt-5.6-luna"],
     "temperature", None, [ISSUES + "buldezir/lemmary/issues/25", ISSUES + "CopilotKit/CopilotKit/pull/7191"], "2026-08-15",
     "any value but 1, unless effort is none"),
    (["claude-opus-4.7"], "temperature", None, [ISSUES + "RooCodeInc/Roo-Code/issues/12162"], "2026-04-21", None),
    (["claude-opus-4.8", "claude-fable-5"], "temperature", None, [ISSUES + "The-PR-Agent/pr-agent/issues/2456"], "2026-06-18", None),
]


def of(facts, more):
    """{model: {key: [claim] or word}}"""
    out = {m["id"]: {} for m in facts["models"]}

    def add(model, key, value, names, note=None, checked=None):
        out[model].setdefault(key, []).append(claim(value, names, note, checked))

    for m in facts["models"]:
        for c in m["claims"].get("deprecation_date", []):
            add(m["id"], "deprecates", day(c["value"]), c["sources"], MAY_SHUT)
    # lifecycles that stand as words in the facts
    add("gpt-3-text-davinci-002", "retires", day("2024-01-04"), "vendor-pages")
    add("gpt-4.5-preview", "retires", day("2025-07"), "vendor-pages", "day of July not seen")
    out["claude-opus-5"]["status"] = "legacy"
    retirements(out, add)
    conflicts(out, add)
    for row in more["knowledge_cutoffs_missing"]:
        if "stated" in row:
            add(row["model"], "notes", Text("day up to which it knows the world: " + row["stated"]), row["source"], checked=row["as_of"])
            continue
        note = row["basis"].replace("catalogue lab file", "file of the lab")
        if "other_values_seen" in row:
            note += "; other entries: " + ", ".join("%s (%d)" % (v, n) for v, n in row["other_values_seen"].items())
        add(row["model"], "knowledge", day(row["knowledge_cutoff"]), row["source"], note)
    add("gemini-4-argon", "inputs", ["text", "image", "pdf", "audio", "video"], "runware-argon")
    add("claude-haiku-5.5", "token_factor", 1.3, "anthropic-docs", "the same text is about 30% more tokens than on Claude Haiku 4.5")
    for models, parameter, values, names, checked, note in REFUSED:
        for m in models:
            row = Flow(parameter=parameter)
            if values:
                row["values"] = values
            row["source"], row["checked"] = names, day(checked)
            if note:
                row["note"] = Text(note)
            out[m].setdefault("refuses", []).append(row)
    for m in ("claude-fable-5", "claude-fable-5.1"):
        add(m, "notes", Text("all traffic is kept up to 30 days, on every platform"), "anthropic-docs")
    return out


def retirements(out, add):
    for m in OPENAI_OCTOBER:
        add(m, "retires", day("2026-10-23"), "devto-retire", "snapshots shut down")
    for m in OPENAI_JANUARY:
        add(m, "retires", day("2027-01-14"), ["codersera-4o", "devto-retire"], "snapshots; tuned versions stop with them")
    for m in GPT_5:
        add(m, "deprecates", day("2026-06-11"), "oa-deprecations")
        add(m, "retires", day("2026-12-11"), "oa-deprecations")
    add("claude-sonnet-4.5", "retires", day("2026-11-30"), "devto-retire", "on the vendor's own platforms")
    for old, new in (("gemini-3.7-flash", "gemini-3.8-flash"), ("gemini-3.5-flash", "gemini-3.6-flash")):
        add(old, "retires", day("2026-10-08"), "gem-changelog")
        out[old]["replaced_by"] = out[old]["answered_by"] = new
    for m in ("sonar", "sonar-pro"):
        add(m, "retires", day("2026-09-27"), ["pplx-pricing", "stigg-pplx"], "end of support for the chat completions API")
    for m in ("gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite"):
        add(m, "notes", Text("switched off on Vertex AI on 2026-10-20, still on the Gemini API"), "devto-retire")


def conflicts(out, add):
    add("gemini-4-argon", "released", day("2026-10-13"), "gem-changelog", "general availability; served as a preview since 30 Sep")
    for m in ("gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano"):
        add(m, "knowledge", day("2024-06-01"), "openai-models-ja")
    add("grok-4.3", "released", day("2026-04-30"), "vercel-grok43")
    add("grok-4.6", "notes", Text("long prompts begin above 200,000 tokens; a reseller applies 204,800"),
        "apiyi-grok-4.6")


# Evidence beside a row of prices: (model, provider, class, value) -> (source, checked, note).
SEEN_AGAIN = {
    ("gpt-5.6-sol", "openai", "input", 4): ("tale-models", "2026-09-20",
                                            "promised at least until 21 Nov 2026; read on the vendor's price page on 20 Sep"),
}


def evidence(model, who, rows):
    for r in rows:
        for (m, p, cls, value), (source, checked, note) in SEEN_AGAIN.items():
            if (m, p) == (model, who) and r.get(cls) == value and "when" not in r:
                before = r["source"] if isinstance(r["source"], list) else [r["source"]]
                r["source"] = before + [source]
                r["checked"], r["note"] = day(checked), Text(note)
    return [Flow(r) for r in rows]


# What the article of August 2025 found models good for: its tasks in the words of benchmarks.yaml.
ARTICLE = ("article-2025-08", "2025-08-26")
GOOD_FOR = [
    ("o3-pro", "reasoning", "a standout for high-value tasks where mistakes cost much; can check the facts of another model's answer"),
    ("gemini-2.5-flash-lite", "extraction", "hyper-efficient: for chatbots and simple categorization at high volume"),
    ("qwen3-235b-a22b-instruct-2507", "extraction", "fast and cheap through a host, too complex to serve oneself"),
    ("gemini-2.5-pro", "long-context", "excels at long documents, whole codebases, extensive contracts"),
    ("gemini-2.5-pro", "vision", "a standout for one-shot processing of videos on YouTube"),
    ("gpt-4o", "vision", "understands images and audio, also in real time"),
    ("codestral-2508", "code", "does a decent job among open models"),
    ("gemma-3-27b", "code", "does a decent job among open models"),
    ("claude-opus-4.1", "code", "won hearts and minds for code"),
    ("claude-sonnet-4", "code", "won hearts and minds for code"),
    ("o3", "web-search", "reliable built-in web search in several steps"),
    ("gpt-4.5-preview", "dialogue", "complex dialogue and emotional nuance"),
    ("kimi-k2", "dialogue", "complex dialogue and emotional nuance"),
    ("claude-opus-4", "dialogue", "complex dialogue and emotional nuance"),
    ("grok-4", "dialogue", "complex dialogue and emotional nuance"),
    ("gemini-2.5-pro", "agents", "a favourite closed model for agent pipelines"),
    ("o3", "agents", "a favourite closed model for agent pipelines"),
    ("kimi-k2", "agents", "a favourite open model for agent pipelines"),
    ("o4-mini", "reasoning", "middle ground: structured reports from few data points, simple data analysis at scale"),
    ("gemini-2.5-flash", "reasoning", "middle ground: structured reports from few data points, simple data analysis at scale"),
    ("llama-3.3-70b", "general", "a staple for fine-tuning"),
]


def good_for():
    out = {}
    for model, task, what in GOOD_FOR:
        out.setdefault(model, []).append(Flow(task=task, claim=Text(what), source=ARTICLE[0], date=day(ARTICLE[1])))
    return out
