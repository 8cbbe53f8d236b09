#pragma once

/// What became of a GET, as an HTTP reply.
///
/// 200 a hit, 201 fetched from Redis just now, 404 no such key, 409 a key of another type, 503 Redis is away or says
/// that it cannot serve now, 504 it did not answer in time, 502 any other error of Redis. Each bears Cache-Status (RFC
/// 9211), a hit Age too (RFC 9111, section 5.1).

#include "Tag.h"
#include "nearcache/FrontEnd.h"

namespace nearcache::http {

void writeReply(const Reply& reply, Tag tag, Output& output);

}
