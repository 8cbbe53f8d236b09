# Sourced by make.sh: checks format and habits with what is installed of clang-format and clang-tidy; neither is needed
# for anything else. Needs the compile commands of a native build.

sources() { git -C "$top" ls-files "$@" | sed "s|^|$top/|"; }

checked=0
if command -v clang-format >/dev/null; then
    sources '*.h' '*.cpp' | xargs clang-format --dry-run -Werror
    checked=1
fi
if command -v clang-tidy >/dev/null; then
    [ -f "$top/build/compile_commands.json" ] || die "make lint reads build/compile_commands.json: make build first"
    sources 'core/*.cpp' 'plugins/*.cpp' 'frontends/*.cpp' 'policies/*.cpp' |
        xargs -P "$jobs" -n 4 clang-tidy --quiet -p "$top/build"
    checked=1
fi
[ "$checked" = 1 ] || die "neither clang-format nor clang-tidy is installed"
