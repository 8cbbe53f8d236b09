#pragma once

/// Feeds one message to its parser, line by line, within the limits.
///
/// What Beast is shown depends on the bytes alone, never on how they were cut on the way: in the header one whole line
/// at a time, in a body's data all there is, in chunked framing whole lines again. So a request means the same whether
/// it comes in one piece or byte by byte, each byte is looked at a bounded number of times, and what is too long is
/// refused before all of it has come. (Given a part of a header, Beast would put off judging it until its end had
/// come.)
///
/// Lines must end in CRLF, and folded ones (obs-fold) are refused: RFC 9112, sections 2.2 and 5.2.

#include "Limits.h"
#include "Message.h"

#include <string>
#include <string_view>

namespace nearcache::http {

/// Why a message cannot be read on. The connection ends with the answer: where the next request begins is unknown.
struct Fault {
    std::string_view status;
    std::string text;
};

class Feeder {
  public:
    Feeder(const Limits& limits, bool keepsLogin) : _limits(limits), _message(limits.body, keepsLogin) {}

    [[nodiscard]] const Message& message() const { return _message; }
    [[nodiscard]] bool isHeaderDone() const { return _message.is_header_done(); }
    [[nodiscard]] bool isDone() const { return _message.is_done(); }
    [[nodiscard]] bool hasFailed() const { return !_fault.status.empty(); }
    [[nodiscard]] const Fault& fault() const { return _fault; }

    /// Reads on in the header, or in the body, and returns how many bytes of `input` are done with. The next call's
    /// input begins after those.
    [[nodiscard]] std::size_t header(std::string_view input);
    [[nodiscard]] std::size_t body(std::string_view input);

  private:
    /// Each takes from the front of `rest` what is done with, and returns whether there may be more to do.
    bool requestLine(std::string_view& rest);
    bool fieldLine(std::string_view& rest);
    bool framing(std::string_view& rest);
    bool data(std::string_view& rest);

    bool lookAhead(std::string_view rest, std::size_t length);
    bool putLine(std::string_view& rest, std::size_t length, std::size_t lookahead);
    [[nodiscard]] std::size_t put(std::string_view bytes);
    [[nodiscard]] std::size_t lineEnd(std::string_view rest, std::size_t from);
    bool isFramingLine(std::string_view line);
    void refuseByError(const Message::ErrorCode& error);
    void refuseVersion(std::string_view line);
    bool refuse(std::string_view status, std::string text);

    const Limits& _limits;
    Message _message;
    std::size_t _scanned = 0;      ///< bytes at the front of the input that hold no line end
    std::size_t _shown = 0;        ///< chunked framing: bytes at the front that Beast has seen and not taken
    std::size_t _headerBytes = 0;  ///< of field lines
    std::size_t _framingBytes = 0; ///< of chunked framing since the last chunk's data
    bool _isVersionBad = false;
    Fault _fault;
};

} // namespace nearcache::http
