#pragma once

/// Front-ends: codecs between a client protocol and Nearcache's requests and replies.
///
/// A front-end turns bytes into requests and replies into bytes. It never blocks, opens a socket or sees a thread:
/// sockets, limits, time-outs, slow readers, big inputs and shutdown are the core's, done once for all protocols.
///
/// Objects: one `FrontEndPlugin` a library, one `FrontEnd` an entry under `frontends:`, one `Session` a client
/// connection. Threads: a FrontEnd is called by many threads at once, so its methods are const and change nothing
/// unguarded; a Session is called by one thread at a time, the worker that owns its connection.
/// Failure: nothing here may throw, except create(), whose exception's text is reported with the YAML's line, and
/// std::bad_alloc anywhere, which closes the connection.

#include "nearcache/CommandTable.h"
#include "nearcache/Options.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

NEARCACHE_API_BEGIN

/// What a client asks for, once parsed. Views point into the input, into `scratch` or at constants.
struct Request {
    enum class Action : std::uint8_t {
        Get,     ///< the value of `key`, from the cache or from Redis: encode() is called with what comes of it
        GetMany, ///< the values of `keys`: encode() is called for each of them, in their order; or once, with an error
        Forward, ///< the command in `payload` is sent to Redis: encode() is called with the reply, piece by piece
        Answer,  ///< `payload` is the finished reply, sent as it is when its turn comes
    };
    /// Forward: by which connection to Redis.
    enum class Road : std::uint8_t {
        Shared, ///< one that many clients share: the command must leave nothing behind on it
        Own,    ///< one that this client has to itself, from its first such request until one with `release`
    };
    /// Forward by an own road: what comes of it.
    enum class Expect : std::uint8_t {
        Reply,  ///< one reply
        Pushes, ///< RESP3: pushes confirm it, which come as Reply::Kind::Unasked; its reply is empty, or an error
        Stream, ///< it is done once it is sent: from here on all that comes is Unasked, until a request with `release`
    };
    /// Forward: whose cached entries may not outlive it. They go before the end of its reply is passed on, so that
    /// whoever reads next sees no less than the reply told; and if it `writes`, before it is sent, too. With
    /// Expect::Stream no reply is known as such: they only go before, if it writes.
    enum class Scope : std::uint8_t {
        Keys,    ///< `keys`, and no others
        Listing, ///< `keys`, and its reply tells which others there are (SCAN, say). Only where Redis tells of changes
        Some,    ///< `keys`, and others that cannot be told (scripts, say)
        All,     ///< every key (FLUSHALL, say)
    };

    Action action = Action::Answer;
    Road road = Road::Shared;
    Expect expect = Expect::Reply;
    Scope scope = Scope::Keys;
    bool writes = false;       ///< Forward: it may change its keys
    bool waits = false;        ///< Forward: it waits in Redis by design: no slot, no time-out. By an own road only
    bool release = false;      ///< Forward by an own road: behind it the connection is as new, and is given back
    bool silent = false;       ///< executed in its turn, but nothing is sent for it
    bool close = false;        ///< the connection is closed once this reply is sent; nothing after it is read
    std::uint8_t protocol = 2; ///< Forward: the version of RESP, 2 or 3, that the reply is to be in
    std::uint32_t tag = 0;     ///< the front-end's own note, handed back to encode()
    std::string_view payload;  ///< Forward: one complete command, a RESP array of bulk strings
    std::string_view key;      ///< of a Get
    std::span<const std::string_view> keys; ///< of a GetMany; of a Forward: those that it reads or writes
};

/// What parse() found at the front of the input.
struct Parsed {
    enum class Status : std::uint8_t {
        Complete,   ///< a request was filled in
        Unfinished, ///< there is no whole request yet
    };
    Status status;
    /// Bytes that are done with. With Unfinished it may be more than 0: those are not shown again.
    std::size_t consumed;
};

/// Why a request failed, in no protocol's terms. `Reply::bytes` has the text for people.
enum class ErrorCode : std::uint8_t {
    Unavailable, ///< no connection to Redis, or it was lost before the reply came
    TimedOut,    ///< Redis did not answer within `backend.request_timeout`, waiting for a turn included
    WrongType,   ///< the key holds no string: Redis's own text, beginning with WRONGTYPE
    Backend,     ///< any other error that Redis replied: its own text, beginning with its code, such as LOADING
};

struct Reply {
    enum class Kind : std::uint8_t {
        Value,   ///< Get: `bytes` is the value
        Absent,  ///< Get: Redis has no such key
        Relayed, ///< Forward: `bytes` is the next piece of Redis's reply, in RESP; `last` says that it ends
        Unasked, ///< `bytes` came on the client's own road as no reply to a request, in RESP, to be passed on; no tag
        Error,   ///< `error` and `bytes`. For a Forward that had pieces before, the core closes the connection instead
    };
    /// Where a Value or an Absent comes from.
    enum class Source : std::uint8_t {
        Hit,       ///< the cache
        Fetched,   ///< Redis, asked for this request
        Collapsed, ///< Redis, asked for another request for the same key that was under way
    };

    Kind kind = Kind::Absent;
    Source source = Source::Hit;
    ErrorCode error = ErrorCode::Unavailable;
    bool stored = false;       ///< a fetched value was put into the cache
    bool disconnected = false; ///< Hit: served while Redis is away, and cannot say whether it has changed
    bool last = true;
    std::uint32_t index = 0; ///< GetMany: whose of the keys it is
    std::uint32_t count = 1; ///< GetMany: of how many
    std::string_view bytes;
    std::chrono::milliseconds age{0};       ///< Hit: since the value was fetched
    std::chrono::milliseconds remaining{0}; ///< Hit, or stored: until the entry expires
};

/// Where replies are written. Appending never fails and never blocks; what the client has not taken yet is the core's
/// concern.
class Output {
  public:
    Output() = default;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    virtual ~Output() = default;

    void append(std::string_view bytes) {
        if (bytes.size() > static_cast<std::size_t>(_end - _cursor)) {
            appendSlowly(bytes);
            return;
        }
        if (!bytes.empty())
            std::memcpy(_cursor, bytes.data(), bytes.size());
        _cursor += bytes.size();
    }

    /// Appends `reply.bytes`, without copying when it is long.
    /// REQUIRES: the reply is the one that encode() was called with.
    virtual void appendValue(const Reply& reply) = 0;

  protected:
    virtual void appendSlowly(std::string_view bytes) = 0;

    char* _cursor = nullptr; ///< where the next byte goes
    char* _end = nullptr;    ///< end of the room at the cursor
};

/// The state of one client connection.
class Session {
  public:
    virtual ~Session() = default;

    /// Parses the next request from the front of `input`: all bytes received and not yet consumed. Called again with
    /// the same bytes and more after Unfinished (consumed ones left out), so a session may remember how far it looked.
    /// Memory from `scratch` lives until the request is answered or copied by the core.
    /// Input that breaks the protocol becomes an Answer with `close` set; input that is too long likewise, by limits of
    /// the front-end's own, checked before the bytes have all arrived.
    [[nodiscard]] virtual Parsed parse(std::string_view input, std::pmr::memory_resource& scratch,
                                       Request& request) = 0;

    /// Writes the reply to a Get, a GetMany or a Forward. Called in the order of the requests, whatever the order of
    /// the answers; what is Unasked comes between two replies, never within one.
    virtual void encode(const Reply& reply, std::uint32_t tag, Output& output) = 0;
};

/// One thing Nearcache knows about itself: `{"cache", "hits", "12"}`.
struct Fact {
    std::string_view section;
    std::string_view name;
    std::string value;
};

/// One client connection, as any client may ask about it.
struct ClientFacts {
    std::uint64_t id = 0;
    std::string address;
    std::string localAddress;
    std::string note; ///< the session's own, see Client::note
    std::chrono::seconds age{0};
    std::chrono::seconds idle{0}; ///< since bytes came
};

/// What the backing Redis says it is (HELLO, INFO).
struct BackendIdentity {
    std::string server;  ///< `redis`, `valkey`
    std::string version; ///< `7.0.15`
    std::string mode;    ///< `standalone`
    std::string role;    ///< `master`
};

/// What a front-end may ask of the process it runs in. Thread-safe; outlives every front-end.
class Host {
  public:
    virtual ~Host() = default;

    /// The release of Nearcache, such as `0.1.0`.
    [[nodiscard]] virtual std::string_view version() const = 0;

    /// The database that every request by a shared road goes to (`backend.database`).
    [[nodiscard]] virtual unsigned database() const = 0;

    /// The commands of the backing Redis; none until it was reached for the first time.
    [[nodiscard]] virtual std::shared_ptr<const CommandTable> commands() const = 0;

    /// A number that grows whenever commands() has a new table, and is 0 while there is none. commands() called after
    /// it has that table, or a later one. Costs next to nothing, which commands() does not: what is made from a table
    /// may be kept until this changes.
    [[nodiscard]] virtual std::uint64_t commandsVersion() const = 0;

    /// Empty until it was reached for the first time.
    [[nodiscard]] virtual BackendIdentity backend() const = 0;

    /// State and counters, grouped by section. Costs some microseconds.
    [[nodiscard]] virtual std::vector<Fact> facts() const = 0;

    /// All clients of all front-ends, by id. O(clients).
    [[nodiscard]] virtual std::vector<ClientFacts> clients() const = 0;

    /// Closes these connections; how many there were. They may close later than this returns. An id is not reused.
    virtual std::size_t endClients(std::span<const std::uint64_t> ids) const = 0;
};

/// What others may know of a client beside its address. Thread-safe; outlives the session.
class ClientNote {
  public:
    virtual ~ClientNote() = default;
    virtual void set(std::string text) = 0;
};

/// Who is at the other end of a connection.
struct Client {
    std::uint64_t id = 0;          ///< unique in the process's life, counted from 1
    std::string address = {};      ///< `127.0.0.1:50000`
    std::string localAddress = {}; ///< the end of it that is ours
    ClientNote* note = nullptr;    ///< null: nobody asks
};

/// Who may use a front-end (`frontends[].password`, `frontends[].users`). Thread-safe; outlives the front-end.
class Credentials {
  public:
    virtual ~Credentials() = default;

    /// Whether a client must say who it is. If not, check() accepts nobody.
    [[nodiscard]] virtual bool required() const = 0;

    /// Takes the same time whatever is wrong. The user of `frontends[].password` is `default`.
    [[nodiscard]] virtual bool check(std::string_view user, std::string_view password) const = 0;
};

class FrontEnd {
  public:
    virtual ~FrontEnd() = default;

    /// A session for a new connection. The core owns it and destroys it before the front-end.
    [[nodiscard]] virtual std::unique_ptr<Session> open(const Client& client) const = 0;

    /// What a client is told that is one too many for `limits.connections`, before its connection is closed.
    [[nodiscard]] virtual std::string refusal() const = 0;
};

/// What a front-end is made from.
struct FrontEndContext {
    const Host& host;
    const OptionValues& options; ///< those listed by options()
    const Credentials& credentials;
};

class FrontEndPlugin : public Plugin {
  public:
    /// A front-end for one entry of `frontends:`. The caller owns it and destroys it before the plugin.
    [[nodiscard]] virtual std::unique_ptr<FrontEnd> create(const FrontEndContext& context) const = 0;
};

NEARCACHE_API_END
