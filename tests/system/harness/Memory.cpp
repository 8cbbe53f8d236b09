#include "system/harness/Memory.h"

#include <fstream>
#include <sstream>
#include <string>

namespace nearcache::blackbox {

Memory memoryOf(pid_t process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    Memory memory;
    for (std::string line; std::getline(status, line);) {
        std::istringstream fields(line);
        std::string name;
        std::size_t kibibytes = 0;
        fields >> name >> kibibytes;
        if (name == "VmRSS:")
            memory.resident = kibibytes * 1024;
        else if (name == "VmHWM:")
            memory.peak = kibibytes * 1024;
    }
    return memory;
}

} // namespace nearcache::blackbox
