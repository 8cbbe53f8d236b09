#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

struct redisReply;

namespace nearcache::blackbox {

/// A RESP reply as a value to compare with.
struct Answer {
    enum class Kind : std::uint8_t { Status, Error, Integer, Bulk, Nil, Array };

    Kind kind = Kind::Nil;
    std::string text;
    long long number = 0;
    std::vector<Answer> elements;

    [[nodiscard]] bool isError() const { return kind == Kind::Error; }
    bool operator==(const Answer& other) const = default;
};

Answer status(std::string text);
Answer error(std::string text);
Answer integer(long long number);
Answer bulk(std::string text);
Answer nil();
Answer array(std::vector<Answer> elements);

/// What hiredis has read.
Answer toAnswer(const redisReply& reply);

/// For failure messages: `+OK`, `-ERR …`, `:1`, `$value`, `nil`, `[:1, nil]`; long texts are cut.
std::ostream& operator<<(std::ostream& stream, const Answer& answer);

} // namespace nearcache::blackbox
