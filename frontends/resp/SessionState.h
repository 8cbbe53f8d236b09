#pragma once

/// What is known of a client: what it told about itself, what it agreed on, and what Redis holds for it.

#include "Standing.h"

#include "nearcache/FrontEnd.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace nearcache::respfront {

class SessionState {
  public:
    /// `trusted`: it need not say who it is.
    SessionState(const Client& client, unsigned database, bool trusted);

    const std::uint64_t id; ///< unique in the process's life
    Standing standing;

    [[nodiscard]] std::uint8_t protocol() const { return _protocol; }
    [[nodiscard]] bool resp3() const { return _protocol == 3; }
    void setProtocol(std::uint8_t version) { _protocol = version; }

    /// Whether it may do more than to say who it is.
    [[nodiscard]] bool isTrusted() const { return _trusted; }
    void trust() { _trusted = true; }

    /// Empty: none.
    [[nodiscard]] std::string_view name() const { return _identity ? _identity->name : std::string_view(); }
    void setName(std::string_view name);
    /// The client library's name, or else its version.
    void setLibrary(bool isName, std::string_view value);
    [[nodiscard]] std::string_view user() const;
    void setUser(std::string_view user);

    /// CLIENT REPLY.
    void replyAlways() { _mute = _skip = false; }
    void replyNever() { _mute = true; }
    void skipNextReply() { _skip = !_mute; }
    /// Whether the command that begins now is answered with nothing.
    [[nodiscard]] bool takeSilence();

    /// A GET may be answered from the cache, and as it is.
    [[nodiscard]] bool isPlain() const { return _trusted && !_mute && !_skip && !_lost && standing.isFree(); }

    /// Notes the present user, place and protocol, in case that Redis refuses to change them; its number.
    [[nodiscard]] std::uint32_t beginAttempt();
    /// Redis refused. Only the last attempt is taken back.
    void takeBack(std::uint32_t attempt);

    /// Redis refused, and the road is given back already: nothing that the client sends further may be executed.
    void lose() { _lost = true; }
    [[nodiscard]] bool isLost() const { return _lost; }

    /// RESET: as a new client, but for its number and its library.
    void reset(bool trusted);

    /// Tells others what has changed.
    void publish();

  private:
    struct Identity {
        std::string name;
        std::string libraryName;
        std::string libraryVersion;
        std::string user;
    };
    /// What publish() tells beside the identity.
    using Visible = std::array<std::size_t, 6>;
    /// What is put back when Redis refuses to change it.
    struct Attempt {
        std::uint32_t number = 0;
        Standing::Place place{};
        std::uint8_t protocol = 2;
        std::string user;
    };

    static constexpr std::uint32_t attemptNumbers = std::uint32_t{1} << 28;

    Identity& identity();
    [[nodiscard]] Visible visible() const;
    [[nodiscard]] std::string describe() const;

    ClientNote* _note;
    std::unique_ptr<Identity> _identity; ///< apart, so that a client that says nothing takes no memory for it
    std::unique_ptr<Attempt> _attempt;
    std::unique_ptr<Visible> _published;
    std::uint8_t _protocol = 2;
    bool _trusted;
    bool _mute = false;
    bool _skip = false;
    bool _lost = false;
    bool _changed = true;
};

} // namespace nearcache::respfront
