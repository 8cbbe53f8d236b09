// Counts what parsing and encoding take from the heap: nothing.

#include "Driver.h"

#include "nearcache/Resp.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

namespace {

thread_local std::size_t allocations = 0; // this thread's: other tests have several

} // namespace

// Not inlined: the compiler would see a pointer of new go to free.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* const memory = std::malloc(size == 0 ? 1 : size))
        return memory;
    throw std::bad_alloc();
}

[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}

[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

// What std::pmr takes where nobody gave it memory.
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
    ++allocations;
    const auto unit = static_cast<std::size_t>(alignment);
    if (void* const memory = std::aligned_alloc(unit, (size + unit - 1) / unit * unit))
        return memory;
    throw std::bad_alloc();
}

[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}

[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

namespace nearcache::respfront {
namespace {

// Parses `count` requests from the input, and encodes a reply to each. Memory beyond a kilobyte is refused.
std::size_t allocationsOf(std::string_view input, int count) {
    const FakeHost host;
    const ParseLimits limits;
    const FakeCredentials credentials;
    RecipeBook recipes(host);
    (void)recipes.current(); // made once, and not for each command
    RespSession session(host, credentials, limits, recipes, {1, {}, {}});
    FakeOutput output;
    const std::size_t before = allocations;
    for (int i = 0; i < count; ++i) {
        char room[1024];
        std::pmr::monotonic_buffer_resource scratch(room, sizeof room, std::pmr::null_memory_resource());
        Request request;
        const Parsed parsed = session.parse(input, scratch, request);
        EXPECT_EQ(parsed.status, Parsed::Status::Complete);
        session.encode(Reply{}, request.tag, output);
        input.remove_prefix(parsed.consumed);
    }
    return allocations - before;
}

TEST(AllocationTest, aGetTakesNoMemory) {
    std::string pipeline;
    for (int i = 0; i < 3; ++i)
        resp::appendCommand(pipeline, {"GET", "a key longer than any small string that is kept in place"});
    EXPECT_EQ(allocationsOf(pipeline, 3), 0U);
}

TEST(AllocationTest, aShortSetTakesOnlyScratch) {
    std::string pipeline;
    resp::appendCommand(pipeline, {"SET", "a key longer than any small string that is kept in place", "value"});
    EXPECT_EQ(allocationsOf(pipeline, 1), 0U);
}

TEST(AllocationTest, aCommandWhoseWordsAreLookedIntoTakesOnlyScratch) {
    std::string pipeline;
    resp::appendCommand(pipeline, {"RENAME", "a", "b"});
    resp::appendCommand(pipeline, {"SORT", "a", "STORE", "b"});
    resp::appendCommand(pipeline, {"ZUNIONSTORE", "d", "2", "a", "b"});
    EXPECT_EQ(allocationsOf(pipeline, 3), 0U);
}

} // namespace
} // namespace nearcache::respfront
