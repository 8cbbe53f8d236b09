// A library to preload (LD_PRELOAD): what sysconf() says about the number of processors is what
// NEARCACHE_BENCH_PROCESSORS says. Nearcache runs a worker for each processor; so it can be measured with one worker
// where there are more, without limits.parallel: 1, which would make it answer strictly one request after the other.

#include <cstdlib>
#include <dlfcn.h>
#include <unistd.h>

extern "C" __attribute__((visibility("default"))) long sysconf(int name) noexcept {
    using Sysconf = long (*)(int);
    static const auto original = reinterpret_cast<Sysconf>(::dlsym(RTLD_NEXT, "sysconf"));
    const char* const wanted = name == _SC_NPROCESSORS_ONLN ? std::getenv("NEARCACHE_BENCH_PROCESSORS") : nullptr;
    return wanted != nullptr ? std::strtol(wanted, nullptr, 10) : original(name);
}
