#pragma once

/// What a run of the load generator is asked to do: its command line as a struct.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace nearcache::bench {

enum class Protocol : std::uint8_t { Resp, Memcached, Http };
enum class Command : std::uint8_t { Get, Set, Absent, Range };
enum class Order : std::uint8_t { Uniform, Sequence, Zipf };

/// How closely replies are looked at: all of the value, or only how long it is (for servers with a canned reply).
enum class Check : std::uint8_t { Full, Size };

struct Options {
    std::string address; ///< host:port, or a path
    Protocol protocol = Protocol::Resp;
    Command command = Command::Get;
    unsigned connections = 50;
    unsigned idle = 0;  ///< connections held open beside those, which have asked once
    unsigned depth = 1; ///< requests under way on a connection
    unsigned threads = 1;
    double warmUp = 0.5;        ///< seconds before the timed part
    double seconds = 3;         ///< of the timed part
    std::uint64_t requests = 0; ///< if given: so many and no more, all of them timed
    double rate = 0;            ///< requests a second over all connections; 0: as fast as replies come
    std::uint64_t keys = 1;
    std::uint64_t firstKey = 0; ///< where Order::Sequence begins
    Order order = Order::Uniform;
    double skew = 0.99;          ///< of Order::Zipf
    double writes = 0;           ///< share of requests that are SET instead
    std::uint32_t smallest = 64; ///< bytes of a value; sizes are spread evenly over the logarithm
    std::uint32_t largest = 64;
    Check check = Check::Full;
    std::uint64_t seed = 1;
    std::vector<int> watch; ///< processes whose CPU time and memory are read around the timed part
};

/// Throws std::runtime_error that says what is wrong.
[[nodiscard]] Options readOptions(int count, char** arguments);

[[nodiscard]] const char* usage();

} // namespace nearcache::bench
