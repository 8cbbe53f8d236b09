#pragma once

/// Where a reply of Redis ends.
///
/// Source: https://redis.io/docs/latest/develop/reference/protocol-spec/ (RESP2 and RESP3).
/// Not thread-safe; nothing throws but std::bad_alloc.

#include "nearcache/Resp.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

NEARCACHE_API_BEGIN

namespace resp {

/// Bytes in a status, an error or a number of a reply. Scripts make statuses and errors as long as any string.
inline constexpr std::uint64_t maxReplyLine = maxBulk;
/// Elements in one array, set or push; pairs in one map or attribute.
inline constexpr std::uint64_t maxElements = (std::uint64_t{1} << 32) - 1;
/// Aggregates open within each other. Scripts nest deepest, and clients' readers give up here too.
inline constexpr std::size_t maxDepth = 1024;

/// Finds where a reply ends in a stream of bytes, RESP2 and RESP3, without collecting it: it needs the same memory
/// however long the reply (8 KiB at most, where aggregates nest deeply), and time linear in the bytes.
///
/// Attributes (`|`) belong to the reply that they precede. A push (`>`) that stands inside a reply, as Redis before 7.0
/// sent it, is passed over: it is none of the reply's elements. RESP3's streamed types (`$?`, `*?`), which no server
/// sends, are broken. Contents are not looked into: `:x` is framed as a number.
class ReplyFramer {
  public:
    enum class State : std::uint8_t {
        More,     ///< all bytes were consumed, and the reply goes on
        Complete, ///< the reply ended at `consumed`
        Broken,   ///< the byte at `consumed`, or before, cannot be there: see fault(). So is every later step
    };
    struct Step {
        State state;
        std::size_t consumed;
    };
    enum class Fault : std::uint8_t {
        None,
        Type,    ///< an unknown type
        Length,  ///< a length that is no number or is over its limit
        Depth,   ///< more than maxDepth aggregates within each other
        Line,    ///< a line with a stray CR or LF in it, or one over maxReplyLine
        BulkEnd, ///< a bulk string that does not end where its length says
    };

    /// Consumes at most one reply. After Complete, the next call begins a new one.
    Step feed(std::string_view bytes) {
        if (bytes.empty())
            return {_phase == Phase::Broken ? State::Broken : State::More, 0};
        const std::size_t whole = idle() ? wholeAtOnce(bytes) : 0;
        if (_phase == Phase::Complete)
            begin();
        if (whole > 0) {
            _replyType = bytes.front();
            _phase = Phase::Complete;
            return {State::Complete, whole};
        }
        const char* const end = bytes.data() + bytes.size();
        const char* cursor = bytes.data();
        while (cursor != end && _phase < Phase::Complete)
            cursor = read(cursor, end);
        return {state(), static_cast<std::size_t>(cursor - bytes.data())};
    }

    /// The first byte of the reply under way, or of the last one: '+', '-', '$', '>'... '|' only until the reply that
    /// follows the attribute begins; 0 before the first reply.
    [[nodiscard]] char type() const { return _replyType; }

    /// Whether no byte of a further reply has come since the start or the last Complete.
    [[nodiscard]] bool idle() const { return _phase == Phase::Complete || (_phase == Phase::Type && _replyType == 0); }

    [[nodiscard]] Fault fault() const { return _fault; }

    /// Forgets everything, for a new stream.
    void reset() { *this = ReplyFramer(); }

  private:
    /// What the next byte is.
    enum class Phase : std::uint8_t {
        Type,      ///< the first byte of a value
        Line,      ///< in the text of a line
        LineEnd,   ///< the LF that ends a value
        Length,    ///< in the digits of a length
        LengthEnd, ///< the LF behind them
        Bulk,      ///< in the bytes of a bulk string
        BulkEnd,   ///< the CR behind them
        Complete,
        Broken,
    };

    void begin() {
        _phase = Phase::Type;
        _typeKnown = false;
        _remaining = 1;
    }

    [[nodiscard]] State state() const {
        if (_phase == Phase::Complete)
            return State::Complete;
        return _phase == Phase::Broken ? State::Broken : State::More;
    }

    /// The length of a reply that is nothing but a short line or a short bulk string, and here as a whole; 0: it is
    /// something else.
    [[nodiscard]] static std::size_t wholeAtOnce(std::string_view bytes) {
        constexpr std::size_t longestLine = 32;
        const char type = bytes.front();
        std::string_view bulk;
        const char* const begin = bytes.data();
        const char* const end = type == '$' ? readShortBulk(begin, begin + bytes.size(), bulk) : nullptr;
        if (end != nullptr || (type != '+' && type != ':'))
            return end == nullptr ? 0 : static_cast<std::size_t>(end - begin);
        const std::size_t last = std::min(bytes.size(), longestLine) - 1;
        std::size_t stop = 1;
        while (stop < last && bytes[stop] != '\r' && bytes[stop] != '\n')
            ++stop;
        return stop < last && isNewLine(begin + stop) ? stop + newLine.size() : 0;
    }

    const char* read(const char* cursor, const char* end) {
        switch (_phase) {
        case Phase::Type: return readValue(cursor, end);
        case Phase::Line: return readLine(cursor, end);
        case Phase::LineEnd: return readLineEnd(cursor);
        case Phase::Length: return readLength(cursor, end);
        case Phase::LengthEnd: return readLengthEnd(cursor);
        case Phase::Bulk: return readBulk(cursor, end);
        case Phase::BulkEnd: return expect(cursor, '\r', Phase::LineEnd, Fault::BulkEnd);
        case Phase::Complete:
        case Phase::Broken: break;
        }
        return cursor;
    }

    const char* fail(const char* cursor, Fault fault) {
        _phase = Phase::Broken;
        _fault = fault;
        return cursor;
    }

    const char* expect(const char* cursor, char wanted, Phase next, Fault fault) {
        if (*cursor != wanted)
            return fail(cursor, fault);
        _phase = next;
        return cursor + 1;
    }

    const char* readValue(const char* cursor, const char* end) {
        cursor = skipBulks(cursor, end);
        return cursor == end ? cursor : readType(cursor);
    }

    /// Passes over bulk strings that are here as a whole, but for the last one of a level: nothing changes but how many
    /// are to come. Most of a long reply is such.
    const char* skipBulks(const char* cursor, const char* end) {
        std::uint64_t skippable = _typeKnown && _remaining > 1 ? _remaining - 1 : 0;
        const std::uint64_t kept = _remaining - skippable;
        while (skippable > 0 && cursor != end) {
            const char* const next = skipBulk(cursor, end);
            if (next == nullptr)
                break;
            --skippable;
            cursor = skipAlike(next, end, next - cursor, skippable);
        }
        _remaining = kept + skippable;
        return cursor;
    }

    /// Passes over those that are as long as the one before the cursor, which has `size` bytes, head and all. Elements
    /// of one length begin alike, which takes less to see than to read the length.
    static const char* skipAlike(const char* cursor, const char* end, std::ptrdiff_t size, std::uint64_t& skippable) {
        const std::ptrdiff_t head = headOf(size);
        if (head == 0)
            return cursor;
        // Its first and its last 4 bytes are all of a head.
        const std::uint32_t first = load4(cursor - size);
        const std::uint32_t last = load4(cursor - size + head - 4);
        while (skippable > 0 && end - cursor >= size && load4(cursor) == first && load4(cursor + head - 4) == last &&
               isNewLine(cursor + size - 2)) {
            cursor += size;
            --skippable;
        }
        return cursor;
    }

    static std::uint32_t load4(const char* at) {
        std::uint32_t bytes = 0;
        std::memcpy(&bytes, at, sizeof bytes);
        return bytes;
    }

    /// How long the head of a bulk string is that has so many bytes in all; 0: more than 8, maybe.
    static std::ptrdiff_t headOf(std::ptrdiff_t size) {
        constexpr std::ptrdiff_t ends = 5; // $ and two line ends
        return size < 10 + ends + 1 ? 4 : size < 100 + ends + 2 ? 5 : size < 1'000 + ends + 3 ? 6 : 0;
    }

    /// One that is here as a whole, `cursor` before `end`; nullptr: it takes more to tell. Lengths of two digits are
    /// read without a loop.
    static const char* skipBulk(const char* cursor, const char* end) {
        constexpr std::ptrdiff_t shortest = std::string_view("$10\r\n\r\n").size();
        const auto first =
            static_cast<std::uint32_t>(cursor[0] == '$' && end - cursor > shortest ? cursor[1] - '0' : 0);
        const auto second = static_cast<std::uint32_t>(first - 1 < 9 ? cursor[2] - '0' : 10);
        std::string_view bytes;
        if (second > 9 || !isNewLine(cursor + 3))
            return readShortBulk(cursor, end, bytes);
        const std::ptrdiff_t length = first * 10 + second;
        cursor += std::string_view("$10\r\n").size();
        return end - cursor >= length + 2 && isNewLine(cursor + length) ? cursor + length + 2 : nullptr;
    }

    const char* readType(const char* cursor) {
        _type = *cursor;
        switch (_type) {
        case '+':
        case '-':
        case ':':
        case '_':
        case '#':
        case ',':
        case '(':
            _phase = Phase::Line;
            _bytesLeft = maxReplyLine;
            break;
        case '$':
        case '=':
        case '!':
        case '*':
        case '~':
        case '%':
        case '|':
        case '>':
            _phase = Phase::Length;
            _number = 0;
            _digitSeen = _negative = false;
            break;
        default: return fail(cursor, Fault::Type);
        }
        countValue();
        return cursor + 1;
    }

    /// Takes the value that begins off its aggregate's count, unless it is none of the elements.
    void countValue() {
        const bool outermost = !_typeKnown && _outer.empty();
        if (outermost) {
            _replyType = _type;
            _typeKnown = _type != '|';
        }
        if (_type != '|' && (_type != '>' || outermost))
            --_remaining;
    }

    const char* readLine(const char* cursor, const char* end) {
        end = cursor + std::min(_bytesLeft, static_cast<std::uint64_t>(end - cursor));
        const char* stop = cursor;
        while (stop != end && *stop != '\r' && *stop != '\n')
            ++stop;
        _bytesLeft -= static_cast<std::uint64_t>(stop - cursor);
        if (stop != end)
            return expect(stop, '\r', Phase::LineEnd, Fault::Line);
        return _bytesLeft == 0 ? fail(stop, Fault::Line) : stop;
    }

    const char* readLineEnd(const char* cursor) {
        const bool bulk = _type == '$' || _type == '=' || _type == '!';
        cursor = expect(cursor, '\n', Phase::Type, bulk ? Fault::BulkEnd : Fault::Line);
        if (_phase == Phase::Type)
            endValue();
        return cursor;
    }

    const char* readLength(const char* cursor, const char* end) {
        for (; cursor != end; ++cursor) {
            if (*cursor == '\r' && _digitSeen) {
                _phase = Phase::LengthEnd;
                return cursor + 1;
            }
            if (!readDigit(*cursor))
                return fail(cursor, Fault::Length);
        }
        return cursor;
    }

    /// Whether `byte` may stand next in a length.
    bool readDigit(char byte) {
        if (byte == '-' && !_digitSeen && !_negative && (_type == '$' || _type == '*')) {
            _negative = true;
            return true;
        }
        const bool leadingZero = _digitSeen && _number == 0;
        if (byte < '0' || byte > '9' || leadingZero)
            return false;
        _digitSeen = true;
        _number = _number * 10 + static_cast<std::uint64_t>(byte - '0');
        return _number <= maxElements && (!_negative || _number == 1);
    }

    const char* readLengthEnd(const char* cursor) {
        cursor = expect(cursor, '\n', Phase::Type, Fault::Length);
        if (_phase == Phase::Type && !useLength())
            return fail(cursor, _fault);
        return cursor;
    }

    /// A length is read: goes on with what it is the length of.
    bool useLength() {
        if (_negative) {
            endValue();
            return true;
        }
        switch (_type) {
        case '$':
        case '=':
        case '!': return beginBulk();
        case '%':
        case '|': return beginAggregate(_number * 2);
        default: return beginAggregate(_number);
        }
    }

    bool beginBulk() {
        _fault = _number > maxBulk ? Fault::Length : Fault::None;
        _bytesLeft = _number;
        _phase = _number == 0 ? Phase::BulkEnd : Phase::Bulk;
        return _fault == Fault::None;
    }

    bool beginAggregate(std::uint64_t elements) {
        if (elements == 0) {
            endValue();
            return true;
        }
        // Where nothing more is to come on this level, there is nothing to come back to.
        if (_remaining > 0) {
            if (_outer.size() == maxDepth) {
                _fault = Fault::Depth;
                return false;
            }
            _outer.push_back(_remaining);
        }
        _remaining = elements;
        return true;
    }

    void endValue() {
        while (_remaining == 0 && !_outer.empty()) {
            _remaining = _outer.back();
            _outer.pop_back();
        }
        _phase = _remaining == 0 ? Phase::Complete : Phase::Type;
    }

    const char* readBulk(const char* cursor, const char* end) {
        const std::uint64_t length = std::min(_bytesLeft, static_cast<std::uint64_t>(end - cursor));
        _bytesLeft -= length;
        if (_bytesLeft == 0)
            _phase = Phase::BulkEnd;
        return cursor + length;
    }

    Phase _phase = Phase::Type;
    Fault _fault = Fault::None;
    char _type = 0;      ///< first byte of the value under way
    char _replyType = 0; ///< first byte of the reply
    bool _typeKnown = false;
    bool _digitSeen = false;
    bool _negative = false;
    std::uint64_t _number = 0;         ///< the length, as far as it is read
    std::uint64_t _bytesLeft = 0;      ///< of the bulk string, or until the line is too long
    std::uint64_t _remaining = 1;      ///< values still to begin on this level
    std::vector<std::uint64_t> _outer; ///< the same for the levels around it; none of them is 0
};

} // namespace resp

NEARCACHE_API_END
