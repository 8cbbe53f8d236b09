#pragma once

/// One entry under `frontends:` with `plugin: resp`.

#include "Parse.h"
#include "RecipeBook.h"

#include "nearcache/FrontEnd.h"

namespace nearcache::respfront {

class RespFrontEnd final : public FrontEnd {
  public:
    /// What may stand in the YAML.
    [[nodiscard]] static std::vector<OptionSpec> options();

    explicit RespFrontEnd(const FrontEndContext& context);

    [[nodiscard]] std::unique_ptr<Session> open(const Client& client) const override;
    [[nodiscard]] std::string refusal() const override;

  private:
    const Host& _host;
    const Credentials& _credentials;
    ParseLimits _limits;
    mutable RecipeBook _recipes; ///< guards itself
};

} // namespace nearcache::respfront
