#!/usr/bin/env bash
# Finds or fetches the program; output: program.
set -euo pipefail

say() {
	echo "::error title=Fulcrum::$1" >&2
	exit 2
}

place=$RUNNER_TEMP/fulcrum
mkdir -p "$place"

# A release of this action's repository, checked against the sums that stand beside it.
fetch() {
	local version=${1#v} name base
	[[ $version =~ ^[0-9A-Za-z.+~-]+$ ]] || say "'$1' is no version"
	name=fulcrum-$version-linux-$(uname -m).tar.gz
	base=${FULCRUM_RELEASES:-https://github.com/$ACTION_REPOSITORY/releases/download}/v$version
	for file in "$name" SHA256SUMS; do
		curl -fsSL --retry 3 -o "$place/$file" "$base/$file" || say "$base/$file cannot be fetched"
	done
	(cd "$place" && grep -F "  $name" SHA256SUMS | sha256sum --check --strict --quiet) || say "$name is not what its release says"
	unpack "$place/$name"
}

unpack() {
	tar -xzf "$1" -C "$place" --strip-components=1
	program=$place/bin/fulcrum
}

if [[ -n $INPUT_PATH ]]; then
	case $INPUT_PATH in
	*.tar.gz) unpack "$INPUT_PATH" ;;
	*.whl)
		python3 -m venv "$place/python"
		"$place/python/bin/pip" install --quiet --disable-pip-version-check --no-index "$INPUT_PATH"
		program=$place/python/bin/fulcrum
		;;
	*) program=$(realpath "$INPUT_PATH") ;;
	esac
elif [[ -n $INPUT_VERSION ]]; then
	fetch "$INPUT_VERSION"
else
	program=$(command -v fulcrum) || say "give a version or a path, or have fulcrum installed"
fi
"$program" --version || say "$program does not run"
echo "program=$program" >>"$GITHUB_OUTPUT"
