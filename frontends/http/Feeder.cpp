#include "Feeder.h"

#include "Status.h"

#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace nearcache::http {

namespace {

using BeastError = boost::beast::http::error;

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

/// Whether the request line ends in a version in due form, though one we do not speak.
bool namesOtherVersion(std::string_view line) {
    constexpr std::string_view form = " HTTP/d.d\r\n";
    if (line.size() < form.size())
        return false;
    line.remove_prefix(line.size() - form.size());
    const auto fits = [](char wanted, char c) { return wanted == 'd' ? c >= '0' && c <= '9' : wanted == c; };
    return std::equal(form.begin(), form.end(), line.begin(), fits) && line != " HTTP/1.0\r\n" &&
           line != " HTTP/1.1\r\n";
}

} // namespace

std::size_t Feeder::header(std::string_view input) {
    std::string_view rest = input;
    while (!rest.empty() && !isHeaderDone() && !hasFailed()) {
        if (!(_message.hasRequestLine() ? fieldLine(rest) : requestLine(rest)))
            break;
    }
    return input.size() - rest.size();
}

std::size_t Feeder::body(std::string_view input) {
    std::string_view rest = input;
    while (!rest.empty() && !isDone() && !hasFailed()) {
        const bool inFraming = _message.chunked() && _message.chunkRemaining() == 0;
        if (!(inFraming ? framing(rest) : data(rest)))
            break;
    }
    return input.size() - rest.size();
}

bool Feeder::requestLine(std::string_view& rest) {
    const std::size_t length = lineEnd(rest, 0);
    const bool tooLong = (length != 0 ? length : rest.size()) > _limits.target + requestLineOverhead;
    if (length == 0 || tooLong)
        (void)put(rest.substr(0, 1)); // what is no HTTP at all shows at once
    if (tooLong && !hasFailed())
        return refuse(status::uriTooLong, "the request line is too long");
    if (length == 0 || hasFailed())
        return false;
    const std::string_view line = rest.substr(0, length);
    if (!putLine(rest, length, 0)) {
        refuseVersion(line);
        return false;
    }
    if (_message.target().size() > _limits.target)
        return refuse(status::uriTooLong, "the request target is too long");
    return true;
}

void Feeder::refuseVersion(std::string_view line) {
    if (_isVersionBad && namesOtherVersion(line))
        _fault = {status::versionNotSupported, "HTTP/1.0 and HTTP/1.1 are spoken here"};
}

bool Feeder::fieldLine(std::string_view& rest) {
    const std::size_t length = lineEnd(rest, 0);
    if ((length != 0 ? length : rest.size()) > _limits.header - _headerBytes)
        return refuse(status::fieldsTooLarge, "the header fields are too large");
    if (length == 0)
        return false;
    const std::string_view line = rest.substr(0, length);
    if (!line.ends_with("\r\n"))
        return refuse(status::badRequest, "a line ends without CR");
    const bool last = length == 2;
    if (!last && !lookAhead(rest, length))
        return false;
    _headerBytes += length;
    return putLine(rest, length, last ? 0 : 1);
}

/// Whether the first byte after the line is there and says that the line is not folded. Beast wants to see it too.
bool Feeder::lookAhead(std::string_view rest, std::size_t length) {
    if (rest.size() == length) {
        _scanned = length - 1; // found again at once
        return false;
    }
    return !isBlank(rest[length]) || refuse(status::badRequest, "a folded header line");
}

/// Feeds the line and takes it from the rest. Of a well-formed line Beast leaves nothing, and never the lookahead.
bool Feeder::putLine(std::string_view& rest, std::size_t length, std::size_t lookahead) {
    const std::size_t taken = put(rest.substr(0, length + lookahead));
    if (hasFailed())
        return false;
    if (taken != length)
        return refuse(status::badRequest, "malformed request");
    rest.remove_prefix(length);
    return true;
}

bool Feeder::data(std::string_view& rest) {
    std::string_view bytes = rest;
    if (_message.chunked())
        bytes = bytes.substr(0, _message.chunkRemaining());
    rest.remove_prefix(put(bytes));
    _framingBytes = 0;
    return !hasFailed();
}

/// Beast may leave a line until it has seen the next, and is then shown both.
bool Feeder::framing(std::string_view& rest) {
    const std::size_t end = lineEnd(rest, _shown);
    const std::string_view line = rest.substr(_shown, (end != 0 ? end : rest.size()) - _shown);
    if (line.size() > chunkLineLimit)
        return refuse(status::badRequest, "a line of the chunked body is too long");
    if (end == 0)
        return false;
    if (!isFramingLine(line))
        return false;
    const std::size_t taken = put(rest.substr(0, end));
    if (hasFailed())
        return false;
    rest.remove_prefix(taken);
    _shown = end - taken;
    return true;
}

bool Feeder::isFramingLine(std::string_view line) {
    if (!line.ends_with("\r\n") || isBlank(line.front()))
        return refuse(status::badRequest, "a malformed line in the chunked body");
    _framingBytes += line.size();
    return _framingBytes <= trailerLimit || refuse(status::fieldsTooLarge, "the trailer fields are too large");
}

/// How many bytes Beast took.
std::size_t Feeder::put(std::string_view bytes) {
    Message::ErrorCode error;
    const std::size_t taken = _message.put({bytes.data(), bytes.size()}, error);
    if (error && error != BeastError::need_more)
        refuseByError(error);
    return taken;
}

/// The end of the line that begins at `from`, or 0 where it is not there yet. A byte is searched once.
std::size_t Feeder::lineEnd(std::string_view rest, std::size_t from) {
    const std::size_t begin = std::max(from, _scanned);
    const std::size_t found = rest.find('\n', begin);
    _scanned = found == std::string_view::npos ? rest.size() : 0;
    return found == std::string_view::npos ? 0 : found + 1;
}

void Feeder::refuseByError(const Message::ErrorCode& error) {
    _isVersionBad = error == BeastError::bad_version;
    if (error == BeastError::body_limit)
        refuse(status::contentTooLarge, "the body is too large");
    else if (_message.fault().empty())
        refuse(status::badRequest, "malformed request: " + error.message());
    else
        refuse(status::badRequest, "malformed request: " + std::string(_message.fault()));
}

bool Feeder::refuse(std::string_view status, std::string text) {
    _fault = {status, std::move(text)};
    return false;
}

} // namespace nearcache::http
