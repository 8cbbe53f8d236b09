#pragma once

#include "coherence/verify/Client.h"
#include "coherence/verify/Connection.h"
#include "coherence/verify/Pace.h"
#include "coherence/verify/ReadRoad.h"
#include "coherence/verify/Viewer.h"

#include <random>
#include <string>
#include <vector>

namespace nearcache::coherence {

/// Reads over RESP: pipelines of a few questions, in which cached reads and those passed through follow each other,
/// often for the same key.
class RespReader : public Client {
  public:
    struct Settings {
        std::string name;
        Address address;
        int instance = 0;
        int protocol = 2;
        double readsPerSecond = 0; ///< 0: as many as it can
        std::chrono::milliseconds timeout{5000};
        std::vector<ReadRoad> roads; ///< those to be mixed; the first one is taken for half of the reads
    };

    RespReader(const Settings& settings, const Keys& keys);

    Tally run(const std::atomic<bool>& stop) override;

  private:
    struct Question {
        ReadRoad road;
        std::vector<Target> targets;
        std::vector<std::string> names;
    };

    std::vector<Question> questions();
    Question question(std::size_t slot);
    void ask(const std::vector<Question>& questions, Tally& tally);
    void take(const Question& question, Time sent, Tally& tally);

    const Settings _settings;
    const Keys& _keys;
    Connection _connection;
    Viewer _viewer;
    std::mt19937 _random;
};

} // namespace nearcache::coherence
