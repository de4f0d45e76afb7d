"""Curates what the catalogue says of hardware: shapes of open models, devices, rents.

architectures(facts, more) -> {model id: section `architecture` of the model}
devices(facts, more)       -> {key: section}, the map `devices`
rentals(facts, more)       -> [row], the list `rentals`

Both arguments are the parsed files of facts. Rows hold figures; what they say only in notes (mixes of layers, widths of
feed-forward parts, names that drivers report) stands in the tables below, from the same configuration files. Keys are
those of src/catalog/architecture.h and device.h.

usage: hardware.py FACTS.json MORE.json     recomputes every total of parameters and cache a token and tells what differs
"""
import json
import re
import sys


def full(count, kv, dim):
    return {"kind": "full", "count": count, "kv_heads": kv, "head_dim": dim}


def window(count, kv, dim, tokens, kind="window"):
    return {"kind": kind, "count": count, "kv_heads": kv, "head_dim": dim, "window": tokens}


def mla(count, extra=0):
    row = {"kind": "mla", "count": count, "rank": 512, "rope": 64}
    return {**row, "extra_bytes": extra} if extra else row


def linear(count):
    return {"kind": "linear", "count": count}


def compressed(count, ratio):
    return {"kind": "compressed", "count": count, "kv_heads": 1, "head_dim": 512, "window": 128, "ratio": ratio,
            "shared_kv": True}


# What a configuration file says beside the figures of the facts. `layers` where they are not all full attention.
DEEPSEEK = {"ff": 18432, "expert_ff": 2048, "experts_shared": 1, "dense_layers": 3, "q_rank": 1536, "nope_dim": 128,
            "value_dim": 128, "native": "fp8"}
KIMI = {**DEEPSEEK, "dense_layers": 1}
GLM = {"ff": 12288, "expert_ff": 2048, "experts_shared": 1, "dense_layers": 3, "q_rank": 2048, "nope_dim": 192,
       "value_dim": 256, "native": "bf16"}
LINEAR_NOTE = "the constant state of its linear layers is not stated"
SHAPES = {
    "llama-3.1-8b": {"ff": 14336},
    "llama-3.3-70b": {"ff": 28672},
    "llama-3.1-405b": {"ff": 53248},
    "llama-4-scout": {"expert_ff": 8192, "experts_shared": 1, "layers": [full(12, 8, 128), window(36, 8, 128, 8192, "chunk")]},
    "llama-4-maverick": {"ff": 16384, "expert_ff": 8192, "experts_shared": 1, "dense_layers": 24,
                         "layers": [full(12, 8, 128), window(36, 8, 128, 8192, "chunk")]},
    "mixtral-8x7b": {"expert_ff": 14336},
    "mixtral-8x22b": {"expert_ff": 16384},
    "qwen3-8b": {"ff": 12288},
    "qwen3-32b": {"ff": 25600},
    "qwen3-30b-a3b": {"expert_ff": 768},
    "qwen3-235b-a22b": {"expert_ff": 1536},
    "qwen3-coder-480b-a35b": {"expert_ff": 2560},
    "qwen3.5-27b": {"ff": 17408, "layers": [full(16, 4, 256), linear(48)], "note": LINEAR_NOTE},
    "qwen3.5-35b-a3b": {"expert_ff": 512, "experts_shared": 1, "layers": [full(10, 2, 256), linear(30)], "note": LINEAR_NOTE},
    "qwen3.5-122b-a10b": {"expert_ff": 1024, "experts_shared": 1, "layers": [full(12, 2, 256), linear(36)],
                          "note": LINEAR_NOTE},
    "qwen3.5-397b-a17b": {"expert_ff": 1024, "experts_shared": 1, "layers": [full(15, 2, 256), linear(45)],
                          "note": LINEAR_NOTE},
    "deepseek-r1": DEEPSEEK,
    "deepseek-v3.2": {**DEEPSEEK, "layers": [mla(61, 128)]},
    "deepseek-v4-flash": {"native": "mxfp4-fp8", "layers": [compressed(21, 4), compressed(20, 128), {
        **window(2, 1, 512, 128), "shared_kv": True}],
        "note": "its first two layers see the window alone; cache derived from the ratios, not measured; index keys come on top"},
    "deepseek-v4-pro": {"native": "mxfp4-fp8", "layers": [compressed(30, 4), compressed(31, 128)],
                        "note": "cache derived from the ratios, not measured; index keys come on top"},
    "kimi-k2": KIMI,
    "kimi-k2.5": {**KIMI, "native": "int4"},
    "glm-5": GLM,
    "glm-5.2": GLM,
    "minimax-m2.5": {"expert_ff": 1536, "native": "fp8"},
    "minimax-m3": {"dense_layers": 3, "native": None, "note": "sparse attention saves compute, not cache"},
    "gpt-oss-20b": {"expert_ff": 2880, "total_b": 20.91, "native": "mxfp4", "layers": [full(12, 8, 64), window(12, 8, 64, 128)]},
    "gpt-oss-120b": {"expert_ff": 2880, "total_b": 116.79, "native": "mxfp4", "layers": [full(18, 8, 64), window(18, 8, 64, 128)]},
    "gemma-4-31b": {"tied": True, "layers": [full(10, 4, 512), window(50, 16, 256, 1024)],
                    "note": "keys and values of its global layers are one: half of their cache where an engine keeps them once"},
    "gemma-4-26b-a4b": {"tied": True, "layers": [full(5, 2, 512), window(25, 8, 256, 1024)],
                        "note": "keys and values of its global layers are one: half of their cache where an engine keeps them once"},
    "gemma-3-27b": {"ff": 21504, "tied": True, "layers": [full(10, 16, 128), window(52, 16, 128, 1024)]},
    "mistral-small-2506": {"ff": 32768},
    "hunyuan-a13b": {"experts_shared": 1},
    "kimi-k3": {"experts_shared": 2, "native": "mxfp4", "layers": [mla(24), linear(69)], "note": LINEAR_NOTE},
}
# Models that share a shape: id -> (whose, what differs).
SAME = {
    "llama-3.1-70b": ("llama-3.3-70b", {}),
    "qwen3.6-27b": ("qwen3.5-27b", {}),
    "qwen3-235b-a22b-instruct-2507": ("qwen3-235b-a22b", {"context": 262144}),
    "qwen3-235b-a22b-thinking-2507": ("qwen3-235b-a22b", {"context": 262144}),
    "deepseek-v3": ("deepseek-r1", {}),
    "deepseek-v3-0324": ("deepseek-r1", {}),
    "deepseek-r1-0528": ("deepseek-r1", {}),
    "deepseek-v3.1": ("deepseek-r1", {}),
    "kimi-k2-0905": ("kimi-k2", {"context": 262144}),
    "kimi-k2-thinking": ("kimi-k2.5", {}),
    "kimi-k2.6": ("kimi-k2.5", {}),
    "glm-5.1": ("glm-5", {}),
    "minimax-m2": ("minimax-m2.5", {}),
    "minimax-m2.7": ("minimax-m2.5", {}),
}


def layers_of(fact, shape):
    if "layers" in shape:
        return shape["layers"]
    if "mla_kv_lora_rope" in fact:
        return [mla(fact["layers"])]
    return [full(fact["layers"], fact["kv_heads"], fact["head_dim"])]


def architecture(fact, shape):
    is_mla = "mla_kv_lora_rope" in fact
    out = {"layers": layers_of(fact, shape), "hidden": fact["hidden"], "heads": fact["heads"]}
    if not is_mla:  # head_dim of an MLA model in the facts is hidden / heads, which no layer has
        out["head_dim"] = fact["head_dim"]
        out["kv_heads"] = fact["kv_heads"]
    if "vocab" in fact:
        out["vocab"] = fact["vocab"]
    if "experts" in fact:
        out["experts"] = fact["experts"]
        out["experts_active"] = fact["experts_per_token"]
    for key in ("ff", "expert_ff", "experts_shared", "dense_layers", "q_rank", "nope_dim", "value_dim", "tied"):
        if key in shape:
            out[key] = shape[key]
    out["total_b"] = shape.get("total_b") or fact.get("computed_total_b") or fact["published_total_b"]
    active = fact.get("published_active_b")
    if active and active < out["total_b"]:
        out["active_b"] = active
    out["context_most"] = fact["max_context"]
    if shape.get("native", "bf16"):
        out["native"] = shape.get("native", "bf16")
    out["source"] = [fact["source"]]
    if "note" in shape:
        out["note"] = shape["note"]
    return out


def architectures(facts, more):
    """Every architecture of the facts, and those of the models that share one."""
    del more
    by_id = {fact["model"]: fact for fact in facts["architectures"]}
    out = {name: architecture(fact, SHAPES[name]) for name, fact in by_id.items()}
    for name, (like, differs) in SAME.items():
        fact = {**by_id[like]}
        if "context" in differs:
            fact["max_context"] = differs["context"]
        out[name] = architecture(fact, SHAPES[like])
        known = f"same shape as {like}"
        out[name]["note"] = f"{known}; {out[name]['note']}" if "note" in out[name] else known
    return out


# --- devices -----------------------------------------------------------------------------------------------------------

# key -> (name in the facts, aliases: short names and what nvidia-smi and rocm-smi report, what only a note says).
DEVICES = {
    "a100-sxm": ("A100 SXM 80GB", ["a100", "a100 80gb", "A100-SXM4-80GB"], {}),
    "a100-pcie": ("A100 PCIe 80GB", ["A100 80GB PCIe"], {}),
    "a30": ("A30", [], {}),
    "h100-sxm": ("H100 SXM", ["h100", "H100 80GB HBM3", "H100 SXM5", "h100 80gb"], {}),
    "h100-pcie": ("H100 PCIe", [], {}),
    "h200-sxm": ("H200 SXM", ["h200"], {}),
    "b200-sxm": ("B200 SXM", ["b200"], {}),
    "b300-sxm": ("B300 SXM", ["b300"], {}),
    "gb200": ("GB200 (per GPU)", ["gb200"], {}),
    "gb300": ("GB300 (per GPU)", ["gb300"], {}),
    "l4": ("L4", [], {}),
    "l40s": ("L40S", [], {}),
    "rtx-pro-6000": ("RTX PRO 6000 Blackwell", ["pro 6000", "RTX PRO 6000 Blackwell Workstation Edition",
                                               "RTX PRO 6000 Blackwell Server Edition"], {}),
    "arc-pro-b60": ("Intel Arc Pro B60", ["b60"], {}),
    "mi300x": ("MI300X", [], {}),
    "mi325x": ("MI325X", [], {}),
    "mi355x": ("MI355X", ["mi350x"], {}),
    "mi250x": ("MI250X", [], {}),
    "mi210": ("MI210", [], {}),
    "rtx-5090": ("RTX 5090", ["5090"], {}),
    "rtx-4090": ("RTX 4090", ["4090"], {}),
    "rtx-3090": ("RTX 3090", ["3090"], {}),
    "rtx-5080": ("RTX 5080", ["5080"], {}),
    "rx-7900-xtx": ("RX 7900 XTX", ["7900 xtx"], {}),
    "t4": ("T4", [], {"bf16_tflops": 65}),
    "v100": ("V100 32GB", ["V100-SXM2-32GB", "V100-PCIE-32GB"], {"bf16_tflops": 125}),
    "a10g": ("A10G", [], {}),
    "rtx-a6000": ("RTX A6000", ["a6000"], {}),
    "h20": ("H20", [], {}),
    "tpu-v5e": ("TPU v5e", ["v5e"], {}),
    "m1-max": ("Apple M1 Max", [], {}),
    "m2-ultra": ("Apple M2 Ultra", [], {}),
    "m3-max": ("Apple M3 Max", [], {}),
    "m3-ultra": ("Apple M3 Ultra", [], {}),
    "m4": ("Apple M4", [], {}),
    "m4-pro": ("Apple M4 Pro", [], {}),
    "m4-max": ("Apple M4 Max", [], {}),
    "m5": ("Apple M5", [], {}),
    "m5-pro": ("Apple M5 Pro", [], {}),
    "m5-max": ("Apple M5 Max", [], {}),
    "strix-halo": ("AMD Strix Halo (Ryzen AI Max+ 395)", ["strix halo", "Ryzen AI Max+ 395"], {}),
    "desktop-ddr5": ("Desktop CPU, 2-channel DDR5-5600/6000", ["desktop", "ddr5"], {}),
    "server-ddr5-8": ("Server CPU, 8-channel DDR5-4800", ["server 8-channel"], {}),
    "server-ddr5-12": ("Server CPU, 12-channel DDR5-4800", ["server", "server 12-channel"], {}),
}
# Bandwidths that the facts lack are those of the makers' data sheets.
MOBILE = {
    "iphone-15-pro": ("iPhone 15 Pro / Pro Max (A17 Pro)", ["iphone 15 pro", "iphone 15 pro max", "a17 pro"], {}),
    "iphone-16": ("iPhone 16, 16 Plus, 16e (A18)", ["iphone 16 plus", "iphone 16e", "a18"], {}),
    "iphone-16-pro": ("iPhone 16 Pro / Pro Max (A18 Pro)", ["iphone 16 pro max", "a18 pro"], {}),
    "pixel-8": ("Pixel 8", [], {}),
    "pixel-8-pro": ("Pixel 8 Pro", [], {}),
    "pixel-9": ("Pixel 9 (base)", [], {}),
    "pixel-9-pro-xl": ("Pixel 9 Pro XL", [], {}),
    "galaxy-s24-ultra": ("Galaxy S24 Ultra", ["s24 ultra"], {}),
    "iphone-17": ("iPhone 17 (A19)", ["a19"], {}),
    "iphone-17-pro": ("iPhone 17 Pro / Pro Max (A19 Pro)", ["iphone 17 pro max", "a19 pro"], {}),
    "pixel-10": ("Pixel 10", [], {}),
    "galaxy-s26-ultra": ("Galaxy S26 Ultra (Snapdragon 8 Elite Gen 5)", ["s26 ultra"], {}),
    "raspberry-pi-5-16gb": ("Raspberry Pi 5 16GB", ["raspberry pi 5", "pi 5", "rpi5"], {"bandwidth": "17.1 GB/s"}),
    "raspberry-pi-5-8gb": ("Raspberry Pi 5 8GB", ["pi 5 8gb"], {"bandwidth": "17.1 GB/s"}),
    "hailo-10h": ("Raspberry Pi AI HAT+ 2 (Hailo-10H)", ["ai hat+ 2"], {}),
    "jetson-orin-nano": ("Jetson Orin Nano Super 8GB", ["orin nano"], {}),
    "jetson-orin-nx": ("Jetson Orin NX 16GB", ["orin nx"], {"bandwidth": "102.4 GB/s"}),
    "jetson-agx-orin": ("Jetson AGX Orin 64GB", ["agx orin"], {"bandwidth": "204.8 GB/s"}),
    "jetson-thor": ("Jetson AGX Thor (T5000)", ["jetson agx thor", "thor", "t5000"], {"bandwidth": "273 GB/s"}),
    "macbook-air-m4": ("MacBook Air M4 (chip data)", ["macbook air m4"], {}),
    "m5-laptop": ("Apple M5 laptop class (chip data)", ["m5 laptop"], {}),
}
KINDS = {"gpu": "gpu", "unified": "unified", "cpu": "cpu", "tpu": "tpu", "phone": "phone", "board": "board",
         "accelerator": "board", "laptop": "unified"}
SHARE_BASIS = "default share of the graphics unit: two thirds up to 36 GB, three quarters above"


def figure(n):
    return f"{n:g}"


def source_list(source):
    """Names of sources and addresses; a description of a file becomes a name that says what it is."""
    names = list(source) if isinstance(source, list) else [source]
    return ["public phone comparison data" if name.startswith("stored public") else name for name in names]


def device(fact, aliases, differs):
    out = {"name": fact["name"]}
    if aliases:
        out["aliases"] = aliases
    out["kind"] = KINDS[fact["kind"]]
    if fact.get("mem_gb"):
        out["memory"] = figure(fact["mem_gb"]) + " GB"
    if out["kind"] == "unified" and fact.get("mem_gb"):
        out["usable"] = figure(round(fact["mem_gb"] * (2 / 3 if fact["mem_gb"] <= 36 else 0.75), 1)) + " GB"
        out["usable_basis"] = SHARE_BASIS
    if fact.get("bw_gb_s"):
        out["bandwidth"] = figure(fact["bw_gb_s"]) + " GB/s"
    for bits in ("bf16", "fp8", "fp4"):
        if fact.get(f"{bits}_dense_tflops"):
            out[f"{bits}_tflops"] = fact[f"{bits}_dense_tflops"]
    if fact.get("watts"):
        out["watts"] = fact["watts"]
    out.update(differs)
    if "note" in fact:
        out["note"] = fact["note"]
    out["source"] = source_list(fact["source"])
    return out


def mobile(fact, aliases, differs):
    out = {"name": fact["name"]}
    if aliases:
        out["aliases"] = aliases
    out["kind"] = KINDS[fact["kind"]]
    if "memory_gb" in fact:
        out["memory"] = figure(fact["memory_gb"]) + " GB"
    if "usable_gb_for_models" in fact:
        out["usable"] = figure(fact["usable_gb_for_models"]) + " GB"
        out["usable_basis"] = fact["usable_basis"]
    if "bandwidth_gb_s" in fact:
        out["bandwidth"] = figure(fact["bandwidth_gb_s"]) + " GB/s"
    if "npu_tops" in fact:
        out["npu_tops"] = fact["npu_tops"]
    if "bandwidth" in differs:
        out["bandwidth"] = differs["bandwidth"]
    measured = "; ".join(f"{what} {value:g}" for what, value in fact.get("measured", {}).items())
    note = "; ".join(part for part in (fact.get("note"), measured and f"measured: {measured}") if part)
    if note:
        out["note"] = note
    out["source"] = source_list(fact["source"]) + (["vendor-spec"] if "bandwidth" in differs else [])
    out["checked"] = fact["as_of"]
    if fact.get("second_hand"):
        out["second_hand"] = True
    return out


def rows_of(table, facts, make):
    """One section a row of the table; a row of the facts that the table does not name is an error, and the reverse."""
    by_name = {fact["name"]: fact for fact in facts}
    named = {name for name, _, _ in table.values()}
    if named != set(by_name):
        raise SystemExit(f"hardware.py: devices differ from the facts: {sorted(named ^ set(by_name))}")
    return {key: make(by_name[name], aliases, differs) for key, (name, aliases, differs) in table.items()}


def devices(facts, more):
    return {**rows_of(DEVICES, facts["devices"], device), **rows_of(MOBILE, more["devices_mobile"], mobile)}


# Names of the survey -> (device, what the name leaves open).
RENTED = {"H100": ("h100-sxm", "SXM or PCIe not said"), "A100 80GB": ("a100-sxm", "SXM or PCIe not said")}


def rentals(facts, more):
    del more
    keys = {name: key for key, (name, _, _) in DEVICES.items()}
    out = []
    for fact in facts["gpu_rental"]:
        key, open_point = RENTED.get(fact["device"]) or (keys[fact["device"]], None)
        note = "; ".join(part for part in (open_point, fact.get("note")) if part)
        row = {"device": key, "low": f"{fact['usd_per_hour_low']:.2f} USD/hour", "high": f"{fact['usd_per_hour_high']:.2f} USD/hour"}
        median = re.search(r"median about ([0-9.]+)", note)
        if median:
            row["median"] = f"{float(median.group(1)):.2f} USD/hour"
        out.append({**row, "date": fact["date"], "note": note, "source": source_list(fact["source"])})
    return out


# --- self-check --------------------------------------------------------------------------------------------------------

def total_b(a):
    """Billions of parameters by the widths: embeddings, attention, feed-forward parts, experts and their router. None
    where widths are not known, or layers differ from each other."""
    h, vocab = a["hidden"], a.get("vocab", 0)
    n = sum(layer["count"] for layer in a["layers"])
    dense = a.get("dense_layers", 0 if "experts" in a else n)
    if not vocab or (dense and "ff" not in a) or (n > dense and "expert_ff" not in a) or any(
            layer["kind"] in ("linear", "compressed") for layer in a["layers"]):
        return None
    if "q_rank" in a:
        d = a["nope_dim"] + 64
        attention = h * a["q_rank"] + a["q_rank"] * a["heads"] * d + h * 576 + 512 * a["heads"] * (a["nope_dim"] + a["value_dim"]) \
            + a["heads"] * a["value_dim"] * h
    elif "head_dim" not in a:
        return None
    else:
        attention = 2 * h * a["heads"] * a["head_dim"] + 2 * h * a["kv_heads"] * a["head_dim"]
    experts = (a.get("experts", 0) + a.get("experts_shared", 0)) * 3 * h * a.get("expert_ff", 0) + h * a.get("experts", 0)
    return (vocab * h * (1 if a.get("tied") else 2) + n * attention + dense * 3 * h * a.get("ff", 0) + (n - dense) * experts) / 1e9


def kv_per_token(a):
    per = 0
    for layer in a["layers"]:
        if layer["kind"] == "full":
            per += layer["count"] * 2 * layer["kv_heads"] * layer["head_dim"] * 2
        elif layer["kind"] == "mla":
            per += layer["count"] * ((layer["rank"] + layer["rope"]) * 2 + layer.get("extra_bytes", 0))
        elif layer["kind"] == "compressed":
            per += layer["count"] * layer["kv_heads"] * layer["head_dim"] * 2 / layer["ratio"]
    return per


def main():
    facts, more = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
    made = architectures(facts, more)
    for fact in facts["architectures"]:
        a = made[fact["model"]]
        layers = sum(layer["count"] for layer in a["layers"])
        if layers != fact["layers"] or kv_per_token(a) != fact["kv_bytes_per_token_bf16"]:
            print(f"{fact['model']}: {layers} layers, {kv_per_token(a):g} bytes a token; facts say {fact['layers']}, "
                  f"{fact['kv_bytes_per_token_bf16']}")
        computed, said = total_b(a), fact.get("computed_total_b")
        if computed and abs(computed / (said or fact["published_total_b"]) - 1) > (0.0005 if said else 0.03):
            print(f"{fact['model']}: {computed:.2f} B by its widths; facts say {said or fact['published_total_b']}")
    print(f"{len(made)} architectures, {len(devices(facts, more))} devices, {len(rentals(facts, more))} rentals")


if __name__ == "__main__":
    main()
