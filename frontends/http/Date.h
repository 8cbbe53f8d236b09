#pragma once

/// The Date field's value (RFC 9110, section 5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`.

#include <ctime>
#include <string>
#include <string_view>

namespace nearcache::http {

[[nodiscard]] std::string formatDate(std::time_t seconds);

/// The present date. Formatted once a second and thread; valid until the thread's next call.
[[nodiscard]] std::string_view currentDate();

} // namespace nearcache::http
