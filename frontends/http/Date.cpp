#include "Date.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

#include <array>

namespace nearcache::http {

namespace {

constexpr std::size_t dateLength = 29;

/// Plain data, so that a thread's end runs nothing in a library that may have been unloaded.
struct Cached {
    std::time_t seconds;
    std::array<char, dateLength> text;
};

} // namespace

std::string formatDate(std::time_t seconds) {
    return Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(seconds), Poco::DateTimeFormat::HTTP_FORMAT);
}

std::string_view currentDate() {
    thread_local Cached cached{};
    const std::time_t now = std::time(nullptr);
    if (cached.seconds != now) {
        formatDate(now).copy(cached.text.data(), dateLength);
        cached.seconds = now;
    }
    return {cached.text.data(), dateLength};
}

} // namespace nearcache::http
