#include "backend/FetchReader.h"

#include <hiredis/hiredis.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>

namespace nearcache::test {

namespace {

class FetchReaderTest : public testing::Test, private PushListener {
  protected:
    FetchReaderTest() {
        target.keys = {key};
        readInto(*reader, target);
    }

    void feed(std::string_view bytes) { redisReaderFeed(reader.get(), bytes.data(), bytes.size()); }

    /// What the next reply is; nothing where it has not ended.
    std::optional<Outcome> read() {
        void* reply = nullptr;
        EXPECT_EQ(redisReaderGetReply(reader.get(), &reply), REDIS_OK) << reader->errstr;
        if (reply == nullptr)
            return std::nullopt;
        return std::move(target.outcome);
    }

    Outcome readReply(std::string_view bytes) {
        feed(bytes);
        auto outcome = read();
        EXPECT_TRUE(outcome.has_value());
        return outcome.value_or(Outcome());
    }

    /// The error that this is taken for.
    std::string errorOf(std::string_view bytes) {
        const auto outcome = readReply(bytes);
        EXPECT_EQ(outcome.kind, Reply::Kind::Error) << bytes;
        EXPECT_EQ(outcome.error, ErrorCode::Backend) << bytes;
        EXPECT_FALSE(outcome.entry) << bytes;
        return outcome.text;
    }

    void onInvalidation() override { ++messages; }
    void onInvalidated(std::string_view invalidated) override { pushed.emplace_back(invalidated); }
    void onFlushed() override { pushed.emplace_back("(all)"); }

    /// Reads all that is there, byte by byte; returns what the reader returned, in short.
    std::string readAll(std::string_view bytes) {
        std::string seen;
        for (const char byte : bytes) {
            feed({&byte, 1});
            void* reply = nullptr;
            EXPECT_EQ(redisReaderGetReply(reader.get(), &reply), REDIS_OK) << reader->errstr;
            if (reply != nullptr)
                seen += target.got == FetchTarget::Got::Push ? "push;" : replyText() + ";";
        }
        return seen;
    }

    std::string replyText() {
        switch (target.asked) {
        case FetchTarget::Asked::Get: return valueOf(target.outcome);
        case FetchTarget::Asked::Pttl: return target.remaining ? std::to_string(*target.remaining) : "no number";
        case FetchTarget::Asked::Ping: return "pong";
        case FetchTarget::Asked::Mget: break;
        }
        std::string text;
        for (const auto& outcome : target.outcomes)
            text += (text.empty() ? "" : ",") + (outcome.kind == Reply::Kind::Absent
                                                     ? "absent"
                                                     : std::string(outcome.entry->key()) + "=" + valueOf(outcome));
        return text;
    }

    void listen() { target.listener = this; }

    void askMany() {
        target.asked = FetchTarget::Asked::Mget;
        target.keys = {keys[0], keys[1], keys[2]};
    }

    const std::vector<std::string> keys{"a", "b", "c"};
    std::vector<std::string> pushed;
    int messages = 0;

    static std::string valueOf(const Outcome& outcome) {
        return outcome.entry ? std::string(outcome.entry->value()) : "(none)";
    }

    const std::string key = "the key";
    FetchTarget target;
    std::unique_ptr<redisReader, void (*)(redisReader*)> reader{redisReaderCreate(), redisReaderFree};
};

TEST_F(FetchReaderTest, makesAnEntryOfAValue) {
    const auto outcome = readReply("$5\r\nvalue\r\n");

    EXPECT_EQ(outcome.kind, Reply::Kind::Value);
    EXPECT_EQ(valueOf(outcome), "value");
    EXPECT_EQ(outcome.entry->key(), "the key");
}

TEST_F(FetchReaderTest, takesAnEmptyValueForAValue) {
    const auto outcome = readReply("$0\r\n\r\n");

    EXPECT_EQ(outcome.kind, Reply::Kind::Value);
    EXPECT_EQ(valueOf(outcome), "");
}

TEST_F(FetchReaderTest, takesAnyBytes) {
    const std::string bytes("\0\r\n$-1\r\n\xff", 9);

    EXPECT_EQ(valueOf(readReply("$9\r\n" + bytes + "\r\n")), bytes);
}

TEST_F(FetchReaderTest, takesNilForAbsent) {
    const auto outcome = readReply("$-1\r\n");

    EXPECT_EQ(outcome.kind, Reply::Kind::Absent);
    EXPECT_FALSE(outcome.entry);
    EXPECT_EQ(readReply("_\r\n").kind, Reply::Kind::Absent);
}

TEST_F(FetchReaderTest, keepsRedissOwnWordsOfAnError) {
    EXPECT_EQ(errorOf("-LOADING Redis is loading the dataset in memory\r\n"),
              "LOADING Redis is loading the dataset in memory");
    EXPECT_EQ(errorOf("-ERR unknown\r\n"), "ERR unknown");
    EXPECT_EQ(errorOf("-ERR WRONGTYPE\r\n"), "ERR WRONGTYPE");
}

TEST_F(FetchReaderTest, tellsAKeyOfAnotherTypeFromOtherErrors) {
    const auto outcome = readReply("-WRONGTYPE Operation against a key\r\n");

    EXPECT_EQ(outcome.kind, Reply::Kind::Error);
    EXPECT_EQ(outcome.error, ErrorCode::WrongType);
    EXPECT_EQ(outcome.text, "WRONGTYPE Operation against a key");
}

TEST_F(FetchReaderTest, takesNothingElseForAValue) {
    for (const auto* reply : {":1\r\n", "+OK\r\n", "*0\r\n", "*1\r\n$1\r\nx\r\n", "*1\r\n$-1\r\n", "*1\r\n+x\r\n",
                              "*2\r\n*1\r\n$1\r\nx\r\n:1\r\n", "%1\r\n$1\r\nk\r\n$1\r\nv\r\n", "#t\r\n", ",1.5\r\n",
                              "=5\r\ntxt:x\r\n", "(12345678901234567890\r\n", "*1\r\n-ERR x\r\n"})
        EXPECT_EQ(errorOf(reply), "ERR the reply to GET is of no known kind") << reply;
    EXPECT_EQ(valueOf(readReply("$5\r\nvalue\r\n")), "value") << "the reader goes on as before";
}

TEST_F(FetchReaderTest, readsAPipeline) {
    feed("$1\r\na\r\n$-1\r\n$2\r\nbb\r\n-ERR no\r\n");

    EXPECT_EQ(valueOf(*read()), "a");
    EXPECT_EQ(read()->kind, Reply::Kind::Absent);
    const std::string other = "other";
    target.keys = {other};
    const auto outcome = read();
    EXPECT_EQ(valueOf(*outcome), "bb");
    EXPECT_EQ(outcome->entry->key(), "other");
    EXPECT_EQ(read()->text, "ERR no");
    EXPECT_EQ(read(), std::nullopt);
}

TEST_F(FetchReaderTest, readsByteByByte) {
    const std::string_view value = "$12\r\nhello\r\nworld\r\n";
    for (const char byte : value.substr(0, value.size() - 1)) {
        feed({&byte, 1});
        EXPECT_EQ(read(), std::nullopt) << byte;
    }
    feed("\n");

    EXPECT_EQ(valueOf(read().value_or(Outcome())), "hello\r\nworld");
}

TEST_F(FetchReaderTest, makesNoEntryOfAReplyThatNothingWasAskedFor) {
    target.keys.clear();

    EXPECT_EQ(errorOf("$5\r\nvalue\r\n"), "value");
}

TEST_F(FetchReaderTest, readsTheValuesOfSeveralKeys) {
    askMany();

    EXPECT_EQ(readAll("*3\r\n$1\r\n1\r\n$-1\r\n$0\r\n\r\n"), "a=1,absent,c=;");
    EXPECT_EQ(readAll("*3\r\n$1\r\n1\r\n_\r\n$1\r\n3\r\n"), "a=1,absent,c=3;") << "as RESP3 has it";
}

TEST_F(FetchReaderTest, makesNoMoreOrFewerOutcomesThanThereAreKeys) {
    askMany();
    EXPECT_EQ(readAll("*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n"), "a=1,b=2,c=3;");
    EXPECT_EQ(readAll("*1\r\n$1\r\n1\r\n"), "a=1;");
    EXPECT_EQ(readAll("*0\r\n"), ";");
    EXPECT_EQ(target.outcome.text, "ERR the reply to GET is of no known kind")
        << "what stands for those that are missing";
    EXPECT_EQ(readAll("*3\r\n$1\r\n1\r\n:2\r\n*1\r\n$1\r\nx\r\n"), ";");
}

TEST_F(FetchReaderTest, takesAnErrorForAllOfSeveral) {
    askMany();
    (void)readAll("*1\r\n$1\r\n1\r\n");
    target.outcomes.clear();
    EXPECT_EQ(readAll("-NOPERM no\r\n"), ";");

    EXPECT_EQ(target.outcome.text, "NOPERM no");
}

TEST_F(FetchReaderTest, readsHowLongAKeyLasts) {
    target.asked = FetchTarget::Asked::Pttl;

    EXPECT_EQ(readAll(":-1\r\n:-2\r\n:0\r\n:9007199254740993\r\n"), "-1;-2;0;9007199254740993;");
    EXPECT_EQ(readAll("-NOPERM no\r\n$1\r\n1\r\n_\r\n*1\r\n:1\r\n"), "no number;no number;no number;no number;");
}

TEST_F(FetchReaderTest, tellsOfInvalidations) {
    listen();

    EXPECT_EQ(readAll(">2\r\n$10\r\ninvalidate\r\n*1\r\n$3\r\nx\r\n\r\n$1\r\n1\r\n"), "push;1;");
    EXPECT_EQ(readAll(">2\r\n$10\r\ninvalidate\r\n*2\r\n$1\r\ny\r\n$0\r\n\r\n"), "push;");
    EXPECT_THAT(pushed, testing::ElementsAre("x\r\n", "y", ""));
    EXPECT_EQ(messages, 2);
}

TEST_F(FetchReaderTest, tellsOfFlushesHoweverNullIsWritten) {
    listen();
    EXPECT_EQ(readAll(">2\r\n$10\r\ninvalidate\r\n_\r\n>2\r\n+invalidate\r\n$-1\r\n>2\r\n$10\r\ninvalidate\r\n*-1\r\n"),
              "push;push;push;");

    EXPECT_THAT(pushed, testing::ElementsAre("(all)", "(all)", "(all)"));
}

TEST_F(FetchReaderTest, passesOverOtherPushes) {
    listen();
    EXPECT_EQ(readAll(">0\r\n>1\r\n+x\r\n>3\r\n$7\r\nmessage\r\n*1\r\n$1\r\nk\r\n_\r\n>2\r\n:1\r\n,1.5\r\n>2\r\n$"
                      "10\r\ninvalidate\r\n*0\r\n$1\r\n1\r\n"),
              "push;push;push;push;push;1;");
    EXPECT_THAT(pushed, testing::IsEmpty());
    target.listener = nullptr;
    EXPECT_EQ(readAll(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nx\r\n"), "push;");
}

// As Redis 6 does when it finds a key expired that an MGET asks for.
TEST_F(FetchReaderTest, takesAPushWithinAReplyForNoElementOfIt) {
    listen();
    askMany();
    const std::string push = ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nb\r\n";
    const std::string flush = ">2\r\n$10\r\ninvalidate\r\n_\r\n";
    EXPECT_EQ(readAll("*3\r\n" + push + "$1\r\n1\r\n" + push + flush + "$-1\r\n$1\r\n3\r\n"), "a=1,absent,c=3;");
    EXPECT_EQ(readAll("*3\r\n$1\r\n1\r\n$1\r\n2\r\n" + push + "$1\r\n3\r\n" + push), "a=1,b=2,c=3;push;");

    EXPECT_THAT(pushed, testing::ElementsAre("b", "b", "(all)", "b", "b"));
}

TEST_F(FetchReaderTest, leavesGarbageToTheReader) {
    feed("garbage\r\n");
    void* reply = nullptr;

    EXPECT_NE(redisReaderGetReply(reader.get(), &reply), REDIS_OK);
}

} // namespace

} // namespace nearcache::test
