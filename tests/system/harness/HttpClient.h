#pragma once

#include "system/harness/HttpAnswer.h"

#include <Poco/Net/HTTPClientSession.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace nearcache::blackbox {

using Fields = std::map<std::string, std::string>;

/// A client of HTTP/1.1 by Poco, with keep-alive. Throws Poco::Exception where the connection fails.
class HttpClient {
  public:
    explicit HttpClient(std::uint16_t port);

    /// GET /get?key=…
    HttpAnswer get(std::string_view key) { return request("GET", target(key)); }

    HttpAnswer request(const std::string& method, const std::string& target, const Fields& fields = {},
                       const std::string& body = {});

  private:
    Poco::Net::HTTPClientSession _session;
};

} // namespace nearcache::blackbox
