"""What the facts say and a reader must not be told as it stands: each with its reason and where that is from.

Rows that are taken out of billing stay in the catalogue as `status: disputed`; claims that are known to be wrong stay
with the source `doubted`, which ranks last. Nothing else of the facts is left out, except EXCLUDED.
"""

# Ends that the facts state as the last day; everywhere else valid_to is the first day that does not bill any more.
LAST_DAYS = {("gpt-3-text-davinci-002", "2022-08-31"): "2022-09-01"}

# (model, provider, class, value) or with conditions: rows that never bill, and why.
DISPUTED = [
    ("o3", "openai", "cache_read", "0.5", {}, "2025-06-10", "genai-prices",
     "launch price was 2.50; genai-prices shows the later price for this time"),
    ("gpt-5-nano", "openai", "input", "2.5", {"tier": "priority"}, None, "litellm",
     "50 times the standard price, and that of GPT-5: taken over to the wrong model in LiteLLM"),
    ("claude-3-haiku", "anthropic", "cache_write_1h", "6", {}, None, "litellm",
     "LiteLLM has the hour's cache write of a Sonnet; the rule is twice the input price: 0.50"),
    ("claude-3-opus", "anthropic", "cache_write_1h", "6", {}, None, "litellm",
     "LiteLLM has the hour's cache write of a Sonnet; the rule is twice the input price: 30"),
    ("gemini-2.5-pro", "google", "input", "1.25", {"tier": "priority"}, None, "litellm",
     "equal to standard in LiteLLM; Google charges 1.8 times"),
    ("gemini-2.5-pro", "google", "output", "10", {"tier": "priority"}, None, "litellm",
     "equal to standard in LiteLLM; Google charges 1.8 times"),
    ("gemini-2.5-pro", "google", "input", "2.5", {"tier": "priority", "above": 200000}, None, "litellm",
     "equal to standard in LiteLLM; Google charges 1.8 times"),
    ("gemini-2.5-pro", "google", "output", "15", {"tier": "priority", "above": 200000}, None, "litellm",
     "equal to standard in LiteLLM; Google charges 1.8 times"),
    ("gemini-3.5-flash", "google", "audio_input", "1", {}, None, "litellm",
     "below the price of text; models.dev has 1.50, and genai-prices, which lists audio where it differs, bills it as text"),
    ("grok-4.20", "xai", "input", "2", {}, None, "litellm", "models.dev, genai-prices and OpenRouter agree on 1.25"),
    ("grok-4.20", "xai", "output", "6", {}, None, "litellm", "models.dev, genai-prices and OpenRouter agree on 2.50"),
    ("grok-4.5", "xai", "cache_read", "0.3", {}, None, "vendor-pages",
     "LiteLLM and genai-prices have 0.50, as do Grok 4.6 and 4.7; the higher one bills until the vendor's page is seen"),
    ("deepseek-v3.2", "deepseek", "input", "0.2288", {}, None, "genai-prices",
     "no list price: 18.3 % under DeepSeek's 0.28, as one host resells it"),
    ("deepseek-v3.2", "deepseek", "output", "0.3432", {}, None, "genai-prices",
     "no list price: a host's discount, like its 0.2288 for input"),
    ("mistral-small-2506", "mistral", "input", "0.06", {}, None, "litellm",
     "both dated catalogues of August 2025, models.dev and the median over hosts have 0.10"),
    ("mistral-small-2506", "mistral", "output", "0.18", {}, None, "litellm",
     "both dated catalogues of August 2025, models.dev and the median over hosts have 0.30"),
    ("mistral-small-2506", "mistral", "input", "0.075", {}, None, "genai-prices",
     "the price at OpenRouter, under OpenRouter's name of the model; Mistral's is 0.10"),
    ("mistral-small-2506", "mistral", "output", "0.2", {}, None, "genai-prices",
     "the price at OpenRouter, under OpenRouter's name of the model; Mistral's is 0.30"),
    ("mixtral-8x22b", "mistral", "input", "0.9", {}, None, "genai-prices",
     "a host's price; models.dev and OpenRouter have the vendor's 2"),
    ("mixtral-8x22b", "mistral", "output", "0.9", {}, None, "genai-prices",
     "a host's price; models.dev and OpenRouter have the vendor's 6"),
    ("nova-2-lite", "bedrock", "input", "0.33", {}, None, "models.dev",
     "10 % above LiteLLM, OpenRouter and the median over hosts, as for a regional profile"),
    ("nova-2-lite", "bedrock", "output", "2.75", {}, None, "models.dev",
     "10 % above LiteLLM, OpenRouter and the median over hosts, as for a regional profile"),
    ("sonar", "perplexity", "search", "8", {}, None, "litellm",
     "the fee a request at medium context size, not a further one beside it"),
    ("sonar-pro", "perplexity", "search", "10", {}, None, "litellm",
     "the fee a request at medium context size, not a further one beside it"),
]

# Days that undated rows of one source get, because a dated row replaces them: (model, provider, source) -> to, why.
CLOSED = {
    ("gemini-3.6-flash", "google", "litellm"):
        ("2026-08-01", "list price at launch; the promotion began on an unknown day of August 2026"),
}
# Undated plain rows that hold only from the day of general availability, because dated rows tell of the time before.
OPENED = {
    ("gemini-2.5-flash", "google"): "2025-06-17",
}

# Words on rows: (model, provider) -> (status or None, note).
ROW_NOTES = {
    ("gpt-5.6-luna", "openrouter"): ("promo", "half of the vendor's price: OpenRouter's launch promotion, shown as list"),
    ("gpt-5.6-terra", "openrouter"): ("promo", "half of the vendor's price: OpenRouter's launch promotion, shown as list"),
    ("kimi-k2.6", "openrouter"): (None, "price of a third-party host, not of Moonshot"),
    ("grok-4.6", "xai"): (None, "a reseller applies the long-prompt price above 204,800 tokens "
                                "(docs.apiyi.com, 2026-08-13)"),
}
# The fee a request of Perplexity by search context size; the dearest is held.
REQUEST_NOTES = {
    "sonar": "5, 8 or 12 by search context size low, medium, high: the dearest is taken",
    "sonar-pro": "6, 10 or 14 by search context size low, medium, high: the dearest is taken",
}

MODELS_DEV_DATE = "about a year early (known error)"
HOST_LIMIT = "a limit of one endpoint, not of the model"
DEFAULT_8K = "LiteLLM's default of 8k where models.dev has the published limit (known error for the V4 models)"
# Claims known to be wrong: (model, claim, value, source) -> why. They keep their value with the source `doubted`.
DOUBTED = {
    ("mistral-large-2512", "release_date", "2024-11-01", "models.dev"): MODELS_DEV_DATE,
    ("nova-2-lite", "release_date", "2024-12-01", "models.dev"): MODELS_DEV_DATE,
    ("sonar", "release_date", "2024-01-01", "models.dev"): MODELS_DEV_DATE,
    ("sonar-pro", "release_date", "2024-01-01", "models.dev"): MODELS_DEV_DATE,
    ("gpt-4", "release_date", "2023-11-06", "models.dev"): "day of GPT-4 Turbo (known error)",
    ("gpt-4", "knowledge_cutoff", "2023-11", "models.dev"): "follows the wrong release date (known error)",
    ("gpt-4", "release_date", "2023-05-28", "openrouter(listed)"): "day on which OpenRouter listed it",
    ("gpt-3.5-turbo", "release_date", "2023-05-28", "openrouter(listed)"): "day on which OpenRouter listed it",
    ("qwen3-coder-480b-a35b", "release_date", "2025-04", "models.dev"): MODELS_DEV_DATE.replace("a year", "three months"),
    ("qwen3-coder-480b-a35b", "knowledge_cutoff", "2025-04", "models.dev"): "equals its wrong release month",
    ("mistral-large-2512", "knowledge_cutoff", "2024-11", "models.dev"): "equals its wrong release month",
    ("grok-4.3", "release_date", "2026-04-17", "models.dev"):
        "30 Apr 2026 by Vercel, OpenRouter and Artificial Analysis",
    ("o3-mini", "release_date", "2024-12-20", "models.dev"): "day of the announcement; served since 31 Jan 2025",
    ("claude-opus-4.5", "release_date", "2025-11-01", "models.dev"):
        "date in the model's name; OpenRouter and Artificial Analysis have 24 Nov",
    ("deepseek-v4-pro", "max_output_tokens", 8192, "litellm"): DEFAULT_8K,
    ("deepseek-v4-flash", "max_output_tokens", 8192, "litellm"): DEFAULT_8K,
    ("minimax-m2", "max_output_tokens", 8192, "litellm"): DEFAULT_8K,
    ("minimax-m2.5", "max_output_tokens", 8192, "litellm"): DEFAULT_8K,
    ("minimax-m2.5", "context_tokens", 1000000, "litellm"): "three sources agree on 204,800",
    ("mistral-medium-2505", "max_output_tokens", 8191, "litellm"): DEFAULT_8K,
    ("llama-3.3-70b", "max_output_tokens", 4096, "models.dev"): HOST_LIMIT,
    ("grok-4.20", "max_output_tokens", 2000000, "litellm"): "repeats the window",
    ("grok-4.3", "max_output_tokens", 1000000, "litellm"): "repeats the window",
    ("gemini-2.0-flash", "context_tokens", 1000000, "genai-prices"): "rounded",
    ("nova-2-lite", "context_tokens", 128000, "models.dev"): "three sources agree on 1,000,000",
    ("nova-2-lite", "max_output_tokens", 4096, "models.dev"): "LiteLLM has 64,000, OpenRouter 65,535",
    ("gpt-5-pro", "max_output_tokens", 272000, "models.dev"): "the limit of input, put in the wrong field",
    ("gpt-5.1", "context_tokens", 272000, "artificial-analysis"): "the limit of input, not the window",
    ("gpt-5.5", "context_tokens", 922000, "artificial-analysis"): "the limit of input, not the window",
}

# LiteLLM's context is its max_input_tokens; where models.dev states the same figure as the limit of input, it is that.
INPUT_LIMITS = {272000, 922000}

# Figures that a source prints as 0 and that cannot be measurements: not taken over.
EXCLUDED = {
    ("gpt-4o", "GPT-4o (Nov '24)", "AA-LCR"): "0 although the August snapshot of the model has 0.35: not run",
}
