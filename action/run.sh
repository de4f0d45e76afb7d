#!/usr/bin/env bash
# Runs the command, keeps what it says, puts the summary on the job's page. Outputs: status, json, junit, summary, candidate,
# statement. Ends with 0 whatever the program said, so that the steps behind it run; the last step ends with its status.
set -euo pipefail

case $INPUT_COMMAND in
eval | balance) ;;
*)
	echo "::error title=Fulcrum::the command is eval or balance, not '$INPUT_COMMAND'" >&2
	exit 2
	;;
esac

args=()
if [[ -n $INPUT_ARGS ]]; then # quotes are read, nothing is run or expanded
	words=$(xargs -n 1 printf '%s\n' <<<"$INPUT_ARGS") || {
		echo "::error title=Fulcrum::the args have a quote without its end" >&2
		exit 2
	}
	mapfile -t args <<<"$words"
fi

place=$(mktemp -d "$RUNNER_TEMP/fulcrum-run.XXXXXX")
[[ $INPUT_COMMAND != balance || " ${args[*]} " == *" --report"* ]] || args+=(--report "$place/report.html")
status=0
"$FULCRUM" "$INPUT_COMMAND" "$INPUT_TASK" --json --junit "$place/junit.xml" --summary "$place/summary.md" "${args[@]}" >"$place/answer.json" ||
	status=$?

# One member of the answer, on one line; empty where it is not there.
member() {
	python3 - "$place/answer.json" "$@" <<-'PYTHON'
		import json, sys
		try:
		    v = json.load(open(sys.argv[1], encoding="utf-8"))
		except ValueError:
		    v = {}
		for key in sys.argv[2:]:
		    v = v.get(key) if isinstance(v, dict) else None
		print(" ".join(str(v or "").split()))
	PYTHON
}

if [[ ! -s $place/summary.md ]]; then # it did not come so far: say why
	printf '## fulcrum %s\n\nEnded with status %s: `%s`\n' "$INPUT_COMMAND" "$status" "$(member error message | tr -d '`')" >"$place/summary.md"
	echo "::error title=Fulcrum::$(member error message)" >&2
fi
cat "$place/summary.md" >>"$GITHUB_STEP_SUMMARY"
{
	echo "status=$status"
	echo "json=$place/answer.json"
	echo "junit=$place/junit.xml"
	echo "summary=$place/summary.md"
	echo "candidate=$(member decision candidate)"
	echo "statement=$(member decision statement)"
} >>"$GITHUB_OUTPUT"
