"""Labs, providers, and what models are called where."""
import re

from emit import Flow, Text
from facts import day

LABS = {  # id: name, country (ISO 3166), address
    "openai": ("OpenAI", "US", "https://openai.com"), "anthropic": ("Anthropic", "US", "https://www.anthropic.com"),
    "google": ("Google", "US", "https://deepmind.google"), "xai": ("xAI", "US", "https://x.ai"),
    "deepseek": ("DeepSeek", "CN", "https://www.deepseek.com"), "moonshot": ("Moonshot AI", "CN", "https://www.moonshot.ai"),
    "alibaba": ("Alibaba (Qwen)", "CN", "https://qwen.ai"), "zai": ("Z.ai (Zhipu)", "CN", "https://z.ai"),
    "minimax": ("MiniMax", "CN", "https://www.minimax.io"), "meta": ("Meta", "US", "https://ai.meta.com"),
    "mistral": ("Mistral AI", "FR", "https://mistral.ai"), "tencent": ("Tencent (Hunyuan)", "CN", "https://hunyuan.tencent.com"),
    "cohere": ("Cohere", "CA", "https://cohere.com"), "amazon": ("Amazon", "US", "https://aws.amazon.com/nova"),
    "nvidia": ("NVIDIA", "US", "https://www.nvidia.com"), "xiaomi": ("Xiaomi", "CN", "https://mimo.xiaomi.com"),
    "perplexity": ("Perplexity", "US", "https://www.perplexity.ai"),
    # makers of tools, for their trust records
    "github": ("GitHub", "US", "https://github.com"), "cursor": ("Cursor (Anysphere)", "US", "https://cursor.com"),
    "berriai-litellm": ("BerriAI (LiteLLM)", "US", "https://www.litellm.ai"),
}
FILES = ["openai", "anthropic", "google", "xai", "meta", "mistral", "deepseek", "alibaba", "moonshot", "zai", "minimax", "tencent",
         "xiaomi", "cohere", "amazon", "nvidia", "perplexity"]

# id: name, country, aliases, hosts, more. Where calls are processed only where a policy or the vendor says so.
PROVIDERS = {
    "openai": ("OpenAI", "US", [], ["api.openai.com", "eu.api.openai.com", "us.api.openai.com"], {}),
    "anthropic": ("Anthropic", "US", ["claude"], ["api.anthropic.com"], {}),
    "google": ("Google Gemini API", "US", ["gemini", "google-gemini-api", "google-ai-studio"],
               ["generativelanguage.googleapis.com"], {}),
    "vertex": ("Google Cloud Agent Platform (Vertex AI)", "US", ["vertex-ai", "google-vertex", "vertex_ai"],
               ["-aiplatform.googleapis.com", "aiplatform.googleapis.com"], {}),
    "azure": ("Azure OpenAI (Microsoft Foundry)", "US", ["azure-openai", "microsoft-foundry"],
              [".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com"], {}),
    "azure-ai": ("Azure AI model inference", "US", ["azure_ai"], [".models.ai.azure.com", ".inference.ai.azure.com"], {}),
    "bedrock": ("Amazon Bedrock", "US", ["amazon-bedrock", "aws-bedrock", "amazon"], [".amazonaws.com"], {}),
    "xai": ("xAI", "US", ["x-ai", "grok"], ["api.x.ai", "us-east-1.api.x.ai", "eu-west-1.api.x.ai"], {}),
    "deepseek": ("DeepSeek", "CN", [], ["api.deepseek.com"], {"processed": ["CN"], "source": "meetily-ds"}),
    "mistral": ("Mistral AI", "FR", ["mistralai"], ["api.mistral.ai", "codestral.mistral.ai"], {}),
    "alibaba": ("Alibaba Cloud Model Studio", "CN", ["dashscope", "alibaba-model-studio", "qwen"],
                ["dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com", ".aliyuncs.com"], {}),
    "zai": ("Z.ai", "CN", ["z-ai", "zhipu"], ["api.z.ai", "open.bigmodel.cn"], {}),
    "moonshot": ("Moonshot AI", "CN", ["moonshotai", "kimi"], ["api.moonshot.ai", "api.moonshot.cn"], {}),
    "minimax": ("MiniMax", "CN", [], ["api.minimax.io", "api.minimaxi.com"], {}),
    "groq": ("Groq", "US", [], ["api.groq.com"], {}),
    "together": ("Together AI", "US", ["together_ai", "togetherai"], ["api.together.xyz", "api.together.ai"], {}),
    "fireworks": ("Fireworks AI", "US", ["fireworks_ai", "fireworks-ai"], ["api.fireworks.ai"], {}),
    "cerebras": ("Cerebras", "US", [], ["api.cerebras.ai"], {}),
    "deepinfra": ("DeepInfra", "US", [], ["api.deepinfra.com"], {}),
    "nebius": ("Nebius Token Factory", "NL", [], ["api.studio.nebius.com", "api.tokenfactory.nebius.com"], {}),
    "novita": ("Novita AI", "US", [], ["api.novita.ai"], {}),
    "cohere": ("Cohere", "CA", [], ["api.cohere.com", "api.cohere.ai"], {}),
    "perplexity": ("Perplexity", "US", [], ["api.perplexity.ai"], {}),
    "venice": ("Venice", "US", [], ["api.venice.ai"], {}),
    "openrouter": ("OpenRouter", "US", [], ["openrouter.ai"], {"reseller": True}),
    "chutes": ("Chutes", None, [], ["llm.chutes.ai"], {}),
    "huggingface": ("Hugging Face Inference", "US", ["hugging-face"], ["router.huggingface.co", ".endpoints.huggingface.cloud"], {}),
    "inference-net": ("inference.net", "US", [], ["api.inference.net"], {}),
    "replicate": ("Replicate", "US", [], ["api.replicate.com"], {}),
    "oci": ("Oracle Cloud generative AI", "US", ["oracle-oci"], [".oci.oraclecloud.com"], {}),
    "ori": ("Ori", "GB", [], [], {}),
    "meta": ("Meta", "US", [], [], {}),
    "github": ("GitHub Copilot", "US", [], [], {}),
    "cursor": ("Cursor", "US", [], [], {}),
    "morph": ("Morph", "US", [], [], {"reseller": True}),
}


# What a provider's path in another's wire format ignores in silence: (dialect, parameters, source, day).
COMPATIBLE = {
    "anthropic": [("openai", ["reasoning_effort", "seed", "response_format", "logprobs", "top_logprobs", "logit_bias", "presence_penalty",
                              "frequency_penalty", "service_tier", "prediction", "metadata", "user", "store", "modalities", "audio"],
                   "https://docs.anthropic.com/en/api/openai-sdk", "2026-11-24")],
}


def providers():
    out = {}
    for key, (name, country, aliases, hosts, more) in PROVIDERS.items():
        p = {"name": name}
        if country:
            p["country"] = country
        if aliases:
            p["aliases"] = aliases
        if hosts:
            p["hosts"] = hosts
        p.update(more)
        if key in COMPATIBLE:
            p["compatible"] = [Flow(dialect=d, ignores=names, source=[url], checked=day(when)) for d, names, url, when in COMPATIBLE[key]]
        p.setdefault("source", "general")
        out[key] = p
    return out


# First part of a source's id -> provider. Without one the lab's own.
PREFIX = {
    "groq": "groq", "together_ai": "together", "fireworks_ai": "fireworks", "cerebras": "cerebras", "deepinfra": "deepinfra",
    "nebius": "nebius", "novita": "novita", "azure": "azure", "azure_ai": "azure-ai", "mistral": "mistral", "xai": "xai",
    "gemini": "google", "deepseek": "deepseek", "moonshot": "moonshot", "dashscope": "alibaba", "zai": "zai", "minimax": "minimax",
    "perplexity": "perplexity", "openai": "openai", "anthropic": "anthropic", "google": "google", "x-ai": "xai",
    "moonshotai": "moonshot", "alibaba": "alibaba", "cohere": "cohere", "amazon-bedrock": "bedrock", "aws": "bedrock",
}
OWN = {"amazon": "bedrock", "nvidia": "bedrock", "meta": None, "tencent": None, "xiaomi": None}
# models.dev's Llama entry is of an endpoint that the catalogue has no offer of.
SKIP = {"llama/llama-3.3-70b-instruct"}


def own_provider(lab):
    return OWN.get(lab, lab)


def place(alias, lab):
    """(provider, name) of an id that a source uses."""
    if alias["source"] == "openrouter":
        return "openrouter", alias["id"]
    if alias["id"] in SKIP:
        return None, None
    head, _, tail = alias["id"].partition("/")
    if tail and head in PREFIX:
        return PREFIX[head], tail
    return own_provider(lab), alias["id"]


# Which source's id is the string that is sent, for each provider's own list. genai-prices' ids are patterns of families.
ORDER = ["litellm", "models.dev", "openrouter", "genai-prices"]
# New models that no catalogue lists yet: Anthropic writes its ids with dashes (claude-opus-4-8).
SENT = {
    ("gpt-3-text-davinci-002", "openai"): "text-davinci-002",
    ("gpt-4.5-preview", "openai"): "gpt-4.5-preview",
    ("claude-opus-5.5", "anthropic"): "claude-opus-5-5", ("claude-sonnet-5.5", "anthropic"): "claude-sonnet-5-5",
    ("claude-haiku-5.5", "anthropic"): "claude-haiku-5-5", ("claude-fable-5.1", "anthropic"): "claude-fable-5-1",
    ("claude-mythos-5.1", "anthropic"): "claude-mythos-5-1",
    ("command-a", "cohere"): "command-a-03-2025",
    ("mixtral-8x7b", "mistral"): "open-mixtral-8x7b", ("mixtral-8x22b", "mistral"): "open-mixtral-8x22b",
    ("mistral-nemo", "mistral"): "open-mistral-nemo", ("mistral-small-2506", "mistral"): "mistral-small-2506",
}


def sent(model, who):
    """The string that a request to the provider names."""
    if (model["id"], who) in SENT:
        return SENT[(model["id"], who)]
    for source in ORDER:
        for alias in model["aliases"]:
            at, name = place(alias, model["lab"])
            if alias["source"] == source and at == who:
                return name
    return model["id"]


# Vendors whose dated snapshots are the undated name with a date behind it.
DATED = {"openai", "anthropic", "xai"}
# Not there: its snapshots had prices of their own.
UNDATED = {"gpt-3.5-turbo", "gpt-3-text-davinci-002", "davinci-002"}
# (model, provider): further names; floating ones with the days on which they mean the model.
MORE_NAMES = {
    "gpt-3.5-turbo": [("openai", "gpt-3.5-turbo-0125", {})],
    "claude-3-opus": [("anthropic", "claude-3-opus-latest", {})],
    "claude-3.5-haiku": [("anthropic", "claude-3-5-haiku", {}), ("anthropic", "claude-3-5-haiku-20241022", {})],
    "claude-3.5-sonnet": [("anthropic", "claude-3-5-sonnet-latest", {})],
    "mistral-large-2512": [("mistral", "mistral-large-latest", {"from": "2025-12-02"})],
    "mistral-large-2411": [("mistral", "mistral-large-latest", {"to": "2025-12-02"})],
    "mistral-medium-2604": [("mistral", "mistral-medium-latest", {"from": "2026-04-29"})],
    "mistral-small-2603": [("mistral", "mistral-small-latest", {"from": "2026-03-16"})],
    "codestral-2508": [("mistral", "codestral-latest", {"from": "2025-08-01"})],
    "devstral-2512": [("mistral", "devstral-latest", {"from": "2025-12-09"}), ("mistral", "devstral-medium-latest", {"from": "2025-12-09"})],
    "deepseek-v3": [("deepseek", "deepseek-chat", {"from": "2024-12-26", "to": "2025-03-24"})],
    "deepseek-v3-0324": [("deepseek", "deepseek-chat", {"from": "2025-03-24", "to": "2025-08-21"})],
    "deepseek-r1": [("deepseek", "deepseek-reasoner", {"from": "2025-01-20", "to": "2025-05-28"})],
    "deepseek-r1-0528": [("deepseek", "deepseek-reasoner", {"from": "2025-05-28", "to": "2025-08-21"})],
    "deepseek-v3.1": [("deepseek", "deepseek-chat", {"from": "2025-08-21", "to": "2025-12-01"}),
                      ("deepseek", "deepseek-reasoner", {"from": "2025-08-21", "to": "2025-12-01"})],
    "deepseek-v3.2": [("deepseek", "deepseek-chat", {"from": "2025-12-01", "to": "2026-04-24"}),
                      ("deepseek", "deepseek-reasoner", {"from": "2025-12-01", "to": "2026-04-24"})],
    "grok-4.20": [("xai", "grok-4.20-0309-reasoning", {})],
    "mistral-small-2506": [("mistral", "mistral-small-3-2-2506", {}),
                           ("mistral", "mistral-small-latest", {"from": "2025-06-20", "to": "2026-03-16"})],
    "claude-sonnet-4.5": [("anthropic", "claude-sonnet-4-5", {})],
}


def undated(name):
    """claude-sonnet-4-5-20250929 -> claude-sonnet-4-5; None when there is no date behind it."""
    head, _, tail = name.rpartition("-")
    return head if tail.isdigit() and len(tail) == 8 else None


def aliases(model, offers):
    """Other names of a model, each with its provider. `offers`: providers -> string sent."""
    own = own_provider(model["lab"])
    out, seen = [], set()

    def add(who, name, dated=False, **days):
        key = (who, name)
        if not name or who is None or key in seen and not dated:
            return
        if name in (model["id"], offers.get(who)) and not dated and not days:
            return
        seen.add(key)
        row = Flow(provider=who, name=Text(name))
        if dated:
            row["dated"] = True
        row.update({k: day(v) for k, v in days.items()})
        out.append(row)

    string = offers.get(own)
    if own in DATED and string and model["id"] not in UNDATED:
        stem = undated(string) or re.sub("-0709$|-latest$", "", string)
        add(own, stem, dated=True)
    for who, name, days in MORE_NAMES.get(model["id"], []):
        add(who, name, **days)
    for alias in model["aliases"]:
        who, name = place(alias, model["lab"])
        add(who, name)
        if alias.get("dated") and alias["dated"] != alias["id"]:
            add("openrouter", alias["dated"])
    return out
