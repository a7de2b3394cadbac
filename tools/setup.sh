#!/bin/sh
# Sets up everything that `make run` (argument: run) or `make test` (argument: test) needs, and only what is missing.
set -eu
cd "$(dirname "$0")/.."
wanted=$1
python=${PYTHON:-python3}

apt() { # install Debian packages, or print the command where there are no rights to
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing $*"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    else
        echo "missing: $*. Please run: sudo apt-get install $*" >&2
        exit 1
    fi
}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "airshed needs Python 3.11 or newer; set PYTHON=python3.11 or so" >&2
    exit 1
}
"$python" -c 'import ensurepip, venv' 2>/dev/null || apt python3-venv
[ -x .venv/bin/python ] || { echo "making .venv"; "$python" -m venv .venv; }

install() { # install the pinned packages of a lock file, then the package itself
    echo "installing the packages of requirements/$1.txt (once)"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$1.txt"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
}

install "$wanted"
if [ "$wanted" = test ]; then
    command -v chromium >/dev/null || apt chromium
    fc-list 2>/dev/null | grep -qi 'noto.*cjk' || apt fontconfig fonts-noto-cjk
fi
touch ".venv/.$wanted"
