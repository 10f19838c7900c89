# shellcheck shell=bash
# What the checks of tests/real have in common: each `run` reads this first. It fetches or builds what is not there yet,
# into the target directory, where the next check finds it.
#
# A check whose tool is missing is skipped, which it says; where STRICT is set, it fails. RUN is set where `tests/real/run`
# runs several.
set -euo pipefail
shopt -s inherit_errexit

check=$(basename "$(realpath "$(dirname "$0")")")
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
cd "$root"
target=${CARGO_TARGET_DIR:-$root/target}
parts=$target/real
assemblies=$parts/assemblies
mkdir -p "$parts"

say() {
    printf '\n== %s\n' "$*"
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# skipped WHAT WHY: says that a check, or a part of one, is left out.
skipped() {
    [[ -z ${STRICT-} ]] || fail "$1 $2"
    printf 'SKIPPED: %s %s\n' "$1" "$2" >&2
    [[ -z ${RUN-} ]] || printf '%s\n' "$1" >>"$RUN"
}

# install PACKAGE...: Debian's packages, where that is possible.
install() {
    [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null || return 0
    apt-get update --quiet --quiet
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes "$@" >/dev/null
}

# needs TOOL... [-- PACKAGE...]: ends the check where a tool is missing, which the packages do not bring either.
needs() {
    local tool tools=() missing=()
    while [[ $# -gt 0 && $1 != -- ]]; do
        tools+=("$1")
        command -v "$1" >/dev/null || missing+=("$1")
        shift
    done
    [[ ${#missing[@]} -eq 0 || $# -eq 0 ]] || install "${@:2}"
    for tool in "${tools[@]}"; do
        command -v "$tool" >/dev/null && continue
        skipped "$check" "needs $tool, which is missing"
        exit 0
    done
}

# needs_root WHY: ends the check where it may not do what takes root.
needs_root() {
    [[ $(id -u) -ne 0 ]] || return 0
    skipped "$check" "$1, which takes root"
    exit 0
}

# The Python packages, installed anew when their list changes.
python_parts() {
    local list=tests/real/requirements.txt
    (
        flock 9
        if ! cmp --silent "$list" "$parts/venv/installed.txt"; then
            rm -rf "$parts/venv"
            python3 -m venv "$parts/venv"
            "$parts/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$list"
            cp "$list" "$parts/venv/installed.txt"
        fi
    ) 9>"$parts/venv.lock"
}

# python SCRIPT...: with these packages.
python() {
    "$parts/venv/bin/python" "$@"
}

# Everything that checks run of ours, into $target/debug, in one build: one after the other, programs would have the
# crates below them built for each set of features anew.
programs() {
    [[ ! -e $assemblies/programs ]] || return 0
    cargo build --quiet --locked --workspace --bins --examples
    mkdir -p "$assemblies"
    touch "$assemblies/programs"
}

# synthesized EXAMPLE [FORMAT]: the folder that an example writes to, which it does once in a run.
synthesized() {
    local example=$1 format=${2:-json}
    local folder=$assemblies/$format/$example
    if [[ ! -e $folder ]]; then
        programs
        "$target/debug/$example" synth --format "$format" --out "$folder"
    fi
    printf '%s\n' "$folder"
}

# examples [FORMAT]: the folders that all examples write to.
examples() {
    local example
    for example in examples/*/; do
        synthesized "$(basename "$example")" "$@"
    done
}

# templates: every template that is checked in or that an example makes, in either form.
templates() {
    local lists folders
    lists=$(examples json; examples yaml)
    mapfile -t folders <<<"$lists"
    find out "${folders[@]}" -name '*.template.*' | sort
}

# go_parts NAME FILE...: what `build_NAME FOLDER` builds in tests/real/NAME, built anew when one of its files changes.
go_parts() {
    local name=$1 folder=$parts/$1 from=("${@:2}")
    from=("${from[@]/#/tests/real/$name/}")
    (
        flock 9
        if ! cat "${from[@]}" | cmp --silent - "$folder/made-of.txt"; then
            say "$check: building what it needs of Go, which takes a few minutes"
            rm -rf "$folder"
            mkdir -p "$folder"
            (cd "tests/real/$name" && "build_$name" "$folder")
            cat "${from[@]}" >"$folder/made-of.txt"
        fi
    ) 9>"$parts/$name.lock"
}

# build_go FOLDER [OPTION...] PACKAGE...: programs without what debuggers need.
build_go() {
    GOTOOLCHAIN=local GOFLAGS="" nice go build -trimpath -buildvcs=false -mod=readonly -o "$@"
}

# What a cluster is made of, built from its Go modules in the versions of tests/real/charts/go.mod.
cluster_parts() {
    go_parts charts go.mod go.sum
}

build_charts() {
    local version kubernetes=k8s.io/kubernetes/cmd
    version=$(awk '$1 == "k8s.io/kubernetes" { print $2; exit }' go.mod)
    build_go "$1/etcd" -ldflags "-s -w" go.etcd.io/etcd/server/v3
    build_go "$1/" -tags providerless -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$version" \
        "$kubernetes/kube-apiserver" "$kubernetes/kube-controller-manager" "$kubernetes/kubectl"
}

# whereabouts, built from its Go module in the version of tests/real/whereabouts/go.mod.
whereabouts_parts() {
    go_parts whereabouts go.mod go.sum
}

build_whereabouts() {
    local module=github.com/k8snetworkplumbingwg/whereabouts/cmd
    # It runs in directories without a library.
    export CGO_ENABLED=0
    build_go "$1/whereabouts" -ldflags "-s -w" "$module"
    build_go "$1/" -ldflags "-s -w" "$module/controlloop" "$module/reconciler"
}

# Multus itself, and what runs commands in containers where there is no kubelet, built from the versions of
# tests/real/multus/go.mod.
multus_parts() {
    go_parts multus go.mod go.sum kubelet/main.go
}

build_multus() {
    local module=gopkg.in/k8snetworkplumbingwg/multus-cni.v4/cmd
    # Its containers have no C library.
    export CGO_ENABLED=0
    build_go "$1/" -ldflags "-s -w" "$module/multus-daemon" "$module/multus-shim" ./kubelet
    go vet ./kubelet
    [[ -z $(gofmt -l kubelet) ]] || fail "tests/real/multus/kubelet is not as gofmt writes it"
}

# The AWS CLI of version 2, which PyPI does not have, for part of a check: where it is, or nothing.
aws_2=
find_aws_2() {
    local found
    [[ -x /usr/bin/aws ]] || install awscli
    for found in /usr/bin/aws /usr/local/bin/aws; do
        [[ -x $found && $("$found" --version) == aws-cli/2.* ]] && aws_2=$found && return
    done
    skipped "$check with version 2" "needs the AWS CLI of version 2, which is missing"
}

# What an earlier run had synthesized is of an earlier program.
[[ -n ${RUN-} ]] || rm -rf "$assemblies"
