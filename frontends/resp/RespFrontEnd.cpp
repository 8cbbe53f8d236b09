#include "RespFrontEnd.h"

#include "Session.h"

namespace nearcache::respfront {

namespace {

constexpr double mebibyte = 1024.0 * 1024.0;

ParseLimits limitsFrom(const OptionValues& options) {
    ParseLimits limits;
    limits.bulk = options.size("max_bulk");
    limits.request = options.size("max_request");
    return limits;
}

} // namespace

std::vector<OptionSpec> RespFrontEnd::options() {
    return {
        {"max_bulk", OptionType::Size, "512MiB",
         "The longest key, value or other word of a command (Redis: proto-max-bulk-len).", 1024,
         static_cast<double>(resp::maxBulk)},
        {"max_request", OptionType::Size, "1GiB",
         "The longest command, all its words together (Redis: client-query-buffer-limit).", mebibyte, 1024 * mebibyte},
    };
}

RespFrontEnd::RespFrontEnd(const FrontEndContext& context)
    : _host(context.host), _credentials(context.credentials), _limits(limitsFrom(context.options)),
      _recipes(context.host) {}

std::unique_ptr<Session> RespFrontEnd::open(const Client& client) const {
    return std::make_unique<RespSession>(_host, _credentials, _limits, _recipes, client);
}

std::string RespFrontEnd::refusal() const {
    return "-ERR max number of clients reached\r\n";
}

} // namespace nearcache::respfront
