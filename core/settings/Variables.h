#pragma once

/// Variables of the environment in the text of a scalar.

#include "settings/Environment.h"

#include <stdexcept>
#include <string>
#include <string_view>

namespace nearcache {

/// what() says what is wrong, without the text it is in, which may be a password.
class VariableError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Replaces `${NAME}` by the variable's value and `${NAME:-default}` by the default where the variable is not set or
/// empty. `$${` stands for `${`; any other `$` stays. What is put in is not looked at again. Throws VariableError.
[[nodiscard]] std::string replaceVariables(std::string_view text, const Environment& environment);

} // namespace nearcache
