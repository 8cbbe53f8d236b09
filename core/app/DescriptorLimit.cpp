#include "app/DescriptorLimit.h"

#include <algorithm>
#include <sys/resource.h>

namespace nearcache {

namespace {

bool trySet(rlim_t soft, rlim_t hard) {
    const rlimit limit{soft, hard};
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

} // namespace

unsigned long allowDescriptors(unsigned long wanted) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= wanted)
        return limit.rlim_cur;
    if (limit.rlim_max < wanted && trySet(wanted, wanted)) // for a privileged process only
        return wanted;
    const auto soft = std::min<rlim_t>(wanted, limit.rlim_max);
    return trySet(soft, limit.rlim_max) ? soft : limit.rlim_cur;
}

} // namespace nearcache
