#pragma once

#include <Poco/Net/NameValueCollection.h>

#include <string>
#include <string_view>

namespace nearcache::blackbox {

struct HttpAnswer {
    int status = 0;
    std::string version; ///< `HTTP/1.1`
    Poco::Net::NameValueCollection fields;
    std::string body;

    /// The field's value, empty where it is absent; names are compared without regard to case.
    [[nodiscard]] std::string field(const std::string& name) const { return fields.get(name, ""); }
};

/// The text as part of a query: all but RFC 3986's unreserved characters are escaped.
std::string percentEncoded(std::string_view text);

/// `/get?key=…`
std::string target(std::string_view key);

/// A whole request as it goes over the wire: `GET /get?key=…`, with these lines (each ended by CRLF) after the Host's.
std::string httpGet(std::string_view key, std::string_view fields = {});

} // namespace nearcache::blackbox
