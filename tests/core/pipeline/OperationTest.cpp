#include "pipeline/Operation.h"

#include "cache/KeyHash.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace nearcache::test {

namespace {

class OperationTest : public testing::Test {
  protected:
    void take(Request& request) {
        request.keys = keys;
        operation.take(request, hashKey(request.key));
    }

    /// What the operation was made from is gone.
    void forget() {
        input.assign(input.size(), 'x');
        elsewhere.assign(elsewhere.size(), 'x');
    }

    std::string input = "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$1\r\n1\r\n";
    std::string elsewhere = "another key";
    std::vector<std::string_view> keys;
    Operation operation;
};

TEST_F(OperationTest, keepsAGetsKey) {
    Request request;
    request.action = Request::Action::Get;
    request.key = elsewhere;
    take(request);
    forget();
    ASSERT_EQ(operation.keys.size(), 1U);
    EXPECT_EQ(operation.keys.front().name, "another key");
    EXPECT_EQ(operation.keys.front().hash, hashKey("another key"));
}

TEST_F(OperationTest, keepsKeysThatAreWordsOfTheCommandAndOthers) {
    keys = {std::string_view(input).substr(17, 3), elsewhere, std::string_view(input).substr(26, 1)};
    Request request;
    request.action = Request::Action::Forward;
    request.payload = input;
    take(request);
    const std::string before = input;
    forget();
    EXPECT_EQ(operation.payload, before);
    ASSERT_EQ(operation.keys.size(), 3U);
    EXPECT_EQ(operation.keys[0].name, "key");
    EXPECT_EQ(operation.keys[1].name, "another key");
    EXPECT_EQ(operation.keys[2].name, "1");
    for (const Key& key : operation.keys)
        EXPECT_EQ(key.hash, hashKey(key.name));
}

TEST_F(OperationTest, hasAPartForEachKeyOfMany) {
    keys = {"a", "b", "a"};
    Request request;
    request.action = Request::Action::GetMany;
    take(request);
    EXPECT_EQ(operation.parts.size(), 3U);
    EXPECT_EQ(operation.keys[2].name, "a");
}

TEST_F(OperationTest, isAsNewOnceItIsCleared) {
    keys = {elsewhere};
    Request request;
    request.action = Request::Action::Forward;
    request.payload = input;
    request.writes = request.release = true;
    take(request);
    operation.text = "text";
    operation.unasked = "unasked";
    operation.tail = "tail";
    operation.pending = 1;
    operation.entry = Entry::make("key", "value");
    operation.clear();
    EXPECT_TRUE(operation.keys.empty());
    EXPECT_TRUE(operation.parts.empty());
    EXPECT_EQ(operation.payload + operation.text + operation.unasked, "");
    EXPECT_EQ(operation.relayed(), "");
    EXPECT_FALSE(operation.entry);
    EXPECT_FALSE(operation.writes || operation.release || operation.finished());
    EXPECT_EQ(operation.pending, 0U);
    EXPECT_EQ(operation.conversation, nullptr);
}

TEST_F(OperationTest, ofManyIsAsNewOnceItIsCleared) {
    keys = {"a", "b"};
    Request request;
    request.action = Request::Action::GetMany;
    take(request);
    const auto entry = Entry::make("b", "value");
    operation.parts[1].entry = entry;
    EXPECT_EQ(operation.values.copy("value"), "value");
    operation.clear();
    EXPECT_TRUE(operation.parts.empty());
    EXPECT_EQ(operation.values.blocks(), 0U);
}

TEST_F(OperationTest, keepsLittleMemoryForTheNextOne) {
    input.assign(1'000'000, 'x');
    Request request;
    request.action = Request::Action::Forward;
    request.payload = input;
    take(request);
    operation.clear();
    EXPECT_LT(operation.payload.capacity(), 1'000U);
}

} // namespace

} // namespace nearcache::test
