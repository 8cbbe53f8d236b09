#pragma once

#include <filesystem>
#include <string_view>

namespace nearcache::test {

/// A folder of the test's own, removed with everything in it.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return _path; }

    /// Writes a file and returns its path.
    // NOLINTNEXTLINE(modernize-use-nodiscard)
    std::filesystem::path write(std::string_view name, std::string_view text) const;

  private:
    std::filesystem::path _path;
};

} // namespace nearcache::test
