#pragma once

#include "system/harness/Proxy.h"
#include "system/harness/RedisServer.h"
#include "system/harness/Waiting.h"

#include <gtest/gtest.h>

namespace nearcache::blackbox {

/// What nearly every system test begins with: a Redis that is empty, and a configuration with both front-ends on it.
/// The Redis is shared by the tests of the process: whoever stops, freezes or sets one up makes one of his own.
class SystemTest : public ::testing::Test {
  protected:
    void SetUp() override;

    static RedisServer& redis();

    /// Both front-ends and this Redis; for the rest the defaults, but for a `request_timeout` that a loaded machine
    /// does not exceed by accident.
    static ProxyConfig config(const std::string& backendAddress);
    static ProxyConfig config() { return config(redis().address()); }
};

} // namespace nearcache::blackbox
