#include "coherence/verify/Tally.h"

#include <algorithm>

namespace nearcache::coherence {

void Tally::addError(const std::string& whole) {
    const auto text = whole.substr(0, std::min(whole.find('\n'), longestText));
    if (errors.size() < mostTexts || errors.count(text) > 0)
        ++errors[text];
    else
        ++errors["others"];
}

void Tally::addViolation(const std::string& text) {
    if (violations.size() < mostTexts)
        violations.push_back(text);
}

void Tally::add(const Tally& other) {
    reads += other.reads;
    stale.insert(stale.end(), other.stale.begin(), other.stale.end());
    backward += other.backward;
    ownMissed += other.ownMissed;
    wrong += other.wrong;
    unavailable += other.unavailable;
    httpReads += other.httpReads;
    httpHits += other.httpHits;
    disconnected += other.disconnected;
    directWrites += other.directWrites;
    ownWrites += other.ownWrites;
    doubtful += other.doubtful;
    for (const auto& [text, count] : other.errors)
        errors[text] += count;
    for (const auto& text : other.violations)
        addViolation(text);
}

double Tally::stalePercent() const {
    return reads == 0 ? 0 : 100.0 * static_cast<double>(stale.size()) / static_cast<double>(reads);
}

double Tally::staleQuantile(double share) const {
    if (stale.empty())
        return 0;
    const auto at = static_cast<std::size_t>(share * static_cast<double>(stale.size()));
    return stale[std::min(at, stale.size() - 1)];
}

} // namespace nearcache::coherence
