#include "HttpFrontEnd.h"

namespace nearcache::http {

class HttpPlugin final : public FrontEndPlugin {
  public:
    [[nodiscard]] std::vector<OptionSpec> options() const override { return HttpFrontEnd::options(); }

    [[nodiscard]] std::unique_ptr<FrontEnd> create(const FrontEndContext& context) const override {
        return std::make_unique<HttpFrontEnd>(context);
    }
};

} // namespace nearcache::http

NEARCACHE_PLUGIN(nearcache::FrontEndPlugin, nearcache::http::HttpPlugin)
