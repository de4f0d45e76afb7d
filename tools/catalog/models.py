"""Claims of models: what each source says, side by side."""
import re
from decimal import Decimal

from corrections import DOUBTED, INPUT_LIMITS
from emit import Flow, Text, Word
from facts import day, reword, sources
from names import own_provider
from sourcelist import rank, as_of

LICENCES = {"Apache 2.0": "Apache-2.0", "Mit": "MIT", "Modified MIT License": "Modified MIT", "Qwen License Agreement": "Qwen"}
MODALITIES = ["text", "image", "pdf", "file", "audio", "video"]


def claim(value, names, note=None, checked=None):
    if isinstance(value, bool):
        value = Word("yes" if value else "no")
    out = Flow(value=value, source=sources(names))
    if checked:
        out["checked"] = day(checked)
    if note:
        out["note"] = Text(note)
    return out


def claims(model, name, make, raw=None):
    """The facts' claims of one name, doubted ones apart, best first."""
    out = []
    for c in raw if raw is not None else model["claims"].get(name, []):
        left = []
        for s in c["sources"]:
            key = (model["id"], name, c["value"] if not isinstance(c["value"], list) else None, s)
            if key in DOUBTED:
                out.append(claim(make(c["value"]), "doubted", "%s: %s" % (sources(s), DOUBTED[key])))
            else:
                left.append(s)
        if left:
            out.append(claim(make(c["value"]), left))
    merged = []
    for c in out:
        twin = next((m for m in merged if m["value"] == c["value"] and "note" not in m and "note" not in c), None)
        if twin:
            both = listed(twin["source"]) + listed(c["source"])
            twin["source"] = sources(both)
        else:
            merged.append(c)
    return sorted(merged, key=standing)


def listed(source):
    return source if isinstance(source, list) else [source]


def standing(c):
    names = listed(c["source"])
    return min(rank(n) for n in names), -len(names), [-int(max(as_of(n) for n in names).replace("-", ""))]


def one(found):
    """A single claim stands alone, several as a list."""
    return found[0] if len(found) == 1 else found


def split_hosts(model, name, make):
    """Claims of limits: (of the model, {provider: claims of one host})."""
    own, hosts = [], {}
    for c in model["claims"].get(name, []):
        left = []
        for s in c["sources"]:
            host = s.partition(":")[2] if s.startswith("litellm:") else None
            who = host and {"together_ai": "together", "fireworks_ai": "fireworks", "azure_ai": "azure-ai",
                            "amazon-bedrock": "bedrock"}.get(host, host)
            if who and who != own_provider(model["lab"]):
                hosts.setdefault(who, []).append(claim(make(c["value"]), s))
            else:
                left.append(s)
        if left:
            own.append({"value": c["value"], "sources": left})
    return own, hosts


def words(value):
    return [m for m in MODALITIES if m in value]


def reasoning(model):
    """How thinking is set, one row a source and kind."""
    rows = []
    for c in model["claims"].get("reasoning_control", []):
        value, source = c["value"], sources(c["sources"])
        if isinstance(value, str):
            head, _, rest = value.partition(", default ")
            level, _, note = rest.partition("; ")
            rows.append(Flow(kind="adaptive" if head == "adaptive" else "always", default=level, source=source,
                             **({"note": Text(note)} if note else {})))
        elif isinstance(value, dict):
            rows.append(of_openrouter(value, source))
        elif isinstance(value[0], str):
            levels = [v.replace(" (default)", "") for v in value]
            default = [v[:-10] for v in value if v.endswith(" (default)")]
            rows.append(Flow(kind="effort", levels=levels, **({"default": default[0]} if default else {}), source=source))
        else:
            rows += [of_models_dev(v, source) for v in value]
    return rows


LEVELS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"]


def of_models_dev(v, source):
    if v["type"] == "effort":
        return Flow(kind="effort", levels=sorted(v["values"], key=LEVELS.index), source=source)
    if v["type"] == "toggle":
        return Flow(kind="toggle", source=source)
    out = Flow(kind="budget")
    if v.get("min"):
        out["budget_least"] = v["min"]
    if v.get("max"):
        out["budget_most"] = v["max"]
    out["source"] = source
    return out


def of_openrouter(v, source):
    out, note = Flow(), []
    efforts = v.get("supported_efforts")
    out["kind"] = "effort" if efforts else "always" if v["mandatory"] else "toggle"
    if efforts:
        out["levels"] = sorted(efforts, key=LEVELS.index)
        if v.get("default_effort"):
            out["default"] = v["default_effort"]
        if v["mandatory"]:
            note.append("cannot be switched off")
    if v.get("default_enabled") is False:
        note.append("off by default")
    elif v.get("default_enabled") and not v["mandatory"]:
        note.append("on by default")
    if v.get("supports_max_tokens"):
        note.append("takes a budget of tokens too")
    out["source"] = source
    if note:
        out["note"] = Text(", ".join(note))
    return out


FAMILY = [(r"(gpt-3\.5).*", None), (r"(gpt-3|davinci).*", "gpt-3"), (r"(gpt-4o|gpt-4\.1|gpt-4\.5|gpt-4|gpt-oss).*", None), (r"(gpt-\d+(\.\d+)?).*", None),
          (r"(o[134]).*", None), (r"claude-[\d.]+-(haiku|sonnet|opus)", "claude-\\1"), (r"(claude-[a-z]+)-[\d.]+", None),
          (r"(gemini-\d(?:\.\d)?|gemma-\d).*", None), (r"(grok-\d|grok-code).*", None), (r"(qwen[\d.]+|llama-[\d.]+|kimi-k\d|glm-\d|minimax-m\d).*", None),
          (r"(deepseek-[vr]\d).*", None), (r"(mistral-[a-z]+|mixtral|codestral|devstral|nova|sonar|nemotron-\d|hunyuan|command|muse|mimo).*", None)]


def family(model):
    for pattern, name in FAMILY:
        m = re.match(pattern + "$", model)
        if m:
            return m.expand(name) if name and "\\" in name else name or m.group(1)
    return None


def openness(model):
    """Where it can be seen whether weights are open: the catalogues that state it, else what the model is known from."""
    seen = [s for cs in model["claims"].values() for c in cs for s in c["sources"]]
    for name in ("models.dev", "artificial-analysis", "openrouter"):
        if name in seen:
            return name
    return listed(sources(seen))[0] if seen else "vendor-pages"


def put(out, key, found):
    if found:
        out[key] = one(found)


def merge(found, extra):
    """Adds claims to found ones; equal values share a claim."""
    for e in extra:
        twin = next((f for f in found if f["value"] == e["value"] and "note" not in e), None)
        if twin:
            twin["source"] = sources(listed(twin["source"]) + listed(e["source"]))
        else:
            found.append(e)
    return sorted(found, key=standing)


def build(model, changes, architectures):
    """The model's section without offers and measurements, and {provider: limits as served}. `changes` are claims that
    the second file of facts and the tables of changes.py add: {key: [claim] or word}."""
    out = {"name": Text(model["name"]), "lab": model["lab"]}
    if family(model["id"]):
        out["family"] = Text(family(model["id"]))
    status = changes.get("status") or next((c["value"] for c in model["claims"].get("status", [])), None)
    if not status and "preview" in model["name"].lower():
        status = "preview"
    if status:
        out["status"] = status

    def add(key, name, make):
        put(out, key, merge(claims(model, name, make), changes.get(key, [])))

    add("released", "release_date", day)
    put(out, "deprecates", merge([], changes.get("deprecates", [])))
    put(out, "retires", merge([], changes.get("retires", [])))
    for key in ("replaced_by", "answered_by"):
        if key in changes:
            out[key] = changes[key]
    add("access", "access", Text)
    out["open_weights"] = claim(model["open_weights"], openness(model))
    licence = claims(model, "license", lambda v: LICENCES.get(v, v))
    note = model["license_note"].replace("see source", "")
    if model["open_weights"] and note and not any(c["value"] == note for c in licence):
        licence.append(claim(note, "vendor-pages" if not licence else "general"))
    put(out, "licence", licence)
    add("commercial", "commercial_use", bool)
    add("openness", "openness_index", lambda v: round(Decimal(v), 2))
    add("total_params_b", "total_params_b", lambda v: v)
    add("active_params_b", "active_params_b", lambda v: v)
    weights = [Flow(repo=c["value"], source=sources(c["sources"])) for c in model["claims"].get("weights_repo", [])]
    if weights:
        out["weights"] = weights
    if model["id"] in architectures:
        shape = architectures[model["id"]]
        out["architecture"] = {k: [Flow(x) for x in v] if k == "layers" else v for k, v in shape.items()}
    hosts = limits(model, out, changes)
    add("cache_least", "prompt_cache_min_tokens", int)
    put(out, "inputs", merge(claims(model, "modalities_in", words), changes.get("inputs", [])))
    put(out, "outputs", merge(claims(model, "modalities_out", words), changes.get("outputs", [])))
    add("knowledge", "knowledge_cutoff", day)
    for key in ("tools", "structured_output", "logprobs", "temperature"):
        add(key, key, bool)
    add("reasons", "reasoning", bool)
    if reasoning(model):
        out["reasoning"] = reasoning(model)
    if "refuses" in changes:
        out["refuses"] = changes["refuses"]
    put(out, "token_factor", changes.get("token_factor", []))
    put(out, "notes", notes(model) + changes.get("notes", []))
    return out, hosts


def limits(model, out, changes):
    context, hosts_context = split_hosts(model, "context_tokens", int)
    most, hosts_most = split_hosts(model, "max_output_tokens", int)
    inputs = list(model["claims"].get("max_input_tokens", []))
    for c in context:  # LiteLLM's figure is its max_input_tokens
        if c["value"] in INPUT_LIMITS and "litellm" in c["sources"]:
            c["sources"] = [s for s in c["sources"] if s != "litellm"]
            inputs.append({"value": c["value"], "sources": ["litellm"]})
    put(out, "context", merge(claims(model, "context_tokens", int, [c for c in context if c["sources"]]), changes.get("context", [])))
    put(out, "max_input", claims(model, "max_input_tokens", int, inputs))
    put(out, "max_output", claims(model, "max_output_tokens", int, most))
    hosts = {}
    for key, found in (("context", hosts_context), ("max_output", hosts_most)):
        for who, cs in found.items():
            hosts.setdefault(who, {})[key] = one(cs)
    return hosts


NOTE_NAMES = ("note", "context_note", "tokenizer_note", "lifecycle")


def notes(model):
    out = []
    for name in NOTE_NAMES:
        out += claims(model, name, Text)
    for c in model["claims"].get("free_tier", []):
        if c["value"] is False:
            out.append(claim(Text("no free tier"), c["sources"]))
    for c in out:
        c["value"] = Text(reword(c["value"]))
    return out


