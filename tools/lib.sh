# shellcheck shell=bash
# Shared by tools/dev and tools/sluice; sourced, not run. ROOT is the project's folder.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# What ccache keeps serves every clone: paths below the project do not count.
export CCACHE_BASEDIR=$ROOT CCACHE_NOHASHDIR=1

say() { printf 'sluice: %s\n' "$*" >&2; }

# The row of packages.tsv that fits this system: its column's number, or nothing.
package_column() {
  local release
  # shellcheck disable=SC1090
  release=$(. "${OS_RELEASE:-/etc/os-release}" 2>/dev/null && printf '%s-%s' "${ID:-}" "${VERSION_ID:-}")
  awk -F '\t' -v release="$release" \
    'NR == 1 { for (i = 2; i <= NF; i++) if ($i == release) { print i; exit } }' "$ROOT/tools/packages.tsv"
}

# is_installed NAME: a package, or command:NAME, which is also satisfied by what no package brought.
is_installed() {
  case "$1" in command:*)
    command -v "${1#command:}" >/dev/null 2>&1
    return
    ;;
  esac
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# missing_packages ROLE...: one name a line, for what none of its alternatives provides.
missing_packages() {
  local column=$1 role names name found
  shift
  for role in "$@"; do
    while IFS= read -r names; do
      found=""
      for name in ${names//|/ }; do
        if is_installed "$name"; then
          found=yes
          break
        fi
      done
      [ -n "$found" ] || printf '%s\n' "${names%%|*}"
    done < <(awk -F '\t' -v role="$role" -v column="$column" '$1 == role { print $column }' \
      "$ROOT/tools/packages.tsv")
  done | sort -u
}

# may_install: sets `as_root` to the words in front of apt-get; fails where we may not.
may_install() {
  as_root=()
  [ "$(id -u)" = 0 ] && return 0
  command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null && as_root=(sudo -n)
}

ask() {
  local answer
  [ -t 0 ] && [ -t 2 ] || return 1
  printf 'sluice: %s [y/N] ' "$1" >&2
  read -r answer
  [ "$answer" = y ] || [ "$answer" = Y ]
}

# install_missing ROLE...: returns 0 with everything there, 2 with the reason and the line to type said.
install_missing() {
  local column missing plan removed upgraded guard=--no-remove as_root=()
  column=$(package_column)
  if [ -z "$column" ] || ! command -v dpkg-query >/dev/null 2>&1; then
    say "this system is not in tools/packages.tsv; assuming that what it lists is installed"
    return 0
  fi
  missing=$(missing_packages "$column" "$@" | tr '\n' ' ')
  missing=${missing% }
  [ -n "$missing" ] || return 0
  local line="apt-get install --no-install-recommends $missing"
  # shellcheck disable=SC2086  # a list of names
  set -- $missing
  if ! may_install; then
    say "packages are missing, and installing them needs root. Type:"
    say "  sudo $line"
    return 2
  fi
  # Package lists are often absent from a fresh machine, so that even the plan cannot be made.
  if ! plan=$(apt_plan "$@"); then
    refresh_lists
    if ! plan=$(apt_plan "$@"); then
      say "apt cannot install what is missing: $missing"
      printf '%s\n' "$plan" | sed -n 's/^E: /sluice:   /p' >&2
      say "Solve that and type:"
      say "  sudo $line"
      return 2
    fi
  fi
  removed=$(printf '%s\n' "$plan" | awk '$1 == "Remv" { printf "%s%s", separator, $2; separator = " " }')
  if [ -n "$removed" ]; then
    say "installing $missing would remove: $removed"
    if ! ask "remove them?"; then
      say "Nothing was changed. If you want that, type:"
      say "  sudo $line"
      return 2
    fi
    guard=--assume-yes
  fi
  say "installing: $missing"
  upgraded=$(printf '%s\n' "$plan" | awk '$1 == "Inst" && $3 ~ /^\[/ { printf " %s", $2 }')
  [ -z "$upgraded" ] || say "which needs newer versions of:$upgraded"
  # Lists may also be there but old, which shows only when apt fetches.
  if ! apt_install "$guard" "$@" && ! { refresh_lists && apt_install "$guard" "$@"; }; then
    say "apt-get failed. Try it by hand:"
    say "  sudo $line"
    return 2
  fi
}

apt_plan() { LC_ALL=C apt-get install -s --no-install-recommends "$@" 2>&1; }
apt_install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}
refresh_lists() {
  say "fetching the package lists"
  "${as_root[@]}" apt-get update -qq >&2 || say "apt-get update failed; trying with the lists that are there"
}

# install_web: what the pages for a browser are built with. They are a part that may be left out: says so and
# goes on where it cannot be installed.
install_web() {
  install_missing web && return 0
  say "going on without node and npm: reports as HTML and pages are left out of this build"
}

# install_test_modules: what the tests need from npm.
install_test_modules() { install_node_modules tests/conformance && install_node_modules tests/web; }

# install_node_modules FOLDER: what it needs from npm, exactly as its lock file says. Nothing is fetched when it
# is there already.
install_node_modules() {
  local name=$1
  local folder=$ROOT/$name
  [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] && return 0
  say "fetching the npm packages of $name"
  if ! (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund >&2); then
    say "npm ci failed in $name; what runs npm packages there cannot run without it"
    return 2
  fi
  touch "$folder/node_modules/.package-lock.json"
}

jobs() { nproc 2>/dev/null || echo 2; }

# configure PRESET: quiet unless it fails.
configure() {
  local log
  log=$(cd "$ROOT" && cmake --preset "$1" 2>&1) || {
    printf '%s\n' "$log" >&2
    return 1
  }
}

# build PRESET TARGET...: configures first where nothing is configured yet.
build() {
  local preset=$1
  shift
  [ -f "$ROOT/build/$preset/build.ninja" ] || configure "$preset" || return 1
  cmake --build "$ROOT/build/$preset" -j "$(jobs)" ${1:+--target "$@"}
}
