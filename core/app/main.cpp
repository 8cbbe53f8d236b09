#include "app/Application.h"

#include <csignal>

namespace {

/// For all threads to inherit: the main thread alone waits for these. (Poco's threads block SIGTERM by themselves, but
/// not SIGINT.) A client that is gone while it is written to is an error of that call, not a signal.
void prepareSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGQUIT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

} // namespace

int main(int argc, char** argv) {
    prepareSignals();
    nearcache::Application application;
    return application.run(argc, argv);
}
