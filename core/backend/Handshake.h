#pragma once

/// What is said on a new link before it is used: the protocol's version, who we are, the database, tracking, and a PING
/// that tells whether Redis answers (it may still be loading, or want a password that was not configured).
/// Commands: https://redis.io/docs/latest/commands/hello/, …/auth/, …/select/, …/client-tracking/, …/client-setname/,
/// …/client-id/, …/ping/

#include "settings/Settings.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct redisReply;

namespace nearcache {

/// What a link is for.
enum class LinkRole : std::uint8_t {
    Fetch,   ///< RESP3, tracked
    Fetch2,  ///< RESP2, not tracked: where Redis has no tracking, or none is wanted
    Relay2,  ///< RESP2
    Relay3,  ///< RESP3
    Control, ///< RESP2
};

class Handshake {
  public:
    explicit Handshake(const BackendSettings& settings, LinkRole role = LinkRole::Relay2);

    /// All commands in RESP, to be sent at once.
    [[nodiscard]] const std::string& commands() const { return _commands; }

    /// Takes the next reply. Returns an empty string, or what Redis refused: then the link is of no use.
    /// A push is none: with tracking on, one may come in between.
    [[nodiscard]] std::string takeReply(const redisReply& reply);

    [[nodiscard]] bool complete() const { return _replies == _steps.size(); }

    /// Of what was refused: whether it is RESP3 or tracking, which this Redis does not have, or not for this user. What
    /// may be over soon (LOADING, a wrong password, too many clients) is not of this kind.
    [[nodiscard]] bool unsupported() const { return _unsupported; }

    /// What Redis calls this connection; 0 where it does not tell.
    [[nodiscard]] std::int64_t id() const { return _id; }

    /// Whether pushes may follow it.
    [[nodiscard]] bool resp3() const { return _resp3; }

  private:
    struct Step {
        const char* command;
        enum class Kind : std::uint8_t {
            Required, ///< the link is of no use without
            Courtesy, ///< some back-ends lack it
            Hello,    ///< required; it may be unsupported
            Tracking, ///< the same
            Id,
        } kind;
    };

    void add(Step step, std::initializer_list<std::string_view> words);
    void addHello(const BackendSettings& settings);
    void addAuth(const BackendSettings& settings);
    [[nodiscard]] std::string refused(const Step& step, std::string_view words);

    std::string _commands;
    std::vector<Step> _steps;
    std::size_t _replies = 0;
    std::int64_t _id = 0;
    bool _resp3 = false;
    bool _unsupported = false;
};

} // namespace nearcache
