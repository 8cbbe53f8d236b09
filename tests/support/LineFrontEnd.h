#pragma once

/// A front-end of the tests' own, of lines:
///
///     get KEY            -> value VALUE hit | fetched | collapsed [stored],  or  absent …
///     set KEY VALUE      forwarded: SET KEY VALUE, which writes KEY  -> Redis's reply as it is
///     del KEY…           forwarded: DEL KEY…, which writes them all
///     do WORD…           forwarded, writes nothing
///     say TEXT           -> TEXT
///     throw              parse() throws
///
/// and before any of them: `quiet` (nothing is sent for it), `last` (the connection ends with it), `faulty` (encode()
/// throws). What fails is answered with `error CODE TEXT`.

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
