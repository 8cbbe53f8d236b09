// What a client does, and by which road its commands go then.

#include "Driver.h"

#include "nearcache/Resp.h"

#include <gtest/gtest.h>

namespace nearcache::respfront {
namespace {

using Action = Request::Action;
using Expect = Request::Expect;
using Road = Request::Road;
using Scope = Request::Scope;
using Keys = std::vector<std::string>;

// In short: `get`, `many`, `answer`, `shared`, or `own`, with `stream`/`nothing`, `waits` and `release`.
std::string way(const Seen& request) {
    if (request.action != Action::Forward)
        return std::string(request.action == Action::Get       ? "get"
                           : request.action == Action::GetMany ? "many"
                                                               : "answer") +
               (request.release ? " release" : "");
    if (request.road == Road::Shared)
        return "shared";
    return std::string("own") + (request.expect == Expect::Stream ? " stream" : "") +
           (request.expect == Expect::Pushes ? " nothing" : "") + (request.waits ? " waits" : "") +
           (request.release ? " release" : "");
}

class StandingTest : public testing::Test {
  protected:
    // The last line's way.
    std::string ways(std::initializer_list<const char*> lines) {
        std::string last;
        for (const char* line : lines)
            last = way(_driver.line(line));
        return last;
    }

    std::string go(std::string_view line) { return way(_driver.line(line)); }

    Driver _driver;
};

// ---- transactions

TEST_F(StandingTest, withoutStateAllIsShared) {
    EXPECT_EQ(go("GET a"), "get");
    EXPECT_EQ(go("MGET a"), "many");
    EXPECT_EQ(go("SET a b"), "shared");
    EXPECT_EQ(go("PING"), "answer");
    EXPECT_EQ(go("EXEC"), "shared");
    EXPECT_EQ(go("DISCARD"), "shared");
    EXPECT_EQ(go("UNWATCH"), "answer");
    EXPECT_EQ(go("UNSUBSCRIBE"), "answer");
}

TEST_F(StandingTest, transaction) {
    EXPECT_EQ(go("MULTI"), "own");
    for (const char* line : {"GET a", "MGET a b", "SET c d", "PING", "ECHO a", "CLIENT ID", "INFO nearcache", "UNWATCH",
                             "BLPOP a 0", "WAIT 1 0", "GET", "NOSUCH"})
        EXPECT_EQ(go(line), "own") << line;
    EXPECT_EQ(go("EXEC"), "own release");
    EXPECT_EQ(go("GET a"), "get");
    EXPECT_EQ(go("SET a b"), "shared");
}

TEST_F(StandingTest, whatIsQueuedConcernsItsKeysWhenItIsExecuted) {
    (void)ways({"WATCH w", "MULTI"});
    EXPECT_EQ(_driver.line("SET a 1").keys, Keys{"a"}) << "and at once, where Redis has refused MULTI";
    (void)ways({"GET b", "MSET c 1 d 2"});
    const Seen exec = _driver.line("EXEC");
    EXPECT_EQ(exec.keys, (Keys{"w", "a", "b", "c", "d"}));
    EXPECT_TRUE(exec.writes);
    EXPECT_EQ(exec.scope, Scope::Keys);
    (void)ways({"MULTI", "GET e"});
    const Seen second = _driver.line("EXEC");
    EXPECT_EQ(second.keys, Keys{"e"});
    EXPECT_FALSE(second.writes);
}

TEST_F(StandingTest, theWidestScopeQueuedIsThatOfExec) {
    (void)ways({"MULTI", "FLUSHALL", "EVAL s 1 a", "SET b c"});
    EXPECT_EQ(_driver.line("EXEC").scope, Scope::All);
    (void)ways({"MULTI", "EVAL_RO s 1 a"});
    const Seen exec = _driver.line("EXEC");
    EXPECT_EQ(exec.scope, Scope::Some);
    EXPECT_FALSE(exec.writes);
}

TEST_F(StandingTest, aLongTransactionIsNotRemembered) {
    (void)go("MULTI");
    for (std::size_t i = 0; i <= Standing::maxKeys; ++i)
        (void)_driver.line("SET k" + std::to_string(i) + " v");
    const Seen exec = _driver.line("EXEC");
    EXPECT_EQ(exec.keys.size(), Standing::maxKeys);
    EXPECT_EQ(exec.scope, Scope::Some);
    EXPECT_TRUE(exec.writes);
}

TEST_F(StandingTest, longKeysAreNotRemembered) {
    (void)go("MULTI");
    std::string command;
    resp::appendCommand(command, {"SET", std::string(Standing::maxKeyBytes + 1, 'k'), "v"});
    (void)_driver.feed(command);
    const Seen exec = _driver.line("EXEC");
    EXPECT_EQ(exec.keys, Keys{});
    EXPECT_EQ(exec.scope, Scope::Some);
}

TEST_F(StandingTest, discard) {
    EXPECT_EQ(ways({"MULTI", "SET a b", "DISCARD"}), "own release");
    EXPECT_EQ(go("GET a"), "get");
    EXPECT_EQ(_driver.line("SET x y").keys, Keys{"x"});
}

TEST_F(StandingTest, wrongUseWithinATransactionIsForRedisToSay) {
    EXPECT_EQ(ways({"MULTI", "MULTI"}), "own");
    EXPECT_EQ(go("WATCH a"), "own");
    EXPECT_EQ(go("DISCARD x"), "own");
    EXPECT_EQ(go("EXEC"), "own release");
}

TEST_F(StandingTest, execWithArgumentsAborts) {
    (void)ways({"MULTI", "SET a b"});
    const Seen exec = _driver.line("EXEC x");
    EXPECT_EQ(way(exec), "own release");
    EXPECT_EQ(exec.payload, "*1\r\n$7\r\nDISCARD\r\n");
    EXPECT_EQ(_driver.relayed(exec, "+OK\r\n"), "-EXECABORT Transaction discarded because of previous errors.\r\n");
}

TEST_F(StandingTest, whatIsRefusedWithinATransactionAbortsIt) {
    for (const char* line : {"HELLO 3", "CLIENT REPLY OFF", "CLIENT UNBLOCK 1", "SYNC", "CLIENT TRACKING ON"}) {
        (void)ways({"MULTI", "SET a b"});
        const Seen refused = _driver.line(line);
        EXPECT_EQ(way(refused), "answer") << line;
        EXPECT_TRUE(refused.payload.starts_with("-ERR Nearcache ")) << refused.payload;
        const Seen exec = _driver.line("EXEC");
        EXPECT_EQ(exec.payload, "*1\r\n$7\r\nDISCARD\r\n") << line;
        EXPECT_EQ(way(exec), "own release") << line;
        EXPECT_EQ(_driver.relayed(exec, "+OK\r\n", 2),
                  "-EXECABORT Transaction discarded because of previous errors.\r\n");
    }
    EXPECT_EQ(ways({"MULTI", "SET a b", "EXEC"}), "own release");
}

TEST_F(StandingTest, anErrorInsteadOfAnAbortIsTold) {
    (void)ways({"MULTI", "HELLO 3"});
    EXPECT_EQ(_driver.relayed(_driver.line("EXEC"), "-LOADING x\r\n"), "-LOADING x\r\n");
}

TEST_F(StandingTest, watch) {
    EXPECT_EQ(go("WATCH a"), "own");
    EXPECT_EQ(go("GET a"), "own");
    EXPECT_EQ(_driver.line("GET b").keys, Keys{"b"});
    EXPECT_EQ(go("CLIENT ID"), "answer");
    EXPECT_EQ(go("EXEC"), "own"); // not without MULTI
    EXPECT_EQ(go("UNWATCH"), "own release");
    EXPECT_EQ(go("GET a"), "get");
}

TEST_F(StandingTest, whatEndsATransactionEndsTheWatching) {
    EXPECT_EQ(ways({"WATCH a", "MULTI", "EXEC"}), "own release");
    EXPECT_EQ(ways({"WATCH a", "MULTI", "DISCARD"}), "own release");
    EXPECT_EQ(ways({"WATCH a", "MULTI", "EXEC x"}), "own release");
    EXPECT_EQ(ways({"WATCH a", "EXEC x"}), "own release");
    EXPECT_EQ(go("GET a"), "get");
}

TEST_F(StandingTest, unwatchWithinATransactionWaitsForExec) {
    EXPECT_EQ(ways({"WATCH a", "MULTI", "UNWATCH"}), "own");
    EXPECT_EQ(go("EXEC"), "own release");
}

TEST_F(StandingTest, aPipelineIsFollowedAsItIsRead) {
    const auto requests = _driver.feed("MULTI\r\nSET a 1\r\nEXEC\r\nGET a\r\nMULTI\r\nDISCARD\r\nSET b 1\r\n");
    std::string all;
    for (const Seen& one : requests)
        all += way(one) + ", ";
    EXPECT_EQ(all, "own, own, own release, get, own, own release, shared, ");
}

TEST_F(StandingTest, whatIsNotFollowedWithinATransactionKeepsTheRoad) {
    for (const char* line : {"SELECT 1", "AUTH a b", "CLIENT SETNAME x", "CLIENT NO-EVICT on", "READONLY"}) {
        EXPECT_EQ(ways({"MULTI", line, "EXEC"}), "own") << line;
        EXPECT_EQ(go("GET a"), "own") << line;
        EXPECT_EQ(go("RESET"), "answer release") << line;
    }
}

TEST_F(StandingTest, subscriptionsWithinATransactionMakeAStream) {
    for (const char* line : {"SUBSCRIBE a", "UNSUBSCRIBE", "PSUBSCRIBE a", "MONITOR"}) {
        EXPECT_EQ(ways({"MULTI", line}), "own") << line;
        EXPECT_EQ(go("EXEC"), "own stream") << line;
        EXPECT_EQ(go("PING"), "own stream") << line;
        EXPECT_EQ(go("RESET"), "answer release") << line;
        EXPECT_EQ(go("PING"), "answer") << line;
    }
    EXPECT_EQ(ways({"MULTI", "SUBSCRIBE a", "DISCARD"}), "own release");
}

// ---- blocking commands

TEST_F(StandingTest, blockingCommandsHaveARoadToThemselves) {
    for (const char* line : {"BLPOP a 0", "XREAD BLOCK 0 STREAMS a $", "WAIT 1 0", "BLMPOP 0 1 a LEFT"}) {
        EXPECT_EQ(go(line), "own waits release") << line;
        EXPECT_EQ(go("GET a"), "get");
    }
    EXPECT_EQ(go("XREAD STREAMS a 0"), "shared");
    const Seen pop = _driver.line("BLPOP a b 0");
    EXPECT_EQ(pop.keys, (Keys{"a", "b"}));
    EXPECT_TRUE(pop.writes);
}

TEST_F(StandingTest, blockingCommandsWithinOtherStates) {
    EXPECT_EQ(ways({"WATCH a", "BLPOP a 0"}), "own waits");
    EXPECT_EQ(ways({"MULTI", "BLPOP a 0"}), "own");
}

// ---- databases

TEST_F(StandingTest, otherDatabases) {
    EXPECT_EQ(go("SELECT 3"), "own");
    EXPECT_EQ(go("GET a"), "own");
    EXPECT_EQ(_driver.line("SET a b").keys, Keys{"a"});
    EXPECT_EQ(go("SELECT 4"), "own");
    EXPECT_EQ(go("SELECT 0"), "own release");
    EXPECT_EQ(go("GET a"), "get");
    EXPECT_EQ(go("SELECT 0"), "answer");
}

TEST_F(StandingTest, aDatabaseThatRedisRefuses) {
    const Seen select = _driver.line("SELECT 99");
    EXPECT_EQ(_driver.relayed(select, "-ERR DB index is out of range\r\n", 3), "-ERR DB index is out of range\r\n");
    EXPECT_EQ(go("GET a"), "own release");
    EXPECT_EQ(go("GET a"), "get");
}

TEST_F(StandingTest, aReturnThatRedisRefusesEndsTheConnection) {
    (void)go("SELECT 3");
    const Seen select = _driver.line("SELECT 0");
    EXPECT_EQ(way(select), "own release");
    EXPECT_EQ(_driver.relayed(select, "-BUSY x\r\n"), "-BUSY x\r\n");
    EXPECT_TRUE(_driver.line("*2\r\n$3\r\nGET\r\n$1\r\na").payload.starts_with("-ERR backend unavailable: "));
    EXPECT_TRUE(_driver.closed());
}

TEST_F(StandingTest, onlyTheLastAttemptIsTakenBack) {
    const Seen first = _driver.line("SELECT 99");
    const Seen second = _driver.line("SELECT 3");
    (void)_driver.relayed(first, "-ERR DB index is out of range\r\n");
    (void)_driver.relayed(second, "+OK\r\n");
    EXPECT_EQ(go("GET a"), "own");
    EXPECT_EQ(go("SELECT 0"), "own release");
}

TEST_F(StandingTest, resetForgetsAnAttempt) {
    const Seen select = _driver.line("SELECT 99");
    EXPECT_EQ(ways({"RESET", "SELECT 3"}), "own");
    (void)_driver.relayed(select, "-ERR DB index is out of range\r\n");
    EXPECT_EQ(go("GET a"), "own");
}

// ---- subscriptions

TEST_F(StandingTest, subscriptionsInResp2AreAStream) {
    EXPECT_EQ(go("SUBSCRIBE a b"), "own stream");
    EXPECT_EQ(go("PSUBSCRIBE p"), "own stream");
    for (const char* line :
         {"PING", "GET a", "MULTI", "SELECT 3", "WATCH a", "HELLO 3", "CLIENT ID", "CLIENT REPLY OFF", "QUIT"})
        EXPECT_EQ(go(line), "own stream") << line;
    EXPECT_EQ(go("UNSUBSCRIBE a"), "own stream");
    EXPECT_EQ(go("UNSUBSCRIBE nosuch"), "own stream");
    EXPECT_EQ(go("UNSUBSCRIBE"), "own stream");
    EXPECT_EQ(go("PUNSUBSCRIBE p"), "own stream release");
    EXPECT_EQ(go("GET a"), "get");
}

TEST_F(StandingTest, whatRedisRefusesToSubscribersLeavesNoState) {
    (void)ways({"SUBSCRIBE a", "MULTI", "SELECT 3", "WATCH a", "CLIENT NO-EVICT on", "AUTH x"});
    EXPECT_EQ(go("UNSUBSCRIBE"), "own stream release");
}

TEST_F(StandingTest, subscriptionsInResp3LeaveRepliesAlone) {
    (void)go("HELLO 3");
    EXPECT_EQ(go("SUBSCRIBE a"), "own nothing");
    EXPECT_EQ(go("SSUBSCRIBE s"), "own nothing");
    EXPECT_EQ(go("GET a"), "own");
    EXPECT_EQ(go("PING"), "answer");
    EXPECT_EQ(_driver.line("GET a").protocol, 3);
    EXPECT_EQ(go("UNSUBSCRIBE"), "own nothing");
    EXPECT_EQ(go("SUNSUBSCRIBE"), "own nothing release");
    EXPECT_EQ(go("GET a"), "get");
}

TEST_F(StandingTest, aNameTwiceIsOneSubscription) {
    EXPECT_EQ(ways({"SUBSCRIBE a a", "SUBSCRIBE a", "UNSUBSCRIBE a"}), "own stream release");
}

TEST_F(StandingTest, familiesOfSubscriptionsAreApart) {
    EXPECT_EQ(ways({"SUBSCRIBE x", "PSUBSCRIBE x", "SSUBSCRIBE x", "UNSUBSCRIBE x"}), "own stream");
    EXPECT_EQ(go("PUNSUBSCRIBE x"), "own stream");
    EXPECT_EQ(go("SUNSUBSCRIBE x"), "own stream release");
}

TEST_F(StandingTest, aStreamLastsAsLongAsTheRoad) {
    EXPECT_EQ(ways({"SELECT 3", "SUBSCRIBE a", "UNSUBSCRIBE"}), "own stream");
    EXPECT_EQ(go("GET a"), "own stream");
    EXPECT_EQ(go("SELECT 0"), "own stream release");
}

TEST_F(StandingTest, tooManyNamesAreNotCounted) {
    std::vector<std::string> names(Standing::maxNames + 1);
    std::vector<std::string_view> words{"SUBSCRIBE"};
    for (std::size_t i = 0; i < names.size(); ++i)
        words.push_back(names[i] = std::to_string(i));
    std::string command;
    resp::appendCommand(command, words);
    (void)_driver.feed(command);
    EXPECT_EQ(go("UNSUBSCRIBE"), "own stream");
    EXPECT_EQ(go("RESET"), "answer release");
}

TEST_F(StandingTest, longNamesAreNotCounted) {
    std::string command;
    const std::string name(Standing::maxNameBytes, 'n');
    resp::appendCommand(command, {"SUBSCRIBE", name});
    for (const char* lines : {"UNSUBSCRIBE\r\n", "UNSUBSCRIBE x\r\nUNSUBSCRIBE\r\n"}) {
        (void)_driver.feed(command);
        EXPECT_EQ(way(_driver.feed(lines).back()), "own stream release");
    }
    (void)_driver.feed(command);
    EXPECT_EQ(ways({"SUBSCRIBE x", "UNSUBSCRIBE"}), "own stream");
}

TEST_F(StandingTest, whoIsNotSubscribedIsToldSo) {
    EXPECT_EQ(_driver.answers("UNSUBSCRIBE\r\n"), "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n");
    EXPECT_EQ(_driver.answers("punsubscribe a b\r\n"),
              "*3\r\n$12\r\npunsubscribe\r\n$1\r\na\r\n:0\r\n*3\r\n$12\r\npunsubscribe\r\n$1\r\nb\r\n:0\r\n");
    (void)go("HELLO 3");
    EXPECT_EQ(_driver.answers("SUNSUBSCRIBE\r\n"), ">3\r\n$12\r\nsunsubscribe\r\n_\r\n:0\r\n");
}

TEST_F(StandingTest, backToResp2WhileSubscribedIsAStream) {
    EXPECT_EQ(ways({"HELLO 3", "SUBSCRIBE a", "HELLO 2"}), "own stream");
    EXPECT_EQ(go("GET a"), "own stream");
}

TEST_F(StandingTest, monitor) {
    EXPECT_EQ(go("MONITOR"), "own stream");
    EXPECT_EQ(go("PING"), "own stream");
    EXPECT_EQ(go("GET a"), "own stream");
    EXPECT_TRUE(_driver.line("CLIENT REPLY OFF").payload.starts_with("-ERR Nearcache does not support"));
    EXPECT_EQ(go("QUIT"), "own stream");
    EXPECT_FALSE(_driver.closed());
    EXPECT_EQ(go("RESET"), "answer release");
    EXPECT_EQ(go("GET a"), "get");
}

// ---- what stays until the end

TEST_F(StandingTest, whatStaysUntilReset) {
    for (const char* line : {"CLIENT NO-EVICT on", "CLIENT NO-TOUCH on", "SCRIPT DEBUG yes", "READONLY", "ASKING"}) {
        EXPECT_EQ(go(line), "own") << line;
        EXPECT_EQ(go("GET a"), "own") << line;
        EXPECT_EQ(go("RESET"), "answer release") << line;
        EXPECT_EQ(go("GET a"), "get") << line;
        EXPECT_EQ(go("RESET"), "answer") << line;
    }
    EXPECT_EQ(go("CLIENT NO-EVICT off"), "shared");
    EXPECT_EQ(go("READWRITE"), "shared");
    EXPECT_EQ(go("SCRIPT DEBUG no"), "shared");
    EXPECT_EQ(go("SCRIPT LOAD x"), "shared");
}

TEST_F(StandingTest, tracking) {
    EXPECT_EQ(_driver.answers("CLIENT TRACKING off\r\n"), "+OK\r\n");
    EXPECT_EQ(_driver.answers("CLIENT TRACKING on\r\n"),
              "-ERR Nearcache supports CLIENT TRACKING in RESP3 only. Send HELLO 3 first\r\n");
    (void)go("HELLO 3");
    EXPECT_EQ(_driver.answers("CLIENT TRACKING on REDIRECT 7\r\n"),
              "-ERR Nearcache does not support CLIENT TRACKING with REDIRECT\r\n");
    EXPECT_EQ(go("CLIENT TRACKING on OPTIN"), "own");
    EXPECT_EQ(go("CLIENT CACHING yes"), "own");
    EXPECT_EQ(go("GET a"), "own");
    EXPECT_EQ(go("CLIENT TRACKING off"), "own");
    EXPECT_EQ(go("RESET"), "answer release");
}

TEST_F(StandingTest, trackingWithinATransaction) {
    EXPECT_EQ(ways({"HELLO 3", "MULTI", "CLIENT TRACKING on"}), "own");
    EXPECT_EQ(go("EXEC"), "own");
}

TEST_F(StandingTest, reset) {
    (void)ways({"CLIENT SETNAME bob", "HELLO 3", "WATCH a", "SELECT 3", "MULTI"});
    const Seen reset = _driver.line("RESET");
    EXPECT_EQ(way(reset), "answer release");
    EXPECT_EQ(reset.road, Road::Own);
    EXPECT_EQ(reset.payload, "+RESET\r\n");
    EXPECT_EQ(_driver.answers("CLIENT GETNAME\r\n"), "$-1\r\n");
    EXPECT_EQ(_driver.line("GET a").tag, 0U);
    EXPECT_EQ(_driver.answers("RESET x\r\n"), "-ERR wrong number of arguments for 'reset' command\r\n");
}

TEST_F(StandingTest, quitWithinATransaction) {
    const auto requests = _driver.feed("MULTI\r\nQUIT\r\nGET a\r\n");
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_TRUE(requests[1].close);
    EXPECT_EQ(requests[1].payload, "+OK\r\n");
}

} // namespace
} // namespace nearcache::respfront
