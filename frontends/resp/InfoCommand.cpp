#include "Commands.h"
#include "Handlers.h"
#include "Reply.h"
#include "Text.h"

#include <algorithm>

namespace nearcache::respfront {

namespace {

bool isEverything(std::string_view section) {
    return isWord(section, "all") || isWord(section, "default") || isWord(section, "everything");
}

bool sameIgnoringCase(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

/// Whether INFO, with these sections behind it, is asked for `section`.
bool isWanted(std::string_view section, Words sections) {
    return sections.empty() || std::any_of(sections.begin(), sections.end(), [section](std::string_view word) {
               return isEverything(word) || sameIgnoringCase(word, section);
           });
}

void appendTitle(std::pmr::string& text, std::string_view section) {
    if (!text.empty())
        text.append(resp::newLine);
    text.append("# ").append(1, upper(section.front())).append(section.substr(1)).append(resp::newLine);
}

void appendFact(std::pmr::string& text, const Fact& fact) {
    text.append(fact.name).append(":");
    appendOneLine(text, fact.value);
    text.append(resp::newLine);
}

/// Facts of one section follow each other.
std::pmr::string describe(const std::vector<Fact>& facts, Words sections, std::pmr::memory_resource& scratch) {
    std::pmr::string text(&scratch);
    std::string_view section;
    for (const Fact& fact : facts) {
        if (fact.section.empty() || !isWanted(fact.section, sections))
            continue;
        if (fact.section != section)
            appendTitle(text, fact.section);
        section = fact.section;
        appendFact(text, fact);
    }
    return text;
}

} // namespace

/// INFO is Redis's, but for `INFO nearcache`, with sections of its own behind it.
void info(Call& call) {
    if (call.words.size() < 2 || !isWord(call.words[1], "nearcache"))
        return forward(call);
    std::pmr::string& reply = newText(call.scratch);
    appendText(reply, describe(call.host.facts(), call.words.subspan(2), call.scratch), call.session.resp3());
    call.answer(reply);
}

} // namespace nearcache::respfront
