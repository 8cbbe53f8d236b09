/// Every write command of the running Redis: who got its reply, and whoever is told, reads through the proxy what Redis
/// holds.

#include "coherence/WriteCommands.h"
#include "system/harness/Proxy.h"
#include "system/harness/RedisServer.h"

#include <Poco/String.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

namespace nearcache::coherence {

namespace {

using blackbox::Answer;
using blackbox::RedisServer;
using blackbox::RespClient;
using blackbox::Words;

constexpr const char* library = "#!lua name=nearcache\n"
                                "redis.register_function('nearcache_set', function(keys, args) "
                                "return redis.call('SET', keys[1], 'new') end)";

/// What is in a key, as far as clients can see.
struct Content {
    Answer get;
    Answer type;
    Answer dump;

    bool operator==(const Content& other) const = default;
};

std::ostream& operator<<(std::ostream& stream, const Content& content) {
    return stream << content.get << ", a " << content.type << ", serialized " << content.dump;
}

Content contentOf(RespClient& client, const std::string& key) {
    return {client.ask({"GET", key}), client.ask({"TYPE", key}), client.ask({"DUMP", key})};
}

bool hasFlag(const Answer& flags, const std::string& flag) {
    return std::any_of(flags.elements.begin(), flags.elements.end(),
                       [&](const Answer& each) { return each.text == flag; });
}

/// Commands are arrays of name, arity, flags, …, subcommands; before Redis 7 the tenth element is absent.
void collectWrites(const Answer& commands, std::set<std::string>& out) {
    constexpr std::size_t flags = 2;
    constexpr std::size_t subcommands = 9;
    for (const auto& command : commands.elements) {
        if (hasFlag(command.elements.at(flags), "write"))
            out.insert(command.elements.at(0).text);
        if (command.elements.size() > subcommands)
            collectWrites(command.elements[subcommands], out);
    }
}

void collectNames(const Answer& commands, std::set<std::string>& out) {
    for (const auto& command : commands.elements)
        out.insert(command.elements.at(0).text);
}

class OwnWriteTest : public ::testing::Test {
  protected:
    OwnWriteTest() {
        _sha = redis.ask({"SCRIPT", "LOAD", "return redis.call('SET', KEYS[1], 'new')"}).text;
        redis.ask({"SET", "dumped", "new"});
        _dump = redis.ask({"DUMP", "dumped"}).text;
        static_cast<void>(redis.ask({"FUNCTION", "LOAD", library})); // unknown to Redis 6
    }

    /// The write commands of this Redis, and those that it does not flag as such.
    std::set<std::string> writeCommands() {
        const auto commands = redis.ask({"COMMAND"});
        std::set<std::string> all;
        std::set<std::string> out;
        collectNames(commands, all);
        collectWrites(commands, out);
        for (const auto& name : unflaggedWrites())
            if (all.count(name) > 0)
                out.insert(name);
        return inLowerCase(out); // modules register theirs as they like
    }

    static std::set<std::string> inLowerCase(const std::set<std::string>& names) {
        std::set<std::string> out;
        for (const auto& name : names)
            out.insert(Poco::toLower(name));
        return out;
    }

    void attemptAll() {
        const auto writes = writeCommands();
        ASSERT_GT(writes.size(), 100U);
        for (const auto& trial : writeTrials()) {
            if (writes.count(trial.command) == 0)
                continue;
            SCOPED_TRACE(std::string(trial.before) + " -> " + trial.run);
            attempt(trial);
        }
    }

    void attempt(const Trial& trial) {
        _prefix = "trial" + std::to_string(++_trials) + ":";
        for (const auto& command : commandsOf(trial.before))
            ASSERT_FALSE(redis.ask(command).isError()) << command[0];
        cacheAll();
        const auto before = inRedis();
        for (const auto& command : commandsOf(trial.run)) {
            const auto reply = own->ask(command);
            ASSERT_FALSE(reply.isError()) << reply;
        }
        compare();
        EXPECT_NE(before, inRedis()) << "the command changes nothing: the trial proves nothing";
    }

    [[nodiscard]] blackbox::ProxyConfig proxyConfig() const {
        blackbox::ProxyConfig config;
        config.set("backend.address", redis.address())
            .set("backend.request_timeout", std::to_string(blackbox::patience.count()) + "s")
            .frontEnd("http")
            .frontEnd("resp");
        return config;
    }

    RedisServer redis;
    RedisServer other{RedisServer::Transport::Tcp};
    std::optional<RespClient> own;
    std::optional<RespClient> told;
    std::optional<blackbox::HttpClient> http; ///< nothing: Redis itself is asked

  private:
    [[nodiscard]] std::vector<std::string> keys() const {
        return {_prefix + "k1", _prefix + "k2", _prefix + "k3", _prefix + "dst"};
    }

    [[nodiscard]] std::string wordOf(const std::string& word) const {
        if (word == "k1" || word == "k2" || word == "k3" || word == "dst")
            return _prefix + word;
        if (word == "@DUMP")
            return _dump;
        if (word == "@SHA")
            return _sha;
        if (word == "@PORT")
            return std::to_string(other.endpoint().port);
        return word == "@EMPTY" ? "" : word;
    }

    [[nodiscard]] std::vector<Words> commandsOf(const std::string& text) const {
        std::vector<Words> out;
        std::istringstream words(text);
        bool next = true;
        for (std::string word; words >> word;) {
            if (word == ";") {
                next = true;
                continue;
            }
            if (next)
                out.emplace_back();
            next = false;
            out.back().push_back(wordOf(word));
        }
        return out;
    }

    /// All keys are in the cache then: those that are strings are seen to be.
    void cacheAll() {
        for (const auto& key : keys()) {
            const auto direct = redis.ask({"GET", key});
            ASSERT_EQ(own->ask({"GET", key}), direct) << key;
            ASSERT_EQ(told->ask({"GET", key}), direct) << key;
            if (http && direct.kind == Answer::Kind::Bulk) {
                ASSERT_NE(http->get(key).field("Cache-Status").find("; hit"), std::string::npos) << key;
            }
        }
    }

    std::vector<std::pair<Content, bool>> inRedis() {
        std::vector<std::pair<Content, bool>> out;
        for (const auto& key : keys())
            out.emplace_back(Content{redis.ask({"GET", key}), redis.ask({"TYPE", key}), redis.ask({"DUMP", key})},
                             redis.ask({"PTTL", key}).number >= 0);
        return out;
    }

    /// GET first and on both clients, as later requests would give an invalidation time to arrive.
    void compare() {
        std::vector<Answer> ownSaw;
        std::vector<Answer> toldSaw;
        for (const auto& key : keys()) {
            ownSaw.push_back(own->ask({"GET", key}));
            toldSaw.push_back(told->ask({"GET", key}));
        }
        for (std::size_t i = 0; i < keys().size(); ++i) {
            const auto key = keys()[i];
            const auto direct = redis.ask({"GET", key});
            EXPECT_EQ(ownSaw[i], direct) << key << " read by the writer";
            EXPECT_EQ(toldSaw[i], direct) << key << " read by another client";
            if (http)
                comparePage(http->get(key), direct);
            const Content straight{direct, redis.ask({"TYPE", key}), redis.ask({"DUMP", key})};
            EXPECT_EQ(contentOf(*own, key), straight) << key << " through the proxy";
        }
    }

    static void comparePage(const blackbox::HttpAnswer& page, const Answer& direct) {
        if (direct.kind == Answer::Kind::Bulk) {
            EXPECT_EQ(page.body, direct.text) << "over HTTP";
        } else {
            EXPECT_GE(page.status, 400) << "over HTTP";
        }
    }

    std::string _prefix;
    std::string _sha;
    std::string _dump;
    int _trials = 0;
};

TEST_F(OwnWriteTest, EveryWriteCommandOfThisRedisIsTriedOrSaidWhyNot) {
    std::set<std::string> known;
    for (const auto& trial : writeTrials())
        known.insert(trial.command);
    for (const auto& command : writeCommands())
        EXPECT_TRUE(known.count(command) > 0 || untriedWrites().count(command) > 0)
            << command << " has no trial in WriteCommands.cpp";
}

TEST_F(OwnWriteTest, TheTrialsAreSound) {
    own.emplace(redis.endpoint());
    told.emplace(redis.endpoint());
    attemptAll();
}

TEST_F(OwnWriteTest, WhatACommandWroteIsReadAtOnce) {
    const blackbox::Proxy proxy(proxyConfig());
    own.emplace(proxy.resp());
    told.emplace(proxy.resp());
    http.emplace(proxy.http());
    attemptAll();
}

} // namespace

} // namespace nearcache::coherence
