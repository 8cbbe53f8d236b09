#pragma once

/// From bytes to requests: the reading half of a session.
///
/// A request that is all there is read in place, without allocation. One that comes in pieces, or has a body (which is
/// skipped), leaves its target in a copy of ours, and what has been read is not asked for again.

#include "Answer.h"
#include "Feeder.h"
#include "Limits.h"
#include "Tag.h"
#include "Target.h"
#include "nearcache/FrontEnd.h"

#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>

namespace nearcache::http {

class Parse {
  public:
    /// All of them outlive the object.
    Parse(const Limits& limits, const Host& host, const Credentials& credentials)
        : _limits(limits), _host(host), _credentials(credentials) {}

    /// As Session::parse().
    [[nodiscard]] Parsed next(std::string_view input, std::pmr::memory_resource& scratch, Request& request);

  private:
    /// What a call writes its result with.
    struct Call {
        std::pmr::memory_resource& scratch;
        Request& request;
        Tag tag;
    };

    [[nodiscard]] const Message& message() const { return _feeder->message(); }
    Parsed finish(std::string_view input, std::size_t consumed, Call& call);
    Parsed unfinished(std::size_t consumed);
    Parsed complete(std::size_t consumed);
    Parsed refuse(std::string_view input, const Fault& fault, Call& call);
    Parsed goAhead(std::size_t consumed, Call& call);
    [[nodiscard]] bool hasOneHost() const;

    void judge(const Call& call) const;
    void judgePath(const Target& target, const Call& call) const;
    void judgeGet(std::string_view query, const Call& call) const;
    [[nodiscard]] std::string_view lastingTarget(std::pmr::memory_resource& scratch) const;

    const Limits& _limits;
    const Host& _host;
    const Credentials& _credentials;
    std::optional<Feeder> _feeder; ///< the message under way
    std::string _target;           ///< its target, where bytes seen earlier had it
    bool _hasTarget = false;
    bool _wentAhead = false; ///< the client has been told to send the body
};

} // namespace nearcache::http
