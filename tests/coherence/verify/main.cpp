#include "coherence/verify/Clients.h"
#include "coherence/verify/Disturbance.h"
#include "coherence/verify/Options.h"
#include "coherence/verify/Phase.h"
#include "coherence/verify/Report.h"
#include "coherence/verify/Stage.h"

#include <Poco/Exception.h>

#include <csignal>
#include <iostream>
#include <unistd.h>

namespace nearcache::coherence {

namespace {

enum ExitCode : int { Coherent = 0, Incoherent = 1, Impossible = 2 };

std::string uniquePrefix() {
    return "nearcache-verify:" + std::to_string(::getpid()) + "." +
           std::to_string(std::chrono::system_clock::now().time_since_epoch().count() % 1'000'000'000) + ":";
}

std::vector<Phase> runPhases(const Options& options, Stage& stage, Keys& keys) {
    Gate gate;
    const auto clients = makeClients(options, stage, keys, gate, std::cout);
    std::vector<Phase> phases;
    if (!options.skipPlain)
        phases.push_back(runPhase("plain", clients, nullptr, options));
    for (const auto& name : options.disturbances) {
        const auto disturbance = makeDisturbance(name, {stage, keys, gate, options});
        phases.push_back(runPhase(name, clients, disturbance.get(), options));
    }
    return phases;
}

void removeKeys(Stage& stage, const Keys& keys) {
    if (stage.server() != nullptr)
        return;
    for (const auto& name : keys.names())
        stage.ask({"DEL", name, name + "~"});
    stage.ask({"DEL", "nearcache-verify:probed", "nearcache-verify:probed~"});
}

int verify(const Options& options) {
    Stage stage(options);
    Keys keys(uniquePrefix(), options.keys);
    const auto phases = runPhases(options, stage, keys);
    removeKeys(stage, keys);
    const auto trouble = stage.stop();
    printReport(std::cout, phases);
    if (options.showLogs)
        std::cout << stage.logs();

    bool failed = false;
    for (const auto& phase : phases)
        for (const auto& why : failures(phase, options)) {
            std::cout << "FAILED: " << why << '\n';
            failed = true;
        }
    if (!trouble.empty())
        std::cout << "FAILED: " << trouble << '\n';
    return failed || !trouble.empty() ? Incoherent : Coherent;
}

} // namespace

} // namespace nearcache::coherence

int main(int count, char** words) {
    using namespace nearcache::coherence;
    ::signal(SIGPIPE, SIG_IGN);
    try {
        const auto options = parseOptions(count, words);
        if (options.help) {
            printHelp();
            return Coherent;
        }
        return verify(options);
    } catch (const Poco::Exception& error) {
        std::cerr << "nearcache-verify: " << error.displayText() << '\n';
    } catch (const std::exception& error) {
        std::cerr << "nearcache-verify: " << error.what() << '\n';
    }
    return Impossible;
}
