#include "Inline.h"

#include "Text.h"

#include <vector>

namespace nearcache::respfront {

namespace {

using WordList = std::pmr::vector<std::string_view>;

bool isSpace(char byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/// What ends a word outside quotes. Narrower than isSpace(), as in Redis.
bool endsWord(char byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

int hexDigit(char byte) {
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    const char letter = lower(byte);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

char unescaped(char byte) {
    switch (byte) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'b': return '\b';
    case 'a': return '\a';
    default: return byte;
    }
}

class Splitter {
  public:
    Splitter(std::string_view line, std::pmr::string& text, WordList& words)
        : _line(line), _text(text), _words(words) {}

    /// False for quotes that do not match.
    bool run() {
        for (skipSpaces(); _at < _line.size(); skipSpaces()) {
            const std::size_t begin = _text.size();
            if (!readWord())
                return false;
            _words.emplace_back(_text.data() + begin, _text.size() - begin);
        }
        return true;
    }

  private:
    void skipSpaces() {
        while (_at < _line.size() && isSpace(_line[_at]))
            ++_at;
    }

    bool readWord() {
        while (_at < _line.size() && !endsWord(_line[_at])) {
            const char byte = _line[_at++];
            if (byte == '"' || byte == '\'')
                return readQuoted(byte) && (_at == _line.size() || isSpace(_line[_at]));
            _text.push_back(byte);
        }
        return true;
    }

    /// The rest of a quoted part, its closing quote included.
    bool readQuoted(char quote) {
        while (_at < _line.size()) {
            const char byte = _line[_at++];
            if (byte == quote)
                return true;
            if (byte == '\\')
                readEscape(quote);
            else
                _text.push_back(byte);
        }
        return false;
    }

    /// What follows a backslash.
    void readEscape(char quote) {
        if (quote == '\'')
            readSingleQuotedEscape();
        else if (!readHex())
            _text.push_back(_at < _line.size() ? unescaped(_line[_at++]) : '\\');
    }

    void readSingleQuotedEscape() {
        const bool isQuote = _at < _line.size() && _line[_at] == '\'';
        _text.push_back(isQuote ? '\'' : '\\');
        _at += isQuote ? 1 : 0;
    }

    bool readHex() {
        if (_line.size() - _at < 3 || _line[_at] != 'x')
            return false;
        const int high = hexDigit(_line[_at + 1]);
        const int low = hexDigit(_line[_at + 2]);
        if (high < 0 || low < 0)
            return false;
        _text.push_back(static_cast<char>(high * 16 + low));
        _at += 3;
        return true;
    }

    std::string_view _line;
    std::pmr::string& _text;
    WordList& _words;
    std::size_t _at = 0;
};

} // namespace

std::optional<std::span<const std::string_view>> splitLine(std::string_view line, std::pmr::memory_resource& scratch) {
    line = shown(line);
    std::pmr::string& text = newText(scratch);
    // Words are never longer than how they are typed, so the text stays where it is.
    text.reserve(line.size());
    auto& words = *std::pmr::polymorphic_allocator<>(&scratch).new_object<WordList>();
    if (!Splitter(line, text, words).run())
        return std::nullopt;
    return words;
}

} // namespace nearcache::respfront
