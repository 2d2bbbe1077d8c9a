#!/bin/sh
# Finds a browser for the tests, or installs one: Debian's where apt-get may be used, or else
# Playwright's own. With Debian's come Chinese fonts, without which a page is full of boxes.
set -eu

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
# Where nothing can list the fonts, only a missing browser is a reason to install.
chinese() { ! command -v fc-list >/dev/null || fc-list :lang=zh | grep -q .; }
apt() { $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o=Dpkg::Use-Pty=0 "$@" >/dev/null; }

if browser >/dev/null && chinese; then
    exit 0
fi
wanted=fonts-noto-cjk
browser >/dev/null || wanted="$wanted fontconfig chromium"
sudo="sudo -n"
[ "$(id -u)" != 0 ] || sudo=
echo "Installing $wanted."
# shellcheck disable=SC2086  # the names are separate words
if $sudo apt-get --version >/dev/null 2>&1 && apt update && apt install -y --no-install-recommends $wanted; then
    exit 0
fi
if browser >/dev/null; then
    echo "Chinese fonts could not be installed; the tests do without them."
else
    .venv/bin/playwright install chromium
fi
