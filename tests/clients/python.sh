#!/usr/bin/env bash
# Runs a script here with the distribution's Python and its redis package. usage: python.sh SCRIPT; exit code 77: there
# is none.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
unpacked=$here/../../.deps/root/usr/lib/python3/dist-packages
export PYTHONPATH="$unpacked${PYTHONPATH:+:$PYTHONPATH}" PYTHONDONTWRITEBYTECODE=1

for python in /usr/bin/python3 python3; do
    if command -v "$python" >/dev/null && "$python" -c 'import redis' 2>/dev/null; then
        exec "$python" "$here/$1"
    fi
done
echo "skipped: no python3 with its package redis (Debian: python3-redis)" >&2
exit 77
