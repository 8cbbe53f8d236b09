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

Resolver::Resolver() {
    _thread.start(_runner);
}

Resolver::~Resolver() {
    _loop.stop();
    _thread.join();
}

void Resolver::resolve(const std::string& host, Loop& asking, Callback callback) {
    _loop.post([host, &asking, callback = std::move(callback)] {
        asking.post([answer = lookUp(host), callback] { callback(answer); });
    });
}

bool isIpAddress(const std::string& host) {
    Poco::Net::IPAddress address;
    return Poco::Net::IPAddress::tryParse(host, address);
}

} // namespace nearcache
