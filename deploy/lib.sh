# Shared by the scripts of the house; sourced, never run. Sets `root`, the checkout.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

die() {
    say "error: $*"
    exit 1
}

# build PRESET [TARGET...]: configures and builds; everything lands in build/PRESET. Two jobs, because a file that
# instantiates Beast needs about a gigabyte.
build() {
    local preset=$1 targets=()
    shift
    [ $# -eq 0 ] || targets=(--target "$@")
    # ccache keeps its cache in the home directory; where that cannot be written, beside the build.
    [ -w "${HOME:-/nonexistent}" ] || export CCACHE_DIR=$root/build/ccache
    mkdir -p "$root/build"
    local log=$root/build/configure-$preset.log
    (cd "$root" && cmake --preset "$preset") >"$log" 2>&1 || {
        cat "$log" >&2
        die "cmake could not configure the preset '$preset'"
    }
    cmake --build "$root/build/$preset" --parallel 2 "${targets[@]}"
}
