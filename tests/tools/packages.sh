# Shared by scripts that want more than the program does; sourced after deploy/lib.sh, never run.
# shellcheck shell=bash

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    elif command -v sudo >/dev/null; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    else
        die "packages are missing; installing them needs root or sudo, and this machine has neither."
    fi
}

# offered NAME: whether the release has a package of that name. Reads the package lists where there are none.
offered() { apt-cache policy "$1" | grep 'Candidate: [^(]' >/dev/null; }
need_offered() {
    offered "$1" || as_root apt-get -q -o DPkg::Lock::Timeout=300 update >&2
    offered "$1" || die "this system does not offer $1. Debian 12 does."
}

# install_packages [NAME...]: what is missing, as deploy/setup would.
install_packages() {
    [ $# -gt 0 ] || return 0
    say "Installing what is missing: $*"
    local name
    for name in "$@"; do need_offered "$name"; done
    as_root apt-get -q -y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=300 install "$@" >&2
}
