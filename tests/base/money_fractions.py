"""Exact money against Python's fractions on 100,000 random cases.  usage: money_fractions.py ORACLE"""
import random
import subprocess
import sys
from fractions import Fraction

SEED, CASES, MOST = 20240611, 100000, 2**63 - 1


def ceil(f):
    return -(-f.numerator // f.denominator)


def decimal(r):
    digits = "".join(r.choice("0123456789") for _ in range(r.randint(1, 12)))
    text = digits + ("." + "".join(r.choice("0123456789") for _ in range(r.randint(1, 14))) if r.random() < .7 else "")
    if r.random() < .2:
        text += "e" + str(r.randint(-12, 6))
    return ("-" if r.random() < .2 else "") + text


def case(r):
    op = r.choice("pult")
    if op in "pu":
        x = decimal(r)
        v = Fraction(x) * 10**9
        whole = (ceil(v) if v >= 0 else -ceil(-v)) if op == "u" else (v.numerator if v.denominator == 1 else None)
        return f"{op} {x} -", whole if whole is not None and abs(whole) <= MOST else None
    units, rate = r.randrange(1 << r.randint(1, 63)), r.randrange(1 << r.randint(1, 62))
    v = ceil(Fraction(units * rate, 10**6 if op == "l" else 10**12))
    return f"{op} {units} {rate}", v if v <= MOST else None


def main():
    r = random.Random(SEED)
    cases = [case(r) for _ in range(CASES)]
    out = subprocess.run([sys.argv[1]], input="\n".join(q for q, _ in cases) + "\n", capture_output=True, text=True, check=True)
    got = out.stdout.split("\n")[:-1]
    wrong = [(q, want, g) for (q, want), g in zip(cases, got) if g != ("refused" if want is None else str(want))]
    for q, want, g in wrong[:10]:
        print(f"# {q}: got {g}, want {want}")
    ok = not wrong and len(got) == CASES
    print("1..1")
    print(f"{'ok' if ok else 'not ok'} 1 - money agrees with fractions on {CASES} random cases (seed {SEED})")
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
