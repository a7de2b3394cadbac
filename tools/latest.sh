#!/bin/sh
# Runs the suite with the newest of every package, without the lock, on each Python from 3.11 on that is present.
# Arguments are handed to pytest: tools/latest.sh tests/pack. LATEST="3.13" chooses the Pythons.
set -eu
cd "$(dirname "$0")/.."
found=""
failed=""
for version in ${LATEST:-3.11 3.12 3.13 3.14}; do
    # A name may be there and lead nowhere (a shim): ask it.
    "python$version" -c 'import ensurepip, venv' 2>/dev/null || { echo "python$version is not here: left out"; continue; }
    found="$found $version"
    echo "== Python $version with the newest packages"
    rm -rf ".latest/$version"
    "python$version" -m venv ".latest/$version"
    ".latest/$version/bin/python" -m pip install --quiet --disable-pip-version-check hatchling editables
    ".latest/$version/bin/python" -m pip install --quiet --disable-pip-version-check --no-build-isolation -e '.[test,docs]'
    ".latest/$version/bin/python" -m pip freeze --exclude-editable >".latest/$version.txt"
    ".latest/$version/bin/python" -m pytest -n 2 --dist loadfile -p no:benchmark "$@" || failed="$failed $version"
done
[ -n "$found" ] || { echo "no Python from 3.11 on is here" >&2; exit 1; }
echo "ran with the newest packages on Python$found; failed on:${failed:- none}"
[ -z "$failed" ]
