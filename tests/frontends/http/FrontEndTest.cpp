#include "http/HttpFrontEnd.h"

#include "Fakes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory_resource>
#include <stdexcept>

namespace nearcache::http {

using test::FakeCredentials;
using test::FakeHost;
using ::testing::StartsWith;

namespace {

/// Sizes only; any other option, or type, is an error of the front-end's.
class Sizes : public OptionValues {
  public:
    explicit Sizes(std::map<std::string, std::uint64_t, std::less<>> sizes) : _sizes(std::move(sizes)) {}

    [[nodiscard]] std::uint64_t size(std::string_view name) const override { return _sizes.find(name)->second; }
    [[nodiscard]] std::string text(std::string_view) const override { throw std::logic_error("text"); }
    [[nodiscard]] bool flag(std::string_view) const override { throw std::logic_error("flag"); }
    [[nodiscard]] std::int64_t integer(std::string_view) const override { throw std::logic_error("integer"); }
    [[nodiscard]] double real(std::string_view) const override { throw std::logic_error("real"); }
    [[nodiscard]] std::chrono::milliseconds duration(std::string_view) const override {
        throw std::logic_error("duration");
    }

  private:
    std::map<std::string, std::uint64_t, std::less<>> _sizes;
};

HttpFrontEnd makeFrontEnd() {
    static const FakeHost host;
    static const FakeCredentials credentials;
    const Sizes sizes({{"max_target", 256}, {"max_header", 1024}, {"max_body", 10}});
    return HttpFrontEnd({.host = host, .options = sizes, .credentials = credentials});
}

std::string statusLine(const FrontEnd& frontEnd, std::string_view input) {
    const auto session = frontEnd.open({.id = 1, .address = "127.0.0.1:50000", .localAddress = {}});
    std::pmr::monotonic_buffer_resource scratch;
    Request request;
    const Parsed parsed = session->parse(input, scratch, request);
    EXPECT_EQ(parsed.status, Parsed::Status::Complete);
    return std::string(request.payload.substr(0, request.payload.find('\r')));
}

std::string request(std::string_view target, std::string_view fields = {}) {
    return std::string("GET ").append(target).append(" HTTP/1.1\r\nHost: h\r\n").append(fields).append("\r\n");
}

} // namespace

TEST(HttpFrontEnd, optionsAreTheLimits) {
    const HttpFrontEnd frontEnd = makeFrontEnd();
    EXPECT_EQ(statusLine(frontEnd, request("/" + std::string(255, 'x'))), "HTTP/1.1 404 Not Found");
    EXPECT_EQ(statusLine(frontEnd, request("/" + std::string(256, 'x'))), "HTTP/1.1 414 URI Too Long");
    EXPECT_EQ(statusLine(frontEnd, request("/", "X: " + std::string(1024, 'x') + "\r\n")),
              "HTTP/1.1 431 Request Header Fields Too Large");
    EXPECT_EQ(statusLine(frontEnd, request("/", "Content-Length: 11\r\n")), "HTTP/1.1 413 Content Too Large");
}

TEST(HttpFrontEnd, optionsAreDescribed) {
    const Limits limits;
    const std::map<std::string, std::size_t> defaults{
        {"64KiB", limits.target}, {"32KiB", limits.header}, {"1MiB", limits.body}};
    const auto options = HttpFrontEnd::options();
    ASSERT_EQ(options.size(), 3U);
    for (const OptionSpec& option : options) {
        EXPECT_EQ(option.type, OptionType::Size) << option.name;
        EXPECT_FALSE(option.description.empty()) << option.name;
        ASSERT_TRUE(defaults.contains(option.defaultValue)) << option.name;
        const auto value = static_cast<double>(defaults.at(option.defaultValue));
        EXPECT_LE(option.minimum, value) << option.name;
        EXPECT_GE(option.maximum, value) << option.name;
    }
    EXPECT_EQ(limits.target, 65536U);
    EXPECT_EQ(limits.header, 32768U);
    EXPECT_EQ(limits.body, 1048576U);
}

TEST(HttpFrontEnd, refusal) {
    EXPECT_THAT(makeFrontEnd().refusal(), StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
}

} // namespace nearcache::http
