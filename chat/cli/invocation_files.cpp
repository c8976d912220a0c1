// The verbs for files.
#include "chat/cli/parser.hpp"

namespace parley::chat {

void add_file_verbs(Parser& parser) {
    Words& words = parser.words;
    const Parser::Verb files = parser.add_group("file", "Send files, list those of a room, and fetch those of messages");
    Parser::Verb verb = parser.add(files, "send", "Send a file; when it was interrupted the same command goes on", [&parser]() -> CliCommand {
        const auto& rest = parser.expect(2, 2, "name a room or a person, and a file: parley file send general tea.png");
        return FileSendCommand{target_of(rest[0]), rest[1], parser.words.text};
    });
    parser.takes_words(verb, "target", "ROOM or @NAME, then the file");
    Parser::takes(verb, "--text", words.text, "What to say with it");
    verb = parser.add(files, "get", "Fetch the file of a message; when it was interrupted the same command goes on", [&parser]() -> CliCommand {
        return FileGetCommand{message_of(parser.expect(1, 1, "name the message: parley file get general/57 [-o PATH]").front()), parser.words.output};
    });
    parser.takes_words(verb, "message", "The message, e.g. general/57");
    Parser::takes(verb, "-o,--output", words.output, "A new file, or a folder; default: the download folder of the account");
    verb = parser.add(files, "list", "Show the files of a room, newest first", [&parser]() -> CliCommand {
        const Target target = target_of(parser.expect(1, 1, "name a room or a person: parley file list general").front());
        if (parser.words.limit == 0) throw Mistake{"--limit is at least 1"};
        return FileListCommand{target, parser.words.before, parser.words.limit};
    });
    parser.takes_words(verb, "target", "ROOM or @NAME");
    Parser::takes(verb, "--before", words.before, "Files of messages before this number");
    Parser::takes(verb, "--limit", words.limit, "How many at most; default 50");
}

}  // namespace parley::chat
