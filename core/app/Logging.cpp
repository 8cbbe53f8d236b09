#include "app/Logging.h"

#include <Poco/AutoPtr.h>
#include <Poco/ConsoleChannel.h>
#include <Poco/FormattingChannel.h>
#include <Poco/Logger.h>
#include <Poco/PatternFormatter.h>

#include <iostream>

namespace nearcache {

void startLogging(const std::string& level) {
    using namespace Poco;
    const AutoPtr<ConsoleChannel> console(new ConsoleChannel(std::cerr));
    const AutoPtr<PatternFormatter> formatter(new PatternFormatter("%Y-%m-%dT%H:%M:%S.%iZ %p %t"));
    const AutoPtr<FormattingChannel> channel(new FormattingChannel(formatter, console));
    Logger::setChannel("", channel);
    Logger::setLevel("", Logger::parseLevel(level));
}

} // namespace nearcache
