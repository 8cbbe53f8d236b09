#include "system/harness/HttpClient.h"

#include "system/harness/Waiting.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>

namespace nearcache::blackbox {

namespace {

constexpr std::size_t copyBuffer = 1 << 16;

bool isUnreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

} // namespace

std::string percentEncoded(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (isUnreserved(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return out;
}

std::string target(std::string_view key) {
    return "/get?key=" + percentEncoded(key);
}

std::string httpGet(std::string_view key, std::string_view fields) {
    return "GET " + target(key) + " HTTP/1.1\r\nHost: test\r\n" + std::string(fields) + "\r\n";
}

HttpClient::HttpClient(std::uint16_t port) : _session("127.0.0.1", port) {
    _session.setKeepAlive(true);
    _session.setTimeout(Poco::Timespan(patience.count(), 0));
}

HttpAnswer HttpClient::request(const std::string& method, const std::string& target, const Fields& fields,
                               const std::string& body) {
    Poco::Net::HTTPRequest request(method, target, Poco::Net::HTTPMessage::HTTP_1_1);
    for (const auto& [name, value] : fields)
        request.set(name, value);
    if (!body.empty())
        request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    _session.sendRequest(request) << body;

    Poco::Net::HTTPResponse response;
    auto& stream = _session.receiveResponse(response);
    HttpAnswer answer{response.getStatus(), response.getVersion(), response, {}};
    Poco::StreamCopier::copyToString(stream, answer.body, copyBuffer);
    return answer;
}

} // namespace nearcache::blackbox
