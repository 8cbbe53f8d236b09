#pragma once

/// The one link of the process that asks Redis about itself, and does what no client asked for: whenever it is made, it
/// fetches the command table and Redis's identity for BackendFacts. RESP2, untracked. When it is lost, the facts stay.
/// Threads: its loop's.

#include "backend/BackendFacts.h"
#include "backend/Link.h"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct redisReply;

namespace nearcache {

class ControlLink final : public Link {
  public:
    /// A TOUCH is not sent while this many are unanswered: it is a help, not a duty.
    static constexpr std::size_t maxTouches = 16;

    /// The facts outlive it.
    ControlLink(const LinkContext& context, BackendFacts& facts);

    /// Has Redis take these keys for read just now (TOUCH), if it can be reached; else they are forgotten.
    void touch(const std::vector<std::string>& keys);

  private:
    using OnReply = void (ControlLink::*)(const redisReply& reply);

    void onReady() override;
    void onBytes(std::string_view bytes) override;
    void onLost(const std::string& why) override;
    void onAway() override;

    void ask(const std::vector<std::string_view>& words, OnReply onReply);
    void takeCommands(const redisReply& reply);
    void takeServer(const redisReply& reply);
    void takeReplication(const redisReply& reply);
    void takeTouched(const redisReply& reply);

    BackendFacts& _facts;
    std::deque<OnReply> _expected; ///< of what was sent, in order
    std::size_t _touches = 0;      ///< unanswered
    BackendIdentity _identity;     ///< as far as it is known of this connection
};

} // namespace nearcache
