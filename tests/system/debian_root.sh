#!/bin/sh
# Make the Debian 13 root that system tests unpack copies of: .cache/trixie-base.tar at the project's root.
#
#   tests/system/debian_root.sh          make it if it is not there, print its path
#   tests/system/debian_root.sh DIR      the same, then unpack a copy into DIR
#
# The copy is what `mmdebstrap --variant=minbase` gives: no /proc mounted, no name service set up.
# The mirror is the one that this machine's own apt uses. Needs root. Safe to run twice at once.
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
base=$here/.cache/trixie-base.tar
packages=ca-certificates,python3,python3-venv,python3-libcamera,python3-numpy,python3-prctl,libzbar0
packages=$packages,gcc,libc6-dev,python3-dev,systemd,systemd-sysv,dbus,python3-apt,procps,mosquitto

mirror() {
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '/^URIs:/ {print $2; exit}' | grep . ||
        awk '$1 == "deb" {for (i = 2; i <= NF; i++) if ($i ~ /^http/) {print $i; exit}}' /etc/apt/sources.list
}

make_base() {
    [ ! -s "$base" ] || return 0
    rm -f "$base".part.tar
    mmdebstrap --quiet --mode=root --variant=minbase --include="$packages" \
        trixie "$base".part.tar "deb $(mirror) trixie main" >&2
    mv "$base".part.tar "$base"
}

mkdir -p "$here/.cache"
exec 9>"$here/.cache/trixie-base.lock"
flock 9
make_base
flock -u 9

if [ $# -gt 0 ]; then
    mkdir -p "$1"
    tar --extract --numeric-owner --xattrs --xattrs-include='*' --file "$base" --directory "$1"
else
    echo "$base"
fi
