#include "Commands.h"
#include "Handlers.h"
#include "Tag.h"

#include <memory>

namespace nearcache::respfront {

void get(Call& call) {
    if (!call.session.standing.isFree())
        return forward(call);
    call.request.action = Request::Action::Get;
    call.request.key = call.words[1];
    call.request.tag = Tag{.resp3 = call.session.resp3()}.pack();
}

void mget(Call& call) {
    if (!call.session.standing.isFree())
        return forward(call);
    const Words keys = call.words.subspan(1);
    auto* const kept = std::pmr::polymorphic_allocator<>(&call.scratch).allocate_object<std::string_view>(keys.size());
    std::uninitialized_copy(keys.begin(), keys.end(), kept);
    call.request.action = Request::Action::GetMany;
    call.request.keys = {kept, keys.size()};
    call.request.tag = Tag{.kind = Tag::Kind::Many, .resp3 = call.session.resp3()}.pack();
}

} // namespace nearcache::respfront
