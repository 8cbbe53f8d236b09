#include "RespFrontEnd.h"

namespace nearcache::respfront {

class RespPlugin final : public FrontEndPlugin {
  public:
    [[nodiscard]] std::vector<OptionSpec> options() const override { return RespFrontEnd::options(); }

    [[nodiscard]] std::unique_ptr<FrontEnd> create(const FrontEndContext& context) const override {
        return std::make_unique<RespFrontEnd>(context);
    }
};

} // namespace nearcache::respfront

NEARCACHE_PLUGIN(nearcache::FrontEndPlugin, nearcache::respfront::RespPlugin)
