#include "settings/Variables.h"

#include "Yaml.h"

#include <gtest/gtest.h>

namespace nearcache::test {

namespace {

const Environment environment = environmentOf({{"NAME", "value"}, {"EMPTY", ""}, {"_x9", "nine"}, {"SIGN", "${NAME}"}});

std::string replaced(std::string_view text) {
    return replaceVariables(text, environment);
}

std::string refused(std::string_view text) {
    try {
        return "taken: " + replaced(text);
    } catch (const VariableError& error) {
        return error.what();
    }
}

TEST(Variables, areReplaced) {
    EXPECT_EQ(replaced("${NAME}"), "value");
    EXPECT_EQ(replaced("a${NAME}b${_x9}c"), "avaluebninec");
    EXPECT_EQ(replaced("${NAME}${NAME}"), "valuevalue");
    EXPECT_EQ(replaced("${EMPTY}"), "");
}

TEST(Variables, haveDefaults) {
    EXPECT_EQ(replaced("${NAME:-other}"), "value");
    EXPECT_EQ(replaced("${UNSET:-other}"), "other");
    EXPECT_EQ(replaced("${EMPTY:-other}"), "other");
    EXPECT_EQ(replaced("${UNSET:-}"), "");
    EXPECT_EQ(replaced("${UNSET:-127.0.0.1:6379}"), "127.0.0.1:6379");
    EXPECT_EQ(replaced("${UNSET:-a:-b$}"), "a:-b$");
}

TEST(Variables, leaveOtherTextAlone) {
    EXPECT_EQ(replaced(""), "");
    EXPECT_EQ(replaced("$NAME {NAME} $ $$ $}"), "$NAME {NAME} $ $$ $}");
    EXPECT_EQ(replaced("ends in $"), "ends in $");
}

TEST(Variables, canBeEscaped) {
    EXPECT_EQ(replaced("$${NAME}"), "${NAME}");
    EXPECT_EQ(replaced("$$${NAME}"), "$${NAME}");
    EXPECT_EQ(replaced("$${${NAME}"), "${value");
}

TEST(Variables, areReplacedOnce) {
    EXPECT_EQ(replaced("${SIGN}"), "${NAME}");
}

TEST(Variables, mustBeSet) {
    EXPECT_EQ(refused("x${UNSET}"), "the environment variable UNSET is not set, and ${UNSET} has no default");
}

TEST(Variables, mustBeWellFormed) {
    for (const char* text : {"${NAME", "${", "${NAME:-", "$${a}${b"})
        EXPECT_EQ(refused(text), "a ${ has no } after it; $${ stands for ${ itself") << text;
    for (const char* text : {"${}", "${:-x}", "${9X}", "${A B}", "${NAME-x}", "${NAME:x}", "${ü}"})
        EXPECT_EQ(refused(text), "a ${…} must hold a variable's name, or NAME:-default; $${ stands for ${ itself")
            << text;
    EXPECT_EQ(refused("${A:-${B}}"), "a ${…} may not hold another one");
}

} // namespace

} // namespace nearcache::test
