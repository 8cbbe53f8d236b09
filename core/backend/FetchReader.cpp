#include "backend/FetchReader.h"

#include <hiredis/hiredis.h>

#include <exception>
#include <string_view>
#include <utility>

namespace nearcache {

namespace {

Outcome errorOutcome(std::string_view text) {
    Outcome outcome;
    outcome.error = text.starts_with("WRONGTYPE") ? ErrorCode::WrongType : ErrorCode::Backend;
    outcome.text = text;
    return outcome;
}

/// hiredis takes null for 'out of memory', and is C: no exception may pass through it.
template <class MakeOutcome> void* deliver(const redisReadTask* task, MakeOutcome makeOutcome) {
    auto* target = static_cast<FetchTarget*>(task->privdata);
    try {
        target->outcome = makeOutcome(*target);
        return target;
    } catch (const std::exception&) {
        return nullptr;
    }
}

void* unexpected(const redisReadTask* task) {
    return deliver(task, [](const FetchTarget&) { return errorOutcome("ERR the reply to GET is of no known kind"); });
}

void* createString(const redisReadTask* task, char* bytes, std::size_t size) {
    const std::string_view text(bytes, size);
    if (task->parent != nullptr || (task->type != REDIS_REPLY_STRING && task->type != REDIS_REPLY_ERROR))
        return unexpected(task);
    return deliver(task, [&](const FetchTarget& target) {
        if (task->type == REDIS_REPLY_ERROR || target.key == nullptr)
            return errorOutcome(text);
        Outcome outcome;
        outcome.kind = Reply::Kind::Value;
        outcome.entry = Entry::make(*target.key, text);
        return outcome;
    });
}

void* createNil(const redisReadTask* task) {
    if (task->parent != nullptr)
        return unexpected(task);
    return deliver(task, [](const FetchTarget&) {
        Outcome outcome;
        outcome.kind = Reply::Kind::Absent;
        return outcome;
    });
}

void* createArray(const redisReadTask* task, std::size_t /*elements*/) {
    return unexpected(task);
}

void* createInteger(const redisReadTask* task, long long /*value*/) {
    return unexpected(task);
}

void* createDouble(const redisReadTask* task, double /*value*/, char* /*text*/, std::size_t /*size*/) {
    return unexpected(task);
}

void* createBool(const redisReadTask* task, int /*value*/) {
    return unexpected(task);
}

void freeObject(void* /*target*/) {}

redisReplyObjectFunctions functions{createString, createArray, createInteger, createDouble,
                                    createNil,    createBool,  freeObject};

} // namespace

void readInto(redisReader& reader, FetchTarget& target) {
    reader.fn = &functions;
    reader.privdata = &target;
}

} // namespace nearcache
