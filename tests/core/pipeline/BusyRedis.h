#pragma once

#include <atomic>
#include <list>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace nearcache::test {

/// A Redis of GET, SET and DEL that answers by itself, on a thread; and that can be told to drop a link.
class BusyRedis {
  public:
    BusyRedis();
    ~BusyRedis();
    BusyRedis(const BusyRedis&) = delete;
    BusyRedis& operator=(const BusyRedis&) = delete;

    [[nodiscard]] unsigned short port() const { return _port; }

    /// Drops one of its links, soon: with replies to what it has executed not sent.
    void dropALink() { ++_toDrop; }

    [[nodiscard]] unsigned dropped() const { return _dropped; }

  private:
    struct Link;

    void run();
    void accept();
    bool serve(Link& link);
    std::string execute(const std::vector<std::string>& words);

    int _listening;
    unsigned short _port = 0;
    std::atomic<bool> _ending = false;
    std::atomic<unsigned> _toDrop = 0;
    std::atomic<unsigned> _dropped = 0;
    std::list<Link> _links;
    std::map<std::string, std::string> _values;
    std::thread _thread;
};

} // namespace nearcache::test
