#!/usr/bin/env bash
# Whole processes, side by side: one why502 run (both routes) against one curl run (one route), on loopback.
#
#   benches/whole_process.sh                 why502's own lab as the server, 41 pairs
#   RUNS=101 URL=http://127.0.0.1/ UPSTREAM=http://127.0.0.1:8080/ benches/whole_process.sh
#
# The two are run in turn, so that what else the machine does meets both; what counts is the ratio of the medians.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

RUNS=${RUNS:-41}
cargo build --release --locked --quiet
WHY502=$PWD/target/release/why502
command -v curl >/dev/null || { echo "there is no curl to compare with" >&2; exit 1; }

if [ -z "${URL:-}" ]; then
  "$WHY502" lab --listen 127.0.0.1:9502 >/dev/null &
  LAB=$!
  trap 'kill "$LAB" 2>/dev/null || true' EXIT
  URL=http://127.0.0.1:9502/fault/ok-length
  for _ in $(seq 100); do curl -q -s -o /dev/null "$URL" && break; sleep 0.05; done
fi
UPSTREAM=${UPSTREAM:-$URL}

ours=("$WHY502" "$URL" --upstream "$UPSTREAM" --silent)
curls=(curl -q -s -o /dev/null "$URL")
start_up=("$WHY502" --version)

if command -v hyperfine >/dev/null; then
  hyperfine -N --warmup 3 --runs "$RUNS" --ignore-failure "${ours[*]}" "${curls[*]}" "${start_up[*]}"
  exit
fi

# Microseconds of one run.
once() {
  local begun ended
  begun=$(date +%s%N)
  "$@" >/dev/null 2>&1 || true
  ended=$(date +%s%N)
  echo $(((ended - begun) / 1000))
}
median() { sort -n | sed -n "$(((RUNS + 1) / 2))p"; }

for _ in 1 2 3; do once "${ours[@]}" >/dev/null; once "${curls[@]}" >/dev/null; once "${start_up[@]}" >/dev/null; done
a=() b=() c=()
for _ in $(seq "$RUNS"); do
  a+=("$(once "${ours[@]}")")
  b+=("$(once "${curls[@]}")")
  c+=("$(once "${start_up[@]}")")
done
pair=$(printf '%s\n' "${a[@]}" | median)
curl=$(printf '%s\n' "${b[@]}" | median)
version=$(printf '%s\n' "${c[@]}" | median)
printf 'median of %s runs, whole process\n' "$RUNS"
printf '  why502, both routes   %6s µs   %s x curl\n' "$pair" "$(awk "BEGIN { printf \"%.2f\", $pair / $curl }")"
printf '  curl, one route       %6s µs\n' "$curl"
printf '  why502 --version      %6s µs\n' "$version"
