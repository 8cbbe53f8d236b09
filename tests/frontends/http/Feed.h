#pragma once

/// Drives the HTTP front-end's parser as the core does, and keeps what comes of it.
///
/// Every call gets its input in memory of its own and of the exact size, and scratch memory of its own, so that a
/// sanitizer sees each byte read too far and each view kept too long. Header only: the fuzz target uses it too.

#include "Fakes.h"
#include "http/Parse.h"

#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

namespace nearcache::http::test {

/// A request, copied. The date in a payload is blotted out, so that two runs compare equal.
struct Seen {
    bool isGet = false;
    bool close = false;
    std::uint32_t tag = 0;
    std::string key;
    std::string payload;

    bool operator==(const Seen&) const = default;
};

class Feed {
  public:
    explicit Feed(const Limits& limits = {}, FakeCredentials::Users users = {})
        : _limits(limits), _credentials(std::move(users)) {}
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    /// More bytes have arrived. Those after a request that closes are never shown to the parser.
    void give(std::string_view bytes) {
        _unread.append(bytes);
        while (!_closed && parseOne()) {
        }
    }

    [[nodiscard]] const std::vector<Seen>& seen() const { return _seen; }
    [[nodiscard]] bool isClosed() const { return _closed; }
    [[nodiscard]] std::size_t unread() const { return _unread.size(); }

  private:
    bool parseOne() {
        const std::vector<char> input(_unread.begin(), _unread.end());
        std::pmr::monotonic_buffer_resource scratch;
        Request request;
        const Parsed parsed = _parse.next({input.data(), input.size()}, scratch, request);
        if (parsed.status == Parsed::Status::Complete)
            note(request);
        _unread.erase(0, parsed.consumed);
        return parsed.status == Parsed::Status::Complete;
    }

    void note(const Request& request) {
        _seen.push_back({request.action == Request::Action::Get, request.close, request.tag, std::string(request.key),
                         withoutDate(std::string(request.payload))});
        _closed = request.close;
    }

    static std::string withoutDate(std::string payload) {
        constexpr std::string_view name = "\r\nDate: ";
        constexpr std::size_t dateLength = 29;
        if (const std::size_t at = payload.find(name); at != std::string::npos)
            payload.replace(at + name.size(), dateLength, "now");
        return payload;
    }

    const Limits _limits;
    const FakeHost _host;
    const FakeCredentials _credentials;
    Parse _parse{_limits, _host, _credentials};
    std::string _unread;
    std::vector<Seen> _seen;
    bool _closed = false;
};

} // namespace nearcache::http::test
