#pragma once

/// One client's connection, in HTTP/1.1 or 1.0. Holds next to nothing while no request is under way.

#include "Parse.h"
#include "Reply.h"
#include "Tag.h"
#include "nearcache/FrontEnd.h"

namespace nearcache::http {

class HttpSession final : public Session {
  public:
    /// All of them outlive the session.
    HttpSession(const Limits& limits, const Host& host, const Credentials& credentials)
        : _parse(limits, host, credentials) {}

    [[nodiscard]] Parsed parse(std::string_view input, std::pmr::memory_resource& scratch, Request& request) override {
        return _parse.next(input, scratch, request);
    }

    void encode(const Reply& reply, std::uint32_t tag, Output& output) override {
        writeReply(reply, Tag::unpack(tag), output);
    }

  private:
    Parse _parse;
};

static_assert(sizeof(HttpSession) <= 512, "ten thousand idle sessions must be cheap");

} // namespace nearcache::http
