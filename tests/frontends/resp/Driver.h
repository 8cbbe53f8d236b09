#pragma once

// Drives a session as the core does, without a socket: bytes in, requests out, replies encoded.

#include "CommandData.h"
#include "RespFrontEnd.h"
#include "Session.h"

#include "nearcache/FrontEnd.h"

#include <map>
#include <memory>
#include <memory_resource>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace nearcache::respfront {

class FakeHost final : public Host {
  public:
    explicit FakeHost(unsigned database = 0) : databaseIndex(database) {}

    [[nodiscard]] std::string_view version() const override { return "9.8.7"; }
    [[nodiscard]] unsigned database() const override { return databaseIndex; }
    [[nodiscard]] std::shared_ptr<const CommandTable> commands() const override { return table; }
    [[nodiscard]] std::uint64_t commandsVersion() const override {
        if (_known != table) {
            _known = table;
            ++_version;
        }
        return _known == nullptr ? 0 : _version;
    }
    [[nodiscard]] BackendIdentity backend() const override { return identity; }
    [[nodiscard]] std::vector<Fact> facts() const override { return factList; }
    [[nodiscard]] std::vector<ClientFacts> clients() const override { return clientList; }
    std::size_t endClients(std::span<const std::uint64_t> ids) const override {
        ended.insert(ended.end(), ids.begin(), ids.end());
        return ids.size();
    }

    unsigned databaseIndex;
    std::shared_ptr<const CommandTable> table = redis7Commands();
    BackendIdentity identity{"redis", "7.0.15", "standalone", "master"};
    std::vector<Fact> factList;
    std::vector<ClientFacts> clientList;
    mutable std::vector<std::uint64_t> ended;

  private:
    mutable std::shared_ptr<const CommandTable> _known;
    mutable std::uint64_t _version = 0;
};

/// Lets in whom it knows.
class FakeCredentials final : public Credentials {
  public:
    using Users = std::map<std::string, std::string, std::less<>>;

    explicit FakeCredentials(Users known = {}) : users(std::move(known)) {}

    [[nodiscard]] bool required() const override { return !users.empty(); }
    [[nodiscard]] bool check(std::string_view user, std::string_view password) const override {
        const auto found = users.find(user);
        return found != users.end() && found->second == password;
    }

    Users users;
};

class FakeNote final : public ClientNote {
  public:
    void set(std::string text) override { last = std::move(text); }

    std::string last;
};

/// An output of little room, so that appending takes its slow way too.
class FakeOutput final : public Output {
  public:
    FakeOutput() { renew(); }

    void appendValue(const Reply& reply) override { appendSlowly(reply.bytes); }

    [[nodiscard]] std::string take() {
        flush();
        return std::move(_text);
    }

  private:
    void appendSlowly(std::string_view bytes) override {
        flush();
        _text.append(bytes);
    }

    void flush() {
        _text.append(_room, static_cast<std::size_t>(_cursor - _room));
        renew();
    }

    void renew() {
        _cursor = _room;
        _end = _room + sizeof _room;
    }

    char _room[16];
    std::string _text;
};

/// A request that owns what it views.
struct Seen {
    Request::Action action;
    bool close;
    std::string key;
    std::string payload;
    std::vector<std::string> keys{};
    bool writes = false;
    Request::Road road = Request::Road::Shared;
    Request::Expect expect = Request::Expect::Reply;
    Request::Scope scope = Request::Scope::Keys;
    bool waits = false;
    bool release = false;
    bool silent = false;
    std::uint8_t protocol = 2;
    std::uint32_t tag = 0;

    bool operator==(const Seen&) const = default;
};

inline Seen copyOf(const Request& request) {
    return {request.action,
            request.close,
            std::string(request.key),
            std::string(request.payload),
            std::vector<std::string>(request.keys.begin(), request.keys.end()),
            request.writes,
            request.road,
            request.expect,
            request.scope,
            request.waits,
            request.release,
            request.silent,
            request.protocol,
            request.tag};
}

class Driver {
  public:
    explicit Driver(const ParseLimits& limits = {}) : Driver(limits, 0, {}) {}

    /// Whose database it is, and who may use it.
    explicit Driver(unsigned database, FakeCredentials::Users users = {}) : Driver({}, database, std::move(users)) {}

    /// All requests that these bytes complete. After one that closes, nothing more is read.
    std::vector<Seen> feed(std::string_view bytes) {
        _input.append(bytes);
        std::vector<Seen> requests;
        while (!_closed && parseOne(requests)) {
        }
        return requests;
    }

    /// The same in pieces.
    std::vector<Seen> feedInPieces(std::string_view bytes, std::size_t piece) {
        std::vector<Seen> all;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            for (Seen& one : feed(bytes.substr(at, piece)))
                all.push_back(std::move(one));
        }
        return all;
    }

    /// The replies to these bytes, where all are the front-end's own.
    std::string answers(std::string_view bytes) {
        std::string text;
        for (const Seen& one : feed(bytes))
            text += one.action != Request::Action::Answer ? "(not answered here)" : one.silent ? "" : one.payload;
        return text;
    }

    /// The only request that this line, to which its end is added, makes.
    Seen line(std::string_view text) {
        const auto requests = feed(std::string(text) + "\r\n");
        if (requests.size() != 1)
            throw std::logic_error(std::string(text) + " is not one request");
        return requests.front();
    }

    /// What is said where Redis replies this to a request, in pieces of these sizes.
    [[nodiscard]] std::string relayed(const Seen& request, std::string_view reply, std::size_t piece = 1) {
        FakeOutput output;
        for (std::size_t at = 0; at < reply.size(); at += piece) {
            Reply part;
            part.kind = Reply::Kind::Relayed;
            part.bytes = reply.substr(at, piece);
            part.last = at + piece >= reply.size();
            _session.encode(part, request.tag, output);
        }
        return output.take();
    }

    [[nodiscard]] std::string encoded(const Reply& reply, std::uint32_t tag = 0) {
        FakeOutput output;
        _session.encode(reply, tag, output);
        return output.take();
    }

    [[nodiscard]] bool closed() const { return _closed; }
    /// Bytes that belong to no request yet.
    [[nodiscard]] std::size_t pending() const { return _input.size(); }

    FakeHost host;
    FakeNote note;

  private:
    Driver(const ParseLimits& limits, unsigned database, FakeCredentials::Users users)
        : host(database), _credentials(std::move(users)), _limits(limits),
          _session(host, _credentials, _limits, _recipes, {42, "127.0.0.1:50000", "127.0.0.1:6379", &note}) {}

    // The session sees a copy of the exact size, at another place each time: a view kept too long is found.
    bool parseOne(std::vector<Seen>& requests) {
        const std::vector<char> input(_input.begin(), _input.end());
        std::pmr::monotonic_buffer_resource scratch;
        Request request;
        request.close = true;
        const Parsed parsed = _session.parse({input.data(), input.size()}, scratch, request);
        _input.erase(0, parsed.consumed);
        if (parsed.status == Parsed::Status::Unfinished)
            return false;
        _closed = request.close;
        requests.push_back(copyOf(request));
        return true;
    }

    FakeCredentials _credentials;
    ParseLimits _limits;
    RecipeBook _recipes{host};
    RespSession _session;
    std::string _input;
    bool _closed = false;
};

} // namespace nearcache::respfront
