#include "Commands.h"
#include "Handlers.h"
#include "Reply.h"
#include "Text.h"

namespace nearcache::respfront {

void clientGetName(Call& call) {
    const std::string_view name = call.session.name();
    if (name.empty())
        return call.answer(nullBulk);
    std::pmr::string& reply = newText(call.scratch);
    resp::appendBulk(reply, name);
    call.answer(reply);
}

void clientId(Call& call) {
    std::pmr::string& reply = newText(call.scratch);
    appendInteger(reply, static_cast<std::int64_t>(call.session.id));
    call.answer(reply);
}

void clientSetInfo(Call& call) {
    const std::string_view option = call.words[2];
    const std::string_view value = call.words[3];
    const bool isName = isWord(option, "lib-name");
    std::pmr::string text("ERR ", &call.scratch);
    if (!isName && !isWord(option, "lib-ver"))
        return call.fail(text.append("Unrecognized option '").append(shown(option)).append("'"));
    if (!isPlain(value))
        return call.fail(text.append(option).append(" cannot contain spaces, newlines or special characters."));
    call.session.setLibrary(isName, value);
    call.answer(ok);
}

void clientSetName(Call& call) {
    if (!isPlain(call.words[2]))
        return call.fail(invalidClientName);
    call.session.setName(call.words[2]);
    call.answer(ok);
}

} // namespace nearcache::respfront
