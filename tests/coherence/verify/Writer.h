#pragma once

#include "coherence/verify/Client.h"
#include "coherence/verify/Connection.h"
#include "coherence/verify/Gate.h"
#include "coherence/verify/ReadRoad.h"
#include "coherence/verify/Viewer.h"
#include "coherence/verify/WriteRoad.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

namespace nearcache::coherence {

/// Writes either straight to Redis, or through the proxies: then it reads back at once what it wrote, itself and by
/// another connection that it tells. A writer does only one of both, as a proxy without its Redis would hold it up.
class Writer : public Client {
  public:
    struct Settings {
        Address redis;
        std::vector<Address> proxies; ///< over RESP
        bool through = false;
        std::size_t number = 0;                  ///< for reports
        double writesPerSecond = 0;              ///< 0: as many as it can
        std::chrono::milliseconds timeout{5000}; ///< of a proxy
        std::vector<WriteRoad> roads;            ///< through a proxy
    };

    Writer(const Settings& settings, Keys& keys, Gate& gate);

    Tally run(const std::atomic<bool>& stop) override;

  private:
    /// One proxy as this writer knows it.
    struct Through {
        Through(const Settings& settings, std::size_t instance, std::size_t slots);

        Connection own;
        Connection told;
        Viewer ownViewer;
        Viewer toldViewer;
    };

    void writeDirectly(Tally& tally);
    void writeThrough(Tally& tally);
    bool write(std::size_t slot, Connection& connection, int instance, const WriteRoad& road, Tally& tally);
    void readBack(std::size_t slot, Connection& connection, Viewer& viewer, Tally& tally);
    std::pair<std::size_t, std::unique_lock<std::mutex>> anySlot();
    const WriteRoad& choose(const std::vector<WriteRoad>& roads);

    const Settings _settings;
    Keys& _keys;
    Gate& _gate;
    Connection _redis;
    std::vector<std::unique_ptr<Through>> _proxies;
    const std::vector<WriteRoad> _directRoads = WriteRoad::all();
    std::mt19937 _random;
};

} // namespace nearcache::coherence
