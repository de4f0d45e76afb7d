"""A program that grades: {"item", "answer", "expected"} a line in, {"score", "reason"} a line out.

Full marks for the expected word, half for an answer that has it somewhere among others.
"""
import json
import sys

for line in sys.stdin:
    q = json.loads(line)
    said, wanted = q["answer"].strip().lower(), str(q["expected"]).strip().lower()
    if said == wanted:
        verdict = {"score": 1, "reason": "the expected word"}
    elif wanted in said:
        verdict = {"score": 0.5, "reason": "the expected word among others"}
    else:
        verdict = {"score": 0, "reason": f"not {wanted}"}
    print(json.dumps(verdict), flush=True)
