# In the Debian that package.sh made. Each line of output is something that holds; the first that does not ends it.
set -eu
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

holds() {
  what=$1
  shift
  if "$@" >/tmp/said 2>&1; then echo "ok      $what"; else
    echo "FAILED  $what: $*"
    cat /tmp/said
    exit 1
  fi
}
fails() { ! "$@"; }
# Ends with a given status.
ends() {
  expected=$1 status=0
  shift
  "$@" || status=$?
  [ "$status" = "$expected" ] || { echo "ended with $status"; return 1; }
}
as_trueup() { setpriv --reuid=trueup --regid=trueup --clear-groups env HOME=/var/lib/trueup "$@"; }
refused() {
  said=$(as_trueup trueup repair --apply -y --single-look 2>&1) && return 1
  echo "$said"
  case $said in *'/var/lib/trueup/repairs: belongs to uid 0'*) ;; *) return 1 ;; esac
}
owned() { [ "$(stat -c '%U:%G %a' "$1")" = "$2" ]; }
# All that is kept, by its bytes.
state() { find /var/lib/trueup /etc/trueup -type f -exec md5sum {} + | sort -k2; }

older=$(ls /srv/trueup_0.0.1_*.deb)
newer=$(ls /srv/trueup_*.deb | grep -v _0.0.1_)

holds "the older one installs" dpkg -i "$older"
holds "its program runs, and finds its rules" trueup rules list
holds "its account has no shell and no password" sh -c 'getent passwd trueup | grep -q ":/var/lib/trueup:/usr/sbin/nologin$"'
holds "the state is the account's" owned /var/lib/trueup 'trueup:trueup 750'
holds "the log is the account's" owned /var/log/trueup 'trueup:trueup 750'
holds "nothing is enabled" sh -c '[ "$(systemctl is-enabled trueup-audit.timer)" = disabled ]'
holds "systemd takes the units" systemd-analyze verify --man=no /lib/systemd/system/trueup-audit.timer \
  /lib/systemd/system/trueup-audit.service
holds "logrotate takes its file" logrotate --debug /etc/logrotate.d/trueup

# What the unit and cron run, as they would.
unit=$(sed -n 's/^ExecStart=//p' /lib/systemd/system/trueup-audit.service)
night() { as_trueup env STATE_DIRECTORY=/var/lib/trueup sh -c "$unit" >/tmp/mail 2>&1; }
holds "the unit's command looks, and says that it saw too little" ends 1 night
holds "as a mail" grep -q '^trueup: .*lost from sight; 0 open' /tmp/mail
holds "it has a history" test -s /var/lib/trueup/history.sqlite
holds "and a report" grep -q '^Exit status 8' /var/lib/trueup/audit.txt
holds "another night on which all is as it was" ends 0 night
holds "is silent" fails test -s /tmp/mail
cron=$(sed -n 's/^10 3 \* \* \* trueup //p' /etc/cron.d/trueup)
holds "cron's job is silent without a configuration" sh -c '[ -z "$(sh -c "$1" 2>&1)" ]' sh "$cron"
echo 'name = "kept"' >/etc/trueup/site.toml
holds "cron's job looks where systemd does not run" as_trueup sh -c "$cron"
holds "and keeps what it said" grep -q kept /var/log/trueup/audit.log
mkdir -p /run/systemd/system
holds "cron's job steps aside where systemd runs" sh -c '[ -z "$(sh -c "$1" 2>&1)" ]' sh "$cron"

# A repair is not the audit's.
holds "root's repair has a state of its own" ends 8 trueup repair --apply -y --single-look
holds "which is root's alone" owned /var/lib/trueup/repairs 'root:root 700'
holds "the audit's account can't repair: the state of repairs is another's" refused

holds "it is a plugin under another name" ends 2 check_trueup --capture /srv/storm-after/capture
holds "a capture has the findings that it has everywhere" ends 4 trueup audit --capture /srv/storm-after/capture
echo 'MAILTO=somebody' >>/etc/cron.d/trueup
state >/tmp/before
holds "the newer one takes its place" dpkg -i --force-confdef "$newer"
holds "with its own version" sh -c '[ "$(trueup --version)" = "trueup $(dpkg-query -W -f "\${Version}" trueup)" ]'
state >/tmp/after
holds "nothing of the state was touched" cmp /tmp/before /tmp/after
holds "what was edited stays" grep -q MAILTO=somebody /etc/cron.d/trueup
holds "a history goes on, and nothing is new" ends 0 night

state >/tmp/before
holds "it can be removed" dpkg -r trueup
holds "the program is gone" fails test -e /usr/bin/trueup
holds "cron's job is silent without it" sh -c 'rmdir /run/systemd/system; [ -z "$(sh -c "$1" 2>&1)" ]' sh "$cron"
state >/tmp/after
holds "the state stays" cmp /tmp/before /tmp/after
holds "it can be installed again" dpkg -i "$newer"
holds "it can be purged" dpkg -P trueup
holds "no state is left" fails test -e /var/lib/trueup
holds "no log is left" fails test -e /var/log/trueup
holds "no account is left" fails getent passwd trueup
holds "but the administrator's file is" test -s /etc/trueup/site.toml
holds "and no other file of it" sh -c '[ -z "$(find / -xdev -path /proc -prune -o -path /srv -prune -o -path /tmp -prune \
  -o -name "*trueup*" ! -path /etc/trueup -print | grep -v "^/var/lib/systemd/deb-systemd-helper")" ]'
echo "All of it holds."
