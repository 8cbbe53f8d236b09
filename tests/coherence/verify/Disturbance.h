#pragma once

#include "coherence/verify/Gate.h"
#include "coherence/verify/Keys.h"
#include "coherence/verify/Options.h"
#include "coherence/verify/Stage.h"

#include <memory>
#include <string>

namespace nearcache::coherence {

/// Something that happens to Redis, or to the links to it. Called by the main thread.
class Disturbance {
  public:
    Disturbance() = default;
    virtual ~Disturbance() = default;
    Disturbance(const Disturbance&) = delete;
    Disturbance& operator=(const Disturbance&) = delete;

    /// Once; all is whole again when it returns. How many things it hit.
    virtual std::size_t strike() = 0;
};

/// What they act on.
struct Scene {
    Stage& stage;
    Keys& keys;
    Gate& gate;
    const Options& options;
};

/// The one of this name (as in the options).
std::unique_ptr<Disturbance> makeDisturbance(const std::string& name, const Scene& scene);

} // namespace nearcache::coherence
