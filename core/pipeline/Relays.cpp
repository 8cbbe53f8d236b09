#include "pipeline/Relays.h"

#include <algorithm>
#include <utility>

namespace nearcache {

Relays::Relays(const LinkContext& context, LinkBudget& budget, unsigned links)
    : _context(context), _budget(budget), _links(links) {}

Relays::~Relays() {
    for (std::size_t i = 0; i < _replaced.size(); ++i)
        _budget.giveBack();
}

void Relays::open(Set& set, unsigned protocol) {
    while (set.size() < _links)
        set.push_back(make(protocol));
}

std::shared_ptr<ForwardLink> Relays::make(unsigned protocol) {
    auto link = std::make_shared<ForwardLink>(_context, protocol);
    link->start();
    return link;
}

std::shared_ptr<ForwardLink> Relays::road(std::uint32_t route, unsigned protocol) {
    Set& set = _sets[protocol == 3 ? 1 : 0];
    if (set.empty())
        open(set, protocol);
    return set[route % set.size()];
}

void Relays::replace(const ForwardLink& link) {
    for (auto& set : _sets) {
        const auto found =
            std::find_if(set.begin(), set.end(), [&link](const auto& one) { return one.get() == &link; });
        if (found != set.end() && _budget.take())
            _replaced.push_back(std::exchange(*found, make(link.protocol())));
    }
}

void Relays::renewSilent(Time since) {
    for (auto& set : _sets)
        for (const auto& link : set)
            if (link->silentSince(since))
                link->renew("Redis answers others, and nothing comes by this link");
}

void Relays::closeUnused() {
    const auto gone =
        std::erase_if(_replaced, [](const auto& link) { return link->pending() == 0 && link.use_count() == 1; });
    for (std::size_t i = 0; i < gone; ++i)
        _budget.giveBack();
}

} // namespace nearcache
