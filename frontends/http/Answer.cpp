#include "Answer.h"

#include "Head.h"
#include "Status.h"

#include <algorithm>

namespace nearcache::http {

std::string_view compose(const Answer& answer, Tag tag, std::pmr::memory_resource& memory) {
    Head head(answer.status, answer.type, answer.text.size(), tag);
    head.add(answer.fields);
    const std::string_view top = head.finish();
    const std::string_view body = tag.head ? std::string_view{} : answer.text;

    auto* whole = static_cast<char*>(memory.allocate(top.size() + body.size(), 1));
    std::copy(body.begin(), body.end(), std::copy(top.begin(), top.end(), whole));
    return {whole, top.size() + body.size()};
}

std::string composeRefusal() {
    constexpr std::string_view text = "too many connections";
    Head head(status::unavailable, plainText, text.size(), {.head = false, .close = true, .http10 = false});
    head.add(retryAfter);
    return std::string(head.finish()).append(text);
}

} // namespace nearcache::http
