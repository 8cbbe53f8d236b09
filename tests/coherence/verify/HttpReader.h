#pragma once

#include "coherence/verify/Address.h"
#include "coherence/verify/Client.h"
#include "coherence/verify/Viewer.h"

#include <Poco/Net/HTTPClientSession.h>

#include <chrono>
#include <random>
#include <string>

namespace nearcache::coherence {

/// Reads over HTTP, one request after the other on one connection, and counts hits by what Cache-Status says.
class HttpReader : public Client {
  public:
    struct Settings {
        std::string name;
        Address address;
        int instance = 0;
        double readsPerSecond = 0; ///< 0: as many as it can
        std::chrono::milliseconds timeout{5000};
    };

    HttpReader(const Settings& settings, const Keys& keys);

    Tally run(const std::atomic<bool>& stop) override;

  private:
    void read(const Target& target, Tally& tally);
    void note(const Target& target, Sighting sighting, const std::string& body, Tally& tally);

    const Settings _settings;
    const Keys& _keys;
    Poco::Net::HTTPClientSession _session;
    Viewer _viewer;
    std::mt19937 _random;
};

} // namespace nearcache::coherence
