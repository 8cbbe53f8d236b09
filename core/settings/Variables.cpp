#include "settings/Variables.h"

#include "settings/Characters.h"

#include <algorithm>

namespace nearcache {

namespace {

constexpr std::string_view opening = "${";
constexpr std::string_view escapedOpening = "$${";
constexpr std::string_view defaultMark = ":-";

bool isName(std::string_view text) {
    return !text.empty() && !isDigit(text.front()) &&
           std::ranges::all_of(text, [](char c) { return isLetter(c) || isDigit(c) || c == '_'; });
}

struct Reference {
    std::string name;
    std::optional<std::string> otherwise;
};

// What stands between the braces.
Reference parseReference(std::string_view inside) {
    if (inside.find(opening) != std::string_view::npos)
        throw VariableError("a ${…} may not hold another one");
    const auto mark = inside.find(defaultMark);
    const std::string_view name = inside.substr(0, mark);
    if (!isName(name))
        throw VariableError("a ${…} must hold a variable's name, or NAME:-default; $${ stands for ${ itself");
    Reference reference{std::string(name), {}};
    if (mark != std::string_view::npos)
        reference.otherwise = inside.substr(mark + defaultMark.size());
    return reference;
}

std::string valueOf(const Reference& reference, const Environment& environment) {
    const std::optional<std::string> value = environment(reference.name);
    if (value && !(value->empty() && reference.otherwise))
        return *value;
    if (!reference.otherwise)
        throw VariableError("the environment variable " + reference.name + " is not set, and ${" + reference.name +
                            "} has no default");
    return *reference.otherwise;
}

} // namespace

std::string replaceVariables(std::string_view text, const Environment& environment) {
    std::string out;
    for (;;) {
        const auto dollar = text.find('$');
        out += text.substr(0, dollar);
        if (dollar == std::string_view::npos)
            return out;
        text.remove_prefix(dollar);
        if (text.starts_with(escapedOpening)) {
            out += opening;
            text.remove_prefix(escapedOpening.size());
        } else if (text.starts_with(opening)) {
            const auto end = text.find('}');
            if (end == std::string_view::npos)
                throw VariableError("a ${ has no } after it; $${ stands for ${ itself");
            out += valueOf(parseReference(text.substr(opening.size(), end - opening.size())), environment);
            text.remove_prefix(end + 1);
        } else {
            out += text.front();
            text.remove_prefix(1);
        }
    }
}

} // namespace nearcache
