// The examples, built by their own Makefiles against the plugin headers alone, do what they say. One test a plugin, as
// each builds it.

#include "loader/PluginLibrary.h"

#include "nearcache/FrontEnd.h"
#include "nearcache/Policy.h"
#include "settings/Settings.h"
#include "support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

namespace nearcache::test {

namespace {

const std::filesystem::path sources = std::filesystem::path(NEARCACHE_SOURCE_DIR) / "plugins";

// The library that `make` builds from a copy of the example, far from the project.
std::filesystem::path build(const TemporaryFolder& folder, const std::string& example) {
    std::filesystem::copy(sources / "examples" / example, folder.path() / example);
    const std::string command = "make -s -C '" + (folder.path() / example).string() +
                                "' CXX='" NEARCACHE_CXX "' CXXFLAGS='-Wall -Wextra -Werror " NEARCACHE_CXX_FLAGS
                                "' API='" +
                                (sources / "api").string() + "'";
    EXPECT_EQ(std::system(command.c_str()), 0) << command; // NOLINT(concurrency-mt-unsafe)
    return folder.path() / example / (example + ".so");
}

std::unique_ptr<OptionValues> optionsOf(const Plugin& plugin, std::vector<RawOption> options = {}) {
    return readOptions({"example", {}, "example", std::move(options)}, plugin.options());
}

class ExamplePolicy : public ::testing::Test {
  protected:
    void evictsEachKeyOnceInNoOrder() const {
        const std::vector<Slot> victims = order(100, "1");

        EXPECT_EQ(std::set<Slot>(victims.begin(), victims.end()).size(), 100U);
        EXPECT_FALSE(std::is_sorted(victims.begin(), victims.end()));
        EXPECT_EQ(order(100, "1"), victims);
        EXPECT_NE(order(100, "2"), victims);
    }

    void neverEvictsWhatIsGone() const {
        const auto policy = make(3, "1");
        for (Slot slot = 0; slot < 3; ++slot)
            policy->onInsert(slot, slot);
        policy->onRemove(0, 0, Removal::Deleted);
        policy->onRemove(2, 2, Removal::Expired);

        EXPECT_TRUE(policy->check());
        EXPECT_EQ(policy->victim(9), 1U);

        policy->onInsert(2, 2);
        policy->clear();
        policy->onInsert(0, 0);
        EXPECT_EQ(policy->victim(9), 0U);
        EXPECT_TRUE(policy->check());
    }

  private:
    [[nodiscard]] std::unique_ptr<Policy> make(std::uint32_t capacity, const std::string& seed) const {
        const auto options = optionsOf(_library.plugin(), {{"seed", RawOption::Kind::Scalar, seed, {}}});
        return _library.plugin().create({capacity, *options});
    }

    // Fills a policy, then empties it, victim by victim.
    [[nodiscard]] std::vector<Slot> order(std::uint32_t capacity, const std::string& seed) const {
        const auto policy = make(capacity, seed);
        for (Slot slot = 0; slot < capacity; ++slot)
            policy->onInsert(slot, slot);
        std::vector<Slot> victims;
        for (Slot slot = 0; slot < capacity; ++slot) {
            victims.push_back(policy->victim(0));
            EXPECT_TRUE(policy->check());
        }
        return victims;
    }

    TemporaryFolder _folder;
    PluginLibrary<PolicyPlugin> _library{build(_folder, "policy_random")};
};

TEST_F(ExamplePolicy, evictsAtRandom) {
    evictsEachKeyOnceInNoOrder();
    neverEvictsWhatIsGone();
}

class TextOutput : public Output {
  public:
    void appendValue(const Reply& reply) override { append(reply.bytes); }
    [[nodiscard]] const std::string& text() const { return _text; }

  protected:
    void appendSlowly(std::string_view bytes) override { _text += bytes; }

  private:
    std::string _text;
};

class NoHost : public Host {
  public:
    [[nodiscard]] std::string_view version() const override { return "0"; }
    [[nodiscard]] unsigned database() const override { return 0; }
    [[nodiscard]] std::shared_ptr<const CommandTable> commands() const override { return nullptr; }
    [[nodiscard]] std::uint64_t commandsVersion() const override { return 0; }
    [[nodiscard]] BackendIdentity backend() const override { return {}; }
    [[nodiscard]] std::vector<Fact> facts() const override { return {}; }
    [[nodiscard]] std::vector<ClientFacts> clients() const override { return {}; }
    std::size_t endClients(std::span<const std::uint64_t> /*ids*/) const override { return 0; }
};

class NoCredentials : public Credentials {
  public:
    [[nodiscard]] bool required() const override { return false; }
    [[nodiscard]] bool check(std::string_view /*user*/, std::string_view /*password*/) const override { return false; }
};

class ExampleFrontEnd : public ::testing::Test {
  protected:
    void readsLines() {
        EXPECT_EQ(parse("key\n"), "4:get key");
        EXPECT_EQ(parse("key\r\nnext\n"), "5:get key");
        EXPECT_EQ(parse("12345\r\n"), "7:get 12345");
        EXPECT_EQ(parse("\n"), "1:answer !the key is empty\n");
        EXPECT_EQ(_frontEnd->refusal(), "!too many connections\n");
    }

    void waitsForTheEndOfALine() {
        const std::string_view input = "key\r\nx";
        for (std::size_t size = 0; size < 5; ++size)
            EXPECT_EQ(parse(input.substr(0, size)), "0:unfinished");
        EXPECT_EQ(parse(input), "5:get key");
        EXPECT_EQ(parse("x"), "0:unfinished");
    }

    void limitsALine() {
        EXPECT_EQ(parse("123456"), "0:unfinished") << "the last one may still be followed by the line's end";
        EXPECT_EQ(parse("1234567"), "7:last !the key is too long\n");
        EXPECT_EQ(parse("123456\n"), "7:last !the key is too long\n");
    }

    void writesReplies() {
        EXPECT_EQ(encode(Reply::Kind::Value, "two\nlines"), "9 two\nlines\n");
        EXPECT_EQ(encode(Reply::Kind::Value, ""), "0 \n");
        EXPECT_EQ(encode(Reply::Kind::Absent), "-\n");
        EXPECT_EQ(encode(Reply::Kind::Error, "timed out"), "!timed out\n");
    }

  private:
    // `consumed:what it is`, such as `4:get key`, `0:unfinished`, `1:answer !…`.
    std::string parse(std::string_view input) {
        Request request;
        const Parsed parsed = _session->parse(input, *std::pmr::get_default_resource(), request);
        const std::string consumed = std::to_string(parsed.consumed) + ":";
        if (parsed.status == Parsed::Status::Unfinished)
            return consumed + "unfinished";
        if (request.action == Request::Action::Get)
            return consumed + "get " + std::string(request.key);
        return consumed + (request.close ? "last " : "answer ") + std::string(request.payload);
    }

    std::string encode(Reply::Kind kind, std::string_view bytes = "") {
        Reply reply;
        reply.kind = kind;
        reply.bytes = bytes;
        TextOutput output;
        _session->encode(reply, 0, output);
        return output.text();
    }

    [[nodiscard]] std::unique_ptr<FrontEnd> make() const {
        const auto options = optionsOf(_library.plugin(), {{"max_key", RawOption::Kind::Scalar, "5", {}}});
        return _library.plugin().create({_host, *options, _credentials});
    }

    TemporaryFolder _folder;
    NoHost _host;
    NoCredentials _credentials;
    PluginLibrary<FrontEndPlugin> _library{build(_folder, "frontend_line")};
    std::unique_ptr<FrontEnd> _frontEnd = make();
    std::unique_ptr<Session> _session = _frontEnd->open({.id = 1, .address = "127.0.0.1:50000", .localAddress = {}});
};

TEST_F(ExampleFrontEnd, speaksInLines) {
    readsLines();
    waitsForTheEndOfALine();
    limitsALine();
    writesReplies();
}

} // namespace

} // namespace nearcache::test
