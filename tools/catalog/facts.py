"""The two files of facts, and how their words become the catalogue's: classes, conditions, days, sources, providers."""
import json
import re
from decimal import Decimal

from emit import Day


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f, parse_float=Decimal)


CLASSES = {
    "input": "input", "output": "output", "cache_read": "cache_read", "cache_write_5m": "cache_write_5m",
    "cache_write_1h": "cache_write_1h", "input_audio": "audio_input", "cache_read_audio": "audio_cache_read",
    "output_reasoning": "reasoning", "web_search": "search", "web_searches": "search", "requests": "request",
}
# Order of the classes in a row.
CLASS_ORDER = ["input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "reasoning", "audio_input",
               "audio_cache_read", "audio_output", "search", "request"]

# The facts' names of providers -> ids of the catalogue.
PROVIDERS = {
    "google-gemini-api": "google", "dashscope": "alibaba", "alibaba-model-studio": "alibaba", "amazon-bedrock": "bedrock",
    "together_ai": "together", "fireworks_ai": "fireworks", "azure_ai": "azure-ai", "azure-openai": "azure",
    "microsoft-foundry": "azure-ai", "google-vertex": "vertex", "oracle-oci": "oci",
    # hosts of the tables of August 2025
    "OpenRouter": "openrouter", "DeepSeek": "deepseek", "Moonshot": "moonshot", "Groq": "groq", "Together": "together",
    "Mistral": "mistral", "Z.ai": "zai", "Chutes": "chutes", "Hugging Face": "huggingface", "Fireworks": "fireworks",
    "DeepInfra": "deepinfra", "Cerebras": "cerebras", "Bedrock": "bedrock", "Novita": "novita",
    "inference.net": "inference-net",
}


def provider(name):
    return PROVIDERS.get(name, name)


# The facts' names of sources -> keys of sources.yaml. What LiteLLM says of one host is still LiteLLM.
SOURCES = {"openrouter(listed)": "openrouter-listed", "catalogue": "price-rules",
           "https://docs.apiyi.com/ko/models/grok-4-6.md": "apiyi-grok-4.6"}


def source(name):
    if name.startswith("litellm:"):
        return "litellm"
    return SOURCES.get(name, name)


def sources(names):
    """One name plain, several as a list; doubles once, order kept."""
    if isinstance(names, str):
        names = [names]
    out = []
    for n in names:
        if source(n) not in out:
            out.append(source(n))
    return out[0] if len(out) == 1 else out


# Words of the facts that mean something only beside their own files.
REWORDED = [
    (r"the essay's time", "August 2025"), (r"closes the open question of catalogue\.md on Gemini 4 modalities; ", ""),
    (r"are in catalogue_facts\.json", "stand in rows of their own"), (r" per catalogue\b", ""),
    (r" \((see )?(catalogue_facts\.json( price rows)?|zdr-guide, catalogue|oa-deprecations|dev\.to list)\)", ""),
    (r"chip bandwidth from catalogue_facts\.json devices", "bandwidth of the chip"),
    (r"not the model the seed means", "not the GPT-3 model of 2022"),
]


def reword(text):
    for pattern, words in REWORDED:
        text = re.sub(pattern, words, text)
    return text


def first_day(text):
    """A day, month or year as the first day of it, for comparing."""
    return None if text is None else (text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10]


def day(text):
    return Day(text)


def slug(text):
    return re.sub(r"-+", "-", re.sub(r"[^a-z0-9.]+", "-", text.lower())).strip("-")


PEAK = "Mon-Fri 01:00-04:00 and 06:00-10:00 UTC, not on Chinese public holidays"


def conditions(when):
    """The facts' `when` -> list of the catalogue's (several where a row stands for several tiers)."""
    out = {}
    tiers = [None]
    for key, value in (when or {}).items():
        if key in ("service_tier", "mode"):
            tiers = value.split("|")
        elif key == "prompt_tokens_above":
            out["above"] = value
        elif key == "calendar":
            if value == PEAK:
                out["hours"] = "deepseek-peak"
            elif value != "off-peak":  # off-peak rows are those without a condition
                raise ValueError("calendar " + value)
        elif key in ("thinking", "fine_tuned"):
            out[key] = value
        elif key != "rule":  # the whole request is the default
            raise ValueError("condition " + key)
    return [dict(([("tier", t)] if t else []) + list(out.items())) for t in tiers]
