#include "net/SocketIo.h"
#include "support/Peer.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <string>
#include <vector>

namespace nearcache::test {

namespace {

using Status = IoResult::Status;

iovec piece(std::string& bytes) {
    return {bytes.data(), bytes.size()};
}

TEST(SocketIo, receivesWhatIsThere) {
    auto pair = unixPair();
    std::array<char, 16> room{};
    EXPECT_EQ(receiveSome(pair.socket, room).status, Status::Again);

    pair.peer.send("abc");
    const auto result = receiveSome(pair.socket, room);
    EXPECT_EQ(result.status, Status::Done);
    EXPECT_EQ(std::string(room.data(), result.bytes), "abc");
}

TEST(SocketIo, tellsAnEndFromALoss) {
    std::array<char, 16> room{};
    auto ended = tcpPair();
    ended.peer.close();
    auto lost = tcpPair();
    lost.peer.reset();

    EXPECT_EQ(receiveSome(ended.socket, room).status, Status::Ended);
    EXPECT_EQ(receiveSome(lost.socket, room).status, Status::Failed);
    EXPECT_EQ(errno, ECONNRESET);
}

TEST(SocketIo, sendsPiecesInTheirOrder) {
    auto pair = unixPair();
    std::string first = "abc";
    std::string second = "def";
    const std::array<iovec, 2> pieces{piece(first), piece(second)};
    const auto result = sendSome(pair.socket, pieces);

    EXPECT_EQ(result.status, Status::Done);
    EXPECT_EQ(result.bytes, 6U);
    EXPECT_EQ(pair.peer.receive(6), "abcdef");
}

TEST(SocketIo, takesMorePiecesThanItSendsAtOnce) {
    auto pair = unixPair();
    std::string byte = "x";
    const std::vector<iovec> pieces(10 * maxPieces, piece(byte));
    const auto result = sendSome(pair.socket, pieces);

    EXPECT_EQ(result.status, Status::Done);
    EXPECT_EQ(result.bytes, maxPieces);
}

TEST(SocketIo, sendsLaterWhenNothingIsTaken) {
    auto pair = unixPair(4096);
    std::string bytes(1 << 20, 'x');
    const auto all = piece(bytes);
    auto result = sendSome(pair.socket, {&all, 1});
    EXPECT_EQ(result.status, Status::Done);
    EXPECT_LT(result.bytes, bytes.size());
    while (result.status == Status::Done)
        result = sendSome(pair.socket, {&all, 1});

    EXPECT_EQ(result.status, Status::Again);
}

// A signal would end the process.
TEST(SocketIo, failsWithoutASignalWhenTheOtherEndIsGone) {
    auto pair = unixPair();
    pair.peer.close();
    std::string bytes = "x";
    const auto all = piece(bytes);

    EXPECT_EQ(sendSome(pair.socket, {&all, 1}).status, Status::Failed);
    EXPECT_EQ(errno, EPIPE);
}

} // namespace

} // namespace nearcache::test
