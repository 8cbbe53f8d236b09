#pragma once

/// Options: how a plugin (and Nearcache itself) declares what may stand in the YAML, and reads what did.
///
/// A plugin lists its options once, with type, default, range and description. Nearcache checks the YAML against the
/// list before the plugin sees it: an unknown option, a wrong type or a value out of range stops the start with file,
/// line, option and what was expected. So the getters of `OptionValues` cannot fail for a declared option.

#include "nearcache/Api.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

NEARCACHE_API_BEGIN

enum class OptionType : std::uint8_t {
    Text,     ///< any scalar
    Flag,     ///< true or false
    Integer,  ///< decimal
    Real,     ///< decimal, with or without a fraction
    Duration, ///< `500ms`, `60s`, `5m`, `1h`; minimum and maximum are in milliseconds
    Size,     ///< bytes: `512`, `64KiB`, `1MiB`, `1GiB`; minimum and maximum are in bytes
};

/// One option, as the reference `config/nearcache.yaml` describes it.
struct OptionSpec {
    std::string name;
    OptionType type = OptionType::Text;
    std::string defaultValue; ///< written as in the YAML
    std::string description;  ///< one sentence
    double minimum = 0;       ///< smallest value allowed; not used for Text and Flag
    double maximum = std::numeric_limits<double>::max();
};

/// The checked values of a list of options; those absent from the YAML have their defaults.
/// Valid for the time of the call it is passed to: copy out what is needed later.
class OptionValues {
  public:
    virtual ~OptionValues() = default;

    /// Each throws std::logic_error for an option that was not declared, or not with this type.
    [[nodiscard]] virtual std::string text(std::string_view name) const = 0;
    [[nodiscard]] virtual bool flag(std::string_view name) const = 0;
    [[nodiscard]] virtual std::int64_t integer(std::string_view name) const = 0;
    [[nodiscard]] virtual double real(std::string_view name) const = 0;
    [[nodiscard]] virtual std::chrono::milliseconds duration(std::string_view name) const = 0;
    [[nodiscard]] virtual std::uint64_t size(std::string_view name) const = 0;
};

/// What every kind of plugin has in common.
class Plugin {
  public:
    virtual ~Plugin() = default;

    /// The options of this plugin, beside those Nearcache itself gives its kind. Called once, before create().
    [[nodiscard]] virtual std::vector<OptionSpec> options() const { return {}; }
};

NEARCACHE_API_END
