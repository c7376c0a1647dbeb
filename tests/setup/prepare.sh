# Sets up what `run` and `test` need on a Debian or Ubuntu machine that has git and a Rust toolchain.
# Sourced, with the repository's root as the working folder. Says what it does; does nothing twice.

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }
fail() { printf '\033[1;31mError:\033[0m %s\n' "$*" >&2; exit 1; }

# One folder for all built Rust, outside the clone, so that a second clone builds only its own code.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/lommebevis/target}"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "these packages are missing and neither root nor sudo is at hand: $*"
  fi
}

# install_packages NAME...: Debian packages that are not installed yet.
install_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ "${#missing[@]}" = 0 ] && return
  command -v apt-get >/dev/null || fail "this script installs with apt-get, which is not here. Install by hand: ${missing[*]}"
  say "Installing system packages: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# The Rust toolchain is the one thing that must be there already.
need_rust() {
  command -v cargo >/dev/null || fail "cargo is not here. Install Rust (https://rustup.rs) and run this again."
  local have want
  have=$(rustc --version | awk '{print $2}')
  want=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  [ "$(printf '%s\n%s\n' "$want" "$have" | sort -V | head -n1)" = "$want" ] \
    || fail "Rust $have is too old, $want or newer is needed: rustup update stable"
}

# Node 20.19 or newer; a distribution's older one is stepped over with a binary from the npm registry.
need_node() {
  local old=20.19.0 have architecture
  if command -v node >/dev/null; then have=$(node --version | tr -d v); else have=0; fi
  if [ "$(printf '%s\n%s\n' "$old" "$have" | sort -V | head -n1)" = "$old" ] && command -v npm >/dev/null; then return; fi
  command -v npm >/dev/null || install_packages nodejs npm
  have=$(node --version | tr -d v)
  if [ "$(printf '%s\n%s\n' "$old" "$have" | sort -V | head -n1)" = "$old" ]; then return; fi
  case "$(uname -m)" in
    x86_64) architecture=x64 ;;
    aarch64) architecture=arm64 ;;
    *) fail "Node $have is too old; install Node 20.19 or newer and run this again." ;;
  esac
  local place="${XDG_CACHE_HOME:-$HOME/.cache}/lommebevis/node"
  if [ ! -x "$place/node_modules/node-linux-$architecture/bin/node" ]; then
    say "Node $have is too old: fetching Node 22"
    npm install --silent --no-save --prefix "$place" "node-linux-$architecture@22"
  fi
  export PATH="$place/node_modules/node-linux-$architecture/bin:$PATH"
}

# npm_packages FOLDER: what its lock file names, unless that is there already.
npm_packages() {
  local mark="$1/node_modules/.from-lock"
  if cmp -s "$1/package-lock.json" "$mark"; then return; fi
  say "Installing npm packages of $1"
  (cd "$1" && npm ci --no-audit --no-fund --loglevel=error)
  cp "$1/package-lock.json" "$mark"
}

# The pages which the issuer carries in itself: a crate of ours as WebAssembly, and the screens around it. Each does again
# only what has changed, and answers 1 if Rust's target for browsers cannot be had.
kontroll_page() { web_page kontroll verifier-web; }
minid_page() { web_page minid minid-web; }

# admin_style: style and script of the service's own pages, and what the app says in each case, into ui/dist-admin.
admin_style() {
  local built=ui/dist-admin/app-texts.json
  npm_packages ui || exit 1
  if [ ! -f "$built" ] || [ -n "$(find ui/src/styles ui/src/lib/i18n ui/src/lib/situation-codes.ts ui/admin ui/theme ui/*.ts ui/package-lock.json -newer "$built" -print -quit)" ]; then
    say "Building the style of the pages /admin and /min-side"
    (cd ui && npm run --silent build:admin) || exit 1
  fi
}

# web_page NAME CRATE: the crate as WebAssembly into ui/NAME/wasm, and the page /NAME into ui/dist-NAME.
web_page() {
  local name=$1 module=${2//-/_} target=wasm32-unknown-unknown page=ui/dist-$1/index.html wasm
  rust_target $target || return 1
  wasm="$CARGO_TARGET_DIR/$target/web/$module.wasm"
  # Called where a failure of the target is not the end, so each step says for itself that it is.
  command -v clang >/dev/null || install_packages clang || exit 1
  npm_packages ui || exit 1
  CC_wasm32_unknown_unknown=clang cargo build --locked --quiet --profile web -p "$2" --lib --target $target || exit 1
  if [ ! "ui/$name/wasm/$module.js" -nt "$wasm" ] || [ ! -s "ui/$name/wasm/${module}_bg.wasm" ]; then
    cargo run --locked --quiet -p web-bindgen --features tool -- "$wasm" "ui/$name/wasm" || exit 1
  fi
  if [ ! -f "$page" ] || [ -n "$(find ui/src "ui/$name" ui/*.ts ui/package-lock.json -newer "$page" -print -quit)" ]; then
    say "Building the page /$name"
    (cd ui && npm run --silent "build:$name") || exit 1
  fi
}

# rust_target NAME: Rust's own libraries for that system. Answers 1 if they cannot be had.
rust_target() {
  [ -d "$(rustc --print target-libdir --target "$1" 2>/dev/null)" ] && return
  command -v rustup >/dev/null && rustup target add "$1" >/dev/null 2>&1
}

# What compiles the app for phones without an SDK of theirs, as far as checking it goes: ring's C needs three headers, and
# the build scripts for iOS any folder in the place of Xcode's. Real builds must not have these variables.
phone_environment() {
  local headers=$PWD/tests/setup/headers target
  for target in aarch64_linux_android aarch64_apple_ios; do
    export "CC_$target=clang" "AR_$target=llvm-ar"
    export "CFLAGS_$target=-ffreestanding -nostdlibinc -isystem $headers"
  done
  export SDKROOT=$headers
  # Set in a shell that builds for Android too, these would have build scripts write into the project.
  unset TAURI_ANDROID_PROJECT_PATH WRY_ANDROID_KOTLIN_FILES_OUT_DIR
}

# python_packages: a virtual environment with what tests/interop/requirements.txt names.
python_packages() {
  local place="${XDG_CACHE_HOME:-$HOME/.cache}/lommebevis/python" list=tests/interop/requirements.txt
  if cmp -s "$list" "$place/.from-list" && "$place/bin/python" -c 'import sd_jwt' 2>/dev/null; then return; fi
  say "Installing Python packages of $list"
  python3 -m venv --clear "$place"
  "$place/bin/python" -m pip install --quiet --disable-pip-version-check -r "$list"
  cp "$list" "$place/.from-list"
}

SYSTEM_PACKAGES=(build-essential pkg-config libwebkit2gtk-4.1-dev librsvg2-dev zbar-tools)
KEY_STORE_PACKAGES=(dbus gnome-keyring)
TEST_PACKAGES=(chromium chromium-driver xvfb xauth dbus gnome-keyring webkit2gtk-driver clang llvm python3-venv poppler-utils postgresql)
