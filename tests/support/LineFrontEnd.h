#pragma once

/// A front-end of the tests' own, of lines:
///
///     get KEY            -> value VALUE hit | fetched | collapsed [stored] [disconnected],  or  absent …
///     mget KEY…          -> for each key a line as of `get`, behind its number and their count: `1/2 value …`
///     set KEY VALUE      forwarded: SET KEY VALUE, which writes KEY  -> Redis's reply as it is
///     del KEY…           forwarded: DEL KEY…, which writes them all
///     do WORD…           forwarded, of no keys but those of `on`, writes nothing but with `write`
///     say TEXT           -> TEXT
///     throw              parse() throws
///
/// and before any of them, in any order:
///
///     quiet              nothing is sent for it
///     last               the connection ends with it
///     faulty             encode() throws
///     write              it writes
///     on KEY             one more of its keys
///     listing, some, all its scope
///     own                by the client's own road
///     wait               it waits in Redis by design
///     release            the own road is given back behind it
///     pushes, stream     what it expects, instead of a reply
///     three              its reply is to be in RESP3
///
/// What fails is answered with `error CODE TEXT`. What comes unasked is passed on as it is.

#include "nearcache/FrontEnd.h"

#include <memory>
#include <string>

namespace nearcache::test {

class LineFrontEnd : public FrontEnd {
  public:
    [[nodiscard]] std::unique_ptr<Session> open(const Client& client) const override;
    [[nodiscard]] std::string refusal() const override { return "refused\n"; }
};

} // namespace nearcache::test
