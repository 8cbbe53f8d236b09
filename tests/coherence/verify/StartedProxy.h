#pragma once

#include "coherence/verify/Address.h"
#include "support/TemporaryFolder.h"
#include "system/harness/Process.h"

#include <map>
#include <string>

namespace nearcache::coherence {

/// A proxy of our own, with a configuration of its own, on ports of the kernel's choice.
class StartedProxy {
  public:
    /// Returns once it is ready. Throws with what it wrote where it ends instead.
    StartedProxy(const std::string& program, const Address& redis, const std::map<std::string, std::string>& settings);

    [[nodiscard]] Address resp() const { return listening("resp"); }
    [[nodiscard]] Address http() const { return listening("http"); }

    [[nodiscard]] std::string log() const { return _process.everything(); }

    /// Ends it by SIGTERM. Empty, or what was wrong: it had ended already, or did not end with exit code 0.
    [[nodiscard]] std::string stop();

  private:
    [[nodiscard]] Address listening(const std::string& frontEnd) const;

    test::TemporaryFolder _folder;
    blackbox::Process _process;
};

} // namespace nearcache::coherence
