#!/bin/bash
# A Derby network server for the tests, as the workspace service runs one from 2.3 on: start, when none runs for this tree
# yet; stop, and nothing of it is left.
# Usage: derby.sh start|stop
#
# start prints where it is: HOME=folder (derby.system.home, with nimbus/ below it), STOPPED=folder (the same databases,
# which no process has open), PORT=number, PASSWORD=file (of the account guest, which may only read).
set -eu
. "$(dirname "$0")/own-files"
tree=$(cd "$(dirname "$0")/../.." && pwd)
rows=$tree/Fixtures/parsers/persistence
state=$tree/.build/servers
mkdir -p "$state"
here=$state/derby
# Java starts twice as fast when it does not set out to run for long.
export JAVA_ARGS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
command -v ij derbyctl >/dev/null || { echo "there is no Derby: make deps" >&2; exit 1; }

# The service's own settings, as its db-mgmt.xml writes them.
settings() {
  printf '%s\n' derby.user.nimbus=nimbus-secret derby.user.guest=guest-secret derby.authentication.provider=BUILTIN \
    derby.connection.requireAuthentication=true derby.database.propertiesOnly=true \
    derby.database.defaultConnectionMode=noAccess derby.database.fullAccessUsers=nimbus \
    derby.database.readOnlyAccessUsers=guest derby.drda.startNetworkServer=true derby.drda.keepAlive=true \
    derby.drda.securityMechanism=STRONG_PASSWORD_SUBSTITUTE_SECURITY
}

# The databases of TP2.2 with the rows of the parsers' fixtures, and a column of the site's own. Derby has no replace():
# machine 8 gets another secret.
databases() {
  echo "connect 'jdbc:derby:nimbus/WorkspacePersistenceDB;create=true;user=nimbus;password=nimbus-secret';"
  cat "$tree/Fixtures/tp2.2.sql"
  grep '^INSERT' "$rows/main-tp2.2.sqlite-dump.sql" | sed "s/replace(.*/'user-data-secret');/; s/Test O/Tést O/"
  echo "connect 'jdbc:derby:nimbus/WorkspaceAccountingDB;create=true;user=nimbus;password=nimbus-secret';"
  grep -E '^(CREATE|INSERT)' "$rows/accounting-tp2.2.sqlite-dump.sql"
  echo "ALTER TABLE deployments ADD COLUMN site_note VARCHAR(40) DEFAULT 'site-secret';"
  echo "exit;"
}

start() {
  if [ -e "$here" ]; then kill -0 "$(cat "$here/pid")" 2>/dev/null && return; stop; fi
  folder=$(mktemp -d /tmp/trueup-derby.XXXXXX)
  ln -s "$folder" "$here"
  (umask 077; settings >"$folder/derby.properties"; echo ij.password=guest-secret >"$folder/guest.properties")
  mkdir "$folder/nimbus"
  databases >"$folder/databases.sql"
  (cd "$folder" && LC_ALL=C.UTF-8 ij databases.sql) >"$folder/databases.log"
  ! grep -A3 ERROR "$folder/databases.log" >&2 || exit 1
  cp -R "$folder/nimbus" "$folder/stopped"
  for _ in 1 2 3 4 5; do
    port=$(shuf -i 20000-32000 -n 1)
    JAVA_ARGS="$JAVA_ARGS -Dderby.system.home=$folder" setsid derbyctl start -p "$port" </dev/null >"$folder/log" 2>&1 &
    echo $! >"$folder/pid"
    for _ in $(seq 300); do
      ! grep -q 'ready to accept' "$folder/log" || break 2
      kill -0 "$(cat "$folder/pid")" 2>/dev/null || break
      sleep 0.2
    done
    port=
  done
  [ -n "$port" ] || { cat "$folder/log" >&2; exit 1; }
  # From the first connection on the server has the database open.
  echo "connect 'jdbc:derby://localhost:$port/nimbus/WorkspacePersistenceDB;user=guest;securityMechanism=8'; exit;" \
    >"$folder/connect.sql"
  (cd "$folder" && ij -p guest.properties connect.sql >connect.log)
  printf 'HOME=%s\nSTOPPED=%s\nPORT=%s\nPASSWORD=%s\n' "$folder" "$folder/stopped" "$port" "$folder/guest.properties" \
    >"$state/derby.env"
}

stop() {
  folder=$(readlink -f "$here")
  [ ! -e "$folder/pid" ] || kill "$(cat "$folder/pid")" 2>/dev/null || true
  rm -rf "$folder" "$here" "$state/derby.env"
}

# One at a time; what is started does not inherit the lock.
[ -n "${LOCKED-}" ] || LOCKED=1 exec flock -o "$state/derby.lock" "$0" "$@"
case ${1-} in
  start) start; cat "$state/derby.env" ;;
  stop) [ ! -L "$here" ] || stop ;;
  *) sed -n 's/^# //p' "$0" >&2; exit 2 ;;
esac
