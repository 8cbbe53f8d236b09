#include "system/harness/StartTest.h"

namespace nearcache::blackbox {

void StartTest::expectRefused(const std::string& text, int line, const std::string& option,
                              const std::string& words) const {
    const auto ended = start(text);
    EXPECT_TRUE(ended.refused()) << "ended with " << ended.code.value_or(-1);
    EXPECT_EQ((ended.output + ended.errors).find("listening"), std::string::npos) << "of no use to clients";

    const auto file = (folder.path() / "nearcache.yaml").string();
    const auto place =
        file + (line > 0 ? ":" + std::to_string(line) : "") + ": " + (option.empty() ? "" : option + ": ");
    const auto at = ended.errors.find(place);
    ASSERT_NE(at, std::string::npos) << "expected " << place << "…" << words << "\ngot: " << ended.errors;
    const auto message = ended.errors.substr(at, ended.errors.find('\n', at) - at);
    EXPECT_NE(message.find(words), std::string::npos) << "expected " << words << "\ngot: " << message;
}

} // namespace nearcache::blackbox
