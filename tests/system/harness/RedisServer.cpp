#include "system/harness/RedisServer.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace nearcache::blackbox {

namespace {

constexpr int attemptsForPort = 20;

std::string redisServer() {
    const char* chosen = std::getenv("NEARCACHE_REDIS_SERVER");
    return chosen != nullptr ? chosen : NEARCACHE_REDIS_SERVER;
}

} // namespace

std::string redisProgram(const std::string& name) {
    const auto folder = std::filesystem::path(redisServer()).parent_path();
    const auto program = findProgram(folder.empty() ? name : (folder / name).string());
    if (!program)
        throw std::runtime_error("no " + name + " to test with: set NEARCACHE_REDIS_SERVER or PATH");
    return *program;
}

RedisServer::RedisServer(Transport transport, std::vector<std::string> options)
    : _transport(transport), _options(std::move(options)) {
    if (transport == Transport::UnixSocket)
        _endpoint.path = (_folder.path() / "redis.sock").string();
    start();
}

void RedisServer::stop() {
    _connection.reset();
    _process.reset();
}

void RedisServer::start() {
    if (_process)
        return;
    for (int attempt = 0; attempt < attemptsForPort; ++attempt)
        if (startOnce())
            return;
    throw std::runtime_error("redis-server does not start: " + _process->everything());
}

bool RedisServer::startOnce() {
    const bool choosesPort = _transport == Transport::Tcp && _endpoint.port == 0;
    if (choosesPort)
        _endpoint.port = freePort();
    launch();
    if (_process->waitForText("eady to accept connections"))
        return true;
    if (choosesPort)
        _endpoint.port = 0;
    return false;
}

void RedisServer::launch() {
    Launch launch;
    launch.arguments = {redisProgram("redis-server"),
                        "--port",
                        std::to_string(_endpoint.port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "no",
                        "--dir",
                        _folder.path().string(),
                        "--maxclients",
                        "5000"};
    if (!_endpoint.path.empty())
        launch.arguments.insert(launch.arguments.end(), {"--unixsocket", _endpoint.path});
    launch.arguments.insert(launch.arguments.end(), _options.begin(), _options.end());
    _process = std::make_unique<Process>(launch);
}

void RedisServer::freeze() {
    _process->signal(SIGSTOP);
}

void RedisServer::thaw() {
    _process->signal(SIGCONT);
}

Answer RedisServer::ask(const Words& words) {
    if (!_connection)
        _connection = std::make_unique<RespClient>(_endpoint);
    return _connection->ask(words);
}

long long RedisServer::calls(const std::string& command) {
    const auto statistics = ask({"INFO", "commandstats"}).text;
    const auto name = "cmdstat_" + command + ":calls=";
    const auto at = statistics.find(name);
    return at == std::string::npos ? 0 : std::atoll(statistics.c_str() + at + name.size());
}

long long RedisServer::clients() {
    const auto list = ask({"CLIENT", "LIST"}).text;
    return std::count(list.begin(), list.end(), '\n') - 1;
}

} // namespace nearcache::blackbox
