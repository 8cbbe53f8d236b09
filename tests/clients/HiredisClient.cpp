/// hiredis as people use it: the first answer that is wrong ends it with exit code 1. HOST, PORT and REDIS_PORT in the
/// environment.

#include <hiredis/hiredis.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

struct FreeContext {
    void operator()(redisContext* context) const { redisFree(context); }
};
struct FreeReply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Context = std::unique_ptr<redisContext, FreeContext>;
using Reply = std::unique_ptr<redisReply, FreeReply>;

void require(bool holds, const std::string& what) {
    if (!holds)
        throw std::runtime_error("wrong: " + what);
}

int port(const char* name) {
    const char* text = std::getenv(name);
    require(text != nullptr, std::string(name) + " is not set");
    return std::atoi(text);
}

Context connect(const char* portName = "PORT") {
    Context context(redisConnectWithTimeout(std::getenv("HOST"), port(portName), timeval{10, 0}));
    require(context && context->err == 0, "connect");
    redisSetTimeout(context.get(), timeval{30, 0});
    return context;
}

Reply receive(redisContext* context) {
    void* reply = nullptr;
    require(redisGetReply(context, &reply) == REDIS_OK, std::string("a reply: ") + context->errstr);
    return Reply(static_cast<redisReply*>(reply));
}

template <class... Arguments> Reply ask(redisContext* context, const char* format, Arguments... arguments) {
    require(redisAppendCommand(context, format, arguments...) == REDIS_OK, format);
    return receive(context);
}

std::string text(const Reply& reply) {
    return reply->str == nullptr ? std::string() : std::string(reply->str, reply->len);
}

void commands() {
    const auto context = connect();
    require(text(ask(context.get(), "SET %s %s", "greeting", "hello")) == "OK", "SET");
    require(text(ask(context.get(), "GET %s", "greeting")) == "hello", "GET");
    require(text(ask(context.get(), "GET greeting")) == "hello", "a hit");
    require(ask(context.get(), "GET nothing")->type == REDIS_REPLY_NIL, "no such key");
    require(ask(context.get(), "INCR counter")->integer == 1, "INCR");
    require(ask(context.get(), "FOO")->type == REDIS_REPLY_ERROR, "an unknown command");
    ask(context.get(), "RPUSH list a b c");
    const auto list = ask(context.get(), "LRANGE list 0 -1");
    require(list->type == REDIS_REPLY_ARRAY && list->elements == 3, "LRANGE");
    require(std::string(list->element[2]->str) == "c", "an element");
    const auto many = ask(context.get(), "MGET greeting nothing list counter");
    require(many->elements == 4 && std::string(many->element[0]->str) == "hello", "MGET");
    require(many->element[1]->type == REDIS_REPLY_NIL && many->element[2]->type == REDIS_REPLY_NIL, "MGET's nulls");
}

void binary() {
    const auto context = connect();
    std::string value;
    for (int i = 0; i < 256; ++i)
        value += static_cast<char>(i);
    const std::string key("a\0b\r\n", 5);
    require(text(ask(context.get(), "SET %b %b", key.data(), key.size(), value.data(), value.size())) == "OK", "SET");
    for (int i = 0; i < 2; ++i)
        require(text(ask(context.get(), "GET %b", key.data(), key.size())) == value, "bytes of all kinds");
}

void largeValue() {
    const auto context = connect();
    const std::string value(20'000'000, 'x');
    require(text(ask(context.get(), "SET large %b", value.data(), value.size())) == "OK", "SET of 20 MB");
    for (int i = 0; i < 2; ++i)
        require(text(ask(context.get(), "GET large")) == value, "GET of 20 MB");
    require(text(ask(context.get(), "GETRANGE large 0 -1")) == value, "GETRANGE of 20 MB");
}

void pipeline() {
    constexpr int length = 5000;
    const auto context = connect();
    for (int i = 0; i < length; ++i) {
        redisAppendCommand(context.get(), "SET pipe:%d %d", i, i);
        redisAppendCommand(context.get(), "GET pipe:%d", i);
        redisAppendCommand(context.get(), "STRLEN pipe:%d", i);
        redisAppendCommand(context.get(), "APPEND pipe:%d +", i);
        redisAppendCommand(context.get(), "GET pipe:%d", i);
    }
    for (int i = 0; i < length; ++i) {
        const auto number = std::to_string(i);
        require(text(receive(context.get())) == "OK", "SET in a pipeline");
        require(text(receive(context.get())) == number, "GET in a pipeline");
        require(receive(context.get())->integer == static_cast<long long>(number.size()), "STRLEN in a pipeline");
        receive(context.get());
        require(text(receive(context.get())) == number + "+", "an own write in a pipeline");
    }
}

void transaction() {
    const auto context = connect();
    const auto other = connect();
    ask(context.get(), "SET account 1");
    require(text(ask(context.get(), "WATCH account")) == "OK", "WATCH");
    require(text(ask(context.get(), "GET account")) == "1", "GET under WATCH");
    ask(other.get(), "SET account 2");
    require(text(ask(context.get(), "MULTI")) == "OK", "MULTI");
    require(text(ask(context.get(), "GET account")) == "QUEUED", "GET in MULTI");
    require(ask(context.get(), "EXEC")->type == REDIS_REPLY_NIL, "EXEC after a change");
    ask(context.get(), "MULTI");
    ask(context.get(), "INCRBY account 5");
    const auto done = ask(context.get(), "EXEC");
    require(done->type == REDIS_REPLY_ARRAY && done->elements == 1 && done->element[0]->integer == 7, "EXEC");
    require(text(ask(context.get(), "GET account")) == "7", "after EXEC");
    require(text(ask(other.get(), "GET account")) == "7", "after EXEC, by another");
}

void subscription() {
    const auto subscriber = connect();
    const auto publisher = connect();
    const auto confirmation = ask(subscriber.get(), "SUBSCRIBE news");
    require(confirmation->elements == 3 && confirmation->element[2]->integer == 1, "SUBSCRIBE");
    require(ask(publisher.get(), "PUBLISH news today")->integer == 1, "PUBLISH");
    const auto message = receive(subscriber.get());
    require(message->elements == 3 && std::string(message->element[2]->str) == "today", "the message");
    require(ask(subscriber.get(), "GET greeting")->type == REDIS_REPLY_ERROR, "GET while subscribed");
    require(ask(subscriber.get(), "UNSUBSCRIBE news")->elements == 3, "UNSUBSCRIBE");
    require(text(ask(subscriber.get(), "GET greeting")) == "hello", "GET afterwards");
}

void resp3() {
    const auto context = connect();
    const auto hello = ask(context.get(), "HELLO 3");
    require(hello->type == REDIS_REPLY_MAP, "HELLO 3");
    require(text(ask(context.get(), "GET greeting")) == "hello", "GET over RESP3");
    require(ask(context.get(), "GET nothing")->type == REDIS_REPLY_NIL, "a null over RESP3");
    ask(context.get(), "HSET map field value");
    const auto map = ask(context.get(), "HGETALL map");
    require(map->type == REDIS_REPLY_MAP && map->elements == 2, "HGETALL over RESP3");
    ask(context.get(), "ZADD sorted 1.5 a");
    require(ask(context.get(), "ZSCORE sorted a")->type == REDIS_REPLY_DOUBLE, "ZSCORE over RESP3");
    require(ask(context.get(), "HELLO 2")->type == REDIS_REPLY_ARRAY, "HELLO 2 again");
    require(ask(context.get(), "HGETALL map")->type == REDIS_REPLY_ARRAY, "HGETALL over RESP2 again");
}

/// Over RESP3 a client asks for other things while it is subscribed; messages come as pushes.
void pushes() {
    const auto subscriber = connect();
    const auto publisher = connect();
    std::vector<std::string> messages;
    subscriber->privdata = &messages;
    redisSetPushCallback(subscriber.get(), [](void* out, void* push) {
        const Reply reply(static_cast<redisReply*>(push));
        const auto* last = reply->element[reply->elements - 1];
        static_cast<std::vector<std::string>*>(out)->emplace_back(last->str == nullptr ? "" : last->str);
    });
    ask(subscriber.get(), "HELLO 3");
    redisAppendCommand(subscriber.get(), "SUBSCRIBE news"); // confirmed by a push
    require(text(ask(subscriber.get(), "GET greeting")) == "hello", "GET while subscribed over RESP3");
    require(ask(publisher.get(), "PUBLISH news pushed")->integer == 1, "PUBLISH to a subscriber over RESP3");
    for (int i = 0; i < 10'000 && (messages.empty() || messages.back() != "pushed"); ++i)
        require(text(ask(subscriber.get(), "PING")) == "PONG", "PING while subscribed over RESP3");
    require(!messages.empty() && messages.back() == "pushed", "the pushed message");
}

bool blockedInRedis(redisContext* redis) {
    return text(ask(redis, "INFO clients")).find("blocked_clients:1") != std::string::npos;
}

void blocking() {
    const auto redis = connect("REDIS_PORT");
    const auto waiting = connect();
    const auto pushing = connect();
    redisAppendCommand(waiting.get(), "BLPOP queue 30");
    for (int done = 0; done == 0;)
        require(redisBufferWrite(waiting.get(), &done) == REDIS_OK, "sending BLPOP");
    for (int i = 0; i < 3000 && !blockedInRedis(redis.get()); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    require(blockedInRedis(redis.get()), "BLPOP waits in Redis");
    require(text(ask(pushing.get(), "PING")) == "PONG", "PING while another is blocked");
    ask(pushing.get(), "RPUSH queue element");
    const auto popped = receive(waiting.get());
    require(popped->elements == 2 && std::string(popped->element[1]->str) == "element", "BLPOP");
    require(text(ask(waiting.get(), "GET greeting")) == "hello", "GET after BLPOP");
}

} // namespace

int main() {
    try {
        commands();
        binary();
        largeValue();
        pipeline();
        transaction();
        subscription();
        resp3();
        pushes();
        blocking();
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    std::cout << "hiredis: all well\n";
    return 0;
}
