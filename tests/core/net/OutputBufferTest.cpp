#include "net/OutputBuffer.h"
#include "support/Peer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace nearcache::test {

namespace {

using Status = IoResult::Status;

/// Bytes that show when one is missing, doubled or in another's place.
std::string pattern(std::size_t size, unsigned seed = 0) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>('a' + (i * 7 + i / 251 + seed) % 26);
    return bytes;
}

EntryRef entryOf(const std::string& value) {
    return Entry::make("key", value);
}

class OutputBufferTest : public testing::Test {
  protected:
    void appendValue(const EntryRef& entry) {
        Reply reply;
        reply.kind = Reply::Kind::Value;
        reply.bytes = entry->value();
        buffer.lend(&entry);
        buffer.appendValue(reply);
        buffer.lend(nullptr);
    }

    /// Sends all, reading at the other end so that there is room.
    std::string sendAll(Pair& by) {
        std::string received;
        while (buffer.sendTo(by.socket) == Status::Again) {
            const auto part = by.peer.receiveSome();
            if (part.empty())
                break; // nothing moves
            received += part;
        }
        by.socket.close();
        return received + by.peer.receiveRest();
    }

    /// The pool's spare block, to see whether the buffer takes it. A pool gives the last one back first.
    const char* makeSpareBlock() {
        auto block = pool.take();
        const char* address = block.get();
        pool.giveBack(std::move(block));
        return address;
    }

    bool isSpare(const char* address) {
        auto block = pool.take();
        const bool same = block.get() == address;
        pool.giveBack(std::move(block));
        return same;
    }

    BlockPool pool;
    OutputBuffer buffer{pool};
    Pair pair = unixPair();
};

TEST_F(OutputBufferTest, beginsEmpty) {
    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(buffer.size(), 0U);
    EXPECT_EQ(buffer.sendTo(pair.socket), Status::Done);
    EXPECT_TRUE(pair.peer.quiet());
}

TEST_F(OutputBufferTest, sendsWhatWasAppendedInItsOrder) {
    buffer.append("one ");
    buffer.append("");
    buffer.append("two ");
    buffer.append("three");
    EXPECT_EQ(buffer.size(), 13U);
    EXPECT_EQ(buffer.sendTo(pair.socket), Status::Done);

    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(pair.peer.receive(13), "one two three");
}

TEST_F(OutputBufferTest, keepsTheOrderOverTheEndsOfBlocks) {
    std::string expected;
    for (const std::size_t size : {BlockPool::blockSize - 1, std::size_t{2}, BlockPool::blockSize,
                                   BlockPool::blockSize + 1, 3 * BlockPool::blockSize + 17, std::size_t{1}}) {
        const auto bytes = pattern(size, static_cast<unsigned>(size));
        buffer.append(bytes);
        expected += bytes;
        EXPECT_EQ(buffer.size(), expected.size());
    }

    EXPECT_EQ(sendAll(pair), expected);
}

TEST_F(OutputBufferTest, keepsTheOrderOfWhatIsAppendedWhileTheClientTakesNothing) {
    std::string expected;
    for (unsigned i = 0; i < 40 || buffer.empty(); ++i) {
        expected += pattern(i % 2 == 0 ? 100 : BlockPool::blockSize, i);
        buffer.append(pattern(i % 2 == 0 ? 100 : BlockPool::blockSize, i));
        ASSERT_LT(i, 10'000U) << "the socket never fills";
        (void)buffer.sendTo(pair.socket); // a part, or nothing
    }

    EXPECT_EQ(sendAll(pair), expected);
}

TEST_F(OutputBufferTest, keepsTheOrderOfBytesAndValues) {
    const auto small = entryOf("small");
    const auto large = entryOf(pattern(OutputBuffer::longValue));
    const auto larger = entryOf(pattern(5 * OutputBuffer::longValue + 3, 5));
    std::string expected;
    for (const auto& entry : {large, small, larger, larger, small, large}) {
        buffer.append("<");
        appendValue(entry);
        buffer.append(">");
        expected.append("<").append(entry->value()).append(">");
    }
    EXPECT_EQ(buffer.size(), expected.size());

    EXPECT_EQ(sendAll(pair), expected);
}

TEST_F(OutputBufferTest, refersToALongValue) {
    const auto entry = entryOf(pattern(OutputBuffer::longValue));
    appendValue(entry);
    entry->writableValue().front() = '!'; // where the value was copied this comes too late

    EXPECT_EQ(sendAll(pair).front(), '!');
}

TEST_F(OutputBufferTest, copiesAShortValue) {
    const auto entry = entryOf(pattern(OutputBuffer::longValue - 1));
    appendValue(entry);
    entry->writableValue().front() = '!';

    EXPECT_EQ(sendAll(pair), pattern(OutputBuffer::longValue - 1));
}

TEST_F(OutputBufferTest, copiesALongValueThatNobodyLends) {
    auto bytes = pattern(2 * OutputBuffer::longValue);
    Reply reply;
    reply.bytes = bytes;
    buffer.appendValue(reply);
    bytes.assign(bytes.size(), '!');

    EXPECT_EQ(sendAll(pair), pattern(2 * OutputBuffer::longValue));
}

TEST_F(OutputBufferTest, keepsAValueAliveUntilItIsSent) {
    const auto value = pattern(64 * OutputBuffer::longValue);
    {
        const auto entry = entryOf(value);
        appendValue(entry);
    }

    EXPECT_EQ(sendAll(pair), value);
}

TEST_F(OutputBufferTest, takesUpWhereASendEnded) {
    auto narrow = unixPair(4096);
    std::string expected;
    for (unsigned i = 0; i < 100; ++i) {
        const auto bytes = pattern(1000 + i, i);
        buffer.append(bytes);
        expected += bytes;
        const auto entry = entryOf(pattern(OutputBuffer::longValue + i, i));
        appendValue(entry);
        expected += entry->value();
    }

    EXPECT_EQ(sendAll(narrow), expected);
}

TEST_F(OutputBufferTest, appendsBehindWhatASendHasLeft) {
    auto narrow = unixPair(4096);
    const auto first = pattern(10 * BlockPool::blockSize);
    buffer.append(first);
    EXPECT_EQ(buffer.sendTo(narrow.socket), Status::Again);
    EXPECT_GT(buffer.size(), 0U);
    EXPECT_LT(buffer.size(), first.size());
    const auto left = buffer.size();
    buffer.append("second");
    EXPECT_EQ(buffer.size(), left + 6);

    EXPECT_EQ(sendAll(narrow), first + "second");
}

TEST_F(OutputBufferTest, sendsMorePiecesThanOneCallTakes) {
    const auto entry = entryOf(pattern(OutputBuffer::longValue));
    std::string expected;
    for (std::size_t i = 0; i < 3 * maxPieces; ++i) {
        appendValue(entry);
        expected += entry->value();
    }

    EXPECT_EQ(sendAll(pair), expected);
}

TEST_F(OutputBufferTest, failsWhenTheConnectionIsLost) {
    buffer.append("x");
    pair.peer.close();

    EXPECT_EQ(buffer.sendTo(pair.socket), Status::Failed);
}

TEST_F(OutputBufferTest, forgetsEverythingWhenCleared) {
    const auto* const spare = makeSpareBlock();
    buffer.append("x");
    appendValue(entryOf(pattern(OutputBuffer::longValue)));
    EXPECT_FALSE(isSpare(spare));
    buffer.clear();

    EXPECT_TRUE(isSpare(spare));
    EXPECT_TRUE(buffer.empty());
    buffer.append("y");
    EXPECT_EQ(sendAll(pair), "y");
}

TEST_F(OutputBufferTest, holdsNoBlockOnceEverythingIsSent) {
    const auto* const spare = makeSpareBlock();
    buffer.append("x");
    EXPECT_FALSE(isSpare(spare));
    EXPECT_EQ(buffer.sendTo(pair.socket), Status::Done);

    EXPECT_TRUE(isSpare(spare));
}

TEST_F(OutputBufferTest, takesNoBlockForALongValue) {
    const auto* const spare = makeSpareBlock();
    appendValue(entryOf(pattern(OutputBuffer::longValue)));

    EXPECT_TRUE(isSpare(spare));
}

TEST_F(OutputBufferTest, givesItsBlocksBackWhenItGoes) {
    const auto* const spare = makeSpareBlock();
    {
        OutputBuffer own(pool);
        own.append("x");
    }

    EXPECT_TRUE(isSpare(spare));
}

} // namespace

} // namespace nearcache::test
