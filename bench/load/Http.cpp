#include "Dialect.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace nearcache::bench {

namespace {

constexpr std::string_view headEnd = "\r\n\r\n";

bool isLength(std::string_view line) {
    constexpr std::string_view name = "content-length:";
    return line.size() > name.size() && std::ranges::equal(line.substr(0, name.size()), name, {},
                                                           [](char c) { return static_cast<char>(c | 0x20); });
}

/// The body's length, by the Content-Length field; none where that is missing.
std::optional<std::size_t> bodyLength(std::string_view head) {
    while (!head.empty()) {
        const std::size_t end = std::min(head.find("\r\n"), head.size());
        std::string_view line = head.substr(0, end);
        if (isLength(line)) {
            line.remove_prefix(line.find(':') + 1);
            line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
            std::size_t length = 0;
            const auto result = std::from_chars(line.data(), line.data() + line.size(), length);
            return result.ec == std::errc() ? std::optional(length) : std::nullopt;
        }
        head.remove_prefix(std::min(end + 2, head.size()));
    }
    return std::nullopt;
}

/// GET over HTTP/1.1 with keep-alive, of /get?key=NAME. What the answer must be: 200, or 201 as Nearcache says for what
/// it had to fetch, with the value; 404 for an absent key.
class Http final : public Dialect {
  public:
    Http(const Options& options, const Values& values)
        : _absent(options.command == Command::Absent), _check(options.check), _values(values) {}

    void append(std::string& out, const Asked& asked) const override {
        out += "GET /get?key=";
        out += KeyName(asked.key, _absent);
        out += " HTTP/1.1\r\nHost: bench\r\n\r\n";
    }

    [[nodiscard]] std::size_t check(std::string_view input, const Asked& asked) const override {
        const std::size_t headSize = input.find(headEnd);
        if (headSize == std::string_view::npos)
            return more;
        const std::string_view head = input.substr(0, headSize);
        const auto length = bodyLength(head);
        if (!length || !isStatusRight(head) || (!_absent && *length != _values.sizeOf(asked.key)))
            return wrong;
        const std::size_t begin = headSize + headEnd.size();
        if (input.size() < begin + *length)
            return more;
        const bool right = _absent || _check == Check::Size || _values.matches(input.substr(begin, *length), asked.key);
        return right ? begin + *length : wrong;
    }

  private:
    [[nodiscard]] bool isStatusRight(std::string_view head) const {
        return _absent ? head.starts_with("HTTP/1.1 404")
                       : head.starts_with("HTTP/1.1 200") || head.starts_with("HTTP/1.1 201");
    }

    bool _absent;
    Check _check;
    const Values& _values;
};

} // namespace

std::unique_ptr<Dialect> makeHttp(const Options& options, const Values& values) {
    return std::make_unique<Http>(options, values);
}

} // namespace nearcache::bench
