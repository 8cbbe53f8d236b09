#pragma once

// Drives a session as the core does, without a socket: bytes in, requests out, replies encoded.

#include "RespFrontEnd.h"
#include "Session.h"

#include "nearcache/FrontEnd.h"

#include <map>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

namespace nearcache::respfront {

class FakeHost final : public Host {
  public:
    [[nodiscard]] std::string_view version() const override { return "9.8.7"; }
    [[nodiscard]] unsigned database() const override { return databaseIndex; }
    [[nodiscard]] std::shared_ptr<const CommandTable> commands() const override { return table; }
    [[nodiscard]] BackendIdentity backend() const override { return identity; }
    [[nodiscard]] std::vector<Fact> facts() const override { return factList; }
    [[nodiscard]] std::vector<ClientFacts> clients() const override { return clientList; }
    std::size_t endClients(std::span<const std::uint64_t> ids) const override {
        ended.insert(ended.end(), ids.begin(), ids.end());
        return ids.size();
    }

    unsigned databaseIndex = 0;
    std::shared_ptr<const CommandTable> table;
    BackendIdentity identity;
    std::vector<Fact> factList;
    std::vector<ClientFacts> clientList;
    mutable std::vector<std::uint64_t> ended;
};

/// Lets in whom it knows.
class FakeCredentials final : public Credentials {
  public:
    [[nodiscard]] bool required() const override { return !users.empty(); }
    [[nodiscard]] bool check(std::string_view user, std::string_view password) const override {
        const auto found = users.find(user);
        return found != users.end() && found->second == password;
    }

    std::map<std::string, std::string, std::less<>> users;
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
    std::vector<std::string> keys;
    bool writes = false;

    bool operator==(const Seen&) const = default;
};

class Driver {
  public:
    explicit Driver(const ParseLimits& limits = {}) : _limits(limits), _session(host, _limits, 42) {}

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
            text += one.action == Request::Action::Answer ? one.payload : "(not answered here)";
        return text;
    }

    [[nodiscard]] std::string encoded(const Reply& reply) {
        FakeOutput output;
        _session.encode(reply, 0, output);
        return output.take();
    }

    [[nodiscard]] bool closed() const { return _closed; }
    /// Bytes that belong to no request yet.
    [[nodiscard]] std::size_t pending() const { return _input.size(); }

    FakeHost host;

  private:
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

    static Seen copyOf(const Request& request) {
        return {request.action,
                request.close,
                std::string(request.key),
                std::string(request.payload),
                std::vector<std::string>(request.keys.begin(), request.keys.end()),
                request.writes};
    }

    ParseLimits _limits;
    RespSession _session;
    std::string _input;
    bool _closed = false;
};

} // namespace nearcache::respfront
