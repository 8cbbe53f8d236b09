#pragma once

/// One client's connection, in RESP2.

#include "Parse.h"
#include "SessionState.h"

#include "nearcache/FrontEnd.h"

#include <string_view>

namespace nearcache::respfront {

class RespSession final : public Session {
  public:
    /// `host` and `limits` must outlive the session.
    RespSession(const Host& host, const ParseLimits& limits, std::uint64_t id)
        : _host(host), _parser(limits), _state(id) {}

    [[nodiscard]] Parsed parse(std::string_view input, std::pmr::memory_resource& scratch, Request& request) override;
    void encode(const Reply& reply, std::uint32_t tag, Output& output) override;

  private:
    Parsed parseAny(std::string_view input, std::pmr::memory_resource& scratch, Request& request);

    const Host& _host;
    CommandParser _parser;
    SessionState _state;
};

} // namespace nearcache::respfront
