#!/bin/bash
# A PostgreSQL server for the tests: start, when none runs for this tree yet; stop, and nothing of it is left.
# Usage: postgres.sh start|stop
#
# start prints where it is: SOCKET=folder, PORT=number (of the socket and of 127.0.0.1), LOG=file. Over the socket everybody
# is trusted; over TCP a password is asked for. "owner" may do all, "reader" (password: sesame) nothing until it is granted.
set -eu
. "$(dirname "$0")/own-files"
tree=$(cd "$(dirname "$0")/../.." && pwd)
state=$tree/.build/servers
mkdir -p "$state"
here=$state/postgres
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "there is no PostgreSQL server: make deps" >&2; exit 1; }

# The server refuses to run as root, and then its folder must be where another account gets to it.
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"; else "$@"; fi; }

start() {
  if [ -L "$here" ]; then as "$bin/pg_ctl" -D "$(readlink -f "$here")/data" status >/dev/null 2>&1 && return; stop; fi
  folder=$(mktemp -d /tmp/trueup-postgres.XXXXXX)
  [ "$(id -u)" != 0 ] || chown postgres: "$folder"
  ln -s "$folder" "$here"
  as "$bin/initdb" -D "$folder/data" -U owner -E UTF8 --no-locale -N -A trust >"$folder.initdb" 2>&1 || {
    cat "$folder.initdb" >&2; exit 1; }
  mv "$folder.initdb" "$folder/initdb"
  printf '%s\n' 'local all all trust' 'host all all 127.0.0.1/32 scram-sha-256' | as tee "$folder/data/pg_hba.conf" >/dev/null
  printf '%s\n' "unix_socket_directories = '$folder'" "listen_addresses = '127.0.0.1'" 'fsync = off' \
    'full_page_writes = off' 'shared_buffers = 32MB' 'autovacuum = off' 'log_statement = all' \
    "log_line_prefix = '%u|%d|'" | as tee -a "$folder/data/postgresql.conf" >/dev/null
  for _ in 1 2 3 4 5; do
    port=$(shuf -i 20000-32000 -n 1)
    as "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 -o "-p $port" start >/dev/null 2>&1 && break
    port=
  done
  [ -n "$port" ] || { tail "$folder/log" >&2; exit 1; }
  "$bin/psql" -q -h "$folder" -p "$port" -U owner -d postgres -c "CREATE ROLE reader LOGIN PASSWORD 'sesame'"
  printf 'SOCKET=%s\nPORT=%s\nLOG=%s\n' "$folder" "$port" "$folder/log" >"$state/postgres.env"
}

stop() {
  folder=$(readlink -f "$here")
  [ ! -d "$folder/data" ] || as "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder" "$here" "$state/postgres.env"
}

exec 9>"$state/postgres.lock"
flock 9
case ${1-} in
  start) start 9>&-; cat "$state/postgres.env" ;;
  stop) [ ! -L "$here" ] || stop ;;
  *) sed -n 's/^# //p' "$0" >&2; exit 2 ;;
esac
