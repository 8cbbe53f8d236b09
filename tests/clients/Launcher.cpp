/// Runs a script against a redis-server of its own, or against a proxy before it:
///
///     client_launcher direct|proxy PROXY-PROGRAM COMMAND [ARGUMENT…]
///
/// The script finds in its environment HOST and PORT, which it is to talk to, and REDIS_PORT, where Redis itself
/// listens. Its exit code is the launcher's, but for a proxy that does not end as it should.

#include "coherence/verify/StartedProxy.h"
#include "system/harness/RedisServer.h"

#include <cstdlib>
#include <iostream>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace nearcache::coherence {

namespace {

constexpr int skipped = 77; ///< the script has no client to run

void setPort(const char* name, std::uint16_t port) {
    ::setenv(name, std::to_string(port).c_str(), 1);
}

int runScript(char** words) {
    pid_t script = 0;
    int status = 0;
    if (::posix_spawnp(&script, words[0], nullptr, nullptr, words, environ) != 0)
        throw std::runtime_error(std::string("cannot run ") + words[0]);
    ::waitpid(script, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int runWithProxy(const std::string& program, const Address& redis, char** words) {
    StartedProxy proxy(program, redis, {});
    setPort("PORT", proxy.resp().port);
    setPort("HTTP_PORT", proxy.http().port);
    const int code = runScript(words);
    const auto trouble = proxy.stop();
    if (code != 0 && code != skipped)
        std::cerr << "--- what the proxy wrote:\n" << proxy.log() << "---\n";
    if (!trouble.empty())
        std::cerr << trouble << '\n';
    return code == 0 && !trouble.empty() ? 1 : code;
}

int launch(const std::string& target, const std::string& program, char** words) {
    const blackbox::RedisServer redis(blackbox::RedisServer::Transport::Tcp);
    ::setenv("HOST", "127.0.0.1", 1);
    setPort("REDIS_PORT", redis.endpoint().port);
    setPort("PORT", redis.endpoint().port);
    if (target == "direct")
        return runScript(words);
    return runWithProxy(program, {"127.0.0.1", redis.endpoint().port, {}}, words);
}

} // namespace

} // namespace nearcache::coherence

int main(int count, char** words) {
    if (count < 4) {
        std::cerr << "usage: client_launcher direct|proxy PROXY-PROGRAM COMMAND [ARGUMENT…]\n";
        return 2;
    }
    try {
        return nearcache::coherence::launch(words[1], words[2], words + 3);
    } catch (const std::exception& error) {
        std::cerr << "client_launcher: " << error.what() << '\n';
        return 2;
    }
}
