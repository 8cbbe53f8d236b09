// A front-end for a protocol of lines, to be spoken by netcat or a shell script:
//
//     client: KEY\n             (or \r\n)
//     server: LENGTH VALUE\n    the value, of LENGTH bytes; it may hold line ends itself
//             -\n               there is no such key
//             !TEXT\n           an error
//
// Requests may be pipelined; replies come in their order. A line that is too long is an error, after which the
// connection is closed.

#include <nearcache/FrontEnd.h>

namespace {

using nearcache::Parsed;
using nearcache::Reply;
using nearcache::Request;

class LineSession : public nearcache::Session {
  public:
    explicit LineSession(std::size_t maxKey) : _maxKey(maxKey) {}

    [[nodiscard]] Parsed parse(std::string_view input, std::pmr::memory_resource&, Request& request) override {
        const std::size_t end = input.find('\n', _looked);
        const std::string_view line = input.substr(0, end);
        if (line.size() > _maxKey + 1) { // one more for a \r
            refuse(request);
            return {Parsed::Status::Complete, input.size()};
        }
        if (end == std::string_view::npos) {
            _looked = input.size();
            return {Parsed::Status::Unfinished, 0};
        }
        _looked = 0;
        fill(request, line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
        return {Parsed::Status::Complete, end + 1};
    }

    void encode(const Reply& reply, std::uint32_t, nearcache::Output& output) override {
        switch (reply.kind) {
        case Reply::Kind::Value:
            output.append(std::to_string(reply.bytes.size()));
            output.append(" ");
            output.appendValue(reply);
            break;
        case Reply::Kind::Absent: output.append("-"); break;
        case Reply::Kind::Error:
            output.append("!");
            output.append(reply.bytes);
            break;
        case Reply::Kind::Relayed:
        case Reply::Kind::Unasked: return; // belong to Forward, which is never asked for
        }
        output.append("\n");
    }

  private:
    void fill(Request& request, std::string_view key) const {
        if (key.size() > _maxKey)
            return refuse(request);
        request.action = key.empty() ? Request::Action::Answer : Request::Action::Get;
        request.payload = "!the key is empty\n"; // only an Answer's is looked at
        request.key = key;
    }

    static void refuse(Request& request) {
        request.action = Request::Action::Answer;
        request.payload = "!the key is too long\n";
        request.close = true;
    }

    std::size_t _maxKey;
    std::size_t _looked = 0; // bytes of the input that hold no line end, as was seen before
};

class LineFrontEnd : public nearcache::FrontEnd {
  public:
    explicit LineFrontEnd(std::size_t maxKey) : _maxKey(maxKey) {}

    [[nodiscard]] std::unique_ptr<nearcache::Session> open(const nearcache::Client&) const override {
        return std::make_unique<LineSession>(_maxKey);
    }

    [[nodiscard]] std::string refusal() const override { return "!too many connections\n"; }

  private:
    std::size_t _maxKey;
};

class LinePlugin : public nearcache::FrontEndPlugin {
  public:
    [[nodiscard]] std::vector<nearcache::OptionSpec> options() const override {
        return {{"max_key", nearcache::OptionType::Size, "1KiB", "The longest key that is taken.", 1, 1 << 20}};
    }

    [[nodiscard]] std::unique_ptr<nearcache::FrontEnd>
    create(const nearcache::FrontEndContext& context) const override {
        return std::make_unique<LineFrontEnd>(context.options.size("max_key"));
    }
};

} // namespace

NEARCACHE_PLUGIN(nearcache::FrontEndPlugin, LinePlugin)
