#include "backend/FetchReader.h"

#include <hiredis/hiredis.h>

#include <exception>
#include <utility>

namespace nearcache {

namespace {

using Asked = FetchTarget::Asked;
using Got = FetchTarget::Got;

Outcome errorOutcome(std::string_view text) {
    Outcome outcome;
    outcome.error = text.starts_with("WRONGTYPE") ? ErrorCode::WrongType : ErrorCode::Backend;
    outcome.text = text;
    return outcome;
}

Outcome unknownKind() {
    return errorOutcome("ERR the reply to GET is of no known kind");
}

Outcome valueOutcome(std::string_view key, std::string_view value) {
    Outcome outcome;
    outcome.kind = Reply::Kind::Value;
    outcome.entry = Entry::make(key, value);
    outcome.value = outcome.entry->value();
    return outcome;
}

Outcome absentOutcome() {
    Outcome outcome;
    outcome.kind = Reply::Kind::Absent;
    return outcome;
}

FetchTarget& targetOf(const redisReadTask* task) {
    return *static_cast<FetchTarget*>(task->privdata);
}

/// hiredis takes null for 'out of memory', and is C: no exception may pass through it.
template <class Read> void* reading(const redisReadTask* task, Read read) {
    FetchTarget& target = targetOf(task);
    try {
        if (task->parent == nullptr)
            target.got = task->type == REDIS_REPLY_PUSH ? Got::Push : Got::Reply;
        read(target);
        return &target;
    } catch (const std::exception&) {
        return nullptr;
    }
}

void readUnexpected(FetchTarget& target) {
    target.outcome = unknownKind();
    target.remaining.reset();
}

/// Whether the value is part of a push; if so, how deep.
int depthInPush(const redisReadTask* task) {
    int depth = 0;
    for (; task != nullptr && task->type != REDIS_REPLY_PUSH; task = task->parent)
        ++depth;
    return task != nullptr ? depth : 0;
}

bool isInMget(const redisReadTask* task, const FetchTarget& target) {
    return target.asked == Asked::Mget && task->parent != nullptr && task->parent->parent == nullptr &&
           task->parent->type == REDIS_REPLY_ARRAY;
}

/// A string of a push: its name, a key in the list that follows it, or something of no interest.
void readPushed(FetchTarget& target, const redisReadTask* task, int depth, std::string_view text) {
    if (depth == 1 && task->idx == 0) {
        target.invalidates = text == "invalidate" && target.listener != nullptr;
        if (target.invalidates)
            target.listener->onInvalidation();
    } else if (target.invalidates) {
        target.listener->onInvalidated(text);
    }
}

void readString(FetchTarget& target, const redisReadTask* task, std::string_view text) {
    const bool isString = task->type == REDIS_REPLY_STRING;
    if (const int depth = depthInPush(task->parent != nullptr ? task : nullptr); depth > 0) {
        readPushed(target, task, depth, text);
    } else if (isInMget(task, target)) {
        if (isString && target.outcomes.size() < target.keys.size())
            target.outcomes.push_back(valueOutcome(target.keys[target.outcomes.size()], text));
    } else if (task->parent == nullptr && task->type == REDIS_REPLY_ERROR) {
        target.outcome = errorOutcome(text);
        target.remaining.reset();
    } else if (task->parent == nullptr && isString && target.asked == Asked::Get) {
        target.outcome = target.keys.empty() ? errorOutcome(text) : valueOutcome(target.keys.front(), text);
    } else {
        readUnexpected(target);
    }
}

void readNil(FetchTarget& target, const redisReadTask* task) {
    if (depthInPush(task->parent != nullptr ? task : nullptr) == 1) {
        if (target.invalidates)
            target.listener->onFlushed();
    } else if (isInMget(task, target)) {
        if (target.outcomes.size() < target.keys.size())
            target.outcomes.push_back(absentOutcome());
    } else if (task->parent == nullptr && target.asked == Asked::Get) {
        target.outcome = absentOutcome();
    } else {
        readUnexpected(target);
    }
}

/// The beginning of an aggregate.
void readArray(FetchTarget& target, const redisReadTask* task) {
    if (task->type == REDIS_REPLY_PUSH) {
        target.invalidates = false;
        if (task->parent != nullptr)
            ++task->parent->elements; // it is none of those that were announced
    } else if (depthInPush(task) == 0) {
        readUnexpected(target); // as of an Mget, until all its elements are here
        target.outcomes.clear();
    }
}

void readInteger(FetchTarget& target, const redisReadTask* task, long long value) {
    if (depthInPush(task) > 0)
        return;
    readUnexpected(target);
    if (task->parent == nullptr && target.asked == Asked::Pttl)
        target.remaining = value;
}

void readOther(FetchTarget& target, const redisReadTask* task) {
    if (depthInPush(task) == 0)
        readUnexpected(target);
}

void* createString(const redisReadTask* task, char* bytes, std::size_t size) {
    return reading(task, [&](FetchTarget& target) { readString(target, task, {bytes, size}); });
}

void* createNil(const redisReadTask* task) {
    return reading(task, [task](FetchTarget& target) { readNil(target, task); });
}

void* createArray(const redisReadTask* task, std::size_t /*elements*/) {
    return reading(task, [task](FetchTarget& target) { readArray(target, task); });
}

void* createInteger(const redisReadTask* task, long long value) {
    return reading(task, [&](FetchTarget& target) { readInteger(target, task, value); });
}

void* createDouble(const redisReadTask* task, double /*value*/, char* /*text*/, std::size_t /*size*/) {
    return reading(task, [task](FetchTarget& target) { readOther(target, task); });
}

void* createBool(const redisReadTask* task, int /*value*/) {
    return reading(task, [task](FetchTarget& target) { readOther(target, task); });
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
