#!/usr/bin/env bash
# The effort spent on each part, counted from the commit history. usage: tools/effort.sh [REVISION]
#
# The time of a commit is the time since the one before it, by whomever, 30 minutes at most (a longer gap is a pause);
# the first one counts as 10 minutes. It is shared out among the parts by the lines that the commit added or removed.
set -euo pipefail
cd "$(dirname "$0")/.."

git log --reverse --no-merges --format='commit %ct' --numstat "${1:-HEAD}" | awk '
    function part(path,    folders) {
        if (path ~ /^core\//) { split(path, folders, "/"); return "core/" folders[2] }
        if (path ~ /^(frontends|policies)\//) { split(path, folders, "/"); return folders[1] "/" folders[2] }
        if (path ~ /^plugins\/api\//) return "plugins: API"
        if (path ~ /^plugins\//) return "plugins: loader, examples"
        if (path ~ /^tests\/system\//) return "tests: system"
        if (path ~ /^tests\/fuzz\//) return "tests: fuzz"
        if (path ~ /^tests\//) return "tests: unit"
        if (path ~ /^bench\//) return "bench"
        if (path ~ /\.md$/ || path ~ /^(docs|config)\//) return "documents, configuration"
        return "build, tools, Docker"
    }
    function settle(    name) {
        if (total > 0)
            for (name in changed) {
                minutes[name] += spent * changed[name] / total
                commits[name]++
            }
        for (name in changed)
            delete changed[name]
        total = 0
    }
    $1 == "commit" {
        settle()
        spent = previous == "" ? 10 : ($2 - previous) / 60
        if (spent > 30) spent = 30
        previous = $2
        next
    }
    NF >= 3 {
        lines = $1 + $2
        name = part($3)
        changed[name] += lines; total += lines
        added[name] += $1; removed[name] += $2
    }
    END {
        settle()
        printf "| part | minutes | commits | lines added | removed |\n|---|--:|--:|--:|--:|\n"
        for (name in minutes) {
            printf "| %s | %.0f | %d | %d | %d |\n", name, minutes[name], commits[name], added[name], removed[name] | "sort"
            sum += minutes[name]
        }
        close("sort")
        printf "| **all** | **%.0f** | | | |\n", sum
    }'
