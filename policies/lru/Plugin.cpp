#include "Lru.h"

namespace nearcache {

class LruPlugin : public PolicyPlugin {
  public:
    [[nodiscard]] std::unique_ptr<Policy> create(const PolicyContext& context) const override {
        return std::make_unique<Lru>(context.capacity);
    }
};

} // namespace nearcache

NEARCACHE_PLUGIN(nearcache::PolicyPlugin, nearcache::LruPlugin)
