#include "settings/Text.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace nearcache {

namespace {

constexpr std::size_t maxShown = 60;
constexpr std::size_t maxCompared = 60; // the comparison is quadratic

// Levenshtein's distance, by rows.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

// So many letters may differ in a name of this length: a swap of two counts as two.
std::size_t tolerance(std::size_t length) {
    return length <= 2 ? 1 : std::max<std::size_t>(2, length / 3);
}

std::string join(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "" : ", ") + name;
    return list;
}

} // namespace

std::string printable(std::string_view text) {
    std::string shown(text.substr(0, maxShown));
    std::ranges::replace_if(
        shown, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return text.size() > maxShown ? shown + "…" : shown;
}

std::string inQuotes(std::string_view text) {
    return "'" + printable(text) + "'";
}

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
    std::string best;
    std::size_t least = tolerance(name.size()) + 1;
    for (const std::string& candidate : known) {
        const std::size_t differing = distance(name.substr(0, maxCompared), candidate);
        if (differing < least && differing < candidate.size()) {
            least = differing;
            best = candidate;
        }
    }
    return best;
}

std::string unknownOption(std::string_view name, const std::vector<std::string>& known) {
    if (known.empty())
        return "unknown option; there are none here";
    const std::string meant = nearest(name, known);
    if (meant.empty())
        return "unknown option; those known here are " + join(known);
    return "unknown option; did you mean " + meant + "?";
}

} // namespace nearcache
