"""Plans, media, search tools, tuning, trust records, calendars."""
import re
from decimal import Decimal

from emit import Flow, Text
from facts import day, provider, reword, sources
from scores import money


def names(source, own=None):
    """Sources of a row; `catalogue` of the second file is what the first one cites there."""
    listed = [source] if isinstance(source, str) else list(source)
    out = []
    for s in listed:
        out += (own or []) if s == "catalogue" else [s]
    return sources(out)


def plans(more):
    out = []
    for f in more["subscription_plans"]:
        row = {"vendor": f["vendor"], "name": Text(reword(f["plan"]))}
        if "usd_per_month" in f:
            row["month"] = money(f["usd_per_month"])
        row["limits"] = Text(f["limits"])
        if f["models"]:
            row["models"] = [Text(m) for m in f["models"]]
        row["source"], row["checked"] = names(f["source"]), day(f["as_of"])
        if f["second_hand"]:
            row["second_hand"] = True
        note = f.get("note") or f.get("price_note")
        if note:
            row["note"] = Text(reword(note))
        out.append(row)
    return out


GEMINI_2 = ["gemini-2.0-flash", "gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite"]
GEMINI_3 = ["gemini-3-flash", "gemini-3-pro", "gemini-3.1-pro", "gemini-3.1-flash-lite", "gemini-3.5-flash", "gemini-3.5-flash-lite",
            "gemini-3.6-flash", "gemini-3.7-flash", "gemini-3.8-flash"]
CLAUDE_46 = ["claude-3-haiku", "claude-3-opus", "claude-3.5-haiku", "claude-3.5-sonnet", "claude-3.7-sonnet", "claude-sonnet-4",
             "claude-opus-4", "claude-opus-4.1", "claude-sonnet-4.5", "claude-haiku-4.5", "claude-opus-4.5", "claude-opus-4.6",
             "claude-sonnet-4.6"]
CLAUDE_47 = ["claude-opus-4.7", "claude-opus-4.8", "claude-sonnet-5", "claude-fable-5", "claude-opus-5", "claude-opus-5.5",
             "claude-sonnet-5.5", "claude-haiku-5.5", "claude-fable-5.1", "claude-mythos-5.1"]
MEDIA_MODELS = {
    "gemini (2.x rule)": GEMINI_2, "gemini on AI Studio": GEMINI_2 + GEMINI_3, "gemini 3.x": GEMINI_3,
    "claude-opus-5.5, claude-sonnet-5.5": ["claude-opus-5.5", "claude-sonnet-5.5"], "claude (to 4.6)": CLAUDE_46,
    "claude 4.7 and newer": CLAUDE_47, "command-a vision / command-a-plus": [],
}


def price_text(price):
    """'audio input 32 USD a million tokens, ...' from the facts' keys."""
    out = []
    for key, value in price.items():
        if key == "text":
            out.append("text %s USD a million tokens" % value)
            continue
        m = re.match(r"(?:(input|output)_)?(?:(\w+?)_)?(?:(input|output)_)?per_mtok$", key)
        if m:
            kind = " ".join(x for x in (m.group(2), m.group(1) or m.group(3)) if x)
            out.append("%s %s USD a million tokens" % (kind, format(Decimal(str(value)).normalize(), "f")))
        else:
            unit = key.replace("per_", "", 1).replace("_", " ").replace("1000", "1,000").replace("million", "million")
            unit = re.sub(r"^(image|second|minute|audio minute) (.*)$", r"\1 of \2", unit)
            out.append("%s USD %s" % (format(Decimal(str(value)).normalize(), "f"), ("a " if not unit[0].isdigit() else "per ") + unit))
    return ", ".join(out).replace("a image", "an image").replace("a audio", "an audio")


def media(facts, more):
    known = {m["id"] for m in facts["models"]}
    out = []
    for f in more["media"]:
        row = {"model": Text(f["model"])}
        models = MEDIA_MODELS.get(f["model"], [f["model"]] if f["model"] in known else [])
        if models:
            row["models"] = models
        row["capability"], row["units"] = Text(f["capability"]), Text(f["units"])
        if "tokens_per_unit" in f:
            row["rule"] = Text(str(f["tokens_per_unit"]) + ("; " + f["example"] if "example" in f else ""))
        if "limits" in f:
            row["limits"] = Text(f["limits"])
        if "price" in f:
            row["price"] = Text(price_text(f["price"]))
        row["source"], row["checked"] = names(f["source"]), day(f["as_of"])
        if f["second_hand"]:
            row["second_hand"] = True
        if "note" in f:
            row["note"] = Text(reword(f["note"]))
        out.append(row)
    return out


SEARCH_CATALOGUE = {"openai": ["openrouter"], "anthropic": ["litellm", "genai-prices"], "google": ["litellm"], "xai": ["openrouter"],
                    "meta": ["openrouter"]}


def searches(more):
    out = []
    for f in more["web_search_offers"]:
        reseller = f.get("notes") == "reseller field"
        row = Flow(provider="openrouter" if reseller else f["provider"], tool=Text(f["model_or_tool"].replace(" through OpenRouter", "")))
        if "usd_per_1k_searches" in f:
            row["per_thousand"] = money(f["usd_per_1k_searches"])
        row["source"], row["checked"] = names(f["source"], SEARCH_CATALOGUE.get(f["provider"])), day(f["as_of"])
        if f["second_hand"]:
            row["second_hand"] = True
        if f.get("notes"):
            row["note"] = Text(f["notes"])
        out.append(row)
    return out


# Which models a tuning offer is shown with, where its own words are of a family.
TUNING_MODELS = {
    "gpt-4o-2024-08-06": ["gpt-4o"], "gpt-4o-mini-2024-07-18": ["gpt-4o-mini"], "gpt-4.1-2025-04-14": ["gpt-4.1"],
    "gpt-4.1-mini-2025-04-14": ["gpt-4.1-mini"], "o4-mini-2025-04-16": ["o4-mini"],
    "gpt-6-luna and newer": ["gpt-6-luna", "gpt-6-sol", "gpt-6-astra", "gpt-6.1-sol", "gpt-6.2-astra", "gpt-6.2-sol"],
    "Gemini models (list not visible in the copy)": ["gemini-2.5-flash", "gemini-2.5-flash-lite"],
    "Nova 2 Lite, Nova Lite, Nova Micro, Nova Pro": ["nova-2-lite", "nova-micro", "nova-pro"],
    "Nova models": ["nova-2-lite", "nova-micro", "nova-pro"], "Claude 3 Haiku": ["claude-3-haiku"],
    "Llama 3.1 8B, 70B; Llama 3.2 1B, 3B, 11B": ["llama-3.1-8b", "llama-3.1-70b"],
    "Azure OpenAI models": ["gpt-4.1", "gpt-4.1-mini", "o4-mini"],
    "Llama, Qwen, DeepSeek and other open models, or own Hugging Face model":
        ["llama-3.1-8b", "llama-3.1-70b", "llama-3.3-70b", "qwen2.5-72b", "qwen3-8b", "qwen3-32b", "deepseek-v3.1"],
    "open models up to 16B": ["llama-3.1-8b", "qwen3-8b", "gemma-3-12b", "mistral-nemo"],
    "models under 16B": ["llama-3.1-8b", "qwen3-8b", "gemma-3-12b", "mistral-nemo"],
    "DeepSeek, Qwen, Kimi, Llama, gpt-oss families incl. Kimi K2-0905, K2.5, DeepSeek V3.1, R1-0528, Qwen3-235B":
        ["deepseek-v3.1", "deepseek-r1-0528", "qwen3-235b-a22b", "qwen3-32b", "kimi-k2-0905", "kimi-k2.5", "llama-3.3-70b",
         "gpt-oss-120b", "gpt-oss-20b"],
    "Mistral text and vision models, classifier factory": ["mistral-nemo", "mistral-small-2506", "mistral-medium-2505"],
    "Command chat models": ["command-a"], "Qwen models": ["qwen3-8b", "qwen3-32b", "qwen2.5-72b"],
    "models of the OCI generative AI service": ["llama-3.3-70b", "command-a"],
    "open models up to 10B": ["llama-3.1-8b", "qwen3-8b"],
}
CLOSED = ("cannot be tuned", "base model retired", "deprecated")


def tuning(more):
    out = {}
    for f in more["fine_tuning_offers"]:
        for model in TUNING_MODELS.get(f["model"], [f["model"]]):
            out.setdefault(model, []).append(tuning_row(f, model))
    return out


def tuning_row(f, model):
    row = {"provider": provider(f["provider"]), "model": Text(f["model"])}
    if f["methods"]:
        row["methods"] = f["methods"]
    train, served = f.get("train_price", {}), f.get("inference_price", {})
    if "per_mtok" in train:
        row["train"] = money(train["per_mtok"], "/Mtok")
    if train.get("per_hour"):
        row["train_hour"] = money(train["per_hour"], "/hour")
    if "input_per_mtok" in served:
        row["input"], row["output"] = money(served["input_per_mtok"], "/Mtok"), money(served["output_per_mtok"], "/Mtok")
    if "limits" in f:
        row["limits"] = Text(", ".join("%s %s" % (k.replace("_", " "), v if not isinstance(v, list) else "/".join(map(str, v)))
                                       for k, v in f["limits"].items()))
    status = f["status"].replace("as above", "available on the Cloud platform only")
    row["status"] = Text(status)
    if status.startswith(CLOSED):
        row["closed"] = True
    row["source"], row["checked"] = names(f["source"], ["litellm"]), day(f["as_of"])
    note = [f[k] for k in ("note", "methods_note") if k in f] + [tuning_price_note(train), tuning_price_note(served)]
    if f["model"] in TUNING_MODELS and TUNING_MODELS[f["model"]] != [model] and " " in f["model"]:
        note.append("offered for: " + f["model"])
    note = [n for n in note if n]
    if note:
        row["note"] = Text("; ".join(note))
    return row


def tuning_price_note(price):
    out = []
    for k, v in price.items():
        if k == "basis":
            out.append(v)
        elif k == "per_mtok_low":
            out.append("training %s to %s USD a million tokens" % (v, price["per_mtok_high"]))
        elif k == "gpu_usd_per_hour":
            out.append("per GPU hour: " + ", ".join("%s %s USD" % x for x in v.items()))
        elif k == "per_hour" and v == 0:
            out.append("training free")
        elif k not in ("per_hour", "per_mtok", "per_mtok_high", "input_per_mtok", "output_per_mtok"):
            out.append("%s %s USD" % (k.replace("_usd", "").replace("_", " "), v))
    return ", ".join(out)


def trust(more):
    """{lab: [row]}, newest first."""
    out = {}
    for f in more["trust_records"]:
        row = {"date": day(f["date"]), "kind": f["kind"].replace("_", " "),
               "summary": Text(reword(f["summary"])), "resolved": Text(f["resolved"])}
        if f.get("announced"):
            row["announced"] = True
        if f["second_hand"]:
            row["second_hand"] = True
        listed = names(f["source"], ["deepseek-docs"])
        row["source"] = sources((listed if isinstance(listed, list) else [listed]) + f.get("more_sources", []))
        note = f.get("date_note") or ("primary: " + f["title_of_primary"] if "title_of_primary" in f else None)
        if note:
            row["note"] = Text(note)
        out.setdefault(f["lab"], []).append(row)
    for rows in out.values():
        rows.sort(key=lambda r: r["date"], reverse=True)
    return out


# Public holidays of 2026 by the arrangement of the State Council that fall on working days of the calendar, and the
# weekend days between them. https://www.gov.cn, arrangement of 4 November 2025.
HOLIDAYS = (["2026-01-%02d" % d for d in range(1, 4)] + ["2026-02-%02d" % d for d in range(15, 24)]
            + ["2026-04-%02d" % d for d in range(4, 7)] + ["2026-05-%02d" % d for d in range(1, 6)]
            + ["2026-06-%02d" % d for d in range(19, 22)] + ["2026-09-%02d" % d for d in range(25, 28)]
            + ["2026-10-%02d" % d for d in range(1, 8)])


def calendars():
    return {"deepseek-peak": {
        "zone": "UTC", "days": ["mon", "tue", "wed", "thu", "fri"], "hours": [Text("01:00-04:00"), Text("06:00-10:00")],
        "except": [day(d) for d in HOLIDAYS], "except_known_to": day("2026-12-31"), "source": ["deepseek-docs", "state-council"],
        "note": Text("not on Chinese public holidays; hours are in UTC, 09:00-12:00 and 14:00-18:00 in Beijing, so that the day is the "
                     "same; the holidays of 2027 are not known yet")}}
