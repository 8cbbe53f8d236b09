#pragma once

/// The status codes in use, with their reason phrases (RFC 9110, section 15).

#include <string_view>

namespace nearcache::http::status {

inline constexpr std::string_view ok = "200 OK";
inline constexpr std::string_view created = "201 Created";
inline constexpr std::string_view badRequest = "400 Bad Request";
inline constexpr std::string_view unauthorized = "401 Unauthorized";
inline constexpr std::string_view notFound = "404 Not Found";
inline constexpr std::string_view methodNotAllowed = "405 Method Not Allowed";
inline constexpr std::string_view conflict = "409 Conflict";
inline constexpr std::string_view contentTooLarge = "413 Content Too Large";
inline constexpr std::string_view uriTooLong = "414 URI Too Long";
inline constexpr std::string_view expectationFailed = "417 Expectation Failed";
inline constexpr std::string_view fieldsTooLarge = "431 Request Header Fields Too Large";
inline constexpr std::string_view badGateway = "502 Bad Gateway";
inline constexpr std::string_view unavailable = "503 Service Unavailable";
inline constexpr std::string_view gatewayTimeout = "504 Gateway Timeout";
inline constexpr std::string_view versionNotSupported = "505 HTTP Version Not Supported";

} // namespace nearcache::http::status
