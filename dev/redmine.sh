#!/usr/bin/env bash
# A Redmine of its own for a test: `dev/redmine.sh start FOLDER` makes a database in FOLDER, starts
# a server on a free port and writes FOLDER/url and FOLDER/key; `dev/redmine.sh stop FOLDER` stops
# exactly that one; `again` starts it once more on the same address, with what it has. `install`
# alone only puts Debian's packages there if they are missing (as root, or with sudo), as `start`
# does.
set -euo pipefail
usage="usage: dev/redmine.sh install, or dev/redmine.sh start|again|stop FOLDER"
[ "${1:-}" = install ] || folder=$(realpath -m "${2:?$usage}")
folder=${folder:-/nowhere}
home=/usr/share/redmine
# Debian's Redmine 5 needs the older of the bundlers that may be installed.
REDMINE_INSTANCE=yagura-$(printf %s "$folder" | cksum | cut -d" " -f1)
export REDMINE_INSTANCE RAILS_ENV=production BUNDLER_VERSION=${BUNDLER_VERSION:-2.3.15}
export REDMINE_LANG=en DEBIAN_FRONTEND=noninteractive

stop() {
    if [ -f "$folder/pid" ]; then
        kill "$(cat "$folder/pid")" 2>/dev/null || true
        rm -f "$folder/pid"
    fi
    [ ! -L "$home/instances/$REDMINE_INSTANCE" ] || rm -f "$home/instances/$REDMINE_INSTANCE"
}

packages() {
    [ -f "$home/config.ru" ] && command -v puma >/dev/null && return
    local root=()
    [ "$(id -u)" -eq 0 ] || root=(sudo -E)
    "${root[@]}" apt-get update -qq
    # The first try may fail while it configures: then once more with the bundler that it knows.
    "${root[@]}" apt-get install -y -qq --no-install-recommends redmine redmine-sqlite \
        ruby-sqlite3 puma || "${root[@]}" env BUNDLER_VERSION="$BUNDLER_VERSION" dpkg --configure -a
}

free_port() {
    ruby -rsocket -e 's = TCPServer.new("127.0.0.1", 0); puts s.addr[1]'
}

start() {
    packages
    # Debian's Redmine takes what belongs to an instance from a folder of its name.
    local own=$folder/instance
    mkdir -p "$own/config" "$own/files" "$own/log" "$own/tmp" "$own/public/plugin_assets" "$folder/log"
    printf 'production:\n  adapter: sqlite3\n  database: %s\n' "$folder/redmine.sqlite" \
        >"$own/config/database.yml"
    head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$own/config/secret_key.txt"
    mkdir -p "$home/instances"
    ln -sfn "$own" "$home/instances/$REDMINE_INSTANCE"
    cd "$home"
    bundle exec rake db:migrate >"$folder/log/setup" 2>&1
    # In a process of its own: the one that made the tables does not see all of them.
    bundle exec rake redmine:load_default_data >>"$folder/log/setup" 2>&1
    KEY_FILE="$folder/key" bundle exec rails runner '
        Setting.rest_api_enabled = 1
        admin = User.find_by_login("admin")
        admin.must_change_passwd = false
        admin.save!(validate: false)
        project = Project.find_by_identifier("sec") || Project.create!(name: "Sec", identifier: "sec")
        project.trackers = Tracker.all
        project.enabled_module_names = ["issue_tracking"]
        project.save!
        File.write(ENV.fetch("KEY_FILE"), admin.api_key)' >>"$folder/log/setup" 2>&1
    free_port >"$folder/port"
    serve
}

serve() {
    local port
    port=$(cat "$folder/port")
    cd "$home"
    nohup puma -e production -b "tcp://127.0.0.1:$port" -w 0 -t 1:4 config.ru \
        >"$folder/log/puma" 2>&1 &
    echo $! >"$folder/pid"
    echo "http://127.0.0.1:$port" >"$folder/url"
    for _ in $(seq 300); do
        curl -fs -o /dev/null "http://127.0.0.1:$port/" && return
        sleep 0.2
    done
    echo "redmine did not start: see $folder/log" >&2
    stop
    return 1
}

case ${1:-} in
install) packages || echo "SKIPPED: Redmine cannot be installed; no ticket is tried there" >&2 ;;
start) start ;;
again) serve ;;
stop) stop ;;
*) echo "$usage" >&2 && exit 2 ;;
esac
