#pragma once

/// A protocol as a client sees it: how a request is written, and whether what came is the reply to it.

#include "Keys.h"
#include "Options.h"
#include "Values.h"

#include <memory>
#include <string>
#include <string_view>

namespace nearcache::bench {

/// A request that was written: what is needed to check its reply.
struct Asked {
    std::uint64_t key = 0;
    bool isWrite = false;
};

class Dialect {
  public:
    /// Length of the reply that input begins with; `more`, if it is not here as a whole; `wrong`, if it is another one.
    static constexpr std::size_t more = 0;
    static constexpr std::size_t wrong = ~std::size_t{0};

    virtual ~Dialect() = default;
    virtual void append(std::string& out, const Asked& asked) const = 0;
    [[nodiscard]] virtual std::size_t check(std::string_view input, const Asked& asked) const = 0;
};

/// `values` outlives it. Any thread may use it.
[[nodiscard]] std::unique_ptr<Dialect> makeResp(const Options& options, const Values& values);
[[nodiscard]] std::unique_ptr<Dialect> makeMemcached(const Options& options, const Values& values);
[[nodiscard]] std::unique_ptr<Dialect> makeHttp(const Options& options, const Values& values);
[[nodiscard]] std::unique_ptr<Dialect> makeDialect(const Options& options, const Values& values);

/// Helpers of dialects. The decimal digits of a number; and what check() says of input that must begin with `expected`.
void appendNumber(std::string& out, std::uint64_t number);
[[nodiscard]] std::size_t expect(std::string_view input, std::string_view expected);

/// What check() says of input that must be `head`, the key's value and `tail`.
[[nodiscard]] std::size_t expectValue(std::string_view input, std::string_view head, std::string_view tail,
                                      const Values& values, const Asked& asked, Check check);

} // namespace nearcache::bench
