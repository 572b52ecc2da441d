# shellcheck shell=bash
# Functions that install missing Debian packages. Other scripts source this file.

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

has() {
    command -v "$1" >/dev/null
}

has_postgres() {
    has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ||
        { has pg_config && [[ -x $(pg_config --bindir)/initdb ]]; }
}

# install_missing PACKAGE…: uses apt-get, with sudo if not root. Does nothing without arguments.
install_missing() {
    if (($# == 0)); then
        echo "nothing to install"
        return
    fi
    has apt-get || fail "Missing, and there is no apt-get to install them with: $*"
    local as_root=()
    if ((EUID != 0)); then
        has sudo || fail "Missing, and only root can install them: apt-get install $*"
        as_root=(sudo)
    fi
    echo "installing $*"
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qy --no-install-recommends "$@"
}
