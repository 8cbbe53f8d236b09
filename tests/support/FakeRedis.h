#pragma once

/// A Redis that the test plays itself: it accepts links, reads commands, and answers them when and how it likes.
/// Nothing happens by itself here: no thread, no reply that the test does not send.

#include "support/Peer.h"
#include "support/TemporaryFolder.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct redisReader;

namespace nearcache::test {

/// Redis's end of a link.
class FakeLink {
  public:
    explicit FakeLink(Peer peer);

    /// What this end calls the connection.
    static constexpr int id = 4711;

    /// Answers all that is said up to the PING which ends a handshake, as Redis 7 does.
    void shakeHands();

    /// The same, but what begins with these words gets this error, and then the proxy is to give up.
    void shakeHandsRefusing(std::string_view words, std::string_view error);

    /// The next command, its words joined by spaces. Waits for it; `(nothing)` where none comes.
    [[nodiscard]] std::string command();

    /// The same, left for command().
    [[nodiscard]] const std::string& nextCommand();

    void send(std::string_view bytes) { _peer.send(bytes); }
    void sendValue(std::string_view value);

    /// The replies to `GET` and `PTTL`: milliseconds, or -1 where the key does not end.
    void sendFetched(std::string_view value, long remaining = -1);

    /// As Redis tells a tracked RESP3 link that a key has changed, or all have.
    void sendInvalidation(std::string_view key);
    void sendFlush();

    /// Nothing has come that was not read yet, and the link is not ended.
    [[nodiscard]] bool quiet() const;

    /// Waits for the proxy to end it, whatever it sends before; false where it does not.
    [[nodiscard]] bool ended();

    void close() { _peer.close(); }

  private:
    struct FreeReader {
        void operator()(redisReader* reader) const;
    };

    void readCommand();
    void answerHandshake(std::string_view said);

    Peer _peer;
    std::optional<std::string> _next; ///< read, but not taken
    std::unique_ptr<redisReader, FreeReader> _reader;
};

class FakeRedis {
  public:
    enum class Kind { Unix, Tcp };

    /// Listens: by a Unix socket, by which bytes are there as soon as they are sent; or on a port of 127.0.0.1.
    explicit FakeRedis(Kind kind = Kind::Unix);
    ~FakeRedis() { goAway(); }

    /// With Kind::Unix, else empty.
    [[nodiscard]] const std::string& path() const { return _path; }
    [[nodiscard]] unsigned short port() const { return _port; }

    /// The next link. Links come in the order in which they were opened.
    [[nodiscard]] FakeLink accept();

    /// No link waits to be accepted.
    [[nodiscard]] bool quiet() const;

    /// Refuses links from now on. Those accepted stay.
    void goAway();

    /// Listens again. Kind::Unix only.
    void comeBack();

  private:
    void listenOnPath();
    void listenOnPort();

    TemporaryFolder _folder;
    std::string _path;
    unsigned short _port = 0;
    int _listening = -1;
};

} // namespace nearcache::test
