#!/bin/bash
# Boot a Debian root folder as a machine of its own, with a real systemd: machine_boot.sh ROOT NAME.
#
# Needs root and systemd-container; ends when the machine powers off. The mount namespace is private,
# so that this machine keeps its own cgroups; the network is private too, with a loopback only.
set -eu

root=$(realpath "$1") name=$2

boot_until_power_off() {
    mount --make-rprivate /
    umount --recursive /sys/fs/cgroup
    mount --types cgroup2 cgroup2 /sys/fs/cgroup
    mkdir -p "/sys/fs/cgroup/$name"
    echo $$ >"/sys/fs/cgroup/$name/cgroup.procs"
    local status=133 # what nspawn answers when the machine asked for a reboot
    while [ $status = 133 ]; do
        status=0
        SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn --boot --directory="$root" --machine="$name" \
            --register=no --keep-unit --private-network --resolv-conf=off --console=read-only || status=$?
    done
}

export root name
export -f boot_until_power_off
exec unshare --mount bash -euc boot_until_power_off
