"""What providers do with data: the words of their pages, and what they mean for a gate, read by hand."""
from emit import Text
from facts import day, provider, reword, sources

# (provider, feature): trains, zero retention, days, general, models. None = not stated.
# `general` marks the row that holds for plain API calls of the provider; where two sources state it, the newer.
READ = {
    ("openai", "API"): ("no", "request", 30, False),
    ("openai", "API, default"): ("no", "request", 30, True),
    ("openai", "API under zero retention"): ("no", "request", 0, False),
    ("openai", "Batch, files, assistants, stored responses"): ("no", "none", None, False),
    ("openai", "ChatGPT consumer under the 2025 court order"): ("opt-out", "none", 30, False),
    ("anthropic", "API"): ("no", "request", None, False),
    ("anthropic", "API (commercial)"): ("no", "request", 7, True),
    ("anthropic", "Claude Free, Pro, Max and Claude Code on them"): ("opt-out", "none", 1825, False),
    ("anthropic", "token counting endpoint"): ("no", "request", None, False),
    ("google", "paid tier"): ("no", "request", None, True),
    ("google", "free tier"): ("yes", "none", None, False),
    ("vertex", "Gemini and partner models on the Agent Platform"): ("no", "request", None, True),
    ("azure", "Azure Direct Models, standard or regional"): ("no", "request", None, True),
    ("azure", "Global deployment and Batch"): ("no", "request", None, False),
    ("azure", "fine-tuning"): ("no", "unknown", None, False),
    ("xai", "API"): ("no", "self-serve", 30, True),
    ("bedrock", "per model and region"): ("no", "unknown", None, False),
    ("bedrock", "inference"): ("no", "default", 0, True),
    ("openrouter", "routing"): ("no", "request", 0, True),
    ("mistral", "API"): ("no", "request", 30, True),
    ("mistral", "Labs models"): ("yes", "none", None, False),
    ("mistral", "Vibe / Le Chat free"): ("opt-out", "none", None, False),
    ("mistral", "Vibe / Le Chat Pro, Team, Enterprise"): ("no", "none", None, False),
    ("deepseek", "API"): ("unknown", "none", None, True),
    ("deepseek", "app and web"): ("opt-out", "none", None, False),
    ("groq", "inference"): ("no", "self-serve", 30, True),
    ("groq", "batch and LoRA"): ("no", "none", 30, False),
    ("together", "API"): ("opt-out", "self-serve", None, True),
    ("fireworks", "open-model inference"): ("no", "default", 0, True),
    ("fireworks", "Responses API with store on"): ("no", "self-serve", 30, False),
    ("fireworks", "batch, training, stored responses"): ("no", "none", None, False),
    ("cohere", "SaaS API"): ("no", "request", 30, True),
    ("cohere", "Model Vault Encrypted"): ("no", "default", 0, False),
    ("alibaba", "API"): ("unknown", "unknown", None, True),
    ("huggingface", "Inference Endpoints"): ("no", "default", 0, True),
    ("replicate", "API predictions"): ("unknown", "none", 1, True),
    ("perplexity", "consumer Pro"): ("unknown", "none", None, False),
}
# Rows of the first file that the second states anew, with a newer or nearer source.
OLDER = {("google", "paid tier"), ("google", "free tier"), ("openrouter", "routing")}
# What the general row leaves out for single models: (provider, models, days, note, source).
NARROWER = [
    ("anthropic", "models that keep traffic", ["claude-fable-5", "claude-fable-5.1"], "no", "none", 30,
     "all traffic kept up to 30 days", "excluded", "anthropic-docs", "2026-10"),
    ("bedrock", "Claude Fable", ["claude-fable-5", "claude-fable-5.1"], "no", "none", 30,
     "all traffic kept up to 30 days", "none", "vendor-pages", "2026-10-18"),
]


def row_of(fact):
    who = provider(fact["provider"])
    trains, zero, days, general = READ[(who, fact["feature"])]
    checked = fact.get("as_of") or fact.get("date")
    out = {"provider": who, "feature": Text(fact["feature"])}
    if general and not ((who, fact["feature"]) in OLDER and "date" in fact):
        out["general"] = True
    out["trains"] = trains
    out["zero_retention"] = zero
    if days is not None:
        out["retention_days"] = days
    out["trains_text"] = Text(fact["trains"])
    out["retention_text"] = Text(fact["retention"])
    out["zero_retention_text"] = Text(fact["zdr"])
    for key, to in (("certifications", "certificates"), ("residency", "residency")):
        if fact.get(key):
            out[to] = [Text(x) for x in fact[key]]
    names = [fact["source"]] if isinstance(fact["source"], str) else list(fact["source"])
    if fact.get("cert_source"):
        names.append(fact["cert_source"])
    out["source"] = sources(names)
    out["checked"] = day(checked)
    if fact.get("second_hand", "date" in fact):
        out["second_hand"] = True
    note = [fact[k] for k in ("note", "residency_note") if fact.get(k)]
    if note:
        out["note"] = Text(reword("; ".join(note)))
    return out


def policies(facts, more):
    rows = [row_of(f) for f in facts["data_policies"] + more["data_policies"]]
    for who, feature, models, trains, zero, days, kept, zdr, source, checked in NARROWER:
        rows.append({"provider": who, "feature": feature, "models": models, "trains": trains, "zero_retention": zero,
                     "retention_days": days, "retention_text": Text(kept), "zero_retention_text": Text(zdr), "source": source,
                     "checked": day(checked), "second_hand": True})
    seen = [(r["provider"]) for r in rows if r.get("general")]
    assert len(seen) == len(set(seen)), "two general policies of one provider"
    return sorted(rows, key=lambda r: (r["provider"], not r.get("general")))


