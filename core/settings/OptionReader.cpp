#include "settings/OptionReader.h"

#include "settings/Node.h"
#include "settings/Text.h"
#include "settings/Values.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string_view>

namespace nearcache {

namespace {

class CheckedOptions : public OptionValues {
  public:
    void set(const std::string& name, OptionValue value) { _values.insert_or_assign(name, std::move(value)); }

    [[nodiscard]] std::string text(std::string_view name) const override { return get<std::string>(name); }
    [[nodiscard]] bool flag(std::string_view name) const override { return get<bool>(name); }
    [[nodiscard]] std::int64_t integer(std::string_view name) const override { return get<std::int64_t>(name); }
    [[nodiscard]] double real(std::string_view name) const override { return get<double>(name); }
    [[nodiscard]] std::chrono::milliseconds duration(std::string_view name) const override {
        return get<std::chrono::milliseconds>(name);
    }
    [[nodiscard]] std::uint64_t size(std::string_view name) const override { return get<std::uint64_t>(name); }

  private:
    template <class Value> [[nodiscard]] const Value& get(std::string_view name) const {
        const auto found = _values.find(name);
        if (found == _values.end() || !std::holds_alternative<Value>(found->second))
            throw std::logic_error("option " + std::string(name) + " is not declared, or not with this type");
        return std::get<Value>(found->second);
    }

    std::map<std::string, OptionValue, std::less<>> _values;
};

std::vector<std::string> names(const std::vector<OptionSpec>& specs) {
    std::vector<std::string> names;
    names.reserve(specs.size());
    for (const OptionSpec& spec : specs)
        names.push_back(spec.name);
    return names;
}

const OptionSpec& specOf(const OptionScope& scope, const RawOption& option, const std::vector<OptionSpec>& specs) {
    const auto spec = std::ranges::find(specs, option.name, &OptionSpec::name);
    if (spec == specs.end())
        throw SettingsError(option.where, joinPath(scope.path, printable(option.name)),
                            unknownOption(option.name, names(specs)));
    return *spec;
}

// A text that is not of the type is shown; one that may be secret is of type Text, which takes everything.
OptionValue valueOf(const OptionScope& scope, const RawOption& option, const OptionSpec& spec) {
    const bool emptyText = option.kind == RawOption::Kind::Nothing && spec.type == OptionType::Text;
    if (option.kind != RawOption::Kind::Scalar && !emptyText)
        throw SettingsError(option.where, joinPath(scope.path, spec.name),
                            "expected " + expectation(spec) + ", got " + std::string(kindName(option.kind)));
    auto value = parseValue(spec, option.text);
    if (!value)
        throw SettingsError(option.where, joinPath(scope.path, spec.name),
                            "expected " + expectation(spec) + ", got " + inQuotes(option.text));
    return *std::move(value);
}

OptionValue defaultOf(const OptionScope& scope, const OptionSpec& spec) {
    auto value = parseValue(spec, spec.defaultValue);
    if (!value)
        throw SettingsError(scope.where, joinPath(scope.path, spec.name),
                            "its default " + inQuotes(spec.defaultValue) + " is not " + expectation(spec));
    return *std::move(value);
}

} // namespace

std::unique_ptr<OptionValues> checkOptions(const OptionScope& scope, const std::vector<RawOption>& options,
                                           const std::vector<OptionSpec>& specs) {
    auto checked = std::make_unique<CheckedOptions>();
    for (const OptionSpec& spec : specs)
        checked->set(spec.name, defaultOf(scope, spec));
    for (const RawOption& option : options)
        checked->set(option.name, valueOf(scope, option, specOf(scope, option, specs)));
    return checked;
}

} // namespace nearcache
