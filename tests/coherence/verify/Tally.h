#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nearcache::coherence {

/// What one thread has counted in one phase.
struct Tally {
    std::uint64_t reads = 0;       ///< judged
    std::vector<double> stale;     ///< of each stale read, how long its value had been superseded, in ms
    std::uint64_t backward = 0;    ///< reads that showed an older state than the same reader had seen
    std::uint64_t ownMissed = 0;   ///< reads that did not show a write acknowledged through the same proxy before
    std::uint64_t wrong = 0;       ///< reads of what the key never held
    std::uint64_t unavailable = 0; ///< requests without an answer, or with an error

    std::uint64_t httpReads = 0;
    std::uint64_t httpHits = 0;     ///< by Cache-Status
    std::uint64_t disconnected = 0; ///< hits marked as served while Redis is away

    std::uint64_t directWrites = 0;
    std::uint64_t ownWrites = 0; ///< through a proxy
    std::uint64_t doubtful = 0;  ///< writes without a reply, whose keys were given up

    std::map<std::string, std::uint64_t> errors; ///< texts, of which `mostTexts` are told apart
    std::vector<std::string> violations;         ///< the first `mostTexts`, in words

    static constexpr std::size_t mostTexts = 8;
    static constexpr std::size_t longestText = 160;

    void addError(const std::string& text);
    void addViolation(const std::string& text);
    void add(const Tally& other);

    [[nodiscard]] bool violated() const { return backward + ownMissed + wrong > 0; }
    [[nodiscard]] double stalePercent() const;
    /// Of the stale reads' staleness, in ms; 0 where none was stale. `stale` must be sorted.
    [[nodiscard]] double staleQuantile(double share) const;
};

} // namespace nearcache::coherence
