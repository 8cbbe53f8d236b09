#pragma once

#include <string>

namespace nearcache {

/// Sends all of the process's log to standard error, from this level on (a name that Poco::Logger knows).
void startLogging(const std::string& level);

} // namespace nearcache
