#include "Sieve.h"

namespace nearcache {

class SievePlugin : public PolicyPlugin {
  public:
    [[nodiscard]] std::unique_ptr<Policy> create(const PolicyContext& context) const override {
        return std::make_unique<Sieve>(context.capacity);
    }
};

} // namespace nearcache

NEARCACHE_PLUGIN(nearcache::PolicyPlugin, nearcache::SievePlugin)
