#pragma once

#include <Poco/Channel.h>

#include <string>
#include <vector>

namespace nearcache::test {

/// Keeps what is logged while it lives, in place of showing it: `warning: Redis is away: …`. Thread-safe.
class LogCapture {
  public:
    LogCapture();
    ~LogCapture();
    LogCapture(const LogCapture&) = delete;
    LogCapture& operator=(const LogCapture&) = delete;

    [[nodiscard]] std::vector<std::string> lines() const;

  private:
    class Channel;

    Poco::AutoPtr<Channel> _channel;
    Poco::AutoPtr<Poco::Channel> _before;
    int _levelBefore;
};

} // namespace nearcache::test
