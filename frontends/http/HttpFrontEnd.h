#pragma once

/// The front-end that an entry with `plugin: http` makes.

#include "Limits.h"
#include "nearcache/FrontEnd.h"

namespace nearcache::http {

class HttpFrontEnd final : public FrontEnd {
  public:
    /// The options, with the defaults of Limits.
    [[nodiscard]] static std::vector<OptionSpec> options();

    explicit HttpFrontEnd(const FrontEndContext& context);

    [[nodiscard]] std::unique_ptr<Session> open(const Client& client) const override;
    [[nodiscard]] std::string refusal() const override;

  private:
    const Limits _limits;
    const Host& _host;
    const Credentials& _credentials;
};

} // namespace nearcache::http
