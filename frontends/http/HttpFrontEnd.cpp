#include "HttpFrontEnd.h"

#include "Answer.h"
#include "Session.h"

namespace nearcache::http {

namespace {

constexpr double kibibyte = 1024;
constexpr double mebibyte = 1024 * kibibyte;
constexpr double gibibyte = 1024 * mebibyte;

OptionSpec sizeOption(std::string name, std::string defaultValue, std::string description, double minimum,
                      double maximum) {
    return {.name = std::move(name),
            .type = OptionType::Size,
            .defaultValue = std::move(defaultValue),
            .description = std::move(description),
            .minimum = minimum,
            .maximum = maximum};
}

} // namespace

std::vector<OptionSpec> HttpFrontEnd::options() {
    return {
        sizeOption("max_target", "64KiB",
                   "Longest request target, which holds the key, percent-encoded; a longer one is answered 414.", 256,
                   64 * mebibyte),
        sizeOption("max_header", "32KiB",
                   "Largest header section of a request, all fields together; a larger one is answered 431.", kibibyte,
                   64 * mebibyte),
        sizeOption("max_body", "1MiB",
                   "Largest body of a request, which is read and ignored; a larger one is answered 413.", 0, gibibyte),
    };
}

HttpFrontEnd::HttpFrontEnd(const FrontEndContext& context)
    : _limits{.target = context.options.size("max_target"),
              .header = context.options.size("max_header"),
              .body = context.options.size("max_body")},
      _host(context.host), _credentials(context.credentials) {}

std::unique_ptr<Session> HttpFrontEnd::open(const Client& /*client*/) const {
    return std::make_unique<HttpSession>(_limits, _host, _credentials);
}

std::string HttpFrontEnd::refusal() const {
    return composeRefusal();
}

} // namespace nearcache::http
