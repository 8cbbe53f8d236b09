#include "Head.h"

#include "Date.h"

#include <algorithm>
#include <cassert>
#include <charconv>

namespace nearcache::http {

Head::Head(std::string_view status, std::string_view contentType, std::size_t contentLength, Tag tag) {
    add("HTTP/1.1 ").add(status).add("\r\nDate: ").add(currentDate());
    add("\r\nContent-Type: ").add(contentType).add("\r\nContent-Length: ").add(std::uint64_t{contentLength});
    if (tag.close)
        add("\r\nConnection: close");
    else if (tag.http10)
        add("\r\nConnection: keep-alive");
    add("\r\n");
}

Head& Head::add(std::string_view text) {
    assert(text.size() <= static_cast<std::size_t>(_text + room - _end));
    _end = std::copy(text.begin(), text.end(), _end);
    return *this;
}

Head& Head::add(std::uint64_t number) {
    const auto written = std::to_chars(_end, _text + room, number);
    assert(written.ec == std::errc{});
    _end = written.ptr;
    return *this;
}

std::string_view Head::finish() {
    add("\r\n");
    return {_text, static_cast<std::size_t>(_end - _text)};
}

} // namespace nearcache::http
