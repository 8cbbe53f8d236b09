#include "system/harness/RespClient.h"

#include "system/harness/Waiting.h"

#include <stdexcept>

namespace nearcache::blackbox {

namespace {

redisContext* connect(const Endpoint& endpoint) {
    const timeval limit{patience.count(), 0};
    if (endpoint.path.empty())
        return redisConnectWithTimeout("127.0.0.1", endpoint.port, limit);
    return redisConnectUnixWithTimeout(endpoint.path.c_str(), limit);
}

[[noreturn]] void fail(const redisContext* context) {
    throw std::runtime_error(context == nullptr ? "hiredis: no memory" : std::string("hiredis: ") + context->errstr);
}

} // namespace

RespClient::RespClient(const Endpoint& endpoint) : _context(connect(endpoint)) {
    if (!_context || _context->err != 0)
        fail(_context.get());
    redisSetTimeout(_context.get(), timeval{patience.count(), 0});
}

Answer RespClient::ask(const Words& words) {
    send(words);
    return receive();
}

void RespClient::send(const Words& words) {
    std::vector<const char*> arguments;
    std::vector<std::size_t> lengths;
    for (const auto& word : words) {
        arguments.push_back(word.data());
        lengths.push_back(word.size());
    }
    if (redisAppendCommandArgv(_context.get(), static_cast<int>(words.size()), arguments.data(), lengths.data()) !=
        REDIS_OK)
        fail(_context.get());
}

void RespClient::flush() {
    for (int done = 0; done == 0;)
        if (redisBufferWrite(_context.get(), &done) != REDIS_OK)
            fail(_context.get());
}

Answer RespClient::receive() {
    auto answer = receiveOrEnd();
    if (!answer)
        fail(_context.get());
    return *answer;
}

std::optional<Answer> RespClient::receiveOrEnd() {
    void* reply = nullptr;
    if (redisGetReply(_context.get(), &reply) != REDIS_OK) {
        if (_context->err == REDIS_ERR_EOF)
            return std::nullopt;
        fail(_context.get());
    }
    const std::unique_ptr<redisReply, void (*)(void*)> owned(static_cast<redisReply*>(reply), &freeReplyObject);
    return toAnswer(*owned);
}

std::string encoded(const Words& words) {
    std::string out = "*" + std::to_string(words.size()) + "\r\n";
    for (const auto& word : words)
        out += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    return out;
}

} // namespace nearcache::blackbox
