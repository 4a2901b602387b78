#!/usr/bin/env bash
# Memory does not grow with the body: 1 GiB over both routes, peak memory and wall time beside curl's (one route).
# Wants nginx as the server and GNU time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PATH:/usr/sbin"
for program in nginx curl /usr/bin/time; do
  command -v "$program" >/dev/null || { echo "there is no $program" >&2; exit 1; }
done

cargo build --release --locked --quiet
WHY502=$PWD/target/release/why502
FOLDER=$(mktemp -d)
PORT=${PORT:-9503}
truncate -s 1G "$FOLDER/big"
chmod 755 "$FOLDER"
cat >"$FOLDER/nginx.conf" <<CONF
daemon off; pid $FOLDER/nginx.pid; error_log $FOLDER/error.log;
events {}
http {
  access_log off; sendfile on;
  client_body_temp_path $FOLDER/a; proxy_temp_path $FOLDER/b; fastcgi_temp_path $FOLDER/c;
  uwsgi_temp_path $FOLDER/d; scgi_temp_path $FOLDER/e;
  server { listen 127.0.0.1:$PORT; root $FOLDER; }
}
CONF
nginx -e "$FOLDER/error.log" -c "$FOLDER/nginx.conf" &
NGINX=$!
trap 'kill "$NGINX" 2>/dev/null || true; wait "$NGINX" 2>/dev/null || true; rm -rf "$FOLDER"' EXIT
URL=http://127.0.0.1:$PORT/big
for _ in $(seq 100); do curl -q -s -o /dev/null -I "$URL" && break; sleep 0.05; done

figures='%e s wall, %U s user, %S s system, %M KiB at the most'
/usr/bin/time -f "why502, 1 GiB over both routes: $figures" "$WHY502" "$URL" --upstream "$URL" --silent >/dev/null
/usr/bin/time -f "curl, 1 GiB over one route:     $figures" curl -q -s -o /dev/null "$URL"
