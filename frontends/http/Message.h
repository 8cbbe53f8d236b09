#pragma once

/// One request message: Boost.Beast's parser, and the little of a message that this front-end needs.
///
/// Beast decides what is well-formed (RFC 9112) and where the body ends. The hooks refuse what Beast lets pass and
/// what another server on the way could read differently: several Content-Lengths, a Transfer-Encoding other than
/// `chunked`, in HTTP/1.0 any. Beast joins folded lines and ignores what comes after an unknown transfer coding, so
/// neither may be left to it; for folding see Feeder.h.
///
/// Holds no copy of the message but what it says who the client is: `target()` points into the bytes that put() was
/// called with.

#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace nearcache::http {

class Message : public boost::beast::http::basic_parser<true> {
  public:
    using Field = boost::beast::http::field;
    using Verb = boost::beast::http::verb;
    using ErrorCode = boost::beast::error_code;
    using BeastView = boost::beast::string_view;

    enum class Expectation : std::uint8_t { None, Continue, Unknown };

    /// `keepsLogin`: authorization() is wanted.
    Message(std::uint64_t bodyLimit, bool keepsLogin);

    /// The request line has been read: the three below have their values.
    [[nodiscard]] bool hasRequestLine() const { return _version != 0; }
    [[nodiscard]] Verb verb() const { return _verb; }
    [[nodiscard]] std::string_view target() const { return _target; }
    [[nodiscard]] bool isHttp10() const { return _version == 10; }

    /// Once the header has been read: whether the client can bear more replies on this connection.
    [[nodiscard]] bool keepsAlive() const { return _keepsAlive; }
    [[nodiscard]] Expectation expectation() const { return isHttp10() ? Expectation::None : _expectation; }
    [[nodiscard]] unsigned hosts() const { return _hosts; }
    /// The Authorization field, a copy; empty if there is none, or more than one.
    [[nodiscard]] std::string_view authorization() const { return _logins == 1 ? _authorization : std::string_view(); }

    /// Bytes of the present chunk's data that are still to come.
    [[nodiscard]] std::uint64_t chunkRemaining() const { return _chunkRemaining; }

    /// What a hook found wrong with the message, or nothing where it was Beast.
    [[nodiscard]] std::string_view fault() const { return _fault; }

  private:
    void on_request_impl(Verb verb, BeastView method, BeastView target, int version, ErrorCode& error) override;
    void on_field_impl(Field field, BeastView name, BeastView value, ErrorCode& error) override;
    void on_header_impl(ErrorCode& error) override;
    void on_chunk_header_impl(std::uint64_t size, BeastView extensions, ErrorCode& error) override;
    std::size_t on_chunk_body_impl(std::uint64_t remaining, BeastView body, ErrorCode& error) override;
    std::size_t on_body_impl(BeastView body, ErrorCode& error) override;
    void on_response_impl(int, BeastView, int, ErrorCode&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
    void on_finish_impl(ErrorCode&) override {}

    std::string_view noteHost(std::string_view value);
    std::string_view noteContentLength(std::string_view value);
    std::string_view noteTransferEncoding(std::string_view value) const;
    std::string_view noteExpectation(std::string_view value);
    std::string_view noteConnection(std::string_view value);
    std::string_view noteAuthorization(std::string_view value);
    std::string_view note(Field field, std::string_view value);

    std::string_view _target;
    std::string_view _fault;
    std::uint64_t _chunkRemaining = 0;
    Verb _verb = Verb::unknown;
    int _version = 0;
    unsigned _hosts = 0;
    unsigned _logins = 0;
    std::string _authorization;
    bool _keepsLogin;
    bool _hasLength = false;
    bool _closes = false;
    bool _keepsAlive = false;
    Expectation _expectation = Expectation::None;
};

} // namespace nearcache::http
