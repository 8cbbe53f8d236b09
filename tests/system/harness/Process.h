#pragma once

#include "system/harness/Waiting.h"

#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/types.h>
#include <vector>

namespace nearcache::blackbox {

/// How a program is started.
struct Launch {
    std::vector<std::string> arguments;             ///< the program first: a path, or a name to be found in PATH
    std::map<std::string, std::string> environment; ///< added to the test's own
    std::string input;                              ///< what it reads from standard input
    std::optional<rlimit> descriptors;              ///< RLIMIT_NOFILE, which it cannot raise past rlim_max
};

/// A child process with its output captured. It gets none of the test's descriptors and default signal handling, and
/// is killed with this object, or when the thread that started it ends: start processes from the main thread.
class Process {
  public:
    /// Throws where the program cannot be found or forked; exit code 127 says that it cannot be executed.
    explicit Process(const Launch& launch);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    [[nodiscard]] pid_t id() const { return _id; }
    void signal(int number) const;

    /// Whether it still runs.
    [[nodiscard]] bool running();

    /// Waits for its end, for `patience` at most: the exit code, 128 + n where signal n ended it, nothing where it is
    /// still running.
    std::optional<int> wait();

    /// What it has written so far.
    [[nodiscard]] std::string output() const; ///< to standard output
    [[nodiscard]] std::string errors() const; ///< to standard error
    [[nodiscard]] std::string everything() const { return output() + errors(); }

    /// Waits until a text occurs in what it writes; false when it ends without, or `patience` does.
    bool waitForText(std::string_view text);

    /// How often a text occurs in what it has written so far.
    [[nodiscard]] std::size_t count(std::string_view text) const;

  private:
    using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

    static File temporaryFile();
    static std::string contents(const File& file);
    void reap(int options);

    File _input;
    File _output;
    File _errors;
    pid_t _id = -1;
    std::optional<int> _exit;
};

/// What a program did that ended by itself.
struct Ended {
    std::optional<int> code; ///< nothing: it did not end, and was killed
    std::string output;
    std::string errors;

    /// It said no: by an exit code, not by a crash.
    [[nodiscard]] bool refused() const { return code && *code > 0 && *code < 128; }
};

/// Starts a program and waits for its end.
Ended run(const Launch& launch);

/// The path of a program: itself where it has a slash, or else from PATH; nothing where there is none.
std::optional<std::string> findProgram(const std::string& name);

} // namespace nearcache::blackbox
