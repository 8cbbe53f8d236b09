#include "backend/Resolver.h"

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/IPAddress.h>

#include <utility>

namespace nearcache {

namespace {

Resolver::Answer lookUp(const std::string& host) {
    Resolver::Answer answer;
    try {
        const auto entry = Poco::Net::DNS::hostByName(host); // named, as it must outlive the loop
        for (const auto& address : entry.addresses())
            answer.addresses.push_back(address.toString());
        if (answer.addresses.empty())
            answer.trouble = "no address is known for the host " + host;
    } catch (const Poco::Exception& failure) {
        answer.trouble = failure.displayText();
    }
    return answer;
}

} // namespace

Resolver::Resolver() : Resolver(lookUp) {}

Resolver::Resolver(LookUp lookUp) : _lookUp(std::move(lookUp)) {
    _thread.start(_runner);
}

Resolver::~Resolver() {
    stop();
}

void Resolver::stop() {
    if (!std::exchange(_running, false))
        return;
    _loop.stop();
    _thread.join();
}

void Resolver::resolve(const std::string& host, Loop& asking, Callback callback) {
    const std::lock_guard lock(_mutex);
    auto& askers = _askers[host];
    askers.push_back({&asking, std::move(callback)});
    if (askers.size() == 1)
        _loop.post([this, host] { answer(host); });
}

void Resolver::answer(const std::string& host) {
    const auto found = _lookUp(host);
    const std::lock_guard lock(_mutex);
    const auto asked = _askers.extract(host);
    for (const auto& asker : asked.mapped())
        asker.loop->post([found, callback = asker.callback] { callback(found); });
}

bool isIpAddress(const std::string& host) {
    Poco::Net::IPAddress address;
    return Poco::Net::IPAddress::tryParse(host, address);
}

} // namespace nearcache
