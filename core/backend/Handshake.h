#pragma once

/// What is said on a new link before it is used: AUTH, SELECT, a name, and a PING that tells whether Redis answers
/// (it may still be loading, or want a password that was not configured).
/// Commands: https://redis.io/docs/latest/commands/auth/, …/select/, …/client-setname/, …/ping/

#include "settings/Settings.h"

#include <cstddef>
#include <string>
#include <vector>

struct redisReply;

namespace nearcache {

class Handshake {
  public:
    explicit Handshake(const BackendSettings& settings);

    /// All commands in RESP, to be sent at once.
    [[nodiscard]] const std::string& commands() const { return _commands; }

    /// Takes the next reply. Returns an empty string, or what Redis refused: then the link is of no use.
    [[nodiscard]] std::string takeReply(const redisReply& reply);

    [[nodiscard]] bool complete() const { return _replies == _steps.size(); }

  private:
    struct Step {
        const char* command;
        bool required;
    };

    void add(Step step, std::initializer_list<std::string_view> words);

    std::string _commands;
    std::vector<Step> _steps;
    std::size_t _replies = 0;
};

} // namespace nearcache
