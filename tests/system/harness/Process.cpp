#include "system/harness/Process.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/capability.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nearcache::blackbox {

namespace {

/// Everything the child needs, made before the fork: between fork and exec nothing may allocate.
struct Prepared {
    std::string program;
    std::vector<std::string> environment;
    std::vector<char*> arguments;
    std::vector<char*> variables;
    int input;
    int output;
    int errors;
    std::optional<rlimit> descriptors;
    pid_t parent;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (const auto& text : texts)
        out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
}

std::vector<std::string> environmentWith(const std::map<std::string, std::string>& added) {
    std::vector<std::string> out;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string text = *variable;
        if (added.count(text.substr(0, text.find('='))) == 0)
            out.push_back(text);
    }
    for (const auto& [name, value] : added)
        out.push_back(name + "=" + value);
    return out;
}

/// A client socket that the child inherited would stay open when the test closes it.
void closeInherited() {
#ifdef SYS_close_range
    if (::syscall(SYS_close_range, 3U, ~0U, 0U) == 0)
        return;
#endif
    for (long descriptor = ::sysconf(_SC_OPEN_MAX); descriptor > STDERR_FILENO; --descriptor)
        ::close(static_cast<int>(descriptor));
}

void resetSignals() {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
}

/// A limit that the child cannot lift, though it be root's.
bool limitDescriptors(const rlimit& limit) {
    ::prctl(PR_CAPBSET_DROP, CAP_SYS_RESOURCE); // fails for other users, who do not have it
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

[[noreturn]] void runChild(const Prepared& prepared) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != prepared.parent)
        ::_exit(127);
    ::dup2(prepared.input, STDIN_FILENO);
    ::dup2(prepared.output, STDOUT_FILENO);
    ::dup2(prepared.errors, STDERR_FILENO);
    closeInherited();
    resetSignals();
    if (prepared.descriptors && !limitDescriptors(*prepared.descriptors))
        ::_exit(127);
    ::execve(prepared.program.c_str(), prepared.arguments.data(), prepared.variables.data());
    ::_exit(127);
}

} // namespace

Ended run(const Launch& launch) {
    Process process(launch);
    const auto code = process.wait();
    return {code, process.output(), process.errors()};
}

std::optional<std::string> findProgram(const std::string& name) {
    if (name.find('/') != std::string::npos)
        return ::access(name.c_str(), X_OK) == 0 ? std::optional(name) : std::nullopt;
    const char* path = std::getenv("PATH");
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');)
        if (auto file = folder + "/" + name; ::access(file.c_str(), X_OK) == 0)
            return file;
    return std::nullopt;
}

Process::File Process::temporaryFile() {
    File file(std::tmpfile(), &std::fclose);
    if (!file)
        throw std::runtime_error("no temporary file");
    return file;
}

Process::Process(const Launch& launch) : _input(temporaryFile()), _output(temporaryFile()), _errors(temporaryFile()) {
    const auto program = findProgram(launch.arguments.at(0));
    if (!program)
        throw std::runtime_error("no program " + launch.arguments[0]);
    std::fwrite(launch.input.data(), 1, launch.input.size(), _input.get());
    std::rewind(_input.get());

    Prepared prepared{*program,
                      environmentWith(launch.environment),
                      pointers(launch.arguments),
                      {},
                      ::fileno(_input.get()),
                      ::fileno(_output.get()),
                      ::fileno(_errors.get()),
                      launch.descriptors,
                      ::getpid()};
    prepared.variables = pointers(prepared.environment);
    _id = ::fork();
    if (_id == 0)
        runChild(prepared);
    if (_id < 0)
        throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
}

Process::~Process() {
    if (running()) {
        signal(SIGKILL);
        reap(0);
    }
}

void Process::signal(int number) const {
    if (!_exit)
        ::kill(_id, number);
}

void Process::reap(int options) {
    int status = 0;
    if (_exit || ::waitpid(_id, &status, options) != _id)
        return;
    _exit = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool Process::running() {
    reap(WNOHANG);
    return !_exit;
}

std::optional<int> Process::wait() {
    static_cast<void>(eventually([this] { return !running(); }));
    return _exit;
}

std::string Process::contents(const File& file) {
    struct stat info {};
    ::fstat(::fileno(file.get()), &info);
    std::string text(static_cast<std::size_t>(info.st_size), '\0');
    // pread, as the child shares the file's position.
    const auto length = ::pread(::fileno(file.get()), text.data(), text.size(), 0);
    text.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
    return text;
}

std::string Process::output() const {
    return contents(_output);
}

std::string Process::errors() const {
    return contents(_errors);
}

bool Process::waitForText(std::string_view text) {
    bool ended = false;
    return eventually([&] {
               ended = !running();
               return count(text) > 0 || ended;
           }) &&
           count(text) > 0;
}

std::size_t Process::count(std::string_view text) const {
    const auto all = everything();
    std::size_t found = 0;
    for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + text.size()))
        ++found;
    return found;
}

} // namespace nearcache::blackbox
