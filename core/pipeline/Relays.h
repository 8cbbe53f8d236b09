#pragma once

/// The links of one worker by which all its clients' commands are forwarded, one set for each version of RESP. The
/// second set is opened when the first client speaks RESP3.
///
/// A link whose reply a client does not take is replaced: it goes on for that client and those queued behind it, and
/// everybody else goes by a new one. Threads: the worker's.

#include "backend/ForwardLink.h"
#include "pipeline/LinkBudget.h"

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <vector>

namespace nearcache {

class Relays {
  public:
    /// So many links of each set. What replaces others counts in the budget, which outlives it.
    Relays(const LinkContext& context, LinkBudget& budget, unsigned links);
    ~Relays();
    Relays(const Relays&) = delete;
    Relays& operator=(const Relays&) = delete;

    void start() { open(_sets[0], 2); }

    /// The link of a connection; the same for one route, until it is replaced.
    [[nodiscard]] std::shared_ptr<ForwardLink> road(std::uint32_t route, unsigned protocol);

    /// Has others go by a new link in place of this one, where there may be one more.
    void replace(const ForwardLink& link);

    /// Makes those anew by which a reply is due, and nothing has come since then.
    void renewSilent(Time since);

    /// Closes those that were replaced and have nothing left to do.
    void closeUnused();

    /// Links open.
    [[nodiscard]] std::size_t size() const { return _sets[0].size() + _sets[1].size() + _replaced.size(); }

  private:
    using Set = std::vector<std::shared_ptr<ForwardLink>>;

    void open(Set& set, unsigned protocol);
    [[nodiscard]] std::shared_ptr<ForwardLink> make(unsigned protocol);

    LinkContext _context;
    LinkBudget& _budget;
    const unsigned _links;
    std::array<Set, 2> _sets; ///< RESP2, RESP3
    std::list<std::shared_ptr<ForwardLink>> _replaced;
};

} // namespace nearcache
