#pragma once

#include "support/TemporaryFolder.h"
#include "system/harness/Proxy.h"

#include <gtest/gtest.h>

namespace nearcache::blackbox {

/// What a test of configurations that do not start needs: no Redis.
class StartTest : public ::testing::Test {
  protected:
    [[nodiscard]] Ended start(const std::string& text) const { return run(proxyLaunch(folder, text)); }

    /// It ends with an error that begins `FILE:LINE: option: ` and holds these words; line 0: the file as a whole.
    void expectRefused(const std::string& text, int line, const std::string& option, const std::string& words) const;

    TemporaryFolder folder;
};

} // namespace nearcache::blackbox
