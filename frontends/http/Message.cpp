#include "Message.h"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <array>

namespace nearcache::http {

namespace {

namespace beast = boost::beast;

/// Beast's own limit on the header: out of the way, because the Feeder's come first.
constexpr std::uint32_t noHeaderLimit = std::uint32_t{1} << 31;

std::string_view standard(beast::string_view text) {
    return {text.data(), text.size()};
}

bool isSame(std::string_view left, std::string_view right) {
    return beast::iequals({left.data(), left.size()}, {right.data(), right.size()});
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// What may stand in a host and port (RFC 3986, section 3.2, without user information). Anything else, a slash or a
/// space above all, could make another server see another host.
constexpr auto hostCharacters = [] {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                         "-._~!$&'()*+,;=:[]%";
    std::array<bool, 256> table{};
    for (const char c : allowed)
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

bool isHostCharacter(char c) {
    return hostCharacters[static_cast<unsigned char>(c)];
}

} // namespace

Message::Message(std::uint64_t bodyLimit, bool keepsLogin) : _keepsLogin(keepsLogin) {
    header_limit(noHeaderLimit);
    body_limit(bodyLimit);
}

void Message::on_request_impl(Verb verb, BeastView, BeastView target, int version, ErrorCode&) {
    _verb = verb;
    _target = standard(target);
    _version = version;
}

void Message::on_field_impl(Field field, BeastView, BeastView value, ErrorCode& error) {
    if (is_header_done()) // a trailer field, which has no meaning here
        return;
    _fault = note(field, standard(value));
    if (!_fault.empty())
        error = beast::http::error::bad_value;
}

/// Noted here because Beast would heed a Connection in the trailer too.
void Message::on_header_impl(ErrorCode&) {
    _keepsAlive = keep_alive() && !_closes;
}

std::string_view Message::note(Field field, std::string_view value) {
    switch (field) {
    case Field::host: return noteHost(value);
    case Field::content_length: return noteContentLength(value);
    case Field::transfer_encoding: return noteTransferEncoding(value);
    case Field::expect: return noteExpectation(value);
    case Field::authorization: return noteAuthorization(value);
    case Field::connection: return noteConnection(value);
    default: return {};
    }
}

std::string_view Message::noteHost(std::string_view value) {
    ++_hosts;
    return std::all_of(value.begin(), value.end(), isHostCharacter) ? "" : "bad Host";
}

std::string_view Message::noteContentLength(std::string_view value) {
    if (_hasLength || !std::all_of(value.begin(), value.end(), isDigit))
        return "more than one Content-Length";
    _hasLength = true;
    return {};
}

std::string_view Message::noteTransferEncoding(std::string_view value) const {
    if (isHttp10())
        return "Transfer-Encoding in HTTP/1.0";
    return isSame(value, "chunked") ? "" : "unknown Transfer-Encoding";
}

std::string_view Message::noteExpectation(std::string_view value) {
    if (!isSame(value, "100-continue"))
        _expectation = Expectation::Unknown;
    else if (_expectation == Expectation::None)
        _expectation = Expectation::Continue;
    return {};
}

std::string_view Message::noteAuthorization(std::string_view value) {
    ++_logins;
    if (_keepsLogin)
        _authorization = value;
    return {};
}

/// In HTTP/1.0, Beast lets `keep-alive` prevail over `close`; RFC 9112, section 9.3, has it the other way.
std::string_view Message::noteConnection(std::string_view value) {
    if (!isHttp10())
        return {};
    for (const auto& option : beast::http::token_list({value.data(), value.size()}))
        _closes = _closes || isSame(standard(option), "close");
    return {};
}

void Message::on_chunk_header_impl(std::uint64_t size, BeastView, ErrorCode&) {
    _chunkRemaining = size;
}

std::size_t Message::on_chunk_body_impl(std::uint64_t, BeastView body, ErrorCode&) {
    _chunkRemaining -= body.size();
    return body.size();
}

std::size_t Message::on_body_impl(BeastView body, ErrorCode&) {
    return body.size();
}

} // namespace nearcache::http
