#include "S3Fifo.h"

#include <Poco/Exception.h>

namespace nearcache {

namespace {

S3FifoSettings settingsFrom(const OptionValues& options) {
    S3FifoSettings settings;
    settings.small = options.real("small");
    settings.ghost = options.real("ghost");
    settings.threshold = static_cast<std::uint8_t>(options.integer("threshold"));
    settings.maxFrequency = static_cast<std::uint8_t>(options.integer("max_frequency"));
    if (settings.maxFrequency < settings.threshold)
        throw Poco::InvalidArgumentException("max_frequency must be at least threshold");
    return settings;
}

} // namespace

class S3FifoPlugin : public PolicyPlugin {
  public:
    [[nodiscard]] std::vector<OptionSpec> options() const override {
        return {
            {"small", OptionType::Real, "0.1", "Share of the capacity that new keys enter first.", 0, 1},
            {"ghost", OptionType::Real, "0.9", "How many evicted keys are remembered, as a share of the capacity.", 0,
             10},
            {"threshold", OptionType::Integer, "2", "Hits that let a key out of the small queue into the main one.", 1,
             255},
            {"max_frequency", OptionType::Integer, "3", "Up to where a key's hits are counted; at least threshold.", 1,
             255},
        };
    }

    [[nodiscard]] std::unique_ptr<Policy> create(const PolicyContext& context) const override {
        return std::make_unique<S3Fifo>(context.capacity, settingsFrom(context.options));
    }
};

} // namespace nearcache

NEARCACHE_PLUGIN(nearcache::PolicyPlugin, nearcache::S3FifoPlugin)
