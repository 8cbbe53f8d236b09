#include "system/harness/Endpoint.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>

#include <fstream>
#include <random>
#include <stdexcept>

namespace nearcache::blackbox {

namespace {

constexpr int firstCandidate = 10000;

int firstClientPort() {
    int first = 32768;
    std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> first;
    return first > firstCandidate + 1000 ? first : 65536;
}

bool isFree(std::uint16_t port) {
    try {
        Poco::Net::ServerSocket probe;
        probe.bind(Poco::Net::SocketAddress("127.0.0.1", port), true);
        return true;
    } catch (const Poco::Net::NetException&) {
        return false;
    }
}

} // namespace

std::uint16_t freePort() {
    std::random_device random;
    std::uniform_int_distribution<int> candidates(firstCandidate, firstClientPort() - 1);
    for (int attempt = 0; attempt < 1000; ++attempt)
        if (const auto port = static_cast<std::uint16_t>(candidates(random)); isFree(port))
            return port;
    throw std::runtime_error("no free port");
}

} // namespace nearcache::blackbox
