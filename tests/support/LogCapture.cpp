#include "support/LogCapture.h"

#include <Poco/Logger.h>
#include <Poco/Message.h>

#include <mutex>

namespace nearcache::test {

namespace {

constexpr const char* loggerName = "nearcache";

std::string_view nameOf(Poco::Message::Priority priority) {
    switch (priority) {
    case Poco::Message::PRIO_ERROR: return "error";
    case Poco::Message::PRIO_WARNING: return "warning";
    case Poco::Message::PRIO_INFORMATION: return "information";
    default: return "other";
    }
}

} // namespace

class LogCapture::Channel : public Poco::Channel {
  public:
    void log(const Poco::Message& message) override {
        const std::lock_guard lock(_mutex);
        _lines.push_back(std::string(nameOf(message.getPriority())) + ": " + message.getText());
    }

    [[nodiscard]] std::vector<std::string> lines() const {
        const std::lock_guard lock(_mutex);
        return _lines;
    }

  protected:
    ~Channel() override = default;

  private:
    mutable std::mutex _mutex;
    std::vector<std::string> _lines;
};

LogCapture::LogCapture() : _channel(new Channel) {
    auto& logger = Poco::Logger::get(loggerName);
    _before = logger.getChannel();
    _levelBefore = logger.getLevel();
    logger.setChannel(_channel);
    logger.setLevel(Poco::Message::PRIO_TRACE);
}

LogCapture::~LogCapture() {
    auto& logger = Poco::Logger::get(loggerName);
    logger.setChannel(_before);
    logger.setLevel(_levelBefore);
}

std::vector<std::string> LogCapture::lines() const {
    return _channel->lines();
}

} // namespace nearcache::test
