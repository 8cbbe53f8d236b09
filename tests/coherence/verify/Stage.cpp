#include "coherence/verify/Stage.h"

#include <algorithm>
#include <cstdlib>

namespace nearcache::coherence {

namespace {

constexpr std::chrono::seconds timeout{30};

} // namespace

Stage::Stage(const Options& options) : _resp(options.resp), _http(options.http) {
    if (options.start)
        startAll(options);
    else
        _redis = *options.redis;
    _connection.emplace(_redis, 2, timeout);
}

void Stage::startAll(const Options& options) {
    if (!options.redisServer.empty())
        ::setenv("NEARCACHE_REDIS_SERVER", options.redisServer.c_str(), 1);
    _server.emplace(blackbox::RedisServer::Transport::UnixSocket);
    _redis.path = _server->endpoint().path;
    auto seenByProxies = _redis;
    const auto& wanted = options.disturbances;
    if (std::find(wanted.begin(), wanted.end(), "partition") != wanted.end()) {
        _network = std::make_unique<Forwarder>(_redis.path);
        seenByProxies = _network->address();
    }
    for (std::size_t i = 0; i < options.instances; ++i) {
        _proxies.push_back(std::make_unique<StartedProxy>(options.proxy, seenByProxies, options.settings));
        _resp.push_back(_proxies.back()->resp());
        _http.push_back(_proxies.back()->http());
    }
}

Reply Stage::ask(const Words& words) {
    _connection->ensure();
    auto reply = _connection->ask(words);
    if (reply->type == REDIS_REPLY_ERROR)
        throw std::runtime_error("Redis: " + words[0] + ": " + std::string(reply->str, reply->len));
    return reply;
}

std::string Stage::logs() const {
    std::string out;
    for (const auto& proxy : _proxies)
        out += proxy->log();
    return out;
}

std::string Stage::stop() {
    for (const auto& proxy : _proxies)
        if (auto trouble = proxy->stop(); !trouble.empty())
            return trouble;
    return {};
}

} // namespace nearcache::coherence
