#pragma once

/// One client's connection, in RESP2 or RESP3.

#include "Parse.h"
#include "RecipeBook.h"
#include "SessionState.h"
#include "Tag.h"

#include "nearcache/FrontEnd.h"

#include <string_view>

namespace nearcache::respfront {

class RespSession final : public Session {
  public:
    /// All but `client` must outlive the session.
    RespSession(const Host& host, const Credentials& credentials, const ParseLimits& limits, RecipeBook& recipes,
                const Client& client);

    [[nodiscard]] Parsed parse(std::string_view input, std::pmr::memory_resource& scratch, Request& request) override;
    void encode(const Reply& reply, std::uint32_t tag, Output& output) override;

  private:
    Parsed parseAny(std::string_view input, std::pmr::memory_resource& scratch, Request& request);
    /// Makes the request that execute() would, where the command's name is enough for that.
    bool passOn(const CommandParser::Result& found, std::pmr::memory_resource& scratch, Request& request);
    void obey(const CommandParser::Result& found, std::pmr::memory_resource& scratch, Request& request);
    void takeBack(const Reply& reply, Tag tag);
    void encodeSpecial(const Reply& reply, Tag tag, Output& output);
    void encodeAccepted(const Reply& reply, Tag tag, Output& output) const;

    const Host& _host;
    const Credentials& _credentials;
    const ParseLimits& _limits;
    CommandParser _parser;
    SessionState _state;
    RecipeBook& _book;
    RecipeBook::Edition _recipes;
    bool _plain;            ///< SessionState::isPlain()
    bool _replying = false; ///< a piece of a special reply has been seen
    bool _refused = false;  ///< that reply is an error
};

} // namespace nearcache::respfront
