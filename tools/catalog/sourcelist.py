"""The list of sources with their ranks, and what stands in sources.yaml."""
from facts import day, first_day

RANKS = """\
Rank decides which of several claims is shown and used; among equals the one that more sources share, then the newest.
  1  the vendor's own page, documentation or announcement, read there
  2  primary files: configuration files of models, data sheets, engineering data
  3  quotes and transcriptions of vendor pages
  4  community catalogues, reviewed or not: the number that agree decides between them
  5  third-party articles and notes
  6  resellers, who may state what their hosts serve
  7  independent measurements and surveys: first for scores, last for limits, which they round
  8  weak provenance, single reports of users, days on which a reseller listed a model
  9  values that are known to be wrong, kept to be seen"""

KIND_RANKS = [
    ("weak provenance", 8), ("user report", 8), ("community thread", 3),
    ("vendor list price, second-hand", 3), ("seen through a", 3), ("transcription", 3), ("quote of vendor", 3),
    ("example of vendor rule", 3), ("quoting the maker", 3), ("second-hand quote", 3),
    ("vendor documentation", 1), ("vendor help", 1), ("vendor forum", 1), ("vendor announcement", 1),
    ("primary", 2), ("vendor data sheet", 2), ("vendor engineering", 2), ("vendor specification", 2),
    ("community", 4), ("third-party", 5), ("reseller", 6),
    ("independent", 7), ("human preference", 7), ("survey", 7),
]
# Where the kind does not tell.
OWN_RANKS = {"google-docs": 1}
LICENCES = {"genai-prices": "MIT", "models.dev": "MIT", "litellm": "MIT", "arena": "MIT", "aider": "Apache-2.0",
            "genai-prices-2025-08": "MIT", "models.dev-2025-08": "MIT", "nolima": "non-commercial"}
URLS = {
    "litellm": "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json",
    "openrouter": "https://openrouter.ai/api/v1/models", "artificial-analysis": "https://artificialanalysis.ai/leaderboards/models",
    "livebench": "https://livebench.ai", "aider": "https://aider.chat/docs/leaderboards/", "arena": "https://arena.ai/leaderboard/text",
    "nolima": "https://github.com/adobe-research/NoLiMa", "ruler": "https://github.com/NVIDIA/RULER",
    "aiconfigurator": "https://github.com/ai-dynamo/aiconfigurator", "hf-config": "https://github.com/ai-dynamo/aiconfigurator",
    "llama.cpp": "https://github.com/ggml-org/llama.cpp/blob/master/tools/quantize/README.md",
    "openai-docs": "https://developers.openai.com/api/docs/models", "anthropic-docs": "https://platform.claude.com/docs",
    "google-docs": "https://ai.google.dev/gemini-api/docs", "deepseek-docs": "https://api-docs.deepseek.com/quick_start/pricing",
}
# Sources that the files of facts do not list.
MORE = {
    "openrouter-listed": {"name": "OpenRouter GET /api/v1/models: day on which it listed the model",
                          "url": "https://openrouter.ai/api/v1/models", "kind": "reseller", "as_of": "2026-08-01", "rank": 8,
                          "second_hand": True},
    "price-rules": {"name": "vendors' rules on tiers, regions, caches and long prompts, as quoted by dated release notes and day-0 posts",
                    "kind": "vendor list price, second-hand quote", "as_of": "2026-11-23", "rank": 3, "second_hand": True},
    "article-2025-08": {"name": "Towards AI: article on choosing models and designing systems with them, August 2025",
                        "kind": "practitioners' judgement", "as_of": "2025-08-26", "rank": 7},
    "tale-models": {"name": "tale-project/tale: model configuration that quotes OpenAI's price page",
                    "url": "https://github.com/tale-project/tale/blob/v0.5.72/configs/platform/system/models/openai/models.yml",
                    "kind": "third-party quote of vendor price", "as_of": "2026-09-20", "rank": 3, "second_hand": True},
    "apiyi-grok-4.6": {"name": "APIYI: Grok 4.6", "url": "https://docs.apiyi.com/ko/models/grok-4-6.md",
                       "kind": "reseller documentation", "as_of": "2026-08-13", "rank": 6, "second_hand": True},
    "phone-comparison": {"name": "public phone comparison data", "kind": "third-party data", "as_of": "2026", "rank": 5,
                         "second_hand": True},
    "state-council": {"name": "State Council of China: arrangement of public holidays in 2026", "kind": "official notice",
                      "as_of": "2025-11-04", "rank": 1, "second_hand": True},
    "general": {"name": "public registers and the companies' own sites", "kind": "general knowledge", "as_of": "2026-11-24",
                "rank": 8},
    "doubted": {"name": "a value that is known to be wrong; its note says whose it is and why", "kind": "correction", "rank": 9,
                "as_of": "2026-11-24"},
}
RENAMED = {"catalogue": None}  # not a source of its own

_LIST = {}


def url_of(address):
    if not address or address.startswith("http"):
        return address
    path = address.split(":", 1)[1]
    repo = path.split("@")[0].split(":")[0]
    return "https://github.com/" + repo


def rank_of(key, kind):
    if key in OWN_RANKS:
        return OWN_RANKS[key]
    for word, r in KIND_RANKS:
        if word in kind:
            return r
    raise ValueError("no rank for kind '%s' of %s" % (kind, key))


def read(facts, more):
    """Fills the list; called once before anything else of this module."""
    for key, s in list(facts["sources"].items()) + list(more["sources"].items()):
        if RENAMED.get(key, key) is None:
            continue
        old = _LIST.setdefault(key, {})
        kind = old.get("kind", s["kind"])
        old.setdefault("name", s["name"])
        url = URLS.get(key) or url_of(s.get("address"))
        if url:
            old["url"] = url
        old["kind"] = kind
        if key in LICENCES:
            old["licence"] = LICENCES[key]
        old["as_of"] = max(old.get("as_of", s["as_of"]), s["as_of"])
        old["rank"] = rank_of(key, kind)
        if s.get("second_hand", "second-hand" in s["kind"] or "copy held" in s["name"] or "copies in" in s["name"]):
            old["second_hand"] = True
    for key, s in MORE.items():
        _LIST[key] = s


def as_of(name):
    return first_day(_LIST[name]["as_of"]) if name in _LIST else "2026-11-24"


def stood(name):
    """The same as written: a month stays a month."""
    return _LIST[name]["as_of"]


def rank(name):
    return _LIST[name]["rank"] if name in _LIST else 5


def tree():
    order = ("name", "url", "kind", "licence", "as_of", "rank", "second_hand")
    out = {}
    for key, s in sorted(_LIST.items(), key=lambda x: (x[1]["rank"], x[0])):
        out[key] = {k: day(s[k]) if k == "as_of" else s[k] for k in order if k in s}
    return out
