#include "pipeline/Census.h"

#include "cache/KeyHash.h"
#include "pipeline/OwnOrder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace nearcache::test {

namespace {

class CensusTest : public testing::Test {
  protected:
    using Action = Request::Action;

    Operation& add(Action action, const std::vector<std::string_view>& keys, Request request = {}) {
        request.action = action;
        request.keys = keys;
        request.key = keys.empty() ? std::string_view() : keys.front();
        Operation& operation = operations.emplace_back();
        operation.take(request, hashKey(request.key));
        operation.state = Operation::State::UnderWay;
        census.add(operation);
        return operation;
    }

    Operation& get(std::string_view key) { return add(Action::Get, {key}); }
    Operation& command(std::string_view key, const Request& request = {}) {
        return add(Action::Forward, {key}, request);
    }

    Reserve<KeysUnderWay> reserve;
    Census census{reserve};
    std::deque<Operation> operations;
};

TEST_F(CensusTest, countsWhatIsThere) {
    Request waiting;
    waiting.road = Request::Road::Own;
    waiting.waits = true;
    get("a");
    Operation& blocks = command("b", waiting);
    EXPECT_EQ(census.all(), 2U);
    EXPECT_EQ(census.owned(), 1U);
    EXPECT_EQ(census.waiting(), 1U);
    census.remove(blocks);
    EXPECT_EQ(census.all(), 1U);
    EXPECT_EQ(census.owned(), 0U);
    EXPECT_EQ(census.waiting(), 0U);
}

TEST_F(CensusTest, letsGetsOverlap) {
    get("a");
    EXPECT_TRUE(census.waitsForNone(get("a")));
    EXPECT_TRUE(census.waitsForNone(get("b")));
}

TEST_F(CensusTest, letsCommandsFollowEachOther) {
    command("a");
    EXPECT_TRUE(census.waitsForNone(command("a")));
}

TEST_F(CensusTest, isNotCertainOfAGetBehindACommandOfItsKey) {
    Operation& set = command("a");
    EXPECT_FALSE(census.waitsForNone(get("a")));
    EXPECT_TRUE(census.waitsForNone(get("b")));
    census.remove(set);
    EXPECT_TRUE(census.waitsForNone(get("a")));
}

TEST_F(CensusTest, isNotCertainOfACommandBehindAGetOfItsKey) {
    get("a");
    EXPECT_FALSE(census.waitsForNone(command("a")));
    EXPECT_TRUE(census.waitsForNone(command("b")));
}

TEST_F(CensusTest, isNotCertainWhereVersionsOfRespMeet) {
    Request three;
    three.protocol = 3;
    command("a", three);
    EXPECT_TRUE(census.waitsForNone(command("a", three)));
    EXPECT_FALSE(census.waitsForNone(command("a")));
}

TEST_F(CensusTest, isNotCertainWithAnythingSpecialThere) {
    Request all;
    all.scope = Request::Scope::All;
    Operation& flush = command("", all);
    EXPECT_FALSE(census.waitsForNone(get("a")));
    EXPECT_FALSE(census.isAlone(hashKey("a"), false));
    census.remove(flush);
    Operation& many = add(Action::GetMany, {"x", "y"});
    EXPECT_FALSE(census.waitsForNone(get("a")));
    census.remove(many);
    EXPECT_TRUE(census.waitsForNone(get("a")));
}

TEST_F(CensusTest, knowsWhetherAKeyIsAlone) {
    EXPECT_TRUE(census.isAlone(hashKey("a"), false));
    Operation& first = get("a");
    EXPECT_FALSE(census.isAlone(hashKey("a"), false));
    EXPECT_TRUE(census.isAlone(hashKey("a"), true));
    get("a");
    EXPECT_FALSE(census.isAlone(hashKey("a"), true));
    census.remove(first);
    command("a");
    EXPECT_FALSE(census.isAlone(hashKey("a"), true));
}

// More than a counter counts: it says nothing any more, until all are gone.
TEST_F(CensusTest, staysOnTheSafeSideWithManyOfOneKey) {
    constexpr int many = 1000;
    for (int i = 0; i < many; ++i)
        get("a");
    EXPECT_FALSE(census.waitsForNone(command("a")));
    for (const Operation& operation : operations) {
        EXPECT_FALSE(census.isAlone(hashKey("a"), false));
        census.remove(operation);
    }
    EXPECT_TRUE(census.isAlone(hashKey("a"), false));
    EXPECT_TRUE(census.waitsForNone(get("a")));
}

// Whatever it is certain of, the comparison with each of the others says, too.
TEST_F(CensusTest, saysNothingThatOwnOrderDoesNot) {
    std::mt19937 random(1);
    const std::vector<std::string> keys = {"a", "b", "c", "d"};
    const auto any = [&](unsigned count) { return std::uniform_int_distribution<unsigned>(0, count - 1)(random); };
    unsigned certain = 0;
    for (int round = 0; round < 20'000; ++round) {
        for (const Operation& operation : operations)
            census.remove(operation);
        operations.clear();
        for (unsigned i = 1 + any(3); i > 0; --i) {
            Request request;
            request.protocol = any(8) == 0 ? 3 : 2;
            request.road = any(16) == 0 ? Request::Road::Own : Request::Road::Shared;
            request.scope = any(16) == 0 ? Request::Scope::Some : Request::Scope::Keys;
            request.release = any(32) == 0;
            const Action action = any(2) == 0 ? Action::Get : any(8) == 0 ? Action::GetMany : Action::Forward;
            add(action, {keys[any(4)], keys[any(4)]}, request);
        }
        const Operation& last = operations.back();
        if (!census.waitsForNone(last))
            continue;
        ++certain;
        EXPECT_TRUE(std::all_of(operations.begin(), operations.end(), [&](const Operation& earlier) {
            return &earlier == &last || !mustWait(last, earlier);
        }));
    }
    EXPECT_GT(certain, 1000U);
}

} // namespace

} // namespace nearcache::test
