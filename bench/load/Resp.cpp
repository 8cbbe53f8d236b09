#include "Dialect.h"

namespace nearcache::bench {

namespace {

/// The list that LRANGE asks for: 100 elements, `element:00` … `element:99`, under the key `list`.
std::string rangeReply() {
    constexpr unsigned elements = 100;
    std::string reply = "*100\r\n";
    for (unsigned i = 0; i < elements; ++i) {
        reply += "$10\r\nelement:";
        reply += static_cast<char>('0' + i / 10);
        reply += static_cast<char>('0' + i % 10);
        reply += "\r\n";
    }
    return reply;
}

/// RESP2: https://redis.io/docs/latest/develop/reference/protocol-spec/
class Resp final : public Dialect {
  public:
    Resp(const Options& options, const Values& values)
        : _command(options.command), _check(options.check), _values(values) {}

    void append(std::string& out, const Asked& asked) const override {
        if (asked.isWrite || _command == Command::Set)
            return appendSet(out, asked.key);
        if (_command == Command::Range) {
            out += "*4\r\n$6\r\nLRANGE\r\n$4\r\nlist\r\n$1\r\n0\r\n$2\r\n99\r\n";
            return;
        }
        out += "*2\r\n$3\r\nGET\r\n$20\r\n";
        out += KeyName(asked.key, _command == Command::Absent);
        out += "\r\n";
    }

    [[nodiscard]] std::size_t check(std::string_view input, const Asked& asked) const override {
        if (asked.isWrite || _command == Command::Set)
            return expect(input, "+OK\r\n");
        if (_command == Command::Absent)
            return expect(input, "$-1\r\n");
        if (_command == Command::Range)
            return expect(input, _rangeReply);
        std::string head = "$";
        appendNumber(head, _values.sizeOf(asked.key));
        head += "\r\n";
        return expectValue(input, head, "\r\n", _values, asked, _check);
    }

  private:
    void appendSet(std::string& out, std::uint64_t key) const {
        out += "*3\r\n$3\r\nSET\r\n$20\r\n";
        out += KeyName(key);
        out += "\r\n$";
        appendNumber(out, _values.sizeOf(key));
        out += "\r\n";
        _values.append(out, key);
        out += "\r\n";
    }

    Command _command;
    Check _check;
    const Values& _values;
    std::string _rangeReply = rangeReply();
};

} // namespace

std::unique_ptr<Dialect> makeResp(const Options& options, const Values& values) {
    return std::make_unique<Resp>(options, values);
}

} // namespace nearcache::bench
