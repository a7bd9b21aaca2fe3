#!/bin/sh
# Make .venv ready for the course; when it is ready already, say nothing and change nothing.
# The Makefile calls this before every target that needs Python. PYTHON=... names the Python to use.
#
#   .venv/convlab-ready       the files below as they were when the last installation was complete
#   .venv/convlab-installing  the number of the process that installs; stays behind if that is interrupted
set -eu
CDPATH='' cd "$(dirname "$0")/.."

ready=.venv/convlab-ready
installing=.venv/convlab-installing

# What an installation is made from; all else is used where it lies.
sources() { cat pyproject.toml jupyter-config/server.json; }

say() { printf '%s\n' "$*"; }

stop() {
    printf 'convlab: %s\n' "$*" >&2
    exit 1
}

# Does this command run, and is it Python 3.10 or newer? (A pyenv shim can be there and run nothing.)
is_python() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; }

version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

can_make_venv() { has_uv || "$1" -c 'import venv, ensurepip' >/dev/null 2>&1; }

has_uv() { uv --version >/dev/null 2>&1; }

# Print the path of the Python to use, or stop with the one line that helps.
find_python() {
    if [ -n "${PYTHON-}" ]; then
        is_python "$PYTHON" || stop "PYTHON=$PYTHON is not a Python 3.10 or newer that runs; name another one"
        set -- "$PYTHON"
    else
        set -- python3 python python3.14 python3.13 python3.12 python3.11 python3.10
    fi
    old='' bare=''
    for name; do
        if ! is_python "$name"; then
            old=${old:-$(version "$name" || true)}
        elif can_make_venv "$name"; then
            command -v "$name"
            return
        else
            bare=${bare:-$name}
        fi
    done
    [ -z "$bare" ] ||
        stop "$bare has no venv module; on Debian and Ubuntu: sudo apt install python$(version "$bare")-venv"
    stop "Python 3.10 or newer is missing${old:+ (found only $old)}; install one, or name it: make lab PYTHON=/path/to/python3"
}

# Look at .venv from inside: print "complete" or "incomplete" and its version; fails if its Python does not run.
look() {
    is_python .venv/bin/python || return 1
    .venv/bin/python -I -c '
import os, sys
from importlib.util import find_spec

convlab = find_spec("convlab")
here = bool(convlab and convlab.origin) and os.path.samefile(os.path.dirname(convlab.origin), "convlab")
complete = here and all(map(find_spec, ("torch", "torchvision", "jupyterlab", "pytest")))
print("complete" if complete else "incomplete", "%d.%d" % sys.version_info[:2])
' 2>/dev/null
}

has_torch() { .venv/bin/python -I -c 'import sys, importlib.util as u; sys.exit(not u.find_spec("torch"))' 2>/dev/null; }

# On Linux .venv takes 6 GB; while pip makes it, 9, and about 12 if pip keeps what it downloads (uv: 7).
# PyTorch for the Mac comes without CUDA and is small.
enough_disk() {
    need=9
    ! has_uv || need=7
    [ "$(uname -s)" != Darwin ] || need=2
    # The fourth column of df, found from the percentage behind it: names of disks can have spaces.
    free=$(df -Pk . | sed -n '2s/.* \([0-9][0-9]*\)  *[0-9][0-9]*% .*/\1/p')
    [ -z "$free" ] || [ "$free" -ge $((need * 1000000)) ] ||
        stop "only $((free / 1000000)) GB of disk are free here, $need GB are needed (PyTorch is large); free some and call make again"
    [ "${free:-12000000}" -ge 12000000 ] || export PIP_NO_CACHE_DIR=1
}

install() {
    size="6 GB"
    [ "$(uname -s)" != Darwin ] || size="about 1 GB"
    say "Installing the course into .venv: 1 to 5 minutes, $size of disk, silent until it is done."
    sources >.venv/convlab-next
    if has_uv; then
        # as pip does: else the first start compiles, and where Python may write no bytecode, every start
        uv pip install --quiet --compile-bytecode --python .venv/bin/python -e '.[test]'
    else
        .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input -e '.[test]'
    fi || return 1
    # JupyterLab asks at its first start whether it may fetch news from the web; here it does not ask.
    settings=.venv/share/jupyter/lab/settings
    if [ ! -e "$settings/overrides.json" ]; then
        mkdir -p "$settings"
        say '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}' >"$settings/overrides.json"
    fi
    mv .venv/convlab-next "$ready" && rm -f "$installing"
}

failed="the installation failed (see above); with a network, call make again: it goes on from there"

# --- what is there? -----------------------------------------------------------------------------------------

why= # .venv has to be built anew
if [ ! -e .venv ]; then
    :
elif [ -e "$installing" ]; then
    other=$(cat "$installing")
    if [ -n "$other" ] && kill -0 "$other" 2>/dev/null; then
        stop "another make is installing into .venv (process $other); wait for it, or delete .venv and call make again"
    fi
    why="the last installation was interrupted"
elif ! found=$(look); then
    why="the Python in it does not run any more"
elif [ -e "$ready" ] && [ "${found% *}" = incomplete ]; then
    why="it was moved or copied, or packages are missing"
elif [ -n "${PYTHON-}" ] && [ "${found#* }" != "$(version "$PYTHON")" ]; then
    why="PYTHON=$PYTHON is another version"
elif sources | cmp -s - "$ready"; then
    exit 0
elif ! has_uv && ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    why="it has no pip"
else # one of the sources has changed, or somebody else made this .venv
    has_torch || enough_disk
    echo $$ >"$installing"
    install && exit
    # Nothing was lost? Then the next call tries again here, and what worked before still works.
    [ "$(look)" != "$found" ] || rm -f "$installing"
    stop "$failed"
fi

# --- a new .venv --------------------------------------------------------------------------------------------

python=$(find_python)
if [ -n "$why" ]; then
    say "Building .venv anew: $why."
    rm -rf .venv/bin .venv # in this order: what an interruption leaves does not run, and is seen
fi
enough_disk
mkdir .venv || stop "another make has just begun to make .venv; wait for it"
echo $$ >"$installing"
if has_uv; then
    uv venv --quiet --seed --allow-existing --python "$python" .venv
else
    "$python" -m venv .venv
fi || stop "$python could not make .venv (see above); name another Python: make lab PYTHON=/path/to/python3"
install || stop "$failed"
