#include "Process.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace nearcache::bench {

namespace {

std::string readFile(int process, const char* name) {
    std::ifstream file("/proc/" + std::to_string(process) + "/" + name);
    std::string text;
    if (!std::getline(file, text, '\0'))
        throw std::runtime_error("no process " + std::to_string(process));
    return text;
}

} // namespace

CpuTime cpuTimeOf(int process) {
    constexpr int fieldsBetween = 11; // from the state, behind the name in brackets, to utime
    const std::string text = readFile(process, "stat");
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    std::string skipped;
    for (int i = 0; i < fieldsBetween; ++i)
        fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    return {user / ticks, system / ticks};
}

std::uint64_t residentBytesOf(int process) {
    std::istringstream fields(readFile(process, "statm"));
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    fields >> size >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

double waitedOf(int process) {
    double sum = 0;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
        std::ifstream file(thread.path() / "schedstat");
        double ran = 0;
        double waited = 0;
        if (file >> ran >> waited)
            sum += waited / 1e9;
    }
    return sum;
}

} // namespace nearcache::bench
