#include "coherence/verify/HttpReader.h"

#include "coherence/verify/Pace.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>

namespace nearcache::coherence {

namespace {

constexpr std::size_t copyBuffer = 1 << 14;

void countStatus(const std::string& cacheStatus, Tally& tally) {
    ++tally.httpReads;
    tally.httpHits += cacheStatus.find("; hit") != std::string::npos ? 1 : 0;
    tally.disconnected += cacheStatus.find("detail=disconnected") != std::string::npos ? 1 : 0;
}

} // namespace

HttpReader::HttpReader(const Settings& settings, const Keys& keys)
    : _settings(settings), _keys(keys), _session(settings.address.host, settings.address.port),
      _viewer(settings.name, settings.instance, keys.size()), _random(std::random_device()()) {
    _session.setKeepAlive(true);
    _session.setTimeout(Poco::Timespan(0, std::chrono::microseconds(settings.timeout).count()));
}

Tally HttpReader::run(const std::atomic<bool>& stop) {
    Tally tally;
    Pace pace(_settings.readsPerSecond);
    while (!stop) {
        pace.wait();
        const auto slot = _random() % _keys.size();
        try {
            read({slot, _keys.at(slot)}, tally);
        } catch (const Poco::Exception& lost) {
            _session.reset();
            ++tally.unavailable;
            tally.addError(lost.displayText());
        }
    }
    return tally;
}

void HttpReader::read(const Target& target, Tally& tally) {
    using Poco::Net::HTTPResponse;
    Sighting sighting;
    sighting.sent = Clock::now();
    Poco::Net::HTTPRequest request("GET", "/get?key=" + target.history->key(), Poco::Net::HTTPMessage::HTTP_1_1);
    _session.sendRequest(request);
    HTTPResponse response;
    std::string body;
    Poco::StreamCopier::copyToString(_session.receiveResponse(response), body, copyBuffer);
    sighting.received = Clock::now();

    const int status = response.getStatus();
    const bool found = status / 100 == 2;
    if (!found && status != HTTPResponse::HTTP_NOT_FOUND) {
        ++tally.unavailable;
        tally.addError("HTTP " + std::to_string(status) + ": " + body);
        return;
    }
    countStatus(response.get("Cache-Status", ""), tally);
    sighting.kind = found ? Sighting::Kind::Value : Sighting::Kind::Absent;
    note(target, sighting, body, tally);
}

void HttpReader::note(const Target& target, Sighting sighting, const std::string& body, Tally& tally) {
    if (sighting.kind == Sighting::Kind::Value) {
        const auto index = indexOf(target.history->key(), body);
        if (!index) {
            _viewer.noteGarbage(target, "HTTP", tally);
            return;
        }
        sighting.index = *index;
    }
    _viewer.note(target, sighting, "HTTP", tally);
}

} // namespace nearcache::coherence
