#pragma once

/// Whether the backing Redis is there, as far as all links together can tell; says so in the log when it changes.
/// Thread-safe.

#include <mutex>
#include <set>
#include <string>

namespace nearcache {

class Health {
  public:
    /// `address`: as configured, for the log.
    explicit Health(std::string address) : _address(std::move(address)) {}

    void linkReady();
    void linkLost();

    /// A link could not be made, and why.
    void attemptFailed(const std::string& trouble);

    [[nodiscard]] unsigned linksReady() const;

    /// `up`, or why it is not.
    [[nodiscard]] std::string state() const;

  private:
    enum class State { Unknown, Back, Away };

    const std::string _address;
    mutable std::mutex _mutex;
    unsigned _ready = 0;
    State _state = State::Unknown;
    std::string _trouble;
    std::set<std::string> _told; ///< troubles that the log has of this outage: links may meet them in turns
};

} // namespace nearcache
