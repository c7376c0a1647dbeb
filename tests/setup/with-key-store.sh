#!/usr/bin/env bash
# with-key-store.sh FOLDER COMMAND...: runs the command on a message bus of its own with a Secret Service
# whose keyring lies in FOLDER, opened with a password that is no secret. For trying out and for tests.
set -euo pipefail
mkdir -p "$1"
XDG_DATA_HOME=$(cd "$1" && pwd)
export XDG_DATA_HOME
shift
exec dbus-run-session -- bash -c '
  printf %s development | gnome-keyring-daemon --unlock --components=secrets >/dev/null
  exec "$@"' with-key-store "$@"
