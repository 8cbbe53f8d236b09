/// Libraries that are no plugins, or not of the kind: the start says which, why, and where the configuration names it.

#include "system/harness/StartTest.h"

#include <dlfcn.h>
#include <filesystem>

namespace nearcache::blackbox {

namespace {

namespace fs = std::filesystem;

} // namespace

class BrokenPluginTest : public StartTest {
  protected:
    void SetUp() override {
        for (const auto* good : {"frontend_http.so", "policy_lru.so"})
            fs::copy_file(fs::path(NEARCACHE_PLUGIN_DIR) / good, folder.path() / good);
    }

    [[nodiscard]] std::string withFrontEnd(const std::string& name) const {
        return "plugins:\n  path: " + folder.path().string() + "\nfrontends:\n  - plugin: " + name +
               "\n    listen: 127.0.0.1:0\n";
    }

    void expectUnloadable(const std::string& name, const std::string& words) const {
        expectRefused(withFrontEnd(name), 4, "frontends[0]", words);
        expectRefused(withFrontEnd(name), 4, "frontends[0]", "frontend_" + name + ".so");
    }
};

TEST_F(BrokenPluginTest, ATextIsNoLibrary) {
    folder.write("frontend_text.so", "this is not a library\n");
    expectUnloadable("text", "cannot be loaded");
}

TEST_F(BrokenPluginTest, AnEmptyFileIsNoLibrary) {
    folder.write("frontend_empty.so", "");
    expectUnloadable("empty", "cannot be loaded");
}

TEST_F(BrokenPluginTest, AFolderIsNoLibrary) {
    fs::create_directory(folder.path() / "frontend_folder.so");
    expectUnloadable("folder", "not a file");
}

TEST_F(BrokenPluginTest, ALibraryThatIsCutShortIsRefused) {
    fs::copy_file(folder.path() / "frontend_http.so", folder.path() / "frontend_half.so");
    fs::resize_file(folder.path() / "frontend_half.so", 20'000); // it has all headers, and not all it speaks of
    expectUnloadable("half", "cut short");
}

TEST_F(BrokenPluginTest, APolicyIsNoFrontEnd) {
    fs::copy_file(folder.path() / "policy_lru.so", folder.path() / "frontend_lru.so");
    expectUnloadable("lru", "another kind");
}

TEST_F(BrokenPluginTest, ALibraryOfSomethingElseIsNoPlugin) {
    Dl_info mathematics{};
    ASSERT_NE(::dladdr(::dlsym(RTLD_DEFAULT, "cbrt"), &mathematics), 0);
    fs::copy_file(mathematics.dli_fname, folder.path() / "frontend_foreign.so");
    expectUnloadable("foreign", "not a plugin");
}

TEST_F(BrokenPluginTest, APluginOfAnOlderApiIsRefused) {
    fs::copy_file(fs::path(NEARCACHE_TEST_PLUGIN_DIR) / "policy_old.so", folder.path() / "policy_old.so");
    expectRefused(withFrontEnd("http") + "cache:\n  policy: old\n", 7, "cache.policy", "another version");
    expectRefused(withFrontEnd("http") + "cache:\n  policy: old\n", 7, "cache.policy", "policy_old.so");
}

TEST_F(BrokenPluginTest, AFrontEndIsNoPolicy) {
    fs::copy_file(folder.path() / "frontend_http.so", folder.path() / "policy_http.so");
    expectRefused(withFrontEnd("http") + "cache:\n  policy: http\n", 7, "cache.policy", "policy_http.so");
}

} // namespace nearcache::blackbox
