#include "Dialect.h"

namespace nearcache::bench {

namespace {

/// memcached's text protocol: doc/protocol.txt of its source.
class Memcached final : public Dialect {
  public:
    Memcached(const Options& options, const Values& values)
        : _command(options.command), _check(options.check), _values(values) {}

    void append(std::string& out, const Asked& asked) const override {
        if (_command == Command::Set)
            return appendSet(out, asked.key);
        out += "get ";
        out += KeyName(asked.key, _command == Command::Absent);
        out += "\r\n";
    }

    [[nodiscard]] std::size_t check(std::string_view input, const Asked& asked) const override {
        if (_command == Command::Set)
            return expect(input, "STORED\r\n");
        if (_command == Command::Absent)
            return expect(input, "END\r\n");
        std::string head = "VALUE ";
        head += KeyName(asked.key);
        head += " 0 ";
        appendNumber(head, _values.sizeOf(asked.key));
        head += "\r\n";
        return expectValue(input, head, "\r\nEND\r\n", _values, asked, _check);
    }

  private:
    void appendSet(std::string& out, std::uint64_t key) const {
        out += "set ";
        out += KeyName(key);
        out += " 0 0 ";
        appendNumber(out, _values.sizeOf(key));
        out += "\r\n";
        _values.append(out, key);
        out += "\r\n";
    }

    Command _command;
    Check _check;
    const Values& _values;
};

} // namespace

std::unique_ptr<Dialect> makeMemcached(const Options& options, const Values& values) {
    return std::make_unique<Memcached>(options, values);
}

} // namespace nearcache::bench
