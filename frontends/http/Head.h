#pragma once

/// The head of a reply, from the status line to the empty line, composed on the stack.
///
/// Every reply has Date, Content-Type and Content-Length; Connection where the protocol's version would have the client
/// think otherwise.

#include "Tag.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nearcache::http {

inline constexpr std::string_view binary = "application/octet-stream";
inline constexpr std::string_view json = "application/json";
inline constexpr std::string_view plainText = "text/plain; charset=utf-8";

class Head {
  public:
    Head(std::string_view status, std::string_view contentType, std::size_t contentLength, Tag tag);
    Head(const Head&) = delete;
    Head& operator=(const Head&) = delete;

    /// What is added after construction: whole fields, each with its line end. All of it is constants and numbers, so
    /// the room suffices.
    Head& add(std::string_view text);
    Head& add(std::uint64_t number);

    /// Ends the head. Valid as long as the Head.
    [[nodiscard]] std::string_view finish();

  private:
    static constexpr std::size_t room = 768;

    char _text[room];
    char* _end = _text;
};

} // namespace nearcache::http
