#include "coherence/verify/Disturbance.h"

#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace nearcache::coherence {

namespace {

/// The ids of the links that a proxy has named.
std::vector<std::string> linkIds(Stage& stage) {
    const auto reply = stage.ask({"CLIENT", "LIST"});
    std::istringstream lines(std::string(reply->str, reply->len));
    std::vector<std::string> out;
    for (std::string line; std::getline(lines, line);)
        if (line.find(" name=nearcache") != std::string::npos && line.rfind("id=", 0) == 0)
            out.push_back(line.substr(3, line.find(' ') - 3));
    return out;
}

class KillLinks : public Disturbance {
  public:
    explicit KillLinks(const Scene& scene) : _scene(scene), _random(std::random_device()()) {}

    /// All links, or one of them: then the others go on.
    std::size_t strike() override {
        auto ids = linkIds(_scene.stage);
        if (ids.size() > 1 && _random() % 2 == 0)
            ids = {ids[_random() % ids.size()]};
        std::size_t killed = 0;
        for (const auto& id : ids)
            killed += static_cast<std::size_t>(_scene.stage.ask({"CLIENT", "KILL", "ID", id})->integer);
        return killed;
    }

  private:
    Scene _scene;
    std::mt19937 _random;
};

class Flush : public Disturbance {
  public:
    explicit Flush(const Scene& scene) : _scene(scene) {}

    std::size_t strike() override {
        const Gate::Closed closed(_scene.gate);
        Keys::Loss loss(_scene.keys);
        _scene.stage.ask({"FLUSHALL"});
        loss.acknowledge();
        return 1;
    }

  private:
    Scene _scene;
};

class Restart : public Disturbance {
  public:
    explicit Restart(const Scene& scene) : _scene(scene) {}

    /// That the data are gone counts from when Redis is there again: nobody can know before.
    std::size_t strike() override {
        const Gate::Closed closed(_scene.gate);
        Keys::Loss loss(_scene.keys);
        _scene.stage.server()->stop();
        _scene.stage.server()->start();
        loss.acknowledge();
        return 1;
    }

  private:
    Scene _scene;
};

class Freeze : public Disturbance {
  public:
    explicit Freeze(const Scene& scene) : _scene(scene) {}

    std::size_t strike() override {
        _scene.stage.server()->freeze();
        std::this_thread::sleep_for(_scene.options.away);
        _scene.stage.server()->thaw();
        return 1;
    }

  private:
    Scene _scene;
};

/// Redis is there for those who write past the proxies, and nothing reaches the proxies.
class Partition : public Disturbance {
  public:
    explicit Partition(const Scene& scene) : _scene(scene) {}

    std::size_t strike() override {
        _scene.stage.network()->cut(true);
        std::this_thread::sleep_for(_scene.options.away);
        _scene.stage.network()->cut(false);
        return 1;
    }

  private:
    Scene _scene;
};

} // namespace

std::unique_ptr<Disturbance> makeDisturbance(const std::string& name, const Scene& scene) {
    if (name == "kill-links")
        return std::make_unique<KillLinks>(scene);
    if (name == "flush")
        return std::make_unique<Flush>(scene);
    if (name == "restart")
        return std::make_unique<Restart>(scene);
    if (name == "freeze")
        return std::make_unique<Freeze>(scene);
    if (name == "partition")
        return std::make_unique<Partition>(scene);
    throw std::invalid_argument("no disturbance is called " + name);
}

} // namespace nearcache::coherence
