#pragma once

/// Client sockets: made connected, then never waited on.

#include <string>
#include <utility>

namespace nearcache::bench {

/// Owns a file descriptor.
class Descriptor {
  public:
    explicit Descriptor(int descriptor) : _descriptor(descriptor) {}
    Descriptor(Descriptor&& other) noexcept : _descriptor(std::exchange(other._descriptor, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor();

    [[nodiscard]] int get() const { return _descriptor; }

  private:
    int _descriptor;
};

/// Connected, non-blocking, without Nagle's delay. `address` is host:port or a path. Throws std::runtime_error.
[[nodiscard]] Descriptor connectTo(const std::string& address);

} // namespace nearcache::bench
