#!/bin/sh
# What the tests drive besides Python: Debian's Chromium, Swift, an S3 server that verifies signatures, LibreOffice, and
# Node's oidc-provider, a certified OpenID provider.
# Installs what is missing where it may (root, apt); says plainly what to install where it may not.
set -eu
missing=""
for candidate in "${CHROMIUM:-}" /usr/bin/chromium-headless-shell /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
  [ -n "$candidate" ] && [ -x "$candidate" ] && found=1 && break
done
[ -n "${found:-}" ] || missing="chromium-headless-shell"
for name in swift-proxy-server swift-account-server swift-container-server swift-object-server swift-ring-builder memcached; do
  command -v "$name" >/dev/null 2>&1 || { missing="$missing swift swift-proxy swift-account swift-container swift-object memcached"; break; }
done
command -v soffice >/dev/null 2>&1 || missing="$missing libreoffice-calc-nogui"
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || missing="$missing nodejs npm"

provider() {
  [ -f node_modules/.package-lock.json ] && [ ! package-lock.json -nt node_modules/.package-lock.json ] && return
  npm ci --silent --no-audit --no-fund --ignore-scripts
  touch node_modules/.package-lock.json
}

if [ -z "$missing" ]; then
  cd "$(dirname "$0")/servers/oidc"
  provider
  exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "The tests need Debian packages that are not installed, and may not install them here (no root, or no apt)." >&2
  echo "Install them and run again: apt-get install --no-install-recommends $missing" >&2
  exit 1
fi
echo "installing for the tests: $missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # one word a package
apt-get install -y -qq --no-install-recommends $missing >/dev/null
cd "$(dirname "$0")/servers/oidc"
provider
