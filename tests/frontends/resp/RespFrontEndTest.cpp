#include "RespFrontEnd.h"
#include "Driver.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace nearcache::respfront {
namespace {

class FakeOptions final : public OptionValues {
  public:
    FakeOptions(std::uint64_t bulk, std::uint64_t request) : _bulk(bulk), _request(request) {}

    [[nodiscard]] std::uint64_t size(std::string_view name) const override {
        if (name == "max_bulk")
            return _bulk;
        if (name == "max_request")
            return _request;
        throw std::logic_error("no such option");
    }
    [[nodiscard]] std::string text(std::string_view) const override { throw std::logic_error("text"); }
    [[nodiscard]] bool flag(std::string_view) const override { throw std::logic_error("flag"); }
    [[nodiscard]] std::int64_t integer(std::string_view) const override { throw std::logic_error("integer"); }
    [[nodiscard]] double real(std::string_view) const override { throw std::logic_error("real"); }
    [[nodiscard]] std::chrono::milliseconds duration(std::string_view) const override {
        throw std::logic_error("duration");
    }

  private:
    std::uint64_t _bulk;
    std::uint64_t _request;
};

std::string answer(const RespFrontEnd& frontEnd, std::string_view input) {
    const auto session = frontEnd.open({7, "127.0.0.1:50000", "127.0.0.1:6379"});
    std::pmr::monotonic_buffer_resource scratch;
    Request request;
    EXPECT_EQ(session->parse(input, scratch, request).status, Parsed::Status::Complete);
    return std::string(request.payload);
}

TEST(RespFrontEndTest, aSessionIsSmall) {
    EXPECT_LE(sizeof(RespSession), 256U);
}

TEST(RespFrontEndTest, sessionsKnowTheirNumber) {
    const FakeHost host;
    const FakeCredentials credentials;
    const FakeOptions options(1000, 1 << 20);
    EXPECT_EQ(answer(RespFrontEnd({host, options, credentials}), "CLIENT ID\r\n"), ":7\r\n");
}

TEST(RespFrontEndTest, optionsLimitWhatIsRead) {
    const FakeHost host;
    const FakeCredentials credentials;
    const FakeOptions options(1000, 1 << 20);
    const RespFrontEnd frontEnd({host, options, credentials});
    EXPECT_EQ(answer(frontEnd, "*1\r\n$1001\r\n"), "-ERR Protocol error: invalid bulk length\r\n");
    const FakeOptions wide(1 << 21, 1 << 20);
    EXPECT_EQ(answer(RespFrontEnd({host, wide, credentials}), "*1\r\n$1048576\r\n"),
              "-ERR Protocol error: too big request\r\n");
}

TEST(RespFrontEndTest, refusalInRedisWords) {
    const FakeHost host;
    const FakeCredentials credentials;
    const FakeOptions options(1000, 1 << 20);
    EXPECT_EQ(RespFrontEnd({host, options, credentials}).refusal(), "-ERR max number of clients reached\r\n");
}

TEST(RespFrontEndTest, optionsAreDeclared) {
    for (const OptionSpec& option : RespFrontEnd::options()) {
        EXPECT_EQ(option.type, OptionType::Size);
        EXPECT_LT(option.minimum, option.maximum);
        EXPECT_FALSE(option.description.empty());
    }
    EXPECT_EQ(RespFrontEnd::options().size(), 2U);
}

} // namespace
} // namespace nearcache::respfront
