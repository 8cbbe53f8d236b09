#pragma once

#include "coherence/verify/Keys.h"
#include "coherence/verify/ReadRoad.h"
#include "coherence/verify/Tally.h"

#include <memory>
#include <string>
#include <vector>

namespace nearcache::coherence {

/// A key as it was when a request was made.
struct Target {
    std::size_t slot = 0;
    std::shared_ptr<const History> history;
};

/// One client of one proxy: what it has seen until now, on whatever connections. For one thread.
class Viewer {
  public:
    /// `name`: for violations.
    Viewer(std::string name, int instance, std::size_t slots);

    [[nodiscard]] int instance() const { return _instance; }

    /// Judges what it was told, and counts it. `road`: how it was asked, for violations.
    void note(const Target& target, Sighting sighting, const std::string& road, Tally& tally);

    /// It was told what is no value of this key.
    void noteGarbage(const Target& target, const std::string& road, Tally& tally) const;

    /// The reply to one question about these keys, sent and received then.
    void noteReply(const ReadRoad& road, const ReadRoad::Result& result, const std::vector<Target>& targets, Time sent,
                   Time received, Tally& tally);

  private:
    struct Seen {
        std::shared_ptr<const History> history;
        Index index = 0;
    };

    const std::string _name;
    const int _instance;
    std::vector<Seen> _seen; ///< by slot
};

} // namespace nearcache::coherence
