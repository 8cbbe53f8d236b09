#include "RedisServer.h"

#include "support/Waiting.h"

#include <hiredis/hiredis.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nearcache::test {

RedisServer::RedisServer() {
    const auto own = std::filesystem::path(NEARCACHE_SOURCE_DIR) / ".deps/bin/redis-server";
    const std::string program = std::filesystem::exists(own) ? own.string() : "redis-server";
    const std::string folder = _folder.path().string();
    _process = ::fork();
    if (_process == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL); // it outlives no test that dies
        ::execlp(program.c_str(), program.c_str(), "--port", "0", "--unixsocket", _path.c_str(), "--save", "", "--dir",
                 folder.c_str(), "--logfile", "redis.log", nullptr);
        ::_exit(127);
    }
    const bool there = eventually([this] {
        if (_connection != nullptr)
            redisFree(_connection);
        _connection = redisConnectUnix(_path.c_str());
        return _connection != nullptr && _connection->err == 0;
    });
    if (!there)
        throw std::runtime_error("redis-server does not start");
}

RedisServer::~RedisServer() {
    if (_connection != nullptr)
        redisFree(_connection);
    ::kill(_process, SIGKILL);
    ::waitpid(_process, nullptr, 0);
}

std::string RedisServer::ask(const char* command) const {
    const std::unique_ptr<void, void (*)(void*)> reply(redisCommand(_connection, command), freeReplyObject);
    if (reply == nullptr)
        return "(lost)";
    const auto& read = *static_cast<const redisReply*>(reply.get());
    if (read.type == REDIS_REPLY_INTEGER)
        return std::to_string(read.integer);
    return read.str != nullptr ? std::string(read.str, read.len) : std::string();
}

} // namespace nearcache::test
