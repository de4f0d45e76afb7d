"""Vendors' rules that stand in no row of the facts: factors by tier and region, and rows that follow from others.

Sources: `price-rules` are the vendors' rules as quoted by dated release notes; `litellm` where LiteLLM holds the factor.
A factor bills only where no row of its own condition does, so that it never overrides a stated price.
"""
from decimal import Decimal

from prices import Atom, row

HALF, TWICE = Decimal("0.5"), Decimal("2")
WORDS = {HALF: "half", TWICE: "twice"}
PLAIN_CLASSES = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")


def bills(a):
    return a.status in (None, "promo", "announced")


def live(atoms, cls=None, **when):
    return [a for a in atoms if bills(a) and a.when == when and (cls is None or a.cls == cls)]


def overlap(a, b):
    return a.from_() < b.to() and b.from_() < a.to()


def derive(atoms, like, cls, value, note, when=None):
    """A row that follows from `like`, unless a stated one bills the class under those conditions at that time."""
    when = like.when if when is None else when
    new = Atom(cls, value, dict(when), like.start, like.end, like.status, like.stated_to, ["price-rules"], note)
    if any(overlap(a, new) for a in live(atoms, cls, **when)):
        return
    atoms.append(new)


def cache_writes(atoms, hour):
    """Cache write 1.25 times the input price; for an hour, twice (Anthropic)."""
    for a in [a for a in atoms if a.cls == "input" and bills(a) and not a.when.get("fine_tuned")]:
        note = "1.25 times input, by the vendor's rule"
        if a.when.get("tier") in ("batch", "flex"):
            continue
        derive(atoms, a, "cache_write_5m", a.value * Decimal("1.25"), note)
        if hour:
            derive(atoms, a, "cache_write_1h", a.value * 2, "twice input, by the vendor's rule")


def long_prompt(atoms, above, end=None):
    """Above so many prompt tokens the whole request at 2 times input and 1.5 times output (OpenAI)."""
    for a in live(atoms):
        if a.cls in PLAIN_CLASSES and (end is None or a.from_() >= end):
            value = a.value * (Decimal("1.5") if a.cls == "output" else 2)
            derive(atoms, a, a.cls, value, "whole request at 2 times input and cache, 1.5 times output, by the vendor's rule",
                   {"above": above})


def combine(atoms, tier, factor):
    """Where a tier has rows of its own: its price for long prompts, which a factor alone could not give."""
    stated = live(atoms, "input", tier=tier)
    for a in [a for a in atoms if bills(a) and list(a.when) == ["above"] and a.cls in PLAIN_CLASSES]:
        if any(overlap(a, s) for s in stated):
            derive(atoms, a, a.cls, a.value * factor,
                   "%s the price of long prompts, as for short ones" % WORDS.get(factor, "%s times" % factor),
                   {"tier": tier, "above": a.when["above"]})


def factors(out, tiers, stacks, names, note="%s, by the vendor's rule"):
    for tier, factor in tiers:
        words = WORDS.get(factor, "%s times" % factor)
        out.append(row(factor=factor, when={"tier": tier}, stacks=stacks, names=names, note=note % words if "%" in note else note))


OPENAI_RULES = {"gpt-5.6-sol", "gpt-5.6-terra", "gpt-5.6-luna", "gpt-6-astra", "gpt-6-sol", "gpt-6-luna", "gpt-6.1-sol",
                "gpt-6.2-astra", "gpt-6.2-sol"}

def openai(model, atoms, out):
    if model not in OPENAI_RULES:
        return
    cache_writes(atoms, hour=False)
    long_prompt(atoms, 272000)
    for tier, factor in (("batch", HALF), ("flex", HALF), ("fast", TWICE)):
        combine(atoms, tier, factor)
    factors(out, [("batch", HALF), ("flex", HALF), ("fast", TWICE)], ["above", "region"], ["price-rules"])
    if model.startswith("gpt-5.6"):
        factors(out, [("priority", TWICE)], ["region"], ["litellm"],
                "from the rows of LiteLLM at the price before; whether it stacks with long prompts is not stated")


# Fast modes: litellm's price_multipliers; Opus 5.5 from its stated fast price (8/40 against 4/20).
FAST = {"claude-opus-4.6": (6, "litellm"), "claude-opus-4.7": (6, "litellm"), "claude-opus-4.8": (2, "litellm"),
        "claude-opus-5": (2, "litellm"), "claude-opus-5.5": (2, "price-rules")}
US_ONLY = {"claude-opus-5.5", "claude-sonnet-5.5", "claude-haiku-5.5", "claude-fable-5.1", "claude-mythos-5.1"}


def anthropic(model, atoms, out):
    cache_writes(atoms, hour=True)
    factors(out, [("batch", HALF)], ["above", "region"], ["price-rules"])
    if model in FAST:
        factor, source = FAST[model]
        factors(out, [("fast", Decimal(factor))], ["region"], [source], "fast mode; for classes without a row of their own")
    if model in US_ONLY:
        out.append(row(factor=Decimal("1.1"), when={"region": "us"}, stacks=["tier", "above"], names=["price-rules"],
                       note="processing in the US only, by the vendor's rule"))


GEMINI = ("gemini-2.5-", "gemini-3", "gemini-4")


def google(model, atoms, out):
    if not model.startswith(GEMINI):
        return
    for tier, factor in (("batch", HALF), ("flex", HALF), ("priority", Decimal("1.8"))):
        combine(atoms, tier, factor)
    factors(out, [("batch", HALF), ("flex", HALF), ("priority", Decimal("1.8"))], ["above", "thinking"], ["price-rules"])
    if model == "gemini-2.5-flash":  # the preview of spring 2025: every output token at 3.50 when it thought
        like = live(atoms, "input", thinking="off")[0]
        note = "preview price; with thinking all output is at the price of thinking"
        derive(atoms, like, "input", like.value, note, {"thinking": "on"})
        derive(atoms, like, "output", Decimal("3.5"), note, {"thinking": "on"})


def openai_snapshots(model, out):
    if model == "gpt-4o":
        out.append(row({"input": 5, "output": 15}, {"snapshot": "gpt-4o-2024-05-13"}, names=["price-rules"],
                       note="the first snapshot keeps its price; catalogues that match by prefix give it 2.50/10"))


def multipliers(claims, out):
    """Regional factors that LiteLLM holds; it multiplies the whole computed cost with them."""
    for claim in claims.get("regional_uplift", []):
        for region, factor in claim["value"].items():
            out.append(row(factor=factor, when={"region": region}, stacks=["tier", "above"], names=claim["sources"],
                           note="regional processing"))
    for claim in claims.get("price_multipliers", []):
        if "us" in claim["value"]:
            out.append(row(factor=claim["value"]["us"], when={"region": "us"}, stacks=["tier", "above"], names=claim["sources"],
                           note="processing in the US only"))


# Fees of the vendors' search tools that hold for every model that carries the tool, where the facts have no row of a model.
SEARCHES = {
    "openai": (Decimal(10), ["laozhang", "openrouter"], "o1 o3-mini o3 o3-pro o4-mini gpt-4.1 gpt-4.1-mini gpt-4.1-nano gpt-5 gpt-5-mini "
               "gpt-5-nano gpt-5-pro gpt-5.1 gpt-5.2 gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.4-pro gpt-5.5 gpt-5.5-pro "
               "gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna gpt-6-astra gpt-6-sol gpt-6-luna gpt-6.1-sol gpt-6.2-astra gpt-6.2-sol"),
    "xai": (Decimal(10), ["laozhang"], "grok-4.5"),
    "anthropic": (Decimal(10), ["litellm", "genai-prices"], "claude-opus-5.5 claude-sonnet-5.5 claude-haiku-5.5 claude-fable-5.1 "
                  "claude-mythos-5.1"),
    "google": (Decimal(14), ["litellm", "tokenmeter", "you-gemini"], "gemini-3.7-flash gemini-3.8-flash gemini-4-carbon "
               "gemini-4-hydrogen gemini-4-neon"),
}


def searches(model, who, atoms):
    value, names, models = SEARCHES.get(who, (None, None, ""))
    if model in models.split() and not live(atoms, "search"):
        atoms.append(Atom("search", value, {}, None, None, None, None, names, "fee of the vendor's search tool, a call"))


def apply(model, who, atoms, claims):
    """Adds derived atoms in place; returns rows of factors."""
    out = []
    if who == "openai":
        openai(model, atoms, out)
        openai_snapshots(model, out)
        if model.startswith("gpt-6"):
            for region in ("eu", "us"):
                out.append(row(factor=Decimal("1.1"), when={"region": region}, stacks=["tier", "above"],
                               names=["price-rules", "zdr-guide"], note="regional endpoints at 1.1 times"))
    elif who == "anthropic":
        anthropic(model, atoms, out)
    elif who == "google":
        google(model, atoms, out)
    if who in ("openai", "anthropic"):
        multipliers(claims, out)
    searches(model, who, atoms)
    return out
