#!/usr/bin/env bash
# Puts the summary under the pull request that started the job; a comment of an earlier run of the same task is renewed.
set -euo pipefail

number=$(python3 -c 'import json, os; print(json.load(open(os.environ["GITHUB_EVENT_PATH"])).get("pull_request", {}).get("number", ""))')
if [[ -z $number ]]; then
	echo "No pull request started this job: no comment."
	exit 0
fi
mark="<!-- fulcrum $(printf %s "$INPUT_TASK" | sha256sum | cut -c 1-16) -->"
body=$RUNNER_TEMP/fulcrum-comment.md
{
	echo "$mark"
	cat "$SUMMARY"
} >"$body"
old=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$number/comments" --jq ".[] | select(.body | startswith(\"$mark\")) | .id" | head -n 1)
if [[ -n $old ]]; then
	gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$old" -F "body=@$body" --silent
else
	gh api --method POST "repos/$GITHUB_REPOSITORY/issues/$number/comments" -F "body=@$body" --silent
fi
