#include "Answer.h"
#include "Limits.h"
#include "Parse.h"
#include "Reply.h"
#include "Tag.h"
#include "nearcache/FrontEnd.h"

namespace nearcache::http {

class HttpSession : public Session {
  public:
    explicit HttpSession(const Limits& limits) : _parse(limits) {}

    Parsed parse(std::string_view input, std::pmr::memory_resource& scratch, Request& request) override {
        return _parse.next(input, scratch, request);
    }

    void encode(const Reply& reply, std::uint32_t tag, Output& output) override {
        writeReply(reply, Tag::unpack(tag), output);
    }

  private:
    Parse _parse;
};

static_assert(sizeof(HttpSession) <= 512, "ten thousand idle sessions must be cheap");

class HttpFrontEnd : public FrontEnd {
  public:
    explicit HttpFrontEnd(const Limits& limits) : _limits(limits) {}

    std::unique_ptr<Session> open(const Client& /*client*/) const override {
        return std::make_unique<HttpSession>(_limits);
    }

    std::string refusal() const override { return composeRefusal(); }

  private:
    const Limits _limits;
};

namespace {

OptionSpec sizeOption(std::string name, std::string defaultValue, std::string description, double minimum,
                      double maximum) {
    return {.name = std::move(name),
            .type = OptionType::Size,
            .defaultValue = std::move(defaultValue),
            .description = std::move(description),
            .minimum = minimum,
            .maximum = maximum};
}

constexpr double kibibyte = 1024;
constexpr double mebibyte = 1024 * kibibyte;
constexpr double gibibyte = 1024 * mebibyte;

} // namespace

class HttpPlugin : public FrontEndPlugin {
  public:
    std::vector<OptionSpec> options() const override {
        return {
            sizeOption("max_target", "64KiB",
                       "Longest request target, which holds the percent-encoded key; beyond it 414.", 256,
                       64 * mebibyte),
            sizeOption("max_header", "32KiB",
                       "Largest header section of a request, all fields together; beyond it 431.", kibibyte,
                       64 * mebibyte),
            sizeOption("max_body", "1MiB", "Largest body of a request, which is read and ignored; beyond it 413.", 0,
                       gibibyte),
        };
    }

    std::unique_ptr<FrontEnd> create(const FrontEndContext& context) const override {
        return std::make_unique<HttpFrontEnd>(Limits{
            .target = context.options.size("max_target"),
            .header = context.options.size("max_header"),
            .body = context.options.size("max_body"),
        });
    }
};

} // namespace nearcache::http

NEARCACHE_PLUGIN(nearcache::FrontEndPlugin, nearcache::http::HttpPlugin)
