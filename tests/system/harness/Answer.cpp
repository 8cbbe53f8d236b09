#include "system/harness/Answer.h"

#include <hiredis/hiredis.h>

#include <stdexcept>

namespace nearcache::blackbox {

namespace {

constexpr std::size_t longestShown = 200;

std::string shown(const std::string& text) {
    if (text.size() <= longestShown)
        return text;
    return text.substr(0, longestShown) + "… (" + std::to_string(text.size()) + " bytes)";
}

void showElements(std::ostream& stream, const std::vector<Answer>& elements) {
    stream << '[';
    const char* separator = "";
    for (const auto& element : elements) {
        stream << separator << element;
        separator = ", ";
    }
    stream << ']';
}

Answer::Kind kindOf(int type) {
    switch (type) {
    case REDIS_REPLY_STATUS: return Answer::Kind::Status;
    case REDIS_REPLY_ERROR: return Answer::Kind::Error;
    case REDIS_REPLY_INTEGER: return Answer::Kind::Integer;
    case REDIS_REPLY_STRING: return Answer::Kind::Bulk;
    case REDIS_REPLY_NIL: return Answer::Kind::Nil;
    case REDIS_REPLY_ARRAY: return Answer::Kind::Array;
    default: throw std::runtime_error("a reply that is not of RESP2: type " + std::to_string(type));
    }
}

} // namespace

Answer status(std::string text) {
    return {Answer::Kind::Status, std::move(text), 0, {}};
}

Answer error(std::string text) {
    return {Answer::Kind::Error, std::move(text), 0, {}};
}

Answer integer(long long number) {
    return {Answer::Kind::Integer, {}, number, {}};
}

Answer bulk(std::string text) {
    return {Answer::Kind::Bulk, std::move(text), 0, {}};
}

Answer nil() {
    return {};
}

Answer array(std::vector<Answer> elements) {
    return {Answer::Kind::Array, {}, 0, std::move(elements)};
}

Answer toAnswer(const redisReply& reply) {
    Answer out;
    out.kind = kindOf(reply.type);
    if (reply.str != nullptr)
        out.text.assign(reply.str, reply.len);
    if (out.kind == Answer::Kind::Integer)
        out.number = reply.integer;
    for (std::size_t i = 0; i < reply.elements; ++i)
        out.elements.push_back(toAnswer(*reply.element[i]));
    return out;
}

std::ostream& operator<<(std::ostream& stream, const Answer& answer) {
    switch (answer.kind) {
    case Answer::Kind::Status: return stream << '+' << shown(answer.text);
    case Answer::Kind::Error: return stream << '-' << shown(answer.text);
    case Answer::Kind::Integer: return stream << ':' << answer.number;
    case Answer::Kind::Bulk: return stream << '$' << shown(answer.text);
    case Answer::Kind::Nil: return stream << "nil";
    case Answer::Kind::Array: showElements(stream, answer.elements);
    }
    return stream;
}

} // namespace nearcache::blackbox
