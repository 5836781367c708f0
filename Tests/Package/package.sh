#!/bin/sh
# Installs, runs, upgrades, removes and purges the Debian package in a Debian of its own, which is made for it and goes
# afterwards: package.sh OLDER.deb NEWER.deb. Where mmdebstrap may not make one (neither root nor user namespaces) it fails.
set -eu
older=$(realpath "$1") newer=$(realpath "$2")
here=$(dirname "$(realpath "$0")")
packages=$(dpkg-deb -f "$newer" Depends | sed 's/([^)]*)//g; s/ *, */,/g; s/ //g')
. /etc/os-release
exec mmdebstrap --quiet --variant=minbase --format=null --include="$packages,systemd,logrotate,libpq5" \
  --customize-hook="copy-in $older $newer $here/inside.sh $here/../../Fixtures/storm-after /srv" \
  --customize-hook='chroot "$1" sh /srv/inside.sh' "$VERSION_CODENAME" -
