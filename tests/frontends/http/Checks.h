#pragma once

/// What the tests of the parser ask of it. Every input is fed in several cuts, which must not matter.

#include "Feed.h"

namespace nearcache::http::test {

using Users = FakeCredentials::Users;

/// The requests in the input; fails the test where they depend on how the input is cut.
std::vector<Seen> parseAll(std::string_view input, const Limits& limits = {}, const Users& users = {});

/// The only request in the input; fails the test where there is none or another one.
Seen parseOnly(std::string_view input, const Limits& limits = {}, const Users& users = {});

/// `GET <target> HTTP/1.1` with a Host and the further fields, each with its line end.
std::string getRequest(std::string_view target, std::string_view fields = {});

/// The status code that the only request is refused with, or 0 where it is a GET.
int statusOf(std::string_view input, const Limits& limits = {});

/// Expects the input to be refused with the status, its connection to be closed, and what follows not to be read.
void expectFatal(std::string_view input, int status, const Limits& limits = {});

} // namespace nearcache::http::test
