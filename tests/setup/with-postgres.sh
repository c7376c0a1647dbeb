#!/usr/bin/env bash
# Runs a command with a PostgreSQL server of its own, whose address it finds in LOMMEBEVIS_TEST_POSTGRES.
#   with-postgres.sh COMMAND…
# The server listens on a free port of 127.0.0.1, keeps its data in a folder that goes away with it, and does not wait for
# the disk: nothing in it is to be kept.
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }

# The newest of those that are installed; Debian keeps them out of the way.
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n1 || true)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || true)")
[ -x "$bin/initdb" ] || { echo "PostgreSQL's server is not installed" >&2; exit 1; }

folder=$(mktemp -d "${TMPDIR:-/tmp}/lommebevis-postgres.XXXXXX")
# The server refuses to be root; the package has made a user for it.
as_server=()
if [ "$(id -u)" = 0 ]; then
  owner=postgres
  id -u "$owner" >/dev/null 2>&1 || owner=nobody
  chown "$owner" "$folder"
  as_server=(setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups env HOME="$folder")
fi

stop() {
  (cd "$folder" && "${as_server[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop) >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(umask 077 && printf '%s' "$password" > "$folder/password")
[ "$(id -u)" != 0 ] || chown "$owner" "$folder/password"
cd "$folder"
"${as_server[@]}" "$bin/initdb" -D "$folder/data" -U tester --pwfile="$folder/password" --auth=scram-sha-256 -E UTF8 \
  --locale=C --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }

# A port that is free now may be taken a moment later: then another is tried.
for _ in 1 2 3 4 5; do
  port=$(shuf -i 20000-32000 -n 1)
  if "${as_server[@]}" "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 start -o "-c listen_addresses=127.0.0.1 \
-p $port -c unix_socket_directories=$folder -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
-c max_connections=300 -c shared_buffers=128MB -c max_wal_size=2GB -c autovacuum_naptime=1h -c deadlock_timeout=200ms" \
    >/dev/null 2>&1; then
    started=yes
    break
  fi
done
[ "${started:-}" = yes ] || { cat "$folder/log" >&2; exit 1; }
cd "$OLDPWD"

# So that tests can copy with PostgreSQL's own tools as well.
export PATH="$bin:$PATH"
export LOMMEBEVIS_TEST_POSTGRES="postgres://tester:$password@127.0.0.1:$port/postgres"
# Waited for, so that a signal is heard and the server goes as well.
"$@" &
child=$!
trap 'kill "$child" 2>/dev/null || true; exit 143' TERM INT HUP
wait "$child"
